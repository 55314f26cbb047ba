"""Whatever people press in whatever order: what always holds of a stage, its microphones, slides and recording."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from turia.errors import Refused
from turia.event import sessions
from turia.event.airing import AUDIBLE, STAGE, may_send, next_change, voice_reach
from turia.event.captions import Captioner
from turia.event.decks import Deck, DeckState, SlideShow
from turia.event.entries import EVENT, EVENT_STAFF, Value, delete, room_stream, talk_stream
from turia.event.grants import Grant, Grants
from turia.event.hands import Hand, Hands
from turia.event.microphones import MicGrant, mute_of
from turia.event.programme import Session
from turia.event.recordings import ARMED, Recording, Recordings, RecordingState
from turia.event.rooms import Phase
from turia.event.scopes import Scope
from turia.event.sessions import RUNNING
from turia.event.settings import Policies, StageRule
from turia.event.stage import Airs, OnAir, StageCall
from turia.testing.stage import MINUTE, TEN, Stage

ROOMS = ("hall", "lab")
SESSIONS = ("talk", "next", "other")
PEOPLE = ("spe", "pia", "cher", "ana", "gil")
SOURCES = sorted({*STAGE, "voice", "interpreter", "echo"})
PER_SESSION = (
    "stage.decline", "stage.leave_air", "microphone.give_back", "hand.raise", "hand.lower", "slides.take_over",
    "slides.hide", "recording.arm",
    "recording.disarm", "recording.pause", "recording.resume", "recording.stop", "recording.begin", "recording.prepare",
    "caption.take", "caption.accept", "caption.stop", "session.open", "session.go_live", "session.pause",
    "session.resume", "session.end", "session.reopen",
)  # fmt: skip

speakers = st.sampled_from(PEOPLE[:3])
people, session_keys, rooms = st.sampled_from(PEOPLE), st.sampled_from(SESSIONS), st.sampled_from(ROOMS)
minutes = st.integers(0, 20)


class Talks(RuleBasedStateMachine):
    """Two rooms, three sessions, a moderator, two speakers, a chair, an attendee and a guest."""

    @initialize(rule=st.sampled_from(StageRule))
    def begin(self, rule: StageRule) -> None:
        self.stage = Stage()
        self.stage.set(EVENT, "policies", Policies(stage_rule=rule, doors_open_min=15, grace_min=5))
        for room in ROOMS:
            self.stage.room(room)
        self.stage.session("talk", "hall", 0, 60)
        self.stage.session("next", "hall", 60, 120)
        self.stage.session("other", "lab", 30, 90)
        self.stage.person("mo", "moderator")
        self.stage.person("cher", "chair", Scope("hall"))
        for person in ("spe", "pia"):
            for room in ROOMS:
                self.stage.person(person, "speaker", Scope(room))
        self.stage.person("ana")
        self.stage.guest("gil")
        for key in SESSIONS:
            deck = Deck(key, "Mine", "spe", DeckState.READY, 5, 1, 1, 5)
            self.stage.set(talk_stream(key), f"d-{key}", deck)
            for person in PEOPLE[:2]:
                self.stage.do("recording.consent", person, session=key, version=0)
        for key in SESSIONS[::2]:
            self.stage.do("session.go_live", "mo", session=key)
        self.stage.do("stage.call", "mo", session="talk", person="spe")

    def do(self, name: str, by: str, **fields: Any) -> None:
        top = len(self.stage.entries)
        try:
            self.stage.do(name, by, **fields)
        except Refused:
            assert len(self.stage.entries) == top

    @rule(name=st.sampled_from(PER_SESSION), by=st.sampled_from((*PEOPLE, "mo", "system")), session=session_keys)
    def press(self, name: str, by: str, session: str) -> None:
        self.do(name, by, session=session)

    @rule(session=session_keys)
    def go_live(self, session: str) -> None:
        self.do("session.go_live", "mo", session=session, end_former=True)

    @rule(by=speakers, session=session_keys, sources=st.lists(st.sampled_from(["camera", "microphone"]), max_size=2))
    def go_on_air(self, by: str, session: str, sources: list[str]) -> None:
        self.do("stage.go_on_air", by, session=session, sources=sources)

    @rule(by=speakers)
    def go_on_air_everywhere(self, by: str) -> None:
        for session in SESSIONS:
            self.do("stage.go_on_air", by, session=session, sources=[])

    @rule(
        name=st.sampled_from(["stage.call", "stage.take_off", "microphone.end", "hand.put_down"]),
        person=people,
        session=session_keys,
    )
    def direct(self, name: str, person: str, session: str) -> None:
        self.do(name, "mo", session=session, person=person)

    @rule(person=people, session=session_keys, minutes=minutes)
    def grant(self, person: str, session: str, minutes: int) -> None:
        self.do("microphone.grant", "mo", session=session, person=person, minutes=minutes)

    @rule(person=speakers)
    def mute_everywhere(self, person: str) -> None:
        self.do("microphone.mute", "mo", person=person, minutes=3)

    @rule(person=people, room=st.sampled_from(("", *ROOMS)), minutes=minutes, mute=st.booleans())
    def mute(self, person: str, room: str, minutes: int, mute: bool) -> None:
        if mute:
            self.do("microphone.mute", "mo", person=person, room=room, minutes=minutes)
        else:
            self.do("microphone.unmute", "mo", person=person, room=room)

    @rule(room=rooms, mute=st.booleans())
    def audience(self, room: str, mute: bool) -> None:
        self.do(f"microphone.{'mute' if mute else 'unmute'}_audience", "mo", room=room)

    @rule(by=st.sampled_from((*PEOPLE, "mo")), session=session_keys, page=st.integers(1, 6))
    def slide(self, by: str, session: str, page: int) -> None:
        self.do("slides.show", by, session=session, deck=f"d-{session}", page=page)

    @rule(by=people, session=session_keys, given=st.booleans())
    def consent(self, by: str, session: str, given: bool) -> None:
        self.do("recording.consent", by, session=session, version=0, given=given)

    @rule(minutes=st.integers(1, 40))
    def wait(self, minutes: int) -> None:
        self.stage.minutes(minutes)
        self.stage.follow()

    @rule(session=session_keys, cancelled=st.booleans(), room=rooms)
    def reschedule(self, session: str, cancelled: bool, room: str) -> None:
        old = self.stage.state.get(EVENT, Session, session)
        assert old is not None
        times = (old.start - TEN) / MINUTE, (old.end - TEN) / MINUTE
        self.stage.session(session, room, *times, cancelled=cancelled)
        self.stage.follow()

    @rule(person=st.sampled_from(["spe", "pia"]))
    def lose_the_role(self, person: str) -> None:
        for key in self.stage.state.view(Grants).keyed(person):
            self.stage.put(delete(EVENT_STAFF, Grant, key))

    # -- what always holds -------------------------------------------------------------------------------
    @invariant()
    def nobody_is_on_air_or_called_in_a_session_that_does_not_run(self) -> None:
        for room in ROOMS:
            stream = room_stream(room)
            now = sessions.current(self.stage.state, room)
            on = now[0] if now else ""
            kinds: tuple[type[Value], ...] = (OnAir, StageCall, MicGrant, Hand)
            for kind in kinds:
                found = self.stage.state.all(stream, kind).values()
                assert {getattr(each, "session", None) for each in found} <= {on}, kind
            assert set(self.stage.state.all(stream, Captioner)) <= {on}

    @invariant()
    def slides_are_shown_in_sessions_that_run_and_stay_with_theirs(self) -> None:
        for key in SESSIONS:
            shown = self.stage.state.all(talk_stream(key), SlideShow)
            assert shown.keys() <= {key}
            assert not shown or sessions.phase_of(self.stage.state, key) in RUNNING
            assert self.stage.state.all(talk_stream(key), Deck).keys() == {f"d-{key}"}

    @invariant()
    def one_person_is_on_air_in_one_place(self) -> None:
        for person in PEOPLE:
            found = {room for room in ROOMS if self.stage.state.get(room_stream(room), OnAir, person)}
            assert self.stage.state.view(Airs).of(person).keys() == found
            assert len(found) <= 1

    @invariant()
    def one_person_has_one_hand(self) -> None:
        for person in (*PEOPLE, "mo"):
            found = [room for room in ROOMS if self.stage.state.get(room_stream(room), Hand, person)]
            assert self.stage.state.view(Hands).of(person) == found
            assert len(found) <= 1

    @invariant()
    def a_mute_beats_everything_and_only_live_stages_send(self) -> None:
        state, at = self.stage.state, self.stage.event_at
        for room in ROOMS:
            for person in PEOPLE:
                actor = self.stage.actor(person)
                muted = mute_of(state, room, person, at) is not None
                for session in SESSIONS:
                    sent = {each for each in SOURCES if may_send(state, actor, each, room, session, at) is None}
                    assert "echo" in sent
                    assert not (muted and sent & AUDIBLE)
                    if sent & STAGE:
                        assert sessions.phase_of(state, session) is Phase.LIVE
                        on_air = state.get(room_stream(room), OnAir, person)
                        assert on_air is not None
                        assert on_air.session == session
                self._check_voice(room, person)

    def _check_voice(self, room: str, person: str) -> None:
        state, at = self.stage.state, self.stage.event_at
        now = sessions.current(state, room)
        live = now is not None and sessions.phase_of(state, now[0]) is Phase.LIVE
        allowed = may_send(state, self.stage.actor(person), "voice", room, "", at) is None
        reach = voice_reach(state, person, room, at)
        if allowed and live:
            assert reach == "room", "talks have one audio focus"
        if not live:
            assert reach == "near"

    @invariant()
    def nothing_changes_by_itself_before_it_was_said(self) -> None:
        state, at = self.stage.state, self.stage.event_at
        for room in ROOMS:
            for person in ("spe", "ana"):
                actor = self.stage.actor(person)
                change = next_change(state, actor, room, at)
                until = change - 1 if change is not None else at + 10**9
                assert until >= at
                for source in ("microphone", "voice"):
                    now, later = (may_send(state, actor, source, room, "talk", when) for when in (at, until))
                    assert (now is None) == (later is None)

    @invariant()
    def only_running_sessions_are_recorded(self) -> None:
        for room in ROOMS:
            for key, each in self.stage.state.all(room_stream(room), Recording).items():
                if each.state in (RecordingState.RECORDING, RecordingState.PAUSED):
                    now = sessions.current(self.stage.state, room)
                    assert now is not None
                    assert now[0] == key
                    assert sessions.phase_of(self.stage.state, key) in RUNNING
                over = sessions.phase_of(self.stage.state, key) in (Phase.ENDED, Phase.CANCELLED)
                assert not (over and each.state in ARMED)
        for key in SESSIONS:
            found = [room for room in ROOMS if self.stage.state.get(room_stream(room), Recording, key)]
            assert len(found) <= 1, "a session has one recording"
            assert self.stage.state.view(Recordings).room_of(key) == "".join(found)


TestTalks = Talks.TestCase
TestTalks.settings = settings(max_examples=40, stateful_step_count=50, deadline=None)
