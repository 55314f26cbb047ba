"""Chairs, lectern, screens, desks: small things that stand in rooms."""

from __future__ import annotations

import numpy as np

from world_assets.valencia import materials as m
from world_assets.valencia.geometry import F64, Surface, box, join, prism, quad
from world_assets.valencia.materials import Material
from world_assets.valencia.scene import Instances, Node, Scene

Parts = list[tuple[Material, Surface]]
#: Height of a seat above its floor point, metres.
HIP = 0.45


def _slanted(x: tuple[float, float], y: tuple[float, float], z_low: tuple[float, float], lean: float) -> Surface:
    """A box whose top is moved by ``lean`` metres along z."""
    vertices, faces = box(x, y, z_low, bottom=True)
    top = vertices[:, 1] > (y[0] + y[1]) / 2
    vertices = vertices.copy()
    vertices[top, 2] += lean
    return vertices, faces


def chair() -> Parts:
    """A theatre chair that looks along -Z, its floor point at the origin."""
    return [
        (
            m.SEAT,
            join(
                [
                    box((-0.23, 0.23), (0.36, 0.46), (-0.24, 0.2), bottom=True),
                    _slanted((-0.23, 0.23), (0.46, 0.92), (0.17, 0.24), 0.1),
                ]
            ),
        ),
        (m.WOOD, join([box((s * 0.255 - 0.02, s * 0.255 + 0.02), (0.0, 0.64), (-0.12, 0.16)) for s in (-1, 1)])),
    ]


def loose_chair() -> Parts:
    """A meeting-room chair that looks along -Z."""
    legs = [box((x - 0.015, x + 0.015), (0, 0.43), (z - 0.015, z + 0.015)) for x in (-0.2, 0.2) for z in (-0.18, 0.2)]
    return [
        (
            m.SEAT,
            join(
                [
                    box((-0.23, 0.23), (0.43, 0.47), (-0.22, 0.22), bottom=True),
                    _slanted((-0.22, 0.22), (0.55, 0.85), (0.2, 0.23), 0.06),
                ]
            ),
        ),
        (m.GREY, join(legs)),
    ]


def lectern() -> Parts:
    """A lectern; the speaker stands on its +Z side and looks along -Z."""
    return [
        (m.MAPLE, prism(np.array([[-0.3, -0.15], [-0.22, 0.15], [0.22, 0.15], [0.3, -0.15]]), 0.0, 1.0)),
        (m.DARK, _slanted((-0.38, 0.38), (1.0, 1.06), (-0.22, 0.25), 0.0)),
    ]


def seat_block(scene: Scene, name: str, model: str, room: str, positions: F64, yaws: F64, labels: list[str]) -> None:
    """Instanced seats of a room."""
    scene.instances.append(Instances(name, model, positions, yaws, {"room": room, "labels": labels, "hip": HIP}))


def screen(
    scene: Scene, zone: str, name: str, room: str, centre: tuple[float, float, float], yaw: float, width: float
) -> None:
    """A 16:9 screen that looks along its yaw; u runs right, v down as the audience sees it; its frame is the zone's."""
    height = width * 9 / 16
    w, h = width / 2, height / 2
    # The plane looks along local -Z, so its right as seen from the front is local -x.
    plane = quad((w, -h, 0), (-w, -h, 0), (-w, h, 0), (w, h, 0))
    uv = np.array([[0, 1], [1, 1], [1, 0], [0, 0]], dtype=np.float64)
    extras = {"room": room, "width": width, "height": round(height, 4)}
    x, y, z = (round(float(v), 4) for v in centre)
    scene.nodes.append(Node(name, (x, y, z), float(yaw), extras, plane, m.SCREEN, uv))
    frame = join(
        [
            box((-w - 0.12, w + 0.12), (-h - 0.12, -h), (-0.02, 0.1), bottom=True),
            box((-w - 0.12, w + 0.12), (h, h + 0.12), (-0.02, 0.1), bottom=True),
            box((-w - 0.12, -w), (-h, h), (-0.02, 0.1), bottom=True),
            box((w, w + 0.12), (-h, h), (-0.02, 0.1), bottom=True),
        ]
    )
    c, s = np.cos(yaw), np.sin(yaw)
    turned = frame[0] @ np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]).T + np.array(centre)
    scene.show(zone, m.DARK, (turned, frame[1]))
