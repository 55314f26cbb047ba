"""From the collected scene to a GLB: colours baked, one mesh for each zone and finish, markers with extras."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from world_assets.valencia import light
from world_assets.valencia import materials as m
from world_assets.valencia.facts import facts
from world_assets.valencia.geometry import F64, I64, Surface, join, normals, placed, split_long_edges
from world_assets.valencia.gltf import Json, Writer
from world_assets.valencia.lettering import atlas_of, png, quad, quad_uv
from world_assets.valencia.materials import Finish, Material
from world_assets.valencia.scene import Node, Scene

Parts = Sequence[tuple[Material, Surface]]


class _Finishes:
    """Indices of the glTF materials, written when first used."""

    def __init__(self, writer: Writer) -> None:
        self._writer, self._index = writer, dict[Finish, int]()

    def __getitem__(self, finish: Finish) -> int:
        if finish not in self._index:
            self._index[finish] = self._writer.material(m.finish_to_gltf(finish))
        return self._index[finish]


def to_glb(scene: Scene) -> bytes:
    """The file. See docs/venue-format.md for the names."""
    writer = Writer("Turia venue builder")
    writer.describe(_metadata(), facts()["about"]["rights"])
    finishes = _Finishes(writer)
    _seen(scene, writer, finishes)
    _letters(scene, writer)
    _hidden(scene, writer, finishes)
    _instances(scene, writer, finishes)
    _nodes(scene, writer, finishes)
    return writer.to_bytes()


#: Longest edge of what takes baked light, metres, by zone.
_DETAIL = {"outside": 15.0, "halls": 3.0, "ground": 3.0, "upstairs": 2.6}


#: Finishes drawn in one go for the whole venue: they have few triangles, and a draw call costs more.
_JOINED: dict[Finish, str] = {"Glow": "venue", "Clear": "venue", "Metal": "outside"}


def _metadata() -> Json:
    """Title, rights, sources and every assumption, in Dublin Core terms."""
    about = facts()["about"]
    return {
        "@context": {"dc": "http://purl.org/dc/elements/1.1/"},
        "@id": "",
        "dc:title": {"@type": "rdf:Alt", "rdf:_1": {"@language": "en", "@value": about["title"]}},
        "dc:rights": {"@type": "rdf:Alt", "rdf:_1": {"@language": "en", "@value": about["rights"]}},
        "dc:source": "; ".join(about["sources"]),
        "dc:date": about["date"],
        "dc:description": {
            "@type": "rdf:Alt",
            "rdf:_1": {"@language": "en", "@value": "Assumptions: " + " ".join(about["assumptions"])},
        },
    }


def _seen(scene: Scene, writer: Writer, finishes: _Finishes) -> None:
    merged = scene.merged()
    opaque = [surface for (_, material), surface in merged.items() if material.finish not in ("Clear", "Glow")]
    grid = light.voxels(opaque)
    groups: dict[tuple[str, Finish], list[tuple[Material, Surface]]] = {}
    for (zone, material), surface in merged.items():
        fine = split_long_edges(surface, _DETAIL[zone]) if material.baked else surface
        groups.setdefault((_JOINED.get(material.finish, zone), material.finish), []).append((material, fine))
    for (zone, finish), parts in groups.items():
        baker = Baker(grid, scene.lamps, indoors=zone != "outside")
        mesh = writer.mesh(f"{zone}_{finish}", [coloured(writer, parts, finishes[finish], baker=baker)])
        writer.node(f"Seen_{zone}_{finish}", mesh=mesh)


@dataclass(frozen=True, slots=True)
class Baker:
    """Shades points of one zone."""

    grid: NDArray[np.bool_]
    lamps: list[light.Lamp]
    indoors: bool

    def __call__(self, points: F64, normal: F64) -> F64:
        """Factors (n, 3) for points with normals."""
        air = light.openness(self.grid, points, normal)
        lamps = light.lamplight(self.lamps, points, normal) if self.indoors else np.zeros(len(points))
        return light.shade(air, lamps, indoors=self.indoors)


def coloured(writer: Writer, parts: Parts, material: int, *, baker: Baker | None = None) -> Json:
    """One primitive of many materials of one finish; colours, with baked light, go into the vertices."""
    surface = join([surface for _, surface in parts])
    colours = np.concatenate([np.tile(material.colour, (len(s[0]), 1)) for material, s in parts])
    share = np.concatenate([np.full(len(s[0]), material.baked) for material, s in parts])
    smooth = np.concatenate([np.full(len(s[0]), material.smooth) for material, s in parts])
    vertices, normal, colours, faces = _sharp(surface, np.column_stack([colours, share, smooth]))
    share, colours = colours[:, 4:5], colours[:, :4].copy()
    if baker is not None:
        colours[:, :3] *= 1 - share + share * baker(vertices, normal)
    attributes: dict[str, NDArray[Any]] = {
        "POSITION": vertices.astype(np.float32),
        "NORMAL": normal.astype(np.float32),
        "COLOR_0": _stored(colours),
    }
    return writer.primitive(attributes, faces, material)


def _stored(colours: F64) -> NDArray[np.uint8]:
    """Colours in 96 steps that look alike, as bytes: fewer different values travel in fewer bytes."""
    steps = np.round(np.sqrt(np.clip(colours, 0, 1)) * 95) / 95
    return np.round(steps**2 * 255).astype(np.uint8)


def _sharp(surface: Surface, values: F64) -> tuple[F64, F64, F64, I64]:
    """Vertices split by face normal, equal ones merged; millimetres. The last of ``values`` averages normals."""
    surface = _without_slivers(surface)
    vertices, faces = surface
    flat = np.repeat(normals(surface), 3, axis=0)
    corner = faces.reshape(-1)
    position = np.round(vertices[corner], 3)
    smooth = values[corner, -1] > 0
    if smooth.any():
        flat[smooth] = _averaged(position[smooth], flat[smooth], np.repeat(_areas(surface), 3)[smooth])
    rows = np.column_stack([position, np.round(flat, 2), np.round(values[corner, :-1], 4)])
    unique, inverse = np.unique(rows, axis=0, return_inverse=True)
    normal = unique[:, 3:6]
    normal = normal / np.linalg.norm(normal, axis=1, keepdims=True)
    new_faces = inverse.reshape(-1, 3)
    a, b, c = new_faces.T
    new_faces = new_faces[(a != b) & (b != c) & (a != c)]
    return unique[:, :3], normal, unique[:, 6:], new_faces


def _averaged(position: F64, normal: F64, weight: F64) -> F64:
    """Mean normals of corners at the same place that look to the same side, up or down."""
    _, inverse = np.unique(np.column_stack([position, normal[:, 1:2] > 0]), axis=0, return_inverse=True)
    total = np.zeros((int(inverse.max()) + 1, 3))
    np.add.at(total, inverse.ravel(), normal * weight[:, None])
    mean = total[inverse.ravel()]
    return np.asarray(mean / np.maximum(1e-12, np.linalg.norm(mean, axis=1, keepdims=True)))


def _areas(surface: Surface) -> F64:
    vertices, faces = surface
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    return np.asarray(np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2)


def _without_slivers(surface: Surface) -> Surface:
    return surface[0], surface[1][_areas((np.round(surface[0], 3), surface[1])) > 1e-6]


def _letters(scene: Scene, writer: Writer) -> None:
    """All lines of text: a rectangle each, with a piece of one picture on it; two draw calls."""
    if not scene.letters:
        return
    atlas = atlas_of(each.line for each in scene.letters)
    texture = writer.texture(png(atlas.opacity), "Letters")
    for finish in ("Lettering", "Ink"):
        own = [each for each in scene.letters if (each.material.finish == "Glow") is (finish == "Lettering")]
        if not own:
            continue
        material = m.finish_to_gltf(finish)
        material["pbrMetallicRoughness"]["baseColorTexture"] = {"index": texture}
        surfaces = [placed(quad(each.line, each.height), each.position, each.yaw + np.pi) for each in own]
        vertices, faces = join(surfaces)
        attributes: dict[str, NDArray[Any]] = {
            "POSITION": vertices.astype(np.float32),
            "NORMAL": np.repeat([normals(surface)[0] for surface in surfaces], 4, axis=0).astype(np.float32),
            "COLOR_0": _stored(np.repeat([each.material.colour for each in own], 4, axis=0)),
            "TEXCOORD_0": np.concatenate([quad_uv(atlas.place[each.line]) for each in own]).astype(np.float32),
        }
        primitive = writer.primitive(attributes, faces, writer.material(material))
        writer.node(f"Seen_venue_{finish}", mesh=writer.mesh(f"venue_{finish}", [primitive]))


def _hidden(scene: Scene, writer: Writer, finishes: _Finishes) -> None:
    named = [(name, parts) for name, parts in scene.walks.items()]
    named += [(f"Block_{name}", parts) for name, parts in scene.blocks.items()]
    for name, parts in named:
        vertices, faces = join(parts)
        unique, inverse = np.unique(np.round(vertices, 3), axis=0, return_inverse=True)
        primitive = writer.primitive(
            {"POSITION": unique.astype(np.float32)}, inverse.ravel()[faces], finishes["Hidden"]
        )
        writer.node(name, mesh=writer.mesh(name, [primitive]))


def quaternions(yaws: F64) -> NDArray[np.float32]:
    """Turns about Y as quaternions (n, 4), x y z w."""
    zero = np.zeros(len(yaws))
    return np.column_stack([zero, np.sin(yaws / 2), zero, np.cos(yaws / 2)]).astype(np.float32)


def _parts_mesh(writer: Writer, finishes: _Finishes, name: str, parts: Parts) -> int:
    primitives = []
    for finish in dict.fromkeys(material.finish for material, _ in parts):
        same = [(material, surface) for material, surface in parts if material.finish == finish]
        primitives.append(coloured(writer, same, finishes[finish]))
    return writer.mesh(name, primitives)


def _instances(scene: Scene, writer: Writer, finishes: _Finishes) -> None:
    models = {name: _parts_mesh(writer, finishes, name, parts) for name, parts in scene.models.items()}
    for block in scene.instances:
        value = writer.instances(np.round(block.positions, 3).astype(np.float32), quaternions(block.yaws))
        writer.node(
            block.name, mesh=models[block.model], extras=block.extras, extensions={"EXT_mesh_gpu_instancing": value}
        )


def _nodes(scene: Scene, writer: Writer, finishes: _Finishes) -> None:
    meshes: dict[str, int] = {}
    for node in scene.nodes:
        mesh = _node_mesh(node, writer, finishes, meshes)
        rotation = [round(float(v), 6) for v in quaternions(np.array([node.yaw]))[0]] if node.yaw else None
        extras = node.extras or None
        place: Json = {"translation": list(node.position), "rotation": rotation, "extras": extras}
        if node.parts:
            # A leaf turns about its node: the mesh hangs below it, so that quantising may move the mesh.
            child = writer.node(node.name.replace("Leaf_", "Panel_"), root=False, mesh=mesh)
            writer.node(node.name, children=[child], **place)
        else:
            writer.node(node.name, mesh=mesh, **place)


def _node_mesh(node: Node, writer: Writer, finishes: _Finishes, meshes: dict[str, int]) -> int | None:
    if node.parts:
        key = repr([(material, surface[0].round(3).tolist()) for material, surface in node.parts])
        if key not in meshes:
            meshes[key] = _parts_mesh(writer, finishes, node.name, node.parts)
        return meshes[key]
    if node.surface is None or node.material is None or node.uv is None:
        return None
    attributes: dict[str, NDArray[Any]] = {
        "POSITION": node.surface[0].astype(np.float32),
        "NORMAL": np.tile(normals(node.surface)[:1], (len(node.surface[0]), 1)).astype(np.float32),
        "TEXCOORD_0": node.uv.astype(np.float32),
    }
    return writer.mesh(node.name, [writer.primitive(attributes, node.surface[1], finishes[node.material.finish])])
