"""Arrays into the binary chunk of a GLB: welded vertices, equal arrays stored once, few views, all aligned."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from turia.venue.glb import Json
from turia.venue.gltf import COMPONENTS

_CODES: Final = {dtype.str: code for code, dtype in COMPONENTS.items()}
_TYPES: Final = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4"}
_VERTICES: Final = 34962
_INDICES: Final = 34963
#: 65,535 is the mark of primitive restart and no index.
_SHORT: Final = 65535


class Pack:
    """Collects arrays; :meth:`finish` lays them out. A view gathers arrays of one layout, which compress well."""

    def __init__(self) -> None:
        self._views: dict[tuple[int, str, int], list[bytes]] = {}
        self._accessors: list[Json] = []
        self._known: dict[tuple[object, ...], int] = {}
        self._images: list[bytes] = []

    def primitive(
        self, columns: dict[str, tuple[NDArray[Any], bool]], indices: NDArray[np.int64], *, triangles: bool
    ) -> tuple[dict[str, int], int]:
        """Store a draw call with equal vertices joined: accessors of its attributes and of its indices.

        ``columns``: name -> values (n, k) and whether integers stand for fractions.
        """
        rows = np.hstack(
            [np.ascontiguousarray(values).view(np.uint8).reshape(len(values), -1) for values, _ in columns.values()]
        )
        _, first, number = np.unique(
            np.ascontiguousarray(rows).view(f"V{rows.shape[1]}")[:, 0], return_index=True, return_inverse=True
        )
        indices = number.ravel()[indices]
        if triangles:
            faces = indices[: len(indices) // 3 * 3].reshape(-1, 3)
            real = (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 2] != faces[:, 0])
            indices = (faces[real] if real.any() else faces[:1]).ravel()
        # Vertices in the order in which they are drawn: the indices of random ones were a third of the file.
        used, seen, indices = np.unique(indices, return_index=True, return_inverse=True)
        order = np.argsort(seen)
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        indices = rank[indices.ravel()]
        kept = first[used[order]]
        attributes = {
            name: self._add(values[kept], _VERTICES, normalized=normalized, bounds=name == "POSITION")
            for name, (values, normalized) in columns.items()
        }
        short = len(kept) <= _SHORT
        return attributes, self._add(indices.astype("<u2" if short else "<u4")[:, None], _INDICES)

    def instances(self, values: NDArray[Any], *, bounds: bool) -> int:
        """Store float32 places, turns or sizes (n, k) of instances; its accessor."""
        return self._add(values, _VERTICES, bounds=bounds)

    def image(self, data: bytes) -> int:
        """Store a picture; returns its view once :meth:`finish` has been called: pictures come first."""
        if data not in self._images:
            self._images.append(data)
        return self._images.index(data)

    def finish(self, document: Json) -> bytes:
        """Write accessors, views and buffer into the document and return the binary chunk."""
        views: list[Json] = []
        blob = bytearray()
        for data in self._images:
            self._append(views, blob, data)
        base: dict[tuple[int, str, int], int] = {}
        for key in sorted(self._views, key=str):
            target, _, stride = key
            base[key] = len(views)
            self._append(views, blob, b"".join(self._views[key]))
            views[-1]["target"] = target
            if target == _VERTICES:
                views[-1]["byteStride"] = stride
        for accessor in self._accessors:
            accessor["bufferView"] = base[accessor.pop("view")]
        document["accessors"], document["bufferViews"] = self._accessors, views
        document["buffers"] = [{"byteLength": len(blob)}] if blob else []
        return bytes(blob)

    @staticmethod
    def _append(views: list[Json], blob: bytearray, data: bytes) -> None:
        blob.extend(b"\0" * (-len(blob) % 4))
        views.append({"buffer": 0, "byteOffset": len(blob), "byteLength": len(data)})
        blob.extend(data)

    def _add(self, values: NDArray[Any], target: int, *, normalized: bool = False, bounds: bool = False) -> int:
        count, width = values.shape
        size = values.dtype.itemsize * width
        # Attributes are aligned to four bytes; three.js pays nothing for the padding and the format asks for it.
        stride = size + -size % 4 if target == _VERTICES else size
        padded = np.zeros((count, stride), np.uint8)
        padded[:, :size] = np.ascontiguousarray(values).view(np.uint8).reshape(count, size)
        data = padded.tobytes()
        identity = (target, values.dtype.str, width, normalized, bounds, data)
        if identity in self._known:
            return self._known[identity]
        key = (target, values.dtype.str, stride)
        parts = self._views.setdefault(key, [])
        accessor: Json = {
            "view": key,
            "componentType": _CODES[values.dtype.str],
            "count": count,
            "type": _TYPES[width],
        }
        offset = sum(map(len, parts))
        if offset:
            accessor["byteOffset"] = offset
        if normalized:
            accessor["normalized"] = True
        if bounds:
            accessor["min"], accessor["max"] = values.min(axis=0).tolist(), values.max(axis=0).tolist()
        # Accessors of 2-byte indices must not leave the next one unaligned for 4-byte data: views hold one dtype each.
        parts.append(data)
        self._accessors.append(accessor)
        self._known[identity] = len(self._accessors) - 1
        return self._known[identity]
