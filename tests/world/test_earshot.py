from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest

from turia.testing.halls import two_rooms
from turia.world.arrays import Bool
from turia.world.avatars import Avatars
from turia.world.earshot import CARRIES_M, Earshot
from turia.world.layout import Layout, Portal, Storey, Zone
from turia.world.portals import Regions
from turia.world.walkable import NONE

WEST, EAST = 1, 2
CLOSED = np.arange(256) == 0


def zones(*kinds: str) -> list[Zone]:
    return [
        Zone(id=f"{kind}-{n}", kind=kind, room=WEST, polygon=[], floor=0.0, ceiling=6.0) for n, kind in enumerate(kinds)
    ]


class House:
    """People in two rooms with a door between them at (0, 0); ``hears`` says which distance and reach there is."""

    def __init__(self, layout: Layout | None = None, *, enclosed: bool = True, doors: Bool | None = None) -> None:
        self.layout = layout or two_rooms(enclosed=enclosed).layout
        self.avatars = Avatars(16)
        self.regions = Regions(self.layout)
        if doors is not None:
            self.regions.set_closed(doors)
        self.earshot = Earshot(self.layout, self.avatars, self.regions)

    def person(self, x: float, z: float = 0.0, *, room: int = WEST, zone: int = NONE, y: float = 0.0) -> int:
        slot = self.avatars.allocate()
        row = np.zeros(1, self.avatars.row.dtype)
        row["x"], row["y"], row["z"] = round(100 * x), round(100 * y), round(100 * z)
        self.avatars.write(np.array([slot]), row)
        self.avatars.room[slot], self.avatars.zone[slot] = room, zone
        return slot

    def between(self, listener: int, speaker: int) -> tuple[float, float]:
        metres, reach = self.earshot.between(np.array([listener], np.int32), np.array([speaker], np.int32))
        return float(metres[0, 0]), float(reach[0, 0])

    def hears(self, listener: int, speaker: int) -> bool:
        metres, reach = self.between(listener, speaker)
        return metres <= reach


def test_in_a_room_a_voice_carries_as_far_as_it_is() -> None:
    house = House()
    ana, ben = house.person(-3.0, 1.0), house.person(-6.0, 5.0)
    metres, reach = house.between(ana, ben)
    assert metres == pytest.approx(5.0)
    assert reach == CARRIES_M
    assert house.hears(ana, ben)
    assert not house.hears(ana, house.person(-16.0, 1.0))


def test_nobody_hears_himself_hidden_people_or_those_who_left() -> None:
    house = House()
    ana, ben = house.person(-3.0), house.person(-4.0)
    assert not house.hears(ana, ana)
    house.avatars.hidden[ben] = True
    assert not house.hears(ana, ben)
    assert not house.hears(ben, ana)
    house.avatars.hidden[ben] = False
    house.avatars.free(ben)
    assert not house.hears(ana, ben)


def test_through_an_open_door_the_way_through_it_counts_and_a_closed_one_keeps_voices_in() -> None:
    house = House()
    ana, ben = house.person(-3.0, 4.0), house.person(3.0, 4.0, room=EAST)
    assert house.between(ana, ben)[0] == pytest.approx(10.0)
    shut = House(doors=CLOSED)
    ana, ben = shut.person(-0.5), shut.person(0.5, room=EAST)
    assert not shut.hears(ana, ben)


def test_through_the_nearest_of_several_doors() -> None:
    layout = two_rooms().layout
    second = Portal(id="second", kind="opening", rooms=(WEST, EAST), position=(0.0, 0.0, 8.0), width=2.0)
    house = House(msgspec.structs.replace(layout, portals=[*layout.portals, second]))
    ana, ben = house.person(-3.0, 8.0), house.person(4.0, 8.0, room=EAST)
    assert house.between(ana, ben)[0] == pytest.approx(7.0)


