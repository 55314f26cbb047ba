"""Bench ``peers``: how many walkers in one hall does one core of each system serve by the same requirement?

The 64 nearest moving people of each client are at most 100 ms old at p99. Same walkers, same lean connections, server
and load on different cores, one run. Peers are written the way their own documentation advises (``peers_node/``,
``stock_server.py``), each in the variants an author would consider; the best one counts.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp
import numpy as np
import uvloop

from turia.bench import peer_dialects, report
from turia.bench.hall import make_hall
from turia.bench.peer_load import OMEGA, POSE_S, RADIUS_M, Load
from turia.errors import StartError
from turia.testing.ages import summary_of
from turia.testing.lean_client import RefusalError
from turia.testing.server_process import ServerProcess, free_port

SIZES: Final = (100, 150, 200, 300, 400, 500, 750, 1_000, 1_250, 1_500, 1_750, 2_000)
AGE_LIMIT_MS: Final = 100.0
SQUARE_METRES_EACH: Final = 0.5
_NODE: Final = Path(__file__).with_name("peers_node")
_PROBES: Final = 6
#: Arriving is heavier than being there: time to settle, seconds, and more for each arrival.
_WARM_S, _WARM_S_EACH = 3.0, 0.015
_FIGURES: Final = (
    "age_ms_median",
    "age_ms_p99",
    "age_samples",
    "server_cpu_pct",
    "load_cpu_pct",
    "bytes_per_client_s",
    "updates_per_client_s",
    "server_us_per_update",
    "note",
)


@dataclass(frozen=True, slots=True)
class System:
    """One system in one variant. ``script`` is of peers_node, or "" for the Python ones."""

    name: str
    dialect: Callable[..., Any]
    script: str = ""
    mode: str = ""


SYSTEMS: Final = (
    System("turia", peer_dialects.turia),
    System("colyseus, whole state", peer_dialects.colyseus, "colyseus_server.mjs", "all"),
    System("colyseus, views", peer_dialects.colyseus, "colyseus_server.mjs", "near"),
    System("socket.io node, nearest", peer_dialects.socket_io, "socketio_server.mjs", "near"),
    System("socket.io node, broadcast", peer_dialects.socket_io, "socketio_server.mjs", "all"),
    System("python-socketio", peer_dialects.socket_io),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of ``scripts/bench peers``."""
    parse = report.parser("peers", "Turia beside Colyseus, Socket.IO for Node and stock python-socketio.")
    parse.add_argument("--sizes", type=int, nargs="+", help="numbers of walkers to try, ascending")
    parse.add_argument("--seconds", type=float, help="how long to measure each (default 8)")
    parse.add_argument("--systems", nargs="+", help="names of systems to run, each a part of its name (default all)")
    chosen = parse.parse_args(argv)
    systems = [each for each in SYSTEMS if not chosen.systems or any(part in each.name for part in chosen.systems)]
    node = _node_modules()
    sizes = chosen.sizes or ((20, 40) if chosen.quick else SIZES)
    seconds = chosen.seconds or (3.0 if chosen.quick else 8.0)
    rows = [row for system in systems for row in _climb(system, sizes, seconds, node)]
    print(report.table(list(rows[0]), [list(row.values()) for row in rows]))
    largest = {s.name: max((r["n"] for r in rows if r["system"] == s.name and r["ok"]), default=0) for s in systems}
    best = max((value for name, value in largest.items() if name != "turia"), default=0)
    figures = {
        **{f"largest_n {name}": value for name, value in largest.items()},
        "gain_over_best_peer": round(largest.get("turia", 0) / best, 2) if best else None,
        "rows": rows,
    }
    report.finish("peers", figures, chosen.json)
    return 0


def _node_modules() -> str:
    """Installs the peers' packages by their lock beside the sources; returns the node to run them with."""
    node = shutil.which("node")
    if node is None:
        raise StartError("the bench 'peers' needs Node 20 or newer on the PATH")
    if not (_NODE / "node_modules" / ".package-lock.json").exists():
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=_NODE, check=True)
    return node


def _climb(system: System, sizes: Sequence[int], seconds: float, node: str) -> list[dict[str, Any]]:
    """Larger and larger until two sizes in a row fail."""
    rows: list[dict[str, Any]] = []
    for n in sizes:
        rows.append(_measure(system, n, seconds, node))
        print(report.table(list(rows[-1]), [list(rows[-1].values())]), flush=True)
        if len(rows) > 1 and not rows[-1]["ok"] and not rows[-2]["ok"]:
            break
    return rows


