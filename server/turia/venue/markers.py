"""Markers of a venue: what nodes mean, by OMI extension, else by name, else by ``venue.toml``.

:func:`read_markers` collects them with their place; :mod:`turia.venue.plan` makes the layout of them. The table of
names and fields is in docs/venue-format.md.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from turia.errors import BundleError
from turia.venue.gltf import INSTANCING, Document

F64 = NDArray[np.float64]
Vec3 = tuple[float, float, float]

KINDS: Final = ("Storey", "Room", "Zone", "Door", "Portal", "Spawn", "Stage", "Screen", "Stand", "Landmark", "Lift")
#: Tables of venue.toml, by kind.
TABLES: Final = {f"{kind.lower()}s": kind for kind in KINDS}
#: What polygons or heights place; everything else is somewhere.
_WITHOUT_PLACE: Final = ("Storey", "Room", "Zone")
COLLIDERS: Final = ("Walk", "Block", "Solid")
_NAME: Final = re.compile(rf"({'|'.join(KINDS)})_(.+)")
#: Shorter than layout.Identifier allows: portals of doors are called door/ID.
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,58}")
_SEAT: Final = re.compile(r"Seats?_(.+)")
#: What three.js takes out of node names, so that both sides know a node by one name.
_RESERVED: Final = re.compile(r"[\[\].:/]")
DEFAULT_HIP_M: Final = 0.45


class OmiSeat(msgspec.Struct, frozen=True):
    """Node extension OMI_seat: points in the node's space."""

    back: Vec3
    foot: Vec3
    knee: Vec3
    angle: Annotated[float, Meta(ge=0, le=2 * math.pi)] = math.pi / 2


class OmiSpawnPoint(msgspec.Struct, frozen=True):
    """Node extension OMI_spawn_point."""

    title: str = ""
    team: str = ""
    group: str = ""


@dataclass(frozen=True)
class Marker:
    """One marked place. ``position`` metres, ``yaw`` 256 steps a turn; ``node`` is -1 when only venue.toml has it."""

    kind: str
    id: str
    node: int
    where: str
    position: Vec3
    yaw: float
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SeatBlock:
    """Seats of one node: position float64 (k, 3) of the floor points, yaw float64 (k,), hip in metres."""

    where: str
    position: F64
    yaw: F64
    hip: float
    room: str
    labels: list[str]


@dataclass(frozen=True)
class Markers:
    """Everything marked in the file and in venue.toml."""

    marked: list[Marker]
    seats: list[SeatBlock]

    def of(self, kind: str) -> list[Marker]:
        """Markers of one kind in the order of the file."""
        return [marker for marker in self.marked if marker.kind == kind]


def three_name(name: str) -> str:
    """The name under which three.js knows a node: spaces become underscores, dots and some others go."""
    return _RESERVED.sub("", re.sub(r"\s", "_", name))


def yaw_of(forward: F64) -> F64:
    """Yaw (256 steps a turn, [0, 256)) of horizontal directions (..., 3); 0 looks along -Z, positive turns left."""
    turn: F64 = np.mod(np.arctan2(-forward[..., 0], -forward[..., 2]) * 128 / math.pi, 256)
    return turn


def read_markers(document: Document, settings: dict[str, Any]) -> Markers:
    """Markers of the document, completed and overridden by ``settings`` (the parsed venue.toml).

    Raises BundleError naming the node or the key that is wrong.
    """
    marked: dict[tuple[str, str], Marker] = {}
    seats: list[SeatBlock] = []
    for node in document.order:
        marker = _marker(document, node)
        if marker is not None:
            _check_id(marker.id, marker.where)
            if (marker.kind, marker.id) in marked:
                other = marked[marker.kind, marker.id].where
                raise BundleError(f"{marker.where} and {other} have the same id {marker.id!r}; rename one of them.")
            marked[marker.kind, marker.id] = marker
        block = _seats(document, node)
        if block is not None:
            seats.append(block)
    _override(marked, settings)
    return Markers(list(marked.values()), seats)


def _marker(document: Document, node: int) -> Marker | None:
    name = document.root.nodes[node].name
    extension = document.root.nodes[node].extensions.get("OMI_spawn_point")
    match = _NAME.fullmatch(name)
    if extension is not None:
        point = _convert(extension, OmiSpawnPoint, f"{document.label(node)}: OMI_spawn_point")
        kind, id_ = "Spawn", match[2] if match else name or f"spawn{node}"
        found: dict[str, Any] = {"title": point.title} if point.title else {}
    elif match:
        kind, id_, found = match[1], match[2], {}
    else:
        return None
    matrix = document.world[node]
    return Marker(
        kind,
        three_name(id_),
        node,
        document.label(node),
        _point(matrix[:3, 3]),
        float(yaw_of(-matrix[:3, 2])),
        found | _extras(document, node),
    )


