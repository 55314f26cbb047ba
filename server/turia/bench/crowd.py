"""Bench ``crowd``: a real server, real bots in one hall, all walking, 20 Hz. How many fit on one core?

The server has one core, the bots the other one. For each N a fresh server. ``age`` is how old the news of the 64
nearest walking neighbours is on arrival (:mod:`turia.testing.ages`); ``largest_n`` is the largest N with age p99 of at
most 150 ms and no tick overrun with everybody inside.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import uvloop

from turia.bench import report
from turia.bench.hall import make_hall
from turia.testing.server_process import ServerProcess
from turia.testing.swarm import Swarm, SwarmOptions

SIZES: Final = (250, 500, 1_000, 1_500, 2_000)
#: Walkers have this much room each, as in the ``tick`` bench.
SQUARE_METRES_EACH: Final = 0.5
AGE_LIMIT_MS: Final = 150.0
_PROBES: Final = 8
#: Arriving is heavier than being there: wait until the server has taken back what it gave up meanwhile.
_WARM_S: Final = 15.0
_ARRIVAL_S: Final = 40.0
_OVERRUNS: Final = "turia_tick_overruns_total"


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of ``scripts/bench crowd``."""
    parse = report.parser("crowd", "How many walkers one core serves at 20 Hz.")
    parse.add_argument("--sizes", type=int, nargs="+", help="numbers of walkers to try")
    parse.add_argument("--seconds", type=float, help="how long to measure each (default 15)")
    chosen = parse.parse_args(argv)
    sizes = chosen.sizes or ((20, 50) if chosen.quick else SIZES)
    seconds = chosen.seconds or (4.0 if chosen.quick else 15.0)
    rows = [_measure(n, seconds) for n in sizes]
    head = list(rows[0])
    print(report.table(head, [list(row.values()) for row in rows]))
    fitting = [row["n"] for row in rows if fits(row)]
    at_1000 = [row["bytes_per_client_s"] for row in rows if row["n"] == 1_000]
    figures = {"largest_n": max(fitting, default=0), "bytes_per_client_s_1000": at_1000[0] if at_1000 else None}
    report.finish("crowd", {**figures, "rows": rows}, chosen.json)
    return 0


def fits(row: dict[str, Any]) -> bool:
    """Whether everybody came in and everybody's news are fresh."""
    return bool(row["online"] == row["n"] and row["age_ms_p99"] <= AGE_LIMIT_MS and row["overruns"] == 0)


def _measure(n: int, seconds: float) -> dict[str, Any]:
    core, load_core = report.cores()
    os.sched_setaffinity(0, {load_core})
    with tempfile.TemporaryDirectory(prefix="turia-crowd-") as name:
        folder = Path(name)
        hall = make_hall(folder / "hall", n * SQUARE_METRES_EACH)
        settings = {"venue_dir": hall, "capacity": n + 10, "max_connections": n + 500, "log_level": "warning"}
        with ServerProcess(folder, settings, core=core) as server:
            row = uvloop.run(_load(server, n, seconds))
    print(report.table(list(row), [list(row.values())]), flush=True)
    return row


async def _load(server: ServerProcess, n: int, seconds: float) -> dict[str, Any]:
    options = SwarmOptions(
        count=n, url=server.url, restless=True, probes=min(_PROBES, n), spread=False, arrivals_per_s=120
    )
    async with Swarm(options) as swarm:
        running = asyncio.ensure_future(swarm.run(float("inf")))
        # who does not get in within a generous time is missing from ``online``
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(swarm.arrive(), n / 100 + _ARRIVAL_S)
        await asyncio.sleep(_WARM_S)
        swarm.book.samples.clear()
        before = (report.cpu_seconds(server.pid), time.process_time(), swarm.received(), server.metric(_OVERRUNS))
        begin = time.monotonic()
        await asyncio.sleep(seconds)
        took = time.monotonic() - begin
        after = (report.cpu_seconds(server.pid), time.process_time(), swarm.received(), server.metric(_OVERRUNS))
        online, summary = swarm.online(), swarm.book.summary()
        fixes = sum(member.fixes for member in swarm.members)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    return {
        "n": n,
        "online": online,
        "server_cpu_pct": round(100 * (after[0] - before[0]) / took, 1),
        "load_cpu_pct": round(100 * (after[1] - before[1]) / took, 1),
        "bytes_per_client_s": round((after[2][0] - before[2][0]) / took / n),
        "snapshots_per_client_s": round((after[2][2] - before[2][2]) / took / n, 2),
        **summary,
        "overruns": int(after[3] - before[3]),
        "fixes": fixes,
    }
