"""The microphone: given, taken, and muted."""

from __future__ import annotations

import pytest

from turia.errors import Refused
from turia.event.airing import may_send, voice_reach
from turia.event.entries import person_stream, room_stream
from turia.event.microphone_commands import MOST_GRANTED
from turia.event.microphones import AudienceMute, MicGrant, Mute, mute_of
from turia.event.people import Notice
from turia.event.scopes import Scope
from turia.testing.stage import MINUTE, TEN, Stage

HALL = room_stream("hall")


@pytest.fixture
def stage() -> Stage:
    """A talk is live."""
    stage = Stage()
    stage.room("hall")
    stage.session("talk", "hall", 0, 60)
    stage.person("cher", "chair", Scope("hall", "talk"))
    stage.person("stu", "steward")
    stage.person("ana")
    stage.guest("gil")
    stage.do("session.go_live", "cher", session="talk")
    return stage


def refused(stage: Stage, name: str, by: str, **fields: object) -> str:
    top = len(stage.entries)
    with pytest.raises(Refused) as why:
        stage.do(name, by, **fields)
    assert len(stage.entries) == top
    assert why.value.message.endswith(".")
    return why.value.code


def heard(stage: Stage, person: str, room: str = "hall") -> str:
    """How far he is heard, or why not."""
    no = may_send(stage.state, stage.actor(person), "voice", room, "", stage.event_at)
    return no.code if no else voice_reach(stage.state, person, room, stage.event_at)


@pytest.mark.parametrize("person", ["ana", "gil"])
def test_who_has_the_microphone_is_heard_by_the_whole_room(stage: Stage, person: str) -> None:
    assert heard(stage, person) == "one_focus"
    stage.do("microphone.grant", "cher", session="talk", person=person, minutes=2)
    grant = stage.state.get(HALL, MicGrant, person)
    assert grant == MicGrant("talk", TEN, TEN + 2 * MINUTE, "cher", person.title())
    assert heard(stage, person) == "room"
    (notice,) = stage.state.all(person_stream(person), Notice).values()
    assert "2 minutes" in notice.text
    stage.minutes(1)
    stage.do("microphone.grant", "cher", session="talk", person=person, minutes=0)
    assert stage.state.get(HALL, MicGrant, person) == MicGrant("talk", TEN, 0, "cher", person.title())
    stage.minutes(30)
    assert heard(stage, person) == "room"
    stage.do("microphone.end", "cher", session="talk", person=person)
    stage.do("microphone.end", "cher", session="talk", person=person)
    assert heard(stage, person) == "one_focus"


def test_everybody_may_give_his_own_back_and_nobody_elses(stage: Stage) -> None:
    stage.do("microphone.grant", "cher", session="talk", person="ana")
    assert refused(stage, "microphone.end", "gil", session="talk", person="ana") == "not_allowed"
    stage.do("microphone.give_back", "gil", session="talk")
    assert heard(stage, "ana") == "room"
    stage.do("microphone.give_back", "ana", session="talk")
    assert heard(stage, "ana") == "one_focus"
    stage.do("microphone.give_back", "ana", session="gone")


def test_to_whom_it_is_not_given(stage: Stage) -> None:
    assert refused(stage, "microphone.grant", "cher", session="talk", person="nobody") == "unknown_person"
    stage.do("microphone.mute", "stu", room="hall", person="ana")
    assert refused(stage, "microphone.grant", "cher", session="talk", person="ana") == "muted"
    for number in range(MOST_GRANTED):
        stage.set(HALL, f"p{number}", MicGrant("talk", TEN, TEN + MINUTE))
    assert refused(stage, "microphone.grant", "cher", session="talk", person="gil") == "too_many_granted"
    stage.minutes(1)
    stage.do("microphone.grant", "cher", session="talk", person="gil")
    stage.do("session.end", "cher", session="talk")
    assert refused(stage, "microphone.grant", "cher", session="talk", person="gil") == "not_running"


def test_a_mute_beats_the_microphone_and_ends_with_its_time(stage: Stage) -> None:
    stage.do("microphone.grant", "cher", session="talk", person="ana")
    stage.do("microphone.mute", "cher", room="hall", person="ana", reason=" Dog \n barks ", minutes=5)
    assert stage.state.get(HALL, Mute, "ana") == Mute("cher", "Dog barks", TEN + 5 * MINUTE, "talk")
    assert heard(stage, "ana") == "muted"
    stage.minutes(5)
    assert heard(stage, "ana") == "room"
    stage.do("microphone.unmute", "cher", room="hall", person="ana")
    stage.do("microphone.unmute", "cher", room="hall", person="ana")
    assert mute_of(stage.state, "hall", "ana", stage.event_at) is None


def test_a_mute_for_everywhere_needs_a_role_everywhere(stage: Stage) -> None:
    assert refused(stage, "microphone.mute", "cher", person="ana") == "not_allowed"
    stage.do("microphone.mute", "stu", person="ana")
    assert heard(stage, "ana", "") == "muted"
    assert heard(stage, "ana", "lab") == "muted"
    stage.do("session.end", "cher", session="talk")
    assert heard(stage, "ana") == "muted"
    stage.do("microphone.unmute", "stu", person="ana")
    assert heard(stage, "ana") == "near"
    assert refused(stage, "microphone.mute", "stu", person="nobody") == "unknown_person"
    assert refused(stage, "microphone.mute", "stu", person="ana", room="cellar") == "unknown_room"


def test_a_silent_audience_until_it_is_unmuted_or_the_session_ends(stage: Stage) -> None:
    stage.do("session.pause", "cher", session="talk")
    stage.do("microphone.mute_audience", "cher", room="hall")
    stage.do("microphone.mute_audience", "cher", room="hall")
    assert stage.state.get(HALL, AudienceMute, "hall") == AudienceMute("cher", "talk")
    assert heard(stage, "ana") == "audience_muted"
    stage.do("microphone.unmute_audience", "cher", room="hall")
    stage.do("microphone.unmute_audience", "cher", room="hall")
    assert heard(stage, "ana") == "near"
    stage.do("microphone.mute_audience", "cher", room="hall")
    stage.do("session.end", "cher", session="talk")
    assert heard(stage, "ana") == "near"


def test_what_was_muted_while_nothing_ran_stays_until_it_is_taken_back(stage: Stage) -> None:
    stage.do("session.end", "cher", session="talk")
    stage.do("microphone.mute", "stu", room="hall", person="ana")
    stage.do("session.reopen", "cher", session="talk")
    stage.do("session.end", "cher", session="talk")
    assert heard(stage, "ana") == "muted"


def test_who_is_muted_now(stage: Stage) -> None:
    stage.do("microphone.mute", "cher", room="hall", person="ana", reason="Echo", minutes=5)
    stage.do("microphone.mute", "stu", person="gil")
    told = stage.ask("microphone.muted", "cher", room="hall").muted
    assert [(each.person, each.name, each.room, each.by, each.reason, each.until) for each in told] == [
        ("gil", "Gil", "", "stu", "", 0),
        ("ana", "Ana", "hall", "cher", "Echo", TEN + 5 * MINUTE),
    ]
    assert [each.person for each in stage.ask("microphone.muted", "stu").muted] == ["gil"]
    stage.minutes(5)
    stage.do("microphone.unmute", "stu", person="gil")
    assert stage.ask("microphone.muted", "cher", room="hall").muted == ()
