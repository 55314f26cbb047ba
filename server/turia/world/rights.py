"""Who may pass which doors and walk in which zones."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.world.arrays import Bool
from turia.world.layout import Layout
from turia.world.walkable import NONE, Forbidden

#: Kinds of zones that only people with the right may walk on.
GUARDED: Final = frozenset({"stage", "staff"})


class Rights:
    """``closed`` bool (256,): closed doors; ``guarded`` bool (256,): zones that need a right."""

    def __init__(self, layout: Layout, slots: int) -> None:
        self._count = len(layout.doors)
        self.closed: Bool = np.zeros(256, np.bool_)
        self.guarded: Bool = np.zeros(256, np.bool_)
        self.closed[: self._count] = [not door.open for door in layout.doors]
        self.guarded[: len(layout.zones)] = [zone.kind in GUARDED for zone in layout.zones]
        self._doors: Bool = np.zeros((slots, 256), np.bool_)
        self._zones: Bool = np.zeros((slots, 256), np.bool_)

    def close(self, doors: set[int]) -> bool:
        """Exactly these doors are closed from now on; whether that changed anything. Unknown indices are ignored."""
        closed = np.zeros(256, np.bool_)
        closed[[door for door in doors if 0 <= door < self._count]] = True
        if (closed == self.closed).all():
            return False
        self.closed = closed
        return True

    def grant(self, slot: int, zones: frozenset[int], doors: frozenset[int]) -> None:
        """The rights of one person, whole."""
        for table, granted in ((self._zones, zones), (self._doors, doors)):
            table[slot] = False
            table[slot, [index for index in granted if 0 <= index < NONE]] = True

    def forbidden(self, who: NDArray[np.integer]) -> Forbidden:
        """What is forbidden to the movers ``who`` (slots)."""
        return Forbidden(self.closed, self.guarded, self._doors, self._zones, who)

    def may_pass(self, slot: int, door: int) -> bool:
        """Whether a door (255: none) lets this person through."""
        return door == NONE or not bool(self.closed[door]) or bool(self._doors[slot, door])

    def may_stand(self, slot: int) -> Bool:
        """Zones (bool (256,), 255: none) that this person may walk in."""
        may: Bool = ~self.guarded | self._zones[slot]
        return may
