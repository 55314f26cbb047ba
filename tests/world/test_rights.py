from __future__ import annotations

from turia.testing.halls import two_rooms
from turia.world.rights import Rights
from turia.world.walkable import NONE


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
    rights.grant(1, frozenset({0, 300}), frozenset({0, -5}))
    assert [rights.may_pass(slot, 0) for slot in (0, 1)] == [False, True]
    assert [bool(rights.may_stand(slot)[0]) for slot in (0, 1)] == [False, True]
    rights.grant(1, frozenset(), frozenset())
    assert not rights.may_pass(1, 0)
    assert rights.may_pass(0, NONE)
    assert rights.may_stand(0)[NONE]
