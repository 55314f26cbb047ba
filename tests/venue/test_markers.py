from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from turia.errors import BundleError
from turia.testing.glb_model import Model, box_triangles
from turia.venue.glb import read_glb
from turia.venue.gltf import read_document
from turia.venue.markers import Markers, read_markers, three_name, yaw_of

CHAIR = box_triangles((-0.2, 0, -0.2), (0.2, 0.4, 0.2))
SEAT = {"back": [0, 0.5, 0.2], "foot": [0, 0, -0.4], "knee": [0, 0.5, -0.3], "angle": 1.6}


def markers(model: Model, settings: dict[str, Any] | None = None) -> Markers:
    return read_markers(read_document(read_glb(model.to_bytes())), settings or {})


@pytest.mark.parametrize(
    ("forward", "yaw"), [((0, 0, -1), 0), ((-1, 0, 0), 64), ((0, 0, 1), 128), ((1, 0, 0), 192), ((1, 5, 0), 192)]
)
def test_yaw_counts_to_the_left_from_minus_z(forward: tuple[float, ...], yaw: float) -> None:
    assert yaw_of(np.array(forward, float)) == pytest.approx(yaw)


def test_names_are_known_as_three_js_will_know_them() -> None:
    assert three_name("Screen main.001/[a:b]") == "Screen_main001ab"


def test_a_name_says_what_a_node_is_and_extras_say_more() -> None:
    found = markers(Model().mark("Stand_city", (1, 2, 3), yaw=64, title="City", owner="ITU"))
    (stand,) = found.of("Stand")
    assert (stand.id, stand.position) == ("city", (1, 2, 3))
    assert stand.yaw == pytest.approx(64)
    assert stand.fields == {"title": "City", "owner": "ITU"}


def test_a_spawn_point_by_extension_needs_no_name() -> None:
    found = markers(Model().mark("Arrivals", (1, 0, 0), extensions={"OMI_spawn_point": {"title": "Come in"}}))
    (spawn,) = found.of("Spawn")
    assert (spawn.id, spawn.fields) == ("Arrivals", {"title": "Come in"})


def test_a_spawn_point_whose_title_is_no_text_is_named() -> None:
    with pytest.raises(BundleError, match=r"Arrivals: OMI_spawn_point.*title"):
        markers(Model().mark("Arrivals", (1, 0, 0), extensions={"OMI_spawn_point": {"title": 5}}))


def test_a_seat_by_extension_is_over_back_at_the_height_of_foot_and_looks_to_knee() -> None:
    (seat,) = markers(Model().mark("Seat_A1_R05_S012", (10, 1, 20), yaw=64, extensions={"OMI_seat": SEAT})).seats
    np.testing.assert_allclose(seat.position, [[10.2, 1, 20]], atol=1e-6)
    np.testing.assert_allclose(seat.yaw, [64])
    assert seat.hip == pytest.approx(0.5)
    assert seat.labels == ["A1 R05 S012"]


@pytest.mark.parametrize("missing", ["back", "foot", "knee"])
def test_a_seat_without_a_required_point_is_refused(missing: str) -> None:
    seat = {key: value for key, value in SEAT.items() if key != missing}
    with pytest.raises(BundleError, match=f"Seat_1: OMI_seat.*{missing}"):
        markers(Model().mark("Seat_1", (0, 0, 0), extensions={"OMI_seat": seat}))


@pytest.mark.parametrize("change", [{"back": [0, 1]}, {"knee": "front"}, {"angle": 9.0}, {"angle": "right"}])
def test_a_seat_that_breaks_its_schema_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BundleError, match="Seat_1: OMI_seat"):
        markers(Model().mark("Seat_1", (0, 0, 0), extensions={"OMI_seat": SEAT | change}))


def test_a_seat_that_looks_nowhere_is_refused() -> None:
    with pytest.raises(BundleError, match="nobody knows where the seat looks"):
        markers(Model().mark("Seat_1", (0, 0, 0), extensions={"OMI_seat": SEAT | {"knee": [0, 0.1, 0.2]}}))


