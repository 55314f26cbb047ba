import numpy as np
import pytest
from world_assets.valencia.geometry import normals
from world_assets.valencia.roof import THICKNESS, grid_surface, roof_grid, soffit_height

from world_assets.valencia import plan


def test_the_zinc_covers_8000_square_metres_and_looks_up() -> None:
    surface = grid_surface(roof_grid(), up=True)
    a, b, c = (surface[0][surface[1][:, k]] for k in range(3))
    seen_from_above = np.cross(b - a, c - a)[:, 1] / 2
    assert seen_from_above.sum() == pytest.approx(8000.0, rel=0.01)
    assert (normals(surface)[seen_from_above > 1e-6][:, 1] > 0).all()


def test_it_measures_180_by_65_metres() -> None:
    size = np.ptp(roof_grid().reshape(-1, 3), axis=0)
    assert size[2] == pytest.approx(180.0, abs=1.0)
    assert size[0] == pytest.approx(65.0, abs=1.0)


def test_it_floats_above_the_walls_and_sails_past_the_south_end() -> None:
    walls = np.vstack(
        [
            plan.east_arc(-83.0, plan.SOUTH_WALL, plan.FRONT_INSET),
            plan.west_arc(-83.0, plan.SOUTH_WALL, plan.BACK_INSET),
        ]
    )
    gaps = [soffit_height(float(x), float(z)) - plan.FOYER_HEIGHT for x, z in walls]
    assert min(gaps) > 0.3
    assert roof_grid()[..., 2].max() - plan.SOUTH_WALL > 20.0


def test_the_ridge_has_its_height() -> None:
    assert soffit_height(-7.4, 0.0) + THICKNESS == pytest.approx(plan.RIDGE, abs=0.05)
