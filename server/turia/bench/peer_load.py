"""The load of the ``peers`` bench: the same walkers on circles against every system, over the same lean connections.

A walker's position at time t is ``centre + radius (cos a, sin a)`` with ``a = phase + omega (t - epoch)``, so that a
position also tells when it was sent. Poses are sent 15 times a second, in five shares.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from turia.protocol import frames, limits, state
from turia.testing.ages import AgeBook

RADIUS_M: Final = 1.0
SPEED_M_S: Final = 1.8
OMEGA: Final = SPEED_M_S / RADIUS_M
POSE_S: Final = 1.0 / limits.POSE_HZ
_SHARES: Final = 5


class Walk:
    """n walkers on circles; ``centre`` float64 (n, 2) metres, ``phase`` (n,) radians."""

    def __init__(self, n: int, square_metres: float) -> None:
        side, columns = math.sqrt(square_metres), math.ceil(math.sqrt(n))
        step = (side - 2.4 * RADIUS_M) / max(1, columns - 1)
        row, column = np.divmod(np.arange(n), columns)
        self.centre = np.stack([column * step, row * step], axis=1) - (side - 2.4 * RADIUS_M) / 2
        self.phase = np.random.default_rng(3).uniform(0, 2 * math.pi, n)
        self.epoch_monotonic, self.epoch_wall = time.monotonic(), time.time()
        self.sequence = np.zeros(n, dtype=np.uint16)

    def begin_at(self, i: int, x: float, z: float) -> None:
        """Walker ``i`` was put here by the server: his circle passes through this point and lies towards the middle."""
        away = math.atan2(z, x)
        self.centre[i] = (x - RADIUS_M * math.cos(away), z - RADIUS_M * math.sin(away))
        self.phase[i] = away - OMEGA * (time.monotonic() - self.epoch_monotonic)

    def positions(self, now: float) -> NDArray[np.float32]:
        """(n, 2) metres at monotonic time ``now``."""
        angle = self.phase + OMEGA * (now - self.epoch_monotonic)
        circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        return (self.centre + RADIUS_M * circle).astype(np.float32)

    def poses(self, who: NDArray[np.intp], ticks: NDArray[np.uint32], now: float) -> NDArray[np.void]:
        """Poses (frames.POSE) of ``who`` at ``now``."""
        out = np.zeros(len(who), dtype=frames.POSE)
        self.sequence[who] += 1
        place = np.rint(self.positions(now)[who] * limits.CM_PER_M)
        out["seq"], out["tick"], out["state"] = self.sequence[who], ticks, state.WALKING
        out["x"], out["z"] = place[:, 0], place[:, 1]
        return out


Open = Callable[["Load", int], Awaitable[Any]]


class Load:
    """n walkers over connections made by ``open_line``; use ``arrive``, then ``run``."""

    def __init__(self, n: int, square_metres: float, open_line: Open, probes: int) -> None:
        self.n, self.probes, self._open = n, probes, open_line
        self.walk = Walk(n, square_metres)
        self.book = AgeBook(n)
        self.lines: list[Any] = [None] * n
        self.updates = 0

    async def arrive(self, per_second: float) -> None:
        """Everybody connects, paced."""
        opening = []
        for i in range(self.n):
            opening.append(asyncio.ensure_future(self._open(self, i)))
            await asyncio.sleep(1.0 / per_second)
        for done in asyncio.as_completed(opening):
            await done

    async def run(self) -> None:
        """Send poses for ever."""
        due, turn = time.monotonic(), 0
        while True:
            self._send(np.arange(turn % _SHARES, self.n, _SHARES))
            turn += 1
            due = max(due + POSE_S / _SHARES, time.monotonic() - 0.5)
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    def _send(self, who: NDArray[np.intp]) -> None:
        now = time.monotonic()
        who = who[[self.lines[i] is not None for i in who]] if len(who) else who
        ticks = np.array([self.lines[i].tick for i in who], dtype=np.uint32)
        poses = self.walk.poses(who, ticks, now)
        self.book.sent(who, poses, now)
        raw, size = poses.tobytes(), poses.itemsize
        for k, i in enumerate(who):
            self.lines[i].send_pose(raw[k * size : k * size + size])

    def snapshot(self, i: int, body: memoryview) -> None:
        """Walker ``i`` received a snapshot (frames.SNAPSHOT_HEAD and updates)."""
        if i < self.probes:
            now = time.monotonic()
            self.updates += int.from_bytes(body[6:8], "little")
            walking = np.array([line is not None for line in self.lines])
            self.book.received(i, body, walking, self.walk.positions(now), now)

    def bytes_in(self) -> int:
        """Bytes received by all."""
        return sum(line.bytes_in for line in self.lines if line is not None)
