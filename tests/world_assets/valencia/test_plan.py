from itertools import pairwise

import numpy as np
import pytest
from world_assets.valencia.geometry import signed_area
from world_assets.valencia.plan import HALLS, HallPlan

from world_assets.valencia import plan


def test_the_eye_is_180_metres_long_and_about_65_wide() -> None:
    size = np.ptp(plan.roof_outline(step=0.5), axis=0)
    assert size[1] == pytest.approx(180.0, abs=1.0)
    assert size[0] == pytest.approx(65.0, abs=1.0)


def test_the_roof_covers_8000_square_metres() -> None:
    assert signed_area(plan.roof_outline(step=0.2)) == pytest.approx(8000.0, rel=0.01)


def test_the_arcs_have_the_radii_and_sagittas_of_the_published_plan() -> None:
    assert plan.east_x(0.0) == pytest.approx(25.0, abs=0.1)
    assert -plan.west_x(0.0) == pytest.approx(39.8, abs=0.1)
    assert plan.east_x(plan.HALF_CHORD) == pytest.approx(plan.west_x(plan.HALF_CHORD), abs=1e-6)


@pytest.mark.parametrize("hall", HALLS, ids=lambda hall: hall.room)
def test_a_hall_lies_between_the_walls_and_leaves_the_foyer_its_width(hall: HallPlan) -> None:
    for x, z in hall.outline(0.3):
        assert x > plan.west_x(z, plan.BACK_INSET) + 0.3
        assert x < plan.east_x(z, plan.FRONT_INSET) - 5.0


def test_halls_do_not_overlap() -> None:
    spans = sorted((hall.outline(0.3)[:, 1].min(), hall.outline(0.3)[:, 1].max()) for hall in HALLS)
    assert all(before[1] < after[0] for before, after in pairwise(spans))
