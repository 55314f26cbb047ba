import numpy as np
import pytest
from world_assets.valencia.foyer import foyer_polygon
from world_assets.valencia.geometry import Surface, normals, signed_area
from world_assets.valencia.plaza import shell_outline
from world_assets.valencia.tiles import clip, keyhole, tiled


def area(surface: Surface) -> float:
    a, b, c = (surface[0][surface[1][:, k]] for k in range(3))
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)


def test_tiles_cover_exactly_the_polygon() -> None:
    polygon = foyer_polygon()
    surface = tiled(polygon, 1.5, 2.0)
    assert area(surface) == pytest.approx(abs(signed_area(polygon)), rel=1e-6)
    assert (surface[0][:, 1] == 1.5).all()
    assert (normals(surface)[:, 1] > 0.99).all()


def test_a_keyholed_hole_stays_open() -> None:
    outer = np.array([[-100.0, -100.0], [-100.0, 100.0], [100.0, 100.0], [100.0, -100.0]])
    hole = shell_outline()
    surface = tiled(keyhole(outer, hole), 0.0, 10.0)
    assert area(surface) == pytest.approx(40_000 - abs(signed_area(hole)), rel=1e-6)


def test_clipping_a_triangle() -> None:
    assert len(clip([(0.0, 0.0), (0.0, 4.0), (4.0, 0.0)], 0.0, 0.0, 1.0, 1.0)) >= 4
    assert clip([(0.0, 0.0), (0.0, 4.0), (4.0, 0.0)], 5.0, 5.0, 6.0, 6.0) == []
