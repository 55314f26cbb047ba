from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turia.protocol import state
from turia.protocol.limits import MAX_SPEED_CREDIT_M, MAX_SPEED_M_S, TICK_HZ
from turia.testing.audience import Audience
from turia.testing.fields import flat
from turia.testing.halls import Building, hall, two_rooms
from turia.world.motion import CORRECT_EVERY, VOID_AT_MOST
from turia.world.rights import Granted
from turia.world.walkable import NONE, WalkField


def reasons(crowd: Audience) -> list[str]:
    return [correction.reason for correction in crowd.corrections]


def with_wall() -> Building:
    """The hall with a wall across it at z = 0 but for a gap of one cell at its +x end."""
    building = hall(100)
    room = np.full((40, 40), 1, np.uint8)
    room[20, :39] = NONE
    return Building(building.layout, WalkField.from_arrays(flat(room, origin=(-5.0, -5.0))))


def test_a_right_pose_is_taken_whole() -> None:
    crowd = Audience(hall(100))
    slot = crowd.enter(at=(0.0, 0.0))
    crowd.pose(slot, 0.2, -0.1, yaw=33, view=44, state=state.WALKING | state.HAND_UP | 2 << state.EMOTE_SHIFT)
    crowd.run()
    assert not crowd.corrections
    place = crowd.space.place_of(slot)
    assert (place.x, place.z, place.yaw) == (0.2, -0.1, 33)
    avatars = crowd.space.avatars
    assert avatars.view[slot] == 44
    assert avatars.row["state"][slot] == state.WALKING | state.HAND_UP | 2 << state.EMOTE_SHIFT
    assert avatars.seq[slot] == 1


@pytest.mark.parametrize("claimed", [state.SEATED, state.SPEAKING, state.AWAY, 6 << state.EMOTE_SHIFT])
def test_a_pose_cannot_claim_what_the_server_owns(claimed: int) -> None:
    crowd = Audience(hall(100))
    slot = crowd.enter()
    crowd.pose(slot, state=claimed)
    crowd.run()
    assert crowd.space.avatars.row["state"][slot] == 0


def test_too_fast_is_corrected_and_not_taken() -> None:
    crowd = Audience(hall(10_000))
    slot = crowd.enter(at=(0.0, 0.0))
    crowd.run()
    crowd.pose(slot, MAX_SPEED_CREDIT_M + 0.3)
    crowd.run()
    (correction,) = crowd.corrections
    assert (correction.reason, correction.slot, correction.seq) == ("speed", slot, 1)
    assert (correction.place.x, correction.place.z) == (0.0, 0.0)
    assert crowd.space.place_of(slot) == correction.place


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000), st.floats(0.1, 1.5))
def test_nobody_outruns_the_limit_for_long(seed: int, step: float) -> None:
    crowd = Audience(hall(40_000), seed=seed)
    slot = crowd.enter(at=(-90.0, 0.0))
    ticks = 60
    for _ in range(ticks):
        crowd.pose(slot, step)
        crowd.run()
    far = crowd.space.place_of(slot).x + 90.0
    assert far <= MAX_SPEED_CREDIT_M + MAX_SPEED_M_S * ticks / TICK_HZ + 0.05
    if step <= MAX_SPEED_M_S / TICK_HZ:
        assert far == pytest.approx(step * ticks, abs=0.01 * ticks)


def test_late_ticks_give_the_distance_of_the_time_that_passed() -> None:
    step = 2 * MAX_SPEED_M_S / TICK_HZ
    for periods, stopped in ((1.0, True), (2.0, False)):
        crowd = Audience(hall(40_000))
        slot = crowd.enter(at=(-90.0, 0.0))
        fixes = 0
        for _ in range(60):
            crowd.pose(slot, step)
            crowd.run(periods=periods)
            fixes += len(crowd.corrections)
        assert (fixes > 0) is stopped


def test_the_way_is_swept_not_only_its_end() -> None:
    crowd = Audience(with_wall())
    slot = crowd.enter(at=(0.0, -0.2))
    crowd.pose(slot, 0.0, 0.8)
    crowd.run()
    assert reasons(crowd) == ["wall"]
    assert crowd.space.place_of(slot).z == -0.2


def test_the_chord_of_a_curve_around_a_jamb_passes() -> None:
    crowd = Audience(with_wall())
    slot = crowd.enter(at=(4.6, 0.1 - 0.2))
    crowd.pose(slot, 0.3, 0.1)
    crowd.run()
    assert not crowd.corrections
    crowd.pose(slot, -0.3, 0.4)
    crowd.run()
    assert not crowd.corrections
    assert crowd.space.place_of(slot).z > 0.25


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_nobody_passes_a_wall_or_a_closed_door(seed: int) -> None:
    crowd = Audience(two_rooms(door_open=False), seed=seed)
    slots = [crowd.enter(at=(-1.0, float(crowd.rng.uniform(-3, 3)))) for _ in range(12)]
    for _ in range(40):
        crowd.walk(step=1.2)
        crowd.run()
    assert all(crowd.space.place_of(slot).x < 0 for slot in slots)
    assert set(reasons(crowd)) <= {"wall", "door", "speed"}


