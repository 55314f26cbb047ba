from __future__ import annotations

import numpy as np

from turia.testing.halls import two_rooms
from turia.world.rights import NOTHING, Granted, Rights
from turia.world.walkable import NONE

WEST, EAST = 1, 2
NOT_FULL = np.zeros(256, np.bool_)


def only(*indices: int) -> np.ndarray:
    mask = np.zeros(256, np.bool_)
    mask[list(indices)] = True
    return mask


def test_doors_start_as_the_layout_says_and_change_as_a_whole() -> None:
    rights = Rights(two_rooms(door_open=False).layout, 4)
    assert rights.closed.nonzero()[0].tolist() == [0]
    assert not rights.close({0})
    assert rights.close(set())
    assert not rights.close({99, -1}), "doors that do not exist are no change"
    assert not rights.closed.any()


def test_rights_are_of_one_person_and_replaced_whole() -> None:
    rights = Rights(two_rooms(door_open=False).layout, 4)
    assert [rights.may_pass(slot, 0) for slot in (0, 1)] == [False, False]
    rights.grant(1, Granted(zones=frozenset({0, 300}), doors=frozenset({0, -5}), rooms=frozenset({EAST})))
    assert [rights.may_pass(slot, 0) for slot in (0, 1)] == [False, True]
    assert [bool(rights.may_stand(slot)[0]) for slot in (0, 1)] == [False, True]
    rights.bar({EAST})
    assert [rights.may_enter(slot, EAST) for slot in (0, 1)] == [False, True]
    rights.grant(1, NOTHING)
    assert not rights.may_pass(1, 0)
    assert not rights.may_enter(1, EAST)
    assert rights.may_pass(0, NONE)
    assert rights.may_stand(0)[NONE]


def test_a_barred_room_closes_its_doors_to_the_eye_and_locks_none() -> None:
    rights = Rights(two_rooms().layout, 4)
    assert rights.bar({EAST})
    assert not rights.bar({EAST, 99}), "rooms that do not exist are no change"
    assert rights.closed[0]
    assert rights.may_pass(0, 0)
    assert rights.may_enter(0, WEST)
    assert rights.close({0})
    assert rights.bar(set())
    assert rights.closed[0], "still locked"


def test_doors_are_closed_from_outside_for_whoever_has_no_right_or_no_place() -> None:
    rights = Rights(two_rooms().layout, 4)
    who, room = np.arange(4), np.array([WEST, WEST, EAST, WEST], np.uint8)
    rights.grant(1, Granted(rooms=frozenset({EAST})))
    rights.grant(3, Granted(rooms=frozenset({EAST}), places=frozenset({EAST})))
    assert not rights.closed_for(who, room, NOT_FULL).any()
    assert rights.closed_for(who, room, only(EAST))[:, 0].tolist() == [True, True, False, False]
    rights.bar({EAST})
    assert rights.closed_for(who, room, NOT_FULL)[:, 0].tolist() == [True, False, False, False]
    rights.bar({WEST, EAST})
    assert rights.closed_for(who, room, NOT_FULL)[:, 0].tolist() == [True, False, True, False]
    rights.bar(set())
    rights.close({0})
    rights.grant(2, Granted(doors=frozenset({0})))
    assert rights.closed_for(who, room, NOT_FULL)[:, 0].tolist() == [True, True, False, True]
