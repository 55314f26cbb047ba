"""Bench ``tick``: the world core alone, everybody walking at 20 Hz, by number of people and shape of the crowd.

A hall of N/2 square metres; three crowds: even, clustered (groups of 50, 1.5 m wide) and mixed (half and half). Each N
in a process of its own, so that no run inherits another's memory. Phases are timed within whole ticks; a figure is the
median over the ticks. ``kdtree_ratio`` compares a full refresh of everybody's interest set with building scipy's
cKDTree and querying it for as many neighbours on one core; ``recall`` is the share of the true K nearest that the
search offers.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from turia.bench import report
from turia.protocol.frames import POSE
from turia.protocol.limits import FULL_NEIGHBOURS, NO_SEAT, TICK_HZ
from turia.protocol.messages import Place
from turia.testing.halls import hall
from turia.world.interest import gather
from turia.world.space import Person, Space

SIZES: Final = (1_000, 2_000, 5_000, 10_000)
CROWDS: Final = ("even", "clustered", "mixed")
PHASES: Final = ("ingest", "move", "expire", "refresh", "select", "pack")
#: The size that the budget of a tick is set for.
_RATED: Final = 5_000
_GROUP: Final = 50
_GROUP_WIDTH_M: Final = 1.5
_STEP_M: Final = 1.3 / TICK_HZ
_HEAD_BYTES, _TAIL_BYTES = 16, 0
_WARM_UP_TICKS: Final = 12


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of ``scripts/bench tick``."""
    parse = report.parser("tick", "Milliseconds of a tick of the world core, by phase.")
    parse.add_argument("--sizes", type=int, nargs="+", help="numbers of walkers to try")
    parse.add_argument("--ticks", type=int, help="ticks to measure of each crowd (default 80)")
    parse.add_argument("--one", type=int, metavar="N", help="measure one size in this process and print JSON")
    chosen = parse.parse_args(argv)
    ticks = chosen.ticks or (8 if chosen.quick else 80)
    if chosen.one is not None:
        print(json.dumps([measure(chosen.one, crowd, ticks) for crowd in CROWDS]))
        return 0
    sizes = chosen.sizes or ((200, 400) if chosen.quick else SIZES)
    rows = [row for n in sizes for row in _fresh_process(n, ticks)]
    print(report.table(list(rows[0]), [list(row.values()) for row in rows]))
    report.finish("tick", {**figures(rows), "rows": rows}, chosen.json)
    return 0


