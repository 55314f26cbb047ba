"""The stands of the exhibition hall; what they say is in venue.toml."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from world_assets.valencia import materials as m
from world_assets.valencia import plan
from world_assets.valencia.facts import facts
from world_assets.valencia.geometry import box, join, placed
from world_assets.valencia.light import Lamp
from world_assets.valencia.scene import Scene, yaw_of
from world_assets.valencia.signs import text_width, write

ZONE = "ground"
_COLOURS = (m.TEAL, m.ACCENT, m.SIGN)
_WIDTH = 3.0


def places() -> Iterator[tuple[float, float, float]]:
    """Plan points and yaws (radians) of the stands: along both arcs, then an island in the middle."""
    for z in (-66.2, -70.4, -74.6, -78.6):
        x = plan.west_x(z, plan.BACK_INSET + 1.2)
        yield x, z, yaw_of((plan.WEST_CENTRE[0] - x, -z))
    for z in (-70.0, -74.2, -78.2):
        x = plan.east_x(z, plan.FRONT_INSET + 1.4)
        yield x, z, yaw_of((plan.EAST_CENTRE[0] - x, -z))
    yield -6.0, -67.6, np.pi
    yield -6.0, -68.0, 0.0
    yield -2.6, -77.0, np.pi


def build_stands(scene: Scene) -> None:
    """One stand for each entry of venue.toml, in its order."""
    entries = list(facts()["stands"].items())
    spots = list(places())
    if len(entries) > len(spots):
        raise ValueError(f"venue.toml has {len(entries)} stands; there is room for {len(spots)}")
    for number, ((name, entry), (x, z, yaw)) in enumerate(zip(entries, spots, strict=False)):
        _stand(scene, name, entry["title"], (x, z), yaw, number)


def _stand(scene: Scene, name: str, title: str, spot: tuple[float, float], yaw: float, number: int) -> None:
    colour = _COLOURS[number % len(_COLOURS)]
    at = (spot[0], 0.0, spot[1])

    def put(material: m.Material, *parts: tuple[tuple[float, float], tuple[float, float], tuple[float, float]]) -> None:
        scene.show(ZONE, material, placed(join([box(*part, bottom=True) for part in parts]), at, yaw))

    half = _WIDTH / 2
    put(m.WHITE, ((-half, half), (0.0, 2.4), (0.0, 0.1)), ((-half, -half + 0.08), (0.0, 2.4), (-0.7, 0.0)))
    put(colour, ((-half, half), (2.4, 2.85), (-0.12, 0.1)), ((-half, half), (0.0, 0.12), (-0.02, 0.0)))
    put(m.WOOD, ((0.25, 1.35), (0.0, 1.0), (-1.1, -0.65)))
    put(m.WHITE, ((0.2, 1.4), (1.0, 1.05), (-1.15, -0.6)))
    put(m.POSTER, ((-1.15, 0.0), (0.95, 2.15), (-0.03, 0.0)))
    _lines(scene, at, yaw, colour)
    height = min(0.26, 2.6 / text_width(title, 1.0))
    front = np.array([-np.sin(yaw), 0.0, -np.cos(yaw)])
    write(scene, title, height, np.array(at) + front * 0.14 + [0.0, 2.63, 0.0], yaw)
    scene.block("stands", placed(box((-half, half), (0.0, 2.4), (-0.05, 0.12)), at, yaw))
    scene.block("stands", placed(box((0.2, 1.4), (0.0, 1.05), (-1.15, -0.6)), at, yaw))
    scene.lamps.append(Lamp((at[0] + front[0] * 1.2, 3.2, at[2] + front[2] * 1.2), 5.0, 0.35))
    scene.mark(f"Stand_{name}", np.array(at) + front * 1.9, yaw, room="exhibition")


def _lines(scene: Scene, at: tuple[float, float, float], yaw: float, colour: m.Material) -> None:
    """A poster of bars: from afar it reads as text, near by the client shows the text itself."""
    bars = [((-1.05, -0.1), (1.95, 2.05))]
    bars += [((-1.05, -0.1 - 0.2 * (k % 3 == 2)), (1.78 - 0.11 * k, 1.82 - 0.11 * k)) for k in range(6)]
    for number, (x, y) in enumerate(bars):
        mirrored = (-x[1] - 1.15, -x[0] - 1.15)
        bar = box(mirrored, y, (-0.045, -0.03))
        scene.show(ZONE, colour if number == 0 else m.GREY, placed(bar, at, yaw))
