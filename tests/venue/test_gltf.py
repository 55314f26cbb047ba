from __future__ import annotations

import contextlib
import copy
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from turia.errors import BundleError
from turia.testing.glb_model import Model, box_triangles
from turia.venue.budget import measure
from turia.venue.colliders import colliders
from turia.venue.compact import compact
from turia.venue.field import find_surfaces
from turia.venue.glb import Glb, read_glb, write_glb
from turia.venue.gltf import MAX_COUNT, Document, read_document
from turia.venue.markers import read_markers
from turia.venue.materials import white_png
from turia.venue.plan import make_plan


def sample() -> Model:
    model = Model().floor("Walk_floor", (0, 4), (0, 4)).box("Solid_table", (1, 0, 1), (2, 0.8, 2))
    model.instances("Seats_row", box_triangles((-0.2, 0, -0.2), (0.2, 0.4, 0.2)), [(3, 0, 3), (3, 0, 2)], [0, 64])
    model.quad("Poster", (0, 0, 0), (4, 0, 0), (4, 2, 0), (0, 2, 0), material="Print")
    uv = model.accessor(np.array([[0, 1], [1, 1], [1, 0]] * 2, "<f4"), "VEC2")
    model.json["meshes"][-1]["primitives"][0]["attributes"]["TEXCOORD_0"] = uv
    png = white_png()
    model.json["bufferViews"].append({"buffer": 0, "byteOffset": len(model.binary), "byteLength": len(png)})
    model.binary.extend(png)
    model.json["images"] = [{"bufferView": len(model.json["bufferViews"]) - 1, "mimeType": "image/png"}]
    model.json["samplers"] = [{"wrapS": 33071}]
    model.json["textures"] = [{"source": 0, "sampler": 0}]
    picture = {"index": 0, "extensions": {"KHR_texture_transform": {"texCoord": 0, "scale": [2, 2]}}}
    model.json["materials"][-1]["pbrMetallicRoughness"] = {"baseColorTexture": picture}
    return model.mark("Spawn_entrance", (0.5, 0, 0.5)).mark("Room_hall", (0, 0, 0), polygon=[[0, 0], [0, 4], [4, 4]])


def changed(**changes: Any) -> Document:
    """The sample with some parts of its JSON replaced: ``accessors__0__count=5``."""
    glb = read_glb(sample().to_bytes())
    for path, value in changes.items():
        *parents, last = [int(part) if part.isdigit() else part for part in path.split("__")]
        target: Any = glb.json
        for part in parents:
            target = target[part]
        target[last] = value
    return read_document(glb)


def test_world_matrices_and_triangles_follow_the_tree() -> None:
    model = Model().floor("Walk_floor", (0, 1), (0, 1))
    nodes = model.json["nodes"]
    nodes.append({"name": "Parent", "children": [0], "translation": [10, 2, 0], "scale": [2, 2, 2]})
    model.json["scenes"][0]["nodes"] = [1]
    document = read_document(read_glb(model.to_bytes()))
    triangles = document.triangles(0)
    assert document.order == [1, 0]
    np.testing.assert_allclose(triangles.reshape(-1, 3).min(axis=0), [10, 2, 0])
    np.testing.assert_allclose(triangles.reshape(-1, 3).max(axis=0), [12, 2, 2])


def test_a_mirrored_node_still_faces_up() -> None:
    model = Model().floor("Walk_floor", (0, 1), (0, 1), scale=[-1, 1, 1])
    triangles = read_document(read_glb(model.to_bytes())).triangles(0)
    normal = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    assert (normal[:, 1] > 0).all()


