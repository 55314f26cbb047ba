import numpy as np
import pytest

from turia.testing.fields import flat
from turia.testing.routes import FAR, RouteMap, breadth_first
from turia.world.walkable import WalkField


@pytest.fixture
def walled() -> RouteMap:
    """6 x 5 cells in one room, cut by a wall (column 3) with a gap in the last row."""
    room = np.ones((5, 6), dtype=np.uint8)
    room[:4, 3] = 255
    return RouteMap(WalkField.from_arrays(flat(room, origin=(0.0, 0.0))))


def test_distance_goes_round_a_wall(walled: RouteMap) -> None:
    start, goal = walled.surface_at(0.6, 0, 0.1), walled.surface_at(1.1, 0, 0.1)
    assert walled.distance(goal)[start] == 4 + 2 + 4


def test_what_cannot_be_reached_is_far() -> None:
    neighbours = np.full((3, 8), -1, dtype=np.int32)
    neighbours[0, 0], neighbours[1, 1] = 1, 0
    assert breadth_first(neighbours, 0).tolist() == [0, 1, FAR]


def test_diagonals_do_not_cut_the_corner_of_a_wall(walled: RouteMap) -> None:
    below_wall_left = walled.surface_at(0.6, 0, 0.9)
    right_behind_gap = walled.surface_at(0.9, 0, 1.1)
    assert right_behind_gap not in walled.neighbours[below_wall_left, 4:]


def test_descending_reaches_the_goal(walled: RouteMap) -> None:
    at = np.array([walled.surface_at(0.1, 0, 0.1)], dtype=np.int32)
    goal = walled.surface_at(1.4, 0, 0.1)
    for _ in range(20):
        options = np.concatenate([walled.neighbours[at], at[:, None]], axis=1)
        distances = walled.distance(goal)[np.maximum(options, 0)]
        at = walled.descend(at, distances, np.zeros(options.shape, dtype=np.float32))
    assert at.tolist() == [goal]
