"""A few lines make a model: boxes, floors, ramps and markers as a GLB, for tests of the baker and of venues."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from turia.venue.glb import Glb, Json, write_glb

F64 = NDArray[np.float64]
Point = tuple[float, float, float]


class Model:
    """A model under construction; every method adds a node and returns the model. Metres; yaw in 256 steps a turn."""

    def __init__(self) -> None:
        self.json: Json = {
            "asset": {"version": "2.0", "generator": "turia.testing"},
            "scene": 0,
            "scenes": [{"nodes": []}],
            "nodes": [],
            "meshes": [],
            "accessors": [],
            "bufferViews": [],
            "materials": [],
        }
        self.binary = bytearray()

    def floor(self, name: str, x: tuple[float, float], z: tuple[float, float], y: float = 0.0, **node: Any) -> Model:
        """A flat rectangle that faces up."""
        return self.quad(name, (x[0], y, z[0]), (x[0], y, z[1]), (x[1], y, z[1]), (x[1], y, z[0]), **node)

    def quad(self, name: str, a: Point, b: Point, c: Point, d: Point, **node: Any) -> Model:
        """Two triangles a b c and a c d, seen from where they run counter-clockwise."""
        return self.mesh(name, np.array([[a, b, c], [a, c, d]], float), **node)

    def box(self, name: str, low: Point, high: Point, **node: Any) -> Model:
        """An axis-aligned box, faces outwards."""
        return self.mesh(name, box_triangles(low, high), **node)

    def mesh(self, name: str, triangles: F64, *, material: str = "Paint", **node: Any) -> Model:
        """Triangles (t, 3, 3) with flat normals."""
        self.json["nodes"].append({"name": name, "mesh": self._mesh(name, triangles, material), **node})
        return self._root()

    def mark(
        self, name: str, position: Point, yaw: float = 0.0, extensions: Json | None = None, **extras: Any
    ) -> Model:
        """A marker: an empty node."""
        half = yaw / 256 * np.pi
        node: Json = {
            "name": name,
            "translation": list(position),
            "rotation": [0.0, float(np.sin(half)), 0.0, float(np.cos(half))],
        }
        if extensions:
            node["extensions"] = extensions
        if extras:
            node["extras"] = extras
        self.json["nodes"].append(node)
        return self._root()

    def instances(self, name: str, triangles: F64, places: list[Point], yaws: list[float], **node: Any) -> Model:
        """One mesh at many places (EXT_mesh_gpu_instancing)."""
        half = np.array(yaws) / 256 * np.pi
        turn = np.column_stack([np.zeros(len(half)), np.sin(half), np.zeros(len(half)), np.cos(half)])
        attributes = {
            "TRANSLATION": self.accessor(np.array(places, "<f4"), "VEC3"),
            "ROTATION": self.accessor(turn.astype("<f4"), "VEC4"),
        }
        extensions = {"EXT_mesh_gpu_instancing": {"attributes": attributes}} | node.pop("extensions", {})
        self.json["extensionsRequired"] = ["EXT_mesh_gpu_instancing"]
        return self.mesh(name, triangles, extensions=extensions, **node)

    def to_bytes(self) -> bytes:
        """The GLB."""
        self.json["buffers"] = [{"byteLength": len(self.binary)}]
        return write_glb(Glb(self.json, bytes(self.binary)))

    def accessor(self, values: NDArray[Any], kind: str) -> int:
        """Store float32, uint16 or uint32 values; index of the accessor."""
        self.binary.extend(b"\0" * (-len(self.binary) % 4))
        self.json["bufferViews"].append({"buffer": 0, "byteOffset": len(self.binary), "byteLength": values.nbytes})
        self.binary.extend(values.tobytes())
        accessor: Json = {
            "bufferView": len(self.json["bufferViews"]) - 1,
            "componentType": {"f": 5126, "u": 5125}[values.dtype.kind],
            "count": len(values),
            "type": kind,
        }
        if kind == "VEC3":
            accessor |= {"min": values.min(axis=0).tolist(), "max": values.max(axis=0).tolist()}
        self.json["accessors"].append(accessor)
        return len(self.json["accessors"]) - 1

    def _mesh(self, name: str, triangles: F64, material: str) -> int:
        normal = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
        attributes = {
            "POSITION": self.accessor(triangles.reshape(-1, 3).astype("<f4"), "VEC3"),
            "NORMAL": self.accessor(np.repeat(normal, 3, axis=0).astype("<f4"), "VEC3"),
        }
        indices = self.accessor(np.arange(len(triangles) * 3, dtype="<u4")[:, None], "SCALAR")
        primitive = {"attributes": attributes, "indices": indices, "material": self._material(material)}
        self.json["meshes"].append({"name": name, "primitives": [primitive]})
        return len(self.json["meshes"]) - 1

    def _material(self, name: str) -> int:
        names = [material["name"] for material in self.json["materials"]]
        if name not in names:
            self.json["materials"].append({"name": name})
            names.append(name)
        return names.index(name)

    def _root(self) -> Model:
        self.json["scenes"][0]["nodes"].append(len(self.json["nodes"]) - 1)
        return self


def box_triangles(low: Point, high: Point) -> F64:
    """The twelve triangles (12, 3, 3) of a box, faces outwards."""
    corners = np.array(
        [[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])], float
    )
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    faces = [(a, b, c) for a, b, c, _ in quads] + [(a, c, d) for a, _, c, d in quads]
    triangles: F64 = corners[np.array(faces)]
    return triangles
