"""Places in a room: who gets the last one, and who needs none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turia.errors import Refused
from turia.protocol.limits import KEEP_PLACE_S, TICK_HZ
from turia.protocol.messages import Place
from turia.testing.audience import Audience
from turia.testing.halls import two_rooms
from turia.world.rights import Granted

WEST, EAST = 1, 2
SPEAKER = Granted(rooms=frozenset({EAST}), places=frozenset({EAST}), zones=frozenset({0}))


def crowd_with(capacity: int, reserved: int = 0, inside: int = 0) -> Audience:
    crowd = Audience(two_rooms(enclosed=False))
    crowd.space.set_quota(EAST, capacity, reserved)
    for number in range(inside):
        crowd.enter(at=(5.0 + number, 5.0))
    assert heads(crowd) == inside
    return crowd


def heads(crowd: Audience) -> int:
    return int(crowd.space.heads()[EAST])


def in_east(crowd: Audience, slot: int) -> bool:
    return int(crowd.space.avatars.room[slot]) == EAST


def test_of_two_in_one_tick_exactly_one_gets_the_last_place() -> None:
    for _ in range(3):
        crowd = crowd_with(3, inside=2)
        one, other = crowd.enter(at=(-0.1, 0.5)), crowd.enter(at=(-0.1, -0.5))
        crowd.run()
        crowd.pose(other, 0.3)
        crowd.pose(one, 0.3)
        crowd.run()
        assert (in_east(crowd, one), in_east(crowd, other)) == (True, False), "the same one each time"
        assert [each.reason for each in crowd.corrections] == ["full"]
        assert heads(crowd) == 3


def test_who_is_refused_gets_in_once_there_is_a_place() -> None:
    crowd = crowd_with(1, inside=1)
    slot = crowd.enter(at=(-0.1, 0.5))
    crowd.run()
    crowd.pose(slot, 0.3)
    crowd.run()
    assert not in_east(crowd, slot)
    crowd.leave(0)
    crowd.stand_still(5)
    crowd.pose(slot, 0.3)
    crowd.run()
    assert in_east(crowd, slot)


def test_walking_about_inside_a_full_room_needs_no_place() -> None:
    crowd = crowd_with(1, inside=1)
    crowd.pose(0, 0.2)
    crowd.run()
    assert not crowd.corrections


def test_a_kept_place_counts_until_it_lapses() -> None:
    crowd = crowd_with(1, inside=1)
    crowd.detach(0)
    crowd.stand_still(int((KEEP_PLACE_S - 1) * TICK_HZ))
    assert crowd.space.full_rooms()[EAST]
    crowd.stand_still(2 * TICK_HZ)
    assert not crowd.space.full_rooms()[EAST]


def test_being_taken_into_a_full_room_is_refused_with_the_way_out() -> None:
    crowd = crowd_with(1, inside=1)
    slot = crowd.enter(at=(-2.0, 0.0))
    inside = crowd.space.person_of(0).id
    for go in ({"person": None, "place": "east"}, {"person": inside, "place": None}):
        with pytest.raises(Refused) as refused:
            crowd.space.go(slot, **go, rng=crowd.rng)
        assert refused.value.code == "room_full"
        assert "flat view" in refused.value.message
    assert not in_east(crowd, slot)


def test_no_seat_in_a_full_room_from_the_next_one() -> None:
    crowd = crowd_with(1, inside=1)
    slot = crowd.enter(at=(-0.6, 0.5))
    with pytest.raises(Refused) as refused:
        crowd.space.sit(slot, 4)
    assert refused.value.code == "room_full"


def test_a_ticket_gives_no_place_in_a_full_room() -> None:
    crowd = crowd_with(1, inside=1)
    for kept in (frozenset[int](), frozenset({EAST})):
        place = Place(5.0, 0.0, 5.0, 0, 0)
        entered = crowd.space.enter(crowd.person(), tier="full", tick=0, resume=place, rng=crowd.rng, kept=kept)
        assert not entered.resumed
        assert not in_east(crowd, entered.slot)


def test_reserved_places_are_for_people_with_one_of_their_own() -> None:
    crowd = crowd_with(3, reserved=2, inside=1)
    ordinary, speaker = crowd.enter(at=(-0.1, 0.5)), crowd.enter(at=(-0.1, -0.5))
    crowd.space.grant(speaker, SPEAKER)
    crowd.run()
    for slot in (ordinary, speaker):
        crowd.pose(slot, 0.3)
    crowd.run()
    assert (in_east(crowd, ordinary), in_east(crowd, speaker)) == (False, True)


def test_the_speaker_is_never_kept_out_and_takes_nobodys_place_away_later() -> None:
    crowd = crowd_with(1, inside=1)
    speaker = crowd.enter(at=(-0.1, 0.5))
    crowd.space.grant(speaker, SPEAKER)
    crowd.run()
    crowd.pose(speaker, 0.3)
    crowd.run()
    assert in_east(crowd, speaker)
    assert heads(crowd) == 2
    crowd.leave(0)
    assert crowd.space.full_rooms()[EAST], "one place, one person"
    crowd.leave(speaker)
    assert not crowd.space.full_rooms()[EAST]


def test_who_comes_with_a_place_of_his_own_goes_first() -> None:
    crowd = crowd_with(1)
    ordinary, speaker = crowd.enter(at=(-0.1, 0.5)), crowd.enter(at=(-0.1, -0.5))
    crowd.space.grant(speaker, SPEAKER)
    crowd.run()
    for slot in (ordinary, speaker):
        crowd.pose(slot, 0.3)
    crowd.run()
    assert (in_east(crowd, ordinary), in_east(crowd, speaker)) == (False, True)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 12), st.integers(0, 4))
def test_the_head_count_never_exceeds_the_capacity(seed: int, capacity: int, reserved: int) -> None:
    reserved = min(reserved, capacity)
    crowd = Audience(two_rooms(), seed=seed, capacity=60)
    crowd.space.set_quota(EAST, capacity, reserved)
    speakers = set()
    for number in range(24):
        slot = crowd.enter(at=(float(crowd.rng.uniform(-6, -1)), float(crowd.rng.uniform(-2, 2))))
        if number % 8 == 0:
            crowd.space.grant(slot, SPEAKER)
            speakers.add(slot)
    for _ in range(80):
        slot = int(crowd.rng.choice(list(crowd.views)))
        place = ["east", "west"][int(crowd.rng.integers(2))]
        try:
            if crowd.rng.random() < 0.5:
                crowd.space.go(slot, person=None, place=place, rng=crowd.rng)
            else:
                crowd.space.sit(slot, int(crowd.rng.integers(8)))
        except Refused:
            pass
        for walker in crowd.views:
            crowd.pose(walker, float(crowd.rng.uniform(-0.1, 0.25)), float(crowd.rng.uniform(-0.1, 0.1)))
        crowd.run()
        inside = set(np.flatnonzero(crowd.space.avatars.used & (crowd.space.avatars.room == EAST)).tolist())
        assert len(inside - speakers) <= capacity - reserved
        assert len(inside) <= max(capacity, len(inside & speakers) + capacity - reserved)
