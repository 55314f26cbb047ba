import numpy as np
import pytest
from world_assets.valencia.amenities import blob, circle
from world_assets.valencia.geometry import signed_area


def test_a_blob_is_closed_and_looks_outwards() -> None:
    vertices, faces = blob(1.0, 2.0, rings=12, sides=24)
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    assert np.sum(a * np.cross(b, c)) / 6 == pytest.approx(4 / 3 * np.pi, rel=0.1)


def test_a_circle_has_its_area() -> None:
    assert abs(signed_area(circle(2.0, 60))) == pytest.approx(4 * np.pi, rel=0.01)
