"""Bench ``receive``: CPU per received pose, from the socket to the arrays of the world, checked.

Browsers' frames arrive over real sockets, one of everybody 15 times a second. Ours: the fast lane. Beside it, in the
same process, on the same core and in turns: python-socketio with a handler that copies the pose into the same kind of
array. Both ways end with the same ``ingest`` and ``move`` of a space, 20 times a second. A figure is the median over
the rounds of (CPU time of this process / poses).
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import numpy as np
import uvloop

from turia.bench import report
from turia.bench.lines import Lines
from turia.bench.stock_lines import StockServer
from turia.clock import SystemClock
from turia.gateway.poses import PoseInbox
from turia.protocol import limits
from turia.protocol.messages import Place
from turia.testing.gateway_rig import Rig
from turia.testing.halls import hall
from turia.world.space import Person, Space

_PERIOD_S: Final = limits.TICK_MS / 1_000


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of ``scripts/bench receive``."""
    parse = report.parser("receive", "CPU per received pose, against python-socketio.")
    parse.add_argument("--clients", type=int, help="connections (default 500)")
    parse.add_argument("--rounds", type=int, help="rounds of each (default 5)")
    parse.add_argument("--poses", type=int, help="poses of each connection in a round (default 30)")
    chosen = parse.parse_args(argv)
    clients = chosen.clients or (30 if chosen.quick else 500)
    rounds = chosen.rounds or (3 if chosen.quick else 5)
    poses = chosen.poses or (8 if chosen.quick else 30)
    figures = uvloop.run(measure(clients, rounds, poses))
    rows = figures.pop("rounds")
    print(report.table(["ours us", "stock us"], rows))
    report.finish("receive", {**figures, "rounds": rows}, chosen.json)
    return 0


async def measure(clients: int, rounds: int, poses: int) -> dict[str, Any]:
    """The figures of the bench."""
    server_core, load_core = report.cores()
    os.sched_setaffinity(0, {server_core})
    rig = Rig(_space(clients), clock=SystemClock(), capacity=clients, joins_per_second=1e6)
    stock_world = _populated(clients)
    stock_poses = PoseInbox(clients)
    async with Lines(load_core) as lines, rig, StockServer() as stock:
        stock.take_poses(stock_poses._bytes, stock_poses._counts)
        auth = [{"token": f"p{i}", "protocol": limits.PROTOCOL_VERSION} for i in range(clients)]
        await lines.open("ours", rig.port, clients, auth)
        await lines.open("stock", stock.port, clients, auth)
        worlds = {
            "ours": World(rig.space, rig.gateway.inbox),
            "stock": World(stock_world, stock_poses, lambda: stock.received),
        }
        hertz = float(limits.POSE_HZ)

        async def once(name: str) -> float:
            return await _measured(worlds[name], lambda: lines.send(name, poses, hertz))

        await once("ours")
        await once("stock")
        spent = [(await once("ours"), await once("stock")) for _ in range(rounds)]
    ours, stock_us = np.median(np.array(spent), axis=0).tolist()
    gain = float(np.median([b / a for a, b in spent]))
    return {"clients": clients, "us_per_pose": ours, "stock_us": stock_us, "gain_over_stock": gain, "rounds": spent}


class World:
    """Where poses end: an inbox and the space it is emptied into. ``received`` counts them where the inbox cannot."""

    def __init__(self, space: Space, inbox: PoseInbox, received: Callable[[], int] | None = None) -> None:
        self.space = space
        self.inbox = inbox
        self.tick = 0
        self._taken = 0
        self.received = received if received is not None else lambda: self._taken

    def take_in(self) -> None:
        """The part of a tick that is about poses."""
        slots, poses, _, count = self.inbox.take(_PERIOD_S)
        self._taken += count
        self.tick += 1
        if len(slots):
            self.space.ingest(slots, poses)
        self.space.move(self.tick)


async def _measured(world: World, send: Callable[[], Awaitable[int]]) -> float:
    """Microseconds of CPU per pose, from the first to the last of one ``send``."""
    before = world.received()
    start = time.process_time()
    sending = asyncio.ensure_future(send())
    while not sending.done() or world.received() - before < sending.result():
        world.take_in()
        await asyncio.sleep(_PERIOD_S)
    return (time.process_time() - start) / sending.result() * 1e6


def _space(clients: int) -> Space:
    building = hall(clients / 2)
    return Space(building.layout, building.walk, capacity=clients)


def _populated(clients: int) -> Space:
    """A space with everybody inside, for the side that has no gateway."""
    space = _space(clients)
    rng = np.random.default_rng(1)
    for index in range(clients):
        place = Place(0.0, 0.0, 0.0, 0, 0)
        space.enter(Person(f"p{index}", f"P{index}"), tier="full", tick=0, resume=place, rng=rng)
    return space


if __name__ == "__main__":
    sys.exit(main())
