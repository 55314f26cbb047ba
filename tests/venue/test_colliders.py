from __future__ import annotations

import numpy as np
import pytest

from turia.errors import BundleError
from turia.testing.glb_model import Model, box_triangles
from turia.venue.colliders import bounds, colliders
from turia.venue.glb import read_glb
from turia.venue.gltf import Document, read_document


def document(model: Model) -> Document:
    return read_document(read_glb(model.to_bytes()))


def test_names_decide_what_feet_do_with_a_mesh() -> None:
    model = Model().floor("Walk_floor", (0, 4), (0, 4)).box("Block_a", (0, 0, 0), (1, 1, 1))
    model.box("Solid_b", (2, 0, 2), (3, 1, 3)).box("Vase", (0, 0, 0), (1, 1, 1)).box("Walkman", (0, 0, 0), (1, 1, 1))
    walk, obstacles = colliders(document(model))
    assert (len(walk), len(obstacles)) == (2, 24)


def test_a_mesh_below_a_collider_is_one_too() -> None:
    model = Model().floor("Mesh", (0, 4), (0, 4)).floor("Walk_other", (0, 1), (0, 1))
    model.json["nodes"].append({"name": "Walk_group", "children": [0]})
    model.json["scenes"][0]["nodes"] = [1, 2]
    walk, _ = colliders(document(model))
    assert len(walk) == 4


def test_instances_of_a_collider_all_count() -> None:
    pillar = box_triangles((0, 0, 0), (0.3, 3, 0.3))
    model = (
        Model().floor("Walk_floor", (0, 9), (0, 9)).instances("Solid_pillars", pillar, [(1, 0, 1), (5, 0, 5)], [0, 0])
    )
    _, obstacles = colliders(document(model))
    assert len(obstacles) == 24
    np.testing.assert_allclose(obstacles.reshape(-1, 3).max(axis=0), [5.3, 3, 5.3], atol=1e-6)


def test_a_closed_box_may_be_a_floor_and_one_that_looks_down_may_not() -> None:
    colliders(document(Model().box("Walk_stage", (0, 0, 0), (4, 1, 4))))
    upside_down = Model().quad("Walk_down", (0, 0, 0), (4, 0, 0), (4, 0, 4), (0, 0, 4))
    with pytest.raises(BundleError, match=r"Walk_down looks down .* turn its faces over"):
        colliders(document(upside_down))


def test_points_in_the_next_country_are_refused_by_name() -> None:
    with pytest.raises(BundleError, match="Sky has points further than 1,000 km away"):
        colliders(document(Model().box("Sky", (0, 0, 0), (2e6, 1, 1))))


def test_bounds_hold_everything() -> None:
    model = Model().floor("Walk_floor", (0, 4), (0, 4)).box("Tower", (1, 0, 1), (2, 30, 2))
    assert bounds(document(model)) == ((0, 0, 0), (4, 30, 4))
    assert bounds(document(Model().mark("Spawn_a", (1, 1, 1)))) == ((0, 0, 0), (0, 0, 0))
