from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from turia.testing.glb_model import Model, box_triangles
from turia.venue.compact import COARSEST, FINEST, compact, lattice_of
from turia.venue.glb import read_glb
from turia.venue.gltf import Document, read_document


def compacted(model: Model) -> Document:
    return read_document(read_glb(compact(read_document(read_glb(model.to_bytes())))))


def names(document: Document) -> list[str]:
    return [node.name for node in document.root.nodes]


def sorted_points(document: Document, name: str) -> np.ndarray[Any, Any]:
    (node,) = (index for index in document.order if document.root.nodes[index].name == name)
    points = document.triangles(node).reshape(-1, 3)
    return points[np.lexsort(points.round(2).T)]


def test_what_nobody_sees_goes_and_what_is_seen_stays() -> None:
    model = Model().floor("Walk_floor", (0, 4), (0, 4)).floor("Walk_hidden", (0, 4), (0, 4), material="Hidden")
    model.box("Block_wall", (0, 0, 0), (1, 2, 1)).box("Solid_wall", (0, 0, 0), (1, 2, 1)).box(
        "Vase", (2, 0, 2), (3, 1, 3)
    )
    model.mark("Spawn_entrance", (1, 0, 1)).mark("Seat_1", (0, 0, 0), extensions={"OMI_seat": {"back": [0, 0, 0]}})
    document = compacted(model)
    assert names(document) == ["Walk_floor", "Solid_wall", "Vase"]
    assert [material["name"] for material in document.glb.json["materials"]] == ["Paint"]
    assert document.glb.json["extensionsUsed"] == ["KHR_mesh_quantization"]


@pytest.mark.parametrize(
    "place",
    [
        {},
        {"translation": [10, 1, -3], "rotation": [0, 0.6, 0, 0.8], "scale": [2, 1, 3]},
        {"matrix": [0, 0, -1, 0, 0, 1, 0, 0, 2, 0, 0, 0, 5, 6, 7, 1]},
    ],
)
def test_quantised_meshes_stay_where_they_are(place: dict[str, Any]) -> None:
    model = Model().box("Vase", (-3.3, 0.1, 2.7), (9.9, 1.9, 20.2), **place)
    before = read_document(read_glb(model.to_bytes()))
    after = compacted(model)
    assert after.root.accessors[after.root.meshes[0].primitives[0].attributes["POSITION"]].component_type == 5123
    np.testing.assert_allclose(sorted_points(after, "Vase"), sorted_points(before, "Vase"), atol=3 * COARSEST)


def test_a_parent_keeps_its_children_in_place() -> None:
    model = Model().box("Cup", (0, 0, 0), (0.1, 0.1, 0.1), translation=[0, 1, 0]).box("Table", (1, 0, 1), (3, 1, 2))
    model.json["nodes"][1] |= {"children": [0], "translation": [5, 0, 5]}
    model.json["scenes"][0]["nodes"] = [1]
    after = compacted(model)
    points = sorted_points(after, "Cup")
    np.testing.assert_allclose(points.min(axis=0), [5, 1, 5], atol=1e-3)
    every = np.concatenate([after.triangles(node) for node in after.order]).reshape(-1, 3)
    np.testing.assert_allclose(every.max(axis=0), [8, 1.1, 7], atol=1e-3)


def test_a_mesh_too_large_for_the_lattice_stays_in_metres() -> None:
    document = compacted(Model().box("Roof", (-90, 9, -30), (90, 10, 30)))
    assert document.root.accessors[document.root.meshes[0].primitives[0].attributes["POSITION"]].component_type == 5126
    np.testing.assert_allclose(sorted_points(document, "Roof").max(axis=0), [90, 10, 30])


def test_instances_are_kept_and_required() -> None:
    chair = box_triangles((-0.2, 0, -0.2), (0.2, 0.4, 0.2))
    model = Model().instances("Seats_hall", chair, [(1, 0, 2), (3, 0, 4)], [0, 64], extras={"labels": ["A", "B"]})
    document = compacted(model)
    assert document.glb.json["extensionsRequired"] == ["EXT_mesh_gpu_instancing", "KHR_mesh_quantization"]
    places = document.instances(0)
    assert places is not None
    np.testing.assert_allclose(places[:, :3, 3], [[1, 0, 2], [3, 0, 4]])
    assert document.root.nodes[0].extras is None
    assert document.order == [0]
    assert [scene["name"] for scene in document.glb.json["scenes"][1:]] == ["Instances"]


def test_equal_meshes_and_vertices_are_stored_once() -> None:
    model = Model().box("A", (0, 0, 0), (1, 1, 1)).box("B", (0, 0, 0), (1, 1, 1), translation=[5, 0, 0])
    document = compacted(model)
    assert len(document.root.meshes) == 1
    position = document.root.meshes[0].primitives[0].attributes["POSITION"]
    assert document.root.accessors[position].count == 24  # four corners on each of six sides
    assert len(document.glb.binary) < 24 * 12 + 36 * 2 + 16


def test_a_screen_keeps_its_texture_coordinates_and_gets_a_white_picture() -> None:
    model = Model().quad("Screen_main", (0, 0, 0), (4, 0, 0), (4, 2, 0), (0, 2, 0)).box("Vase", (0, 0, 0), (1, 1, 1))
    uv = np.array([[0, 1], [1, 1], [1, 0]] * 2, "<f4")
    for mesh, values in ((0, uv), (1, np.zeros((36, 2), "<f4"))):
        attributes = model.json["meshes"][mesh]["primitives"][0]["attributes"]
        attributes["TEXCOORD_0"] = model.accessor(values, "VEC2")
    document = compacted(model)
    screen, vase = (document.root.meshes[document.root.nodes[index].mesh or 0].primitives[0] for index in (0, 1))
    assert "TEXCOORD_0" in screen.attributes
    assert "TEXCOORD_0" not in vase.attributes
    assert document.root.images[0].mime_type == "image/png"
    assert "baseColorTexture" in document.glb.json["materials"][screen.material or 0]["pbrMetallicRoughness"]


def test_names_are_those_of_three_js() -> None:
    assert names(compacted(Model().box("My vase.001", (0, 0, 0), (1, 1, 1)))) == ["My_vase001"]


def test_nothing_to_see_is_still_a_file() -> None:
    assert compacted(Model().mark("Spawn_entrance", (0, 0, 0))).order == []


def test_the_same_model_gives_the_same_bytes() -> None:
    model = Model().box("A", (0, 0, 0), (1, 1, 1)).floor("Walk_b", (0, 9), (0, 9))
    document = read_document(read_glb(model.to_bytes()))
    assert compact(document) == compact(document)


@given(*[st.floats(-300, 300)] * 3, *[st.floats(0.01, 127)] * 3)
def test_a_lattice_holds_its_box_and_falls_on_every_coarser_one(
    x: float, y: float, z: float, width: float, height: float, depth: float
) -> None:
    low, size = np.array([x, y, z]), np.array([width, height, depth])
    origin, step = lattice_of(low, low + size)
    assert FINEST <= step <= COARSEST
    assert ((low - origin) / step >= 0).all()
    assert ((low + size - origin) / step <= 65535).all()
    np.testing.assert_array_equal(origin % COARSEST, 0)