def figures(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures of the bench: worst crowds; ``whole_ms_5000`` is null where 5,000 was not measured."""
    sizes = sorted({row["n"] for row in rows})
    whole = {n: max(row["whole_ms"] for row in rows if row["n"] == n) for n in sizes}
    rated = _RATED if _RATED in sizes else sizes[-1]
    exponent = None
    if len(sizes) > 1:
        exponent = float(np.log(whole[sizes[-1]] / whole[sizes[0]]) / np.log(sizes[-1] / sizes[0]))
    return {
        "whole_ms_5000": whole.get(_RATED),
        "kdtree_ratio": max(row["full_refresh_ms"] / row["kdtree_ms"] for row in rows if row["n"] == rated),
        "recall": min(row["recall"] for row in rows),
        "exponent": exponent,
    }


def _fresh_process(n: int, ticks: int) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "turia.bench.tick", "--one", str(n), "--ticks", str(ticks)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=600)
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


@dataclass(slots=True)
class Walkers:
    """Everybody's true position, float64 (n, 2) metres, and heading; walls turn them back."""

    at: NDArray[np.float64]
    heading: NDArray[np.float64]
    half: float

    def step(self, rng: np.random.Generator) -> NDArray[np.void]:
        """Move everybody by a tick; the poses (POSE (n,)) they would send."""
        self.heading += rng.normal(0, 0.15, len(self.heading))
        ahead = self.at + _STEP_M * np.stack([-np.sin(self.heading), -np.cos(self.heading)], axis=1)
        out = (np.abs(ahead) > self.half).any(axis=1)
        self.heading[out] += np.pi
        self.at[~out] = ahead[~out]
        poses = np.zeros(len(self.at), POSE)
        poses["x"], poses["z"] = np.rint(self.at * 100).astype(np.int16).T
        poses["yaw"] = poses["view"] = (self.heading * 256 / (2 * np.pi)).astype(np.int64) % 256
        poses["state"] = 1
        return poses


def placed(n: int, crowd: str, half: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Positions float64 (n, 2) metres of a crowd within ``half`` metres of the middle."""
    even = rng.uniform(-half, half, (n, 2))
    middles = rng.uniform(-half, half, (max(1, n // _GROUP), 2))
    groups = middles[rng.integers(len(middles), size=n)] + rng.normal(0, _GROUP_WIDTH_M, (n, 2))
    grouped = np.clip(groups, -half, half)
    chosen = {"even": even, "clustered": grouped, "mixed": np.where((np.arange(n) % 2 == 0)[:, None], even, grouped)}
    return chosen[crowd]


def populated(n: int, crowd: str, rng: np.random.Generator) -> tuple[Space, Walkers, NDArray[np.int32]]:
    """A hall with ``n`` people of a crowd in it, the people, and their slots."""
    building = hall(n / 2)
    half = (n / 2) ** 0.5 / 2 - 0.3
    walkers = Walkers(placed(n, crowd, half, rng), rng.uniform(0, 2 * np.pi, n), half)
    space = Space(building.layout, building.walk, capacity=n)
    slots = []
    for number, (x, z) in enumerate(walkers.at.tolist()):
        place = Place(x=x, y=0.0, z=z, yaw=0, layer=0, seat=NO_SEAT)
        entered = space.enter(Person(f"p{number}", f"Person {number}"), tier="full", tick=0, resume=place, rng=rng)
        slots.append(entered.slot)
    return space, walkers, np.array(slots, np.int32)


def measure(n: int, crowd: str, ticks: int) -> dict[str, Any]:
    """One row: medians in milliseconds of each phase and of whole ticks, search against scipy, recall."""
    rng = np.random.default_rng(n)
    space, walkers, slots = populated(n, crowd, rng)
    spent = np.array([_tick(space, walkers, slots, tick, rng) for tick in range(1, _WARM_UP_TICKS + ticks + 1)])
    spent = spent[_WARM_UP_TICKS:] * 1e3
    phases = dict(zip(PHASES, np.median(spent, axis=0).tolist(), strict=True))
    row: dict[str, Any] = {"n": n, "crowd": crowd, **phases, "whole_ms": float(np.median(spent.sum(axis=1)))}
    return row | _search(space, n)


def _tick(
    space: Space, walkers: Walkers, slots: NDArray[np.int32], tick: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    poses = walkers.step(rng)
    poses["seq"], poses["tick"] = tick & 0xFFFF, tick - 1
    ready = np.ones(len(slots), np.bool_)
    marks = [time.perf_counter()]
    space.ingest(slots, poses)
    marks.append(time.perf_counter())
    space.move(tick)
    marks.append(time.perf_counter())
    space.expire(tick)
    marks.append(time.perf_counter())
    space.refresh(tick)
    marks.append(time.perf_counter())
    chosen = space.select(tick, ready)
    marks.append(time.perf_counter())
    space.pack(tick, chosen, head=_HEAD_BYTES, tail=_TAIL_BYTES)
    marks.append(time.perf_counter())
    return np.diff(marks)


def _search(space: Space, n: int) -> dict[str, float]:
    from scipy.spatial import cKDTree

    avatars, refresher = space.avatars, space.refresher
    (population,) = space.regions.populations(avatars)
    everybody = np.ones(n + 1, np.bool_)
    points = np.stack([avatars.x[:n], avatars.z[:n]], axis=1)
    neighbours = min(FULL_NEIGHBOURS, n - 1)
    ours = _median_ms(lambda: refresher.refresh(population, everybody))
    theirs = _median_ms(lambda: cKDTree(points).query(points, k=neighbours + 1, workers=1))
    distance, _ = cKDTree(points).query(points, k=neighbours + 1, workers=1)
    return {"full_refresh_ms": ours, "kdtree_ms": theirs, "recall": _recall(space, points, distance[:, -1])}


def _recall(space: Space, points: NDArray[np.float32], reach: NDArray[np.float64]) -> float:
    """Share of each point's true nearest (those within ``reach``) that are among the candidates of its leaf."""
    crowd = gather(space.avatars, np.arange(len(points)))
    padded = np.append(points, np.full((1, 2), np.inf, np.float32), axis=0).astype(np.float64)
    found = 0
    for chunk in np.array_split(np.arange(len(points)), max(1, len(points) // 500)):
        offset = padded[crowd.candidates[crowd.leaves.of[chunk]]] - padded[chunk][:, None, :]
        found += int(np.count_nonzero(np.hypot(offset[..., 0], offset[..., 1]) <= reach[chunk][:, None] + 1e-6))
    true = sum(
        int(np.count_nonzero(np.hypot(*(padded[:-1] - padded[i]).T) <= reach[i] + 1e-6)) for i in range(len(points))
    )
    return found / true


def _median_ms(act: Callable[[], object], times: int = 7) -> float:
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        spent.append(time.perf_counter() - start)
    return float(np.median(spent) * 1e3)


if __name__ == "__main__":
    sys.exit(main())
