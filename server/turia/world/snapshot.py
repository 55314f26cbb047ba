"""Packs snapshots (layout in protocol/frames.py) of all clients of a tick into one buffer, without a loop over clients.

The buffer is made of cells of 10 bytes, the size of an update: before each body as many cells as hold the caller's head
and the snapshot's header, then one cell an update, then the cells for the two lists and the caller's tail. One ``take``
from the table of avatars fills all updates at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.protocol.frames import SNAPSHOT_HEAD, UPDATE_BYTES
from turia.world.arrays import I32, I64, U8, U16
from turia.world.avatars import Avatars
from turia.world.select import Chosen

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
    before = -(-(head + _HEADER) // UPDATE_BYTES)
    after = -(-(2 * (chosen.gone + chosen.back) + tail) // UPDATE_BYTES)
    cells = before + chosen.updates + after
    first = np.cumsum(cells) - cells
    index = np.full(int(cells.sum()), avatars.empty, np.uint16)
    index[_runs(first + before, chosen.updates)] = chosen.update_slots
    buffer = avatars.row.take(index).view(np.uint8)
    start = (first + before) * UPDATE_BYTES - _HEADER
    words = buffer.view("<u2")
    _write_headers(words, start // 2, avatars, chosen, tick)
    lists = (start + _HEADER) // 2 + chosen.updates * (UPDATE_BYTES // 2)
    words[_runs(lists, chosen.gone)] = chosen.gone_slots
    words[_runs(lists + chosen.gone, chosen.back)] = chosen.back_slots
    length = _HEADER + UPDATE_BYTES * chosen.updates + 2 * (chosen.gone + chosen.back)
    return Bodies(buffer, chosen.clients.astype(np.int32), start.astype(np.int32), length.astype(np.int32))


def _write_headers(words: U16, at: I64, avatars: Avatars, chosen: Chosen, tick: int) -> None:
    fields: list[int | NDArray[np.integer]] = [
        tick & 0xFFFF,
        (tick >> 16) & 0xFFFF,
        avatars.seq[chosen.clients],
        chosen.updates,
        chosen.gone,
        chosen.back,
    ]
    for offset, value in enumerate(fields):
        words[at + offset] = value


def _runs(start: I64, count: I64) -> I64:
    """The integers start[i], start[i] + 1, ... of each run i of count[i], one run after the other."""
    ends = np.cumsum(count)
    total = int(ends[-1]) if len(ends) else 0
    runs: I64 = np.arange(total) + np.repeat(start - (ends - count), count)
    return runs
