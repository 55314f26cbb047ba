import json
import struct
from typing import Any

import numpy as np
from world_assets.valencia.gltf import Writer

TRIANGLE = np.array([[0.0, 0, 0], [1.0, 0, 0], [0.0, 1, 0]], np.float32)


def document(writer: Writer) -> dict[str, Any]:
    data = writer.to_bytes()
    (size,) = struct.unpack_from("<I", data, 12)
    assert len(data) % 4 == 0
    return dict(json.loads(data[20 : 20 + size]))


def with_triangle() -> Writer:
    writer = Writer("test")
    material = writer.material({"name": "White"})
    colours = np.full((3, 4), 255, np.uint8)
    primitive = writer.primitive({"POSITION": TRIANGLE, "COLOR_0": colours}, np.array([[0, 1, 2]]), material)
    writer.node("Seen", mesh=writer.mesh("Seen", [primitive]))
    return writer


def test_accessors_say_what_they_hold() -> None:
    made = document(with_triangle())
    position, colour, index = made["accessors"]
    assert (position["type"], position["componentType"], position["count"]) == ("VEC3", 5126, 3)
    assert (position["min"], position["max"]) == ([0.0, 0.0, 0.0], [1.0, 1.0, 0.0])
    assert (colour["type"], colour["normalized"]) == ("VEC4", True)
    assert (index["type"], index["componentType"]) == ("SCALAR", 5123)
    assert all(view["byteOffset"] % 4 == 0 for view in made["bufferViews"])


def test_large_meshes_get_32_bit_indices() -> None:
    writer = Writer("test")
    writer.primitive({"POSITION": np.zeros((70_000, 3), np.float32)}, np.array([[0, 1, 69_999]]), 0)
    assert document(writer)["accessors"][1]["componentType"] == 5125


def test_instances_are_required_and_children_are_no_roots() -> None:
    writer = with_triangle()
    value = writer.instances(np.zeros((2, 3), np.float32), np.zeros((2, 4), np.float32))
    child = writer.node("Child", root=False, mesh=0)
    writer.node("Seats_a", mesh=0, children=[child], extensions={"EXT_mesh_gpu_instancing": value})
    made = document(writer)
    assert made["extensionsRequired"] == ["EXT_mesh_gpu_instancing"]
    assert made["scenes"][0]["nodes"] == [0, 2]


def test_metadata_is_an_xmp_packet() -> None:
    writer = with_triangle()
    writer.describe({"dc:title": "A"}, "ours")
    made = document(writer)
    assert made["extensions"]["KHR_xmp_json_ld"]["packets"] == [{"dc:title": "A"}]
    assert made["asset"]["extensions"] == {"KHR_xmp_json_ld": {"packet": 0}}
    assert made["asset"]["copyright"] == "ours"
