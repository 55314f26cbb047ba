"""From the collected scene to a GLB: colours baked, one mesh for each zone and finish, markers with extras."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from world_assets.valencia import materials as m
from world_assets.valencia.geometry import F64, I64, Surface, join, normals
from world_assets.valencia.gltf import Json, Writer
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
    finishes = _Finishes(writer)
    _seen(scene, writer, finishes)
    _hidden(scene, writer, finishes)
    _instances(scene, writer, finishes)
    _nodes(scene, writer, finishes)
    return writer.to_bytes()


def _seen(scene: Scene, writer: Writer, finishes: _Finishes) -> None:
    groups: dict[tuple[str, Finish], list[tuple[Material, Surface]]] = {}
    for (zone, material), surface in scene.merged().items():
        groups.setdefault((zone, material.finish), []).append((material, surface))
    for (zone, finish), parts in groups.items():
        smooth = (zone, finish) in scene.smooth
        mesh = writer.mesh(f"{zone}_{finish}", [coloured(writer, parts, finishes[finish], smooth=smooth)])
        writer.node(f"Seen_{zone}_{finish}", mesh=mesh)


def coloured(writer: Writer, parts: Parts, material: int, *, smooth: bool = False) -> Json:
    """One primitive of many materials of one finish; colours go into the vertices."""
    surface = join([surface for _, surface in parts])
    colours = np.concatenate([np.tile(material.colour, (len(s[0]), 1)) for material, s in parts])
    vertices, normal, colours, faces = _sharp(surface, colours, smooth=smooth)
    attributes: dict[str, NDArray[Any]] = {
        "POSITION": vertices.astype(np.float32),
        "NORMAL": normal.astype(np.float32),
        "COLOR_0": np.round(np.clip(colours, 0, 1) * 65535).astype(np.uint16),
    }
    return writer.primitive(attributes, faces, material)


def _sharp(surface: Surface, colours: F64, *, smooth: bool) -> tuple[F64, F64, F64, I64]:
    """Vertices split by face normal, equal ones merged; millimetres. ``smooth`` averages normals by position."""
    surface = _without_slivers(surface)
    vertices, faces = surface
    flat = np.repeat(normals(surface), 3, axis=0)
    corner = faces.reshape(-1)
    position = np.round(vertices[corner], 3)
    if smooth:
        _, inverse = np.unique(np.column_stack([position, np.round(flat[:, 1:2])]), axis=0, return_inverse=True)
        weight = _areas(surface)
        total = np.zeros((inverse.max() + 1, 3))
        np.add.at(total, inverse.ravel(), flat * np.repeat(weight, 3)[:, None])
        flat = total[inverse.ravel()]
        flat /= np.linalg.norm(flat, axis=1, keepdims=True)
    rows = np.column_stack([position, np.round(flat, 2), np.round(colours[corner], 4)])
    unique, first, inverse = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    normal = unique[:, 3:6]
    normal = normal / np.linalg.norm(normal, axis=1, keepdims=True)
    new_faces = inverse.reshape(-1, 3)
    a, b, c = new_faces.T
    new_faces = new_faces[(a != b) & (b != c) & (a != c)]
    return unique[:, :3], normal, unique[:, 6:], new_faces


def _areas(surface: Surface) -> F64:
    vertices, faces = surface
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    return np.asarray(np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2)


def _without_slivers(surface: Surface) -> Surface:
    return surface[0], surface[1][_areas((np.round(surface[0], 3), surface[1])) > 1e-6]


def _hidden(scene: Scene, writer: Writer, finishes: _Finishes) -> None:
    named = [(name, parts) for name, parts in scene.walks.items()]
    named += [(f"Block_{name}", parts) for name, parts in scene.blocks.items()]
    for name, parts in named:
        vertices, faces = join(parts)
        unique, inverse = np.unique(np.round(vertices, 3), axis=0, return_inverse=True)
        primitive = writer.primitive({"POSITION": unique.astype(np.float32)}, inverse.ravel()[faces], finishes["Hidden"])
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
        extras = {**node.extras} or None
        writer.node(node.name, mesh=mesh, translation=list(node.position), rotation=rotation, extras=extras)


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
