"""Stairs and ramps: what feet and wheels take."""

import numpy as np
from world_assets.valencia.geometry import join, normals
from world_assets.valencia.scene import Scene

from world_assets.valencia import upstairs

STEEPEST_RAMP = 1 / 12
HIGHEST_STEP = 0.3


def test_the_ramp_to_the_green_room_is_one_for_wheels(scene: Scene) -> None:
    normal = normals(join(scene.walks["Walk_backstage"]))
    slope = np.hypot(normal[:, 0], normal[:, 2]) / normal[:, 1]
    assert slope.max() <= STEEPEST_RAMP


def test_the_stairs_lead_from_the_foyer_to_the_gallery_in_easy_steps(scene: Scene) -> None:
    heights = np.unique(np.round(join(scene.walks["Walk_stairs"])[0][:, 1], 3))
    steps = np.diff([0.0, *heights, upstairs.LEVEL])
    assert steps.max() <= HIGHEST_STEP
    assert np.allclose(steps, upstairs.RISE)


def test_every_floor_looks_up(scene: Scene) -> None:
    for name, parts in scene.walks.items():
        assert (normals(join(parts))[:, 1] > 0.9).all(), name


def test_people_on_the_stairs_are_kept_from_stepping_off_sideways(scene: Scene) -> None:
    sides = join(scene.blocks["stairs_side"])[0]
    treads = join(scene.walks["Walk_stairs"])[0]
    assert sides[:, 1].max() > treads[:, 1].max() + 0.9
    assert {round(float(x)) for x in sides[:, 0]} == {round(x) for x in upstairs.STAIR_X}
