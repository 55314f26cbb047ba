"""Raised hands: in order, one a person, and down as soon as they are answered."""

from __future__ import annotations

import pytest

from turia.errors import Refused
from turia.event.entries import room_stream
from turia.event.hand_commands import ForgetHands
from turia.event.hands import MOST_HANDS, Hand, Hands
from turia.event.scopes import Scope
from turia.testing.stage import MINUTE, TEN, Stage

HALL, LAB = room_stream("hall"), room_stream("lab")


@pytest.fixture
def stage() -> Stage:
    """Two talks are live."""
    stage = Stage()
    for room, session in (("hall", "talk"), ("lab", "other")):
        stage.room(room)
        stage.session(session, room, 0, 60)
        stage.person("cher", "chair", Scope(room, session))
    stage.person("spe", "speaker", Scope("hall", "talk"))
    stage.person("ana")
    stage.guest("gil")
    for session in ("talk", "other"):
        stage.do("session.go_live", "cher", session=session)
    return stage


def up(stage: Stage, stream: str = HALL) -> list[str]:
    """Who has the hand up, first raised first."""
    return [person for person, hand in sorted(stage.state.all(stream, Hand).items(), key=lambda each: each[1].since)]


def test_hands_are_in_the_order_in_which_they_were_raised(stage: Stage) -> None:
    stage.do("hand.raise", "gil", session="talk")
    stage.minutes(1)
    stage.do("hand.raise", "ana", session="talk")
    stage.minutes(1)
    top = len(stage.entries)
    stage.do("hand.raise", "gil", session="talk")
    assert len(stage.entries) == top, "raising it again takes nobody his place"
    assert stage.state.all(HALL, Hand) == {
        "gil": Hand("talk", TEN, "Gil"),
        "ana": Hand("talk", TEN + MINUTE, "Ana"),
    }
    stage.do("hand.lower", "gil", session="talk")
    stage.do("hand.raise", "gil", session="talk")
    assert up(stage) == ["ana", "gil"]


def test_one_has_one_hand(stage: Stage) -> None:
    stage.do("hand.raise", "ana", session="talk")
    stage.do("hand.raise", "ana", session="other")
    assert (up(stage), up(stage, LAB)) == ([], ["ana"])
    stage.do("hand.lower", "ana", session="talk")
    assert up(stage, LAB) == ["ana"], "only the hand of that session"
    assert stage.state.view(Hands).of("ana") == ["lab"]


def test_the_microphone_takes_the_hand_down_and_so_does_going_on_air(stage: Stage) -> None:
    for person in ("spe", "ana", "gil"):
        stage.do("hand.raise", person, session="talk")
    stage.do("microphone.grant", "cher", session="talk", person="ana", minutes=2)
    stage.do("stage.go_on_air", "spe", session="talk", sources=["camera"])
    assert up(stage) == ["gil"]
    stage.do("microphone.end", "cher", session="talk", person="ana")
    assert up(stage) == ["gil"], "it does not come back with the microphone"


def test_the_chair_takes_a_hand_down_and_nobody_else(stage: Stage) -> None:
    stage.do("hand.raise", "ana", session="talk")
    with pytest.raises(Refused):
        stage.do("hand.put_down", "gil", session="talk", person="ana")
    assert up(stage) == ["ana"]
    stage.do("hand.put_down", "cher", session="talk", person="ana")
    assert up(stage) == []
    stage.do("hand.put_down", "cher", session="talk", person="ana")


def test_hands_go_up_only_where_something_is_on_and_down_with_it(stage: Stage) -> None:
    stage.session("next", "hall", 60, 120)
    with pytest.raises(Refused) as why:
        stage.do("hand.raise", "ana", session="next")
    assert why.value.code == "not_running"
    stage.do("hand.raise", "ana", session="talk")
    stage.do("session.pause", "cher", session="talk")
    assert up(stage) == ["ana"]
    stage.do("session.end", "cher", session="talk")
    assert up(stage) == []


def test_there_is_an_end_to_it(stage: Stage) -> None:
    for number in range(MOST_HANDS):
        stage.set(HALL, f"p{number}", Hand("talk", TEN))
    with pytest.raises(Refused) as why:
        stage.do("hand.raise", "ana", session="talk")
    assert why.value.code == "too_many_hands"


def test_hands_of_people_who_left_are_forgotten(stage: Stage) -> None:
    stage.do("hand.raise", "ana", session="talk")
    stage.do("hand.raise", "gil", session="talk")
    given = ForgetHands("hall", ("ana", "ana", "nobody"))
    stage.do("hand.forget", room=given.room, people=list(given.people))
    assert up(stage) == ["gil"]
    stage.do("hand.forget", room="gone", people=["gil"])
    assert up(stage) == ["gil"]
