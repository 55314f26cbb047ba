"""What extras and venue.toml may say of each kind of marker: names, units and defaults of docs/venue-format.md."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from turia.errors import BundleError
from turia.venue.markers import Marker
from turia.world.layout import Point, Polygon

_Fields = TypeVar("_Fields", bound=msgspec.Struct)
_Outline = Annotated[Polygon, Meta(max_length=4096)]
_Length = Annotated[float, Meta(gt=0, le=1000)]


class StoreyFields(msgspec.Struct, frozen=True):
    """A level; without ``top`` it reaches to the next one."""

    base: float
    title: str = ""
    top: float | None = None


class RoomFields(msgspec.Struct, frozen=True):
    """A room; ``storey`` by number or id."""

    polygon: _Outline = []
    title: str = ""
    kind: str = "circulation"
    storey: int | str | None = None
    floor: float | None = None
    ceiling: float | None = None
    capacity: Annotated[int, Meta(ge=0)] = 0
    enclosed: bool = True


class ZoneFields(msgspec.Struct, frozen=True):
    """An area with rules."""

    polygon: _Outline
    kind: str
    title: str = ""
    room: str = ""
    floor: float | None = None
    ceiling: float | None = None


class DoorFields(msgspec.Struct, frozen=True):
    """A door between two rooms, by id."""

    rooms: tuple[str, str]
    title: str = ""
    width: _Length = 1.0
    height: _Length = 2.2
    open: bool = True


class PortalFields(msgspec.Struct, frozen=True):
    """A view between two rooms, by id."""

    rooms: tuple[str, str]
    kind: str = "opening"
    title: str = ""
    width: _Length = 1.0
    door: str | None = None


class StageFields(msgspec.Struct, frozen=True):
    """A stage; its zone has the same id unless it says otherwise."""

    room: str = ""
    zone: str = ""
    title: str = ""
    lectern: Point | None = None


class ScreenFields(msgspec.Struct, frozen=True):
    """A screen; the size is that of its plane unless it says otherwise."""

    room: str = ""
    title: str = ""
    width: _Length | None = None
    height: _Length | None = None


class PlaceFields(msgspec.Struct, frozen=True):
    """A spawn point, stand or landmark."""

    title: str = ""
    room: str = ""
    kind: str = ""
    owner: str = ""
    text: str = ""
    radius: Annotated[float, Meta(ge=0, le=100)] = 2.0


class LiftFields(msgspec.Struct, frozen=True):
    """A stop of a lift."""

    title: str = ""
    storey: int | str | None = None


def fields_of(marker: Marker, kind: type[_Fields]) -> _Fields:
    """The marker's fields as one of these. Raises BundleError that names the marker and the field that is wrong."""
    try:
        return msgspec.convert(marker.fields, kind)
    except msgspec.ValidationError as error:
        raise BundleError(f"{marker.where}: {error}. See docs/venue-format.md.") from error
