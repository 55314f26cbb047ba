"""The crowd as a structure of arrays: one entry a slot, and which slots are in use."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from turia.errors import Refused
from turia.protocol.frames import UPDATE, UPDATE_BYTES
from turia.protocol.limits import MAX_SLOTS
from turia.world.arrays import U16, Bool
from turia.world.walkable import NONE


class Avatars:
    """Arrays of length ``slots + 1``: the last entry stands for nobody (``empty``), so that gathers need no mask.

    ``row`` (:data:`frames.UPDATE`) is what is sent of an avatar, whole: centimetres, yaw, state. ``x, y, z`` float32
    metres say the same. ``version`` uint32 counts changes of ``row`` and ``revision`` uint16 changes of who it is;
    neither is ever set back, so that what a client remembers of a slot's former owner never passes for the new one.
    """

    def __init__(self, slots: int) -> None:
        if not 1 <= slots <= MAX_SLOTS:
            raise ValueError(f"slots must be between 1 and {MAX_SLOTS}, not {slots}")
        n = slots + 1
        self.slots = slots
        self.empty = slots
        self.used = np.zeros(n, np.bool_)
        self.hidden = np.zeros(n, np.bool_)
        self.attached = np.zeros(n, np.bool_)
        self.row = np.zeros(n, UPDATE)
        self.row["slot"] = np.arange(n)
        # the same memory without fields, which numpy copies faster
        self._raw = self.row.view(f"V{UPDATE_BYTES}")
        self.x, self.y, self.z = (np.zeros(n, np.float32) for _ in range(3))
        self.view = np.zeros(n, np.uint8)
        self.layer = np.zeros(n, np.uint8)
        self.surface = np.full(n, -1, np.int32)
        self.room = np.zeros(n, np.uint8)
        self.zone = np.full(n, NONE, np.uint8)
        self.seat = np.full(n, -1, np.int32)
        self.version = np.zeros(n, np.uint32)
        self.revision = np.zeros(n, np.uint16)
        self.seq = np.zeros(n, np.uint16)
        self.contact = np.zeros(n, np.int64)
        self.left = np.zeros(n, np.int64)
        self.steward = np.zeros(n, np.bool_)
        self._free: deque[int] = deque(range(slots))

    def allocate(self) -> int:
        """A free slot, the one that is free the longest; raises Refused("full")."""
        if not self._free:
            raise Refused("full", "The venue is full at the moment. You will be let in when there is room.", retry=True)
        slot = self._free.popleft()
        self.used[slot] = True
        return slot

    def free(self, slot: int) -> None:
        """Give a slot back."""
        self.used[slot] = self.attached[slot] = self.hidden[slot] = self.steward[slot] = False
        self.seat[slot] = self.surface[slot] = -1
        self.room[slot], self.zone[slot] = 0, NONE
        self._free.append(slot)

    def population(self) -> int:
        """Slots in use."""
        return self.slots - len(self._free)

    def visible(self) -> NDArray[np.intp]:
        """Slots that others may see."""
        return np.flatnonzero(self.used & ~self.hidden)

    def write(self, slots: NDArray[np.integer], rows: NDArray[np.void]) -> None:
        """Take ``rows`` (UPDATE (n,); their slots are set here) for ``slots``; one that differs is a new version."""
        rows["slot"] = slots
        differs = _words(rows) ^ _words(self.row.take(slots))
        changed = slots[(differs[:, 1] | differs[:, 2] | differs[:, 3] | differs[:, 4]) != 0]
        self._raw[slots] = rows.view(self._raw.dtype)
        self.version[changed] += np.uint32(1)
        for metres, name in ((self.x, "x"), (self.y, "y"), (self.z, "z")):
            metres[slots] = rows[name] * np.float32(0.01)

    def set_state(self, slot: int, bits: int, mask: int) -> None:
        """Set the state bits in ``mask`` of one avatar to ``bits``."""
        state = (int(self.row["state"][slot]) & ~mask) | bits
        if state != int(self.row["state"][slot]):
            self.row["state"][slot] = state
            self.version[slot] += np.uint32(1)

    def changed_owner(self, slot: int) -> None:
        """Somebody else, or the same person with another name or look: everyone is introduced again."""
        self.revision[slot] += np.uint16(1)
        self.version[slot] += np.uint32(1)

    def where(self, mask: Bool) -> NDArray[np.intp]:
        """Slots of a mask of length slots + 1, without the entry for nobody."""
        return np.flatnonzero(mask[: self.slots])


def _words(rows: NDArray[np.void]) -> U16:
    return rows.view(np.uint16).reshape(-1, UPDATE_BYTES // 2)
