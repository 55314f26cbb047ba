"""What a bad network does to one direction of a TCP connection, as times at which bytes arrive. Pure.

The model. Bytes travel in segments of at most :data:`SEGMENT` bytes, and arrive in order:

- *bandwidth*: segments leave one after the other at ``bytes_per_s``;
- *delay* and *jitter*: then each takes ``delay_s`` and up to ``jitter_s`` more. None overtakes another;
- *loss*: each segment is lost with probability ``loss``. TCP hides that and makes a stall of it: nothing behind the
  lost segment is delivered before it was sent again. With :data:`FOLLOWERS` segments or more behind it in the same
  burst the sender learns of it by their acknowledgements, one round trip later (fast retransmit, RFC 5681). At the end
  of a burst it waits for a timeout: twice the round trip (RFC 8985), :data:`LEAST_TIMEOUT_S` at least. What is sent
  again may be lost, too, and waits for a timeout twice as long each time;
- *corruption*: one bit of a segment is turned over with probability ``corrupt``. No TCP does this: it is for what lies
  between, and for looking at what a receiver does.

Not in the model: that a sender slows down after losses (its congestion window). Stalls are those of loss, throughput is
what ``bytes_per_s`` says.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

SEGMENT: Final = 1_400
FOLLOWERS: Final = 3
LEAST_TIMEOUT_S: Final = 0.2
#: What is sent again in vain so often is given up: the next time it arrives.
_MOST_TIMES: Final = 6


@dataclass(frozen=True, slots=True)
class Conditions:
    """Of one direction; as they are, nothing happens. Seconds, bytes a second (0: no limit), probabilities a segment.

    ``buffer_bytes``: what may wait on the way; when it is full no more is read, and the sender feels it."""

    delay_s: float = 0.0
    jitter_s: float = 0.0
    bytes_per_s: float = 0.0
    loss: float = 0.0
    corrupt: float = 0.0
    buffer_bytes: int = 256 * 1_024
    #: For the stalls; 0: twice ``delay_s``.
    round_trip_s: float = 0.0

    def __post_init__(self) -> None:
        numbers = (self.delay_s, self.jitter_s, self.bytes_per_s, self.loss, self.corrupt, self.round_trip_s)
        if min(numbers) < 0 or max(self.loss, self.corrupt) > 1 or self.buffer_bytes < SEGMENT:
            raise ValueError(f"no conditions of a line: {self}")

    @property
    def trip_s(self) -> float:
        """Of a round trip, seconds."""
        return self.round_trip_s or 2 * self.delay_s


CLEAN: Final = Conditions()


class ChaosLine:
    """One direction. The same ``seed`` and the same calls give the same times. ``stalls``, ``stalled_s``: so far."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._free_at = 0.0
        self._last_at = 0.0
        self.stalls = 0
        self.stalled_s = 0.0

    def send(self, size: int, behind: int, now: float, conditions: Conditions) -> float:
        """When a segment of ``size`` bytes, read at ``now``, arrives; ``behind``: segments after it in the burst."""
        left = max(now, self._free_at)
        if conditions.bytes_per_s:
            left += size / conditions.bytes_per_s
        self._free_at = left
        at = left + conditions.delay_s + self._random.uniform(0.0, conditions.jitter_s)
        at += self._stall(behind, conditions)
        self._last_at = max(at, self._last_at)
        return self._last_at

    def damage(self, data: bytes, conditions: Conditions) -> bytes:
        """The segment as it arrives."""
        if not conditions.corrupt or self._random.random() >= conditions.corrupt:
            return data
        bit = self._random.randrange(8 * len(data))
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        return bytes(damaged)

    def _stall(self, behind: int, conditions: Conditions) -> float:
        if not conditions.loss or self._random.random() >= conditions.loss:
            return 0.0
        timeout = max(2 * conditions.trip_s, LEAST_TIMEOUT_S)
        stall = conditions.trip_s if behind >= FOLLOWERS else timeout
        for _ in range(_MOST_TIMES):
            if self._random.random() >= conditions.loss:
                break
            stall += timeout
            timeout *= 2
        self.stalls += 1
        self.stalled_s += stall
        return stall


def segments(burst: bytes) -> list[bytes]:
    """What was read at once, as it travels."""
    return [burst[at : at + SEGMENT] for at in range(0, len(burst), SEGMENT)]
