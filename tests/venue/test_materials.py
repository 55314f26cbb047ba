from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from turia.errors import BundleError
from turia.venue.materials import prune_materials, texture_references, uses_texture, white_png

PRINT = {"name": "Print", "pbrMetallicRoughness": {"baseColorTexture": {"index": 1}}}
COAT = {"extensions": {"KHR_materials_clearcoat": {"clearcoatTexture": {"index": 0, "texCoord": 1}}}}


def test_the_white_picture_is_white() -> None:
    with Image.open(io.BytesIO(white_png())) as picture:
        assert picture.size == (1, 1)
        assert picture.getpixel((0, 0)) == (255, 255, 255)


def test_textures_are_found_in_extensions_too_and_not_in_free_text() -> None:
    assert texture_references(COAT) == [{"index": 0, "texCoord": 1}]
    assert texture_references({"extras": {"myTexture": {"index": 0}}}) == []
    assert uses_texture(COAT, 1)
    assert not uses_texture(COAT, 0)


def test_a_transform_may_look_at_other_coordinates() -> None:
    moved = {"baseColorTexture": {"index": 0, "extensions": {"KHR_texture_transform": {"texCoord": 2}}}}
    assert uses_texture(moved, 2)
    assert not uses_texture(moved, 0)


def test_what_is_used_is_kept_once_and_renumbered() -> None:
    document: dict[str, Any] = {
        "meshes": [{"primitives": [{"material": 2}, {"material": 0}, {"material": 3}, {}]}],
        "materials": [{"name": "Plain"}, {"name": "Unused"}, dict(PRINT), {"name": "Plain"}],
        "textures": [{"source": 0}, {"source": 1, "sampler": 1}],
        "samplers": [{"wrapS": 1}, {"wrapS": 2}],
        "images": [{"bufferView": 0}, {"bufferView": 1}],
    }
    prune_materials(document)
    assert [primitive.get("material") for primitive in document["meshes"][0]["primitives"]] == [0, 1, 1, None]
    assert [material["name"] for material in document["materials"]] == ["Print", "Plain"]
    assert document["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"]["index"] == 0
    assert document["textures"] == [{"source": 0, "sampler": 0}]
    assert (document["samplers"], document["images"]) == ([{"wrapS": 2}], [{"bufferView": 1}])


def test_a_reference_beyond_a_table_is_named() -> None:
    document: dict[str, Any] = {"meshes": [{"primitives": [{"material": 5}]}], "materials": []}
    with pytest.raises(BundleError, match="refers to materials 5, of 0"):
        prune_materials(document)
