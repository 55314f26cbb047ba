"""What goes with a session of its talk, and with a person who is erased."""

from __future__ import annotations

import pytest

from turia.event.captions import Caption, Captioner
from turia.event.decks import Deck, DeckState, SlideShow
from turia.event.entries import EVENT, EVENT_STAFF, Value, person_stream, room_stream, talk_stream
from turia.event.erasing import Erasure
from turia.event.hands import Hand
from turia.event.microphones import AudienceMute, MicGrant, Mute
from turia.event.programme import Speaker
from turia.event.recordings import Recording, RecordingState
from turia.event.rooms import SessionRun
from turia.event.scopes import Scope
from turia.event.stage import Layout, OnAir, ScreenLayout, StageCall
from turia.testing.stage import MINUTE, TEN, Stage

HALL, TALK = room_stream("hall"), talk_stream("talk")
SAID: tuple[type[Value], ...] = (Deck, SlideShow, Caption)
GOES: tuple[type[Value], ...] = (
    OnAir, StageCall, ScreenLayout, MicGrant, Hand, Mute, AudienceMute, SlideShow, Captioner,
)  # fmt: skip


@pytest.fixture
def stage() -> Stage:
    """A talk in full swing."""
    stage = Stage()
    stage.room("hall")
    stage.room("lab")
    stage.session("talk", "hall", 0, 60)
    stage.person("mo", "moderator")
    for person in ("spe", "ana"):
        stage.person(person, "speaker", Scope("hall", "talk"))
    stage.do("session.go_live", "mo", session="talk")
    for key, value in (
        ("spe", OnAir("talk", TEN, (), "Spe")),
        ("spe", StageCall("talk", "mo", TEN, "Spe")),
        ("hall", ScreenLayout("talk", Layout.BOTH)),
        ("ana", MicGrant("talk", TEN, 0, "mo", "Ana")),
        ("ana", Hand("talk", TEN, "Ana")),
        ("ana", Mute("mo", session="talk")),
        ("hall", AudienceMute("mo", "talk")),
        ("deck", Deck("talk", "Mine", "spe", DeckState.READY, 5, 1, 1, 5)),
        ("talk", SlideShow("talk", "deck", 1, "spe", TEN)),
        ("talk", Captioner("ana", TEN)),
        ("c1", Caption("talk", "Hello", TEN, TEN, "Spe", "spe")),
        ("talk", Recording(RecordingState.RECORDING, "mo", TEN)),
    ):
        stage.set(TALK if isinstance(value, SAID) else HALL, key, value)
    return stage


def left(stage: Stage, room: str = "hall") -> set[type[Value]]:
    kinds: tuple[type[Value], ...] = (*GOES, Deck, Caption, Recording)
    return {kind for kind in kinds if stage.state.all(TALK if kind in SAID else room_stream(room), kind)}


def test_the_end_leaves_slides_captions_and_the_recording(stage: Stage) -> None:
    stage.do("session.pause", "mo", session="talk")
    assert left(stage) == {*GOES, Deck, Caption, Recording}
    stage.do("session.end", "mo", session="talk")
    assert left(stage) == {Deck, Caption, Recording}
    recording = stage.state.get(HALL, Recording, "talk")
    assert recording == Recording(RecordingState.PROCESSING, "system", stage.event_at)


def test_what_is_of_another_session_or_none_stays(stage: Stage) -> None:
    stage.set(HALL, "pia", OnAir("next", TEN))
    stage.set(HALL, "ana", Mute("mo"))
    stage.do("session.end", "mo", session="talk")
    assert stage.state.all(HALL, OnAir).keys() == {"pia"}
    assert stage.state.all(HALL, Mute).keys() == {"ana"}


def test_a_session_that_leaves_its_room_keeps_what_was_said(stage: Stage) -> None:
    stage.session("talk", "lab", 0, 60)
    stage.follow()
    assert stage.state.get(room_stream("lab"), SessionRun, "talk") is not None
    assert left(stage) == {Deck, Caption, Recording}
    assert left(stage, "lab") == {Deck, Caption}


def test_what_was_said_in_a_rehearsal_is_forgotten(stage: Stage) -> None:
    fresh = Stage(TEN - 600 * MINUTE)
    fresh.room("hall")
    fresh.session("talk", "hall", 0, 60)
    fresh.person("mo", "moderator")
    fresh.person("carl", "captioner")
    fresh.shift(600)
    fresh.follow()
    fresh.do("caption.write", "carl", session="talk", text="One, two.")
    fresh.do("recording.arm", "mo", session="talk")
    fresh.shift(0)
    fresh.follow()
    assert not fresh.state.all(TALK, Caption)
    assert not fresh.state.all(HALL, Captioner)
    assert fresh.ask("captions.transcript", "carl", session="talk").lines == 0


def test_the_day_of_the_demo_begins_again(stage: Stage) -> None:
    stage.do("event.set_the_day_back", now=TEN)
    assert left(stage) == {Deck, Recording}


def test_nothing_of_an_erased_person_stays(stage: Stage) -> None:
    stage.set(TALK, "ana-line", Caption("talk", "Mine", TEN, TEN, "Ana", "ana"))
    stage.do("people.erase_mine", "spe", sure=True)
    stage.do("people.erase_mine", "ana", sure=True)
    assert left(stage) == {ScreenLayout, AudienceMute, Recording}
    erased = {thing for each in stage.state.all(EVENT_STAFF, Erasure).values() for thing in each.things}
    assert {(HALL, "on_air", "spe"), (TALK, "caption", "c1"), (TALK, "caption", "ana-line")} <= erased
    assert {(HALL, "mic_grant", "ana"), (HALL, "mute", "ana"), (HALL, "hand", "ana")} <= erased


def test_what_he_said_goes_where_a_line_has_his_name_alone(stage: Stage) -> None:
    """As a recogniser writes it, which knows no ids. Who has his name and speaks nowhere takes nothing away."""
    stage.set(EVENT, "sp", Speaker("Dr Spe", person="spe"))
    stage.session("talk", "hall", 0, 60, speakers=("sp",))
    for key, speaker, person in (("l1", "Spe", ""), ("l2", "Dr Spe", ""), ("l3", "Ana", ""), ("l4", "Spe", "ana")):
        stage.set(TALK, key, Caption("talk", key, TEN, TEN, speaker, person))
    stage.set(talk_stream("other"), "l5", Caption("other", "l5", TEN, TEN, "Spe"))
    stage.do("people.erase_mine", "ana", sure=True)
    assert stage.state.all(TALK, Caption).keys() == {"c1", "l1", "l2", "l3"}
    assert {"l1", "l2"} <= {each.key for each in stage.ask("people.my_data", "spe").data}
    stage.do("people.erase_mine", "spe", sure=True)
    assert stage.state.all(TALK, Caption).keys() == {"l3"}
    assert stage.state.all(talk_stream("other"), Caption).keys() == {"l5"}
    erased = {thing for each in stage.state.all(EVENT_STAFF, Erasure).values() for thing in each.things}
    assert {(TALK, "caption", "l1"), (TALK, "caption", "l2")} <= erased


def test_a_name_that_was_on_stage_is_blanked_though_it_stands_there_no_more(stage: Stage) -> None:
    stage.do("session.end", "mo", session="talk")
    stage.do("people.erase_mine", "spe", sure=True)
    erased = {thing for each in stage.state.all(EVENT_STAFF, Erasure).values() for thing in each.things}
    assert {(HALL, "on_air", "spe"), (HALL, "stage_call", "spe"), (person_stream("spe"), "", "")} <= erased
