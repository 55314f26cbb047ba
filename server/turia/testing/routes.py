"""Ways through the walkable field for many walkers at once: one distance map a destination, all walkers vectorised.

Surfaces are numbered as in walk.npz (m of them). Neighbours are kept as an int32 array (m, 8): the four straight ones,
then the four diagonals that may be crossed by both sides; -1 where there is no way.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.world.walkable import WalkField

I32 = NDArray[np.int32]

#: Beyond every real distance, in steps.
FAR: Final = 1 << 20
_STRAIGHT: Final = ((1, 0), (-1, 0), (0, 1), (0, -1))
_DIAGONAL: Final = ((0, 2), (0, 3), (1, 2), (1, 3))


class RouteMap:
    """Neighbours and coordinates of every surface of ``walk``; distance maps are made on demand and kept."""

    def __init__(self, walk: WalkField) -> None:
        self.walk = walk
        _, nx = walk.shape
        self.cell_of: I32 = np.repeat(np.arange(len(walk.first) - 1, dtype=np.int32), np.diff(walk.first))
        row, column = np.divmod(self.cell_of, nx)
        #: Centre of each surface: float32 (m, 3), metres.
        self.centre: NDArray[np.float32] = np.stack(
            [
                walk.origin[0] + (column + 0.5) * walk.cell,
                walk.height / 100.0,
                walk.origin[1] + (row + 0.5) * walk.cell,
            ],
            axis=1,
        ).astype(np.float32)
        self.layer: NDArray[np.uint8] = (np.arange(len(self.cell_of)) - walk.first[self.cell_of]).astype(np.uint8)
        self.neighbours: I32 = _neighbours(walk, self.cell_of)
        self._maps: dict[int, I32] = {}

    def surface_at(self, x: float, y: float, z: float) -> int:
        """Index of the surface nearest to a point (metres); full search, for set-up only."""
        gap = self.centre - np.array([x, y, z], dtype=np.float32)
        return int(np.argmin(np.einsum("ij,ij->i", gap, gap)))

    def distance(self, goal: int) -> I32:
        """Steps from every surface to ``goal``, int32 (m,); FAR where there is no way."""
        known = self._maps.get(goal)
        if known is None:
            known = self._maps[goal] = breadth_first(self.neighbours, goal)
        return known

    def descend(self, at: I32, distances: I32, jitter: NDArray[np.float32]) -> I32:
        """Next surface of walkers that stand on ``at`` (n,).

        ``distances``: (n, 9) steps to each walker's goal, from the eight neighbours and from ``at`` itself;
        ``jitter``: (n, 9) in [0, 1) breaks ties, so that a crowd does not walk in single file. Staying is allowed.
        """
        options = np.concatenate([self.neighbours[at], at[:, None]], axis=1)
        cost = np.where(options < 0, np.float32(FAR), distances + jitter)
        best = np.argmin(cost, axis=1)
        return np.asarray(options[np.arange(len(at)), best], dtype=np.int32)


def breadth_first(neighbours: I32, goal: int) -> I32:
    """Steps to ``goal`` over the straight neighbours (columns 0 to 3), int32 (m,)."""
    distance = np.full(len(neighbours), FAR, dtype=np.int32)
    distance[goal] = 0
    edge = np.array([goal], dtype=np.int32)
    step = 0
    while len(edge):
        step += 1
        around = neighbours[edge, :4].ravel()
        around = around[around >= 0]
        edge = np.unique(around[distance[around] == FAR])
        distance[edge] = step
    return distance


def _neighbours(walk: WalkField, cell_of: I32) -> I32:
    _, nx = walk.shape
    straight = np.full((len(cell_of), 8), -1, dtype=np.int32)
    for direction, (dx, dz) in enumerate(_STRAIGHT):
        link = (walk.links >> (2 * direction)) & 3
        open_ = np.flatnonzero(link)
        straight[open_, direction] = walk.first[cell_of[open_] + dx + dz * nx] + link[open_] - 1
    for column, (a, b) in enumerate(_DIAGONAL, start=4):
        one, other = _follow(straight, a, b), _follow(straight, b, a)
        straight[:, column] = np.where(one == other, one, -1)
    return straight


def _follow(straight: I32, first: int, second: int) -> I32:
    via = straight[:, first]
    return np.where(via < 0, -1, straight[np.maximum(via, 0), second]).astype(np.int32)
