"""Whatever happens, nobody is inside a room that he could not enter, and no room holds more than it should.

Random commands of everybody, walks, jumps, broken lines, clocks that move to and fro, and servers that are killed.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, Final

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turia.backbone.timetable import Timetable
from turia.errors import Refused
from turia.event.commands import Actor
from turia.event.doors import door_of, passage
from turia.event.entries import EVENT, EVENT_STAFF, Change, delete, person_stream, put, room_stream
from turia.event.grants import Grant
from turia.event.people import Registration, Status
from turia.event.programme import DoorPolicy, Room, Session
from turia.event.rooms import SessionRun
from turia.event.scopes import Scope
from turia.event.sessions import RUNNING
from turia.event.settings import EventClock, Policies
from turia.protocol.frames import POSE
from turia.protocol.messages import Place
from turia.store.memory import MemoryStore
from turia.testing.backbone import NOW
from turia.testing.event_house import EventHouse
from turia.testing.halls import two_rooms
from turia.testing.manual_clock import ManualClock
from turia.world.space import Space

EAST: Final = 2
MINUTE: Final = 60_000
CAPACITY, RESERVED = 4, 1
PEOPLE: Final = tuple(f"p{number}" for number in range(9))
SESSIONS: Final = ("s0", "s1", "s2")
POLICIES: Final = list(DoorPolicy)
STAFF: Final = "mo"


def setting() -> list[Change]:
    hall = Room("Hall", place="east", capacity=CAPACITY, reserved=RESERVED, session_door=DoorPolicy.WAITING_ROOM)
    people = [
        put(person_stream(each), each, Registration(Status.CHECKED_IN, each, f"{each}@example.org", "individual"))
        for each in (*PEOPLE, STAFF)
    ]
    sessions = [
        put(
            EVENT,
            key,
            Session(key, NOW + (5 + 20 * k) * MINUTE, NOW + (25 + 20 * k) * MINUTE, room="hall", chairs=(PEOPLE[k],)),
        )
        for k, key in enumerate(SESSIONS)
    ]
    rules = Policies(doors_open_min=5, grace_min=2)
    return [
        put(EVENT, "hall", hall),
        put(EVENT, "policies", rules),
        *people,
        *sessions,
        put(EVENT_STAFF, "mo", Grant(STAFF, "moderator")),
    ]


class Venue:
    """One life of the server after the other, on the same data; ``ride`` is what happens in between."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.clock = ManualClock()
        self.store = MemoryStore()
        self.tickets: dict[str, Place] = {}
        self.house: EventHouse
        self.space: Space
        self.timetable: Timetable
        #: Who was inside when it was last looked, and who was let in though it was full by right.
        self.was_inside: set[str] = set()
        #: Who could enter after the last tick, and who had a place of his own.
        self.before: dict[str, tuple[bool, bool]] = {}

    @contextlib.asynccontextmanager
    async def life(self, *changes: Change) -> Any:
        building = two_rooms()
        self.space = Space(building.layout, building.walk, capacity=64)
        async with EventHouse(*changes, store=self.store, space=self.space, clock=self.clock) as house:
            self.house = house
            self.timetable = Timetable(house.journal)
            await self.timetable.follow()
            house.tick()
            self.was_inside = set()
            yield

    # -- what can happen -----------------------------------------------------------------------------
    async def happen(self) -> None:
        acts = (
            self.command, self.command, self.command, self.programme, self.role, self.time, self.shift, self.come,
            self.come, self.leave, self.go, self.go, self.follow, self.sit, self.break_off,
        )  # fmt: skip
        act = acts[int(self.rng.integers(len(acts)))]
        with contextlib.suppress(Refused):
            await act()

    def pick(self, things: Any) -> Any:
        return things[int(self.rng.integers(len(things)))]

    def slot(self) -> int:
        inside = [slot for person in PEOPLE if (slot := self.space.slot_of(person)) is not None]
        if not inside:
            raise Refused("nobody", "Nobody is here.")
        return int(self.pick(inside))

    async def command(self) -> None:
        person = self.pick(PEOPLE)
        session = self.pick(SESSIONS)
        name, by, fields = self.pick(
            [
                ("room.set_door", STAFF, {"policy": self.pick(POLICIES), "for_session": bool(self.rng.integers(2))}),
                ("room.set_door", STAFF, {"policy": DoorPolicy.CLOSED, "lead_out": True}),
                ("room.follow_programme", STAFF, {}),
                ("room.ask_in", person, {}),
                ("room.withdraw_ask", person, {}),
                ("room.admit", STAFF, {"person": person, "over_capacity": bool(self.rng.integers(2))}),
                ("room.admit_all", STAFF, {}),
                ("room.decline", STAFF, {"person": person}),
                ("room.invite", STAFF, {"person": person, "session": session}),
                ("room.uninvite", STAFF, {"person": person, "session": session}),
                ("session.open", STAFF, {"session": session, "end_former": bool(self.rng.integers(2))}),
                ("session.go_live", person, {"session": session}),
                ("session.pause", STAFF, {"session": session}),
                ("session.end", STAFF, {"session": session}),
                ("session.reopen", STAFF, {"session": session}),
            ]
        )
        room = {} if name.startswith("session") else {"room": "hall"}
        await self.house.do(name, Actor(by), **room, **fields)

    async def programme(self) -> None:
        key = self.pick(SESSIONS)
        session = self.house.journal.state.get(EVENT, Session, key)
        assert session is not None
        changed = msgspec.structs.replace(
            session,
            start=session.start + int(self.rng.integers(-5, 6)) * MINUTE,
            cancelled=bool(self.rng.random() < 0.2),
            door=self.pick([None, *POLICIES]),
            chairs=(self.pick(PEOPLE),),
        )
        await self.house.write(put(EVENT, key, msgspec.structs.replace(changed, end=changed.start + 20 * MINUTE)))

    async def role(self) -> None:
        person = self.pick(PEOPLE)
        if self.rng.random() < 0.4:
            await self.house.write(delete(EVENT_STAFF, Grant, person))
            return
        until = self.house.journal.moment().event_at + int(self.rng.integers(1, 10)) * MINUTE
        role = self.pick(["speaker", "steward", "captioner"])
        await self.house.write(
            put(EVENT_STAFF, person, Grant(person, role, Scope(self.pick(["hall", "cellar"])), 0, until))
        )

    async def time(self) -> None:
        self.clock.advance(float(self.rng.integers(1, 240)))

    async def shift(self) -> None:
        await self.house.write(put(EVENT, "clock", EventClock(int(self.rng.integers(-60, 60)) * MINUTE)))

    async def come(self) -> None:
        person = self.pick(PEOPLE)
        if self.space.slot_of(person) is None:
            at = self.tickets.get(person) or Place(float(self.rng.uniform(-2, 2)), 0.0, 0.0, 0, 0)
            self.house.join(person, "flat", at)

    async def leave(self) -> None:
        slot = self.slot()
        person = self.space.person_of(slot).id
        self.tickets[person] = self.space.place_of(slot)
        connection = self.house.house.by_slot.get(slot)
        if connection is not None:
            self.house.house.release(connection)
        self.space.leave(slot)
        self.was_inside.discard(person)

    async def break_off(self) -> None:
        connection = self.house.house.by_slot.get(self.slot())
        if connection is not None:
            self.house.house.release(connection)

    async def go(self) -> None:
        self.space.go(self.slot(), person=None, place=self.pick(["east", "west", "safe"]), rng=self.rng)

    async def follow(self) -> None:
        self.space.go(self.slot(), person=self.pick(PEOPLE), place=None, rng=self.rng)

    async def sit(self) -> None:
        self.space.sit(self.slot(), int(self.rng.integers(8)))

    def walk(self) -> None:
        for person in PEOPLE:
            slot = self.space.slot_of(person)
            if slot is None:
                continue
            place = self.space.place_of(slot)
            pose = np.zeros(1, POSE)
            pose["x"] = round((place.x + float(self.rng.uniform(-0.25, 0.3))) * 100)
            pose["z"], pose["layer"], pose["tick"] = round(place.z * 100), place.layer, self.house.house.tick
            self.space.ingest(np.array([slot], np.int32), pose)

    # -- what must hold --------------------------------------------------------------------------------
    async def step(self) -> None:
        """Something happens, everybody tries to get in or out, and it is looked at before and after the tick."""
        await self.happen()
        self.look()
        for person in PEOPLE:
            slot = self.space.slot_of(person)
            if slot is not None and self.rng.random() < 0.3:
                with contextlib.suppress(Refused):
                    self.space.go(slot, person=None, place=self.pick(["east", "west"]), rng=self.rng)
        self.look()
        await self.timetable.follow()
        self.walk()
        self.house.tick()
        self.look()
        self.agree()

    def agree(self) -> None:
        """After a tick the world lets everybody through whom the event lets through, and nobody else."""
        state, event_at = self.house.journal.state, self.house.journal.moment().event_at
        full = bool(self.space.full_rooms()[EAST])
        for person in PEOPLE:
            way = passage(state, "hall", person, event_at)
            self.before[person] = way.enters, way.place
            slot = self.space.slot_of(person)
            if slot is not None and self.space.room_of(slot) != EAST:
                closed = bool(self.space.closed_to(np.array([slot]))[0, 0])
                assert closed != (way.enters and (way.place or not full)), (person, way, door_of(state, "hall"))

    def look(self) -> None:
        state, event_at = self.house.journal.state, self.house.journal.moment().event_at
        inside = {
            person
            for person in PEOPLE
            if (slot := self.space.slot_of(person)) is not None and self.space.room_of(slot) == EAST
        }
        came = inside - self.was_inside
        door = door_of(state, "hall")
        ways = {person: passage(state, "hall", person, event_at) for person in PEOPLE}
        for person in came:
            assert self.was_allowed(person, ways[person].enters), f"{person} came in: {door}"
        places = {person for person in inside if self.had_place(person, ways[person].place)}
        if came - places:
            assert len(inside - (came & places)) <= CAPACITY, "some may have come after him, on places of their own"
            assert len(inside - places) <= CAPACITY - RESERVED
        self.was_inside = inside
        runs = state.all(room_stream("hall"), SessionRun).values()
        assert sum(run.phase in RUNNING for run in runs) <= 1

    def was_allowed(self, person: str, now: bool) -> bool:
        """By the rights of now, or by those of the last tick: the world learns of a change with the next one."""
        return now or self.before[person][0]

    def had_place(self, person: str, now: bool) -> bool:
        return now or self.before[person][1]


async def ride(seed: int, steps: int, lives: int) -> None:
    venue = Venue(seed)
    for life in range(lives):
        async with venue.life(*([] if life else setting())):
            venue.agree()
            for _ in PEOPLE:
                await venue.come()
            for _ in range(steps):
                await venue.step()


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 1_000_000))
def test_nobody_is_inside_who_could_not_enter(seed: int) -> None:
    asyncio.run(ride(seed, steps=60, lives=3))


@pytest.mark.counted
def test_many_long_days(rounds: Any) -> None:
    for seed in range(rounds(short=2, long=200)):
        asyncio.run(ride(seed, steps=150, lives=4))
