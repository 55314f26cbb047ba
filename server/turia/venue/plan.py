"""Markers into the lists of the layout: ids become indices, rooms are found by place, every mistake is named."""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np

from turia.errors import BundleError
from turia.venue.gltf import Document
from turia.venue.marker_fields import (
    DoorFields,
    LiftFields,
    PlaceFields,
    PortalFields,
    RoomFields,
    ScreenFields,
    StageFields,
    StoreyFields,
    ZoneFields,
    fields_of,
)
from turia.venue.markers import DEFAULT_HIP_M, Marker, Markers, three_name, yaw_of
from turia.venue.outlines import area, inside, wound
from turia.world.layout import (
    Door,
    Landmark,
    Lift,
    LiftStop,
    Point,
    Portal,
    Room,
    Screen,
    Seats,
    Spawn,
    Stage,
    Stand,
    Storey,
    Zone,
)

MAX_INDEXED: Final = 255
OUTSIDE: Final = "outside"
#: Feet may be this far below a room's floor or a storey's base and still belong to it.
BELOW_M: Final = 0.5


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The lists of a :class:`~turia.world.layout.Layout`, by the same names."""

    storeys: list[Storey]
    rooms: list[Room]
    zones: list[Zone]
    doors: list[Door]
    portals: list[Portal]
    seats: Seats
    stages: list[Stage]
    screens: list[Screen]
    spawns: list[Spawn]
    stands: list[Stand]
    landmarks: list[Landmark]
    lifts: list[Lift]


def make_plan(document: Document, markers: Markers) -> Plan:
    """Lists of the layout. Raises BundleError naming the marker that is wrong and what it should say."""
    for kind in ("Room", "Zone", "Door"):
        if len(markers.of(kind)) >= MAX_INDEXED:
            raise BundleError(
                f"The venue has {len(markers.of(kind))} {kind.lower()}s; at most {MAX_INDEXED - 1} are possible."
            )
    planner = _Planner(document, markers)
    doors = planner.doors()
    return Plan(
        storeys=planner.storeys,
        rooms=planner.rooms,
        zones=planner.zones,
        doors=doors,
        portals=planner.portals(doors),
        seats=planner.seats(),
        stages=planner.stages(),
        screens=planner.screens(),
        spawns=planner.spawns(),
        stands=planner.stands(),
        landmarks=planner.landmarks(),
        lifts=planner.lifts(),
    )


class _Planner:
    def __init__(self, document: Document, markers: Markers) -> None:
        self._document = document
        self._markers = markers
        self.storeys = self._storeys()
        self.rooms = self._rooms()
        self._room_index = {room.id: index for index, room in enumerate(self.rooms)}
        self.zones = self._zones()
        self._zone_index = {zone.id: index for index, zone in enumerate(self.zones)}
        self._areas = np.array([abs(area(room.polygon)) for room in self.rooms])

    def _storeys(self) -> list[Storey]:
        found = [(marker, fields_of(marker, StoreyFields)) for marker in self._markers.of("Storey")]
        if not found:
            return self._storeys_of_rooms()
        found.sort(key=lambda pair: pair[1].base)
        tops = [fields.base for _, fields in found[1:]] + [1000.0]
        return [
            Storey(id=marker.id, title=fields.title, base=fields.base, top=fields.top or top)
            for (marker, fields), top in zip(found, tops, strict=True)
        ]

    def _storeys_of_rooms(self) -> list[Storey]:
        """Without storey markers: one storey for each whole number that rooms name, from the lowest floor in it."""
        floors: dict[int, float] = {}
        for marker in self._markers.of("Room"):
            fields = fields_of(marker, RoomFields)
            number = fields.storey if isinstance(fields.storey, int) else 0
            floors[number] = min(
                floors.get(number, 1000.0), marker.position[1] if fields.floor is None else fields.floor
            )
        if not floors:
            return [Storey(id="0", title="Ground floor", base=-1000.0, top=1000.0)]
        bases = [floors[number] - BELOW_M for number in sorted(floors)]
        return [
            Storey(id=str(number), title=f"Level {number}", base=base, top=top)
            for number, base, top in zip(sorted(floors), bases, [*bases[1:], 1000.0], strict=True)
        ]

    def _storey(self, named: int | str | None, height: float, where: str) -> int:
        ids = [storey.id for storey in self.storeys]
        if named is not None:
            if str(named) in ids:
                return ids.index(str(named))
            if isinstance(named, int) and 0 <= named < len(ids):
                return named
            raise BundleError(f"{where}: there is no storey {named!r}; known are {', '.join(ids)}.")
        fitting = [index for index, storey in enumerate(self.storeys) if storey.base - BELOW_M <= height]
        return fitting[-1] if fitting else 0

    def _rooms(self) -> list[Room]:
        rooms = [self._room(marker) for marker in self._markers.of("Room")]
        outside = [room for room in rooms if room.id == OUTSIDE]
        if not outside:
            outside = [
                Room(
                    id=OUTSIDE,
                    title="Outside",
                    storey=0,
                    kind=OUTSIDE,
                    polygon=[],
                    floor=-1000.0,
                    ceiling=1000.0,
                    enclosed=False,
                )
            ]
        return outside + [room for room in rooms if room.id != OUTSIDE]

    def _room(self, marker: Marker) -> Room:
        fields = fields_of(marker, RoomFields)
        if marker.id != OUTSIDE and (len(fields.polygon) < 3 or abs(area(fields.polygon)) < 0.5):
            raise BundleError(
                f"{marker.where}: the polygon needs three points or more around at least half a square metre."
            )
        floor = marker.position[1] if fields.floor is None else fields.floor
        ceiling = floor + 3.0 if fields.ceiling is None else fields.ceiling
        if ceiling <= floor:
            raise BundleError(f"{marker.where}: the ceiling ({ceiling}) is not above the floor ({floor}).")
        return Room(
            id=marker.id,
            title=fields.title or _title(marker),
            storey=self._storey(fields.storey, floor, marker.where),
            kind=fields.kind,
            polygon=wound(fields.polygon) if marker.id != OUTSIDE else [],
            floor=floor,
            ceiling=ceiling,
            capacity=fields.capacity,
            enclosed=fields.enclosed and marker.id != OUTSIDE,
        )

    def _zones(self) -> list[Zone]:
        return [self._zone(marker) for marker in self._markers.of("Zone")]

    def _zone(self, marker: Marker) -> Zone:
        fields = fields_of(marker, ZoneFields)
        if len(fields.polygon) < 3:
            raise BundleError(f"{marker.where}: the polygon needs three points or more.")
        floor = marker.position[1] if fields.floor is None else fields.floor
        return Zone(
            id=marker.id,
            title=fields.title or _title(marker),
            kind=fields.kind,
            room=self._named(self._room_index, fields.room, marker.where, "room") if fields.room else 0,
            polygon=wound(fields.polygon),
            floor=floor,
            ceiling=floor + 3.0 if fields.ceiling is None else fields.ceiling,
        )

    def room_at(self, position: Point) -> int:
        """The smallest room around a point, 0 outside."""
        x, y, z = position
        best = 0
        for index, room in enumerate(self.rooms[1:], start=1):
            if room.floor - BELOW_M <= y < room.ceiling and bool(inside(room.polygon, np.array(x), np.array(z))):
                best = index if best == 0 or self._areas[index] < self._areas[best] else best
        return best

    def _room_of(self, named: str, marker: Marker) -> int:
        return self._named(self._room_index, named, marker.where, "room") if named else self.room_at(marker.position)

    def _pair(self, names: tuple[str, str], where: str) -> tuple[int, int]:
        first, second = (self._named(self._room_index, name, where, "room") for name in names)
        if first == second:
            raise BundleError(f"{where}: both sides are the room {names[0]!r}; name the two rooms that it joins.")
        return first, second

    @staticmethod
    def _named(index: dict[str, int], name: str, where: str, what: str) -> int:
        if name not in index:
            raise BundleError(f"{where}: there is no {what} {name!r}; known are {', '.join(sorted(index)) or 'none'}.")
        return index[name]

    def doors(self) -> list[Door]:
        return [self._door(marker) for marker in self._markers.of("Door")]

    def _door(self, marker: Marker) -> Door:
        fields = fields_of(marker, DoorFields)
        return Door(
            id=marker.id,
            title=fields.title or _title(marker),
            rooms=self._pair(fields.rooms, marker.where),
            position=marker.position,
            yaw=round(marker.yaw, 3),
            width=fields.width,
            height=fields.height,
            open=fields.open,
        )

    def portals(self, doors: list[Door]) -> list[Portal]:
        index = {door.id: number for number, door in enumerate(doors)}
        own = [
            Portal(
                id=f"door/{door.id}",
                title=door.title,
                kind="door",
                rooms=door.rooms,
                position=door.position,
                width=door.width,
                door=number,
            )
            for number, door in enumerate(doors)
        ]
        return own + [self._portal(marker, index) for marker in self._markers.of("Portal")]

    def _portal(self, marker: Marker, doors: dict[str, int]) -> Portal:
        fields = fields_of(marker, PortalFields)
        return Portal(
            id=marker.id,
            title=fields.title,
            kind=fields.kind,
            rooms=self._pair(fields.rooms, marker.where),
            position=marker.position,
            width=fields.width,
            door=None if fields.door is None else self._named(doors, fields.door, marker.where, "door"),
        )

    def seats(self) -> Seats:
        position: list[Point] = []
        yaw: list[int] = []
        room: list[int] = []
        label: list[str] = []
        hips: list[float] = []
        for block in self._markers.seats:
            points = [(round(x, 3), round(y, 3), round(z, 3)) for x, y, z in block.position.tolist()]
            named = self._named(self._room_index, block.room, block.where, "room") if block.room else None
            position += points
            yaw += (np.rint(block.yaw).astype(int) % 256).tolist()
            room += [self.room_at(point) if named is None else named for point in points]
            label += block.labels
            hips += [block.hip] * len(points)
        if len(position) >= 0xFFFF:
            raise BundleError(f"The venue has {len(position):,} seats; at most 65,534 are possible.")
        return Seats(position, yaw, room, label, round(float(np.median(hips)), 3) if hips else DEFAULT_HIP_M)

    def stages(self) -> list[Stage]:
        return [self._stage(marker) for marker in self._markers.of("Stage")]

    def _stage(self, marker: Marker) -> Stage:
        fields = fields_of(marker, StageFields)
        return Stage(
            id=marker.id,
            title=fields.title or _title(marker),
            room=self._room_of(fields.room, marker),
            zone=self._named(self._zone_index, fields.zone or marker.id, marker.where, "zone"),
            lectern=fields.lectern or marker.position,
            yaw=_step(marker.yaw),
        )

    def screens(self) -> list[Screen]:
        return [self._screen(marker) for marker in self._markers.of("Screen")]

    def _screen(self, marker: Marker) -> Screen:
        """Place, size and normal come from the plane that the node shows; extras may give the size."""
        fields = fields_of(marker, ScreenFields)
        faces = self._document.triangles(marker.node) if marker.node >= 0 else np.zeros((0, 3, 3))
        if not len(faces):
            raise BundleError(f"{marker.where}: a screen is a plane; give the node a mesh.")
        normal = np.cross(faces[:, 1] - faces[:, 0], faces[:, 2] - faces[:, 0]).sum(axis=0)
        points = faces.reshape(-1, 3)
        low, high = points.min(axis=0), points.max(axis=0)
        middle = (low + high) / 2
        return Screen(
            id=marker.id,
            title=fields.title or _title(marker),
            room=self._room_of(fields.room, marker),
            node=three_name(self._document.root.nodes[marker.node].name),
            position=(round(float(middle[0]), 3), round(float(middle[1]), 3), round(float(middle[2]), 3)),
            yaw=round(float(yaw_of(normal)), 3),
            width=round(fields.width or float(np.hypot(*(high - low)[[0, 2]])), 3),
            height=round(fields.height or float(high[1] - low[1]), 3),
        )

    def spawns(self) -> list[Spawn]:
        """The entrance first, where people come in when nothing else is said."""
        found = []
        for marker in self._markers.of("Spawn"):
            fields = fields_of(marker, PlaceFields)
            room = self._room_of(fields.room, marker)
            title = fields.title or _title(marker)
            found.append(
                Spawn(
                    id=marker.id,
                    title=title,
                    position=marker.position,
                    yaw=_step(marker.yaw),
                    radius=fields.radius,
                    room=room,
                )
            )
        if not found:
            raise BundleError(
                "The venue has no spawn point; add an empty node named Spawn_entrance where people come in."
            )
        return sorted(found, key=lambda spawn: spawn.id != "entrance")

    def stands(self) -> list[Stand]:
        found = []
        for marker in self._markers.of("Stand"):
            fields = fields_of(marker, PlaceFields)
            found.append(
                Stand(
                    id=marker.id,
                    title=fields.title or _title(marker),
                    room=self._room_of(fields.room, marker),
                    position=marker.position,
                    yaw=_step(marker.yaw),
                    owner=fields.owner,
                    text=fields.text,
                )
            )
        return found

    def landmarks(self) -> list[Landmark]:
        found = []
        for marker in self._markers.of("Landmark"):
            fields = fields_of(marker, PlaceFields)
            found.append(
                Landmark(
                    id=marker.id,
                    title=fields.title or _title(marker),
                    kind=fields.kind or "place",
                    position=marker.position,
                    yaw=_step(marker.yaw),
                    room=self._room_of(fields.room, marker),
                )
            )
        return found

    def lifts(self) -> list[Lift]:
        stops: dict[str, list[tuple[str, Marker]]] = {}
        for marker in self._markers.of("Lift"):
            id_, _, number = marker.id.rpartition("_")
            if not id_:
                raise BundleError(f"{marker.where}: name stops of a lift Lift_ID_0, Lift_ID_1 and so on.")
            stops.setdefault(id_, []).append((number, marker))
        return [
            self._lift(id_, [marker for _, marker in sorted(found, key=_by_number)]) for id_, found in stops.items()
        ]

    def _lift(self, id_: str, markers: list[Marker]) -> Lift:
        fields = [fields_of(marker, LiftFields) for marker in markers]
        if len(markers) < 2:
            raise BundleError(f"{markers[0].where}: a lift needs two stops or more; add Lift_{id_}_1.")
        titles = [one.title for one in fields if one.title]
        return Lift(
            id=id_,
            title=titles[0] if titles else id_.replace("_", " "),
            stops=[
                LiftStop(self._storey(one.storey, marker.position[1], marker.where), marker.position, _step(marker.yaw))
                for one, marker in zip(fields, markers, strict=True)
            ],
        )


def _by_number(stop: tuple[str, Marker]) -> tuple[int, str]:
    return (int(stop[0]) if stop[0].isdigit() and len(stop[0]) < 9 else 0, stop[0])


def _title(marker: Marker) -> str:
    return marker.id.replace("_", " ").replace("-", " ").capitalize()


def _step(yaw: float) -> int:
    return round(yaw) % 256
