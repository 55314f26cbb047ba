"""Which neighbours go into this tick's snapshots: what changed since it was written, within each client's budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.world.arrays import I64, U16, U32, Bool
from turia.world.avatars import Avatars
from turia.world.views import COLUMNS, DUE, EVERY_TICK, Views

CHUNK: Final = 256
#: So many columns, the first in rank, are never put off for the sake of others.
NEAR: Final = 16
#: Ticks that a client may be behind and still have them piled up.
MAX_BEHIND: Final = 20

_NEAR_BONUS: Final = np.where(np.arange(COLUMNS) < NEAR, 1 << 16, 0).astype(np.uint32)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Entries of this tick, those of one client together, clients in order.

    ``clients`` (c,) with ``updates, back, gone`` int64 (c,): how many entries each has. ``update_slots``,
    ``back_slots``, ``gone_slots`` uint16: the slots, client after client. ``first`` (k, 2): client and slot of the
    updates that are the first the client hears of somebody.
    """

    clients: NDArray[np.intp]
    updates: I64
    back: I64
    gone: I64
    update_slots: U16
    back_slots: U16
    gone_slots: U16
    first: NDArray[np.intp]

    def only(self, clients: Bool) -> Chosen:
        """Without clients that have no entries: those not in the mask (c,)."""
        if clients.all():
            return self
        counts = (self.clients[clients], self.updates[clients], self.back[clients], self.gone[clients])
        return Chosen(*counts, self.update_slots, self.back_slots, self.gone_slots, self.first)


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

    def _listed(self, clients: NDArray[np.intp]) -> Chosen:
        view = self._views
        slot, update, back, first = view.slot, self._update, self._back, self._first
        if len(clients) < self._avatars.slots:
            slot, update, back, first = slot[clients], update[clients], back[clients], first[clients]
        gone_n = view.gone_n[clients]
        leaving = clients[gone_n > 0]
        gone_slots = view.gone[leaving][np.arange(COLUMNS) < view.gone_n[leaving][:, None]]
        view.gone[leaving] = self._avatars.empty
        view.gone_n[leaving] = 0
        new = np.flatnonzero(first)
        return Chosen(
            clients=clients,
            updates=_count(update),
            back=_count(back),
            gone=gone_n.astype(np.int64),
            update_slots=slot[update],
            back_slots=slot[back] if back.any() else np.empty(0, np.uint16),
            gone_slots=gone_slots,
            first=np.stack([clients[new // COLUMNS], slot.reshape(-1)[new].astype(np.intp)], axis=1),
        )


def _count(mask: Bool) -> I64:
    """True entries of each row of at most 255 columns."""
    count: I64 = mask.view(np.uint8).sum(axis=1, dtype=np.uint8).astype(np.int64)
    return count


def _fit(update: Bool, back: Bool, pending: U16, budget: I64) -> None:
    """Put off what is over budget: returns go first (they are cheap), then the near, then what piled up most."""
    count = _count(back)
    if (count > budget).any():
        back &= np.cumsum(back, axis=1) <= budget[:, None]
        count = np.minimum(count, budget)
    room = budget - count
    over = np.flatnonzero(_count(update) > room)
    if not over.size:
        return
    room = room[over]
    # the columns that are due every tick fit in nearly always: then only the others compete
    front = _count(update[over, :EVERY_TICK])
    fits = front <= room
    far, all_ = over[fits], over[~fits]
    if far.size:
        key = pending[far, EVERY_TICK:].astype(np.uint32)
        update[far, EVERY_TICK:] = _most(key, update[far, EVERY_TICK:], room[fits] - front[fits])
    if all_.size:
        key = pending[all_] + _NEAR_BONUS
        update[all_] = _most(key, update[all_], room[~fits])


def _most(key: U32, among: Bool, room: I64) -> Bool:
    """Of the entries ``among`` (m, c) of each row those with the highest keys, ``room`` (m,) of them."""
    key <<= np.uint32(8)
    key |= np.arange(key.shape[1], 0, -1, dtype=np.uint32)
    key *= among
    ordered = np.sort(key, axis=1)
    width = key.shape[1]
    least = ordered[np.arange(len(key)), np.maximum(width - 1 - room, 0)]
    chosen: Bool = key > least[:, None]
    chosen[room >= width] = among[room >= width]
    return chosen
