from __future__ import annotations

from typing import Any

import pytest

from turia.errors import BundleError
from turia.testing.glb_model import Model, box_triangles
from turia.venue.glb import read_glb
from turia.venue.gltf import read_document
from turia.venue.markers import read_markers
from turia.venue.outlines import area
from turia.venue.plan import Plan, make_plan

SQUARE = [[0, 0], [10, 0], [10, 10], [0, 10]]


def plan(model: Model, settings: dict[str, Any] | None = None) -> Plan:
    document = read_document(read_glb(model.to_bytes()))
    return make_plan(document, read_markers(document, settings or {}))


def hall() -> Model:
    model = Model().mark("Spawn_entrance", (20, 0, 5)).mark("Spawn_stage", (5, 0, 5))
    model.mark("Room_hall", (5, 0, 5), polygon=SQUARE, kind="auditorium", ceiling=8, capacity=300)
    model.mark("Room_booth", (1, 0, 1), polygon=[[0, 0], [2, 0], [2, 2], [0, 2]])
    model.mark("Zone_podium", (5, 0, 5), polygon=[[4, 4], [6, 4], [6, 6]], kind="stage", room="hall")
    return model.mark("Door_main", (10, 0, 5), yaw=64, rooms=["outside", "hall"], width=2)


def test_outside_comes_first_and_outlines_run_counter_clockwise() -> None:
    made = plan(hall())
    assert [room.id for room in made.rooms] == ["outside", "hall", "booth"]
    assert not made.rooms[0].enclosed
    assert area(made.rooms[1].polygon) == 100


def test_an_outside_of_ones_own_is_moved_to_the_front() -> None:
    made = plan(hall().mark("Room_outside", (0, 0, 0), title="Plaza", kind="outside"))
    assert [room.title for room in made.rooms] == ["Plaza", "Hall", "Booth"]


def test_ids_become_indices_and_a_door_makes_a_portal() -> None:
    made = plan(hall().mark("Portal_glass", (0, 0, 5), kind="glass", rooms=["hall", "outside"], width=4, door="main"))
    assert made.doors[0].rooms == (0, 1)
    assert [(portal.id, portal.kind, portal.door) for portal in made.portals] == [
        ("door/main", "door", 0),
        ("glass", "glass", 0),
    ]
    assert made.zones[0].room == 1


def test_places_are_in_the_smallest_room_around_them() -> None:
    model = hall().mark("Landmark_help", (1, 0, 1)).mark("Landmark_fountain", (-5, 0, 1)).mark("Stand_x", (9, 0, 9))
    made = plan(model)
    assert [mark.room for mark in made.landmarks] == [2, 0]
    assert made.stands[0].room == 1


def test_the_entrance_is_the_first_spawn_point() -> None:
    model = Model().mark("Spawn_b", (0, 0, 0)).mark("Spawn_entrance", (1, 0, 0), yaw=255.8)
    assert [(spawn.id, spawn.yaw) for spawn in plan(model).spawns] == [("entrance", 0), ("b", 0)]


def test_seats_find_their_room_by_name_or_by_place() -> None:
    chair = box_triangles((-0.2, 0, -0.2), (0.2, 0.4, 0.2))
    model = hall().instances("Seats_a", chair, [(5, 0, 5), (1, 0, 1)], [0, 64])
    model.mark("Seat_b", (5, 0, 6), room="booth")
    seats = plan(model).seats
    assert seats.room == [1, 2, 2]
    assert seats.label == ["a 1", "a 2", "b"]
    assert seats.yaw == [0, 64, 0]


def test_a_stage_has_the_zone_of_its_name_and_a_lectern() -> None:
    model = hall().mark("Stage_podium", (5, 0.9, 5), yaw=64, room="hall")
    (stage,) = plan(model).stages
    assert (stage.room, stage.zone, stage.lectern, stage.yaw) == (1, 0, (5, 0.9, 5), 64)


def test_a_screen_takes_size_and_normal_from_its_plane() -> None:
    model = hall().quad("Screen_main", (4, 2, 1), (8, 2, 1), (8, 4, 1), (4, 4, 1), extras={"room": "hall"})
    (screen,) = plan(model).screens
    assert (screen.position, screen.width, screen.height) == ((6, 3, 1), 4, 2)
    assert screen.yaw == pytest.approx(128)
    assert screen.node == "Screen_main"


def test_storeys_are_said_or_follow_from_rooms() -> None:
    model = hall().mark("Room_up", (0, 5, 0), polygon=SQUARE, storey=1)
    assert [(storey.base, storey.top) for storey in plan(model).storeys] == [(-0.5, 4.5), (4.5, 1000)]
    said = {"storeys": {"ground": {"base": -4}, "first": {"base": 4.5, "title": "First"}}}
    made = plan(model, said)
    assert [(storey.id, storey.base, storey.top) for storey in made.storeys] == [
        ("ground", -4, 4.5),
        ("first", 4.5, 1000),
    ]
    assert [room.storey for room in made.rooms] == [0, 0, 0, 1]


def test_a_lift_joins_its_stops_in_order() -> None:
    model = hall().mark("Lift_main_10", (1, 9, 0)).mark("Lift_main_2", (1, 0, 0), title="Lift")
    (lift,) = plan(model).lifts
    assert lift.title == "Lift"
    assert [stop.position[1] for stop in lift.stops] == [0, 9]


@pytest.mark.parametrize(
    ("name", "extras", "says"),
    [
        ("Room_x", {"polygon": [[0, 0], [1, 0]]}, "Room_x: the polygon needs three points"),
        ("Room_x", {"polygon": [[0, 0], [1, 1], [2, 2]]}, "Room_x: the polygon needs three points"),
        ("Room_x", {"polygon": [[0, 0, 0]] * 3}, "Room_x:.*polygon"),
        ("Room_x", {"polygon": SQUARE, "floor": 4, "ceiling": 3}, "Room_x: the ceiling .* is not above"),
        ("Room_x", {"polygon": SQUARE, "storey": "top"}, "Room_x: there is no storey 'top'; known are 0"),
        ("Zone_x", {"polygon": SQUARE}, "Zone_x:.*kind"),
        ("Zone_x", {"polygon": SQUARE, "kind": "quiet", "room": "moon"}, "Zone_x: there is no room 'moon'; known are"),
        ("Door_x", {}, "Door_x:.*rooms"),
        ("Door_x", {"rooms": ["hall", "hall"]}, "Door_x: both sides are the room 'hall'"),
        ("Door_x", {"rooms": ["hall", "booth"], "width": -1}, "Door_x:.*width"),
        ("Stage_x", {"room": "hall"}, "Stage_x: there is no zone 'x'; known are podium"),
        ("Screen_x", {"room": "hall"}, "Screen_x: a screen is a plane"),
        ("Lift_x", {}, "Lift_x: name stops of a lift Lift_ID_0"),
        ("Lift_x_0", {}, "Lift_x_0: a lift needs two stops"),
    ],
)
def test_what_is_wrong_is_named(name: str, extras: dict[str, Any], says: str) -> None:
    with pytest.raises(BundleError, match=says):
        plan(hall().mark(name, (0, 0, 0), **extras))


def test_without_a_spawn_point_one_is_asked_for() -> None:
    with pytest.raises(BundleError, match="Spawn_entrance"):
        plan(Model().mark("Landmark_x", (0, 0, 0)))


def test_too_many_rooms_are_refused() -> None:
    model = hall()
    for number in range(254):
        model.mark(f"Room_{number}", (0, 0, 0), polygon=SQUARE)
    with pytest.raises(BundleError, match="256 rooms; at most 254"):
        plan(model)
