"""Which parts of the space see each other: rooms, and the portals between them.

Rooms that are not enclosed and joined by openings are one *region*. People of a region see each other; through an open
door, an opening or glass they also see those who are within 20 m of it on the other side. Regions that see each other,
directly or through others, are one *component*; nothing passes between components.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from turia.protocol.limits import PORTAL_REACH_M
from turia.world.arrays import F32, I32, Bool
from turia.world.avatars import Avatars
from turia.world.layout import Layout, Portal


@dataclass(frozen=True, slots=True)
class View:
    """A portal between two regions that one can look through now. ``kind``: door, opening, glass."""

    regions: tuple[int, int]
    position: tuple[float, float, float]
    kind: str


@dataclass(frozen=True, slots=True)
class Population:
    """People of one region, and those seen beyond its portals: int arrays of slots."""

    region: int
    members: NDArray[np.intp]
    beyond: NDArray[np.intp]


class Regions:
    """Regions of a layout. ``of_room`` int32 (rooms,): the region of each room."""

    def __init__(self, layout: Layout) -> None:
        self._portals = _with_doors(layout)
        groups = list(range(len(layout.rooms)))
        for portal in self._portals:
            a, b = portal.rooms
            if portal.kind == "opening" and not layout.rooms[a].enclosed and not layout.rooms[b].enclosed:
                _join(groups, a, b)
        roots = sorted({_root(groups, room) for room in range(len(groups))})
        number = {root: i for i, root in enumerate(roots)}
        self.of_room: I32 = np.array([number[_root(groups, room)] for room in range(len(groups))], np.int32)
        self.count = len(roots)
        self.views: list[View] = []
        self.component: I32 = np.arange(self.count, dtype=np.int32)
        self.set_closed(np.zeros(256, np.bool_))

    def set_closed(self, doors: Bool) -> None:
        """Which doors are closed (bool (256,)) decides what sees what."""
        groups = list(range(self.count))
        self.views = []
        for portal in self._portals:
            a, b = (int(self.of_room[room]) for room in portal.rooms)
            shut = portal.kind == "door" and portal.door is not None and bool(doors[portal.door])
            if a != b and not shut:
                self.views.append(View((a, b), portal.position, portal.kind))
                _join(groups, a, b)
        self.component = np.array([_root(groups, region) for region in range(self.count)], np.int32)

    def populations(self, avatars: Avatars) -> list[Population]:
        """The visible people by region, empty regions left out."""
        visible = avatars.visible()
        region = self.of_room[avatars.room[visible]]
        order = np.argsort(region, kind="stable")
        bounds = np.searchsorted(region[order], np.arange(self.count + 1))
        members = [visible[order[bounds[r] : bounds[r + 1]]] for r in range(self.count)]
        beyond: list[list[NDArray[np.intp]]] = [[] for _ in range(self.count)]
        for view in self.views:
            a, b = view.regions
            if members[a].size and members[b].size:
                beyond[a].append(_within(avatars, members[b], view.position))
                beyond[b].append(_within(avatars, members[a], view.position))
        nobody = np.empty(0, np.intp)
        return [
            Population(r, members[r], np.unique(np.concatenate(beyond[r])) if beyond[r] else nobody)
            for r in range(self.count)
            if members[r].size
        ]


def _within(avatars: Avatars, slots: NDArray[np.intp], point: tuple[float, float, float]) -> NDArray[np.intp]:
    away: F32 = np.zeros(len(slots), np.float32)
    for metres, at in zip((avatars.x, avatars.y, avatars.z), point, strict=True):
        away += (metres[slots] - np.float32(at)) ** 2
    return slots[away <= PORTAL_REACH_M**2]


def _with_doors(layout: Layout) -> list[Portal]:
    """The portals of the layout; a door without one of its own gets one."""
    own = {portal.door for portal in layout.portals if portal.kind == "door"}
    return list(layout.portals) + [
        Portal(id=door.id, kind="door", rooms=door.rooms, position=door.position, width=door.width, door=index)
        for index, door in enumerate(layout.doors)
        if index not in own
    ]


def _root(groups: list[int], item: int) -> int:
    while groups[item] != item:
        item = groups[item]
    return item


def _join(groups: list[int], a: int, b: int) -> None:
    low, high = sorted((_root(groups, a), _root(groups, b)))
    groups[high] = low
