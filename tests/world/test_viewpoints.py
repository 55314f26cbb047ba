"""Where one is best put in a room or before a thing."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from turia.testing.fields import flat
from turia.testing.halls import Building, hall, two_rooms
from turia.world.layout import Screen
from turia.world.viewpoints import View, before, clearance, of_room
from turia.world.walkable import WalkField


def places(building: Building, views: list[View]) -> np.ndarray:
    """x, z float64 (n, 2)."""
    x, _, z = building.walk.middle(np.array([view.surface for view in views], np.int32))
    return np.stack([x, z], axis=1)


def ahead(yaw: int) -> np.ndarray:
    turn = 2 * np.pi * yaw / 256
    return np.array([-np.sin(turn), -np.cos(turn)])


def views_of(building: Building, room: int) -> list[View]:
    return of_room(building.layout, building.walk, room, clearance(building.walk))


def test_clearance_counts_the_free_cells_on_all_sides() -> None:
    room = np.full((9, 9), 1, np.uint8)
    room[4, 8] = 2
    clear = clearance(WalkField.from_arrays(flat(room, origin=(0.0, 0.0)))).reshape(9, 9)
    assert clear[0].tolist() == [0] * 9
    assert clear[4, 4] == 3
    assert clear[4, 7] == 0  # beside the other room


def test_one_comes_to_stand_well_inside_and_looks_along_the_room() -> None:
    building = two_rooms()
    views = views_of(building, 1)
    spots = places(building, views)
    assert 3.0 <= -spots[0, 0] <= 17.0
    assert abs(spots[0, 1]) <= 7.0
    to_wall = np.array([20 + spots[0, 0], -spots[0, 0], 10 + spots[0, 1], 10 - spots[0, 1]])
    assert float(np.abs(ahead(views[0].yaw)).max()) > 0.6
    assert to_wall.min() >= 3.0


def test_many_are_spread_over_different_spots_an_arms_length_apart() -> None:
    building = hall(900)
    spots = places(building, views_of(building, 1))
    assert len(spots) >= 40
    gaps = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1))
    assert gaps[~np.eye(len(spots), dtype=np.bool_)].min() >= 1.0


def test_in_a_hall_one_stands_at_the_back_and_sees_the_screen() -> None:
    building = hall(900)
    screen = Screen(id="s", room=1, node="Screen_s", position=(-14.5, 3.0, 0.0), yaw=192.0, width=4.0, height=2.0)
    with_screen = Building(msgspec.structs.replace(building.layout, screens=[screen]), building.walk)
    views = views_of(with_screen, 1)
    spots = places(with_screen, views)
    assert spots[0, 0] > 11.0
    assert abs(spots[0, 1]) < 0.5
    assert spots[0, 0] <= 15.0 - 2.4  # room for the view from behind
    to_screen = np.array([-14.5, 0.0]) - spots
    to_screen /= np.linalg.norm(to_screen, axis=1)[:, None]
    facing = np.stack([ahead(view.yaw) for view in views])
    assert (np.sum(to_screen * facing, axis=1) > 0.99).all()


def test_nobody_is_put_on_a_stage_or_a_sill() -> None:
    building = two_rooms()
    surfaces = np.array([view.surface for view in views_of(building, 2)])
    assert (building.walk.zone[surfaces] == 255).all()
    assert (building.walk.door[surfaces] == 255).all()


def test_a_room_without_outline_or_floor_has_no_views() -> None:
    building = hall(100)
    assert views_of(building, 0) == []
    bare = WalkField.from_arrays(flat(np.zeros((4, 4), np.uint8), origin=(0.0, 0.0)))
    assert of_room(building.layout, bare, 1, clearance(bare)) == []


def test_a_narrow_room_still_has_a_view() -> None:
    building = hall(1)
    assert views_of(building, 1)


@pytest.mark.parametrize("yaw", [0, 64, 128, 192])
def test_one_stands_before_a_thing_and_faces_it(yaw: int) -> None:
    building = hall(400)
    views = before(building.walk, (0.0, 0.0, 0.0), yaw, clearance(building.walk))
    spots = places(building, views)
    assert len(views) >= 6
    assert np.hypot(*spots[0]) <= 0.3
    thing = 1.5 * ahead(yaw)
    for view, spot in zip(views, spots, strict=True):
        to_thing = (thing - spot) / np.linalg.norm(thing - spot)
        assert float(to_thing @ ahead(view.yaw)) > 0.99


def test_before_a_thing_beside_a_wall_the_places_away_from_it_come_first() -> None:
    building = hall(400)
    views = before(building.walk, (9.8, 0.0, 0.0), 0, clearance(building.walk))
    assert places(building, views)[0, 0] < 9.3


def test_before_a_solid_thing_one_stands_a_step_and_a_half_back() -> None:
    building = hall(400)
    views = before(building.walk, (0.0, 0.0, -10.4), 0, clearance(building.walk))  # in the wall at z = -10
    (x, z) = places(building, views)[0]
    assert abs(x) <= 0.3
    assert -9.2 <= z <= -8.6
    assert min(views[0].yaw, 256 - views[0].yaw) <= 10
