"""An import of a thousand sessions reaches all who follow the event, also over a slow line: nobody is closed for it."""

from __future__ import annotations

from typing import Any

import pytest

from turia.event.entries import EVENT, Change, put
from turia.event.programme import Session
from turia.gateway.connection import Connection, State
from turia.gateway.streams import _LONG_BYTES
from turia.protocol import limits
from turia.testing.event_house import EventHouse
from turia.testing.memory_transport import MemoryTransport
from turia.testing.replica import Replica

SESSIONS = 1_000
#: 128 kbit/s.
SLOW = 16_000
#: Longer than everything that may wait behind a line in answers, so that its length alone is no reason to be closed.
ABSTRACT = "x" * 4_500


class LimitedLine(MemoryTransport):
    """Takes so many bytes a second, and holds the others."""

    def __init__(self, bytes_a_second: int) -> None:
        super().__init__()
        self.rate = bytes_a_second
        self.blocked = True
        self.longest = 0

    def tick(self) -> None:
        """A twentieth of a second passes."""
        self.longest = max(self.longest, self._held)
        self._held = max(0, self._held - self.rate // limits.TICK_HZ)


def programme(mark: str) -> list[Change]:
    return [
        put(EVENT, f"s{n}", Session(f"{mark} {n}", n * 60_000, (n + 1) * 60_000, abstract=ABSTRACT))
        for n in range(SESSIONS)
    ]


class Follower:
    """Somebody in the flat view who follows the event over a line of this speed, and answers pings."""

    def __init__(self, house: EventHouse, name: str, bytes_a_second: int) -> None:
        self.house = house
        self.connection: Connection = house.join(name, "flat")
        self.line = LimitedLine(bytes_a_second)
        self.connection.outbox.transport = self.line
        house.transports[self.connection] = self.line
        house.house.held.add(self.connection.outbox)
        self.replica = Replica(EVENT)
        self.bytes = self.states = 0
        self.answers: list[Any] = []

    def tick(self) -> None:
        self.line.tick()
        self.connection.pong(self.house.clock.monotonic())
        self.bytes += sum(map(len, self.line.written))
        for name, payload in self.house.read(self.connection):
            if name == "state":
                self.states += payload["first"]
                self.replica.state(payload)
            elif name == "entries":
                self.replica.entries(payload)
            elif name == "ack":
                self.answers.append((payload, self.replica.offset))

    def is_up_to_date(self) -> bool:
        return self.replica.offset == self.house.journal.state.top(EVENT)

    def holds_what_is_so(self) -> bool:
        held = {key: (each[0], each[3]["title"]) for key, each in self.replica.things["session"].items()}
        items = self.house.journal.state.items(EVENT, Session)
        return held == {key: (item.offset, item.value.title) for key, item in items.items()}  # type: ignore[attr-defined]


def live(house: EventHouse, *followers: Follower, seconds: float) -> float:
    """Until all are up to date; seconds that passed."""
    for count in range(int(seconds * limits.TICK_HZ)):
        if all(each.is_up_to_date() for each in followers):
            return count / limits.TICK_HZ
        house.tick()
        for each in followers:
            each.tick()
            assert each.connection.state is State.JOINED, f"closed after {count} ticks"
            assert not each.line.aborted
    raise AssertionError("never up to date")


@pytest.mark.parametrize(("rate", "within_s"), [(SLOW, 400.0), (10_000_000, 6.0)])
async def test_an_import_reaches_a_subscriber_with_any_line(rate: int, within_s: float) -> None:
    async with EventHouse() as house:
        ana = Follower(house, "ana", rate)
        house.sub(ana.connection, EVENT)
        live(house, ana, seconds=5)
        await house.write(*programme("First"))
        live(house, ana, seconds=within_s)
        assert ana.bytes > limits.BACKLOG_MAX_BYTES
        assert ana.bytes < 1.1 * SESSIONS * (len(ABSTRACT) + 100), "nothing twice"
        assert ana.holds_what_is_so()
        assert not house.streams._slow


async def test_a_state_of_any_length_reaches_who_comes_later() -> None:
    async with EventHouse(*programme("First")) as house:
        ana = Follower(house, "ana", 1_000_000)
        house.sub(ana.connection, EVENT)
        live(house, ana, seconds=10)
        assert (ana.states, ana.holds_what_is_so()) == (1, True)


async def test_one_import_after_the_other_becomes_one_state_for_a_slow_line() -> None:
    async with EventHouse() as house:
        ana, ben = Follower(house, "ana", 100_000), Follower(house, "ben", 10_000_000)
        for each in (ana, ben):
            house.sub(each.connection, EVENT)
        live(house, ana, ben, seconds=5)
        before = ana.states
        for number in range(5):
            await house.write(*programme(f"Version {number}"))
            for _ in range(20):
                house.tick()
                for each in (ana, ben):
                    each.tick()
        size = sum(map(len, house.streams._state(EVENT)))
        feed = house.streams._readers[ana.connection].feed
        assert feed.waiting_bytes.get(EVENT, 0) <= max(size, _LONG_BYTES)
        house.emit(ana.connection, "do", {"name": "testing.put_note", "mid": "mid-of-ana-1", "body": {"text": "x"}})
        await house.settle()
        live(house, ana, ben, seconds=200)
        assert ana.states > before
        assert ana.bytes < 3.2 * size, "not five times"
        assert all(each.holds_what_is_so() for each in (ana, ben))
        for _ in range(5):
            house.tick()
            ana.tick()
        ((answer, offset),) = [each for each in ana.answers if "offset" in str(each[0])]
        assert offset >= answer["answer"]["offset"], "an answer never overtakes the entries it speaks of"
