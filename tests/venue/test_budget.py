from __future__ import annotations

import struct

import pytest

from turia.errors import BundleError
from turia.testing.glb_model import Model, box_triangles
from turia.venue.budget import Budget, Costs, image_size, measure, over
from turia.venue.compact import compact
from turia.venue.glb import read_glb
from turia.venue.gltf import read_document
from turia.venue.materials import white_png

WEBP = b"RIFF\x00\x00\x00\x00WEBP"


def costs(model: Model) -> Costs:
    glb = compact(read_document(read_glb(model.to_bytes())))
    return measure(read_document(read_glb(glb)), glb)


def test_instances_count_as_triangles_and_not_as_draw_calls() -> None:
    chair = box_triangles((0, 0, 0), (1, 1, 1))
    measured = costs(Model().instances("Seats_a", chair, [(0, 0, 0)] * 10, [0] * 10).box("Vase", (0, 0, 0), (2, 1, 1)))
    assert (measured.triangles, measured.draw_calls) == (132, 2)
    assert measured.by_node == {"Seats_a": 120, "Vase": 12}
    assert 0 < measured.bytes < measured.plain_bytes


def test_what_is_over_is_named_and_where() -> None:
    measured = Costs(1000, 200, 9_000_000, 5_000_000, {"poster": 4096}, {"Tree": 900, "Vase": 100})
    problems = over(measured, Budget(triangles=500))
    assert len(problems) == 4
    assert "most are in Tree 900, Vase 100" in problems[0]
    assert "200 draw calls, budget 120" in problems[1]
    assert "5,000,000 bytes as sent" in problems[2]
    assert "Image poster is 4096 pixels long" in problems[3]
    assert over(Costs(10, 10, 10, 10), Budget()) == []


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (white_png(), (1, 1)),
        (WEBP + b"VP8X" + bytes(8) + (1023).to_bytes(3, "little") + (511).to_bytes(3, "little"), (1024, 512)),
        (WEBP + b"VP8 " + bytes(10) + struct.pack("<HH", 640, 480), (640, 480)),
        (WEBP + b"VP8L" + bytes(5) + (99 | 49 << 14).to_bytes(4, "little") + bytes(8), (100, 50)),
        (WEBP + b"ABCD" + bytes(20), None),
        (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x01\xe0\x02\x80" + bytes(12), (640, 480)),
        (b"\xff\xd8\xff\xe0\x00\x00", None),
        (b"GIF89a", None),
        (b"", None),
    ],
)
def test_the_size_of_a_picture_is_in_its_header(data: bytes, size: tuple[int, int] | None) -> None:
    assert image_size(data) == size


def test_a_picture_of_another_kind_is_refused_by_name() -> None:
    model = Model().quad("Poster", (0, 0, 0), (4, 0, 0), (4, 2, 0), (0, 2, 0))
    model.binary.extend(b"GIF89a")
    model.json["bufferViews"].append({"buffer": 0, "byteOffset": len(model.binary) - 6, "byteLength": 6})
    model.json["images"] = [
        {"name": "poster", "mimeType": "image/png", "bufferView": len(model.json["bufferViews"]) - 1}
    ]
    model.json["textures"] = [{"source": 0}]
    model.json["materials"][0]["pbrMetallicRoughness"] = {"baseColorTexture": {"index": 0}}
    with pytest.raises(BundleError, match="Image poster is neither PNG, JPEG nor WebP"):
        costs(model)
