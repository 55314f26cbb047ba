"""The post-pass: the GLB that browsers load, made of the one that was modelled.

What is not seen goes (markers, colliders, hidden floors, animations, skins, unused attributes), equal data is stored
once, positions become 16-bit on power-of-two lattices that fall on each other, so that neighbouring meshes keep meeting
within a millimetre, and normals 8-bit (``KHR_mesh_quantization``). Instancing is kept. The same input gives the same
bytes.

What lost: 16 bits over each mesh's own box (no two meshes then share a lattice), a lattice of 4 mm for meshes over
128 m (markings 5 mm above a floor came out flush with it; those meshes stay in metres) and quantised instanced meshes
(every instance would need a scale of its own).
"""

from __future__ import annotations

import copy
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from turia.venue.glb import Glb, Json, write_glb
from turia.venue.gltf import INSTANCING, Document, Node, Primitive, local_matrix
from turia.venue.markers import COLLIDERS, KINDS, three_name
from turia.venue.materials import prune_materials, uses_texture, white_png
from turia.venue.pack import Pack

HIDDEN: Final = "Hidden"
QUANTIZATION: Final = "KHR_mesh_quantization"
#: Lattice of positions in metres: 16 bits reach 16 m at the fine end and 128 m at the coarse one.
FINEST: Final = 2.0**-12
COARSEST: Final = 2.0**-9
#: Positions in metres are rounded to a millimetre: digits that nobody sees do not compress.
_ROUNDED: Final = 2.0**-10
_MARKER_EXTENSIONS: Final = {"OMI_seat", "OMI_spawn_point", "OMI_physics_body", "OMI_physics_shape", "OMI_link"}
#: Stands for the picture of :func:`white_png` until pictures are stored.
_WHITE: Final = {"name": "White", "mimeType": "image/png"}
_KEPT: Final = (
    "asset",
    "scenes",
    "scene",
    "nodes",
    "materials",
    "textures",
    "samplers",
    "images",
    "extensions",
    "extras",
)


def compact(document: Document) -> bytes:
    """Bytes of the GLB for browsers."""
    return _Compactor(document).run()


def seen(document: Document, node: int) -> bool:
    """Whether the node's mesh is drawn: not a Block_, and not a Walk_ or Solid_ of material ``Hidden``."""
    mesh = document.root.nodes[node].mesh
    if mesh is None or document.root.nodes[node].name.startswith("Block_"):
        return False
    return any(not hidden(document, primitive) for primitive in document.root.meshes[mesh].primitives)


def hidden(document: Document, primitive: Primitive) -> bool:
    """Whether a draw call has the material that is never drawn."""
    return primitive.material is not None and document.root.materials[primitive.material].name == HIDDEN


