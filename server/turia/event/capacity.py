"""How many a room holds, and how many are inside. Pure.

Places are given away by the world core within a tick (:mod:`turia.world.quotas`); here is only what the numbers mean.
Head-counts are no entries: the shell notes them in the view :class:`Occupancy`, for questions.
"""

from __future__ import annotations

import msgspec

from turia.event.entries import Value
from turia.event.programme import Room


class Heads(msgspec.Struct, frozen=True):
    """A room's people now. ``capacity`` 0: no limit. ``full``: nobody without a kept place gets in."""

    count: int = 0
    capacity: int = 0
    full: bool = False


class Occupancy:
    """View: what the shell last counted. Entries do not change it."""

    def __init__(self) -> None:
        self._heads: dict[str, Heads] = {}

    def changed(self, stream: str, key: str, old: Value | None, new: Value | None) -> None:
        """See :class:`turia.event.state.View`."""

    def note(self, room: str, heads: Heads) -> None:
        """The shell has counted."""
        self._heads[room] = heads

    def of(self, room: str) -> Heads:
        """The last count of a room."""
        return self._heads.get(room, _NOBODY)


_NOBODY = Heads()


def capacity_of(room: Room, seats: int) -> int:
    """People inside at most, 0 for any number. ``seats``: how many its place in the building has."""
    return room.capacity or seats


def reserved_of(room: Room, capacity: int) -> int:
    """Places kept for people with a role; never more than there are."""
    return min(max(room.reserved, 0), capacity)
