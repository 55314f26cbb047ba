"""The walkable field: stacked layers of 0.25 m cells. Format and rule of moving: docs/venue-format.md.

A *surface* is an index into the flat arrays: the place in the stack of one cell. ``-1`` stands for no surface.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from turia.errors import BundleError

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]

NONE: Final = 255
MAX_LAYERS: Final = 3
#: Order of the link fields: +x, -x, +z, -z, as steps in (ix, iz).
STEPS: Final = ((1, 0), (-1, 0), (0, 1), (0, -1))
#: The direction that leads back.
BACK: Final = (1, 0, 3, 2)

_DTYPES: Final = {
    "version": np.uint32,
    "origin": np.float32,
    "cell": np.float32,
    "shape": np.uint32,
    "count": np.uint8,
    "height": np.int16,
    "links": np.uint8,
    "room": np.uint8,
    "zone": np.uint8,
    "door": np.uint8,
}


def _wrong(name: str, what: str) -> BundleError:
    return BundleError(f"walk.npz: array '{name}' {what}. Bake the venue again: turia venue bake.")


@dataclass(frozen=True, slots=True)
class WalkField:
    """Arrays of ``walk.npz`` plus ``first`` (int32 (nz*nx+1,)): index of the first surface of each cell.

    Derived besides: ``cell_of`` int32 (m,), flat cell of each surface; ``layer`` uint8 (m,), its index in the stack;
    ``next_`` int32 (4, m), the surface that the link in each direction (:data:`STEPS`) leads to, or -1.
    """

    origin: NDArray[np.float32]
    cell: float
    shape: tuple[int, int]
    first: I32
    height: NDArray[np.int16]
    links: U8
    room: U8
    zone: U8
    door: U8
    cell_of: I32
    layer: U8
    next_: I32

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> WalkField:
        """From the arrays of walk.npz; raises BundleError with the name of the array that is wrong."""
        got = _checked(arrays)
        nz, nx = (int(n) for n in got["shape"])
        count = got["count"].reshape(-1)
        first = np.zeros(nz * nx + 1, np.int32)
        np.cumsum(count, out=first[1:])
        cell_of = np.repeat(np.arange(nz * nx, dtype=np.int32), count)
        layer = (np.arange(int(first[-1]), dtype=np.int32) - first[cell_of]).astype(np.uint8)
        links = np.ascontiguousarray(got["links"], np.uint8)
        next_ = _targets(links, cell_of, first, nz, nx)
        _check_return(next_)
        return cls(
            origin=np.asarray(got["origin"], np.float32),
            cell=float(got["cell"]),
            shape=(nz, nx),
            first=first,
            height=np.ascontiguousarray(got["height"], np.int16),
            links=links,
            room=np.ascontiguousarray(got["room"], np.uint8),
            zone=np.ascontiguousarray(got["zone"], np.uint8),
            door=np.ascontiguousarray(got["door"], np.uint8),
            cell_of=cell_of,
            layer=layer,
            next_=next_,
        )

    def cells(self, x: F64, z: F64) -> tuple[I64, I64]:
        """Cell (ix, iz) int64 of each point (metres); may lie outside the grid."""
        return np.floor(self._u(x)).astype(np.int64), np.floor(self._w(z)).astype(np.int64)

    def locate(self, x: F64, z: F64, layer: NDArray[np.integer]) -> I32:
        """Surface int32 (n,) of each point (metres) and layer, -1 where there is none."""
        ix, iz = self.cells(x, z)
        inside = (ix >= 0) & (ix < self.shape[1]) & (iz >= 0) & (iz < self.shape[0])
        flat = np.where(inside, iz * self.shape[1] + ix, 0)
        surface = self.first[flat] + np.asarray(layer, np.int64)
        return np.where(inside & (surface < self.first[flat + 1]), surface, -1).astype(np.int32)

    def sweep(self, surface: I32, x0: F64, z0: F64, x1: F64, z1: F64, forbidden: Forbidden) -> Swept:
        """Walk from (x0, z0) on ``surface`` to (x1, z1), all (n,), metres, by the rule of docs/venue-format.md.

        Surfaces given must exist (>= 0). No mover is looped over: each round takes one border of all who have one left.
        """
        u0, w0, u1, w1 = self._u(x0), self._w(z0), self._u(x1), self._w(z1)
        at = surface.astype(np.int32, copy=True)
        reason = np.zeros(len(at), np.uint8)
        # most steps stay within a cell: they are done
        leaving = np.flatnonzero((np.floor(u0) != np.floor(u1)) | (np.floor(w0) != np.floor(w1)))
        march = _March(u0[leaving], w0[leaving], u1[leaving], w1[leaving])
        gone, why = at[leaving], reason[leaving]
        forbidden = forbidden.of(leaving)
        live = np.arange(len(leaving))
        while live.size:
            live = self._cross(march, gone, why, live, forbidden)
        at[leaving], reason[leaving] = gone, why
        return Swept(at, reason)

    def nearest(
        self,
        x: float,
        y: float,
        z: float,
        *,
        reach: float,
        climb: float = 1.0,
        keep: Callable[[I32], NDArray[np.bool_]] | None = None,
    ) -> int:
        """The surface whose middle is nearest to a point (metres), or -1.

        Within ``reach`` across and ``climb`` up or down; ``keep`` says of surfaces int32 (n,) which may be taken.
        """
        ids = self._around(x, z, reach)
        if keep is not None and ids.size:
            ids = ids[keep(ids)]
        if not ids.size:
            return -1
        cx, cy, cz = self.middle(ids)
        distance = np.hypot(cx - x, cz - z)
        distance[(np.abs(cy - y) > climb) | (distance > reach)] = np.inf
        best = int(distance.argmin())
        return int(ids[best]) if np.isfinite(distance[best]) else -1

    def _around(self, x: float, z: float, reach: float) -> I32:
        """Surfaces of the cells that a square of side 2 ``reach`` touches."""
        nz, nx = self.shape
        ring = int(reach / self.cell) + 1
        ix, iz = int(np.floor((x - self.origin[0]) / self.cell)), int(np.floor((z - self.origin[1]) / self.cell))
        columns = np.arange(max(ix - ring, 0), min(ix + ring + 1, nx))
        rows = np.arange(max(iz - ring, 0), min(iz + ring + 1, nz))
        flat = (rows[:, None] * nx + columns[None, :]).reshape(-1)
        stacks = self.first[flat][:, None] + np.arange(MAX_LAYERS)
        found: I32 = stacks[stacks < self.first[flat + 1][:, None]].astype(np.int32)
        return found

    def middle(self, surface: I32) -> tuple[F64, F64, F64]:
        """The middle (x, y, z) of surfaces, metres, float64 (n,) each."""
        flat = self.cell_of[surface]
        iz, ix = flat // self.shape[1], flat % self.shape[1]
        x: F64 = np.asarray(float(self.origin[0]) + (ix + 0.5) * self.cell, np.float64)
        z: F64 = np.asarray(float(self.origin[1]) + (iz + 0.5) * self.cell, np.float64)
        y: F64 = self.height[surface] / 100.0
        return x, y, z

    def _u(self, x: F64) -> F64:
        return (np.asarray(x, np.float64) - float(self.origin[0])) / self.cell

    def _w(self, z: F64) -> F64:
        return (np.asarray(z, np.float64) - float(self.origin[1])) / self.cell

    def _cross(self, march: _March, at: I32, reason: U8, live: I64, forbidden: Forbidden) -> I64:
        """Take the next border of the movers ``live``; returns those who have further to go."""
        along_x, along_z = march.step(live)
        from_ = at[live]
        via_x = _follow(self.next_, march.way_x[live], from_)
        via_z = _follow(self.next_, march.way_z[live], from_)
        corner_x = _follow(self.next_, march.way_z[live], via_x)
        corner_z = _follow(self.next_, march.way_x[live], via_z)
        corner = np.where(corner_x == corner_z, corner_x, -1)
        both = along_x & along_z
        to = np.where(both, corner, np.where(along_x, via_x, via_z)).astype(np.int32)
        why = forbidden.reasons(self, live, from_, to)
        for beside in (via_x, via_z):
            squeeze = np.flatnonzero(both & (to >= 0) & (why == FREE))
            if squeeze.size:
                why[squeeze] = forbidden.reasons(self, live[squeeze], from_[squeeze], beside[squeeze])
        reason[live] = why
        free = why == FREE
        going = live[free]
        at[going] = to[free]
        further: I64 = going[(march.left_x[going] + march.left_z[going]) > 0]
        return further


#: Why a mover was stopped: index into REASONS.
FREE, WALL, DOOR, ZONE = 0, 1, 2, 3
REASONS: Final = ("", "wall", "door", "zone")


@dataclass(frozen=True, slots=True)
class Swept:
    """``surface`` int32 (n,): reached, or the last one before the obstacle; ``reason`` uint8 (n,): FREE, WALL, ..."""

    surface: I32
    reason: U8


@dataclass(frozen=True, slots=True)
class Forbidden:
    """What is closed, and for whom not.

    ``doors``, ``zones``, ``rooms``: bool (256,), forbidden to people without a right. ``door_rights``, ``zone_rights``,
    ``room_rights``: bool (people, 256); None when nobody has any. ``who`` int (movers,): the row there of each mover.
    Index 255 (none) is never forbidden. Somebody who is on the sill of a door that closes, in a zone whose right he
    lost or in a room that is closed, may move there and leave, not enter again.
    """

    doors: NDArray[np.bool_]
    zones: NDArray[np.bool_]
    door_rights: NDArray[np.bool_] | None = None
    zone_rights: NDArray[np.bool_] | None = None
    who: NDArray[np.integer] | None = None
    rooms: NDArray[np.bool_] | None = None
    room_rights: NDArray[np.bool_] | None = None

    @classmethod
    def nothing(cls) -> Forbidden:
        """Everything is open to everyone."""
        return cls(np.zeros(256, np.bool_), np.zeros(256, np.bool_))

    def of(self, movers: I64) -> Forbidden:
        """The same for some of the movers."""
        who = None if self.who is None else self.who[movers]
        return replace(self, who=who)

    def reasons(self, field: WalkField, mover: I64, from_: I32, to: I32) -> U8:
        """Reason uint8 (n,) that stops each mover on the way ``from_`` -> ``to`` (-1: a wall)."""
        why = np.where(to < 0, WALL, FREE).astype(np.uint8)
        for bit, ids, closed, rights in (
            (ZONE, field.zone, self.zones, self.zone_rights),
            (DOOR, field.door, self.doors, self.door_rights),
            (DOOR, field.room, self.rooms, self.room_rights),
        ):
            if closed is None or not closed.any():
                continue
            there = ids[to]
            hit = np.flatnonzero(closed[there] & (there != ids[from_]) & (to >= 0))
            if hit.size and rights is not None and self.who is not None:
                hit = hit[~rights[self.who[mover[hit]], there[hit]]]
            why[hit] = bit
        return why


class _March:
    """Borders that each segment has still to cross, in cell units."""

    def __init__(self, u0: F64, w0: F64, u1: F64, w1: F64) -> None:
        i0, i1, j0, j1 = (np.floor(v).astype(np.int64) for v in (u0, u1, w0, w1))
        self.u0, self.w0 = u0, w0
        self.du, self.dw = np.abs(u1 - u0), np.abs(w1 - w0)
        self.left_x, self.left_z = np.abs(i1 - i0), np.abs(j1 - j0)
        self.way_x = np.where(u1 > u0, 0, 1)
        self.way_z = np.where(w1 > w0, 2, 3)
        # distance, in cells, to the first border on each axis
        self.near_x = np.where(u1 > u0, i0 + 1 - u0, u0 - i0)
        self.near_z = np.where(w1 > w0, j0 + 1 - w0, w0 - j0)

    def step(self, live: I64) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which axes the next border of each live mover crosses (both: a corner); counts it as crossed."""
        left_x, left_z = self.left_x[live], self.left_z[live]
        # time along the segment is near / d: compared as products, so that no division decides a corner
        to_x = self.near_x[live] * self.dw[live]
        to_z = self.near_z[live] * self.du[live]
        along_x = (left_x > 0) & ((left_z == 0) | (to_x <= to_z))
        along_z = (left_z > 0) & ((left_x == 0) | (to_z <= to_x))
        self.left_x[live] -= along_x
        self.left_z[live] -= along_z
        self.near_x[live] += along_x
        self.near_z[live] += along_z
        return along_x, along_z


