"""The server of media benches: a gateway and a media plane in a process of its own, on a core of its own.

Told by lines on its standard input (JSON), it answers each with a line. Everybody may everything. ``still``: people are
there without lines to the venue, ticks do not run, so that the process does nothing but media. ``foyer``: the same, and
they stand in one hall, so that voices carry. ``venue``: the whole, with ticks and a journal on SQLite.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import uvloop
from aiohttp import web

from turia.backbone.journal import Journal
from turia.bench.far_end import FarEnd
from turia.clock import SystemClock
from turia.gateway.connection import Connection
from turia.gateway.outbox import Outbox
from turia.protocol.messages import Place
from turia.settings import Settings
from turia.store.open import open_store
from turia.testing.event_house import TestingCommands
from turia.testing.halls import hall
from turia.testing.media_plane_rig import MediaRig, MemoryLink
from turia.testing.memory_transport import MemoryTransport
from turia.testing.still_space import StillSpace
from turia.web.tls import self_signed, server_context
from turia.world.audibility import Audibility
from turia.world.earshot import Earshot
from turia.world.space import Person, Space

ROOM: Final = "hall"
#: Metres of floor for each person in the foyer.
SQUARE_METRES_EACH: Final = 1.2


class MediaServer(FarEnd):
    """Starts and talks to the process; ``ask`` takes the name of a method of :class:`Served`."""

    module = "turia.bench.media_server"


# -- inside the process ------------------------------------------------------------------------------


class _Crowd(StillSpace):
    """A still space that finds people at once, however many there are."""

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.body = b""
        self._slots: dict[str, int] = {}

    def seat(self, person: str, slot: int) -> None:
        self.people[slot] = Person(person, person)
        self.places[slot] = Place(0.0, 0.0, 0.0, 0, 0)
        self._slots[person] = slot

    def slot_of(self, person: str) -> int | None:
        return self._slots.get(person)


class Served:
    """One server, opened once."""

    def __init__(self) -> None:
        self.rig: MediaRig | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="turia-media-bench-")
        self._commands = TestingCommands()

    async def open(self, kind: str, people: int, *, tls: bool = False) -> dict[str, Any]:
        """Listen; people ``p0`` and on are inside, but for the kind ``venue``."""
        clock = SystemClock()
        capacity = people + 64
        options: dict[str, Any] = {"clock": clock, "run_flushes": True, "joins_per_second": 1e6, "capacity": capacity}
        if kind == "still":
            crowd = _Crowd(capacity)
            self.rig = MediaRig(crowd, **options)
            for index in range(people):
                crowd.seat(f"p{index}", index)
                self._seat(f"p{index}", index)
        else:
            building = hall(people * SQUARE_METRES_EACH)
            space = Space(building.layout, building.walk, capacity=capacity)
            if kind == "venue":
                self._commands.__enter__()
                journal = Journal(open_store(Settings(data_dir=Path(self._folder.name)), clock), clock)
                await journal.open()
                options |= {"journal": journal, "run_ticks": True}
            audibility = Audibility(Earshot(building.layout, space.avatars, space.regions), capacity)
            self.rig = MediaRig(space, audibility=audibility, **options)
            if kind == "foyer":
                self._fill(space, people)
        port = await self._listen(ticks=kind == "venue", tls=tls)
        return {"port": port, "pid": os.getpid()}

    async def figures(self) -> dict[str, Any]:
        """The plane's own figures, and seconds of CPU of this process."""
        assert self.rig is not None
        stats = self.rig.media.figures() | {f"venue_{k}": v for k, v in self.rig.gateway.stats.figures().items()}
        return {**stats, "cpu_s": time.process_time(), "at_s": time.monotonic()}

    def _seat(self, person: str, slot: int) -> None:
        """Somebody is inside; what he would be told of the venue is dropped."""
        assert self.rig is not None
        house = self.rig.gateway.house
        transport = MemoryTransport()
        outbox = Outbox(transport, house.dirty, house.held)
        venue = Connection(slot, "127.0.0.1", MemoryLink(transport), outbox, house.clock.monotonic())
        house.connections.add(venue)
        house.seat(venue, Person(person, person), slot, "full")

    def _fill(self, space: Space, people: int) -> None:
        rng = np.random.default_rng(people)
        half = (people * SQUARE_METRES_EACH) ** 0.5 / 2 - 0.5
        for index, (x, z) in enumerate(rng.uniform(-half, half, (people, 2)).tolist()):
            person = Person(f"p{index}", f"p{index}")
            entered = space.enter(person, tier="full", tick=0, resume=Place(x, 0.0, z, 0, 0), rng=rng)
            self._seat(person.id, entered.slot)

    async def _listen(self, *, ticks: bool, tls: bool) -> int:
        assert self.rig is not None
        app = web.Application()
        self.rig.add_to(app)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        context = None
        if tls:
            context = server_context(*self_signed(Path(self._folder.name), ["localhost"], datetime.now(UTC)))
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context, backlog=1_024).start()
        await self.rig.gateway.start(run_ticks=ticks)
        await self.rig.media.start()
        return int(runner.addresses[0][1])


async def _serve() -> None:
    served = Served()
    loop = asyncio.get_running_loop()
    while text := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(text)
        answer = await getattr(served, order.pop("do"))(**order)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    os.sched_setaffinity(0, {int(sys.argv[1])})
    uvloop.run(_serve())
