"""What the parts of the venue are put into: surfaces by zone and material, colliders, markers, instances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from world_assets.valencia.geometry import F64, Opening, Spot, Surface, Wall, box, counter_clockwise, join, prism, wall
from world_assets.valencia.gltf import Json
from world_assets.valencia.light import Lamp
from world_assets.valencia.materials import Material

Point3 = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Node:
    """A node of its own: a marker without mesh, or a mesh that the client finds by name.

    ``yaw`` in radians, 0 looks along -Z, positive turns left. ``uv`` (n, 2) belongs to ``surface``'s vertices.
    """

    name: str
    position: Point3 = (0.0, 0.0, 0.0)
    yaw: float = 0.0
    extras: Json = field(default_factory=dict)
    surface: Surface | None = None
    material: Material | None = None
    uv: F64 | None = None
    parts: tuple[tuple[Material, Surface], ...] = ()


@dataclass(frozen=True, slots=True)
class Instances:
    """Copies of one mesh: ``positions`` (n, 3) metres, ``yaws`` (n,) radians."""

    name: str
    model: str
    positions: F64
    yaws: F64
    extras: Json


@dataclass(frozen=True, slots=True)
class Lettering:
    """A line of text about ``position`` that looks along ``yaw``; ``height`` of its capitals in metres."""

    line: str
    height: float
    position: Spot
    yaw: float
    material: Material


@dataclass(slots=True)
class Scene:
    """Collects everything; order of calls decides the order in the file."""

    surfaces: dict[tuple[str, Material], list[Surface]] = field(default_factory=dict)
    letters: list[Lettering] = field(default_factory=list)
    lamps: list[Lamp] = field(default_factory=list)
    walks: dict[str, list[Surface]] = field(default_factory=dict)
    blocks: dict[str, list[Surface]] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    instances: list[Instances] = field(default_factory=list)
    models: dict[str, list[tuple[Material, Surface]]] = field(default_factory=dict)

    def show(self, zone: str, material: Material, *surfaces: Surface) -> None:
        """Something seen."""
        self.surfaces.setdefault((zone, material), []).extend(surfaces)

    def walk(self, name: str, *surfaces: Surface) -> None:
        """Something feet can stand on."""
        self.walks.setdefault(name, []).extend(surfaces)

    def floor(self, zone: str, material: Material, name: str, *surfaces: Surface) -> None:
        """Something seen that feet can stand on."""
        self.show(zone, material, *surfaces)
        self.walk(name, *surfaces)

    def block(self, name: str, *surfaces: Surface) -> None:
        """Something that keeps feet away, unseen."""
        self.blocks.setdefault(name, []).extend(surfaces)

    def solid_box(
        self, zone: str, material: Material, x: tuple[float, float], y: tuple[float, float], z: tuple[float, float]
    ) -> None:
        """A seen box that keeps feet away."""
        surface = box(x, y, z, bottom=y[0] > 0.05)
        self.show(zone, material, surface)
        self.block(zone, box(x, y, z))

    def solid_prism(self, zone: str, material: Material, polygon: F64, low: float, high: float) -> None:
        """A seen prism that keeps feet away."""
        surface = prism(polygon, low, high)
        self.show(zone, material, surface)
        self.block(zone, surface)

    def wall(
        self,
        zone: str,
        path: F64,
        low: float,
        high: float,
        left: Material,
        right: Material,
        *,
        thickness: float = 0.3,
        openings: Sequence[Opening] = (),
        zones: tuple[str, str] | None = None,
    ) -> Wall:
        """A wall that keeps feet away; ``zones`` names the zones seen to its left and right if they differ."""
        made = wall(path, low, high, thickness, openings)
        left_zone, right_zone = zones or (zone, zone)
        self.show(left_zone, left, made.left)
        self.show(right_zone, right, made.right)
        self.show(left_zone, left, made.edge)
        self.block(zone, *made.solids)
        return made

    def mark(self, name: str, position: Spot, yaw: float = 0.0, **extras: Any) -> None:
        """A marker node for the baker."""
        x, y, z = (round(float(v), 4) for v in position)
        self.nodes.append(Node(name, (x, y, z), yaw, extras))

    def merged(self) -> dict[tuple[str, Material], Surface]:
        """The seen surfaces, one for each zone and material."""
        return {key: join(parts) for key, parts in self.surfaces.items()}


def yaw_of(direction: Sequence[float]) -> float:
    """Yaw in radians of somebody who looks along a plan direction (x, z)."""
    return float(np.arctan2(-direction[0], -direction[1]))


def polygon_extra(path: F64) -> list[list[float]]:
    """A plan polygon as JSON, counter-clockwise seen from above, centimetres."""
    return [[round(float(x), 2), round(float(z), 2)] for x, z in counter_clockwise(path)]