def test_instances_are_placed_by_translation_and_turn() -> None:
    document = changed()
    places = document.instances(2)
    assert places is not None
    np.testing.assert_allclose(places[:, :3, 3], [[3, 0, 3], [3, 0, 2]])
    np.testing.assert_allclose(-places[1, :3, 2], [-1, 0, 0], atol=1e-6)  # a quarter turn to the left
    assert len(document.triangles(2)) == 24


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"accessors__0__count": 2**31}, r"breaks the glTF format.*accessors\[0\].count"),
        ({"accessors__0__count": MAX_COUNT}, "accessor 0 reaches beyond its bufferView 0"),
        ({"accessors__0__byteOffset": 2}, "accessor 0 reaches beyond|accessor 0 is not aligned"),
        ({"accessors__0__bufferView": 99}, "accessor 0 refers to bufferView 99"),
        ({"accessors__0__componentType": 7}, "accessor 0 has an unknown type"),
        ({"accessors__0__sparse": {"count": 1}}, "accessor 0 is sparse"),
        ({"bufferViews__0__byteLength": 10**6}, "bufferView 0 lies outside the binary chunk"),
        ({"bufferViews__0__byteOffset": 10**6}, "bufferView 0 lies outside the binary chunk"),
        ({"bufferViews__0__buffer": 1}, "bufferView 0 lies outside the binary chunk"),
        ({"nodes__0__mesh": 99}, "Walk_floor refers to mesh 99"),
        ({"nodes__0__children": [0]}, "Walk_floor hangs in a loop"),
        ({"nodes__0__children": [1]}, "Solid_table hangs in a loop, twice"),
        ({"nodes__0__translation": [0, "x", 0]}, r"nodes\[0\].translation"),
        ({"nodes__0__scale": [1e300, 1e300, 1e300]}, "Walk_floor has a transform beyond all measure"),
        ({"meshes__0__primitives__0__attributes": {}}, "mesh Walk_floor has no POSITION"),
        ({"meshes__0__primitives__0__attributes__NORMAL": 3}, "mesh Walk_floor has attributes of different lengths"),
        ({"meshes__0__primitives__0__material": 99}, "mesh Walk_floor refers to material 99"),
        ({"meshes__0__primitives__0__indices": 0}, "mesh Walk_floor has indices that are not whole numbers"),
        ({"extensionsRequired": ["KHR_draco_mesh_compression"]}, "export without Draco compression"),
        ({"extensionsRequired": ["EXT_meshopt_compression"]}, "export without meshopt compression"),
        ({"extensionsRequired": ["ACME_thing"]}, "ACME_thing, which is not read; export without it"),
        ({"scene": 5}, "refers to scene 5"),
        ({"scenes": []}, "scenes"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(BundleError, match=says):
        colliders(changed(**changes))


def test_a_vertex_number_beyond_the_vertices_is_refused_by_name() -> None:
    model = Model().floor("Walk_floor", (0, 1), (0, 1))
    glb = read_glb(model.to_bytes())
    view = glb.json["bufferViews"][2]
    binary = bytearray(glb.binary)
    binary[view["byteOffset"]] = 200
    document = read_document(Glb(glb.json, bytes(binary)))
    with pytest.raises(BundleError, match="Walk_floor has a triangle with vertex 200, of 6"):
        document.triangles(0)
    with pytest.raises(BundleError, match="vertex 200, of 6"):
        compact(document)


def test_a_deep_tree_is_refused() -> None:
    model = Model().floor("Walk_floor", (0, 1), (0, 1))
    model.json["nodes"] += [{"name": f"N{index}", "children": [index]} for index in range(80)]
    model.json["scenes"][0]["nodes"] = [80]
    with pytest.raises(BundleError, match="64 deep"):
        read_document(read_glb(model.to_bytes()))


def everything(data: bytes) -> None:
    """All that the baker does with a file."""
    document = read_document(read_glb(data))
    plan = make_plan(document, read_markers(document, {}))
    assert plan.spawns
    walk, obstacles = colliders(document)
    find_surfaces(walk, obstacles)
    made = compact(document)
    measure(read_document(read_glb(made)), made)


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
    st.lists(st.integers(-2, 300), max_size=4),
    st.dictionaries(st.sampled_from(["index", "attributes", "polygon", "rooms"]), st.integers(-2, 5), max_size=2),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    found = [path] if path else []
    for key, item in items:
        found += places(item, (*path, key))
    return found


GLB = read_glb(sample().to_bytes())
PLACES = places(GLB.json)


@settings(deadline=3000, max_examples=250, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(PLACES), JUNK), min_size=1, max_size=3))
def test_any_change_of_the_json_is_read_or_refused_in_bounded_time(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    document = copy.deepcopy(GLB.json)
    for path, junk in changes:
        target: Any = document
        # An earlier change may have taken that place away.
        with contextlib.suppress(KeyError, IndexError, TypeError):
            for key in path[:-1]:
                target = target[key]
            target[path[-1]] = junk
    with contextlib.suppress(BundleError):
        everything(write_glb(Glb(document, GLB.binary)))


@settings(deadline=3000, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=8), st.integers(0, 400))
def test_any_change_of_the_bytes_is_read_or_refused_in_bounded_time(flips: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(write_glb(GLB))
    for at, value in flips:
        data[at % len(data)] = value
    with contextlib.suppress(BundleError):
        everything(bytes(data[: len(data) - cut] if cut > 200 else data))
