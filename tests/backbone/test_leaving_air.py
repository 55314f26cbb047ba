"""Who leaves the venue stays on air for a minute, who may not speak any more does not."""

from __future__ import annotations

from turia.backbone.absences import KEEP_S
from turia.backbone.leaving_air import LeavingAir
from turia.event.entries import EVENT, EVENT_STAFF, Change, delete, person_stream, put, room_stream
from turia.event.grants import Grant
from turia.event.people import Registration, Status
from turia.event.programme import Room, Session
from turia.event.scopes import Scope
from turia.event.stage import OnAir, StageCall
from turia.testing.backbone import NOW, journal
from turia.testing.manual_clock import ManualClock

STREAM = room_stream("hall")
MINUTE = 60_000


def event() -> list[Change]:
    """A hall with two speakers on air in one session, one of whom was called."""
    changes = [put(EVENT, "hall", Room("Hall")), put(EVENT, "bar", Room("Bar"))]
    changes.append(put(EVENT, "talk", Session("Talk", NOW - MINUTE, NOW + 60 * MINUTE, room="hall")))
    for person in ("ana", "ben"):
        registration = Registration(Status.CHECKED_IN, person.title(), f"{person}@example.org", "individual")
        changes.append(put(person_stream(person), person, registration))
        changes.append(put(EVENT_STAFF, person, Grant(person, "speaker", Scope("hall", "talk"))))
        changes.append(put(STREAM, person, OnAir("talk", NOW, ("camera",), person.title())))
    changes.append(put(STREAM, "ben", StageCall("talk", "ana", NOW)))
    return changes


async def test_a_place_on_stage_is_kept_for_a_minute_and_then_given_up() -> None:
    clock, here = ManualClock(), {"ana", "ben"}
    async with journal(*event(), clock=clock) as book:
        air = LeavingAir(book, clock, here.__contains__)
        assert await air.look() == 0
        here.discard("ben")
        clock.advance(KEEP_S - 1)
        assert await air.look() == 0
        clock.advance(1)
        assert await air.look() == 1
        assert list(book.state.all(STREAM, OnAir)) == ["ana"]
        assert list(book.state.all(STREAM, StageCall)) == ["ben"], "who was called may come back"


async def test_who_is_back_in_time_stays_on_air() -> None:
    clock, here = ManualClock(), {"ana"}
    async with journal(*event(), clock=clock) as book:
        air = LeavingAir(book, clock, here.__contains__)
        await air.look()
        clock.advance(KEEP_S - 1)
        here.add("ben")
        await air.look()
        here.discard("ben")
        clock.advance(KEEP_S - 1)
        assert await air.look() == 0
        assert list(book.state.all(STREAM, OnAir)) == ["ana", "ben"]


async def test_who_may_not_speak_any_more_is_off_air_at_once() -> None:
    taken = delete(EVENT_STAFF, Grant, "ben")
    clock = ManualClock()
    async with journal(*event(), taken, clock=clock) as book:
        assert await LeavingAir(book, clock, {"ana", "ben"}.__contains__).look() == 1
        assert list(book.state.all(STREAM, OnAir)) == ["ana"]


async def test_a_role_for_a_time_keeps_its_person_on_air_for_that_time() -> None:
    grant = put(EVENT_STAFF, "ben", Grant("ben", "speaker", Scope("hall", "talk"), until=NOW + 5 * MINUTE))
    clock = ManualClock()
    async with journal(*event(), grant, clock=clock) as book:
        air = LeavingAir(book, clock, {"ana", "ben"}.__contains__)
        clock.advance(5 * 60 - 1)
        assert await air.look() == 0
        clock.advance(1)
        assert await air.look() == 1
        assert list(book.state.all(STREAM, OnAir)) == ["ana"]


async def test_it_can_be_started_and_stopped() -> None:
    clock = ManualClock()
    async with journal(*event(), clock=clock) as book:
        air = LeavingAir(book, clock, set().__contains__)
        await air.close()
        air.start()
        await air.close()
        await air.close()
        assert len(book.state.all(STREAM, OnAir)) == 2
