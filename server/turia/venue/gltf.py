"""What a GLB's JSON says, checked against its bytes: accessors, views, meshes and the tree of nodes.

Everything is checked before anything is read, so that the rest of the package may index without fear. Only what a
venue needs is understood; what is required by the file and not understood is refused by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from turia.errors import BundleError
from turia.venue.glb import Glb, Json
from turia.venue.materials import texture_references

F64 = NDArray[np.float64]
Index = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Vec3 = tuple[float, float, float]

MAX_NODES: Final = 100_000
MAX_DEPTH: Final = 64
#: Vertices, indices or instances of one accessor.
MAX_COUNT: Final = 20_000_000

#: Greatest number in a transform or a point: products of some of them stay far from the end of floating point.
_MEASURE: Final = 1e9

COMPONENTS: Final[dict[int, np.dtype[Any]]] = {
    5120: np.dtype("i1"),
    5121: np.dtype("u1"),
    5122: np.dtype("<i2"),
    5123: np.dtype("<u2"),
    5125: np.dtype("<u4"),
    5126: np.dtype("<f4"),
}
WIDTHS: Final = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
INSTANCING: Final = "EXT_mesh_gpu_instancing"
_HOW: Final = {
    "KHR_draco_mesh_compression": "export without Draco compression",
    "EXT_meshopt_compression": "export without meshopt compression",
    "KHR_texture_basisu": "export textures as PNG, JPEG or WebP",
}
_UNDERSTOOD: Final = {
    INSTANCING,
    "KHR_mesh_quantization",
    "KHR_texture_transform",
    "KHR_lights_punctual",
    "EXT_texture_webp",
}


class Accessor(msgspec.Struct, frozen=True, rename="camel"):
    """Typed array in a view."""

    component_type: int
    count: Annotated[int, Meta(ge=1, le=MAX_COUNT)]
    type: str
    buffer_view: Index | None = None
    byte_offset: Index = 0
    normalized: bool = False
    sparse: Json | None = None


class View(msgspec.Struct, frozen=True, rename="camel"):
    """A range of the binary chunk."""

    byte_length: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    buffer: Index = 0
    byte_offset: Index = 0
    byte_stride: Annotated[int, Meta(ge=4, le=252)] | None = None
    extensions: Json = {}


class Primitive(msgspec.Struct, frozen=True):
    """One draw call of a mesh."""

    attributes: dict[str, Index]
    indices: Index | None = None
    material: Index | None = None
    mode: int = 4
    extensions: Json = {}


class Mesh(msgspec.Struct, frozen=True):
    """Primitives under one name."""

    primitives: Annotated[list[Primitive], Meta(min_length=1)]
    name: str = ""


class Node(msgspec.Struct, frozen=True):
    """A node of the tree. ``matrix`` is column by column."""

    name: str = ""
    children: list[Index] = []
    mesh: Index | None = None
    matrix: Annotated[list[float], Meta(min_length=16, max_length=16)] | None = None
    translation: Vec3 = (0.0, 0.0, 0.0)
    rotation: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 1.0)
    scale: Vec3 = (1.0, 1.0, 1.0)
    extensions: dict[str, Any] = {}
    extras: Any = None


class Scene(msgspec.Struct, frozen=True):
    """Roots of the tree."""

    nodes: list[Index] = []


class Image(msgspec.Struct, frozen=True, rename="camel"):
    """A picture in a view."""

    buffer_view: Index
    mime_type: str = ""
    name: str = ""


class TextureReference(msgspec.Struct, frozen=True, rename="camel"):
    """Where a material names a texture, and the texture coordinates that it looks at."""

    index: Index
    tex_coord: Index = 0
    extensions: dict[str, Json] = {}


class Material(msgspec.Struct, frozen=True, rename="camel"):
    """Only its name matters here; the rest is passed on."""

    name: str = ""
    pbr_metallic_roughness: Json = {}
    extensions: dict[str, Json] = {}


class Asset(msgspec.Struct, frozen=True):
    """Which glTF this is."""

    version: str


class Texture(msgspec.Struct, frozen=True):
    """A picture and how it is sampled."""

    source: Index | None = None
    sampler: Index | None = None
    extensions: dict[str, Json] = {}


class Root(msgspec.Struct, frozen=True, rename="camel"):
    """The parts of the JSON that are looked at."""

    asset: Asset
    scenes: Annotated[list[Scene], Meta(min_length=1)]
    scene: Index = 0
    nodes: Annotated[list[Node], Meta(max_length=MAX_NODES)] = []
    meshes: list[Mesh] = []
    accessors: list[Accessor] = []
    buffer_views: list[View] = []
    images: list[Image] = []
    materials: list[Material] = []
    textures: list[Texture] = []
    samplers: list[Json] = []
    extensions: Json = {}
    extensions_required: list[str] = []


@dataclass(frozen=True)
class Document:
    """A checked GLB. ``order``: nodes of the scene, parents first; ``world``: float64 (nodes, 4, 4), column vectors."""

    glb: Glb
    root: Root
    order: list[int]
    parent: list[int]
    world: F64

    def label(self, node: int) -> str:
        """How a person finds the node."""
        return self.root.nodes[node].name or f"node {node}"

    def array(self, index: int) -> NDArray[Any]:
        """Accessor as (count, width) in its own dtype; a view of the file where the layout allows it."""
        accessor = self.root.accessors[index]
        dtype, width = COMPONENTS[accessor.component_type], WIDTHS[accessor.type]
        assert accessor.buffer_view is not None  # _check_accessor
        view = self.root.buffer_views[accessor.buffer_view]
        stride = view.byte_stride or dtype.itemsize * width
        return np.ndarray(
            (accessor.count, width),
            dtype,
            self.glb.binary,
            view.byte_offset + accessor.byte_offset,
            (stride, dtype.itemsize),
        )

    def floats(self, index: int) -> F64:
        """Accessor as float64 (count, width); normalised integers become fractions."""
        accessor = self.root.accessors[index]
        values = self.array(index)
        result = values.astype(np.float64)
        if accessor.normalized and values.dtype.kind in "iu":
            result = np.maximum(result / np.iinfo(values.dtype).max, -1.0)
        return result

    def instances(self, node: int) -> F64 | None:
        """World matrices (k, 4, 4) of an instanced node, None for an ordinary one."""
        extension = self.root.nodes[node].extensions.get(INSTANCING)
        if extension is None:
            return None
        attributes = extension["attributes"]
        parts = {key: self.floats(attributes[key]) for key in ("TRANSLATION", "ROTATION", "SCALE") if key in attributes}
        count = min(len(part) for part in parts.values())
        local = compose(
            parts.get("TRANSLATION", np.zeros((count, 3)))[:count],
            parts.get("ROTATION", np.tile([0.0, 0.0, 0.0, 1.0], (count, 1)))[:count],
            parts.get("SCALE", np.ones((count, 3)))[:count],
        )
        if not _sane(local):
            raise BundleError(f"{self.label(node)} has an instance beyond all measure; export it again in metres.")
        placed: F64 = self.world[node] @ local
        return placed

    def triangles(self, node: int) -> F64:
        """World triangles (t, 3, 3) of the node's mesh and its instances, wound as seen; no lines or points."""
        mesh = self.root.nodes[node].mesh
        if mesh is None:
            return np.zeros((0, 3, 3))
        local = [self._faces(primitive, node) for primitive in self.root.meshes[mesh].primitives if primitive.mode == 4]
        faces = np.concatenate(local) if local else np.zeros((0, 3, 3))
        matrices = self.instances(node)
        if matrices is None:
            matrices = self.world[node][None]
        if len(faces) * len(matrices) > MAX_COUNT:
            raise BundleError(
                f"{self.label(node)} has {len(faces) * len(matrices):,} triangles with its instances; that is too many."
            )
        return np.concatenate([_transform(faces, matrix) for matrix in matrices])

    def positions(self, primitive: Primitive, where: str) -> F64:
        """Points (n, 3) of a draw call in the mesh's space; BundleError names ``where`` when one is not a number."""
        points = self.floats(primitive.attributes["POSITION"])
        if not _sane(points):
            raise BundleError(f"{where} has points beyond all measure; export it again in metres.")
        return points

    def indices(self, primitive: Primitive, where: str) -> NDArray[np.int64]:
        """Vertex numbers of a draw call, counted up where it has none; BundleError when one is out of range."""
        count = self.root.accessors[primitive.attributes["POSITION"]].count
        if primitive.indices is None:
            return np.arange(count)
        indices = self.array(primitive.indices)[:, 0].astype(np.int64)
        if indices.max() >= count:
            raise BundleError(f"{where} has a triangle with vertex {indices.max()}, of {count}; export it again.")
        return indices

    def _faces(self, primitive: Primitive, node: int) -> F64:
        points = self.positions(primitive, self.label(node))
        indices = self.indices(primitive, self.label(node))
        result: F64 = points[indices[: len(indices) // 3 * 3]].reshape(-1, 3, 3)
        return result


def read_document(glb: Glb) -> Document:
    """Check everything the JSON says. Raises BundleError naming the node, accessor or extension that is wrong."""
    try:
        root = msgspec.convert(glb.json, Root, strict=True)
    except msgspec.ValidationError as error:
        raise BundleError(f"The GLB breaks the glTF format: {error}.") from error
    _check_required(root)
    _check_materials(root, glb.json)
    _check_views(root, len(glb.binary))
    for index, accessor in enumerate(root.accessors):
        _check_accessor(root, index, accessor)
    for index, mesh in enumerate(root.meshes):
        _check_mesh(root, index, mesh)
    for index, node in enumerate(root.nodes):
        _check_node(root, index, node)
    order, parent = _tree(root)
    world = np.tile(np.eye(4), (len(root.nodes), 1, 1))
    with np.errstate(all="ignore"):
        for index in order:
            local = local_matrix(root.nodes[index])
            world[index] = local if parent[index] < 0 else world[parent[index]] @ local
    if not _sane(world):
        bad = next(index for index, matrix in enumerate(world) if not _sane(matrix))
        name = root.nodes[bad].name or f"node {bad}"
        raise BundleError(f"{name} has a transform beyond all measure; export it again in metres.")
    return Document(glb, root, order, parent, world)


def _sane(values: F64) -> bool:
    """Whether all are numbers with which one can go on to calculate."""
    return bool(np.isfinite(values).all() and (np.abs(values) <= _MEASURE).all())


def local_matrix(node: Node) -> F64:
    """Local matrix (4, 4) of a node, column vectors."""
    if node.matrix is not None:
        return np.array(node.matrix).reshape(4, 4).T
    placed: F64 = compose(np.array([node.translation]), np.array([node.rotation]), np.array([node.scale]))[0]
    return placed


def compose(translation: F64, rotation: F64, scale: F64) -> F64:
    """Matrices (k, 4, 4) from translations (k, 3), quaternions x y z w (k, 4) and scales (k, 3)."""
    length = np.linalg.norm(rotation, axis=1, keepdims=True)
    x, y, z, w = (rotation / np.where(length > 0, length, 1)).T
    turn = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    ).transpose(2, 0, 1)
    result = np.tile(np.eye(4), (len(translation), 1, 1))
    result[:, :3, :3] = turn * scale[:, None, :]
    result[:, :3, 3] = translation
    return result


def _transform(faces: F64, matrix: F64) -> F64:
    moved: F64 = faces @ matrix[:3, :3].T + matrix[:3, 3]
    # A mirroring transform turns the winding around; glTF says that it is turned back.
    return moved[:, ::-1] if np.linalg.det(matrix[:3, :3]) < 0 else moved


def _check_required(root: Root) -> None:
    for name in root.extensions_required:
        if name not in _UNDERSTOOD and not name.startswith("KHR_materials_"):
            raise BundleError(f"The GLB requires {name}, which is not read; {_HOW.get(name, 'export without it')}.")


def _check_materials(root: Root, document: Json) -> None:
    for index, material in enumerate(root.materials):
        for found in texture_references(document["materials"][index]):
            name = f"material {material.name or index}"
            try:
                reference = msgspec.convert(found, TextureReference)
            except msgspec.ValidationError as error:
                raise BundleError(f"{name} breaks the glTF format: {error}.") from error
            _within(reference.index, root.textures, name, "texture")
    for index, texture in enumerate(root.textures):
        if texture.source is not None:
            _within(texture.source, root.images, f"texture {index}", "image")
        if texture.sampler is not None:
            _within(texture.sampler, root.samplers, f"texture {index}", "sampler")


def _check_views(root: Root, available: int) -> None:
    for index, view in enumerate(root.buffer_views):
        if view.buffer != 0 or view.byte_offset + view.byte_length > available:
            raise BundleError(
                f"bufferView {index} lies outside the binary chunk of {available:,} bytes; the file is broken."
            )
        if "EXT_meshopt_compression" in view.extensions:
            raise BundleError(f"bufferView {index} is compressed; export without meshopt compression.")
    for index, image in enumerate(root.images):
        _within(image.buffer_view, root.buffer_views, f"image {index}", "bufferView")


def _check_accessor(root: Root, index: int, accessor: Accessor) -> None:
    name = f"accessor {index}"
    if accessor.component_type not in COMPONENTS or accessor.type not in WIDTHS:
        raise BundleError(
            f"{name} has an unknown type ({accessor.component_type}, {accessor.type[:20]!r}); the file is broken."
        )
    if accessor.sparse is not None or accessor.buffer_view is None:
        raise BundleError(f"{name} is sparse or has no bufferView, which is not read; export without compression.")
    view: View = _within(accessor.buffer_view, root.buffer_views, name, "bufferView")
    dtype = COMPONENTS[accessor.component_type]
    size = dtype.itemsize * WIDTHS[accessor.type]
    stride = view.byte_stride or size
    if stride < size or accessor.byte_offset + stride * (accessor.count - 1) + size > view.byte_length:
        raise BundleError(f"{name} reaches beyond its bufferView {accessor.buffer_view}; the file is broken.")
    if (view.byte_offset + accessor.byte_offset) % dtype.itemsize or stride % dtype.itemsize:
        raise BundleError(f"{name} is not aligned to its component size; the file is broken.")


def _check_mesh(root: Root, index: int, mesh: Mesh) -> None:
    name = f"mesh {mesh.name or index}"
    for primitive in mesh.primitives:
        if "KHR_draco_mesh_compression" in primitive.extensions:
            raise BundleError(f"{name} is compressed; export without Draco compression.")
        accessors = {key: _within(at, root.accessors, name, "accessor") for key, at in primitive.attributes.items()}
        position = accessors.get("POSITION")
        if position is None or position.type != "VEC3":
            raise BundleError(f"{name} has no POSITION of type VEC3; export it again.")
        if any(accessor.count != position.count for accessor in accessors.values()):
            raise BundleError(f"{name} has attributes of different lengths; export it again.")
        drawn = position.count
        if primitive.material is not None:
            _within(primitive.material, root.materials, name, "material")
        if primitive.indices is not None:
            indices: Accessor = _within(primitive.indices, root.accessors, name, "accessor")
            if indices.type != "SCALAR" or COMPONENTS[indices.component_type].kind != "u":
                raise BundleError(f"{name} has indices that are not whole numbers; export it again.")
            drawn = indices.count
        if primitive.mode == 4 and drawn < 3:
            raise BundleError(
                f"{name} has a draw call of {drawn} vertices, and a triangle needs three; export it again."
            )


def _check_node(root: Root, index: int, node: Node) -> None:
    name = node.name or f"node {index}"
    if node.mesh is not None:
        _within(node.mesh, root.meshes, name, "mesh")
    if INSTANCING not in node.extensions:
        return
    extension = node.extensions[INSTANCING]
    attributes = extension.get("attributes") if isinstance(extension, dict) else None
    widths = {"TRANSLATION": "VEC3", "ROTATION": "VEC4", "SCALE": "VEC3"}
    if not isinstance(attributes, dict) or not set(widths) & set(attributes):
        raise BundleError(f"{name}: {INSTANCING} has no attributes TRANSLATION, ROTATION or SCALE.")
    for key, at in attributes.items():
        accessor: Accessor = _within(at, root.accessors, name, "accessor")
        if widths.get(key, accessor.type) != accessor.type:
            raise BundleError(f"{name}: {INSTANCING} attribute {key} is not {widths[key]}.")


def _within(index: object, items: list[Any], name: str, what: str) -> Any:
    if type(index) is not int or not 0 <= index < len(items):
        raise BundleError(f"{name} refers to {what} {str(index)[:20]}, of {len(items)}; the file is broken.")
    return items[index]


def _tree(root: Root) -> tuple[list[int], list[int]]:
    """Nodes of the scene, parents first, and the parent of each or -1. Nodes have one parent and depth is bounded."""
    scene: Scene = _within(root.scene, root.scenes, "the document", "scene")
    parent = [-1] * len(root.nodes)
    seen = [False] * len(root.nodes)
    order: list[int] = []
    stack = [(index, -1, 0) for index in reversed(scene.nodes)]
    while stack:
        index, above, depth = stack.pop()
        node: Node = _within(index, root.nodes, "the scene" if above < 0 else f"node {above}", "node")
        if seen[index] or depth > MAX_DEPTH:
            raise BundleError(
                f"{node.name or f'node {index}'} hangs in a loop, twice or over {MAX_DEPTH} deep in the tree."
            )
        seen[index], parent[index] = True, above
        order.append(index)
        stack += [(child, index, depth + 1) for child in reversed(node.children)]
    return order, parent
