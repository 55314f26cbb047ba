"""The event without a journal: commands are decided and applied at once, ids count up, time stands still."""

from __future__ import annotations

import itertools
from typing import Any

import msgspec

from turia.event import all_commands, commands
from turia.event.commands import THE_SYSTEM, Actor, Answer, Moment
from turia.event.entries import EVENT_STAFF, Change, Entry, Value, person_stream, put
from turia.event.grants import Grant
from turia.event.people import Registration, Status
from turia.event.state import State

#: Monday 3 November 2025, 08:00 UTC.
NOW = 1_762_156_800_000


class Decisions:
    """``do`` and ``ask`` as people would; ``log``: every entry so far; ``at``: the time, milliseconds UTC."""

    def __init__(self) -> None:
        self.state = State()
        self.log: list[Entry] = []
        self.at = NOW
        self._numbers = itertools.count(1)

    def put(self, stream: str, key: str, value: Value) -> None:
        """Write an entry without a command."""
        self._apply([put(stream, key, value)], "system")

    def person(self, name: str, *roles: str, status: Status = Status.APPROVED) -> Actor:
        """Somebody registered, by his name as id, with these roles for the whole event."""
        key = name.lower()
        self.put(person_stream(key), key, Registration(status, name, f"{key}@example.org", "individual", country="ES"))
        for role in roles:
            self.put(EVENT_STAFF, f"{key}.{role}", Grant(key, role))
        return Actor(key)

    def do(self, name: str, by: Actor = THE_SYSTEM, /, **fields: Any) -> Any:
        """Do a command; its answer. Raises Refused."""
        given = msgspec.convert(fields, all_commands.COMMANDS[name].payload)
        decision = commands.decide(self.state, name, given, by, self.moment())
        self._apply(list(decision.changes), by.person)
        return decision.answer

    def ask(self, name: str, by: Actor = THE_SYSTEM, /, **fields: Any) -> Any:
        """The answer to a query. Raises Refused."""
        given = msgspec.convert(fields, all_commands.QUERIES[name].payload)
        answer: Answer = commands.ask(self.state, name, given, by, self.moment())
        return answer

    def moment(self) -> Moment:
        """Now."""
        return Moment(self.at, self.at, lambda: f"id{next(self._numbers)}")

    def _apply(self, changes: list[Change], actor: str) -> None:
        for change in changes:
            offset = self.state.top(change.stream) + 1
            entry = Entry(change.stream, offset, self.at, actor, change.kind, change.key, change.value)
            self.state.apply([entry])
            self.log.append(entry)
