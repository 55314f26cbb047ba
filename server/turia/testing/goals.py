"""Where bots like to be: rooms, stands, desks, and seats of the halls."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from turia.testing.routes import RouteMap
from turia.world.layout import Layout

#: Seats that serve as goals, a hall: walkers spread over the rows and sit where they come by.
_SEAT_GOALS = 5
_ROOM_GOALS = 24


def goals_of(
    layout: Layout, routes: RouteMap, rng: np.random.Generator, room: str = ""
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """(surfaces (g,), whether each leads to seats (g,)); at least one goal, the first spawn point.

    With ``room`` (an id) the goals are places all over that room instead, as many again at its seats.
    """
    if room:
        return _all_over(next(i for i, known in enumerate(layout.rooms) if known.id == room), layout, routes, rng)
    points = [spawn.position for spawn in layout.spawns]
    points += [stand.position for stand in layout.stands]
    points += [mark.position for mark in layout.landmarks]
    points += [_middle(room.polygon, room.floor) for room in layout.rooms[1:] if room.polygon and not room.capacity]
    plain = len(points)
    of_room = np.array(layout.seats.room)
    for room in np.unique(of_room):
        seats = np.flatnonzero(of_room == room)
        points += [
            layout.seats.position[int(s)] for s in rng.choice(seats, min(_SEAT_GOALS, len(seats)), replace=False)
        ]
    surfaces = np.array([routes.surface_at(*point) for point in points], dtype=np.int32)
    return surfaces, np.arange(len(points)) >= plain


def _all_over(
    room: int, layout: Layout, routes: RouteMap, rng: np.random.Generator
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    inside = np.flatnonzero(routes.walk.room == room)
    anywhere = rng.choice(inside, min(_ROOM_GOALS, len(inside)), replace=False).astype(np.int32)
    seats = np.flatnonzero(np.array(layout.seats.room) == room)
    chosen = rng.permutation(seats)[:_ROOM_GOALS]
    at_seats = np.array([routes.surface_at(*layout.seats.position[int(seat)]) for seat in chosen], dtype=np.int32)
    return np.concatenate([anywhere, at_seats]), np.arange(len(anywhere) + len(at_seats)) >= len(anywhere)


def _middle(polygon: list[tuple[float, float]], floor: float) -> tuple[float, float, float]:
    x, z = np.mean(np.array(polygon), axis=0)
    return float(x), floor, float(z)
