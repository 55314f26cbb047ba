from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from world_assets.valencia.geometry import F64
from world_assets.valencia.hall import row_name, screen_height, screen_low, seats_of
from world_assets.valencia.plan import HALLS, PLENARY, HallPlan
from world_assets.valencia.scene import Scene

EXACT = {"plenary": 1463, "auditorium_2": 468, "auditorium_3": 250}
#: Somebody who sits: eyes and top of the head above the floor, and half the width of a head, metres.
EYE, HEAD, HALF_HEAD = 1.2, 1.32, 0.1

each_hall = pytest.mark.parametrize("hall", HALLS, ids=lambda hall: hall.room)


def targets(hall: HallPlan) -> F64:
    """Middle, corners of the screen, shape (5, 3)."""
    x, z, low = hall.centre[0] - hall.back + 0.13, hall.centre[1], screen_low(hall)
    half, high = hall.screen_width / 2 - 0.02, low + screen_height(hall)
    return np.array(
        [[x, (low + high) / 2, z], *([x, y, z + side] for y in (low + 0.02, high - 0.02) for side in (-half, half))]
    )


@each_hall
def test_the_number_of_seats_is_exact(hall: HallPlan) -> None:
    assert len(seats_of(hall).positions) == EXACT[hall.room] == hall.seats


@each_hall
def test_nobody_sits_more_than_30_metres_from_the_speaker(hall: HallPlan) -> None:
    x, z = hall.lectern
    away = seats_of(hall).positions - [x, hall.stage_floor, z]
    assert np.linalg.norm(away, axis=1).max() <= 30.0


@each_hall
def test_labels_name_each_seat_once(hall: HallPlan) -> None:
    seats = seats_of(hall)
    assert len(set(seats.labels)) == hall.seats
    assert seats.labels[0] == "A1"
    assert row_name(25) == "Z"
    assert row_name(26) == "AA"


@each_hall
def test_seats_look_at_the_stage_and_do_not_overlap(hall: HallPlan) -> None:
    seats = seats_of(hall)
    forward = np.column_stack([-np.sin(seats.yaws), -np.cos(seats.yaws)])
    to_centre = np.array(hall.centre) - seats.positions[:, [0, 2]]
    to_centre /= np.linalg.norm(to_centre, axis=1, keepdims=True)
    assert np.sum(forward * to_centre, axis=1) == pytest.approx(1.0, abs=1e-6)
    gap = np.linalg.norm(seats.positions[:, None, [0, 2]] - seats.positions[None, :, [0, 2]], axis=2)
    np.fill_diagonal(gap, 9.0)
    assert gap.min() > 0.54


def test_a_hall_too_small_for_its_seats_is_refused() -> None:
    with pytest.raises(ValueError, match="widen half_angle or add rows"):
        seats_of(replace(PLENARY, rows=10))


@each_hall
def test_no_head_hides_the_screen(hall: HallPlan) -> None:
    seats = seats_of(hall)
    eyes = seats.positions + np.array([0.0, EYE, 0.0])
    for target in targets(hall):
        hidden = np.concatenate(
            [heads_in_the_way(eyes[k : k + 200], target, seats.positions) for k in range(0, len(eyes), 200)]
        )
        assert not hidden.any(), [seats.labels[k] for k in np.flatnonzero(hidden)[:5]]


def heads_in_the_way(eyes: F64, target: F64, floors: F64) -> NDArray[np.bool_]:
    """Whether anybody's head stands in the line from each eye (n, 3) to the target; heads are upright cylinders."""
    line = target - eyes
    flat = line[:, [0, 2]]
    length = np.linalg.norm(flat, axis=1)
    away = floors[None, :, [0, 2]] - eyes[:, None, [0, 2]]
    along = np.einsum("nmk,nk->nm", away, flat) / length[:, None]
    beside = np.abs(away[..., 0] * flat[:, None, 1] - away[..., 1] * flat[:, None, 0]) / length[:, None]
    height = eyes[:, None, 1] + line[:, None, 1] * along / length[:, None]
    before = (along > 0.3) & (along < length[:, None])
    return np.asarray((before & (beside < HALF_HEAD) & (height < floors[None, :, 1] + HEAD)).any(axis=1))


@each_hall
def test_nothing_that_is_built_hides_the_middle_of_the_screen(hall: HallPlan, scene: Scene) -> None:
    seats = seats_of(hall)
    eyes = seats.positions + np.array([0.0, EYE, 0.0])
    triangles = near(scene, hall)
    target = targets(hall)[0] + [0.3, 0.0, 0.0]
    for start in range(0, len(eyes), 50):
        assert not crossed(eyes[start : start + 50], target, triangles).any()


def near(scene: Scene, hall: HallPlan) -> F64:
    """Opaque triangles of the halls that lie within this one, (m, 3, 3)."""
    low, high = hall.outline(0.5).min(axis=0), hall.outline(0.5).max(axis=0)
    parts = [
        vertices[faces] for (zone, material), (vertices, faces) in scene.merged().items()
        if zone == "halls" and material.finish != "Clear"
    ]  # fmt: skip
    triangles = np.concatenate(parts)
    middle = triangles.mean(axis=1)[:, [0, 2]]
    return np.asarray(triangles[((middle > low) & (middle < high)).all(axis=1)])


def crossed(eyes: F64, target: F64, triangles: F64) -> NDArray[np.bool_]:
    """Which of the lines from the eyes (n, 3) to the target pass through a triangle (Moeller and Trumbore)."""
    direction = target - eyes
    a, b, c = (triangles[:, k] for k in range(3))
    ab, ac = b - a, c - a
    p = np.cross(direction[:, None], ac[None])
    scale = np.einsum("nmk,mk->nm", p, ab)
    scale = 1 / np.where(np.abs(scale) < 1e-12, np.inf, scale)
    from_a = eyes[:, None] - a[None]
    u = np.einsum("nmk,nmk->nm", p, from_a) * scale
    q = np.cross(from_a, ab[None])
    v = np.einsum("nmk,nk->nm", q, direction) * scale
    t = np.einsum("nmk,mk->nm", q, ac) * scale
    return np.asarray(((u > 0) & (v > 0) & (u + v < 1) & (t > 1e-6) & (t < 1)).any(axis=1))


def test_the_ray_test_sees_a_wall() -> None:
    wall = np.array([[[1.0, -1.0, -1.0], [1.0, 3.0, -1.0], [1.0, -1.0, 3.0]]])
    eyes = np.array([[0.0, 0.0, 0.0], [1.5, 0.0, 0.0]])
    assert crossed(eyes, np.array([2.0, 0.0, 0.0]), wall).tolist() == [True, False]


def test_the_head_test_sees_a_tall_person() -> None:
    eyes, target = np.array([[0.0, EYE, 0.0]]), np.array([10.0, EYE, 0.0])
    assert heads_in_the_way(eyes, target, np.array([[3.0, 0.0, 0.05]])).all()
    assert not heads_in_the_way(eyes, target, np.array([[3.0, 0.0, 0.3]])).any()
    assert not heads_in_the_way(eyes, target, np.array([[3.0, -0.3, 0.0]])).any()


@each_hall
def test_steps_between_rows_and_to_the_stage_are_easy(hall: HallPlan) -> None:
    assert hall.rise <= 0.3
    assert hall.stage_height / round(hall.stage_height / 0.18) <= 0.3
