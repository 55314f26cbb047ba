"""What can be reached on foot and by lift from where people come in."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from turia.errors import BundleError
from turia.venue.field import Surfaces
from turia.world.layout import Layout, Lift, Point, Spawn

I32 = NDArray[np.int32]

#: A stop of a lift, a spawn point or a stand may be this far from the next place to stand.
NEAR_M = 1.5
#: A seat needs a place to stand this near to its floor point.
SEAT_M = 1.0


def flood(links: I32, starts: list[int], extra: list[tuple[int, int]] | None = None) -> I32:
    """Steps from the nearest start to each surface along ``links`` (m, ways), -1 where there is no way.

    ``extra`` joins pairs of surfaces both ways, one step each.
    """
    distance = np.full(len(links), -1, np.int32)
    front = np.unique(np.array(starts, np.int64))
    jumps: dict[int, list[int]] = {}
    for a, b in extra or []:
        jumps.setdefault(a, []).append(b)
        jumps.setdefault(b, []).append(a)
    steps = 0
    while len(front):
        distance[front] = steps
        steps += 1
        ahead = links[front].ravel()
        ahead = ahead[ahead >= 0]
        if jumps:
            landed = [b for a in jumps if distance[a] == steps - 1 for b in jumps[a]]
            ahead = np.concatenate([ahead, np.array(landed, ahead.dtype)])
        front = np.unique(ahead[distance[ahead] < 0])
    return distance


def lift_links(surfaces: Surfaces, lifts: list[Lift]) -> list[tuple[int, int]]:
    """Pairs of surfaces that lifts join; a stop without a place to stand joins nothing."""
    pairs = []
    for lift in lifts:
        stops = surfaces.nearest(np.array([stop.position for stop in lift.stops]), NEAR_M)
        found = [int(stop) for stop in stops if stop >= 0]
        pairs += list(pairwise(found))
    return pairs


def entrance(surfaces: Surfaces, spawns: list[Spawn]) -> int:
    """The surface of the first spawn point. Raises BundleError when nobody can stand there."""
    spawn = spawns[0]
    found = int(surfaces.nearest(np.array([spawn.position]), NEAR_M)[0])
    if found < 0:
        raise BundleError(
            f"Nobody can stand at the spawn point {spawn.id!r} {place(spawn.position)}: put a Walk_ floor under it,"
            " half a metre below or above at most, and keep Block_ and Solid_ meshes 0.25 m away."
        )
    return found


def connected(surfaces: Surfaces, spawns: list[Spawn], lifts: list[Lift]) -> Surfaces:
    """Only what people who come in can reach."""
    distance = flood(surfaces.links, [entrance(surfaces, spawns)], lift_links(surfaces, lifts))
    return surfaces.keep(distance >= 0)


def distances(surfaces: Surfaces, layout: Layout) -> I32:
    """Steps of one cell from the entrance to each surface, -1 where there is no way."""
    return flood(surfaces.links, [entrance(surfaces, layout.spawns)], lift_links(surfaces, layout.lifts))


def place(position: Point) -> str:
    """A point as people read it."""
    return f"at ({position[0]:.1f}, {position[1]:.1f}, {position[2]:.1f})"
