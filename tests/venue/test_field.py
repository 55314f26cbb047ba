from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turia.errors import BundleError
from turia.testing.glb_model import Model
from turia.venue.colliders import colliders
from turia.venue.field import Surfaces, areas, arrays, find_surfaces, sills
from turia.venue.glb import read_glb
from turia.venue.gltf import read_document
from turia.venue.markers import read_markers
from turia.venue.plan import make_plan
from turia.venue.reach import flood
from turia.world.layout import Door
from turia.world.walkable import Forbidden, WalkField

FREE = np.zeros(256, np.bool_)


def surfaces(model: Model) -> Surfaces:
    return find_surfaces(*colliders(read_document(read_glb(model.to_bytes()))))


def field(model: Model) -> WalkField:
    document = read_document(read_glb(model.mark("Spawn_entrance", (0, 0, 0)).to_bytes()))
    plan = make_plan(document, read_markers(document, {}))
    return WalkField.from_arrays(arrays(find_surfaces(*colliders(document)), plan))


def at(found: Surfaces, x: float, z: float) -> list[float]:
    """Heights of the stack at a place, lowest first."""
    row, column = found.grid.index(np.array([x]), np.array([z]))
    cell = int(row[0]) * found.grid.shape[1] + int(column[0])
    return [round(float(height), 3) for height in found.height[found.cell == cell]]


def joined(found: Surfaces, start: tuple[float, float, float], end: tuple[float, float, float]) -> bool:
    first, last = found.nearest(np.array([start, end]), 0.5)
    assert first >= 0, f"nothing to stand on at {start}"
    assert last >= 0, f"nothing to stand on at {end}"
    return bool(flood(found.links, [int(first)])[last] >= 0)


def test_a_bare_floor_is_walkable_to_its_edges() -> None:
    found = surfaces(Model().floor("Walk_floor", (0, 4), (0, 3)))
    assert len(found.cell) == 16 * 12
    assert found.grid.shape == (12, 16)
    assert (found.links >= 0).sum() == 2 * (15 * 12 + 16 * 11)


def test_a_sliver_between_two_floors_is_no_hole() -> None:
    found = surfaces(Model().floor("Walk_a", (0, 2.11), (0, 2)).floor("Walk_b", (2.14, 4), (0, 2), 0.18))
    assert len(found.cell) == 16 * 8
    assert len(surfaces(Model().floor("Walk_a", (0, 2.06), (0, 2)).floor("Walk_b", (2.2, 4), (0, 2))).cell) == 15 * 8


def test_a_ramp_joins_two_levels() -> None:
    model = Model().floor("Walk_low", (0, 2), (0, 2)).floor("Walk_high", (6, 8), (0, 2), 1.0)
    model.quad("Walk_ramp", (2, 0, 0), (2, 0, 2), (6, 1, 2), (6, 1, 0))
    found = surfaces(model)
    assert joined(found, (0.5, 0, 1), (7.5, 1, 1))
    assert at(found, 4.0, 1.0) == [pytest.approx(0.531)]


@pytest.mark.parametrize(("riser", "passable"), [(0.16, True), (0.32, True), (0.36, False)])
def test_stairs_are_climbed_step_by_step(riser: float, passable: bool) -> None:
    model = Model().floor("Walk_low", (0, 2), (0, 2)).floor("Walk_high", (4.8, 8), (0, 2), 10 * riser)
    for step in range(10):
        model.box(f"Walk_step_{step}", (2 + 0.28 * step, 0, 0), (2 + 0.28 * (step + 1), (step + 1) * riser, 2))
    assert joined(surfaces(model), (0.5, 0, 1), (7, 10 * riser, 1)) is passable


def test_nobody_stands_under_stairs_that_are_too_low() -> None:
    model = Model().floor("Walk_floor", (0, 6), (0, 4)).box("Walk_step", (2, 0, 1), (4, 1.5, 3))
    assert at(surfaces(model), 3, 2) == [1.5]


def test_a_gallery_lies_above_the_stalls() -> None:
    model = Model().floor("Walk_stalls", (0, 8), (0, 8)).box("Walk_gallery", (0, 3.0, 4), (8, 3.3, 8))
    found = surfaces(model)
    assert at(found, 4, 6) == [0, 3.3]
    assert at(found, 4, 2) == [0]
    assert joined(found, (4, 0, 1), (4, 0, 7))
    assert not joined(found, (4, 0, 1), (4, 3.3, 7))


