"""What the screen of a room and the list of rooms show."""

from __future__ import annotations

import pytest

from turia.errors import Refused
from turia.event.capacity import Heads, Occupancy, capacity_of, reserved_of
from turia.event.entries import EVENT
from turia.event.programme import DoorPolicy, Room, Speaker
from turia.event.rooms import Phase
from turia.event.screens import screen_of
from turia.testing.stage import MINUTE, TEN, Stage


@pytest.fixture
def stage() -> Stage:
    stage = Stage(TEN - 10 * MINUTE)
    stage.room("hall", order=2)
    stage.room("annex", order=1, place="annex_place")
    stage.set(EVENT, "s1", Speaker("Ana"))
    stage.set(EVENT, "s2", Speaker("Ben"))
    stage.session("talk", "hall", 0, 60, title="A talk", subtitle="On doors", speakers=("s2", "s1", "gone"))
    stage.session("panel", "hall", 60, 90, title="A panel")
    stage.session("off", "hall", 30, 40, cancelled=True)
    stage.person("head", "organiser")
    stage.person("ana")
    return stage


def test_what_is_on_and_what_is_next(stage: Stage) -> None:
    screen = screen_of(stage.state, "hall", stage.event_at)
    assert (screen.title, screen.now) == ("Hall", None)
    assert screen.next is not None
    assert (screen.next.title, screen.next.subtitle, screen.next.speakers) == ("A talk", "On doors", ("Ben", "Ana"))
    assert (screen.next.starts, screen.next.ends, screen.next.phase) == (TEN, TEN + 60 * MINUTE, Phase.PLANNED)
    stage.do("session.go_live", "head", session="talk")
    screen = stage.ask("room.screen", "ana", room="hall").screen
    assert (screen.now.session, screen.now.phase, screen.next.session) == ("talk", Phase.LIVE, "panel")
    stage.do("session.pause", "head", session="talk")
    assert stage.ask("room.screen", "ana", room="hall").screen.now.phase is Phase.PAUSED
    stage.minutes(200)
    screen = screen_of(stage.state, "hall", stage.event_at)
    assert screen.now is not None, "it overruns"
    assert screen.next is None


def test_rooms_are_listed_in_order_with_what_was_counted(stage: Stage) -> None:
    stage.state.view(Occupancy).note("hall", Heads(12, 40, False))
    stage.do("session.open", "head", session="talk")
    stage.do("room.set_door", "head", room="hall", policy="locked")
    annex, hall = stage.ask("rooms.now", "ana").rooms
    assert (annex.room, annex.place, annex.count, annex.phase, annex.next) == ("annex", "annex_place", 0, None, "")
    assert (hall.count, hall.capacity, hall.full, hall.door, hall.by_hand) == (12, 40, False, DoorPolicy.LOCKED, True)
    assert (hall.session, hall.phase, hall.next) == ("talk", Phase.OPEN, "panel")


def test_a_full_room_holds_back_who_could_go_in(stage: Stage) -> None:
    stage.state.view(Occupancy).note("hall", Heads(40, 40, True))
    rooms = {room.room: room for room in stage.ask("room.mine", "ana").rooms}
    assert (rooms["hall"].may_enter, rooms["hall"].why, rooms["hall"].can_ask) == (False, "full", False)
    assert rooms["annex"].may_enter
    assert next(room for room in stage.ask("room.mine", "head").rooms if room.room == "hall").may_enter


def test_numbers_of_a_room() -> None:
    assert capacity_of(Room("Hall", capacity=30), 100) == 30
    assert capacity_of(Room("Hall"), 100) == 100
    assert capacity_of(Room("Foyer"), 0) == 0
    assert reserved_of(Room("Hall", capacity=30, reserved=50), 30) == 30
    assert reserved_of(Room("Hall", reserved=-3), 30) == 0


def test_for_people_of_the_venue_and_rooms_that_exist(stage: Stage) -> None:
    for query in ("rooms.now", "room.mine"):
        with pytest.raises(Refused):
            stage.ask(query, "stranger")
    with pytest.raises(Refused) as refused:
        stage.ask("room.screen", "ana", room="cellar")
    assert refused.value.code == "unknown_room"
