import numpy as np
import pytest
from world_assets.valencia.geometry import box
from world_assets.valencia.light import Lamp, lamplight, openness, shade, voxels


def test_a_corner_is_darker_than_the_open_floor() -> None:
    room = voxels([box((-10, 10), (-0.5, 0.0), (-10, 10)), box((-10, -9.5), (0, 6), (-10, 10))])
    points = np.array([[-9.2, 0.0, 0.0], [5.0, 0.0, 0.0]])
    corner, floor = openness(room, points, np.tile([0.0, 1.0, 0.0], (2, 1)))
    assert corner < floor - 0.1
    assert floor == pytest.approx(1.0)


def test_lamps_light_what_faces_them() -> None:
    lamp = Lamp((0.0, 3.0, 0.0), 6.0, 0.5)
    points = np.zeros((3, 3))
    points[2] = [50.0, 0.0, 0.0]
    lit = lamplight([lamp], points, np.array([[0.0, 1, 0], [0.0, -1, 0], [0.0, 1, 0]]))
    assert lit[0] > lit[1]
    assert lit[2] == 0


def test_shade_grows_with_openness() -> None:
    factors = shade(np.array([0.0, 0.5, 1.0]), np.zeros(3), indoors=True)
    assert (np.diff(factors, axis=0) > 0).all()