def test_a_low_ceiling_takes_the_floor_below_away() -> None:
    model = Model().floor("Walk_floor", (0, 8), (0, 8)).box("Block_beam", (4, 1.7, 0), (5, 2.0, 8))
    found = surfaces(model)
    assert at(found, 4.5, 4) == []
    assert not joined(found, (1, 0, 4), (7, 0, 4))
    high = Model().floor("Walk_floor", (0, 8), (0, 8)).box("Block_beam", (4, 1.95, 0), (5, 2.2, 8))
    assert joined(surfaces(high), (1, 0, 4), (7, 0, 4))


def test_a_wall_parts_a_floor_and_keeps_the_radius_of_a_person() -> None:
    found = surfaces(Model().floor("Walk_floor", (0, 8), (0, 4)).box("Solid_wall", (4, 0, 0), (4.1, 3, 4)))
    assert not joined(found, (1, 0, 2), (7, 0, 2))
    x, _ = found.grid.centre(found.cell)
    assert np.abs(x - 4.05).min() >= 0.25


def test_a_kerb_lower_than_a_step_is_walked_over() -> None:
    found = surfaces(Model().floor("Walk_floor", (0, 8), (0, 4)).box("Solid_kerb", (4, 0, 0), (4.1, 0.3, 4)))
    assert joined(found, (1, 0, 2), (7, 0, 2))


def test_a_table_keeps_feet_away_all_round() -> None:
    found = surfaces(Model().floor("Walk_floor", (0, 6), (0, 6)).box("Solid_table", (2.5, 0, 2.5), (3.2, 0.75, 3.2)))
    x, z = found.grid.centre(found.cell)
    inside = (x > 2.3) & (x < 3.4) & (z > 2.5) & (z < 3.2)
    assert not inside.any()
    assert joined(found, (1, 0, 3), (5, 0, 3))


@pytest.mark.parametrize("shift", [0.0, 0.05, 0.11, 0.125, 0.2])
@pytest.mark.parametrize("degrees", [0, 20, 45, 77])
def test_a_doorway_of_a_metre_stays_passable_wherever_and_however_it_lies(shift: float, degrees: int) -> None:
    angle = math.radians(degrees)
    turn = [0, math.sin(angle / 2), 0, math.cos(angle / 2)]
    place: dict[str, Any] = {"rotation": turn, "translation": [5 + shift, 0, 5 + shift]}
    model = Model().floor("Walk_floor", (-3, 13), (-3, 13))
    model.box("Solid_left", (-9, 0, -0.1), (-0.5, 3, 0.1), **place).box(
        "Solid_right", (0.5, 0, -0.1), (9, 3, 0.1), **place
    )
    ahead = np.array([math.sin(angle), math.cos(angle)]) * 2
    found = surfaces(model)
    assert joined(found, (5 + ahead[0], 0, 5 + ahead[1]), (5 - ahead[0], 0, 5 - ahead[1]))


def test_what_is_deep_inside_another_surface_is_one_surface() -> None:
    model = Model().floor("Walk_floor", (0, 4), (0, 4)).floor("Walk_carpet", (1, 3), (1, 3), 0.01)
    assert at(surfaces(model), 2, 2) == [0.01]


def test_a_file_without_walk_meshes_is_taken_as_it_is() -> None:
    model = Model().floor("Ground", (0, 8), (0, 4)).box("Wall", (4, 0, 0), (4.2, 3, 4))
    assert not joined(surfaces(model), (1, 0, 2), (7, 0, 2))


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (Model().mark("Spawn_entrance", (0, 0, 0)), "Nothing can be walked on"),
        (Model().floor("Walk_far", (0, 400), (0, 4)), "within 327 m of the origin"),
        (Model().quad("Walk_down", (0, 0, 0), (4, 0, 0), (4, 0, 4), (0, 0, 4)), "Walk_down looks down .16 m2"),
        (Model().quad("Walk_wall", (0, 0, 0), (4, 0, 0), (4, 4, 0), (0, 4, 0)), "face that looks up"),
    ],
)
def test_a_venue_without_ground_is_refused_with_the_way_out(model: Model, says: str) -> None:
    with pytest.raises(BundleError, match=says):
        surfaces(model)


