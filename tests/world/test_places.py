"""Where one can be taken to."""

from __future__ import annotations

import msgspec
import numpy as np

from turia.testing.halls import Building, hall
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
