import numpy as np
import pytest
from world_assets.valencia.geometry import (
    Opening,
    Surface,
    box,
    curtain,
    face_up,
    normals,
    offset,
    signed_area,
    split_long_edges,
    tube,
    wall,
)

SQUARE = np.array([[0.0, 0.0], [0.0, 2.0], [2.0, 2.0], [2.0, 0.0]])


def volume(surface: Surface) -> float:
    a, b, c = (surface[0][surface[1][:, k]] for k in range(3))
    return float(np.sum(a * np.cross(b, c)) / 6)


def area(surface: Surface) -> float:
    a, b, c = (surface[0][surface[1][:, k]] for k in range(3))
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)


def test_a_box_is_closed_and_looks_outwards() -> None:
    assert volume(box((0, 1), (0, 2), (0, 3), bottom=True)) == pytest.approx(6.0)


def test_a_tube_looks_outwards() -> None:
    assert volume(tube(np.array([[0.0, 0, 0], [0.0, 1, 0]]), 0.1)) > 0


def test_a_floor_looks_up_whichever_way_its_outline_runs() -> None:
    for outline in (SQUARE, SQUARE[::-1]):
        assert (normals(face_up(outline, 1.0))[:, 1] > 0.99).all()


def test_a_hole_is_left_out_of_a_floor() -> None:
    hole = SQUARE * 0.25 + 0.5
    assert area(face_up(SQUARE, 0.0, [hole])) == pytest.approx(4.0 - 0.25)


def test_counter_clockwise_is_positive_seen_from_above() -> None:
    assert signed_area(SQUARE) == pytest.approx(4.0)


def test_a_curtain_looks_to_the_right_of_its_path() -> None:
    north_to_south = np.array([[0.0, 0.0], [0.0, 1.0]])
    assert normals(curtain(north_to_south, 0, 1))[0] == pytest.approx([-1, 0, 0])


def test_offset_moves_to_the_right_and_mitres_corners() -> None:
    path = np.array([[0.0, 0.0], [0.0, 2.0], [2.0, 2.0]])
    assert offset(path, 0.5)[1] == pytest.approx([-0.5, 2.5])


def test_a_wall_has_its_opening() -> None:
    made = wall(np.array([[0.0, 0.0], [6.0, 0.0]]), 0.0, 3.0, 0.2, [Opening(2.0, 3.0, 2.0)])
    assert area(made.left) == pytest.approx(18.0 - 2.0)
    assert area(made.right) == pytest.approx(18.0 - 2.0)
    assert sum(volume(solid) for solid in made.solids) > 0
    inside = [solid for solid in made.solids if solid[0][:, 0].min() < 2.5 < solid[0][:, 0].max()]
    assert inside == []


def test_splitting_keeps_area_and_leaves_no_long_edge() -> None:
    surface = split_long_edges(face_up(SQUARE * 5, 0.0), 1.0)
    assert area(surface) == pytest.approx(100.0)
    corners = surface[0][surface[1]]
    assert np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max() <= 1.0
    assert (normals(surface)[:, 1] > 0.99).all()
