"""Triangles from numbers: boxes, prisms, ribbons, walls along a path, and the splitting of long edges.

A *surface* is ``(vertices float64 (n, 3) metres, faces int64 (m, 3))``, counter-clockwise seen from outside.
Plan points are (x, z); a path is an array (n, 2). Functions never share vertices between faces that meet at an edge
that should look sharp.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import mapbox_earcut
import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Surface = tuple[F64, I64]
#: A point in space, metres.
Spot = Sequence[float] | F64

_QUAD = np.array([[0, 1, 2], [0, 2, 3]], dtype=np.int64)


def join(parts: Sequence[Surface]) -> Surface:
    """All parts as one surface; vertices are kept apart."""
    if not parts:
        return np.zeros((0, 3)), np.zeros((0, 3), dtype=np.int64)
    sizes = np.cumsum([0, *(len(vertices) for vertices, _ in parts)])
    return (
        np.concatenate([vertices for vertices, _ in parts]),
        np.concatenate([faces + base for (_, faces), base in zip(parts, sizes[:-1], strict=True)]),
    )


def quad(a: Sequence[float], b: Sequence[float], c: Sequence[float], d: Sequence[float]) -> Surface:
    """A four-cornered face, seen counter-clockwise from its front."""
    return np.array([a, b, c, d], dtype=np.float64), _QUAD


def flip(surface: Surface) -> Surface:
    """The same surface seen from the other side."""
    return surface[0], surface[1][:, ::-1]


def signed_area(path: F64) -> float:
    """Area of a plan polygon in m2, positive when counter-clockwise seen from above (x right, z towards the viewer)."""
    x, z = path[:, 0], path[:, 1]
    return float(-0.5 * np.sum(x * np.roll(z, -1) - np.roll(x, -1) * z))


def counter_clockwise(path: F64) -> F64:
    """The polygon turned counter-clockwise seen from above."""
    return path if signed_area(path) >= 0 else path[::-1]


def face_up(polygon: F64, y: float, holes: Sequence[F64] = ()) -> Surface:
    """A flat floor over a plan polygon with holes, facing up, at height ``y``."""
    rings = [counter_clockwise(polygon), *(counter_clockwise(hole)[::-1] for hole in holes)]
    points = np.concatenate(rings)
    ends = np.cumsum([len(ring) for ring in rings]).astype(np.uint32)
    indices = mapbox_earcut.triangulate_float64(np.ascontiguousarray(points), ends).astype(np.int64).reshape(-1, 3)
    vertices = np.column_stack([points[:, 0], np.full(len(points), y), points[:, 1]])
    normal = np.cross(
        vertices[indices[:, 1]] - vertices[indices[:, 0]], vertices[indices[:, 2]] - vertices[indices[:, 0]]
    )
    wrong = normal[:, 1] < 0
    indices[wrong] = indices[wrong][:, ::-1]
    return vertices, indices[np.abs(normal[:, 1]) > 1e-9]


def ribbon(low: F64, high: F64, *, closed: bool = False) -> Surface:
    """Quads between two lines of as many points (n, 3); its front is to the right when walking along ``low``."""
    if closed:
        low, high = np.vstack([low, low[:1]]), np.vstack([high, high[:1]])
    corners = np.stack([low[:-1], low[1:], high[1:], high[:-1]], axis=1).reshape(-1, 3)
    count = len(low) - 1
    faces = (np.arange(count)[:, None, None] * 4 + _QUAD[None]).reshape(-1, 3)
    return corners, faces


def at_height(path: F64, y: float | F64) -> F64:
    """Plan points lifted to height ``y``: (n, 3)."""
    return np.column_stack([path[:, 0], np.broadcast_to(y, len(path)), path[:, 1]])


def curtain(path: F64, low: float, high: float, *, closed: bool = False) -> Surface:
    """A vertical surface over a path; its front is to the right when walking along it, seen from above."""
    return ribbon(at_height(path, low), at_height(path, high), closed=closed)


def prism(polygon: F64, low: float, high: float, *, bottom: bool = False) -> Surface:
    """A plan polygon raised from ``low`` to ``high``: sides, top, and the bottom if asked."""
    outline = counter_clockwise(polygon)
    parts = [curtain(outline, low, high, closed=True), face_up(outline, high)]
    if bottom:
        parts.append(flip(face_up(outline, low)))
    return join(parts)


def box(x: tuple[float, float], y: tuple[float, float], z: tuple[float, float], *, bottom: bool = False) -> Surface:
    """A box along the axes, without its bottom unless asked."""
    return prism(np.array([[x[0], z[0]], [x[0], z[1]], [x[1], z[1]], [x[1], z[0]]]), y[0], y[1], bottom=bottom)


def placed(surface: Surface, position: Spot, yaw: float = 0.0) -> Surface:
    """The surface turned by ``yaw`` radians (left, seen from above) about the origin, then moved."""
    c, s = np.cos(yaw), np.sin(yaw)
    turn = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    return surface[0] @ turn.T + np.asarray(position, dtype=np.float64), surface[1]


def arc(centre: tuple[float, float], radius: float, start: float, end: float, step: float = 1.5) -> F64:
    """Points (n, 2) on a circle, ``step`` metres apart at most; angle 0 is +x, growing towards +z."""
    count = max(2, int(np.ceil(abs(end - start) * radius / step)) + 1)
    angles = np.linspace(start, end, count)
    return np.column_stack([centre[0] + radius * np.cos(angles), centre[1] + radius * np.sin(angles)])


def tube(path: F64, radius: float, sides: int = 6) -> Surface:
    """A round bar along a space path (n, 3) without caps."""
    direction = np.gradient(path, axis=0)
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    helper = np.where(np.abs(direction[:, 1:2]) > 0.9, [[1.0, 0, 0]], [[0, 1.0, 0]])
    side = np.cross(direction, helper)
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    up = np.cross(side, direction)
    angles = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    rings = path[:, None] + radius * (
        np.cos(angles)[None, :, None] * side[:, None] + np.sin(angles)[None, :, None] * up[:, None]
    )
    first = (np.arange(len(path) - 1)[:, None] * sides + np.arange(sides)).ravel()
    after = (np.arange(len(path) - 1)[:, None] * sides + (np.arange(sides) + 1) % sides).ravel()
    faces = np.concatenate(
        [np.column_stack([first, after + sides, after]), np.column_stack([first, first + sides, after + sides])]
    )
    return rings.reshape(-1, 3), faces


@dataclass(frozen=True, slots=True)
class Opening:
    """A hole in a wall: from ``start`` to ``end`` metres along its path, from ``low`` up to ``high`` metres."""

    start: float
    end: float
    high: float
    low: float | None = None


def lengths(path: F64) -> F64:
    """Distance along the path to each of its points, shape (n,)."""
    return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])


def along(path: F64, distance: float) -> F64:
    """The plan point that many metres along the path."""
    reach = lengths(path)
    return np.array([np.interp(distance, reach, path[:, 0]), np.interp(distance, reach, path[:, 1])])


def cut(path: F64, start: float, end: float) -> F64:
    """The part of a path between two distances along it."""
    reach = lengths(path)
    inside = (reach > start + 1e-6) & (reach < end - 1e-6)
    return np.vstack([along(path, start), path[inside], along(path, end)])


def offset(path: F64, distance: float) -> F64:
    """The path moved to its right (seen from above, walking along it), mitred at its corners."""
    step = np.diff(path, axis=0)
    step /= np.linalg.norm(step, axis=1, keepdims=True)
    normal = np.column_stack([-step[:, 1], step[:, 0]])
    before, after = np.vstack([normal[:1], normal]), np.vstack([normal, normal[-1:]])
    mitre = before + after
    mitre /= np.maximum(1e-6, np.sum(mitre * before, axis=1, keepdims=True))
    return path + distance * mitre


@dataclass(frozen=True, slots=True)
class Wall:
    """A wall with its openings: the surface to its left, the one to its right, the edges, and solid pieces for feet."""

    left: Surface
    right: Surface
    edge: Surface
    solids: list[Surface]


def wall(path: F64, low: float, high: float, thickness: float = 0.3, openings: Sequence[Opening] = ()) -> Wall:
    """A wall along the middle line ``path`` (left and right as seen when walking along it, from above)."""
    reach = float(lengths(path)[-1])
    left: list[Surface] = []
    right: list[Surface] = []
    edge: list[Surface] = []
    solids: list[Surface] = []
    left_line, right_line = offset(path, -thickness / 2), offset(path, thickness / 2)
    total = lengths(path)

    def piece(start: float, end: float, y0: float, y1: float, *, solid: bool) -> None:
        if end - start < 1e-3 or y1 - y0 < 1e-3:
            return
        marks = np.concatenate([[start], total[(total > start + 1e-3) & (total < end - 1e-3)], [end]])
        a = np.column_stack([np.interp(marks, total, left_line[:, 0]), np.interp(marks, total, left_line[:, 1])])
        b = np.column_stack([np.interp(marks, total, right_line[:, 0]), np.interp(marks, total, right_line[:, 1])])
        left.append(flip(curtain(a, y0, y1)))
        right.append(curtain(b, y0, y1))
        outline = np.vstack([b, a[::-1]])
        edge.append(face_up(outline, y1))
        if y0 > low + 1e-3:
            edge.append(flip(face_up(outline, y0)))
        edge.append(curtain(np.vstack([a[:1], b[:1]]), y0, y1))
        edge.append(curtain(np.vstack([b[-1:], a[-1:]]), y0, y1))
        if solid:
            solids.append(prism(outline, y0, y1))

    position = 0.0
    for opening in sorted(openings, key=lambda o: o.start):
        piece(position, opening.start, low, high, solid=True)
        if opening.low is not None:
            piece(opening.start, opening.end, low, opening.low, solid=True)
        piece(opening.start, opening.end, opening.high, high, solid=False)
        position = opening.end
    piece(position, reach, low, high, solid=True)
    return Wall(join(left), join(right), join(edge), solids)


def normals(surface: Surface) -> F64:
    """Unit normal of each face, (m, 3)."""
    vertices, faces = surface
    normal = np.cross(vertices[faces[:, 1]] - vertices[faces[:, 0]], vertices[faces[:, 2]] - vertices[faces[:, 0]])
    return cast("F64", normal / np.maximum(1e-12, np.linalg.norm(normal, axis=1, keepdims=True)))


def split_long_edges(surface: Surface, longest: float) -> Surface:
    """Halve every edge longer than ``longest`` metres until none is left; neighbours split alike, so nothing gapes."""
    vertices, faces = surface
    for _ in range(8):
        edges = np.sort(faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
        unique, inverse = np.unique(edges, axis=0, return_inverse=True)
        long = np.linalg.norm(vertices[unique[:, 0]] - vertices[unique[:, 1]], axis=1) > longest
        if not long.any():
            break
        middle = np.full(len(unique), -1, dtype=np.int64)
        middle[long] = len(vertices) + np.arange(int(long.sum()))
        vertices = np.vstack([vertices, vertices[unique[long]].mean(axis=1)])
        faces = _split(faces, middle[inverse.reshape(-1, 3)])
    return vertices, faces


def _split(faces: I64, middles: I64) -> I64:
    """New faces; ``middles`` (m, 3) holds the new vertex on edges 01, 12, 20 or -1."""
    done = [faces[(middles < 0).all(axis=1)]]
    count = (middles >= 0).sum(axis=1)
    for turn in range(3):
        a, b, c = (faces[:, (turn + k) % 3] for k in range(3))
        ab, bc, ca = (middles[:, (turn + k) % 3] for k in range(3))
        one = (count == 1) & (ab >= 0)
        done += [np.column_stack(t)[one] for t in ((a, ab, c), (ab, b, c))]
        two = (count == 2) & (ca < 0)
        done += [np.column_stack(t)[two] for t in ((ab, b, bc), (a, ab, bc), (a, bc, c))]
    three = count == 3
    a, b, c = faces[:, 0], faces[:, 1], faces[:, 2]
    ab, bc, ca = middles[:, 0], middles[:, 1], middles[:, 2]
    done += [np.column_stack(t)[three] for t in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))]
    return np.concatenate(done)
