"""Packs snapshots (layout in protocol/frames.py) of all clients of a tick into one buffer, without a loop over clients.

The buffer is made of cells of 10 bytes, the size of an update: before each body as many cells as hold the caller's head
and the snapshot's header, then one cell an update, then the cells for the two lists and the caller's tail. One ``take``
from the table of avatars fills all updates at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from turia.protocol.frames import SNAPSHOT_HEAD, UPDATE_BYTES
from turia.world.arrays import I32, I64, U8, U16
from turia.world.avatars import Avatars
from turia.world.select import Chosen, count
from turia.world.views import COLUMNS

_HEADER: Final = SNAPSHOT_HEAD.itemsize


@dataclass(frozen=True, slots=True)
class Bodies:
    """``buffer`` uint8; body i is ``buffer[start[i] : start[i] + length[i]]`` for client ``slots[i]``."""

    buffer: U8
    slots: I32
    start: I32
    length: I32


def pack(avatars: Avatars, chosen: Chosen, tick: int, *, head: int, tail: int) -> Bodies:
    """Bodies of the chosen entries with ``head`` and ``tail`` bytes of room around each."""
    updates, back = count(chosen.update), count(chosen.back)
    before = -(-(head + _HEADER) // UPDATE_BYTES)
    after = -(-(2 * (chosen.gone_n + back) + tail) // UPDATE_BYTES)
    cells = before + updates + after
    buffer = avatars.row.take(_cells(chosen, before, after)).view(np.uint8)
    start = (np.cumsum(cells) - cells + before) * UPDATE_BYTES - _HEADER
    words = buffer.view("<u2")
    counts = (updates, chosen.gone_n, back)
    _write_headers(words, start // 2, avatars.seq[chosen.clients], counts, tick)
    lists = (start + _HEADER) // 2 + updates * (UPDATE_BYTES // 2)
    words[_runs(lists, chosen.gone_n)] = chosen.gone
    if back.any():
        words[_runs(lists + chosen.gone_n, back)] = chosen.slot[chosen.back]
    length = _HEADER + UPDATE_BYTES * updates + 2 * (chosen.gone_n + back)
    return Bodies(buffer, chosen.clients.astype(np.int32), start.astype(np.int32), length.astype(np.int32))


def _cells(chosen: Chosen, before: int, after: I64) -> U16:
    """Which avatar fills each cell of the buffer; the cells around the updates hold anybody, until they are written."""
    widest = int(after.max(initial=0))
    shape = (len(chosen.clients), before + COLUMNS + widest)
    slot, taken = np.zeros(shape, np.uint16), np.ones(shape, np.bool_)
    slot[:, before : before + COLUMNS] = chosen.slot
    taken[:, before : before + COLUMNS] = chosen.update
    np.less(np.arange(widest), after[:, None], out=taken[:, before + COLUMNS :])
    # twice as fast as slot[taken]
    cells: U16 = slot.reshape(-1).take(np.flatnonzero(taken))
    return cells


def _write_headers(words: U16, at: I64, seq: U16, counts: tuple[I64, I64, I64], tick: int) -> None:
    fields: tuple[int | U16 | I64, ...] = (tick & 0xFFFF, (tick >> 16) & 0xFFFF, seq, *counts)
    for offset, value in enumerate(fields):
        words[at + offset] = value


def _runs(start: I64, count_: I64) -> I64:
    """The integers start[i], start[i] + 1, ... of each run i of count_[i], one run after the other."""
    ends = np.cumsum(count_)
    total = int(ends[-1]) if len(ends) else 0
    runs: I64 = np.arange(total) + np.repeat(start - (ends - count_), count_)
    return runs
