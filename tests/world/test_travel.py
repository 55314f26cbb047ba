from __future__ import annotations

import numpy as np
import pytest

from turia.errors import Refused
from turia.protocol import state
from turia.protocol.limits import NO_SEAT
from turia.testing.audience import Audience
from turia.testing.halls import hall, two_rooms, with_lift
from turia.world.rights import Granted


def refused(act: object) -> str:
    assert callable(act)
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.message
    return caught.value.code


def test_a_seat_is_for_one() -> None:
    crowd = Audience(hall(100, seats=2))
    first, second = crowd.enter(at=(-4.0, -3.5)), crowd.enter(at=(-4.0, -3.0))
    place = crowd.space.sit(first, 0)
    assert (place.seat, place.x, place.z, place.yaw) == (0, -4.5, -4.25, 128)
    assert crowd.space.avatars.row["state"][first] == state.SEATED
    assert refused(lambda: crowd.space.sit(second, 0)) == "seat_taken"
    assert crowd.space.sit(second, 1).seat == 1
    crowd.space.stand(first)
    assert refused(lambda: crowd.space.sit(first, 1)) == "seat_taken"
    assert crowd.space.sit(first, 0).seat == 0


def test_changing_seats_frees_the_first() -> None:
    crowd = Audience(hall(100, seats=3))
    one, other = crowd.enter(at=(-4.0, -3.5)), crowd.enter(at=(-4.0, -3.5))
    crowd.space.sit(one, 0)
    crowd.space.sit(one, 1)
    assert crowd.space.sit(other, 0).seat == 0


def test_seats_out_of_reach_or_missing_are_refused_and_nothing_changes() -> None:
    crowd = Audience(hall(100, seats=2))
    slot = crowd.enter(at=(0.0, 3.0))
    before = crowd.space.place_of(slot)
    assert refused(lambda: crowd.space.sit(slot, 0)) == "too_far"
    assert refused(lambda: crowd.space.sit(slot, 2)) == "no_seat"
    assert refused(lambda: crowd.space.sit(slot, NO_SEAT)) == "no_seat"
    assert crowd.space.place_of(slot) == before


def test_no_sitting_through_a_closed_door() -> None:
    crowd = Audience(two_rooms(door_open=False))
    slot = crowd.enter(at=(-0.6, 0.5))
    assert refused(lambda: crowd.space.sit(slot, 4)) == "closed"
    crowd.space.set_doors(set())
    assert crowd.space.sit(slot, 4).seat == 4


def test_a_seat_on_the_stage_needs_the_right() -> None:
    crowd = Audience(two_rooms())
    slot = crowd.enter(at=(15.9, 0.5))
    with pytest.raises(Refused):
        crowd.space.sit(slot, 7)
    crowd.space.grant(slot, Granted(zones=frozenset({0}), doors=frozenset()))
    assert crowd.space.sit(slot, 7).seat == 7


def test_standing_up_ends_on_the_floor_before_the_seat() -> None:
    crowd = Audience(hall(100, seats=2))
    slot = crowd.enter(at=(-4.0, -3.5))
    crowd.space.sit(slot, 0)
    place = crowd.space.stand(slot)
    assert place.seat == NO_SEAT
    assert abs(place.x + 4.5) < 0.3
    assert -4.1 < place.z < -3.2
    assert crowd.space.stand(slot) == place
    crowd.stand_still(2)
    crowd.pose(slot, 0.1, 0.1)
    crowd.run()
    assert not crowd.corrections


def test_being_taken_to_a_person_faces_him() -> None:
    crowd = Audience(hall(400))
    host, guest = crowd.enter(at=(3.0, 3.0)), crowd.enter(at=(-8.0, -8.0))
    crowd.pose(host, yaw=64)
    crowd.run()
    place = crowd.space.go(guest, person=crowd.space.person_of(host).id, place=None, rng=crowd.rng)
    assert place.x == pytest.approx(3.0 - 1.2, abs=0.2)
    assert place.z == pytest.approx(3.0, abs=0.2)
    assert place.yaw == 192


def test_whom_and_where_one_cannot_go() -> None:
    crowd = Audience(two_rooms(door_open=False))
    slot, other = crowd.enter(at=(-5.0, 0.0)), crowd.enter(at=(5.0, 0.0))
    me, him = (crowd.space.person_of(s).id for s in (slot, other))
    go, rng = crowd.space.go, crowd.rng
    assert refused(lambda: go(slot, person=me, place=None, rng=rng)) == "not_here"
    assert refused(lambda: go(slot, person="nobody", place=None, rng=rng)) == "not_here"
    assert refused(lambda: go(slot, person=him, place=None, rng=rng)) == "closed"
    assert refused(lambda: go(slot, person=None, place="east", rng=rng)) == "closed"
    assert refused(lambda: go(slot, person=None, place="atlantis", rng=rng)) == "no_place"
    assert refused(lambda: go(slot, person=None, place=None, rng=rng)) == "no_place"
    assert refused(lambda: go(slot, person=him, place="east", rng=rng)) == "no_place"
    crowd.space.set_doors(set())
    assert go(slot, person=None, place="east", rng=rng).x > 0
    assert crowd.space.avatars.room[slot] == 2


def test_safe_is_the_spawn_that_can_be_walked_to_else_the_entrance() -> None:
    crowd = Audience(two_rooms(door_open=False))
    slot = crowd.enter(at=(5.0, 0.0))
    place = crowd.space.go(slot, person=None, place="safe", rng=crowd.rng)
    assert np.hypot(place.x + 10.0, place.z) <= 2.6


def test_arrivals_are_spread_around_the_spawn_point() -> None:
    crowd = Audience(two_rooms())
    places = [crowd.space.place_of(crowd.enter()) for _ in range(40)]
    assert len({(place.x, place.z) for place in places}) > 15
    assert all(np.hypot(place.x + 10.0, place.z) <= 2.6 for place in places)


def test_a_lift_takes_from_near_one_stop_to_another() -> None:
    crowd = Audience(with_lift())
    slot, far = crowd.enter(at=(-17.0, 8.0)), crowd.enter(at=(-5.0, 0.0))
    assert refused(lambda: crowd.space.ride(far, "lift", 1)) == "too_far"
    assert refused(lambda: crowd.space.ride(slot, "stairs", 1)) == "no_lift"
    assert refused(lambda: crowd.space.ride(slot, "lift", 2)) == "no_lift"
    place = crowd.space.ride(slot, "lift", 1)
    assert place.x == pytest.approx(10.0, abs=0.2)
    assert place.yaw == 64
    crowd.space.go(far, person=None, place="east", rng=crowd.rng)
    assert crowd.space.avatars.room[far] == 2, "a lift is a way, too"
