"""What each client is being shown: its interest set, what was written to it, what it remembers. Arrays by client slot.

A *column* is one neighbour of one client; columns are in order of rank, the most important first. What a client
displays is its columns with ``shown`` set plus ``gone`` (left the set, the client does not know yet): never more than COLUMNS.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.protocol.limits import FULL_NEIGHBOURS
from turia.world.arrays import F32, U16, U32, Bool
from turia.world.avatars import Avatars

COLUMNS: Final = FULL_NEIGHBOURS
#: Slots that left a set are remembered with what was last written, in so many places (slot modulo this) a client.
MEMORY: Final = 256
#: ``weight`` and ``pending`` count in sixteenths: a neighbour of weight 16 is due every tick.
DUE: Final = 16

Index = NDArray[np.intp]


class Views:
    """Arrays of one row a client. ``slot`` uint16 (n, COLUMNS), ``avatars.empty`` where there is none.

    ``written`` uint32: version last written, 0 when the client knows nothing of the slot (an introduction is due).
    ``pending`` uint16: what has piled up since the neighbour changed; ``weight`` uint8: how fast it does.
    ``gone`` uint16 (n, COLUMNS): filled from the left, ``gone_n`` of them.
    """

    def __init__(self, avatars: Avatars) -> None:
        n, self._avatars, self.empty = avatars.slots, avatars, avatars.empty
        self.slot: U16 = np.full((n, COLUMNS), self.empty, np.uint16)
        self.written: U32 = np.zeros((n, COLUMNS), np.uint32)
        self.pending: U16 = np.zeros((n, COLUMNS), np.uint16)
        self.weight = np.zeros((n, COLUMNS), np.uint8)
        self.shown: Bool = np.zeros((n, COLUMNS), np.bool_)
        self.gone: U16 = np.full((n, COLUMNS), self.empty, np.uint16)
        self.gone_n = np.zeros(n, np.int32)
        self._seen_slot: U16 = np.full((n, MEMORY), self.empty, np.uint16)
        self._seen_version: U32 = np.zeros((n, MEMORY), np.uint32)
        self._seen_revision: U16 = np.zeros((n, MEMORY), np.uint16)

    def reset(self, client: int) -> None:
        """A new connection: it knows nothing."""
        self.slot[client] = self.gone[client] = self._seen_slot[client] = self.empty
        self.written[client] = self.pending[client] = self.weight[client] = 0
        self.shown[client] = False
        self.gone_n[client] = 0

    def forget(self, slots: Bool) -> None:
        """Take the slots of a mask (avatars.slots + 1,) out of every set: they went where not all may see them."""
        client, column = self._holding(slots)
        self._withdraw(client, column)
        self.slot[client, column] = self.empty
        self.written[client, column] = 0
        self.pending[client, column] = 0

    def introduce_again(self, slots: Bool) -> None:
        """Who is behind these slots (mask, as above) changed: whoever is shown them is told with the next update."""
        self.written[self._holding(slots)] = 0

    def _holding(self, slots: Bool) -> tuple[Index, Index]:
        """Client and column of everybody who is connected and has one of these slots in his set."""
        clients = self._avatars.where(self._avatars.attached)
        row, column = np.nonzero(slots[self.slot[clients]])
        return clients[row], column

    def replace(self, clients: Index, slot: U16, weight: NDArray[np.uint8], code: NDArray[np.uint8]) -> None:
        """Give ``clients`` (m,) new sets: ``slot`` and ``weight`` (m, COLUMNS) in order of rank.

        ``code`` uint8 (m, COLUMNS) says what each was: 1 + its old column; 1 + COLUMNS + its place in ``gone``; 0 else.
        """
        old = {name: getattr(self, name)[clients] for name in ("slot", "written", "pending", "shown")}
        kept = (code > 0) & (code <= COLUMNS)
        row, _ = np.nonzero(kept)
        was = code[kept].astype(np.intp) - 1
        stays = np.zeros(slot.shape, np.bool_)
        stays[row, was] = True
        self._recall_gone(clients, code)
        dropped, column = np.nonzero(old["shown"] & ~stays)
        self._withdraw(clients[dropped], column)
        written = np.zeros(slot.shape, np.uint32)
        pending = np.zeros(slot.shape, np.uint16)
        shown = np.zeros(slot.shape, np.bool_)
        written[kept] = old["written"][row, was]
        pending[kept] = old["pending"][row, was]
        shown[kept] = old["shown"][row, was]
        fresh, place = np.nonzero((slot != self.empty) & ~kept)
        written[fresh, place] = self._remembered(clients[fresh], slot[fresh, place])
        pending[fresh, place] = DUE
        shown[code > COLUMNS] = True
        self.slot[clients], self.weight[clients] = slot, weight
        self.written[clients], self.pending[clients], self.shown[clients] = written, pending, shown

    def _recall_gone(self, clients: Index, code: NDArray[np.uint8]) -> None:
        """Slots that return before the client heard that they left: nothing is to be said."""
        row, column = np.nonzero(code > COLUMNS)
        if not row.size:
            return
        self.gone[clients[row], code[row, column].astype(np.intp) - 1 - COLUMNS] = self.empty
        touched = np.unique(clients[row])
        # ``empty`` is above every slot, so that sorting closes the holes
        self.gone[touched] = np.sort(self.gone[touched], axis=1)
        self.gone_n[touched] = (self.gone[touched] != self.empty).sum(axis=1)

    def _withdraw(self, client: Index, column: Index) -> None:
        """Columns (those of a client together) that leave: remember them; those that the client displays are gone."""
        shown = self.shown[client, column]
        client, column = client[shown], column[shown]
        if not client.size:
            return
        slot = self.slot[client, column]
        place = slot % MEMORY
        self._seen_slot[client, place] = slot
        self._seen_version[client, place] = self.written[client, column]
        self._seen_revision[client, place] = self._avatars.revision[slot]
        self.gone[client, self.gone_n[client] + _rank_in_group(client)] = slot
        np.add.at(self.gone_n, client, 1)
        self.shown[client, column] = False

    def _remembered(self, client: Index, slot: U16) -> U32:
        """Version that each client remembers of each slot, 0 if none or if somebody else is behind the slot now."""
        place = slot % MEMORY
        known = (self._seen_slot[client, place] == slot) & (
            self._seen_revision[client, place] == self._avatars.revision[slot]
        )
        return np.where(known, self._seen_version[client, place], 0).astype(np.uint32)


def _rank_in_group(group: Index) -> Index:
    """0, 1, 2, ... within each run of equal values."""
    place = np.arange(len(group))
    starts = np.append(True, group[1:] != group[:-1])
    return place - np.maximum.accumulate(np.where(starts, place, 0))


def weights(cost: F32, heroes: NDArray[np.intp]) -> NDArray[np.uint8]:
    """How fast each column piles up, uint8 (m, COLUMNS): every tick for the first 64 and whoever is within 12 m.

    ``cost`` float32 (m, COLUMNS): square distance, m^2, in order of rank; ``heroes`` (m,): how many come first.
    """
    near = np.float32(DUE * 12) / np.sqrt(np.maximum(cost, np.float32(9)))
    weight = np.maximum(near, np.float32(DUE // 5)).astype(np.uint8)
    weight[:, :64] = np.maximum(weight[:, :64], DUE)
    weight[np.arange(weight.shape[1]) < heroes[:, None]] = 4 * DUE
    return weight
