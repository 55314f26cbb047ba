from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from turia.errors import BundleError
from turia.venue.raster import F64, Grid, heights, points, spread

GRID = Grid((-2.0, -1.0), 0.25, (12, 16))
COORDINATE = st.floats(-4, 4, allow_nan=False).map(lambda value: round(value, 2))
TRIANGLE = st.lists(st.tuples(COORDINATE, COORDINATE, COORDINATE), min_size=3, max_size=3)


def naive_heights(triangles: F64) -> dict[tuple[int, int], tuple[float, bool]]:
    """One triangle after the other, one cell after the other, by the signs of areas."""
    found = {}
    for number, (a, b, c) in enumerate(triangles):
        whole = (b[0] - a[0]) * (c[2] - a[2]) - (b[2] - a[2]) * (c[0] - a[0])
        if abs(whole) < 1e-9:
            continue
        for cell in range(GRID.shape[0] * GRID.shape[1]):
            x = GRID.origin[0] + (cell % GRID.shape[1] + 0.5) * GRID.cell
            z = GRID.origin[1] + (cell // GRID.shape[1] + 0.5) * GRID.cell
            parts = [
                ((q[0] - p[0]) * (z - p[2]) - (q[2] - p[2]) * (x - p[0])) / whole for p, q in ((b, c), (c, a), (a, b))
            ]
            if min(parts) > 1e-5:
                found[number, cell] = (parts[0] * a[1] + parts[1] * b[1] + parts[2] * c[1], whole < 0)
    return found


def test_a_ragged_range_counts_within_its_owner() -> None:
    owner, within = spread(np.array([2, 0, 3]))
    assert owner.tolist() == [0, 0, 2, 2, 2]
    assert within.tolist() == [0, 1, 0, 1, 2]


@given(TRIANGLE)
def test_heights_are_those_of_the_naive_twin(corners: list[tuple[float, float, float]]) -> None:
    triangles = np.array([corners])
    cell, height, up = heights(triangles, GRID)
    got = dict(zip(cell.tolist(), zip(height.tolist(), up.tolist(), strict=True), strict=True))
    for (_, where), (level, upward) in naive_heights(triangles).items():
        assert got[where][0] == pytest.approx(level, abs=1e-6)
        assert got[where][1] == upward


@given(TRIANGLE)
def test_no_cell_outside_the_triangle_or_the_grid_is_found(corners: list[tuple[float, float, float]]) -> None:
    triangles = np.array([corners])
    cell, height, _ = heights(triangles, GRID)
    x, z = GRID.centre(cell)
    low, high = triangles[0].min(axis=0), triangles[0].max(axis=0)
    assert ((cell >= 0) & (cell < GRID.shape[0] * GRID.shape[1])).all()
    assert ((x >= low[0] - 1e-3) & (x <= high[0] + 1e-3) & (z >= low[2] - 1e-3) & (z <= high[2] + 1e-3)).all()
    assert ((height >= low[1] - 1e-3) & (height <= high[1] + 1e-3)).all()


def test_two_triangles_of_a_floor_leave_no_crack() -> None:
    a, b, c, d = (-2, 0, -1), (-2, 0, 2), (2, 0, 2), (2, 0, -1)
    cell, _, up = heights(np.array([[a, b, c], [a, c, d]], float), GRID)
    assert set(cell.tolist()) == set(range(12 * 16))
    assert up.all()


@given(TRIANGLE, st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_every_place_of_a_triangle_has_a_point_within_the_spacing(
    corners: list[tuple[float, float, float]], place: tuple[float, float]
) -> None:
    triangle = np.array(corners)
    spread_points = np.concatenate(list(points(triangle[None], 0.25)))
    u, v = place if sum(place) <= 1 else (1 - place[0], 1 - place[1])
    somewhere = triangle[0] + u * (triangle[1] - triangle[0]) + v * (triangle[2] - triangle[0])
    assert np.linalg.norm(spread_points - somewhere, axis=1).min() <= 0.25


def test_a_surface_of_absurd_size_is_refused_before_any_memory_is_asked_for() -> None:
    huge = np.array([[[-1e6, 0, -1e6], [1e6, 0, -1e6], [0, 0, 1e6]]])
    with pytest.raises(BundleError, match="keep Walk_, Block_ and Solid_ for what people can touch"):
        list(points(huge, 0.1))
