"""How well each client's line keeps up: from the tick that its poses echo, vectorised over slots. Pure numpy.

TCP buffers hide seconds of lateness, so an empty transport proves nothing. A pose carries the last tick its sender
received; if it lacks a snapshot that was written more than OUTSTANDING_TICKS plus the round trip before, the client is
*behind* and volatile data is withheld until a pose shows that the line has drained. A client that has been silent for
longer than its sign of life is due is *quiet*: nobody knows whether it receives anything.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.protocol import limits

I32 = NDArray[np.int32]
Bool = NDArray[np.bool_]

_HISTORY: Final = 63
#: Ticks without a pose after which a client is quiet: it owes one a second; half a second of grace.
QUIET_TICKS: Final = limits.TICK_HZ * 3 // 2
#: Ticks between two looks at a client's tier, and what share of them withheld lowers it.
REVIEW_TICKS: Final = 5 * limits.TICK_HZ
LOWER_SHARE: Final = 0.3
_FIRST_WAIT: Final = 4
_LONGEST_WAIT: Final = 32


class Lines:
    """State of every slot. Call once a tick, in this order: ``advance``, ``poses``, ``ready``, ``sent``."""

    def __init__(self, capacity: int) -> None:
        self._history = np.zeros(capacity, dtype=np.uint64)
        self._last_pose = np.zeros(capacity, dtype=np.int64)
        self._trip = np.zeros(capacity, dtype=np.int64)
        self._free_at = np.zeros(capacity, dtype=np.float64)
        self.behind = np.zeros(capacity, dtype=np.bool_)
        self._withheld = np.zeros(capacity, dtype=np.int32)
        self._calm = np.zeros(capacity, dtype=np.int32)
        self._raised = np.zeros(capacity, dtype=np.bool_)
        self._wait = np.full(capacity, _FIRST_WAIT, dtype=np.int32)

    def reset(self, slot: int, tick: int, now: float) -> None:
        """A new connection owns ``slot``. ``now``: monotonic seconds."""
        self._free_at[slot] = now
        self._history[slot] = 0
        self._last_pose[slot] = tick
        self.behind[slot] = False
        self._withheld[slot] = 0
        self._calm[slot] = 0
        self._wait[slot] = _FIRST_WAIT
        self._raised[slot] = False

    def round_trip(self, slot: int, seconds: float) -> None:
        """The client's round trip, in seconds."""
        self._trip[slot] = min(_HISTORY - limits.OUTSTANDING_TICKS - 1, int(np.ceil(seconds * limits.TICK_HZ)))

    def advance(self) -> None:
        """A tick begins."""
        self._history <<= np.uint64(1)

    def poses(self, tick: int, slots: I32, echoes: NDArray[np.uint32]) -> None:
        """Poses of ``slots`` arrived since the last tick; ``echoes`` are the ticks they say were received last."""
        lag = np.clip(tick - echoes.astype(np.int64), 0, _HISTORY).astype(np.uint64)
        allowed = (limits.OUTSTANDING_TICKS + self._trip[slots]).astype(np.uint64)
        one = np.uint64(1)
        missing = ((one << lag) - one) & ~((one << allowed) - one)
        self.behind[slots] = (self._history[slots] & missing) != 0
        self._last_pose[slots] = tick

    def ready(self, tick: int, now: float, free: Bool, live: Bool) -> Bool:
        """Who gets volatile data now. ``free``: the transport holds nothing back; ``live``: slots with a connection."""
        self._free_at[free] = now
        up = free & ~self.behind
        self._withheld += live & ~up
        quiet = tick - self._last_pose > QUIET_TICKS + self._trip
        return up & live & ~quiet

    def blocked(self, slot: int, now: float) -> bool:
        """Whether the transport has held bytes back in every tick of the last OUTBOX_MAX_AGE_S: a slow consumer."""
        return bool(now - self._free_at[slot] > limits.OUTBOX_MAX_AGE_S)

    def sent(self, slots: I32) -> None:
        """Volatile data was written to these slots in this tick."""
        self._history[slots] |= np.uint64(1)

    def review(self, slot: int) -> int:
        """Call every REVIEW_TICKS: -1 lower the tier, +1 it may be raised, 0 leave it.

        Raising waits for 20 s of calm; if the line gives way after that, the next attempt waits twice as long.
        """
        share = self._withheld[slot] / REVIEW_TICKS
        self._withheld[slot] = 0
        if share > LOWER_SHARE:
            if self._raised[slot]:
                self._wait[slot] = min(2 * self._wait[slot], _LONGEST_WAIT)
            self._raised[slot] = False
            self._calm[slot] = 0
            return -1
        self._calm[slot] = self._calm[slot] + 1 if share == 0 else 0
        if self._calm[slot] < self._wait[slot]:
            return 0
        self._calm[slot] = 0
        self._raised[slot] = True
        return 1
