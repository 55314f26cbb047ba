"""Which neighbours go into this tick's snapshots: what changed since it was written, within each client's budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.world.arrays import I64, U16, Bool
from turia.world.avatars import Avatars
from turia.world.views import COLUMNS, DUE, Views

CHUNK: Final = 256
#: So many columns, the first in rank, are never put off for the sake of others.
NEAR: Final = 16
#: Ticks that a client may be behind and still have them piled up.
MAX_BEHIND: Final = 20

_NEAR_BONUS: Final = np.where(np.arange(COLUMNS) < NEAR, 1 << 24, 0).astype(np.uint32)


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
    """Chooses entries and counts them as written."""

    def __init__(self, avatars: Avatars, views: Views) -> None:
        self._avatars, self._views = avatars, views

    def select(self, due: Bool, behind: I64, budget: I64) -> Chosen:
        """Entries for the clients that are due (bool (slots,)).

        ``behind`` int64 (slots,): ticks since the client was last due; ``budget`` int64 (slots,): entries a snapshot
        may hold, updates and returns together.
        """
        parts = [
            self._chunk(slice(start, start + CHUNK), due, behind, budget)
            for start in range(0, self._avatars.slots, CHUNK)
            if due[start : start + CHUNK].any()
        ]
        if not parts:
            none, nobody = np.empty(0, np.int64), np.empty(0, np.uint16)
            return Chosen(np.empty(0, np.intp), none, none, none, nobody, nobody, nobody, np.empty((0, 2), np.intp))
        joined = (np.concatenate([getattr(part, name) for part in parts]) for name in Chosen.__slots__)
        return Chosen(*joined)

    def _chunk(self, rows: slice, due: Bool, behind: I64, budget: I64) -> Chosen:
        view, due = self._views, due[rows]
        slot, written, pending, shown = view.slot[rows], view.written[rows], view.pending[rows], view.shown[rows]
        version = self._avatars.version.take(slot)
        changed = version != written
        ticks = (np.minimum(behind[rows], MAX_BEHIND) * due).astype(np.uint16)
        pending += view.weight[rows] * ticks[:, None]
        pending *= changed
        update = pending >= DUE
        update &= due[:, None]
        back = ~(shown | changed)
        back &= (slot != self._avatars.empty) & due[:, None]
        self._fit(update, back, pending, budget[rows])
        first = update & (written == 0)
        shown |= update
        shown |= back
        np.copyto(written, version, where=update)
        pending[update] = 0
        return self._listed(rows, due, slot, update, back, first)

    def _fit(self, update: Bool, back: Bool, pending: U16, budget: I64) -> None:
        """Put off what is over budget: returns go first (they are cheap), then the near, then what piled up most."""
        count = np.count_nonzero(back, axis=1)
        if (count > budget).any():
            back &= np.cumsum(back, axis=1) <= budget[:, None]
            count = np.minimum(count, budget)
        room = budget - count
        over = np.flatnonzero(np.count_nonzero(update, axis=1) > room)
        if not over.size:
            return
        key = (pending[over].astype(np.uint32) << np.uint32(8)) | np.arange(COLUMNS, 0, -1, dtype=np.uint32)
        key += _NEAR_BONUS
        key *= update[over]
        ordered = np.sort(key, axis=1)[:, ::-1]
        least = ordered[np.arange(len(over)), np.minimum(room[over], COLUMNS - 1)]
        update[over] &= key > least[:, None]

    def _listed(self, rows: slice, due: Bool, slot: U16, update: Bool, back: Bool, first: Bool) -> Chosen:
        view = self._views
        clients = np.flatnonzero(due)
        gone_n = view.gone_n[rows][clients]
        gone = view.gone[rows]
        leaving = clients[gone_n > 0]
        listed = np.arange(COLUMNS) < view.gone_n[rows][leaving][:, None]
        gone_slots = gone[leaving][listed]
        gone[leaving] = self._avatars.empty
        view.gone_n[rows][leaving] = 0
        new = np.empty((0, 2), np.intp)
        if first.any():
            row, column = np.nonzero(first)
            new = np.stack([row + rows.start, slot[row, column].astype(np.intp)], axis=1)
        return Chosen(
            clients=clients + rows.start,
            updates=np.count_nonzero(update, axis=1)[clients],
            back=np.count_nonzero(back, axis=1)[clients],
            gone=gone_n.astype(np.int64),
            update_slots=slot[update],
            back_slots=slot[back],
            gone_slots=gone_slots,
            first=new,
        )
