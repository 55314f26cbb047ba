"""Materials and what they refer to: what is used is kept once and renumbered."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import msgspec

from turia.errors import BundleError
from turia.venue.glb import Json


def texture_references(value: object) -> list[Json]:
    """Every reference to a texture in a material."""
    found: list[Json] = []
    if isinstance(value, dict):
        for key, item in value.items():
            if key.lower().endswith("texture") and isinstance(item, dict):
                found.append(item)
            elif key != "extras":
                found += texture_references(item)
    return found


def uses_texture(material: Json, channel: int) -> bool:
    """Whether a texture of the material looks at this channel of texture coordinates."""

    def of(reference: Json) -> object:
        transform = reference.get("extensions", {}).get("KHR_texture_transform", {})
        return transform.get("texCoord", reference.get("texCoord", 0))

    return any(of(reference) == channel for reference in texture_references(material))


def prune_materials(result: Json) -> None:
    """Keep what is used, once, and renumber: materials, then textures, then samplers and images."""
    primitives = [primitive for mesh in result["meshes"] for primitive in mesh["primitives"] if "material" in primitive]
    _renumber(result, "materials", primitives, "material")
    references = [reference for material in result.get("materials", []) for reference in texture_references(material)]
    _renumber(result, "textures", references, "index")
    textures = result.get("textures", [])
    _renumber(result, "samplers", [texture for texture in textures if "sampler" in texture], "sampler")
    sources = [texture for texture in textures if "source" in texture]
    sources += [
        texture["extensions"]["EXT_texture_webp"]
        for texture in textures
        if "EXT_texture_webp" in texture.get("extensions", {})
    ]
    _renumber(result, "images", sources, "source")


def _renumber(result: Json, table: str, holders: list[Json], key: str) -> None:
    items = result.get(table, [])
    kept: dict[bytes, int] = {}
    made: list[Any] = []
    for holder in holders:
        if type(holder[key]) is not int or not 0 <= holder[key] < len(items):
            raise BundleError(
                f"The GLB refers to {table} {str(holder[key])[:20]}, of {len(items)}; the file is broken."
            )
        item = items[holder[key]]
        content = msgspec.json.encode(item)
        if content not in kept:
            kept[content] = len(made)
            made.append(item)
        holder[key] = kept[content]
    result[table] = made


def white_png() -> bytes:
    """A picture of one white pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0\xff\xff\xff", 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
