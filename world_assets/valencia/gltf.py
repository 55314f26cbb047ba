"""A small writer of binary glTF 2.0: numpy arrays and plain dictionaries in, one GLB out; the same bytes every time.

It knows what exporters do not: ``EXT_mesh_gpu_instancing``, ``extras`` and any extension given as a dictionary.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Json = dict[str, Any]

_COMPONENT = {"f4": 5126, "u4": 5125, "u2": 5123, "u1": 5121}
_KIND = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4"}
_ARRAY_BUFFER, _INDEX_BUFFER = 34962, 34963


class Writer:
    """Collects meshes, materials and nodes; :meth:`to_bytes` gives the file."""

    def __init__(self, generator: str) -> None:
        self._blob = bytearray()
        self._used: set[str] = set()
        self._required: set[str] = set()
        self.document: Json = {
            "asset": {"version": "2.0", "generator": generator},
            "scene": 0,
            "scenes": [{"nodes": []}],
            "nodes": [],
            "meshes": [],
            "materials": [],
            "accessors": [],
            "bufferViews": [],
        }

    def use(self, extension: str, *, required: bool = False) -> None:
        """Declare an extension."""
        self._used.add(extension)
        if required:
            self._required.add(extension)

    def accessor(self, array: NDArray[Any], *, target: int | None = _ARRAY_BUFFER, bounds: bool = False) -> int:
        """Store an array (n,) or (n, k) of float32, uint32, uint16 or uint8; rows of the last two are colours."""
        data = np.ascontiguousarray(array)
        kind = data.dtype.str[1:]
        width = 1 if data.ndim == 1 else data.shape[1]
        self._blob.extend(b"\0" * (-len(self._blob) % 4))
        view: Json = {"buffer": 0, "byteOffset": len(self._blob), "byteLength": data.nbytes}
        if target is not None:
            view["target"] = target
        self._blob.extend(data.astype(data.dtype.newbyteorder("<")).tobytes())
        self.document["bufferViews"].append(view)
        entry: Json = {
            "bufferView": len(self.document["bufferViews"]) - 1,
            "componentType": _COMPONENT[kind],
            "count": len(data),
            "type": _KIND[width],
        }
        if kind in ("u1", "u2") and width > 1:
            entry["normalized"] = True
        if bounds:
            entry["min"] = [float(v) for v in data.min(axis=0)]
            entry["max"] = [float(v) for v in data.max(axis=0)]
        self.document["accessors"].append(entry)
        return len(self.document["accessors"]) - 1

    def describe(self, packet: Json, rights: str) -> None:
        """Metadata of the file as one XMP packet (``KHR_xmp_json_ld``), and its copyright line."""
        self.use("KHR_xmp_json_ld")
        self.document["extensions"] = {"KHR_xmp_json_ld": {"packets": [packet]}}
        self.document["asset"]["extensions"] = {"KHR_xmp_json_ld": {"packet": 0}}
        self.document["asset"]["copyright"] = rights

    def material(self, material: Json) -> int:
        """Add a material; its extensions are declared by the caller."""
        self.document["materials"].append(material)
        return len(self.document["materials"]) - 1

    def texture(self, png: bytes, name: str) -> int:
        """Add a picture that is smoothed at every size and not repeated; the index of its texture."""
        self._blob.extend(b"\0" * (-len(self._blob) % 4))
        self.document["bufferViews"].append({"buffer": 0, "byteOffset": len(self._blob), "byteLength": len(png)})
        self._blob.extend(png)
        view = len(self.document["bufferViews"]) - 1
        images = self.document.setdefault("images", [])
        images.append({"name": name, "mimeType": "image/png", "bufferView": view})
        samplers = self.document.setdefault("samplers", [])
        samplers.append({"magFilter": 9729, "minFilter": 9987, "wrapS": 33071, "wrapT": 33071})
        textures = self.document.setdefault("textures", [])
        textures.append({"source": len(images) - 1, "sampler": len(samplers) - 1})
        return len(textures) - 1

    def primitive(self, attributes: Mapping[str, NDArray[Any]], faces: NDArray[Any], material: int) -> Json:
        """A triangle primitive. ``faces`` (m, 3) are stored as 16-bit indices where they fit."""
        indices = faces.reshape(-1)
        small = len(attributes["POSITION"]) < 65535
        stored = {name: self.accessor(values, bounds=name == "POSITION") for name, values in attributes.items()}
        index = self.accessor(indices.astype(np.uint16 if small else np.uint32), target=_INDEX_BUFFER)
        return {"attributes": stored, "indices": index, "material": material, "mode": 4}

    def mesh(self, name: str, primitives: list[Json]) -> int:
        """Add a mesh of these primitives."""
        self.document["meshes"].append({"name": name, "primitives": primitives})
        return len(self.document["meshes"]) - 1

    def node(self, name: str, *, root: bool = True, **fields: Any) -> int:
        """Add a node, to the scene's roots unless it is to be somebody's child."""
        self.document["nodes"].append(
            {"name": name, **{key: value for key, value in fields.items() if value is not None}}
        )
        index = len(self.document["nodes"]) - 1
        if root:
            self.document["scenes"][0]["nodes"].append(index)
        return index

    def instances(self, translation: NDArray[np.float32], rotation: NDArray[np.float32]) -> Json:
        """Value of a node's ``EXT_mesh_gpu_instancing``: translations (n, 3) metres, quaternions (n, 4) x, y, z, w."""
        self.use("EXT_mesh_gpu_instancing", required=True)
        return {
            "attributes": {
                "TRANSLATION": self.accessor(translation, target=None),
                "ROTATION": self.accessor(rotation, target=None),
            }
        }

    def to_bytes(self) -> bytes:
        """The whole GLB."""
        document = dict(self.document)
        if self._used:
            document["extensionsUsed"] = sorted(self._used)
        if self._required:
            document["extensionsRequired"] = sorted(self._required)
        self._blob.extend(b"\0" * (-len(self._blob) % 4))
        document["buffers"] = [{"byteLength": len(self._blob)}]
        text = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
        text += b" " * (-len(text) % 4)
        body = struct.pack("<II", len(text), 0x4E4F534A) + text
        body += struct.pack("<II", len(self._blob), 0x004E4942) + bytes(self._blob)
        return struct.pack("<III", 0x46546C67, 2, 12 + len(body)) + body
