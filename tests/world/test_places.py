"""Where one can be taken to."""

from __future__ import annotations

import msgspec
import numpy as np

from turia.testing.halls import Building, hall
from turia.world.layout import Landmark
from turia.world.space import Person, Space


def test_one_can_be_taken_to_a_raked_room_whose_lowest_floor_is_deep_below_its_rows() -> None:
    """The auditoria of the default venue: floor -3.8 m before the stage, rows up to the level of the foyer."""
    level = hall(400)
    rooms = [msgspec.structs.replace(room, floor=-3.8, ceiling=8.0) for room in level.layout.rooms]
    raked = Building(msgspec.structs.replace(level.layout, rooms=rooms), level.walk)
    space = Space(raked.layout, raked.walk, capacity=4)
    rng = np.random.default_rng(1)
    slot = space.enter(Person("ana", "Ana"), tier="full", tick=0, resume=None, rng=rng).slot
    before = (space.avatars.x[slot], space.avatars.z[slot])
    space.go(slot, person=None, place="hall", rng=rng)
    assert (space.avatars.x[slot], space.avatars.z[slot]) != before
    assert space.avatars.room[slot] == 1


def test_people_who_go_to_the_same_room_do_not_land_on_one_point() -> None:
    building = hall(400)
    space = Space(building.layout, building.walk, capacity=8)
    rng = np.random.default_rng(1)
    slots = [space.enter(Person(name, name), tier="full", tick=0, resume=None, rng=rng).slot for name in "abcdefgh"]
    for slot in slots:
        space.go(slot, person=None, place="hall", rng=rng)
    a = space.avatars
    spots = {(float(a.x[slot]), float(a.z[slot])) for slot in slots}
    assert len(spots) == len(slots)
    before = {slot: (float(a.x[slot]), float(a.z[slot])) for slot in slots}
    space.go(slots[0], person=None, place="hall", rng=rng)
    assert (float(a.x[slots[0]]), float(a.z[slots[0]])) == before[slots[0]], "who is there already stays there"


def test_more_people_than_places_still_find_one() -> None:
    building = hall(4)
    space = Space(building.layout, building.walk, capacity=30)
    rng = np.random.default_rng(1)
    for number in range(30):
        slot = space.enter(Person(f"p{number}", "P"), tier="full", tick=0, resume=None, rng=rng).slot
        space.go(slot, person=None, place="hall", rng=rng)
        assert space.avatars.room[slot] == 1


def test_a_room_is_meant_where_a_landmark_has_the_same_name() -> None:
    building = hall(400)
    layout = msgspec.structs.replace(
        building.layout, landmarks=[Landmark(id="hall", kind="door", position=(9.5, 0.0, 9.5))]
    )
    space = Space(layout, building.walk, capacity=2)
    rng = np.random.default_rng(1)
    slot = space.enter(Person("ana", "Ana"), tier="full", tick=0, resume=None, rng=rng).slot
    space.go(slot, person=None, place="hall", rng=rng)
    assert abs(float(space.avatars.x[slot])) < 7.5