def _extras(document: Document, node: int) -> dict[str, Any]:
    extras = document.root.nodes[node].extras
    if extras is None:
        return {}
    if not isinstance(extras, dict):
        raise BundleError(f"{document.label(node)}: extras are not an object with fields; see docs/venue-format.md.")
    return extras


def _seats(document: Document, node: int) -> SeatBlock | None:
    name = document.root.nodes[node].name
    extensions = document.root.nodes[node].extensions
    match = _SEAT.fullmatch(name)
    if match is None and "OMI_seat" not in extensions:
        return None
    if match is None and INSTANCING not in extensions and document.root.nodes[node].mesh is None and not name:
        raise BundleError(
            f"{document.label(node)}: a seat needs a name that becomes its label, for example Seat_A1_R05_S012."
        )
    matrices = document.instances(node)
    if matrices is None:
        matrices = document.world[node][None]
    extras = _extras(document, node)
    fields = _convert(extras, _SeatFields, document.label(node))
    if "OMI_seat" in extensions:
        position, yaw, hip = _omi_seat(document, node, matrices)
    else:
        position, yaw, hip = matrices[:, :3, 3], yaw_of(-matrices[:, :3, 2]), fields.hip
    labels = fields.labels or _labels(fields.label or (match[1] if match else name).replace("_", " "), len(matrices))
    if len(labels) != len(matrices):
        raise BundleError(
            f"{document.label(node)} has {len(matrices)} seats and {len(labels)} labels; give one label a seat."
        )
    return SeatBlock(document.label(node), position, yaw, hip, fields.room, labels)


class _SeatFields(msgspec.Struct, frozen=True):
    room: str = ""
    label: str = ""
    labels: list[str] = []
    hip: Annotated[float, Meta(ge=0.1, le=1.5)] = DEFAULT_HIP_M


def _labels(base: str, count: int) -> list[str]:
    return [base] if count == 1 else [f"{base} {number}" for number in range(1, count + 1)]


def _omi_seat(document: Document, node: int, matrices: F64) -> tuple[F64, F64, float]:
    """Who sits is over ``back`` and faces ``knee``; the floor is at the height of ``foot``."""
    where = f"{document.label(node)}: OMI_seat"
    seat = _convert(document.root.nodes[node].extensions["OMI_seat"], OmiSeat, where)
    local = np.array([[*seat.back, 1.0], [*seat.foot, 1.0], [*seat.knee, 1.0]])
    back, foot, knee = (local @ matrices.transpose(0, 2, 1))[:, :, :3].transpose(1, 0, 2)
    forward = knee - back
    if (np.hypot(forward[:, 0], forward[:, 2]) < 1e-3).any():
        raise BundleError(f"{where}: back and knee are above each other, so that nobody knows where the seat looks.")
    position = back.copy()
    position[:, 1] = foot[:, 1]
    return position, yaw_of(forward), float(np.clip(np.median(back[:, 1] - foot[:, 1]), 0.1, 1.5))


def _override(marked: dict[tuple[str, str], Marker], settings: dict[str, Any]) -> None:
    """Tables like ``[rooms.plenary]`` add fields to a marker, or a marker with ``position`` and ``yaw_degrees``."""
    for table, kind in TABLES.items():
        entries = settings.get(table, {})
        if isinstance(entries, list):
            entries = {
                str(entry.get("id", number)): entry for number, entry in enumerate(entries) if isinstance(entry, dict)
            }
        if not isinstance(entries, dict):
            raise BundleError(f"venue.toml: {table} is not a table; write [{table}.ID].")
        for id_, fields in entries.items():
            where = f"venue.toml: {table}.{id_}"
            if not isinstance(fields, dict):
                raise BundleError(f"{where} is not a table; write [{table}.{id_}].")
            _check_id(id_, where)
            base = marked.get((kind, id_)) or Marker(kind, id_, -1, where, (0.0, 0.0, 0.0), 0.0)
            place = _convert(fields, _Place, where)
            if base.node < 0 and place.position is None and kind not in _WITHOUT_PLACE:
                raise BundleError(
                    f"{where}: the GLB has no node {kind}_{id_}; add it, or give position = [x, y, z] here."
                )
            marked[kind, id_] = Marker(
                kind,
                id_,
                base.node,
                base.where,
                place.position or base.position,
                base.yaw if place.yaw_degrees is None else place.yaw_degrees % 360 / 360 * 256,
                base.fields | fields,
            )


def _check_id(id_: str, where: str) -> None:
    if not _ID.fullmatch(id_):
        raise BundleError(
            f"{where}: {id_[:80]!r} is no id; take letters a to z, digits, underscore and hyphen, at most 58 of them."
        )


class _Place(msgspec.Struct, frozen=True):
    position: Vec3 | None = None
    yaw_degrees: float | None = None


def _point(values: F64) -> Vec3:
    return (round(float(values[0]), 4), round(float(values[1]), 4), round(float(values[2]), 4))


def _convert(value: Any, kind: type[Any], where: str) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise BundleError(f"{where}: {error}. See docs/venue-format.md.") from error