def _measure(system: System, n: int, seconds: float, node: str) -> dict[str, Any]:
    core, load_core = report.cores()
    os.sched_setaffinity(0, {load_core})
    with tempfile.TemporaryDirectory(prefix="turia-peers-") as name:
        folder = Path(name)
        if system.name == "turia":
            hall = make_hall(folder / "hall", n * SQUARE_METRES_EACH)
            limits = {"capacity": n + 10, "max_connections": n + 500, "log_level": "warning"}
            with ServerProcess(folder, {"venue_dir": hall, **limits}, core=core) as server:
                return uvloop.run(_load(system, server.url, server.pid, n, seconds, node))
        with _Peer(system, node, core) as peer:
            return uvloop.run(_load(system, peer.url, peer.pid, n, seconds, node))


class _Peer:
    """A peer's server process on one core."""

    def __init__(self, system: System, node: str, core: int) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        environment = {**os.environ, "PORT": str(port), "MODE": system.mode, "NODE_ENV": "production"}
        python = [sys.executable, "-m", "turia.bench.stock_server", str(port)]
        command = [node, str(_NODE / system.script)] if system.script else python
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        self.pid = self._process.pid
        os.sched_setaffinity(self.pid, {core})

    def __enter__(self) -> _Peer:
        time.sleep(2.0)
        if self._process.poll() is not None:
            raise StartError(f"the peer ended at once with status {self._process.returncode}")
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.wait()


async def _load(system: System, url: str, pid: int, n: int, seconds: float, node: str) -> dict[str, Any]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        dialect = system.dialect
        open_line = dialect(url) if dialect is peer_dialects.socket_io else dialect(url, session)
        load = Load(n, n * SQUARE_METRES_EACH, open_line, min(_PROBES, n))
        running = asyncio.ensure_future(load.run())
        try:
            await asyncio.wait_for(load.arrive(100), 60 + n / 20)
            return await _watch(system, load, url, pid, seconds, node)
        except (TimeoutError, OSError, aiohttp.ClientError, RefusalError) as error:
            return _row(system, n, ok=False, note=f"arrival failed: {type(error).__name__}")
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def _watch(system: System, load: Load, url: str, pid: int, seconds: float, node: str) -> dict[str, Any]:
    probe = await _colyseus_probe(load, url, seconds, node) if system.script.startswith("colyseus") else None
    await asyncio.sleep(_warm_s(load.n))
    load.book.samples.clear()
    load.updates = 0
    before = (report.cpu_seconds(pid), time.process_time(), load.bytes_in(), time.monotonic())
    await asyncio.sleep(seconds)
    took = time.monotonic() - before[3]
    server_s, load_s = report.cpu_seconds(pid) - before[0], time.process_time() - before[1]
    received = load.bytes_in() - before[2]
    if probe is None:
        summary, per_client = load.book.summary(), load.updates / load.probes / took
    else:
        answer = json.loads((await probe.communicate())[0])
        summary, per_client = summary_of(np.array(answer["ages"]) / 1000), answer["updates"]
    return _row(
        system,
        load.n,
        ok=summary["age_samples"] > 0 and summary["age_ms_p99"] <= AGE_LIMIT_MS,
        **summary,
        server_cpu_pct=round(100 * server_s / took, 1),
        load_cpu_pct=round(100 * load_s / took, 1),
        bytes_per_client_s=round(received / took / load.n),
        updates_per_client_s=round(per_client),
        server_us_per_update=round(1e6 * server_s / took / max(1.0, per_client * load.n), 3),
        note="load core saturated" if load_s / took > 0.95 else "",
    )


async def _colyseus_probe(load: Load, url: str, seconds: float, node: str) -> asyncio.subprocess.Process:
    walkers = np.column_stack([load.walk.centre, load.walk.phase]).round(5).tolist()
    plan = {
        "url": url,
        "probes": 3,
        "walkers": walkers,
        "omega": OMEGA,
        "radius": RADIUS_M,
        "epoch_ms": load.walk.epoch_wall * 1000,
    }
    plan |= {"pose_s": POSE_S, "warm_s": _warm_s(load.n), "seconds": seconds, "near": 64}
    return await asyncio.create_subprocess_exec(
        node,
        str(_NODE / "colyseus_probe.mjs"),
        env={**os.environ, "PLAN": json.dumps(plan)},
        stdout=asyncio.subprocess.PIPE,
    )


def _warm_s(n: int) -> float:
    return _WARM_S + _WARM_S_EACH * n


def _row(system: System, n: int, *, ok: bool, **more: Any) -> dict[str, Any]:
    return {"system": system.name, "n": n, "ok": ok, **{name: more.get(name, "") for name in _FIGURES}}
