"""Bench ``fanout``: CPU per delivered snapshot, from selecting what goes in to the send system call.

500 people walk in one hall; their real snapshots go through select, pack, outbox and flush to real sockets. Beside it,
in the same process, on the same core and in turns: a compiled C loop of ``send()`` with the same sizes over as many
sockets (the limit), and python-socketio's ``emit`` to each with the same sizes. The other ends are read by another
process on another core. A figure is the median over the rounds of (CPU time of this process / snapshots).
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import uvloop
from numpy.typing import NDArray

from turia.bench import report
from turia.bench.lines import Lines
from turia.bench.stock_lines import StockServer
from turia.bench.tick import Walkers, placed
from turia.clock import SystemClock
from turia.errors import StartError
from turia.gateway.snapshot_frames import HEAD, TAIL
from turia.protocol import frames, limits
from turia.testing.gateway_rig import Rig
from turia.testing.halls import hall
from turia.world.space import Space

#: Half a minute of walking, not paced: by then nearly everybody has been introduced to everybody.
_WARM_UP_TICKS: Final = 600
_PERIOD_S: Final = limits.TICK_MS / 1_000
#: A loop that does nothing but send what it is told to, timed by the CPU clock of its thread.
_C_SOURCE: Final = """
#include <errno.h>
#include <sys/socket.h>
#include <time.h>

