from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from turia.backbone.journal import Journal
from turia.event.all_commands import COMMANDS
from turia.event.captions import Caption, Captioner
from turia.event.commands import Actor
from turia.event.decks import SlideShow
from turia.event.entries import Change, Entry, person_stream, put, room_stream, talk_stream
from turia.event.microphones import MicGrant, Mute
from turia.event.rooms import Door
from turia.event.scopes import Scope
from turia.event.stage import OnAir
from turia.gateway import media_rights
from turia.gateway.media_ports import Changed
from turia.gateway.media_rights import EventRights
from turia.testing.backbone import journal
from turia.testing.manual_clock import ManualClock
from turia.testing.media_plane_rig import Plane, piece
from turia.testing.stage import TEN, Stage

HALL = room_stream("hall")


class Talk:
    """A talk is live in the hall; spe is on air, cher chairs it, ben listens."""

    def __init__(self, book: Journal, clock: ManualClock, stage: Stage) -> None:
        self.book = book
        self.stage = stage
        self.clock = clock
        self.rights = EventRights(book, stage.actor)
        self.plane = Plane(rights=self.rights, clock=clock)
        self.heard: list[Changed] = []
        self.rights.listen(self.heard.append)

    async def do(self, name: str, by: str, **fields: object) -> None:
        await self.book.do(name, COMMANDS[name].payload(**fields), Actor(by), f"mid-{name}-{len(self.heard)}-{by}")


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    stage, clock = Stage(), ManualClock()
    stage.room("hall")
    stage.session("talk", "hall", 0, 60)
    stage.person("cher", "chair", Scope("hall", "talk"))
    stage.person("spe", "speaker", Scope("hall", "talk"))
    stage.person("ben")
    stage.do("session.go_live", "cher", session="talk")
    stage.set(HALL, "spe", OnAir("talk", TEN, ("camera", "microphone"), "Spe"))
    changes = [Change(entry.stream, entry.kind, entry.key, entry.value) for entry in stage.entries]
    async with journal(*changes, clock=clock) as book:
        yield Talk(book, clock, stage)


def test_the_answers_are_those_of_the_event(talk: Talk) -> None:
    rights = talk.rights
    assert rights.may_send("spe", "microphone", "hall", "talk") is None
    no = rights.may_send("ben", "microphone", "hall", "talk")
    assert no is not None
    assert no.code == "not_allowed"
    assert no.message.endswith("Ask the chair for the microphone.")
    assert rights.may_watch("ben", "hall", inside=False) is None
    stranger = rights.may_watch("nobody", "hall", inside=False)
    assert stranger is not None
    assert stranger.code == "not_let_in"
    assert rights.carries("spe", "hall")
    assert not rights.carries("ben", "hall")
    assert not rights.carries("spe", "")


async def test_whoever_has_the_slides_in_hand_points(talk: Talk) -> None:
    no = talk.rights.may_point("spe", "hall")
    assert no is not None
    assert no.code == "not_presenter"
    talk.stage.set(talk_stream("talk"), "talk", SlideShow("talk", "deck", 1, "spe", TEN))
    shown = [Change(each.stream, each.kind, each.key, each.value) for each in talk.stage.entries]
    async with journal(*shown, clock=talk.clock) as book:
        rights = EventRights(book, talk.stage.actor)
        assert rights.may_point("spe", "hall") is None
        assert rights.may_point("ben", "hall") is not None
        assert rights.may_point("spe", "lab") is not None


async def test_a_microphone_that_ends_by_time_is_known_in_advance(talk: Talk) -> None:
    assert talk.rights.changes_in("ben", "hall") is None
    await talk.do("microphone.grant", "cher", session="talk", person="ben", minutes=2)
    assert talk.rights.carries("ben", "hall")
    assert talk.rights.changes_in("ben", "hall") == pytest.approx(120, abs=1)


async def test_what_changed_is_told_as_soon_as_it_is_on_disk(talk: Talk) -> None:
    await talk.do("microphone.mute", "cher", person="spe", room="hall")
    assert talk.heard
    assert "hall" in talk.heard[0].rooms
    assert not talk.heard[0].everything


def told(*changes: Change) -> list[Changed]:
    heard: list[Changed] = []
    entries = [Entry(each.stream, 1, TEN, "cher", each.kind, each.key, each.value) for each in changes]
    media_rights._tell(heard.append, entries)
    return heard


def test_captions_and_slides_make_nobody_ask_again() -> None:
    line = Caption(session="talk", text="Hello.", at=TEN, end_at=TEN)
    assert told(put(talk_stream("talk"), "c", line), put(HALL, "talk", Captioner("cher", TEN))) == []


def test_everything_that_an_answer_depends_on_does() -> None:
    assert told(put(HALL, "spe", Mute("cher"))) == [Changed(everything=False, rooms=frozenset({"hall"}))]
    assert told(put(room_stream("hall") + "/staff", "spe", MicGrant("talk", TEN)))[0].rooms == {"hall"}
    assert told(put(person_stream("ben"), "x", Mute("cher")))[0].people == {"ben"}
    assert told(put("event", "s", Mute("cher")))[0].everything
    assert told(put("event/staff", "s", Mute("cher")))[0].everything
    assert media_rights._SILENT.isdisjoint({"on_air", "mic_grant", "mute", "audience_mute", "session_run", Door.kind})


async def test_the_chairs_mute_ends_a_speakers_sound_with_the_next_frame(talk: Talk) -> None:
    plane = talk.plane
    spe, ben = plane.join("spe"), plane.join("ben")
    track = plane.publish(spe, "microphone", session="talk")
    assert plane.watch(ben, track)["tracks"] == [track]
    plane.send(spe, piece(track))
    plane.flush()
    assert plane.frames(ben) == [(track, 0, 0)]
    await talk.do("microphone.mute", "cher", person="spe", room="hall", reason="Feedback")
    plane.send(spe, piece(track, frame=1))
    plane.flush()
    assert plane.frames(ben) == []
    (refused,) = [each[1] for each in plane.read(spe) if each[0] == "refused"]
    assert (refused["track"], refused["code"]) == (track, "muted")
    assert "Feedback" in refused["message"]


async def test_the_end_of_the_session_ends_its_tracks(talk: Talk) -> None:
    plane = talk.plane
    spe = plane.join("spe")
    track = plane.publish(spe, session="talk")
    await talk.do("session.end", "cher", session="talk")
    plane.flush()
    assert track not in plane.state.tracks.by_number


async def test_a_granted_microphone_is_heard_by_the_room_until_its_time_is_over(talk: Talk) -> None:
    plane = talk.plane
    ben, spe = plane.join("ben"), plane.join("spe")
    plane.standing |= {"ben": "hall", "spe": "hall"}
    asked = {"source": "voice", "media": "audio", "codec": "opus"}
    assert plane.ask(ben, "publish", asked)["code"] == "one_focus"
    await talk.do("microphone.grant", "cher", session="talk", person="ben", minutes=1)
    track = plane.publish(ben, "voice")
    plane.ask(spe, "hear", {"voices": 6})
    frames = []
    for frame in range(160):
        plane.send(ben, piece(track, frame=frame, level=100))
        plane.flush(1, seconds=0.5)
        for each in (ben, spe):
            if not each.ponged:
                plane.media.text(each, "3")
        frames += plane.frames(spe)
    assert 110 <= len(frames) <= 121, "a minute of them"
    assert track not in plane.state.tracks.by_number
