"""The shell of the timetable: at its pace, on a change, after a restart, and when the database does not take it."""

from __future__ import annotations

import asyncio

import pytest

from turia.backbone.journal import Journal
from turia.backbone.timetable import Timetable
from turia.errors import Refused
from turia.event import sessions
from turia.event.entries import EVENT, put
from turia.event.programme import Room, Session
from turia.event.rooms import Phase
from turia.event.seeding import SetTheDayBack
from turia.event.settings import EventClock
from turia.store.memory import MemoryStore
from turia.store.ports import unavailable
from turia.testing.backbone import NOW, entries_of, journal
from turia.testing.manual_clock import ManualClock

MINUTE = 60_000
HALL = put(EVENT, "hall", Room("Hall"))


def talk(start: int, end: int) -> Session:
    return Session("Talk", NOW + start * MINUTE, NOW + end * MINUTE, room="hall")


def phase(book: Journal) -> Phase:
    return sessions.phase_of(book.state, "talk")


async def settled(book: Journal, wanted: Phase) -> None:
    """Until the shell has done what it was woken for."""
    for _ in range(200):
        if phase(book) is wanted:
            return
        await asyncio.sleep(0)
    raise AssertionError(f"still {phase(book)}")


async def test_it_catches_up_when_it_starts_and_follows_the_clock() -> None:
    clock = ManualClock()
    async with journal(HALL, put(EVENT, "talk", talk(-10, 30)), clock=clock) as book:
        timetable = Timetable(book)
        timetable.start()
        await settled(book, Phase.LIVE)
        clock.advance(36 * 60)
        assert await timetable.follow() == 1
        assert phase(book) is Phase.ENDED
        assert await timetable.follow() == 0
        await timetable.close()


async def test_it_wakes_when_the_clock_of_the_event_is_set() -> None:
    async with journal(HALL, put(EVENT, "talk", talk(100, 130))) as book:
        timetable = Timetable(book, every_s=3_600.0)
        timetable.start()
        await book.do("event.set_the_day_back", SetTheDayBack(NOW + 110 * MINUTE))
        await settled(book, Phase.LIVE)
        await book.do("event.set_the_day_back", SetTheDayBack(NOW))
        await settled(book, Phase.PLANNED)
        await timetable.close()
        await timetable.close()


async def test_after_a_restart_everything_stands_as_it_should() -> None:
    clock, store = ManualClock(), MemoryStore()
    async with journal(HALL, put(EVENT, "talk", talk(-10, 30)), clock=clock, store=store) as book:
        await Timetable(book).follow()
        assert phase(book) is Phase.LIVE
    clock.advance(3_600)
    again = Journal(store, clock)
    await again.open()
    assert phase(again) is Phase.LIVE
    await Timetable(again).follow()
    assert phase(again) is Phase.ENDED
    await again.close()


async def test_a_database_that_does_not_take_it_is_asked_again() -> None:
    store = MemoryStore()
    async with journal(HALL, put(EVENT, "talk", talk(-10, 30)), store=store) as book:
        store.failing = unavailable("locked")
        timetable = Timetable(book)
        with pytest.raises(Refused):
            await timetable.follow()
        assert phase(book) is Phase.PLANNED
        store.failing = None
        assert await timetable.follow() == 1


async def test_a_thousand_sessions_of_the_past_are_over_at_once() -> None:
    past = [
        put(EVENT, f"s{n}", Session(f"S{n}", NOW - n * MINUTE - 2, NOW - n * MINUTE - 1, room="hall"))
        for n in range(1_200)
    ]
    async with journal(HALL, put(EVENT, "clock", EventClock()), *past) as book:
        assert await Timetable(book).follow() == 1_200
        assert len(entries_of(*past)) == 1_200
        assert all(sessions.phase_of(book.state, f"s{n}") is Phase.ENDED for n in range(0, 1_200, 100))