class _Compactor:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.pack = Pack()
        self.meshes: list[Json] = []
        self.known: dict[bytes, int] = {}
        self.lattice: dict[tuple[int, bool], tuple[int, NDArray[np.float64], float]] = {}
        self.nodes: list[Json] = []
        self.result: Json = {key: copy.deepcopy(document.glb.json[key]) for key in _KEPT if key in document.glb.json}
        self.instanced = {
            node.mesh for node in document.root.nodes if node.mesh is not None and INSTANCING in node.extensions
        }

    def run(self) -> bytes:
        result = self.result
        scene = result["scenes"][self.document.root.scene]
        roots = [self.node(root) for root in self.document.root.scenes[self.document.root.scene].nodes]
        scene["nodes"] = [root for root in roots if root is not None]
        result |= {"scene": 0, "scenes": [scene], "nodes": self.nodes, "meshes": self.meshes}
        self._show_instances()
        for key in _MARKER_EXTENSIONS & set(result.get("extensions", {})):
            del result["extensions"][key]
        prune_materials(result)
        self._images(result)
        binary = self.pack.finish(result)
        _declare(result)
        empty = [key for key, value in result.items() if value in ([], {}) and key != "asset"]
        for key in empty:
            del result[key]
        if not scene["nodes"]:
            del scene["nodes"]
        return write_glb(Glb(result, binary))

    def node(self, index: int) -> int | None:
        """The node's new index, None when nothing is seen in it or below it."""
        node = self.document.root.nodes[index]
        children = [child for child in map(self.node, node.children) if child is not None]
        extensions = {key: value for key, value in node.extensions.items() if key not in _MARKER_EXTENSIONS}
        drawn = seen(self.document, index)
        if not drawn:
            extensions.pop(INSTANCING, None)
            if not children and not extensions:
                return None
        made = _named(node)
        made |= _placed(node)
        if INSTANCING in extensions:
            extensions[INSTANCING] = {"attributes": self._instances(node)}
        if extensions:
            made["extensions"] = extensions
        if drawn and node.mesh is not None:
            self._draw(made, node, children)
        if children:
            made["children"] = children
        self.nodes.append(made)
        return len(self.nodes) - 1

    def _draw(self, made: Json, node: Node, children: list[int]) -> None:
        """Put the mesh into the node; its lattice goes into the transform, or into a child's when the node's must stay.

        It must for the sake of children, and of clients that know the node by its extras and move it.
        """
        assert node.mesh is not None
        mesh, origin, step = self._mesh(node.mesh, keep_uv=node.name.startswith("Screen_"))
        if step == 0:
            made["mesh"] = mesh
        elif children or "extras" in made:
            self.nodes.append({"mesh": mesh, "translation": origin.tolist(), "scale": [step] * 3})
            children.append(len(self.nodes) - 1)
        else:
            made["mesh"] = mesh
            for key in ("matrix", "translation", "scale"):
                made.pop(key, None)
            if node.matrix is not None:
                made.pop("rotation", None)
                lattice = np.diag([step, step, step, 1.0])
                lattice[:3, 3] = origin
                made["matrix"] = (local_matrix(node) @ lattice).T.ravel().tolist()
            else:
                made["translation"] = (local_matrix(node) @ np.append(origin, 1.0))[:3].tolist()
                made["scale"] = [step * value for value in node.scale]

    def _mesh(self, index: int, *, keep_uv: bool) -> tuple[int, NDArray[np.float64], float]:
        """New mesh, and the origin and step of its lattice (step 0: positions are plain metres)."""
        if (index, keep_uv) in self.lattice:
            return self.lattice[index, keep_uv]
        primitives = [one for one in self.document.root.meshes[index].primitives if not hidden(self.document, one)]
        name = self.document.root.meshes[index].name
        positions = [self.document.positions(one, name or f"mesh {index}") for one in primitives]
        low = np.min([part.min(axis=0) for part in positions], axis=0)
        high = np.max([part.max(axis=0) for part in positions], axis=0)
        origin, step = (np.zeros(3), 0.0) if index in self.instanced else lattice_of(low, high)
        made = [
            self._primitive(one, part, origin, step, keep_uv) for one, part in zip(primitives, positions, strict=True)
        ]
        key = msgspec.json.encode(made)
        if key not in self.known:
            self.known[key] = len(self.meshes)
            self.meshes.append(({"name": name} if name else {}) | {"primitives": made})
        self.lattice[index, keep_uv] = (self.known[key], origin, step)
        return self.lattice[index, keep_uv]

    def _primitive(
        self,
        primitive: Primitive,
        positions: NDArray[np.float64],
        origin: NDArray[np.float64],
        step: float,
        keep_uv: bool,
    ) -> Json:
        if step:
            stored: NDArray[Any] = np.rint((positions - origin) / step).astype("<u2")
        else:
            stored = (np.rint(positions / _ROUNDED) * _ROUNDED).astype("<f4")
        columns: dict[str, tuple[NDArray[Any], bool]] = {"POSITION": (stored, False)}
        material = self._material(primitive)
        for name, at in sorted(primitive.attributes.items()):
            column = self._column(name, at, material, keep_uv)
            if column is not None:
                columns[name] = column
        indices = self.document.indices(primitive, "A mesh")
        attributes, at = self.pack.primitive(columns, indices, triangles=primitive.mode == 4)
        made: Json = {"attributes": attributes, "indices": at}
        if primitive.mode != 4:
            made["mode"] = primitive.mode
        if primitive.material is not None:
            made["material"] = primitive.material
            if "TEXCOORD_0" in attributes and not uses_texture(material, 0):
                made["material"] = self._white(material)
        return made

    def _white(self, material: Json) -> int:
        """The material with a white picture: what shows other pictures later has a place for them."""
        materials = self.result["materials"]
        pictured = copy.deepcopy(material)
        pictured.setdefault("pbrMetallicRoughness", {})["baseColorTexture"] = {"index": self._white_texture()}
        if pictured not in materials:
            materials.append(pictured)
        return int(materials.index(pictured))

    def _white_texture(self) -> int:
        images, textures = self.result.setdefault("images", []), self.result.setdefault("textures", [])
        if _WHITE not in images:
            images.append(dict(_WHITE))
            textures.append({"source": len(images) - 1})
        source = images.index(_WHITE)
        return next(index for index, texture in enumerate(textures) if texture.get("source") == source)

    def _material(self, primitive: Primitive) -> Json:
        return {} if primitive.material is None else self.document.glb.json["materials"][primitive.material]

    def _column(self, name: str, at: int, material: Json, keep_uv: bool) -> tuple[NDArray[Any], bool] | None:
        """Stored values of an attribute and whether they are normalised; None for what the material does not use."""
        if name == "NORMAL":
            normal = self.document.floats(at)
            length = np.linalg.norm(normal, axis=1, keepdims=True)
            unit = np.where(length > 1e-6, normal / np.where(length > 1e-6, length, 1), [0.0, 1.0, 0.0])
            return np.rint(unit * 127).astype("i1"), True
        if name.startswith("TEXCOORD_"):
            used = keep_uv or uses_texture(material, int(name[9:]) if name[9:].isdigit() else 0)
            return ((np.rint(self.document.floats(at) * 4096) / 4096).astype("<f4"), False) if used else None
        if name == "TANGENT":
            return (self.document.floats(at).astype("<f4"), False) if "normalTexture" in material else None
        if name == "COLOR_0":
            colour = np.clip(self.document.floats(at), 0, 1)
            return np.rint(colour * 255).astype("u1"), True
        return None

    def _instances(self, node: Node) -> Json:
        attributes = node.extensions[INSTANCING]["attributes"]
        return {
            key: self.pack.instances(self.document.floats(at).astype("<f4"), bounds=key == "TRANSLATION")
            for key, at in sorted(attributes.items())
        }

    def _show_instances(self) -> None:
        """A second scene, which nobody draws, with the places of instances as points.

        Readers that do not know the instancing extension would report its arrays as unused, the validator first.
        """
        points = []
        for node in list(self.nodes):
            attributes = node.get("extensions", {}).get(INSTANCING, {}).get("attributes", {})
            if "TRANSLATION" in attributes:
                named = {f"_{key}": at for key, at in attributes.items() if key in ("ROTATION", "SCALE")}
                primitive = {"attributes": {"POSITION": attributes["TRANSLATION"]} | named, "mode": 0}
                self.meshes.append({"primitives": [primitive]})
                self.nodes.append({"mesh": len(self.meshes) - 1})
                points.append(len(self.nodes) - 1)
        if points:
            self.result["scenes"].append({"name": "Instances", "nodes": points})

    def _images(self, result: Json) -> None:
        for image in result.get("images", []):
            if image == _WHITE:
                data = white_png()
            else:
                view = self.document.root.buffer_views[image["bufferView"]]
                data = self.document.glb.binary[view.byte_offset : view.byte_offset + view.byte_length]
            image["bufferView"] = self.pack.image(data)