def _follow(next_: I32, way: I64, surface: I32) -> I32:
    """Surface behind the link in direction ``way``; -1 stays -1."""
    return np.where(surface >= 0, next_[way, surface], -1).astype(np.int32)


def _checked(arrays: Mapping[str, NDArray[np.generic]]) -> dict[str, NDArray[Any]]:
    got: dict[str, NDArray[Any]] = {}
    for name, dtype in _DTYPES.items():
        if name not in arrays:
            raise _wrong(name, "is missing")
        value = np.asarray(arrays[name])
        if value.dtype != dtype:
            raise _wrong(name, f"is {value.dtype}, expected {np.dtype(dtype).name}")
        got[name] = value
    if got["version"].shape != () or int(got["version"]) != 1:
        raise _wrong("version", "is not 1: this server reads version 1")
    if got["origin"].shape != (2,) or not np.isfinite(got["origin"].astype(np.float64)).all():
        raise _wrong("origin", "is not two finite numbers")
    if got["cell"].shape != () or not 0.05 <= float(got["cell"]) <= 2.0:
        raise _wrong("cell", "is not a length between 0.05 and 2 m")
    if got["shape"].shape != (2,) or not (got["shape"].astype(np.int64) >= 1).all():
        raise _wrong("shape", "is not two positive numbers (nz, nx)")
    _check_surfaces(got)
    return got


