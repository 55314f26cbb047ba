"""An event in memory without a journal: commands are decided and applied at once, at a time that tests own."""

from __future__ import annotations

from itertools import count
from typing import Any, Final

import msgspec

from turia.event import all_commands, commands
from turia.event.commands import THE_SYSTEM, Actor, Moment
from turia.event.entries import EVENT, EVENT_STAFF, Change, Entry, Value, person_stream, put
from turia.event.grants import Grant
from turia.event.people import Guest, Registration, Status
from turia.event.programme import Room, Session
from turia.event.scopes import EVENT_SCOPE, Scope
from turia.event.settings import EventClock
from turia.event.state import State

MINUTE: Final = 60_000
#: Ten o'clock of the event's day, milliseconds UTC; sessions of tests are told in minutes from here.
TEN: Final = 1_762_160_400_000


class Stage:
    """``state`` is what was decided; ``at`` the time (ms UTC). People enter by :meth:`person`."""

    def __init__(self, at: int = TEN) -> None:
        self.state = State()
        self.at = at
        #: Everything that was applied, in order.
        self.entries: list[Entry] = []
        self._ids = count(1)

    # -- time --------------------------------------------------------------------------------------
    @property
    def event_at(self) -> int:
        """The event's clock."""
        clock = self.state.get(EVENT, EventClock, "clock")
        return self.at + (clock.shift_ms if clock else 0)

    def moment(self) -> Moment:
        """Now."""
        return Moment(self.at, self.event_at, lambda: f"new-{next(self._ids)}")

    def minutes(self, minutes: float) -> None:
        """Let time pass."""
        self.at += int(minutes * MINUTE)

    def shift(self, minutes: float) -> None:
        """Set the event's clock so many minutes before or behind real time."""
        self.put(put(EVENT, "clock", EventClock(int(minutes * MINUTE))))

    # -- doing and asking ----------------------------------------------------------------------------
    def do(self, name: str, by: str = THE_SYSTEM.person, **fields: Any) -> Any:
        """A command as a client sends it; its answer. Raises Refused."""
        given = msgspec.convert(fields, all_commands.COMMANDS[name].payload)
        decision = commands.decide(self.state, name, given, self.actor(by), self.moment())
        self.put(*decision.changes, actor=by)
        return decision.answer

    def ask(self, name: str, by: str = THE_SYSTEM.person, **fields: Any) -> Any:
        """A query as a client asks it. Raises Refused."""
        given = msgspec.convert(fields, all_commands.QUERIES[name].payload)
        return commands.ask(self.state, name, given, self.actor(by), self.moment())

    def follow(self) -> int:
        """What the shell does once a second; how many sessions moved."""
        moves = 0
        while step := self.do("session.follow_timetable").moves:
            moves += step
        return moves

    def actor(self, person: str) -> Actor:
        """Who acts."""
        return Actor(person, guest=self.state.get(person_stream(person), Guest, person) is not None)

    def put(self, *changes: Change, actor: str = "system") -> None:
        """Apply changes."""
        for change in changes:
            top = self.state.top(change.stream) + 1
            entry = Entry(change.stream, top, self.at, actor, change.kind, change.key, change.value)
            self.state.apply([entry])
            self.entries.append(entry)

    # -- setting up ----------------------------------------------------------------------------------
    def person(self, person: str, role: str = "", scope: Scope = EVENT_SCOPE, **window: int) -> str:
        """Somebody who may enter, with a role if given; his id."""
        registration = Registration(Status.CHECKED_IN, person.title(), f"{person}@example.org", "individual")
        self.put(put(person_stream(person), person, registration))
        if role:
            self.grant(person, role, scope, **window)
        return person

    def guest(self, person: str) -> str:
        """Somebody who came in without registration; his id."""
        self.put(put(person_stream(person), person, Guest(person.title())))
        return person

    def grant(self, person: str, role: str, scope: Scope = EVENT_SCOPE, **window: int) -> None:
        """A role more; ``since``, ``until`` as in Grant."""
        self.put(put(EVENT_STAFF, f"{person}-{role}-{next(self._ids)}", Grant(person, role, scope, **window)))

    def room(self, key: str, **fields: Any) -> str:
        """A room of the programme; its key."""
        self.put(put(EVENT, key, Room(fields.pop("title", key.title()), **fields)))
        return key

    def session(self, key: str, room: str, start: float, end: float, **fields: Any) -> str:
        """A session from ``start`` to ``end``, minutes after :data:`TEN`; its key."""
        times = TEN + int(start * MINUTE), TEN + int(end * MINUTE)
        self.put(put(EVENT, key, Session(fields.pop("title", key.title()), *times, room=room, **fields)))
        return key

    def set(self, stream: str, key: str, value: Value) -> None:
        """Any value at all."""
        self.put(put(stream, key, value))
