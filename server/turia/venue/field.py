"""Where feet can be: stacked surfaces over a grid, grown obstacles, links; the room, zone and door of each surface.

Steps: heights of Walk_ meshes at cell centres -> head room -> obstacles grown by the radius of a person -> links ->
only what the entrance reaches -> the arrays of ``walk.npz`` (docs/venue-format.md).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.errors import BundleError
from turia.protocol.limits import CELL_M, MAX_STEP_M, PERSON_RADIUS_M
from turia.venue.outlines import area, inside
from turia.venue.plan import BELOW_M, Plan
from turia.venue.raster import F64, I64, Grid, heights, points
from turia.world.layout import Door, Polygon
from turia.world.walkable import WalkField

I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]
Bool = NDArray[np.bool_]

HEAD_ROOM_M: Final = 1.9
MAX_LAYERS: Final = 3
NONE: Final = 255
#: Positions travel as 16-bit centimetres, so the venue must lie within this of its origin.
REACH_M: Final = 327.0
#: Heights closer than this are one surface.
_SAME_M: Final = 0.02
#: Rounding of exporters must not turn a step into a wall.
_SLACK_M: Final = 0.005
#: Slivers between surfaces that are this narrow are no holes.
_CRACK_M: Final = 0.03
#: Keeps the heights of one cell from those of the next when both are one number.
_APART: Final = 1e4
_SPACING_M: Final = 0.1
#: Half the depth of a sill: deeper than one cell together, so that no way of neighbouring cells jumps over it.
SILL_HALF_M: Final = 0.2
#: Neighbours in the order of the link fields: +x, -x, +z, -z, as (row, column).
WAYS: Final = ((0, 1), (0, -1), (1, 0), (-1, 0))


@dataclass(frozen=True)
class Surfaces:
    """Surfaces sorted by cell, then height.

    ``cell`` int64 (m,): flat index; ``height`` float64 (m,): metres; ``links`` int32 (m, 4): surface that way, or -1.
    """

    grid: Grid
    cell: I64
    height: F64
    links: I32

    @classmethod
    def of(cls, walk: WalkField) -> Surfaces:
        """The surfaces of a baked field."""
        grid = Grid((float(walk.origin[0]), float(walk.origin[1])), walk.cell, walk.shape)
        return cls(grid, walk.cell_of.astype(np.int64), walk.height / 100.0, np.ascontiguousarray(walk.next_.T))

    @property
    def first(self) -> I64:
        """int64 (nz * nx + 1,): index of the first surface of each cell."""
        return np.searchsorted(self.cell, np.arange(self.grid.shape[0] * self.grid.shape[1] + 1))

    @property
    def layers(self) -> int:
        """Surfaces in the highest stack."""
        return int(np.bincount(self.cell).max(initial=0)) if len(self.cell) else 0

    def keep(self, which: Bool) -> Surfaces:
        """Only some surfaces; links to the others go."""
        number = np.full(len(which) + 1, -1, np.int32)
        number[:-1][which] = np.arange(which.sum(), dtype=np.int32)
        return replace(self, cell=self.cell[which], height=self.height[which], links=number[self.links[which]])

    def nearest(self, positions: F64, radius: float, rise: float = BELOW_M) -> I64:
        """Per point (k, 3) the nearest surface with its middle within ``radius`` and ``rise`` metres, or -1."""
        first, (rows, columns), layers = self.first, self.grid.shape, self.layers
        row, column = self.grid.index(positions[:, 0], positions[:, 2])
        best, found = np.full(len(positions), np.inf), np.full(len(positions), -1, np.int64)
        around = range(-int(radius / self.grid.cell) - 1, int(radius / self.grid.cell) + 2)
        for down, right in product(around, around):
            there = (row + down >= 0) & (row + down < rows) & (column + right >= 0) & (column + right < columns)
            cell = np.where(there, (row + down) * columns + column + right, 0)
            x, z = self.grid.centre(cell)
            distance = np.hypot(x - positions[:, 0], z - positions[:, 2])
            for layer in range(layers):
                other = first[cell] + layer
                fits = there & (other < first[cell + 1]) & (distance <= radius)
                off = np.abs(self.height[np.where(fits, other, 0)] - positions[:, 1])
                better = fits & (off <= rise) & (distance + off < best)
                best[better], found[better] = (distance + off)[better], other[better]
        return found


def find_surfaces(walk: F64, obstacles: F64) -> Surfaces:
    """Linked surfaces of walk triangles (t, 3, 3) that a person can stand on between obstacle triangles (u, 3, 3).

    Raises BundleError when nothing can be walked on or the venue is too large.
    """
    grid = _grid(walk)
    cell, height, up = _without_cracks(walk, grid)
    if not up.any():
        raise BundleError("No Walk_ mesh has a face that looks up; turn its normals, or name the floors Walk_NAME.")
    surfaces = Surfaces(grid, *_clear(cell, height, up), np.zeros((0, 4), np.int32))
    free = ~_blocked(surfaces, obstacles)
    surfaces = replace(surfaces, cell=surfaces.cell[free], height=surfaces.height[free])
    return replace(surfaces, links=_links(surfaces))


def arrays(surfaces: Surfaces, plan: Plan) -> dict[str, NDArray[np.generic]]:
    """The arrays of walk.npz. Raises BundleError where more than three surfaces lie above each other."""
    first = surfaces.first
    count = np.diff(first)
    if len(count) and count.max() > MAX_LAYERS:
        x, z = (float(value[0]) for value in surfaces.grid.centre(np.array([int(count.argmax())])))
        raise BundleError(
            f"{count.max()} floors lie above each other at x {x:.1f}, z {z:.1f}; at most {MAX_LAYERS} are possible."
        )
    layer = np.arange(len(surfaces.cell)) - first[surfaces.cell]
    ways = np.where(surfaces.links >= 0, layer[surfaces.links] + 1, 0).astype(np.uint8)
    return {
        "version": np.array(1, np.uint32),
        "origin": np.array(surfaces.grid.origin, np.float32),
        "cell": np.array(surfaces.grid.cell, np.float32),
        "shape": np.array(surfaces.grid.shape, np.uint32),
        "count": count.astype(np.uint8).reshape(surfaces.grid.shape),
        "height": np.rint(surfaces.height * 100).astype(np.int16),
        "links": ways[:, 0] | ways[:, 1] << 2 | ways[:, 2] << 4 | ways[:, 3] << 6,
        "room": areas(surfaces, [(room.polygon, room.floor, room.ceiling) for room in plan.rooms], 0),
        "zone": areas(surfaces, [(zone.polygon, zone.floor, zone.ceiling) for zone in plan.zones], NONE),
        "door": sills(surfaces, plan.doors),
    }


def areas(surfaces: Surfaces, outlines: list[tuple[Polygon, float, float]], otherwise: int) -> U8:
    """Index of the smallest outline (polygon, floor, ceiling) around each surface, or ``otherwise``."""
    result = np.full(len(surfaces.cell), otherwise, np.uint8)
    size = np.full(len(surfaces.cell), np.inf)
    x, z = surfaces.grid.centre(surfaces.cell)
    for index, (polygon, floor, ceiling) in enumerate(outlines):
        if not polygon:
            continue
        corners = np.array(polygon)
        (x0, z0), (x1, z1) = corners.min(axis=0), corners.max(axis=0)
        near = (x >= x0) & (x <= x1) & (z >= z0) & (z <= z1)
        near &= (surfaces.height >= floor - BELOW_M) & (surfaces.height < ceiling)
        picked = np.flatnonzero(near)
        picked = picked[inside(polygon, x[picked], z[picked])]
        covers = abs(area(polygon))
        picked = picked[covers < size[picked]]
        result[picked], size[picked] = index, covers
    return result


def sills(surfaces: Surfaces, doors: list[Door]) -> U8:
    """Index of the door on whose sill each surface lies, 255 for none."""
    result = np.full(len(surfaces.cell), NONE, np.uint8)
    x, z = surfaces.grid.centre(surfaces.cell)
    for index, door in enumerate(doors):
        angle = door.yaw / 128 * np.pi
        dx, dz = x - door.position[0], z - door.position[2]
        # The door looks along (-sin, -cos); its sill runs along (cos, -sin).
        through = np.abs(dx * -np.sin(angle) + dz * -np.cos(angle)) <= SILL_HALF_M
        along = np.abs(dx * np.cos(angle) - dz * np.sin(angle)) <= door.width / 2 + PERSON_RADIUS_M
        level = surfaces.height - door.position[1]
        result[through & along & (level >= -BELOW_M) & (level < door.height)] = index
    return result


def _grid(walk: F64) -> Grid:
    if not len(walk):
        raise BundleError("Nothing can be walked on: name the meshes of floors, steps and ramps Walk_NAME.")
    flat = walk.reshape(-1, 3)
    low, high = flat.min(axis=0), flat.max(axis=0)
    if not (np.abs(np.concatenate([low, high])) <= REACH_M).all():
        raise BundleError(
            f"The floors reach from {_text(low)} to {_text(high)}; everything must lie within {REACH_M:.0f} m of the"
            " origin. Is the model in metres?"
        )
    origin = np.floor(low[[0, 2]] / CELL_M) * CELL_M
    columns, rows = np.ceil((high[[0, 2]] - origin) / CELL_M).astype(int)
    return Grid((float(origin[0]), float(origin[1])), CELL_M, (max(int(rows), 1), max(int(columns), 1)))


def _text(point: F64) -> str:
    return "(" + ", ".join(f"{value:.0f}" for value in point) + ")"


def _without_cracks(walk: F64, grid: Grid) -> tuple[I64, F64, Bool]:
    """Heights at cell centres; where there is none, those a little beside: arcs of different segments leave slivers."""
    cell, height, up = heights(walk, grid)
    for x, z in product((-_CRACK_M, _CRACK_M), repeat=2):
        more_cell, more_height, more_up = heights(walk + np.array([x, 0, z]), grid)
        missing = more_up & ~_known(cell, height, more_cell, more_height)
        cell = np.concatenate([cell, more_cell[missing]])
        height = np.concatenate([height, more_height[missing]])
        up = np.concatenate([up, more_up[missing]])
    return cell, height, up


def _known(cell: I64, height: F64, more_cell: I64, more_height: F64) -> Bool:
    """Which of some samples have another sample in their cell within half a metre of height."""
    if not len(cell):
        return np.zeros(len(more_cell), bool)
    keys = np.sort(cell * _APART + height)
    wanted = more_cell * _APART + more_height
    at = np.searchsorted(keys, wanted)
    below, above = keys[np.maximum(at - 1, 0)], keys[np.minimum(at, len(keys) - 1)]
    near: Bool = (np.abs(wanted - below) <= BELOW_M) | (np.abs(above - wanted) <= BELOW_M)
    return near


def _clear(cell: I64, height: F64, up: Bool) -> tuple[I64, F64]:
    """Surfaces that look up and have head room below everything walkable above them."""
    order = np.lexsort((height, cell))
    cell, height, up = cell[order], height[order], up[order]
    # The last one of a run of nearly equal heights stands for the run.
    last = np.append((np.diff(cell) != 0) | (np.diff(height) > _SAME_M), True)
    run = np.cumsum(last) - last
    faces_up = np.zeros(int(last.sum()), bool)
    np.logical_or.at(faces_up, run, up)
    cell, height = cell[last], height[last]
    above = np.append(np.where(np.diff(cell) == 0, np.diff(height), np.inf), np.inf)
    clear = faces_up & (above >= HEAD_ROOM_M)
    return cell[clear], height[clear]


def _blocked(surfaces: Surfaces, obstacles: F64) -> Bool:
    """Surfaces with an obstacle higher than a step and lower than a head within a person's radius."""
    grid, first, blocked = surfaces.grid, surfaces.first, np.zeros(len(surfaces.cell), bool)
    layers = surfaces.layers
    for part in points(_relevant(surfaces, obstacles), _SPACING_M):
        row, column = grid.index(part[:, 0], part[:, 2])
        for down in (-1, 0, 1):
            for right in (-1, 0, 1):
                _stamp(surfaces, first, layers, blocked, row + down, column + right, part)
    return blocked


