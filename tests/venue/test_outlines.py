from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from turia.venue.outlines import area, inside, wound

SQUARE = [(0.0, 0.0), (0.0, 4.0), (4.0, 4.0), (4.0, 0.0)]
ELL = [(0.0, 0.0), (0.0, 4.0), (4.0, 4.0), (4.0, 2.0), (2.0, 2.0), (2.0, 0.0)]


def turns(polygon: list[tuple[float, float]], x: float, z: float) -> int:
    """The naive twin: how often the outline goes around the point."""
    total = 0.0
    for (x0, z0), (x1, z1) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        a, b = math.atan2(z0 - z, x0 - x), math.atan2(z1 - z, x1 - x)
        total += (b - a + math.pi) % (2 * math.pi) - math.pi
    return round(total / (2 * math.pi))


@given(st.sampled_from([SQUARE, ELL, ELL[::-1]]), st.floats(-1, 5), st.floats(-1, 5))
def test_inside_is_where_the_outline_goes_around(polygon: list[tuple[float, float]], x: float, z: float) -> None:
    x, z = round(x, 2) + 0.003, round(z, 2) + 0.003  # not on an edge, where either answer is right
    assert bool(inside(polygon, np.array(x), np.array(z))) == (turns(polygon, x, z) != 0)


def test_nothing_is_inside_nothing() -> None:
    assert not inside([], np.zeros(3), np.zeros(3)).any()


def test_outlines_run_counter_clockwise_seen_from_above() -> None:
    assert area(SQUARE) == 16
    assert area(SQUARE[::-1]) == -16
    assert wound(SQUARE[::-1]) == SQUARE
    assert wound(ELL) == ELL
    assert area(ELL) == pytest.approx(12)
