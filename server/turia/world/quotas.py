"""How many people a room holds: places are given away one by one, in an order that everybody can work out again.

Whoever has an avatar in a room takes a place, also one that is kept for somebody whose line broke. Of the capacity,
``reserved`` places are left for people with a place of their own (:attr:`turia.world.rights.Rights.places`); those are
let in even when nothing is left.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from turia.world.arrays import I32, Bool
from turia.world.avatars import Avatars
from turia.world.rights import Rights


class Quotas:
    """``capacity`` int32 (256,): people in each room at most, -1 for any number; ``reserved`` int32 (256,)."""

    def __init__(self, avatars: Avatars, rights: Rights) -> None:
        self._avatars, self._rights = avatars, rights
        self.capacity: I32 = np.full(256, -1, np.int32)
        self.reserved: I32 = np.zeros(256, np.int32)

    def set(self, room: int, capacity: int, reserved: int) -> None:
        """New numbers for a room; who is inside stays."""
        self.capacity[room], self.reserved[room] = capacity, reserved

    def heads(self) -> I32:
        """People in each room, int32 (256,), kept places included."""
        a = self._avatars
        return np.bincount(a.room[a.used], minlength=256).astype(np.int32)

    def free(self, coming: NDArray[np.integer] | int = 0) -> I32:
        """Places in each room for people who have none of their own, int32 (256,); a large number where any fit.

        ``coming`` int (256,): people with a place of their own who come in now.
        """
        a = self._avatars
        inside = np.flatnonzero(a.used)
        room = a.room[inside]
        heads = np.bincount(room, minlength=256)
        own = np.bincount(room[self._rights.places[inside, room]], minlength=256)
        free = np.minimum(self.capacity - self.reserved - (heads - own), self.capacity - heads - coming)
        return np.where(self.capacity < 0, np.iinfo(np.int32).max, np.maximum(free, 0)).astype(np.int32)

    def full(self) -> Bool:
        """Rooms without a place for people who have none of their own, bool (256,)."""
        full: Bool = self.free() == 0
        return full

    def has_place(self, slot: int, room: int) -> bool:
        """Whether there is a place for one who is not in the room."""
        return bool(self.capacity[room] < 0 or self._rights.places[slot, room] or self.free()[room] > 0)

    def admit(self, slots: NDArray[np.integer], rooms: NDArray[np.integer]) -> Bool:
        """Which of the people who come in at once (slots (n,), into ``rooms`` (n,)) get a place.

        Those with a place of their own go first, the others in the order of their slots.
        """
        own: Bool = self._rights.places[slots, rooms] | (self.capacity[rooms] < 0)
        if own.all():
            return own
        left = self.free(np.bincount(rooms[own], minlength=256))
        admitted: Bool = own.copy()
        for index in np.flatnonzero(~own)[np.argsort(slots[~own], kind="stable")]:
            room = int(rooms[index])
            if left[room] > 0:
                left[room] -= 1
                admitted[index] = True
        return admitted