def test_glass_keeps_out_sound_though_one_sees_through_it() -> None:
    layout = two_rooms().layout
    glass = Portal(id="glass", kind="glass", rooms=(WEST, EAST), position=(0.0, 0.0, 8.0), width=2.0)
    house = House(msgspec.structs.replace(layout, portals=[*layout.portals, glass]), doors=CLOSED)
    ana, ben = house.person(-1.0, 8.0), house.person(1.0, 8.0, room=EAST)
    assert len(house.regions.views) == 1
    assert not house.hears(ana, ben)


def test_open_rooms_without_walls_between_them_are_one_for_the_ear() -> None:
    layout = two_rooms(enclosed=False).layout
    gap = Portal(id="gap", kind="opening", rooms=(WEST, EAST), position=(0.0, 0.0, 0.0), width=2.0)
    house = House(msgspec.structs.replace(layout, portals=[*layout.portals, gap]))
    ana, ben = house.person(-3.0, 4.0), house.person(3.0, 4.0, room=EAST)
    assert house.between(ana, ben)[0] == pytest.approx(6.0)


def test_inside_a_private_area_only_its_people_hear_each_other() -> None:
    house = House(msgspec.structs.replace(two_rooms().layout, zones=zones("private", "private")))
    ana, ben = house.person(-3.0, zone=0), house.person(-4.0, zone=0)
    eva, max_ = house.person(-3.5), house.person(-2.5, zone=1)
    assert house.hears(ana, ben)
    for other in (eva, max_):
        assert not house.hears(ana, other)
        assert not house.hears(other, ana)


def test_in_a_quiet_zone_voices_are_short_both_ways() -> None:
    house = House(msgspec.structs.replace(two_rooms().layout, zones=zones("quiet")))
    ana, near, far = house.person(-3.0, zone=0), house.person(-5.5), house.person(-7.0)
    assert house.hears(ana, near)
    assert house.hears(near, ana)
    assert not house.hears(ana, far)
    assert not house.hears(far, ana)


def test_from_a_stage_a_voice_carries_farther_than_to_it() -> None:
    house = House(msgspec.structs.replace(two_rooms().layout, zones=zones("stage")))
    ana, ben = house.person(-2.0, zone=0), house.person(-18.0)
    assert house.hears(ben, ana)
    assert not house.hears(ana, ben)


def test_another_storey_is_not_heard_but_people_meet_on_stairs() -> None:
    layout = two_rooms(enclosed=False).layout
    up = msgspec.structs.replace(layout.rooms[EAST], storey=1)
    gap = Portal(id="gap", kind="opening", rooms=(WEST, EAST), position=(0.0, 0.0, 0.0), width=2.0)
    layout = msgspec.structs.replace(
        layout,
        storeys=[*layout.storeys, Storey(id="up", base=8.0, top=12.0)],
        rooms=[*layout.rooms[:EAST], up],
        portals=[*layout.portals, gap],
    )
    house = House(layout)
    below, above = house.person(-1.0), house.person(1.0, room=EAST, y=4.0)
    landing, step = house.person(1.0, room=EAST, y=2.0), house.person(-1.0, y=1.5)
    assert not house.hears(below, above)
    assert house.hears(step, landing)


def test_a_crowd_at_once_is_what_each_pair_alone_is() -> None:
    rng = np.random.default_rng(4)
    house = House(msgspec.structs.replace(two_rooms().layout, zones=zones("private", "quiet", "stage")))
    people = [
        house.person(
            float(x),
            float(z),
            room=WEST if x < 0 else EAST,
            zone=int(rng.choice([0, 1, 2, NONE])),
        )
        for x, z in zip(rng.uniform(-9, 9, 12), rng.uniform(-9, 9, 12), strict=True)
    ]
    slots = np.array(people, np.int32)
    metres, reach = house.earshot.between(slots, slots[::-1])
    for i, listener in enumerate(people):
        for k, speaker in enumerate(people[::-1]):
            assert (metres[i, k], reach[i, k]) == house.between(listener, speaker)
    assert 0 < np.isfinite(metres).sum() < metres.size
    assert math.isinf(house.between(people[0], people[0])[0])
