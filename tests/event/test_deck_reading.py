"""Who may see slides and take their file: their own people at any time, the room once they are on."""

from __future__ import annotations

import pytest

from turia.errors import Refused
from turia.event.commands import NOBODY
from turia.event.deck_reading import deck_for, file_for
from turia.event.decks import SlideShow
from turia.event.entries import EVENT, delete, person_stream, room_staff_stream, talk_stream
from turia.event.people import Registration
from turia.event.programme import DoorPolicy, Speaker
from turia.event.rooms import Invitee
from turia.event.scopes import Scope
from turia.testing.stage import TEN, Stage

TALK = talk_stream("talk")


@pytest.fixture
def stage() -> Stage:
    """A talk that has not begun, with slides of spe; sam is another speaker of it, otto speaks elsewhere."""
    stage = Stage()
    stage.room("hall")
    stage.person("spe")
    stage.person("sam")
    stage.set(EVENT, "s1", Speaker("Spe", person="spe"))
    stage.set(EVENT, "s2", Speaker("Sam", person="sam"))
    stage.session("talk", "hall", 60, 120, speakers=("s1", "s2"))
    stage.session("other", "hall", 120, 180)
    stage.person("cher", "chair", Scope("hall", "talk"))
    stage.person("cap", "captioner", Scope("hall"))
    stage.person("ines", "interpreter", Scope("hall"))
    stage.person("otto", "speaker", Scope("hall", "other"))
    stage.person("olga", "organiser")
    stage.person("ana")
    stage.guest("gil")
    stage.do("deck.add", session="talk", owner="spe", title="Slides", deck="d")
    return stage


def sees(stage: Stage, person: str, *, inside: bool = False) -> str:
    try:
        deck_for(stage.state, "d", stage.actor(person), stage.moment(), inside=inside)
    except Refused as refused:
        return refused.message
    return ""


def takes(stage: Stage, person: str) -> bool:
    try:
        file_for(stage.state, "d", stage.actor(person), stage.moment())
    except Refused:
        return False
    return True


def test_before_the_session_slides_are_its_own_peoples(stage: Stage) -> None:
    for person in ("spe", "sam", "cher", "cap", "ines", "olga"):
        assert sees(stage, person) == "", person
    for person in ("ana", "gil", "otto"):
        assert "shown when the session is live" in sees(stage, person), person


def test_once_it_is_live_and_after_it_whoever_may_watch_sees_them(stage: Stage) -> None:
    stage.minutes(60)
    stage.do("session.open", session="talk")
    assert "when the session is live" in sees(stage, "ana")
    stage.do("session.go_live", session="talk")
    assert sees(stage, "ana") == sees(stage, "gil") == ""
    stage.do("session.end", session="talk")
    assert sees(stage, "ana") == ""
    stage.do("room.set_door", "olga", room="hall", policy=DoorPolicy.LOCKED)
    assert sees(stage, "ana") == "", "the door of the empty room does not matter"


@pytest.mark.parametrize("idle", [DoorPolicy.OPEN, DoorPolicy.CLOSED])
def test_after_a_closed_session_they_are_for_its_list_whatever_the_door_is_now(stage: Stage, idle: DoorPolicy) -> None:
    stage.room("hall", idle_door=idle)
    stage.session("talk", "hall", 60, 120, door=DoorPolicy.INVITATION, speakers=("s1", "s2"))
    stage.set(room_staff_stream("hall"), "talk.ana", Invitee("ana", "talk"))
    stage.minutes(60)
    stage.do("session.go_live", session="talk")
    assert sees(stage, "ana") == ""
    assert "invited people" in sees(stage, "gil")
    assert sees(stage, "gil", inside=True) == ""
    stage.do("session.end", session="talk")
    assert [sees(stage, each) for each in ("ana", "spe", "olga")] == [""] * 3
    for person in ("gil", "otto"):
        assert "was not for everybody" in sees(stage, person, inside=True)
    stage.put(delete(room_staff_stream("hall"), Invitee, "talk.ana"))
    assert sees(stage, "ana") != "", "taken off the list"


def test_what_is_on_the_screen_is_no_secret_any_more(stage: Stage) -> None:
    stage.set(TALK, "talk", SlideShow("talk", "d", 1, "spe", TEN))
    assert sees(stage, "ana") == ""
    stage.set(TALK, "talk", SlideShow("talk", "another", 1, "spe", TEN))
    assert sees(stage, "ana") != ""


def test_a_closed_door_keeps_out_whoever_is_not_inside(stage: Stage) -> None:
    stage.minutes(60)
    stage.do("session.go_live", session="talk")
    stage.do("room.set_door", "olga", room="hall", policy=DoorPolicy.LOCKED)
    assert "locked" in sees(stage, "ana")
    assert sees(stage, "ana", inside=True) == ""


def test_strangers_are_asked_to_sign_in_and_deleted_slides_are_gone(stage: Stage) -> None:
    with pytest.raises(Refused) as refused:
        deck_for(stage.state, "d", NOBODY, stage.moment())
    assert refused.value.code == "not_signed_in"
    stage.do("deck.delete", "spe", deck="d")
    with pytest.raises(Refused) as refused:
        deck_for(stage.state, "d", stage.actor("spe"), stage.moment())
    assert refused.value.code == "unknown_deck"


def test_the_file_is_for_those_who_see_it_once_it_is_shared(stage: Stage) -> None:
    assert takes(stage, "spe")
    assert takes(stage, "cher")
    stage.do("deck.share", "spe", deck="d", shared=True)
    assert not takes(stage, "ana"), "not before the session"
    stage.minutes(60)
    stage.do("session.go_live", session="talk")
    assert takes(stage, "ana")
    stage.do("deck.share", "spe", deck="d", shared=False)
    assert not takes(stage, "ana")
    assert takes(stage, "sam")


def test_whoever_may_not_enter_sees_nothing_even_of_his_own(stage: Stage) -> None:
    stage.put(delete(person_stream("spe"), Registration, "spe"))
    assert sees(stage, "spe") != ""
