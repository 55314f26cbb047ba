"""Which meshes feet stand on, and which keep them away."""

from __future__ import annotations

from typing import Final

import numpy as np

from turia.errors import BundleError
from turia.venue.gltf import F64, Document
from turia.venue.markers import COLLIDERS
from turia.world.layout import Point

#: A floor with this many times more surface that looks down than up is turned over; a closed box has as much of both.
_TURNED: Final = 1.2
_FURTHEST_M: Final = 1e6


def colliders(document: Document) -> tuple[F64, F64]:
    """World triangles of what feet stand on (t, 3, 3) and of what keeps them away (u, 3, 3), metres.

    A file without any Walk_ mesh is taken as it is: what is seen is floor where it looks up and wall where it is high.
    Raises BundleError for a floor that looks down and for points that are too far away.
    """
    by_kind: dict[str, list[F64]] = {prefix: [] for prefix in COLLIDERS}
    rest: list[F64] = []
    for node in document.order:
        if document.root.nodes[node].mesh is None:
            continue
        triangles = _finite(document, node)
        prefix = _kind(document, node)
        if prefix == "Walk":
            _face_up(document, node, triangles)
        (by_kind[prefix] if prefix else rest).append(triangles)
    if not by_kind["Walk"]:
        by_kind["Walk"] = rest = rest + by_kind["Solid"]
        by_kind["Solid"] = rest
    nothing: F64 = np.zeros((0, 3, 3))
    return np.concatenate([nothing, *by_kind["Walk"]]), np.concatenate([nothing, *by_kind["Block"], *by_kind["Solid"]])


def bounds(document: Document) -> tuple[Point, Point]:
    """Low and high corner of all meshes, metres."""
    meshes = [node for node in document.order if document.root.nodes[node].mesh is not None]
    parts = [document.triangles(node).reshape(-1, 3) for node in meshes]
    points = np.concatenate([np.zeros((1, 3)), *parts])
    if len(points) > 1:
        points = points[1:]
    return _point(points.min(axis=0)), _point(points.max(axis=0))


def _kind(document: Document, node: int) -> str:
    """Prefix of the nearest named collider: a mesh below a node Walk_NAME is one too."""
    at = node
    while at >= 0:
        prefix, underscore, _ = document.root.nodes[at].name.partition("_")
        if underscore and prefix in COLLIDERS:
            return prefix
        at = document.parent[at]
    return ""


def _finite(document: Document, node: int) -> F64:
    triangles = document.triangles(node)
    if not np.isfinite(triangles).all() or (np.abs(triangles) > _FURTHEST_M).any():
        raise BundleError(f"{document.label(node)} has points further than 1,000 km away; export it again in metres.")
    return triangles


def _face_up(document: Document, node: int, triangles: F64) -> None:
    """A floor that was modelled upside down would leave people without ground, and be unseen besides."""
    a, b = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    up = a[:, 2] * b[:, 0] - a[:, 0] * b[:, 2]
    above, below = up[up > 0].sum() / 2, -up[up < 0].sum() / 2
    if below > _TURNED * above:
        raise BundleError(
            f"{document.label(node)} looks down ({below:.0f} m2 of it, {above:.0f} m2 up), so that nobody can stand"
            " on it; turn its faces over."
        )


def _point(values: F64) -> Point:
    return (round(float(values[0]), 3), round(float(values[1]), 3), round(float(values[2]), 3))
