"""Who leaves the venue keeps his turn for a minute."""

from __future__ import annotations

from turia.backbone.absences import KEEP_S
from turia.backbone.waiting import WaitingRooms
from turia.event.entries import EVENT, put, room_staff_stream
from turia.event.programme import Room
from turia.event.rooms import Waiting
from turia.testing.backbone import journal
from turia.testing.manual_clock import ManualClock

STAFF = room_staff_stream("hall")
LIST = [put(STAFF, person, Waiting(person.title())) for person in ("ana", "ben")]


async def test_a_turn_is_kept_for_a_minute_and_then_given_up() -> None:
    clock, here = ManualClock(), {"ana", "ben"}
    async with journal(put(EVENT, "hall", Room("Hall")), *LIST, clock=clock) as book:
        rooms = WaitingRooms(book, clock, here.__contains__)
        assert await rooms.look() == 0
        here.discard("ben")
        clock.advance(KEEP_S - 1)
        assert await rooms.look() == 0
        clock.advance(1)
        assert await rooms.look() == 1
        assert list(book.state.all(STAFF, Waiting)) == ["ana"]


async def test_who_comes_back_in_time_keeps_it() -> None:
    clock, here = ManualClock(), {"ana"}
    async with journal(put(EVENT, "hall", Room("Hall")), *LIST, clock=clock) as book:
        rooms = WaitingRooms(book, clock, here.__contains__)
        await rooms.look()
        clock.advance(KEEP_S - 1)
        here.add("ben")
        await rooms.look()
        here.discard("ben")
        clock.advance(KEEP_S - 1)
        assert await rooms.look() == 0
        assert len(book.state.all(STAFF, Waiting)) == 2


async def test_a_restarted_server_gives_everybody_a_minute() -> None:
    clock = ManualClock()
    async with journal(put(EVENT, "hall", Room("Hall")), *LIST, clock=clock) as book:
        rooms = WaitingRooms(book, clock, set().__contains__)
        assert await rooms.look() == 0
        clock.advance(KEEP_S)
        assert await rooms.look() == 2
        rooms.start()
        await rooms.close()
        await rooms.close()
