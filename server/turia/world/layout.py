"""What the world core knows of a building: rooms, doors, portals, seats, spawns. Frozen, from ``venue.json``.

All lengths are metres in glTF's axes (Y up, right-handed). Yaw is in 256 steps a turn, 0 looks along -Z.
Indices are positions in the lists; room 0 is always ``outside``. The file format is docs/venue-format.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated

import msgspec
from msgspec import Meta

from turia.errors import BundleError

Point = tuple[float, float, float]
Polygon = list[tuple[float, float]]
Identifier = Annotated[str, Meta(min_length=1, max_length=64, pattern="^[A-Za-z0-9_./-]+$")]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Base: everything named in a venue has an id and a title for people."""

    id: Identifier
    title: str = ""


class Storey(Part, frozen=True):
    """A level of the building; its walkable surfaces lie in [base, top)."""

    base: float
    top: float


class Room(Part, frozen=True):
    """A place of the programme. ``polygon`` is its outline (x, z), counter-clockwise from above; empty for outside.

    ``kind``: outside, entrance, foyer, auditorium, seminar, exhibition, green_room, help_desk, circulation, service.
    ``enclosed``: walls keep sight and sound in: people are seen from elsewhere only through portals.
    """

    storey: int
    kind: str
    polygon: Polygon
    floor: float
    ceiling: float
    capacity: int = 0
    enclosed: bool = True


class Zone(Part, frozen=True):
    """An area with rules. ``kind``: stage (walked on by those with the right), staff, quiet, private, stand, safe."""

    kind: str
    room: int
    polygon: Polygon
    floor: float
    ceiling: float


class Door(Part, frozen=True):
    """A door between two rooms. ``position`` is the middle of its sill, ``yaw`` looks from rooms[0] into rooms[1]."""

    rooms: tuple[int, int]
    position: Point
    yaw: float
    width: float
    height: float = 2.2
    open: bool = True


class Portal(Part, frozen=True):
    """People see each other through it, 20 m beyond. ``kind``: door (while ``door`` is open), opening, glass."""

    kind: str
    rooms: tuple[int, int]
    position: Point
    width: float
    door: int | None = None


class Seats(msgspec.Struct, frozen=True):
    """Structure of arrays, one entry a seat: position of its floor point (x, y, z), yaw of who sits, room, label.

    ``hip`` is the height of the seat above the floor in metres, for the renderer.
    """

    position: list[Point] = []
    yaw: list[int] = []
    room: list[int] = []
    label: list[str] = []
    hip: float = 0.45


class Stage(Part, frozen=True):
    """A raised floor with a speaker's place."""

    room: int
    zone: int
    lectern: Point
    yaw: int


class Screen(Part, frozen=True):
    """A projection surface: centre, yaw of its normal, size (m) and the GLB node whose material shows pictures."""

    room: int
    node: str
    position: Point
    yaw: float
    width: float
    height: float


class Spawn(Part, frozen=True):
    """Where people enter; they are spread over ``radius`` metres."""

    position: Point
    yaw: int
    radius: float = 2.0
    room: int = 0


class Stand(Part, frozen=True):
    """A stand of the exhibition."""

    room: int
    position: Point
    yaw: int
    owner: str = ""
    text: str = ""


class Landmark(Part, frozen=True):
    """A place worth going to: desk, help desk, stairs, lift, fountain. ``kind`` is free."""

    kind: str
    position: Point
    yaw: int = 0
    room: int = 0


class LiftStop(msgspec.Struct, frozen=True):
    """Where one stands before the lift on a storey."""

    storey: int
    position: Point
    yaw: int


class Lift(Part, frozen=True):
    """Joins storeys for people who do not take stairs."""

    stops: list[LiftStop]


