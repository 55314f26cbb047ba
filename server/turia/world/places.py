"""Where one can be put: spawn points, rooms, stands and landmarks; and which rooms one can walk to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.errors import Refused
from turia.protocol.limits import CM_PER_M
from turia.world.layout import Layout, Point, Polygon, Spawn
from turia.world.rights import Rights
from turia.world.viewpoints import View, before, clearance, of_room
from turia.world.walkable import NONE, WalkField

#: How far from a named place one may be put, metres.
REACH_M: Final = 4.0
#: Nobody is put nearer than this to somebody else while there is another view, metres.
ARM_M: Final = 0.7
_TRIES: Final = 8


@dataclass(frozen=True, slots=True)
class Spot:
    """A place to stand: surface, centimetres, yaw."""

    surface: int
    x: int
    y: int
    z: int
    yaw: int


@dataclass(frozen=True, slots=True)
class Named:
    """A place that people can be taken to. ``room`` is its room, or None where any room will do.

    ``views`` are the best places to stand, tried first. Failing them, one is put near ``position``; feet may be
    ``climb`` metres above or below it: a raked auditorium rises far above its lowest floor.
    """

    position: Point
    yaw: int
    radius: float
    room: int | None
    climb: float = 1.0
    views: tuple[View, ...] = ()


class Places:
    """Named places of a layout on its walkable field."""

    def __init__(self, layout: Layout, field: WalkField, rights: Rights) -> None:
        self._field, self._rights, self._layout = field, rights, layout
        self._ways = _ways(field) + _rides(layout, field)
        self.named: dict[str, Named] = {}
        clear = clearance(field)
        for index, room in enumerate(layout.rooms):
            if room.polygon:
                x, z = _centre(room.polygon)
                views = tuple(of_room(layout, field, index, clear))
                self.named[room.id] = Named(
                    (x, room.floor, z), 0, _radius(room.polygon), index, room.ceiling - room.floor, views
                )
        for landmark in layout.landmarks:
            # its marker looks at the thing, from where one stands before it
            views = tuple(before(field, landmark.position, landmark.yaw, clear))
            self.named.setdefault(landmark.id, Named(landmark.position, landmark.yaw, 1.0, None, views=views))
        for stand in layout.stands:
            # its marker looks at the visitor
            views = tuple(before(field, stand.position, stand.yaw + 128, clear))
            self.named.setdefault(stand.id, Named(stand.position, stand.yaw + 128, 1.5, None, views=views))
        for spawn in layout.spawns:
            self.named[spawn.id] = Named(spawn.position, spawn.yaw, spawn.radius, None)

    def entrance(self, slot: int, rng: np.random.Generator) -> Spot:
        """A random place at one of the spawn points of the first one's room."""
        spawns = [spawn for spawn in self._layout.spawns if spawn.room == self._layout.spawns[0].room]
        return self._at_spawn(spawns[int(rng.integers(len(spawns)))], slot, rng)

    def safe(self, slot: int, room: int, x: float, z: float, rng: np.random.Generator) -> Spot:
        """The nearest spawn point that can be walked to from ``room``, else the entrance."""
        rooms = self.walkable_rooms(slot, room)
        near = [spawn for spawn in self._layout.spawns if spawn.room in rooms]
        if not near:
            return self.entrance(slot, rng)
        near.sort(key=lambda spawn: (spawn.position[0] - x) ** 2 + (spawn.position[2] - z) ** 2)
        return self._at_spawn(near[0], slot, rng)

    def _at_spawn(self, spawn: Spawn, slot: int, rng: np.random.Generator) -> Spot:
        named = Named(spawn.position, spawn.yaw, spawn.radius, None)
        spot = self.around(named, slot, rng) or self.near(spawn.position, spawn.yaw, slot, reach=50.0, climb=50.0)
        if spot is None:
            raise Refused("no_place", f"There is no walkable place at the spawn point {spawn.id}.")
        return spot

    def around(
        self, named: Named, slot: int, rng: np.random.Generator, people: NDArray[np.float32] | None = None
    ) -> Spot | None:
        """The best of its views that is free; without views, a random walkable place within its radius or near.

        ``people``: places of the others, float32 (3, n), metres.
        """
        view = self._view(named, slot, people)
        if view is not None:
            return view
        x, y, z = named.position
        for _ in range(_TRIES):
            away, turn = named.radius * float(rng.random()) ** 0.5, 2 * np.pi * float(rng.random())
            point = (x + away * float(np.cos(turn)), y, z + away * float(np.sin(turn)))
            spot = self.near(point, named.yaw, slot, room=named.room, reach=0.5, climb=named.climb)
            if spot is not None:
                return spot
        reach = REACH_M + named.radius
        return self.near(named.position, named.yaw, slot, room=named.room, reach=reach, climb=named.climb)

    def _view(self, named: Named, slot: int, people: NDArray[np.float32] | None) -> Spot | None:
        """The first free view where this person may stand; when all are taken, the one of his slot."""
        zones, closed = self._rights.may_stand(slot), self._rights.closed
        field = self._field
        allowed = [v for v in named.views if zones[field.zone[v.surface]] and not closed[field.door[v.surface]]]
        if not allowed:
            return None
        free = range(len(allowed)) if people is None else self._free(allowed, people)
        view = allowed[free[0] if len(free) else slot % len(allowed)]
        return self._spot(view.surface, view.yaw)

    def _free(self, views: list[View], people: NDArray[np.float32]) -> NDArray[np.intp]:
        """Indices of the views beside which nobody stands, in order."""
        at = self._field.middle(np.array([view.surface for view in views], np.int32))
        x, y, z = (mine[:, None] - theirs[None, :] for mine, theirs in zip(at, people, strict=True))
        return np.flatnonzero(~((np.hypot(x, z) < ARM_M) & (np.abs(y) < 1.0)).any(axis=1))

    def near(
        self, point: Point, yaw: int, slot: int, *, room: int | None = None, reach: float = REACH_M, climb: float = 1.0
    ) -> Spot | None:
        """The walkable place nearest to a point where this person may stand, in ``room`` if given."""
        field, zones, closed = self._field, self._rights.may_stand(slot), self._rights.closed
        surface = field.nearest(
            *point,
            reach=reach,
            climb=climb,
            keep=lambda ids: (
                zones[field.zone[ids]] & ~closed[field.door[ids]] & ((room is None) | (field.room[ids] == room))
            ),
        )
        return None if surface < 0 else self._spot(surface, yaw)

    def _spot(self, surface: int, yaw: int) -> Spot:
        x, y, z = (float(v[0]) for v in self._field.middle(np.array([surface], np.int32)))
        return Spot(surface, round(x * CM_PER_M), round(y * CM_PER_M), round(z * CM_PER_M), yaw % 256)

    def walkable_rooms(self, slot: int, room: int) -> set[int]:
        """Rooms that this person can walk to from ``room``, through doors that let him pass, or ride to by lift."""
        reached, edge = {room}, [room]
        while edge:
            here = edge.pop()
            for a, b, door in self._ways:
                if a != here or b in reached or not self._rights.may_enter(slot, b):
                    continue
                if self._rights.may_pass(slot, door):
                    reached.add(b)
                    edge.append(b)
        return reached


