"""What each client is being shown: its interest set, what was written to it, what it remembers. Arrays by client slot.

A *column* is one neighbour of one client; columns are in order of rank, the most important first. What a client
displays is its columns with ``shown`` set plus ``gone`` (left the set, the client does not know yet): never more than
COLUMNS.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.protocol.limits import FULL_NEIGHBOURS
from turia.world.arrays import F32, U8, U16, U32, Bool
from turia.world.avatars import Avatars

COLUMNS: Final = FULL_NEIGHBOURS
#: Slots that left a set are remembered with what was last written, in so many places (slot modulo this) a client.
MEMORY: Final = 256
#: ``weight`` and ``pending`` count in sixteenths: a neighbour of weight 16 is due every tick.
DUE: Final = 16
#: Whoever is within this distance is due every tick, metres; so are the first EVERY_TICK columns.
NEAR_M: Final = 12
EVERY_TICK: Final = 64

Index = NDArray[np.intp]


class Views:
    """Arrays of one row a client. ``slot`` uint16 (n, COLUMNS), ``avatars.empty`` where there is none.

    ``written`` uint32: version last written, 0 when the client is not known to know anything of the slot.
    ``pending`` uint16: what has piled up since the neighbour changed; ``weight`` uint16: how fast it does.
    ``gone`` uint16 (n, COLUMNS): filled from the left, ``gone_n`` of them.

    The arrays end in one entry that stands for a column that was not there, so that a new set is one ``take``.
    """

    def __init__(self, avatars: Avatars) -> None:
        n, self._avatars, self.empty = avatars.slots, avatars, avatars.empty
        self._written, self._pending = np.zeros(n * COLUMNS + 1, np.uint32), np.zeros(n * COLUMNS + 1, np.uint16)
        self._shown, self._stays = np.zeros(n * COLUMNS + 1, np.bool_), np.zeros(n * COLUMNS + 1, np.bool_)
        self._pending[-1] = DUE
        self.slot: U16 = np.full((n, COLUMNS), self.empty, np.uint16)
        self.written: U32 = self._written[:-1].reshape(n, COLUMNS)
        self.pending: U16 = self._pending[:-1].reshape(n, COLUMNS)
        self.shown: Bool = self._shown[:-1].reshape(n, COLUMNS)
        self.weight: U16 = np.zeros((n, COLUMNS), np.uint16)
        self.gone: U16 = np.full((n, COLUMNS), self.empty, np.uint16)
        self.gone_n = np.zeros(n, np.int32)
        # of each remembered slot: its revision, the slot, the version; 16, 16 and 32 bits
        self._seen = np.zeros(n * MEMORY, np.uint64)
        # a bit for each slot a client was introduced to: clients keep names for as long as they are connected
        self._met = np.zeros((n, n // 8 + 1), np.uint8)

    def reset(self, client: int) -> None:
        """A new connection: it knows nothing."""
        self.slot[client] = self.gone[client] = self.empty
        self.written[client] = self.pending[client] = self.weight[client] = 0
        self.shown[client] = False
        self.gone_n[client] = 0
        self._seen[client * MEMORY : (client + 1) * MEMORY] = 0
        self._met[client] = 0

    def forget(self, slots: Bool) -> None:
        """Take the slots of a mask (avatars.slots + 1,) out of every set: they went where not all may see them."""
        client, at = self._holding(slots)
        self._withdraw(client, at)
        self.slot.reshape(-1)[at] = self.empty
        self._written[at] = 0
        self._pending[at] = 0

    def introduce_again(self, slots: Bool) -> None:
        """Who is behind these slots (mask, as above) changed: whoever is shown them is told with the next update."""
        self._written[self._holding(slots)[1]] = 0
        for slot in np.flatnonzero(slots[:-1]).tolist():
            self._met[:, slot >> 3] &= np.uint8(0xFF & ~(1 << (slot & 7)))

    def meet(self, client: Index, slot: Index) -> Bool:
        """Of the pairs (client, slot), none twice, those that are to be introduced, (k,); from now on they are."""
        at, bit = client * self._met.shape[1] + (slot >> 3), np.uint8(1) << (slot & 7).astype(np.uint8)
        met = self._met.reshape(-1)
        strangers: Bool = (met[at] & bit) == 0
        np.bitwise_or.at(met, at, bit)
        return strangers

    def _holding(self, slots: Bool) -> tuple[Index, Index]:
        """Client and place in the flat arrays of each column of the connected that has one of these slots."""
        clients = self._avatars.where(self._avatars.attached)
        row, column = where(slots.take(self.slot[clients]))
        return clients[row], clients[row] * COLUMNS + column

    def replace(self, clients: Index, slot: U16, weight: U16, code: U8) -> None:
        """Give ``clients`` (m,) new sets: ``slot`` and ``weight`` (m, COLUMNS) in order of rank.

        ``code`` uint8 (m, COLUMNS) says what each was: 1 + its old column; 1 + COLUMNS + its place in ``gone``; 0 else.
        """
        kept = (code - np.uint8(1)) < COLUMNS
        was = (clients * COLUMNS - 1).astype(np.uint32)[:, None] + code
        np.copyto(was, np.uint32(len(self._stays) - 1), where=~kept)
        was = was.astype(np.intp)
        self._stays[was] = True
        dropped, column = where(self.shown[clients] > self._stays[:-1].reshape(-1, COLUMNS)[clients])
        self._stays[was] = False
        returned = code > COLUMNS
        if returned.any():
            self._recall_gone(clients, code)
        client = clients[dropped]
        self._withdraw(client, client * COLUMNS + column)
        written, pending, shown = self._written.take(was), self._pending.take(was), self._shown.take(was)
        fresh = np.flatnonzero((slot != self.empty) > kept)
        written.reshape(-1)[fresh] = self._remembered(clients[fresh // COLUMNS], slot.reshape(-1)[fresh])
        shown |= returned
        self.slot[clients], self.weight[clients] = slot, weight
        self.written[clients], self.pending[clients], self.shown[clients] = written, pending, shown

    def _recall_gone(self, clients: Index, code: U8) -> None:
        """Slots that return before the client heard that they left: nothing is to be said."""
        row, column = np.nonzero(code > COLUMNS)
        self.gone[clients[row], code[row, column].astype(np.intp) - 1 - COLUMNS] = self.empty
        touched = np.unique(clients[row])
        # ``empty`` is above every slot, so that sorting closes the holes
        self.gone[touched] = np.sort(self.gone[touched], axis=1)
        self.gone_n[touched] = (self.gone[touched] != self.empty).sum(axis=1)

    def _withdraw(self, client: Index, at: Index) -> None:
        """Columns (those of a client together) that leave: remember them; those that the client displays are gone."""
        shown = self._shown[at]
        at, client = at[shown], client[shown]
        if not client.size:
            return
        slot = self.slot.reshape(-1)[at]
        self._seen[client * MEMORY + slot % MEMORY] = self._known(slot, self._written[at])
        self.gone.reshape(-1)[client * COLUMNS + self.gone_n[client] + _rank_in_group(client)] = slot
        self.gone_n += np.bincount(client, minlength=len(self.gone_n))
        self._shown[at] = False

    def _known(self, slot: U16, version: U32) -> NDArray[np.uint64]:
        who = (self._avatars.revision[slot].astype(np.uint64) << np.uint64(16)) | slot
        return (who << np.uint64(32)) | version

    def _remembered(self, client: Index, slot: U16) -> U32:
        """Version that each client remembers of each slot, 0 if none or if somebody else is behind the slot now."""
        seen = self._seen[client * MEMORY + slot % MEMORY]
        version: U32 = seen.astype(np.uint32)
        version[seen != self._known(slot, version)] = 0
        return version


def where(mask: Bool) -> tuple[Index, Index]:
    """Row and column of the true entries, row by row: ``np.nonzero``, several times faster where they are few."""
    at = np.flatnonzero(mask)
    row = at // mask.shape[1]
    return row, at - row * mask.shape[1]


def _rank_in_group(group: Index) -> Index:
    """0, 1, 2, ... within each run of equal values."""
    place = np.arange(len(group))
    starts = np.append(True, group[1:] != group[:-1])
    return place - np.maximum.accumulate(np.where(starts, place, 0))


def weights(cost: F32, heroes: Index) -> U16:
    """How fast each column piles up, uint16 (m, COLUMNS): whoever is near is due every tick, others in turn.

    ``cost`` float32 (m, COLUMNS): square distance, m^2, in order of rank; ``heroes`` (m,): how many come first.
    """
    far = np.float32(DUE * NEAR_M) / np.sqrt(np.maximum(cost, np.float32(9)))
    weight: U16 = np.maximum(far, np.float32(DUE // 5)).astype(np.uint16)
    np.maximum(weight[:, :EVERY_TICK], np.uint16(DUE), out=weight[:, :EVERY_TICK])
    if heroes.any():
        weight[np.arange(weight.shape[1]) < heroes[:, None]] = 4 * DUE
    return weight
