"""Which voices each listener hears: the nearest that he may hear, steady at every edge, in fair turns. Pure.

For all listeners at once, five times a second. A voice that is heard stays until another is clearly nearer or it falls
silent; where more people speak within reach than one can hear, whoever was heard longest gives way to whoever waits
longest. People who stand together (within :data:`TOGETHER_M`) do not give way to those farther off: a talk between
neighbours is not cut by the crowd round it. Open microphones from which no sound comes fill places that are free, so
that no first word is lost when they speak up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from turia.world.arrays import F32, F64, I32, U8, U32, Bool
from turia.world.earshot import EDGE

Index = NDArray[np.intp]

#: Somebody speaks whose level (127 minus the -dBov of RFC 6464) is at least this, and for so long after, seconds; who
#: is heard keeps his place for longer: a breath is no end.
SPEAKING_LEVEL: Final = 77
HANG_S: Final = 0.3
BREATH_S: Final = 1.0
#: A voice that is heard gives way only to one that is nearer by both, and not before it was heard so long, seconds.
NEARER: Final = np.float32(0.85)
NEARER_M: Final = np.float32(1.0)
LEAST_S: Final = 1.0
#: After so long, seconds, others get their turn who wait.
TURN_S: Final = 8.0
#: Those do not give way to others farther off.
TOGETHER_M: Final = 2.5
#: Voices at once, and speakers who are looked at, at most: beyond these the loudest.
MAX_HEARD: Final = 12
MAX_SPEAKERS: Final = 512

#: Sort keys: centimetres above, the speaker's column below; others come behind all who have no such offset.
_COLUMN_BITS: Final = 10
_COLUMN: Final = np.uint32((1 << _COLUMN_BITS) - 1)
_TAKES_TURNS: Final = np.float32(10_000)
_SILENT: Final = np.float32(20_000)
_NEVER: Final = np.float32(100_000)
_ABOVE_ZERO: Final = np.float32(200)
_LONG_AGO: Final = -np.inf
#: Listeners at a time, so that the pairs stay in the processor's cache.
_CHUNK: Final = 256


class Distances(Protocol):
    """See :class:`turia.world.earshot.Earshot`."""

    def between(self, listeners: I32, speakers: I32) -> tuple[F32, F32]:
        """(distance, reach) float32 (listeners, speakers), metres."""
        ...


@dataclass(slots=True)
class _Memory:
    """What was of each pair at the last call, with a row and a column of nothing at the end for newcomers.

    ``since`` float64: heard and speaking since then, infinite when not heard; ``last`` float64: when he was heard last;
    ``turns`` bool: he gave way, and comes back when it is his turn.
    """

    since: F64
    last: F64
    turns: Bool

    @classmethod
    def empty(cls, rows: int = 0, columns: int = 0) -> _Memory:
        """Nobody was heard."""
        shape = (rows + 1, columns + 1)
        return cls(np.full(shape, np.inf), np.full(shape, _LONG_AGO), np.zeros(shape, np.bool_))

    def of(self, row: I32, column: I32) -> _Memory:
        """The same for these rows and columns."""
        at = row[:, None] * self.since.shape[1] + column[None, :]
        return _Memory(self.since.take(at), self.last.take(at), self.turns.take(at))

    def write(self, rows: slice, pairs: _Memory) -> None:
        """Take ``pairs`` for these rows."""
        self.since[rows, :-1][: len(pairs.since)] = pairs.since
        self.last[rows, :-1][: len(pairs.since)] = pairs.last
        self.turns[rows, :-1][: len(pairs.since)] = pairs.turns


class Audibility:
    """``slots``: of the world; the listeners' and speakers' numbers are below it."""

    def __init__(self, distances: Distances, slots: int) -> None:
        self._distances = distances
        self._loud_at: F64 = np.full(slots, _LONG_AGO)
        self._memory = _Memory.empty()
        self._rows, self._columns = _Places(slots), _Places(slots)

    def heard_by(
        self,
        listeners: NDArray[np.int32],
        most: NDArray[np.uint8],
        speaking: NDArray[np.int32],
        levels: NDArray[np.uint8],
        now: float,
    ) -> list[list[int]]:
        """For each listener (a slot) the slots of those he hears, nearest first, at most ``most`` (0 to 12) of them.

        ``speaking``: distinct slots of people whose microphones are open; ``levels``: their loudest since the last
        call, 0 to 127; ``now``: seconds, monotonic.
        """
        self._loud_at[speaking[levels >= SPEAKING_LEVEL]] = now
        speaking = self._loudest(speaking, levels)
        if not len(listeners) or not len(speaking):
            self._remember(_Memory.empty(len(listeners), len(speaking)), listeners, speaking)
            return [[] for _ in range(len(listeners))]
        after = _Memory.empty(len(listeners), len(speaking))
        rows, columns = self._rows.of(listeners), self._columns.of(speaking)
        chosen = np.empty((len(listeners), MAX_HEARD), np.intp)
        for start in range(0, len(listeners), _CHUNK):
            some = slice(start, start + _CHUNK)
            pairs = self._memory.of(rows[some], columns)
            metres, reach = self._distances.between(listeners[some], speaking)
            chosen[some] = _choose(pairs, metres, reach, most[some], self._loud_at[speaking], now)
            after.write(some, pairs)
        self._remember(after, listeners, speaking)
        names, counts = np.append(speaking, -1)[chosen], np.count_nonzero(chosen < len(speaking), axis=1)
        return [row[:count] for row, count in zip(names.tolist(), counts.tolist(), strict=True)]

    def _loudest(self, speaking: I32, levels: U8) -> I32:
        if len(speaking) <= MAX_SPEAKERS:
            return speaking
        order = np.lexsort((speaking, -levels.astype(np.int32), -self._loud_at[speaking]))
        return speaking[order[:MAX_SPEAKERS]]

    def _remember(self, memory: _Memory, listeners: I32, speaking: I32) -> None:
        self._memory = memory
        self._rows.put(listeners)
        self._columns.put(speaking)


class _Places:
    """At which index of the last call each slot stood, and one past the end for those who were not there."""

    def __init__(self, slots: int) -> None:
        self._at: I32 = np.full(slots, -1, np.int32)
        self._there: I32 = np.empty(0, np.int32)

    def of(self, slots: I32) -> I32:
        at = self._at[slots]
        return np.where(at < 0, len(self._there), at).astype(np.int32)

    def put(self, slots: I32) -> None:
        self._at[self._there] = -1
        self._at[slots] = np.arange(len(slots), dtype=np.int32)
        self._there = slots.copy()


def _choose(memory: _Memory, metres: F32, reach: F32, most: U8, loud_at: F64, now: float) -> Index:
    """Columns (listeners, 12) of those who are heard, the number of speakers for nobody; ``memory`` becomes theirs."""
    held = np.isfinite(memory.since)
    within = metres <= np.where(held, reach * EDGE, reach)
    speaks = within & (loud_at >= now - np.where(held, BREATH_S, HANG_S))
    crowded: Bool = speaks.sum(axis=1) > most
    memory.turns &= speaks & crowded[:, None]
    chosen = _nearest(_keys(memory, metres, held, within, speaks, now), most)
    pick = np.zeros((len(metres), metres.shape[1] + 1), np.bool_)
    pick[np.arange(len(metres))[:, None], chosen] = True
    heard = pick[:, :-1]
    rows = np.flatnonzero(crowded & (most > 0))
    if rows.size:
        _give_way(memory, rows, chosen, heard, metres, speaks, now)
    np.copyto(memory.last, now, where=(held | heard) & speaks)
    memory.since = np.where(heard, np.where(speaks, np.minimum(memory.since, now), now), np.inf)
    return chosen


def _keys(memory: _Memory, metres: F32, held: Bool, within: Bool, speaks: Bool, now: float) -> U32:
    """Sort keys uint32 (listeners, speakers), best first; the column is in the low bits."""
    cost = metres * np.float32(100)
    kept = np.minimum(cost * NEARER, cost - NEARER_M * np.float32(100))
    cost = np.where(held, kept, cost) + _ABOVE_ZERO
    # nobody is nearer than who has only just begun to be heard
    cost = np.where(held & speaks & (memory.since > now - LEAST_S), cost / np.float32(1_000), cost)
    cost += (memory.turns & ~held) * _TAKES_TURNS
    cost += ~speaks * _SILENT
    np.copyto(cost, _NEVER, where=~within)
    key: U32 = cost.astype(np.uint32) << np.uint32(_COLUMN_BITS)
    key |= np.arange(metres.shape[1], dtype=np.uint32)
    return key


def _nearest(key: U32, most: U8) -> Index:
    """Columns (listeners, 12) of the best, padded with the number of columns."""
    columns = key.shape[1]
    if columns > MAX_HEARD:
        key = np.partition(key, MAX_HEARD - 1, axis=1)[:, :MAX_HEARD]
    key = np.sort(key, axis=1)
    out = (key >= np.uint32(_NEVER) << np.uint32(_COLUMN_BITS)) | (np.arange(key.shape[1]) >= most[:, None])
    best: Index = np.full((len(key), MAX_HEARD), columns, np.intp)
    np.copyto(best[:, : key.shape[1]], key & _COLUMN, where=~out)
    return best


def _give_way(memory: _Memory, rows: Index, chosen: Index, heard: Bool, metres: F32, speaks: Bool, now: float) -> None:
    """In each of the crowded ``rows`` one who had his turn leaves his place to who waits longest, nearest first."""
    away, on, since, last = metres[rows], heard[rows], memory.since[rows], memory.last[rows]
    waits = speaks[rows] & ~on
    beside = waits & (away <= TOGETHER_M)
    any_beside = beside.any(axis=1, keepdims=True)
    waits = np.where(any_beside, beside, waits)
    had = on & speaks[rows] & (since <= now - TURN_S) & (any_beside | (away > TOGETHER_M))
    swap = np.flatnonzero(had.any(axis=1) & waits.any(axis=1))
    if not swap.size:
        return
    giver = np.where(had, since, np.inf)[swap].argmin(axis=1)
    longest = np.where(waits, last, np.inf)[swap]
    first: Bool = waits[swap] & (longest == longest.min(axis=1)[:, None])
    taker = np.where(first, away[swap], np.inf).argmin(axis=1)
    row = rows[swap]
    place = (chosen[row] == giver[:, None]).argmax(axis=1)
    chosen[row, place] = taker
    heard[row, giver], heard[row, taker] = False, True
    memory.turns[row, giver] = True