def _ways(field: WalkField) -> list[tuple[int, int, int]]:
    """(room, room, door or 255) wherever links of the field lead from one room into another, both ways."""
    ways: set[tuple[int, int, int]] = set()
    for targets in field.next_:
        from_ = np.flatnonzero(targets >= 0)
        to = targets[from_]
        # a sill is the door's, on whichever side of the border it lies
        doors = np.where(field.door[from_] != NONE, field.door[from_], field.door[to])
        border = field.room[from_] != field.room[to]
        triples = np.stack([field.room[from_], field.room[to], doors], axis=1)[border]
        ways.update((int(a), int(b), int(d)) for a, b, d in np.unique(triples, axis=0))
    return sorted(ways)


def _rides(layout: Layout, field: WalkField) -> list[tuple[int, int, int]]:
    """(room, room, 255) for every two stops of a lift."""
    ways = []
    for lift in layout.lifts:
        surfaces = [field.nearest(*stop.position, reach=REACH_M) for stop in lift.stops]
        rooms = {int(field.room[surface]) for surface in surfaces if surface >= 0}
        ways += [(a, b, NONE) for a in rooms for b in rooms if a != b]
    return ways


def _centre(polygon: Polygon) -> tuple[float, float]:
    return sum(p[0] for p in polygon) / len(polygon), sum(p[1] for p in polygon) / len(polygon)


def _radius(polygon: Polygon) -> float:
    """How far people are spread in a room: well inside its walls."""
    x, z = _centre(polygon)
    return min(3.0, 0.5 * min(float(np.hypot(p[0] - x, p[1] - z)) for p in polygon))