def test_an_open_door_lets_through_a_closed_one_only_who_may() -> None:
    crowd = Audience(two_rooms(door_open=True))
    first, second = crowd.enter(at=(-0.6, 0.1)), crowd.enter(at=(-0.6, -0.1))
    crowd.pose(first, 0.4)
    crowd.run()
    crowd.space.set_doors({0})
    crowd.space.grant(second, Granted(zones=frozenset(), doors=frozenset({0})))
    crowd.pose(first, 1.0)
    crowd.pose(second, 1.2)
    crowd.run()
    assert crowd.space.avatars.room[[first, second]].tolist() == [2, 2], "off the sill, and by right"
    crowd.pose(first, -1.0)
    crowd.run()
    assert reasons(crowd) == ["door"]


def test_the_right_of_one_opens_nothing_for_another_who_moves_in_the_same_tick() -> None:
    crowd = Audience(two_rooms(door_open=False))
    guard, guest = crowd.enter(at=(-5.0, 0.1)), crowd.enter(at=(-0.6, 0.1))
    crowd.space.grant(guard, Granted(zones=frozenset(), doors=frozenset({0})))
    crowd.pose(guard, 0.4)
    crowd.pose(guest, 1.2)
    crowd.run()
    assert [(c.slot, c.reason) for c in crowd.corrections] == [(guest, "door")]


def test_the_stage_is_for_those_with_the_right() -> None:
    crowd = Audience(two_rooms())
    guest, speaker = crowd.enter(at=(15.8, 0.0)), crowd.enter(at=(15.8, 1.0))
    crowd.space.grant(speaker, Granted(zones=frozenset({0}), doors=frozenset()))
    crowd.pose(guest, 0.5)
    crowd.pose(speaker, 0.5)
    crowd.run()
    assert [(c.slot, c.reason) for c in crowd.corrections] == [(guest, "zone")]
    assert crowd.space.avatars.zone[speaker] == 0


@pytest.mark.parametrize("fields", [{"y": 80}, {"y": -80}, {"layer": 1}])
def test_height_and_layer_must_be_those_of_the_floor(fields: dict[str, int]) -> None:
    crowd = Audience(hall(100))
    slot = crowd.enter()
    crowd.pose(slot, 0.1, **fields)
    crowd.run()
    assert reasons(crowd) == ["layer"]


def test_one_correction_for_poses_made_before_it_arrived() -> None:
    """The client goes on from its wrong place until it hears: that is not held against it."""
    crowd = Audience(with_wall())
    slot = crowd.enter(at=(0.0, -0.2))
    crowd.run()
    heard = crowd.tick
    counted = 0
    for step in range(8):
        crowd.pose(slot, 0.0, 0.6 + 0.1 * step, tick=heard)
        crowd.run()
        counted += len(crowd.corrections)
    assert counted == 1
    crowd.pose(slot, 0.0, 0.1)
    crowd.run()
    assert not crowd.corrections
    assert crowd.space.place_of(slot).z == -0.1


def test_a_client_that_stays_wrong_is_told_again_but_not_every_tick() -> None:
    crowd = Audience(with_wall())
    slot = crowd.enter(at=(0.0, -0.2))
    told = []
    for _ in range(4 * CORRECT_EVERY):
        crowd.pose(slot, 0.0, 0.8)
        crowd.run()
        told += [crowd.tick] * len(crowd.corrections)
    assert 3 <= len(told) <= 4
    assert min(np.diff(told)) >= CORRECT_EVERY


def test_a_client_that_never_echoes_is_heard_again() -> None:
    crowd = Audience(with_wall())
    slot = crowd.enter(at=(0.0, -0.2))
    crowd.run()
    crowd.pose(slot, 0.0, 0.8, tick=0)
    crowd.run()
    for _ in range(VOID_AT_MOST + 2):
        crowd.pose(slot, 0.1, tick=0)
        crowd.run()
    assert crowd.space.place_of(slot).x == pytest.approx(0.2, abs=0.11)


def test_poses_from_before_a_command_are_void() -> None:
    crowd = Audience(hall(100, seats=2))
    slot = crowd.enter(at=(-4.0, -3.5))
    crowd.stand_still(3)
    before = crowd.tick
    crowd.pose(slot, 0.3)
    crowd.space.sit(slot, 0)
    crowd.space.stand(slot)
    stood = crowd.space.place_of(slot)
    crowd.run()
    crowd.pose(slot, 0.3, tick=before)
    crowd.run()
    assert crowd.space.place_of(slot) == stood
    assert not crowd.corrections


def test_the_seated_look_around_and_go_nowhere() -> None:
    crowd = Audience(hall(100, seats=2))
    slot = crowd.enter(at=(-4.0, -3.5))
    seat = crowd.space.sit(slot, 0)
    crowd.run()
    crowd.pose(slot, 2.0, 2.0, yaw=9, view=10, state=state.WALKING | state.HAND_UP)
    crowd.run()
    place = crowd.space.place_of(slot)
    assert (place.x, place.z, place.seat, place.yaw) == (seat.x, seat.z, 0, 9)
    assert crowd.space.avatars.row["state"][slot] == state.SEATED | state.HAND_UP
    assert not crowd.corrections


def test_poses_of_a_slot_that_was_freed_are_dropped() -> None:
    crowd = Audience(hall(100))
    slot = crowd.enter(at=(0.0, 0.0))
    crowd.pose(slot, 0.2)
    crowd.leave(slot)
    crowd.run()
    assert crowd.space.population() == 0