double send_all(const int *fds, const int *sizes, int count, const char *data) {
    struct timespec begin, end;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
    for (int i = 0; i < count; i++) {
        if (send(fds[i], data, sizes[i], MSG_DONTWAIT | MSG_NOSIGNAL) != sizes[i]) return -1.0 - errno;
    }
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    return (end.tv_sec - begin.tv_sec) + (end.tv_nsec - begin.tv_nsec) * 1e-9;
}
"""


@dataclass
class Stage:
    """Everything that is measured: our gateway with walkers in it, stock python-socketio, plain sockets for C."""

    rig: Rig
    stock: StockServer
    sockets: list[socket.socket]
    send_all: Any
    walkers: Walkers
    rng: np.random.Generator
    #: Sizes of the frames of each measured tick, int32 (snapshots,): what the others have to send.
    sizes: list[NDArray[np.int32]] = field(default_factory=list)

    @property
    def house(self) -> Any:
        """Our gateway's state."""
        return self.rig.gateway._house


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of ``scripts/bench fanout``."""
    parse = report.parser("fanout", "CPU per delivered snapshot, against a C send() loop and python-socketio.")
    parse.add_argument("--clients", type=int, help="walking clients (default 500)")
    parse.add_argument("--rounds", type=int, help="rounds of each (default 5)")
    parse.add_argument("--ticks", type=int, help="ticks of a round (default 40)")
    chosen = parse.parse_args(argv)
    clients = chosen.clients or (50 if chosen.quick else 500)
    rounds = chosen.rounds or (3 if chosen.quick else 5)
    ticks = chosen.ticks or (10 if chosen.quick else 40)
    figures = uvloop.run(measure(clients, rounds, ticks))
    rows = figures.pop("rounds")
    print(report.table(["ours us", "limit us", "stock us"], rows))
    report.finish("fanout", {**figures, "rounds": rows}, chosen.json)
    return 0


async def measure(clients: int, rounds: int, ticks: int) -> dict[str, Any]:
    """The figures of the bench."""
    server_core, load_core = report.cores()
    os.sched_setaffinity(0, {server_core})
    rng = np.random.default_rng(clients)
    half = (clients / 2) ** 0.5 / 2 - 0.3
    walkers = Walkers(placed(clients, "even", half, rng), rng.uniform(0, 2 * np.pi, clients), half)
    building = hall(clients / 2)
    space = Space(building.layout, building.walk, capacity=clients)
    rig = Rig(space, clock=SystemClock(), capacity=clients, joins_per_second=1e6)
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0), backlog=clients) as listener:
        send_all = _compiled(Path(folder))
        async with Lines(load_core) as lines, rig, StockServer() as stock:
            auth = [
                {"token": f"p{i}", "protocol": limits.PROTOCOL_VERSION, "ticket": f"p{i} {x} {z}"}
                for i, (x, z) in enumerate(walkers.at.tolist())
            ]
            await lines.open("ours", rig.port, clients, auth)
            await lines.open("stock", stock.port, clients, auth)
            await lines.open("c", listener.getsockname()[1], clients, None)
            sockets = [listener.accept()[0] for _ in range(clients)]
            try:
                return await _rounds(Stage(rig, stock, sockets, send_all, walkers, rng), rounds, ticks)
            finally:
                for each in sockets:
                    each.close()


async def _rounds(stage: Stage, rounds: int, ticks: int) -> dict[str, Any]:
    await _ours(stage, _WARM_UP_TICKS if ticks > 10 else 4 * ticks, pace_s=0.0)
    spent = []
    whole = []
    for _ in range(rounds):
        stage.sizes.clear()
        ours, all_of_it = await _ours(stage, ticks)
        spent.append((ours, await _limit(stage), await _stock(stage)))
        whole.append(all_of_it)
    ours, limit, stock = np.median(np.array(spent), axis=0).tolist()
    ratios = np.array([(a / b, c / a) for a, b, c in spent])
    return {
        "clients": len(stage.sockets),
        "bytes_per_snapshot": float(np.mean(np.concatenate(stage.sizes))),
        "us_per_send": ours,
        "limit_us": limit,
        "ratio_to_limit": float(np.median(ratios[:, 0])),
        "stock_us": stock,
        "gain_over_stock": float(np.median(ratios[:, 1])),
        "whole_tick_us_per_send": float(np.median(whole)),
        "rounds": spent,
    }


async def _ours(stage: Stage, ticks: int, pace_s: float = _PERIOD_S) -> tuple[float, float]:
    """Microseconds of CPU per snapshot: what is measured, and the whole tick with ingest, move and refresh."""
    house, loop = stage.house, stage.rig.gateway._loop
    sent_before = house.stats.snapshots
    inside = before = 0.0
    pace = _Pace(pace_s)
    start = time.process_time()
    for _ in range(ticks):
        begin = time.process_time()
        poses = stage.walkers.step(stage.rng)
        house.tick += 1
        poses["seq"], poses["tick"] = house.tick & 0xFFFF, house.tick - 1
        slots = np.arange(len(poses), dtype=np.int32)
        world = time.process_time()
        house.lines.advance()
        house.lines.poses(house.tick, slots, poses["tick"])
        house.space.ingest(slots, poses)
        house.space.move(house.tick)
        house.space.expire(house.tick)
        house.space.refresh(house.tick)
        now = time.process_time()
        inside += world - begin
        before += now - world
        ready = loop._ready()
        packed = house.space.select_and_pack(house.tick, ready, head=HEAD, tail=TAIL)
        loop._introduce(packed)
        crowd = loop._crowd(house.space.crowd(house.tick), ready)
        extra = np.array([len(crowd.get(slot, b"")) for slot in packed.slots.tolist()]) if crowd else 0
        loop._write(packed, crowd)
        loop._flush()
        stage.sizes.append((packed.length + (HEAD + TAIL) + extra).astype(np.int32))
        await pace.wait()  # uvloop writes at the end of a round of its loop
    spent = time.process_time() - start
    sent = max(1, house.stats.snapshots - sent_before)
    return (spent - inside - before) / sent * 1e6, (spent - inside) / sent * 1e6


async def _limit(stage: Stage) -> float:
    """The same sizes, sent by C."""
    data = bytes(1 << 16)
    fds = np.array([each.fileno() for each in stage.sockets], dtype=np.int32)
    spent, sent = 0.0, 0
    pace = _Pace()
    for sizes in stage.sizes:
        whole = np.ascontiguousarray(sizes)
        took = stage.send_all(fds.ctypes.data, whole.ctypes.data, len(whole), data)
        if took < 0:
            raise StartError(f"the other end of the lines does not keep up (error {int(-took - 1)}); try fewer clients")
        spent, sent = spent + took, sent + len(whole)
        await pace.wait()
    return spent / sent * 1e6


async def _stock(stage: Stage) -> float:
    """The same sizes, emitted to each by python-socketio."""
    server, sids = stage.stock.server, stage.stock.sids
    overhead = 0.0
    sent = 0
    pace = _Pace()
    start = time.process_time()
    for sizes in stage.sizes:
        begin = time.process_time()
        bodies = [bytes(max(0, size - 33)) for size in sizes.tolist()]  # the packet around a body and its head
        overhead += time.process_time() - begin
        for sid, body in zip(sids, bodies, strict=False):
            await server.emit(frames.SNAPSHOT_EVENT, body, to=sid)
        sent += len(bodies)
        await pace.wait()
    return (time.process_time() - start - overhead) / sent * 1e6


class _Pace:
    """20 rounds a second, for everybody alike: the other ends have time to read, and caches cool as in real life."""

    def __init__(self, period_s: float = _PERIOD_S) -> None:
        self._period_s = period_s
        self._due = time.perf_counter()

    async def wait(self) -> None:
        self._due = max(self._due + self._period_s, time.perf_counter())
        await asyncio.sleep(max(0.0, self._due - time.perf_counter()))


def _compiled(folder: Path) -> Any:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise StartError("The bench compares with a loop in C: install gcc.")
    source, library = folder / "send_all.c", folder / "send_all.so"
    source.write_text(_C_SOURCE)
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", str(source), "-o", str(library)], check=True, timeout=60)
    function = ctypes.CDLL(str(library)).send_all
    function.restype = ctypes.c_double
    function.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p]
    return function


if __name__ == "__main__":
    sys.exit(main())
