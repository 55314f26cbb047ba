"""What a venue costs a browser, and what of it is over the budget, by name."""

from __future__ import annotations

import gzip
import struct
from dataclasses import dataclass, field

from turia.errors import BundleError
from turia.venue.compact import hidden, seen
from turia.venue.gltf import INSTANCING, Document


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits of one venue, such that a laptop of ten years draws it. ``bytes`` are of the GLB as sent (gzip)."""

    triangles: int = 600_000
    draw_calls: int = 120
    bytes: int = 1_572_864
    texture_pixels: int = 2048


@dataclass(frozen=True)
class Costs:
    """Measured: triangles with instances, draw calls, GLB bytes plain and gzip, longest side of each image by name."""

    triangles: int
    draw_calls: int
    plain_bytes: int
    bytes: int
    images: dict[str, int] = field(default_factory=dict)
    by_node: dict[str, int] = field(default_factory=dict)


def measure(document: Document, glb: bytes) -> Costs:
    """Costs of a GLB that :mod:`turia.venue.compact` wrote."""
    triangles, draw_calls = 0, 0
    by_node: dict[str, int] = {}
    for node in document.order:
        mesh = document.root.nodes[node].mesh
        if mesh is None or not seen(document, node):
            continue
        copies = 1
        if INSTANCING in document.root.nodes[node].extensions:
            attributes = document.root.nodes[node].extensions[INSTANCING]["attributes"]
            copies = min(document.root.accessors[at].count for at in attributes.values())
        own = 0
        for primitive in document.root.meshes[mesh].primitives:
            if hidden(document, primitive):
                continue
            at = primitive.attributes["POSITION"] if primitive.indices is None else primitive.indices
            own += document.root.accessors[at].count // 3 * copies
            draw_calls += 1
        by_node[document.label(node)] = by_node.get(document.label(node), 0) + own
        triangles += own
    return Costs(triangles, draw_calls, len(glb), len(gzip.compress(glb, 6, mtime=0)), _images(document), by_node)


def over(costs: Costs, budget: Budget) -> list[str]:
    """Sentences about what is over and where; empty when all is well."""
    problems = []
    heavy = ", ".join(
        f"{name} {count:,}" for name, count in sorted(costs.by_node.items(), key=lambda item: -item[1])[:3]
    )
    if costs.triangles > budget.triangles:
        problems.append(f"{costs.triangles:,} triangles, budget {budget.triangles:,}; most are in {heavy}.")
    if costs.draw_calls > budget.draw_calls:
        problems.append(
            f"{costs.draw_calls} draw calls, budget {budget.draw_calls}; join meshes that share a material."
        )
    if costs.bytes > budget.bytes:
        problems.append(
            f"The GLB has {costs.bytes:,} bytes as sent, budget {budget.bytes:,}; most triangles are in {heavy}."
        )
    problems += [
        f"Image {name} is {pixels} pixels long, budget {budget.texture_pixels}; make it smaller."
        for name, pixels in costs.images.items()
        if pixels > budget.texture_pixels
    ]
    return problems


def _images(document: Document) -> dict[str, int]:
    sizes = {}
    for index, image in enumerate(document.root.images):
        view = document.root.buffer_views[image.buffer_view]
        data = document.glb.binary[view.byte_offset : view.byte_offset + view.byte_length]
        size = image_size(data)
        if size is None:
            raise BundleError(f"Image {image.name or index} is neither PNG, JPEG nor WebP; convert it.")
        sizes[image.name or str(index)] = max(size)
    return sizes


def image_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels from the header of a PNG, JPEG or WebP, None for anything else."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack_from(">II", data, 16)
        return width, height
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) >= 30:
        return _webp(data)
    if data[:3] == b"\xff\xd8\xff":
        return _jpeg(data)
    return None


def _webp(data: bytes) -> tuple[int, int] | None:
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return None


def _jpeg(data: bytes) -> tuple[int, int] | None:
    """The first start-of-frame segment says the size."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + max(int.from_bytes(data[at + 2 : at + 4], "big"), 2)
    return None
