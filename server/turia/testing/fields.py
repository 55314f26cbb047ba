"""Small walkable fields for tests and benches: the arrays of walk.npz from plans in memory."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from turia.protocol.limits import CELL_M, MAX_STEP_M
from turia.world.walkable import NONE, STEPS

Arrays = dict[str, NDArray[np.generic]]


class Surface(NamedTuple):
    """One surface of a stack: height in cm, indices of room, zone and door (255: none)."""

    height: int = 0
    room: int = 1
    zone: int = NONE
    door: int = NONE


def stacked(stacks: list[list[list[Surface]]], *, origin: tuple[float, float], cell: float = CELL_M) -> Arrays:
    """Arrays of a field from ``stacks[iz][ix]``, lowest surface first; those within a step of each other are linked."""
    nz, nx = len(stacks), len(stacks[0])
    flat = [surface for row in stacks for stack in row for surface in stack]
    links = [_links(stacks, iz, ix, surface) for iz in range(nz) for ix in range(nx) for surface in stacks[iz][ix]]
    return {
        "version": np.array(1, np.uint32),
        "origin": np.array(origin, np.float32),
        "cell": np.array(cell, np.float32),
        "shape": np.array([nz, nx], np.uint32),
        "count": np.array([[len(stack) for stack in row] for row in stacks], np.uint8),
        "height": np.array([s.height for s in flat], np.int16),
        "links": np.array(links, np.uint8),
        "room": np.array([s.room for s in flat], np.uint8),
        "zone": np.array([s.zone for s in flat], np.uint8),
        "door": np.array([s.door for s in flat], np.uint8),
    }


def _links(stacks: list[list[list[Surface]]], iz: int, ix: int, surface: Surface) -> int:
    links = 0
    for way, (dx, dz) in enumerate(STEPS):
        z, x = iz + dz, ix + dx
        if not (0 <= z < len(stacks) and 0 <= x < len(stacks[0])):
            continue
        for layer, other in enumerate(stacks[z][x]):
            if abs(other.height - surface.height) <= MAX_STEP_M * 100:
                links |= (layer + 1) << (2 * way)
    return links


def flat(
    room: NDArray[np.uint8],
    *,
    origin: tuple[float, float],
    cell: float = CELL_M,
    door: NDArray[np.uint8] | None = None,
    zone: NDArray[np.uint8] | None = None,
) -> Arrays:
    """Arrays of a field on one level. ``room`` uint8 (nz, nx) holds the room of each cell, 255 where nobody can stand.

    ``door`` and ``zone`` are uint8 (nz, nx) as in walk.npz. Neighbouring cells are linked.
    """
    walkable = room != NONE
    nz, nx = room.shape
    none = np.full(room.shape, NONE, np.uint8)
    links = np.zeros(room.shape, np.uint8)
    links[:, :-1] |= np.where(walkable[:, 1:], 1, 0).astype(np.uint8)
    links[:, 1:] |= np.where(walkable[:, :-1], 1 << 2, 0).astype(np.uint8)
    links[:-1, :] |= np.where(walkable[1:, :], 1 << 4, 0).astype(np.uint8)
    links[1:, :] |= np.where(walkable[:-1, :], 1 << 6, 0).astype(np.uint8)
    return {
        "version": np.array(1, np.uint32),
        "origin": np.array(origin, np.float32),
        "cell": np.array(cell, np.float32),
        "shape": np.array([nz, nx], np.uint32),
        "count": walkable.astype(np.uint8),
        "height": np.zeros(int(walkable.sum()), np.int16),
        "links": links[walkable],
        "room": room[walkable],
        "zone": (none if zone is None else zone)[walkable],
        "door": (none if door is None else door)[walkable],
    }
