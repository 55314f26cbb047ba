"""Who may send and watch, and how far a voice reaches."""

from __future__ import annotations

import pytest

from turia.event.airing import STAGE, NoAir, may_send, may_watch, next_change, voice_reach
from turia.event.commands import NOBODY
from turia.event.entries import delete, person_stream, room_stream
from turia.event.microphones import AudienceMute, MicGrant, Mute
from turia.event.programme import DoorPolicy
from turia.event.scopes import Scope
from turia.event.stage import OnAir
from turia.protocol.media import SOURCES
from turia.testing.stage import MINUTE, TEN, Stage

HALL = room_stream("hall")
AUDIO = {"microphone", "screen_audio", "film_audio"}


@pytest.fixture
def stage() -> Stage:
    """A talk is live; spe is on air, and ana listens."""
    stage = Stage()
    stage.room("hall")
    stage.session("talk", "hall", 0, 60)
    stage.session("next", "hall", 60, 120)
    stage.person("cher", "chair", Scope("hall", "talk"))
    stage.person("spe", "speaker", Scope("hall", "talk"))
    stage.person("ines", "interpreter", Scope("hall"))
    stage.person("ana")
    stage.guest("gil")
    stage.do("session.go_live", "cher", session="talk")
    stage.set(HALL, "spe", OnAir("talk", TEN, ("camera", "microphone"), "Spe"))
    return stage


def asked(stage: Stage, person: str, source: str, room: str = "hall", session: str = "talk") -> NoAir | None:
    answer = may_send(stage.state, stage.actor(person), source, room, session, stage.event_at)
    if answer is not None:
        assert answer.code
        assert answer.message.endswith(".")
    return answer


def code(stage: Stage, person: str, source: str, room: str = "hall", session: str = "talk") -> str:
    answer = asked(stage, person, source, room, session)
    return answer.code if answer else ""


def reach(stage: Stage, person: str) -> str:
    return voice_reach(stage.state, person, "hall", stage.event_at)


@pytest.mark.parametrize("source", sorted(STAGE))
def test_somebody_on_air_in_a_live_session_may_send_and_nobody_else(stage: Stage, source: str) -> None:
    assert code(stage, "spe", source) == ""
    assert code(stage, "cher", source) == "not_on_air"
    assert code(stage, "ana", source) == "not_allowed"
    assert code(stage, "gil", source) == "not_allowed"
    assert code(stage, "stranger", source) == "not_let_in"
    assert code(stage, "spe", source, "cellar") == "wrong_room"
    assert code(stage, "spe", source, "") == "wrong_room"
    assert code(stage, "spe", source, session="gone") == "unknown_session"
    assert code(stage, "spe", source, session="next") == "not_live"


def test_every_source_of_the_protocol_is_known_and_no_other(stage: Stage) -> None:
    for source in SOURCES:
        assert code(stage, "ana", source) != "unknown_source"
    assert code(stage, "spe", "smell") == "unknown_source"


@pytest.mark.parametrize(("move", "why"), [("pause", "paused"), ("end", "ended")])
def test_only_while_it_is_live(stage: Stage, move: str, why: str) -> None:
    stage.do(f"session.{move}", "cher", session="talk")
    stage.set(HALL, "spe", OnAir("talk", TEN))
    answer = asked(stage, "spe", "camera")
    assert answer is not None
    assert answer.code == "not_live"
    assert why in answer.message


def test_who_loses_the_right_to_speak_is_off(stage: Stage) -> None:
    stage.set(HALL, "ana", OnAir("talk", TEN))
    assert code(stage, "ana", "camera") == "not_allowed"


def test_a_mute_silences_sound_and_leaves_pictures(stage: Stage) -> None:
    for stream in (HALL, person_stream("spe")):
        stage.set(stream, "spe", Mute("cher", "Feedback"))
        assert {source for source in STAGE if code(stage, "spe", source)} == AUDIO
        answer = asked(stage, "spe", "voice")
        assert answer is not None
        assert (answer.code, "Feedback" in answer.message) == ("muted", True)
        stage.put(delete(stream, Mute, "spe"))
        assert code(stage, "spe", "microphone") == ""


def test_a_mute_for_a_while_ends_by_itself(stage: Stage) -> None:
    stage.set(HALL, "ana", MicGrant("talk", TEN))
    stage.set(HALL, "ana", Mute("cher", until=TEN + 5 * MINUTE))
    assert code(stage, "ana", "voice") == "muted"
    assert next_change(stage.state, stage.actor("ana"), "hall", stage.event_at) == TEN + 5 * MINUTE
    stage.minutes(5)
    assert code(stage, "ana", "voice") == ""


def test_an_interpreter_from_the_opening_of_doors_to_the_end(stage: Stage) -> None:
    assert code(stage, "ines", "interpreter") == ""
    assert code(stage, "spe", "interpreter") == "not_allowed"
    stage.set(HALL, "ines", Mute("cher"))
    stage.do("session.pause", "cher", session="talk")
    assert code(stage, "ines", "interpreter") == ""
    assert code(stage, "ines", "interpreter", "cellar") == "wrong_room"
    stage.do("session.end", "cher", session="talk")
    assert code(stage, "ines", "interpreter") == "not_running"