def test_more_than_three_floors_above_each_other_are_refused_by_place() -> None:
    model = Model()
    for level in range(4):
        model.floor(f"Walk_{level}", (0, 2), (0, 2), level * 3.0)
    with pytest.raises(BundleError, match=r"4 floors lie above each other at x 0\.1, z 0\.1"):
        field(model)


def test_areas_are_the_smallest_around_and_of_the_right_height() -> None:
    found = surfaces(Model().floor("Walk_floor", (0, 4), (0, 4)).floor("Walk_up", (0, 4), (0, 4), 3.0))
    square = [(0.0, 0.0), (0.0, 4.0), (4.0, 4.0), (4.0, 0.0)]
    corner = [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0)]
    index = areas(found, [([], 0, 9), (square, 0, 3), (corner, 0, 3)], 0)
    x, z = found.grid.centre(found.cell)
    low = found.height < 1
    assert (index[~low] == 0).all()
    assert (index[low & (x < 1) & (z < 1)] == 2).all()
    assert (index[low & ((x > 1) | (z > 1))] == 1).all()


@pytest.mark.parametrize("degrees", [0, 13, 30, 45, 62, 90, 130, 250])
def test_a_sill_is_crossed_by_every_way_through_its_door(degrees: int) -> None:
    found = surfaces(Model().floor("Walk_floor", (-4, 4), (-4, 4)))
    door = Door(id="d", rooms=(0, 1), position=(0.07, 0, 0.03), yaw=degrees / 360 * 256, width=20)
    sill = sills(found, [door])
    angle = math.radians(degrees)
    x, z = found.grid.centre(found.cell)
    ahead = x * -math.sin(angle) + z * -math.cos(angle)
    open_links = found.keep(sill == 255)
    start = int(np.argmax(ahead[sill == 255]))
    reached = flood(open_links.links, [start]) >= 0
    assert not reached[(ahead[sill == 255] < -0.3)].any()
    assert reached[ahead[sill == 255] > 0.3].all()


BOX = st.tuples(*[st.integers(0, 28)] * 2, *[st.integers(1, 12)] * 2, st.sampled_from([0.2, 0.5, 2.5]))


@settings(max_examples=40, deadline=2000)
@given(st.lists(BOX, max_size=5), st.lists(st.tuples(st.integers(0, 20), st.integers(1, 4)), max_size=3))
def test_links_go_both_ways_and_take_no_more_than_a_step(
    boxes: list[tuple[int, int, int, int, float]], steps: list[tuple[int, int]]
) -> None:
    model = Model().floor("Walk_floor", (0, 8), (0, 8)).box("Walk_gallery", (0, 3, 0), (8, 3.2, 3))
    for number, (x, z, width, depth, height) in enumerate(boxes):
        model.box(f"Solid_{number}", (x / 4, 0, z / 4), (x / 4 + width / 4, height, z / 4 + depth / 4))
    for number, (x, height) in enumerate(steps):
        model.box(f"Walk_step_{number}", (x / 4, 0, 4), (x / 4 + 1, height * 0.16, 6))
    found = surfaces(model)
    for way, back in enumerate((1, 0, 3, 2)):
        here = np.flatnonzero(found.links[:, way] >= 0)
        there = found.links[here, way]
        assert (found.links[there, back] == here).all()
        assert (np.abs(found.height[here] - found.height[there]) <= 0.33).all()


WALLED = field(
    Model()
    .floor("Walk_floor", (0, 10), (0, 10))
    .box("Solid_wall_a", (4.9, 0, 0), (5.1, 3, 6))
    .box("Solid_wall_b", (4.9, 0, 7), (5.1, 3, 10))
    .box("Solid_pillar", (2, 0, 2), (2.6, 3, 2.6))
)


@settings(max_examples=200, deadline=2000)
@given(*[st.floats(0.1, 9.9)] * 4)
def test_no_sweep_passes_a_wall(x0: float, z0: float, x1: float, z1: float) -> None:
    start = WALLED.locate(np.array([x0]), np.array([z0]), np.array([0]))
    if start[0] < 0:
        return
    from_x, from_z, to_x, to_z = (np.array([value]) for value in (x0, z0, x1, z1))
    swept = WALLED.sweep(start, from_x, from_z, to_x, to_z, Forbidden(FREE, FREE))
    crosses = (x0 - 5) * (x1 - 5) < 0
    z_at_wall = z0 + (z1 - z0) * (5 - x0) / (x1 - x0) if crosses else 6.5
    if not 6 < z_at_wall < 7:
        assert swept.reason[0] != 0