def _check_surfaces(got: dict[str, NDArray[Any]]) -> None:
    nz, nx = (int(n) for n in got["shape"].astype(np.int64))
    count = got["count"].astype(np.int64)
    if count.shape != (nz, nx):
        raise _wrong("count", f"has shape {count.shape}, expected {(nz, nx)}")
    if int(count.max()) > MAX_LAYERS:
        raise _wrong("count", f"holds {int(count.max())} surfaces above one cell, at most {MAX_LAYERS} are possible")
    total = int(count.sum())
    if total == 0:
        raise _wrong("count", "holds no surface at all: nobody could stand anywhere")
    for name in ("height", "links", "room", "zone", "door"):
        if got[name].shape != (total,):
            raise _wrong(name, f"has shape {got[name].shape}, expected {(total,)} (the sum of 'count')")


def _targets(links: U8, cell_of: I32, first: I32, nz: int, nx: int) -> I32:
    """``next_`` of the field; raises BundleError for a link that leads out of the grid or to a missing layer."""
    next_ = np.full((4, len(links)), -1, np.int32)
    iz, ix = cell_of // nx, cell_of % nx
    for way, (dx, dz) in enumerate(STEPS):
        k = (links >> np.uint8(2 * way)) & np.uint8(3)
        has = np.flatnonzero(k)
        x, z = ix[has] + dx, iz[has] + dz
        inside = (x >= 0) & (x < nx) & (z >= 0) & (z < nz)
        if not inside.all():
            cell = has[~inside][0]
            raise _wrong("links", f"leads out of the grid at cell (iz {iz[cell]}, ix {ix[cell]})")
        flat = z * nx + x
        target = first[flat] + k[has] - 1
        missing = target >= first[flat + 1]
        if missing.any():
            cell = has[missing][0]
            raise _wrong("links", f"leads to a surface that does not exist at cell (iz {iz[cell]}, ix {ix[cell]})")
        next_[way, has] = target
    return next_


def _check_return(next_: I32) -> None:
    for way, back in enumerate(BACK):
        has = np.flatnonzero(next_[way] >= 0)
        lost = next_[back, next_[way, has]] != has
        if lost.any():
            raise _wrong("links", f"of surface {has[lost][0]} leads one way only")