def test_a_live_talk_is_the_one_thing_heard_in_its_room(stage: Stage) -> None:
    assert code(stage, "ana", "voice") == "one_focus"
    assert code(stage, "cher", "voice") == "one_focus"
    assert code(stage, "spe", "voice") == ""
    assert code(stage, "ana", "voice", "") == ""
    assert code(stage, "gil", "voice", "foyer") == ""
    stage.do("session.pause", "cher", session="talk")
    assert code(stage, "ana", "voice") == ""


def test_the_microphone_is_for_its_time_and_its_session(stage: Stage) -> None:
    stage.set(HALL, "ana", MicGrant("talk", TEN, TEN + 2 * MINUTE))
    assert (code(stage, "ana", "voice"), reach(stage, "ana")) == ("", "room")
    assert code(stage, "ana", "microphone") == "not_allowed"
    assert next_change(stage.state, stage.actor("ana"), "hall", stage.event_at) == TEN + 2 * MINUTE
    stage.minutes(2)
    assert (code(stage, "ana", "voice"), reach(stage, "ana")) == ("one_focus", "near")
    assert next_change(stage.state, stage.actor("ana"), "hall", stage.event_at) is None
    stage.set(HALL, "ana", MicGrant("next", TEN))
    assert code(stage, "ana", "voice") == "one_focus"


def test_how_far_a_voice_reaches(stage: Stage) -> None:
    assert reach(stage, "spe") == "room"
    assert voice_reach(stage.state, "spe", "", stage.event_at) == "near"
    stage.do("session.pause", "cher", session="talk")
    assert reach(stage, "spe") == "near"


def test_a_silent_audience(stage: Stage) -> None:
    stage.do("session.pause", "cher", session="talk")
    stage.set(HALL, "hall", AudienceMute("cher", "talk"))
    stage.set(HALL, "gil", MicGrant("talk", TEN))
    assert code(stage, "ana", "voice") == "audience_muted"
    assert code(stage, "spe", "voice") == ""
    assert code(stage, "gil", "voice") == ""
    assert code(stage, "ana", "voice", "foyer") == ""


def test_the_echo_is_for_everybody_inside(stage: Stage) -> None:
    stage.set(HALL, "ana", Mute("cher"))
    for person in ("ana", "gil", "spe"):
        assert code(stage, person, "echo", "", "") == ""
    assert may_send(stage.state, NOBODY, "echo", "", "", TEN) == asked(stage, "stranger", "echo")


@pytest.mark.parametrize("policy", DoorPolicy)
def test_who_may_watch_is_who_may_come_in_or_is_inside(stage: Stage, policy: DoorPolicy) -> None:
    stage.do("room.set_door", "cher", room="hall", policy=policy)
    told = {
        person: may_watch(stage.state, stage.actor(person), "hall", stage.event_at)
        for person in ("ana", "gil", "spe", "ines", "stranger")
    }
    assert told["stranger"] is not None
    assert told["stranger"].code == "not_let_in"
    assert told["spe"] is None
    assert told["ines"] is None
    kept_out = None if policy is DoorPolicy.OPEN else str(policy)
    for person in ("ana", "gil"):
        answer = told[person]
        assert (answer.code if answer else None) == kept_out
        assert answer is None or answer.message.endswith(".")
        assert may_watch(stage.state, stage.actor(person), "hall", stage.event_at, inside=True) is None
    assert may_watch(stage.state, NOBODY, "hall", stage.event_at, inside=True) is not None
    assert may_watch(stage.state, stage.actor("ana"), "cellar", stage.event_at) is not None
    assert may_watch(stage.state, stage.actor("ana"), "", stage.event_at) is not None


def test_the_next_change_is_the_end_of_a_role(stage: Stage) -> None:
    stage.person("ben", "speaker", Scope("hall", "talk"), until=TEN + 7 * MINUTE)
    ben = stage.actor("ben")
    assert next_change(stage.state, ben, "hall", TEN) == TEN + 7 * MINUTE
    stage.set(HALL, "ben", OnAir("talk", TEN))
    stage.at = TEN + 7 * MINUTE - 1
    assert code(stage, "ben", "camera") == ""
    stage.at += 1
    assert code(stage, "ben", "camera") == "not_allowed"
    assert next_change(stage.state, ben, "", TEN + 8 * MINUTE) is None


def test_it_is_told_why_it_is_not_live(stage: Stage) -> None:
    before = asked(stage, "spe", "camera", session="next")
    stage.session("next", "hall", 60, 120, cancelled=True)
    cancelled = asked(stage, "spe", "camera", session="next")
    assert before is not None
    assert cancelled is not None
    assert "has not begun" in before.message
    assert "cancelled" in cancelled.message
