import numpy as np
import pytest

from turia.testing.fields import flat
from turia.testing.routes import FAR, RouteMap, breadth_first, descend
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
        options = walled.options(at)
        distances = walled.distance(goal)[np.maximum(options, 0)]
        at = descend(options, distances, np.zeros(options.shape, dtype=np.float32))
    assert at.tolist() == [goal]


def test_no_way_leads_through_a_guarded_zone() -> None:
    zone = np.full((1, 5), 255, dtype=np.uint8)
    zone[0, 2] = 3
    walk = WalkField.from_arrays(flat(np.ones((1, 5), dtype=np.uint8), origin=(0.0, 0.0), zone=zone))
    assert RouteMap(walk).distance(4)[0] == 4
    assert RouteMap(walk, guarded=[3]).distance(4)[0] == FAR


def test_feet_are_in_the_cell_below_them(walled: RouteMap) -> None:
    one, other = walled.surface_at(0.1, 0, 0.1), walled.surface_at(0.4, 0, 0.1)
    x, z = np.array([0.2, 0.3], dtype=np.float32), np.array([0.1, 0.1], dtype=np.float32)
    below = walled.below(x, z, np.array([one, one], dtype=np.int32), np.array([other, other], dtype=np.int32))
    assert below.tolist() == [one, other]


def test_a_diagonal_way_can_touch_the_cell_at_the_corner(walled: RouteMap) -> None:
    one, other, third = (walled.surface_at(x, 0, z) for x, z in ((0.1, 0.1), (0.4, 0.4), (0.4, 0.1)))
    x, z = np.array([0.25]), np.array([0.24])
    below = walled.below(x, z, np.array([one], dtype=np.int32), np.array([other], dtype=np.int32))
    assert below.tolist() == [third]