def lattice_of(low: NDArray[np.float64], high: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Origin and step of the finest lattice on which a box fits into 16 bits; step 0 when none does."""
    step = FINEST
    while step <= COARSEST:
        origin: NDArray[np.float64] = np.floor(low / COARSEST) * COARSEST
        if ((high - origin) / step < 65535).all():
            return origin, step
        step *= 2
    return np.zeros(3), 0.0


def _named(node: Node) -> Json:
    """Name as three.js will know it; fields of markers are in venue.json and need not travel."""
    made: Json = {"name": three_name(node.name)} if node.name else {}
    prefix = node.name.partition("_")[0]
    if node.extras is not None and prefix not in (*KINDS, *COLLIDERS, "Seat", "Seats"):
        made["extras"] = node.extras
    return made


def _placed(node: Node) -> Json:
    if node.matrix is not None:
        return {"matrix": node.matrix}
    made: Json = {}
    if any(node.translation):
        made["translation"] = list(node.translation)
    if node.rotation != (0.0, 0.0, 0.0, 1.0):
        made["rotation"] = list(node.rotation)
    if node.scale != (1.0, 1.0, 1.0):
        made["scale"] = list(node.scale)
    return made


def _declare(result: Json) -> None:
    """extensionsUsed and extensionsRequired say exactly what the file has."""
    used: set[str] = set()
    stack: list[object] = [result]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            used |= set(value.get("extensions", {}))
            stack += [item for key, item in value.items() if key != "extras"]
        elif isinstance(value, list):
            stack += value
    integers = any(
        result["accessors"][at]["componentType"] != 5126
        for mesh in result["meshes"]
        for primitive in mesh["primitives"]
        for name, at in primitive["attributes"].items()
        if name in ("POSITION", "NORMAL")
    )
    if integers:
        used.add(QUANTIZATION)
    result["extensionsUsed"] = sorted(used)
    result["extensionsRequired"] = sorted(used & {QUANTIZATION, INSTANCING})
