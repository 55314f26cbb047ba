"""Ways through the walkable field for many walkers at once: one distance map a destination, all walkers vectorised.

Surfaces are numbered as in walk.npz (m of them). Neighbours are kept as an int32 array (m, 8): the four straight ones,
then the four diagonals that may be crossed by both sides; -1 where there is no way.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.world.walkable import WalkField

I32 = NDArray[np.int32]

#: Beyond every real distance, in steps.
FAR: Final = 1 << 20
#: Diagonals as pairs of the straight directions of walkable.STEPS.
_DIAGONAL: Final = ((0, 2), (0, 3), (1, 2), (1, 3))


class RouteMap:
    """Neighbours and coordinates of every surface of ``walk``; distance maps are made on demand and kept.

    ``guarded`` are indices of zones that no way leads through.
    """

    def __init__(self, walk: WalkField, guarded: Collection[int] = ()) -> None:
        self.walk = walk
        everything = np.arange(len(walk.height), dtype=np.int32)
        #: Centre of each surface: float32 (m, 3), metres.
        self.centre: NDArray[np.float32] = np.stack(walk.middle(everything), axis=1).astype(np.float32)
        self.layer = walk.layer
        self.neighbours: I32 = _neighbours(_without(walk.next_, np.isin(walk.zone, list(guarded))))
        self._maps: dict[int, I32] = {}

    def surface_at(self, x: float, y: float, z: float) -> int:
        """Index of the surface nearest to a point (metres); full search, for set-up only."""
        gap = self.centre - np.array([x, y, z], dtype=np.float32)
        return int(np.argmin(np.einsum("ij,ij->i", gap, gap)))

    def below(self, x: NDArray[np.floating], z: NDArray[np.floating], one: I32, other: I32) -> I32:
        """The surface below a point (n,) on the way from ``one`` to its neighbour ``other``; ``one`` if unknown.

        A diagonal way can touch a third cell at the corner.
        """
        ix, iz = self.walk.cells(x.astype(np.float64), z.astype(np.float64))
        cell = iz * self.walk.shape[1] + ix
        found = one
        for candidate in (*self.neighbours[one, :4].T, other, one):
            found = np.where((candidate >= 0) & (self.walk.cell_of[candidate] == cell), candidate, found)
        return found.astype(np.int32)

    def distance(self, goal: int) -> I32:
        """Steps from every surface to ``goal``, int32 (m,); FAR where there is no way."""
        known = self._maps.get(goal)
        if known is None:
            known = self._maps[goal] = breadth_first(self.neighbours, goal)
        return known

    def options(self, at: I32) -> I32:
        """Where walkers on ``at`` (n,) can be next, (n, 9): the eight neighbours (-1: no way), and ``at`` itself."""
        return np.concatenate([self.neighbours[at], at[:, None]], axis=1)


def descend(options: I32, distances: I32, jitter: NDArray[np.float32]) -> I32:
    """The option (n, 9) with the fewest steps to each walker's goal, (n,).

    ``distances``: (n, 9) steps from each option; ``jitter``: (n, 9) in [0, 1) breaks ties, so that a crowd does not
    walk in single file. Staying is allowed.
    """
    cost = np.where(options < 0, np.float32(FAR), distances + jitter)
    best = np.argmin(cost, axis=1)
    return np.asarray(options[np.arange(len(options)), best], dtype=np.int32)


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


def _without(next_: I32, forbidden: NDArray[np.bool_]) -> I32:
    """Links (4, m) without those that lead to forbidden surfaces (m,)."""
    return np.where((next_ >= 0) & forbidden[next_], -1, next_).astype(np.int32)


def _neighbours(next_: I32) -> I32:
    """(m, 8) from the straight neighbours (4, m) of the field."""
    around = np.full((next_.shape[1], 8), -1, dtype=np.int32)
    around[:, :4] = next_.T
    for column, (a, b) in enumerate(_DIAGONAL, start=4):
        one, other = _follow(next_, a, b), _follow(next_, b, a)
        around[:, column] = np.where(one == other, one, -1)
    return around


def _follow(next_: I32, first: int, second: int) -> I32:
    via = next_[first]
    return np.where(via < 0, -1, next_[second, np.maximum(via, 0)]).astype(np.int32)
