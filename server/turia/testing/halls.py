"""Buildings in memory for tests and benches: a layout and its walkable field, no files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np

from turia.protocol.limits import CELL_M
from turia.testing.fields import flat
from turia.world.layout import Door, FileRef, Layout, Lift, LiftStop, Point, Portal, Room, Seats, Spawn, Storey, Zone
from turia.world.walkable import NONE, WalkField

_NO_FILE: Final = FileRef(file="none", bytes=0, sha256="0" * 64)


@dataclass(frozen=True, slots=True)
class Building:
    """What Space is made of."""

    layout: Layout
    walk: WalkField


def hall(square_metres: float, *, seats: int = 0) -> Building:
    """One square hall with its spawn in the middle, one open room; ``seats`` in a row along its -Z side."""
    half = max(1, round(square_metres**0.5 / 2 / CELL_M)) * CELL_M
    cells = round(2 * half / CELL_M)
    room = np.full((cells, cells), 1, np.uint8)
    rooms = [_outside(), _room("hall", (-half, -half, half, half), enclosed=True)]
    row = [(-half + 0.5 + k, 0.0, -half + 0.75) for k in range(seats)]
    layout = _layout(rooms, half, spawn=(0.0, 0.0, 0.0), room=1, spread=half * 0.7, seats=_seats(row, 1))
    return Building(layout, WalkField.from_arrays(flat(room, origin=(-half, -half))))


def two_rooms(*, enclosed: bool = True, door_open: bool = True) -> Building:
    """Rooms ``west`` (x from -20 to 0, room 1) and ``east`` (0 to 20, room 2), 20 m deep, with one door between them.

    The door (index 0) is 2 m wide at x = 0, z = 0; its sill is one cell deep on either side. Zone 0, ``stage``, is the
    4 m of the east room farthest from the door. Seats 0 to 3 are in the west, 4 to 7 in the east, two of each near the
    door. The spawn is in the west.
    """
    room = np.full((80, 160), 1, np.uint8)
    room[:, 80:] = 2
    door = np.full(room.shape, NONE, np.uint8)
    door[36:44, 79:81] = 0
    room[:36, 79:81] = room[44:, 79:81] = NONE
    zone = np.full(room.shape, NONE, np.uint8)
    zone[:, 144:] = 0
    rooms = [
        _outside(),
        _room("west", (-20, -10, 0, 10), enclosed=enclosed),
        _room("east", (0, -10, 20, 10), enclosed=enclosed),
    ]
    west, east = [(x, 0.0, 0.5) for x in (-15.0, -14.0, -2.0, -1.0)], [(x, 0.0, 0.5) for x in (1.0, 2.0, 13.0, 18.0)]
    seats = Seats(position=west + east, yaw=[64] * 8, room=[1] * 4 + [2] * 4, label=[f"S{index}" for index in range(8)])
    layout = _layout(
        rooms,
        20.0,
        spawn=(-10.0, 0.0, 0.0),
        room=1,
        spread=2.0,
        seats=seats,
        zones=[_stage((16, -10, 20, 10))],
        doors=[
            Door(id="door", rooms=(1, 2), position=(0.0, 0.0, 0.0), yaw=192, width=2.0, open=door_open),
        ],
        portals=[
            Portal(id="door", kind="door", rooms=(1, 2), position=(0.0, 0.0, 0.0), width=2.0, door=0),
        ],
    )
    return Building(layout, WalkField.from_arrays(flat(room, origin=(-20.0, -10.0), door=door, zone=zone)))


def with_lift() -> Building:
    """The two rooms, door closed, with a lift from (-18, 8) in the west to (10, 8) in the east."""
    building = two_rooms(door_open=False)
    stops = [LiftStop(0, (-18.0, 0.0, 8.0), 0), LiftStop(0, (10.0, 0.0, 8.0), 64)]
    return Building(msgspec.structs.replace(building.layout, lifts=[Lift(id="lift", stops=stops)]), building.walk)


def _outside() -> Room:
    return Room(
        id="outside", title="Outside", storey=0, kind="outside", polygon=[], floor=0.0, ceiling=50.0, enclosed=False
    )


def _rectangle(x0: float, z0: float, x1: float, z1: float) -> list[tuple[float, float]]:
    return [(x0, z0), (x0, z1), (x1, z1), (x1, z0)]


def _room(name: str, box: tuple[float, float, float, float], *, enclosed: bool) -> Room:
    return Room(
        id=name,
        title=name.title(),
        storey=0,
        kind="auditorium",
        polygon=_rectangle(*box),
        floor=0.0,
        ceiling=6.0,
        enclosed=enclosed,
    )


def _stage(box: tuple[float, float, float, float]) -> Zone:
    return Zone(id="stage", title="Stage", kind="stage", room=2, polygon=_rectangle(*box), floor=0.0, ceiling=6.0)


def _seats(row: list[Point], room: int) -> Seats:
    count = len(row)
    return Seats(position=row, yaw=[128] * count, room=[room] * count, label=[f"A{k + 1}" for k in range(count)])


def _layout(
    rooms: list[Room],
    half: float,
    *,
    spawn: Point,
    room: int,
    spread: float,
    seats: Seats,
    zones: list[Zone] | None = None,
    doors: list[Door] | None = None,
    portals: list[Portal] | None = None,
) -> Layout:
    return Layout(
        id="test",
        title="Test hall",
        glb=_NO_FILE,
        walk=_NO_FILE,
        bounds=((-half, 0.0, -half), (half, 6.0, half)),
        storeys=[Storey(id="ground", title="Ground floor", base=-1.0, top=8.0)],
        rooms=rooms,
        zones=zones or [],
        doors=doors or [],
        portals=portals or [],
        seats=seats,
        spawns=[Spawn(id="entrance", title="Entrance", position=spawn, yaw=0, radius=spread, room=room)],
    )
