"""Which neighbours go into this tick's snapshots: what changed since it was written, within each client's budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from turia.world.arrays import I64, U16, U32, Bool
from turia.world.avatars import Avatars
from turia.world.views import COLUMNS, DUE, EVERY_TICK, Index, Views, where

CHUNK: Final = 512
#: So many columns, the first in rank, are never put off for the sake of others.
NEAR: Final = 16
#: Ticks that a client may be behind and still have them piled up.
MAX_BEHIND: Final = 20

_NEAR_BONUS: Final = np.where(np.arange(COLUMNS) < NEAR, 1 << 16, 0).astype(np.uint32)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Entries of this tick for the clients ``clients`` (c,), in order of slot.

    ``slot`` uint16 (c, COLUMNS) are their neighbours, ``update`` and ``back`` bool (c, COLUMNS) say which are sent and
    which are named as returned. ``gone`` uint16: who left, ``gone_n`` int64 (c,) of each client, client after client.
    ``first`` (k, 2): client and slot of the updates that are the first the client hears of somebody: introductions.
    """

    clients: Index
    slot: U16
    update: Bool
    back: Bool
    gone: U16
    gone_n: I64
    first: Index

    def entries(self) -> I64:
        """How many entries each client has, (c,)."""
        return count(self.update) + count(self.back) + self.gone_n

    def only(self, clients: Bool) -> Chosen:
        """Without clients that have no entries: those not in the mask (c,)."""
        if clients.all():
            return self
        slot, update, back = self.slot[clients], self.update[clients], self.back[clients]
        return Chosen(self.clients[clients], slot, update, back, self.gone, self.gone_n[clients], self.first)


class Selector:
    """Chooses entries and counts them as written; owns the masks (slots, COLUMNS) of what is chosen in a tick."""

    def __init__(self, avatars: Avatars, views: Views) -> None:
        self._avatars, self._views = avatars, views
        shape = (avatars.slots, COLUMNS)
        self._update, self._back, self._first = (np.zeros(shape, np.bool_) for _ in range(3))

    def select(self, due: Bool, behind: I64, budget: I64) -> Chosen:
        """Entries for the clients that are due (bool (slots,)).

        ``behind`` int64 (slots,): ticks since the client was last due; ``budget`` int64 (slots,): entries a snapshot
        may hold, updates and returns together.
        """
        ticks = (np.minimum(behind, MAX_BEHIND) * due).astype(np.uint16)
        for start in range(0, self._avatars.slots, CHUNK):
            rows = slice(start, start + CHUNK)
            if due[rows].any():
                self._chunk(rows, due[rows], ticks[rows], budget[rows])
        return self._listed(np.flatnonzero(due))

    def _chunk(self, rows: slice, due: Bool, ticks: U16, budget: I64) -> None:
        view, update, back, first = self._views, self._update[rows], self._back[rows], self._first[rows]
        slot, written, pending, shown = view.slot[rows], view.written[rows], view.pending[rows], view.shown[rows]
        news = self._avatars.version.take(slot)
        news -= written
        changed = news != 0
        pending += view.weight[rows] * ticks[:, None]
        pending *= changed
        np.greater_equal(pending, DUE, out=update)
        update &= due[:, None]
        quiet = changed
        quiet |= shown
        np.greater(slot != self._avatars.empty, quiet, out=back)
        back &= due[:, None]
        _fit(update, back, pending, budget)
        np.equal(written, 0, out=first)
        first &= update
        # arithmetic instead of masked copies: several times faster
        news *= update
        written += news
        pending *= ~update
        shown |= update
        shown |= back

    def _listed(self, clients: Index) -> Chosen:
        view = self._views
        slot, update, back, first = view.slot, self._update, self._back, self._first
        if len(clients) < self._avatars.slots:
            slot, update, back, first = slot[clients], update[clients], back[clients], first[clients]
        gone_n = view.gone_n[clients].astype(np.int64)
        leaving = clients[gone_n > 0]
        gone = view.gone[leaving][np.arange(COLUMNS) < view.gone_n[leaving][:, None]]
        view.gone[leaving] = self._avatars.empty
        view.gone_n[leaving] = 0
        row, column = where(first)
        new = np.stack([clients[row], slot[row, column].astype(np.intp)], axis=1)
        new = new[view.meet(new[:, 0], new[:, 1])]
        return Chosen(clients, slot, update, back, gone, gone_n, new)


def count(mask: Bool) -> I64:
    """True entries of each row of at most 255 columns."""
    counted: I64 = mask.view(np.uint8).sum(axis=1, dtype=np.uint8).astype(np.int64)
    return counted


def _fit(update: Bool, back: Bool, pending: U16, budget: I64) -> None:
    """Put off what is over budget: returns go first (they are cheap), then the near, then what piled up most."""
    returns = count(back)
    if (returns > budget).any():
        back &= np.cumsum(back, axis=1) <= budget[:, None]
        returns = np.minimum(returns, budget)
    room = budget - returns
    if not (count(update) > room).any():
        return
    # the columns that are due every tick nearly always fit in: then only the others compete
    front = count(update[:, :EVERY_TICK])
    tight = np.flatnonzero(front > room)
    if tight.size:
        update[tight] = _most(pending[tight] + _NEAR_BONUS, update[tight], room[tight])
    left = np.where(front > room, COLUMNS, room - front)
    far = update[:, EVERY_TICK:]
    far[:] = _most(pending[:, EVERY_TICK:].astype(np.uint32), far, left)


def _most(key: U32, among: Bool, room: I64) -> Bool:
    """Of the entries ``among`` (m, c) of each row those with the highest keys, at most ``room`` (m,) of them."""
    width = key.shape[1]
    key <<= np.uint32(8)
    key |= np.arange(width, 0, -1, dtype=np.uint32)
    key *= among
    ordered = np.sort(key, axis=1)
    least = ordered[np.arange(len(key)), np.maximum(width - 1 - room, 0)]
    least[room >= width] = 0
    chosen: Bool = key > least[:, None]
    return chosen