class FileRef(msgspec.Struct, frozen=True):
    """A file of the bundle, named by its content."""

    file: str
    bytes: int
    sha256: str


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of ``venue.json``."""

    format: str = "turia.venue"
    version: int = 1
    id: str
    title: str
    subtitle: str = ""
    glb: FileRef
    walk: FileRef
    bounds: tuple[Point, Point]
    storeys: list[Storey]
    rooms: list[Room]
    zones: list[Zone] = []
    doors: list[Door] = []
    portals: list[Portal] = []
    seats: Seats = Seats()
    stages: list[Stage] = []
    screens: list[Screen] = []
    spawns: list[Spawn]
    stands: list[Stand] = []
    landmarks: list[Landmark] = []
    lifts: list[Lift] = []
    #: Title, rights, assumptions of the model, as the organiser's data.
    about: dict[str, str | list[str]] = {}


def layout_from_json(data: bytes) -> Layout:
    """The layout in the bytes of ``venue.json``; raises BundleError that names the key that is wrong."""
    try:
        layout = msgspec.json.decode(data, type=Layout, strict=True)
    except msgspec.DecodeError as error:
        raise BundleError(f"venue.json: {error}. Bake the venue again: turia venue bake.") from error
    check_layout(layout)
    return layout


def check_layout(layout: Layout) -> None:
    """Raises BundleError for what the types cannot say: versions, indices into other lists, equal ids."""
    for key, wrong in _faults(layout):
        if wrong:
            raise BundleError(f"venue.json: '{key}' {wrong}. Bake the venue again: turia venue bake.")


def _faults(layout: Layout) -> Iterator[tuple[str, str]]:
    yield "format", "" if layout.format == "turia.venue" else f"is '{layout.format}', expected 'turia.venue'"
    yield "version", "" if layout.version == 1 else f"is {layout.version}, this server reads version 1"
    yield "rooms", "" if layout.rooms else "is empty: room 0 is always outside"
    yield "spawns", "" if layout.spawns else "is empty: nobody could enter"
    for key in ("rooms", "zones", "doors", "portals", "stages", "screens", "spawns", "stands", "landmarks", "lifts"):
        ids = [part.id for part in getattr(layout, key)]
        twice = [name for name, count in Counter(ids).items() if count > 1]
        yield key, f"holds the id '{twice[0]}' twice" if twice else ""
        yield key, f"has {len(ids)} entries, at most 255 are possible" if len(ids) > 255 and key in _BYTE else ""
    for key, index, count in _references(layout):
        yield key, "" if 0 <= index < count else f"is {index}, but there are {count}"
    seats = layout.seats
    lengths = {len(seats.position), len(seats.yaw), len(seats.room), len(seats.label)}
    yield "seats", "" if len(lengths) == 1 else "has lists of different lengths"


#: Lists whose indices travel in one byte of walk.npz.
_BYTE = frozenset({"rooms", "zones", "doors"})


def _references(layout: Layout) -> Iterator[tuple[str, int, int]]:
    """(key, index it holds, length of the list it points into)."""
    rooms = len(layout.rooms)
    for key in ("zones", "stages", "screens", "spawns", "stands", "landmarks"):
        for number, part in enumerate(getattr(layout, key)):
            yield f"{key}[{number}].room", part.room, rooms
    for key in ("doors", "portals"):
        for number, part in enumerate(getattr(layout, key)):
            for side, room in enumerate(part.rooms):
                yield f"{key}[{number}].rooms[{side}]", room, rooms
    for number, portal in enumerate(layout.portals):
        if portal.door is not None or portal.kind == "door":
            yield f"portals[{number}].door", -1 if portal.door is None else portal.door, len(layout.doors)
    yield from ((f"seats.room[{number}]", room, rooms) for number, room in enumerate(layout.seats.room))
    for number, stage in enumerate(layout.stages):
        yield f"stages[{number}].zone", stage.zone, len(layout.zones)
    for number, place in enumerate(layout.rooms):
        yield f"rooms[{number}].storey", place.storey, len(layout.storeys)
