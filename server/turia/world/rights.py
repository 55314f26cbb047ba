"""Who may pass which doors, go into which rooms and walk in which zones.

A *barred* room is one that only people with a right for it may go into; whoever is inside may always go out. Its doors
are closed to the eye. A *locked* door lets nobody through in either direction without a right for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.world.arrays import U8, Bool
from turia.world.layout import Layout
from turia.world.walkable import NONE, Forbidden

#: Kinds of zones that only people with the right may walk on.
GUARDED: Final = frozenset({"stage", "staff"})

_NONE: Final[frozenset[int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Granted:
    """What one person may that not everybody may, as indices of the layout: walk in ``zones``, pass locked ``doors``,
    go into barred ``rooms``; in ``places`` he has a place though the room is full."""

    zones: frozenset[int] = _NONE
    doors: frozenset[int] = _NONE
    rooms: frozenset[int] = _NONE
    places: frozenset[int] = _NONE


NOTHING: Final = Granted()


class Rights:
    """``closed`` bool (256,): doors that nobody looks through; ``locked`` those of them that stop both ways.

    ``barred`` bool (256,): rooms that need a right; ``guarded`` bool (256,): zones that need one; ``places`` bool
    (slots, 256): rooms in which a person has a place though they are full.
    """

    def __init__(self, layout: Layout, slots: int) -> None:
        self._count = len(layout.doors)
        self._rooms_of = np.array([door.rooms for door in layout.doors], np.intp).reshape(-1, 2)
        self._number_of_rooms, self._number_of_zones = len(layout.rooms), len(layout.zones)
        self.locked: Bool = np.zeros(256, np.bool_)
        self.barred: Bool = np.zeros(256, np.bool_)
        self.guarded: Bool = np.zeros(256, np.bool_)
        self.locked[: self._count] = [not door.open for door in layout.doors]
        self.guarded[: len(layout.zones)] = [zone.kind in GUARDED for zone in layout.zones]
        self.closed: Bool = self.locked.copy()
        self._doors: Bool = np.zeros((slots, 256), np.bool_)
        self._zones: Bool = np.zeros((slots, 256), np.bool_)
        self._rooms: Bool = np.zeros((slots, 256), np.bool_)
        self.places: Bool = np.zeros((slots, 256), np.bool_)

    # -- what is closed ------------------------------------------------------------------------------
    def close(self, doors: set[int]) -> bool:
        """Exactly these doors are locked from now on; whether that changed anything. Unknown indices are ignored."""
        return self._set(_mask(doors, self._count), self.barred)

    def bar(self, rooms: set[int]) -> bool:
        """Exactly these rooms are barred from now on; whether that changed anything. Unknown indices are ignored."""
        return self._set(self.locked, _mask(rooms, self._number_of_rooms))

    def _set(self, locked: Bool, barred: Bool) -> bool:
        if (locked == self.locked).all() and (barred == self.barred).all():
            return False
        self.locked, self.barred = locked, barred
        self.closed = locked.copy()
        self.closed[: self._count] |= barred[self._rooms_of].any(axis=1)
        return True

    # -- who may -------------------------------------------------------------------------------------
    def grant(self, slot: int, granted: Granted) -> None:
        """The rights of one person, whole."""
        for table, indices in (
            (self._zones, granted.zones),
            (self._doors, granted.doors),
            (self._rooms, granted.rooms),
            (self.places, granted.places),
        ):
            table[slot] = _mask(indices, NONE)

    def revoke(self, room: int) -> None:
        """Nobody has a right for this room any more."""
        self._rooms[:, room] = False

    def forbidden(self, who: NDArray[np.integer]) -> Forbidden:
        """What is forbidden to the movers ``who`` (slots)."""
        return Forbidden(
            self.locked, self.guarded, self._doors, self._zones, who, rooms=self.barred, room_rights=self._rooms
        )

    def may_pass(self, slot: int, door: int) -> bool:
        """Whether a door (255: none) is not locked for this person."""
        return door == NONE or not bool(self.locked[door]) or bool(self._doors[slot, door])

    def may_enter(self, slot: int, room: int) -> bool:
        """Whether this person may go into a room."""
        return not bool(self.barred[room]) or bool(self._rooms[slot, room])

    def may_stand(self, slot: int) -> Bool:
        """Zones (bool (256,), 255: none) that this person may walk in."""
        may: Bool = ~self.guarded | self._zones[slot]
        return may

    def kept_off(self, slots: NDArray[np.integer]) -> Bool:
        """Zones that each person (slots (n,)) may not walk in: bool (n, zones)."""
        kept: Bool = (self.guarded & ~self._zones[slots])[:, : self._number_of_zones]
        return kept

    def closed_for(self, slots: NDArray[np.integer], room: U8, full: Bool) -> Bool:
        """Doors that each person (slots (n,), in rooms ``room`` (n,)) cannot go through: bool (n, doors).

        ``full`` bool (256,): rooms without a place for whoever has none kept. Nobody is held back from leaving.
        """
        stopped = self.locked[: self._count] & ~self._doors[slots, : self._count]
        for side in self._rooms_of.T:
            out = self.barred[side] & ~self._rooms[slots[:, None], side]
            out |= full[side] & ~self.places[slots[:, None], side]
            stopped |= out & (room[:, None] != side)
        result: Bool = stopped
        return result


def _mask(indices: set[int] | frozenset[int], count: int) -> Bool:
    mask = np.zeros(256, np.bool_)
    if indices:
        mask[[index for index in indices if 0 <= index < count]] = True
    return mask
