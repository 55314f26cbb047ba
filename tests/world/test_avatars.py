from __future__ import annotations

import numpy as np
import pytest

from turia.errors import Refused
from turia.protocol.limits import MAX_SLOTS
from turia.world.avatars import Avatars


def rows(avatars: Avatars, **fields: int) -> np.ndarray:
    made = np.zeros(1, avatars.row.dtype)
    for name, value in fields.items():
        made[name] = value
    return made


@pytest.mark.parametrize("name", ["x", "y", "z", "yaw", "state"])
def test_any_change_of_the_row_is_a_new_version_and_no_change_is_none(name: str) -> None:
    avatars = Avatars(3)
    slot = np.array([avatars.allocate()])
    before = int(avatars.version[0])
    avatars.write(slot, rows(avatars, **{name: 7}))
    assert avatars.version[0] == before + 1
    avatars.write(slot, rows(avatars, **{name: 7}))
    assert avatars.version[0] == before + 1
    assert avatars.row["slot"].tolist() == [0, 1, 2, 3]


def test_metres_say_the_same_as_the_row() -> None:
    avatars = Avatars(3)
    avatars.write(np.array([2]), rows(avatars, x=-1234, y=50, z=32767))
    assert [round(float(axis[2]), 2) for axis in (avatars.x, avatars.y, avatars.z)] == [-12.34, 0.5, 327.67]


def test_slots_are_reused_the_longest_free_first_and_versions_go_on() -> None:
    avatars = Avatars(3)
    assert [avatars.allocate() for _ in range(3)] == [0, 1, 2]
    with pytest.raises(Refused) as refused:
        avatars.allocate()
    assert (refused.value.code, refused.value.retry) == ("full", True)
    avatars.changed_owner(1)
    versions = avatars.version.copy()
    avatars.free(1)
    avatars.free(0)
    assert avatars.population() == 1
    assert avatars.allocate() == 1
    assert (avatars.version == versions).all()


def test_state_bits_change_alone() -> None:
    avatars = Avatars(1)
    avatars.write(np.array([0]), rows(avatars, state=0b101))
    version = int(avatars.version[0])
    avatars.set_state(0, 0b1000, 0b1000)
    assert avatars.row["state"][0] == 0b1101
    assert avatars.version[0] == version + 1
    avatars.set_state(0, 0b1000, 0b1000)
    assert avatars.version[0] == version + 1


@pytest.mark.parametrize("slots", [0, MAX_SLOTS + 1])
def test_the_number_of_slots_is_bounded(slots: int) -> None:
    with pytest.raises(ValueError, match="slots"):
        Avatars(slots)
