"""The plan in numbers: two unequal arcs, and where each room lies between them. Metres; north is -Z, east is +X."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from world_assets.valencia.geometry import F64, arc

HALF_CHORD = 90.0
EAST_RADIUS, WEST_RADIUS = 174.5, 121.7
EAST_CENTRE = (-float(np.sqrt(EAST_RADIUS**2 - HALF_CHORD**2)), 0.0)
WEST_CENTRE = (float(np.sqrt(WEST_RADIUS**2 - HALF_CHORD**2)), 0.0)

#: The walls stand back from the edge of the roof.
FRONT_INSET, BACK_INSET = 2.5, 2.5
FOYER_HEIGHT, RIDGE = 9.0, 14.0
UPPER = 5.6
#: The south glass wall; beyond it the roof is the entrance canopy.
SOUTH_WALL = 66.0
#: Middle of the registration desk, and of the title over it.
REGISTRATION_X = -5.5
#: Between entrance hall and foyer; between foyer and exhibition.
ENTRANCE_LINE, EXHIBITION_LINE = 52.5, -63.0


def east_x(z: float, inset: float = 0.0) -> float:
    """x of the east arc at ``z``."""
    return EAST_CENTRE[0] + float(np.sqrt((EAST_RADIUS - inset) ** 2 - z * z))


def west_x(z: float, inset: float = 0.0) -> float:
    """x of the west arc at ``z``."""
    return WEST_CENTRE[0] - float(np.sqrt((WEST_RADIUS - inset) ** 2 - z * z))


def east_arc(start: float, end: float, inset: float = 0.0, step: float = 2.0) -> F64:
    """Points of the east arc between two z."""
    radius = EAST_RADIUS - inset
    return arc(EAST_CENTRE, radius, float(np.arcsin(start / radius)), float(np.arcsin(end / radius)), step)


def west_arc(start: float, end: float, inset: float = 0.0, step: float = 2.0) -> F64:
    """Points of the west arc between two z."""
    radius = WEST_RADIUS - inset
    return arc(
        WEST_CENTRE, radius, np.pi - float(np.arcsin(start / radius)), np.pi - float(np.arcsin(end / radius)), step
    )


def roof_outline(step: float = 2.0) -> F64:
    """The eye seen from above, counter-clockwise: down the west arc, up the east arc."""
    west = west_arc(-HALF_CHORD, HALF_CHORD, step=step)
    east = east_arc(HALF_CHORD, -HALF_CHORD, step=step)
    return np.vstack([west[:-1], east[:-1]])


def tip(sign: float) -> tuple[float, float]:
    """Where the two inset arcs meet, north (-1) or south (+1)."""
    low, high = 0.0, HALF_CHORD
    for _ in range(60):
        middle = (low + high) / 2
        if east_x(middle, FRONT_INSET) > west_x(middle, BACK_INSET):
            low = middle
        else:
            high = middle
    return east_x(low, FRONT_INSET), sign * low


@dataclass(frozen=True, slots=True)
class HallPlan:
    """A fan of rows about ``centre``, opening to the east. Angles in radians, 0 is east.

    ``rows`` at ``first_row`` + k * ``pitch`` metres from the centre, each ``rise`` higher than the one before; the
    last row and the aisle behind it lie at the level of the foyer. ``aisles`` are the radial ways.
    """

    room: str
    title: str
    seats: int
    centre: tuple[float, float]
    half_angle: float
    first_row: float
    rows: int
    rise: float
    stage_radius: float
    back: float
    lectern_radius: float
    screen_width: float
    ceiling: float
    aisles: tuple[float, ...]
    doors: tuple[float, ...]
    pitch: float = 0.95
    seat_width: float = 0.55
    aisle_width: float = 1.2
    side_aisle: float = 1.6
    cross_aisle: float = 2.4
    stage_height: float = 0.9
    #: Lower edge of the screen above the stage.
    screen_lift: float = 2.05

    @property
    def low(self) -> float:
        """Height of the floor before the first row."""
        return -self.rise * (self.rows - 1)

    @property
    def stage_floor(self) -> float:
        """Height of the stage."""
        return self.low + self.stage_height

    @property
    def last_row(self) -> float:
        """Radius of the last row."""
        return self.first_row + (self.rows - 1) * self.pitch

    @property
    def wall_radius(self) -> float:
        """Radius of the inside of the rear wall."""
        return self.last_row + self.cross_aisle

    @property
    def lectern(self) -> tuple[float, float]:
        """Plan point of the speaker's place."""
        return self.at(self.lectern_radius, 0.0)

    def at(self, radius: float, angle: float) -> tuple[float, float]:
        """Plan point in polar terms."""
        return self.centre[0] + radius * float(np.cos(angle)), self.centre[1] + radius * float(np.sin(angle))

    def side_angle(self, radius: float, margin: float = 0.0) -> float:
        """Angle at which the side wall stands at this radius; ``margin`` metres nearer to the axis."""
        return self.half_angle + float(np.arcsin((self.side_aisle - margin) / radius))

    @property
    def stage_half_width(self) -> float:
        """Half the width of the stage."""
        return self.stage_radius * float(np.sin(self.side_angle(self.stage_radius)))

    def outline(self, grow: float = 0.0) -> F64:
        """The room seen from above: stage, flaring sides, rear arc; ``grow`` metres larger all round."""
        radius = self.wall_radius + grow
        side = self.side_angle(radius, -grow)
        rear = arc(self.centre, radius, side, -side, 1.2)
        front = self.at(self.stage_radius, self.side_angle(self.stage_radius, -grow))
        half = front[1] - self.centre[1]
        back = self.centre[0] - self.back - grow
        z = self.centre[1]
        return np.vstack([[back, z - half], [back, z + half], [front], rear, [front[0], z - half]])

    def rear_arc(self, grow: float = 0.0) -> F64:
        """The rear wall from its south to its north end."""
        radius = self.wall_radius + grow
        side = self.side_angle(radius, -grow)
        return arc(self.centre, radius, side, -side, 1.2)


PLENARY = HallPlan(
    room="plenary", title="Plenary auditorium", seats=1463, centre=(-25.2, 0.0), half_angle=0.948, first_row=12.6,
    rows=22, rise=0.18, stage_radius=9.2, back=2.2, lectern_radius=6.2, screen_width=11.0, ceiling=8.0,
    aisles=(-0.555, -0.185, 0.185, 0.555), doors=(-0.62, -0.2, 0.2, 0.62), screen_lift=2.6,
)  # fmt: skip
AUDITORIUM_2 = HallPlan(
    room="auditorium_2", title="Auditorium 2", seats=468, centre=(-22.0, -47.8), half_angle=0.442, first_row=10.4,
    rows=19, rise=0.16, stage_radius=7.4, back=1.8, lectern_radius=5.0, screen_width=7.2, ceiling=5.6,
    aisles=(-0.17, 0.17), doors=(-0.3, 0.3),
)  # fmt: skip
AUDITORIUM_3 = HallPlan(
    room="auditorium_3", title="Auditorium 3", seats=250, centre=(-20.0, 41.6), half_angle=0.38, first_row=9.0,
    rows=14, rise=0.16, stage_radius=6.2, back=1.8, lectern_radius=4.2, screen_width=5.4, ceiling=4.9,
    aisles=(0.0,), doors=(-0.25, 0.25), cross_aisle=2.2,
)  # fmt: skip
HALLS = (PLENARY, AUDITORIUM_2, AUDITORIUM_3)