def _relevant(surfaces: Surfaces, obstacles: F64) -> F64:
    """Triangles near the grid and the height of people."""
    if not len(surfaces.cell):
        return obstacles[:0]
    low, high = obstacles.min(axis=1), obstacles.max(axis=1)
    grid = surfaces.grid
    x0, z0 = grid.origin[0] - 1, grid.origin[1] - 1
    x1, z1 = x0 + grid.shape[1] * grid.cell + 2, z0 + grid.shape[0] * grid.cell + 2
    near = (high[:, 0] >= x0) & (low[:, 0] <= x1) & (high[:, 2] >= z0) & (low[:, 2] <= z1)
    near &= (high[:, 1] >= surfaces.height.min()) & (low[:, 1] <= surfaces.height.max() + HEAD_ROOM_M)
    kept: F64 = obstacles[near]
    return kept


def _stamp(surfaces: Surfaces, first: I64, layers: int, blocked: Bool, row: I64, column: I64, part: F64) -> None:
    grid = surfaces.grid
    x = grid.origin[0] + (column + 0.5) * grid.cell
    z = grid.origin[1] + (row + 0.5) * grid.cell
    near = (x - part[:, 0]) ** 2 + (z - part[:, 2]) ** 2 < PERSON_RADIUS_M**2
    near &= (row >= 0) & (row < grid.shape[0]) & (column >= 0) & (column < grid.shape[1])
    cell, height = (row * grid.shape[1] + column)[near], part[near, 1]
    for layer in range(layers):
        surface = first[cell] + layer
        there = surface < first[cell + 1]
        found, level = surface[there], height[there]
        over = level - surfaces.height[found]
        blocked[found[(over > MAX_STEP_M + _SLACK_M) & (over < HEAD_ROOM_M)]] = True


def _links(surfaces: Surfaces) -> I32:
    """The neighbour in each way within a step, or -1. Head room makes it the only one, so links are symmetric."""
    first, (rows, columns) = surfaces.first, surfaces.grid.shape
    links = np.full((len(surfaces.cell), 4), -1, np.int32)
    row, column = np.divmod(surfaces.cell, columns)
    for way, (down, right) in enumerate(WAYS):
        there = (row + down >= 0) & (row + down < rows) & (column + right >= 0) & (column + right < columns)
        cell = np.where(there, (row + down) * columns + column + right, 0)
        for layer in range(surfaces.layers):
            other = first[cell] + layer
            fits = there & (other < first[cell + 1])
            rise = np.abs(surfaces.height[np.where(fits, other, 0)] - surfaces.height)
            fits &= rise <= MAX_STEP_M + _SLACK_M
            links[fits, way] = other[fits]
    return links
