"""A random life of one client: entries, cut lines, lost frames, restarts of the server, changed rights. Replayable.

What the client saw is kept as steps, so that the same life can be lived again by the client in TypeScript:
``["sub", {stream: how}]``, ``["event", name, payload]``, ``["lost"]``.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from turia.event.entries import EVENT, EVENT_STAFF, delete, person_stream, put, room_staff_stream, room_stream
from turia.event.grants import Grant
from turia.event.people import Registration, Status
from turia.event.permissions import Scope
from turia.event.visibility import may_read
from turia.gateway.connection import Connection
from turia.store.memory import MemoryStore
from turia.testing.event_house import EventHouse
from turia.testing.gateway_rig import NameTokens
from turia.testing.replica import Replicas

STAFF: Final = room_staff_stream("hall")
STREAMS: Final = (EVENT, room_stream("hall"), STAFF, person_stream("ana"))
#: Of :mod:`turia.protocol.limits`.
SMALL: Final = {"PAGE_BYTES": 600, "RECOVER_ENTRIES": 40}
_ANA: Final = Registration(Status.CHECKED_IN, "Ana", "ana@example.org", "individual", country="ES")
_GRANT: Final = put(EVENT_STAFF, "g", Grant("ana", "moderator", Scope(room="hall")))
_BEGIN: Final = (put(person_stream("ana"), "ana", _ANA), _GRANT)


class StreamWalk:
    """``await walk(steps)`` lives; ``mismatch()`` says what the client holds wrongly, "" for nothing.

    Best with small limits (:data:`SMALL`), so that a short life meets all of them.
    """

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.store = MemoryStore()
        self.house = EventHouse(*_BEGIN, store=self.store)
        self.client = Replicas()
        self.steps: list[Any] = []
        self._line: Connection | None = None
        self._numbers = 0

    async def walk(self, steps: int) -> None:
        """Live for so many steps, then come back and wait until nothing is under way."""
        await self.house.__aenter__()
        acts = [self._write, self._write, self._write, self._bulk, self._tick, self._tick, self._cut]
        acts += [self._connect, self._restart, self._rights, self._fill_gaps, self._drop_one]
        for _ in range(steps):
            await acts[int(self.rng.integers(len(acts)))]()
        await self._cut()
        await self._connect()
        for _ in range(30):
            await self._tick()
            await self._fill_gaps()

    async def close(self) -> None:
        """Stop the server."""
        await self.house.__aexit__(None, None, None)

    # -- what happens ----------------------------------------------------------------------------
    async def _write(self) -> None:
        stream = STREAMS[int(self.rng.integers(len(STREAMS)))]
        kind = "block" if self.rng.random() < 0.8 else "notice"
        self._numbers += 1
        text = "" if self.rng.random() < 0.2 else f"text {self._numbers} " + "x" * int(self.rng.integers(200))
        await self.house.put(text, stream=stream, kind=kind, key=f"k{int(self.rng.integers(70))}")

    async def _bulk(self) -> None:
        if self.rng.random() < 0.3:
            many = int(self.rng.integers(2, 90))
            await self.house.put("many", stream=STREAMS[int(self.rng.integers(2))], key="bulk", times=many)

    async def _rights(self) -> None:
        if self.rng.random() < 0.5:
            return
        held = self.house.journal.state.get(EVENT_STAFF, Grant, "g")
        await self.house.write(delete(EVENT_STAFF, Grant, "g") if held else _GRANT)

    async def _restart(self) -> None:
        """Everything in memory is gone; what is on disk stays."""
        if self.rng.random() < 0.3:
            self._lose()
            await self.close()
            clock = self.house.clock
            self.house = EventHouse(store=self.store)
            self.house.clock.advance(max(0.0, clock.monotonic() - self.house.clock.monotonic()))
            await self.house.__aenter__()

    async def _tick(self) -> None:
        await self.house.settle()
        self.house.tick()
        self._receive()

    async def _connect(self) -> None:
        if self._line is None:
            self.house.clock.advance(10.0)
            self._line = self.house.join()
            await self._subscribe(list(STREAMS))

    async def _subscribe(self, streams: list[str]) -> None:
        assert self._line is not None
        self._receive()
        points = self.client.points(*streams)
        self.client.gaps.update(streams)  # until the answer is here, nothing of these counts
        self.house.emit(self._line, "sub", {"streams": points})
        self._line.outbox.flush_all()
        self._receive()

    async def _fill_gaps(self) -> None:
        refused = [each.stream for each in self.client.of.values() if each.status == "refused"]
        again = sorted({*self.client.gaps, *refused})
        if self._line is not None and again:
            self.house.clock.advance(10.0)
            await self._subscribe(again)

    async def _drop_one(self) -> None:
        """A frame that never came: the gap must be seen and filled."""
        if self._line is not None:
            self._receive()
            await self._write()
            await self.house.settle()
            self.house.tick()
            self._receive(lose=True)
            await self._write()

    async def _cut(self) -> None:
        """The line breaks; what was written last may have arrived in part."""
        if self._line is not None:
            self.house.tick()
            self._receive(first=int(self.rng.integers(4)))
            self._lose()

    def _lose(self) -> None:
        if self._line is not None:
            self.house.house.depart(self._line)
            self._line = None
            self.client.lost()
            self.steps.append(["lost"])

    # -- what the client sees --------------------------------------------------------------------
    def _receive(self, first: int | None = None, *, lose: bool = False) -> None:
        if self._line is None:
            return
        frames = self.house.read(self._line)[:first]
        if lose and frames and frames[0][0] == "entries":
            frames = frames[1:]
        for name, payload in frames:
            if name == "ack" and "streams" in payload:
                self.client.told(payload)
                self.steps.append(["sub", {each["stream"]: each["how"] for each in payload["streams"]}])
            elif name in ("state", "entries", "unsubscribed"):
                self.client.event(name, payload)
                self.steps.append(["event", name, payload])

    # -- whether it is right ---------------------------------------------------------------------
    def mismatch(self) -> str:
        """Compare with what the server would show."""
        state = self.house.journal.state
        by, at = NameTokens().actor_of("ana"), self.house.journal.moment().event_at
        for stream, replica in self.client.of.items():
            if not may_read(state, by, stream, at):
                if replica.status != "refused" or replica.things:
                    return f"{stream}: shown, but not for her"
                continue
            if (replica.status, replica.offset) != ("ready", state.top(stream)):
                return f"{stream}: {replica.status} at {replica.offset}, not at {state.top(stream)}"
            for kind in {*state.kinds(stream), *replica.things}:
                wrong = self._mismatch_of(stream, kind)
                if wrong:
                    return wrong
        return ""

    def _mismatch_of(self, stream: str, kind: str) -> str:
        page = self.house.fresh_things(stream, kind)
        everything = self.house.all_things(stream, kind)
        held = {
            key: (offset, value) for key, (offset, _, _, value) in self.client.of[stream].things.get(kind, {}).items()
        }
        if list(page) != [key for key in held if key in page] or any(held[key] != page[key] for key in page):
            return f"{stream} {kind}: not what a fresh state would be"
        if any(everything.get(key) != value for key, value in held.items()):
            return f"{stream} {kind}: holds what is not so"
        return ""