def test_the_angle_of_a_seat_may_be_left_out() -> None:
    seat = {key: value for key, value in SEAT.items() if key != "angle"}
    assert len(markers(Model().mark("Seat_1", (0, 0, 0), extensions={"OMI_seat": seat})).seats) == 1


def test_a_seat_by_name_stands_on_its_origin() -> None:
    (seat,) = markers(Model().mark("Seat_1", (1, 2, 3), yaw=128, room="hall", label="Row 1, seat 1", hip=0.5)).seats
    np.testing.assert_allclose(seat.position, [[1, 2, 3]])
    assert (seat.room, seat.labels, seat.hip) == ("hall", ["Row 1, seat 1"], 0.5)


def test_instanced_seats_are_many_by_name_or_by_extension() -> None:
    model = Model().instances("Seats_hall", CHAIR, [(0, 0, 0), (5, 0, 0)], [0, 64], extras={"labels": ["A1", "A2"]})
    model.instances("Seats_other", CHAIR, [(0, 0, 9)], [128], extensions={"OMI_seat": SEAT})
    hall, other = markers(model).seats
    assert hall.labels == ["A1", "A2"]
    np.testing.assert_allclose(hall.yaw, [0, 64], atol=1e-4)
    np.testing.assert_allclose(other.position, [[0, 0, 8.8]], atol=1e-6)
    np.testing.assert_allclose(other.yaw, [128])
    assert other.labels == ["other"]


def test_labels_must_be_as_many_as_seats() -> None:
    with pytest.raises(BundleError, match="Seats_hall has 2 seats and 1 labels"):
        markers(Model().instances("Seats_hall", CHAIR, [(0, 0, 0), (5, 0, 0)], [0, 0], extras={"labels": ["A1"]}))


def test_venue_toml_adds_and_overrides() -> None:
    settings = {
        "stands": {"city": {"title": "Town"}},
        "doors": {"main": {"rooms": ["a", "b"], "position": [1, 0, 2], "yaw_degrees": 90}},
        "storeys": [{"id": "upper", "base": 5.0}],
    }
    found = markers(Model().mark("Stand_city", (1, 2, 3), title="City", owner="ITU"), settings)
    assert found.of("Stand")[0].fields == {"title": "Town", "owner": "ITU"}
    (door,) = found.of("Door")
    assert (door.id, door.position, door.yaw) == ("main", (1, 0, 2), 64)
    assert found.of("Storey")[0].id == "upper"


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"doors": 5}, "doors is not a table"),
        ({"doors": {"main": 5}}, "doors.main is not a table"),
        ({"doors": {"main": {"position": [1]}}}, "doors.main.*position"),
        ({"doors": {"main": {"width": 2}}}, "doors.main: the GLB has no node Door_main; add it, or give position"),
        ({"doors": {"a b": {"position": [1, 2, 3]}}}, "'a b' is no id"),
    ],
)
def test_venue_toml_is_wrong_by_key(settings: dict[str, Any], says: str) -> None:
    with pytest.raises(BundleError, match=f"venue.toml: {says}" if "no id" not in says else says):
        markers(Model().mark("Stand_city", (1, 2, 3)), settings)


@pytest.mark.parametrize("name", ["Stand_ä", "Stand_" + "x" * 60, "Stand_(a)"])
def test_an_id_that_cannot_travel_is_refused(name: str) -> None:
    with pytest.raises(BundleError, match="is no id"):
        markers(Model().mark(name, (1, 2, 3)))


def test_two_markers_of_one_kind_need_two_ids() -> None:
    with pytest.raises(BundleError, match="have the same id 'city'"):
        markers(Model().mark("Stand_city", (1, 2, 3)).mark("Stand_city", (4, 5, 6)))


def test_extras_that_are_no_object_are_refused_by_name() -> None:
    model = Model().mark("Stand_city", (1, 2, 3))
    model.json["nodes"][0]["extras"] = [1]
    with pytest.raises(BundleError, match="Stand_city: extras are not an object"):
        markers(model)
