"""How old is what a client knows of its nearest moving neighbours? Measured inside the load generator, one clock.

For each *probe* (a few of the bots) and each snapshot it receives, the K nearest bots that are walking are looked up in
the truth. A neighbour whose pose stands in the snapshot is as old as that pose: ``now - sent``. A neighbour that does
not is as old as its first pose that the probe has not been told, ``now - sent(first untold)``, or not counted when
there is none; it ages from the moment it came among the K nearest at the earliest, since nobody is owed news of people
far away. So a neighbour that the server forgets grows old in the figures; it does not vanish from them.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.protocol import frames

#: Poses remembered a bot: at 15 a second, four seconds.
_MEMORY: Final = 64
#: A neighbour untold for longer than the memory counts as this old, seconds.
OLDEST_S: Final = 4.0


class AgeBook:
    """Poses sent by ``n`` bots and what the probes were told. ``near``: neighbours looked at, at most."""

    def __init__(self, n: int, *, near: int = 64) -> None:
        self.near = near
        self.sent_at = np.full((n, _MEMORY), -np.inf)
        self.sent_xz = np.zeros((n, _MEMORY, 2), dtype=np.int16)
        self.count = np.zeros(n, dtype=np.int64)
        self.bot_of_slot = np.full(1 << 16, -1, dtype=np.int32)
        self.samples: list[NDArray[np.float64]] = []
        self._told: dict[int, NDArray[np.int64]] = {}
        self._near_since: dict[int, NDArray[np.float64]] = {}

    def sent(self, who: NDArray[np.intp], poses: NDArray[np.void], now: float) -> None:
        """These bots just sent these poses (frames.POSE)."""
        at = self.count[who] % _MEMORY
        self.sent_at[who, at] = now
        self.sent_xz[who, at, 0] = poses["x"]
        self.sent_xz[who, at, 1] = poses["z"]
        self.count[who] += 1

    def received(
        self, probe: int, body: memoryview, walking: NDArray[np.bool_], xz: NDArray[np.float32], now: float
    ) -> None:
        """``probe`` received a snapshot; ``walking`` (n,) and ``xz`` (n, 2) metres are the truth."""
        told = self._told.setdefault(probe, np.full(len(self.count), -1, dtype=np.int64))
        head = np.frombuffer(body, frames.SNAPSHOT_HEAD, 1)[0]
        updates = np.frombuffer(body, frames.UPDATE, int(head["updates"]), offset=frames.SNAPSHOT_HEAD.itemsize)
        bots = self.bot_of_slot[updates["slot"]]
        known = bots >= 0
        bots, xz_told = bots[known], np.stack([updates["x"][known], updates["z"][known]], axis=1)
        match = (self.sent_xz[bots] == xz_told[:, None, :]).all(axis=2)
        at = np.where(match, self.sent_at[bots], -np.inf)
        newest = np.argmax(at, axis=1)
        fresh_age = now - at[np.arange(len(bots)), newest]
        # The running number of the matched pose, from its place in the ring.
        last = self.count[bots] - 1
        told[bots] = np.where(np.isfinite(fresh_age), last - (last - newest) % _MEMORY, told[bots])
        near = self._nearest(probe, walking, xz)
        in_snapshot = np.full(len(self.count), np.nan)
        in_snapshot[bots] = np.where(np.isfinite(fresh_age), fresh_age, np.nan)
        self.samples.append(self._ages(near, told, in_snapshot, self._since(probe, near, now), now))

    def _nearest(self, probe: int, walking: NDArray[np.bool_], xz: NDArray[np.float32]) -> NDArray[np.intp]:
        gap = xz - xz[probe]
        square = np.where(walking, np.einsum("ij,ij->i", gap, gap), np.inf)
        square[probe] = np.inf
        k = min(self.near, len(square) - 1)
        near = np.argpartition(square, k - 1)[:k]
        return near[np.isfinite(square[near])]

    def _since(self, probe: int, near: NDArray[np.intp], now: float) -> NDArray[np.float64]:
        """When each bot came among the nearest of the probe, (n,); those who are not count as coming next time."""
        before = self._near_since.get(probe)
        since = np.full(len(self.count), np.inf)
        since[near] = now if before is None else np.minimum(before[near], now)
        self._near_since[probe] = since
        return since

    def _ages(
        self,
        near: NDArray[np.intp],
        told: NDArray[np.int64],
        in_snapshot: NDArray[np.float64],
        since: NDArray[np.float64],
        now: float,
    ) -> NDArray[np.float64]:
        ages = in_snapshot[near]
        untold = np.isnan(ages)
        waiting = near[untold & (told[near] + 1 < self.count[near])]
        first = told[waiting] + 1
        lost = first <= self.count[waiting] - _MEMORY
        late = np.where(lost, OLDEST_S, now - self.sent_at[waiting, first % _MEMORY])
        late = np.minimum(late, now - since[waiting])
        return np.concatenate([ages[~untold], np.minimum(late, OLDEST_S)])

    def summary(self) -> dict[str, float]:
        """See :func:`summary_of`; of all samples so far."""
        return summary_of(np.concatenate(self.samples) if self.samples else np.zeros(0))


def summary_of(ages: NDArray[np.float64]) -> dict[str, float]:
    """Median and p99 in milliseconds of ages (k,) in seconds, and how many samples they stand on."""
    if not len(ages):
        return {"age_ms_median": float("nan"), "age_ms_p99": float("nan"), "age_samples": 0}
    middle, high = np.percentile(ages, [50, 99]) * 1000
    return {"age_ms_median": round(float(middle), 1), "age_ms_p99": round(float(high), 1), "age_samples": len(ages)}
