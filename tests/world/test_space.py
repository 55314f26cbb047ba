"""The whole core, as the gateway drives it, with a strict client behind every slot."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turia.errors import BundleError, Refused
from turia.protocol.limits import HIDE_AFTER_S, KEEP_PLACE_S, NO_SEAT, TICK_HZ
from turia.protocol.messages import Look, Place
from turia.testing.audience import Audience
from turia.testing.fields import Surface, stacked
from turia.testing.halls import hall, two_rooms, with_lift
from turia.world.rights import Granted
from turia.world.space import Person, Space
from turia.world.walkable import WalkField

TIERS = ("full", "light", "flat")
STILL_TICKS = 3 * TICK_HZ


def assert_true_picture(crowd: Audience) -> None:
    for slot, view in crowd.views.items():
        assert set(view.shown) == crowd.interest(slot)
        assert view.shown == {other: crowd.truth(other) for other in view.shown}
        for other in view.shown:
            assert view.people[other].person == crowd.space.person_of(other).id


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([20, 60, 120]), st.sampled_from([1.0, 0.5, 0.3]))
def test_everyone_sees_the_truth_after_three_still_seconds(seed: int, people: int, share_ready: float) -> None:
    crowd = Audience(hall(people * 1.5), seed=seed)
    for number in range(people):
        crowd.enter(tier=TIERS[number % 3])

    def ready() -> np.ndarray:
        return crowd.rng.random(crowd.capacity) < share_ready

    for _ in range(25):
        crowd.walk()
        crowd.run(ready)
    crowd.stand_still(STILL_TICKS, ready)
    crowd.stand_still(1)
    assert_true_picture(crowd)
    if people <= 48:
        assert all(len(view.shown) == people - 1 for view in crowd.views.values())


def test_who_stands_still_is_not_sent_again() -> None:
    crowd = Audience(hall(100))
    for _ in range(30):
        crowd.enter()
    crowd.stand_still(STILL_TICKS)
    lengths = []
    for _ in range(20):
        crowd.run()
        lengths += [len(frame.updates) for frame in crowd.heard.values()]
    assert lengths
    assert not any(lengths)


def test_a_silent_world_still_gives_four_headers_a_second() -> None:
    crowd = Audience(hall(100))
    slot = crowd.enter()
    crowd.stand_still(10)
    count = 0
    for _ in range(TICK_HZ):
        crowd.run()
        count += slot in crowd.heard
    assert count == 4


def test_whoever_returns_unchanged_is_named_but_not_sent_again() -> None:
    crowd = Audience(two_rooms(door_open=True))
    crowd.enter(at=(-0.6, 0.0))
    client = crowd.enter(at=(0.6, 0.0))
    crowd.stand_still(10)
    crowd.space.set_doors({0})
    crowd.run()
    assert crowd.heard[client].left.tolist() == [0]
    crowd.space.set_doors(set())
    crowd.run()
    assert crowd.heard[client].back.tolist() == [0]
    assert not len(crowd.heard[client].updates)


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10_000))
def test_nothing_passes_a_closed_door(seed: int) -> None:
    """Doors open and shut, people walk, are taken elsewhere, leave and enter; lines are behind at random."""
    crowd = Audience(two_rooms(), seed=seed, capacity=60)
    rng = crowd.rng
    for number in range(24):
        crowd.enter(tier=TIERS[number % 3], at=(float(rng.uniform(-19, 19)), float(rng.uniform(-9, 9))))
    closed = False
    for step in range(60):
        if step % 15 == 7:
            closed = not closed
            crowd.space.set_doors({0} if closed else set())
        _something_happens(crowd)
        crowd.walk(step=0.25)
        crowd.run(lambda: crowd.rng.random(crowd.capacity) < 0.7)
        if closed:
            room = crowd.space.avatars.room
            for client, frame in crowd.heard.items():
                mentioned = [*frame.updates["slot"].tolist(), *frame.back.tolist()]
                assert all(room[other] == room[client] for other in mentioned)
            for client, others in crowd.crowd.items():
                assert all(room[other] == room[client] for other in others)
            for client in crowd.views:
                rows = crowd.space.directory(client, "", 0, 50).rows
                assert all((row.room != "") == bool(room[row.slot] == room[client]) for row in rows)
    crowd.stand_still(STILL_TICKS)
    assert_true_picture(crowd)


def _something_happens(crowd: Audience) -> None:
    slots = list(crowd.views)
    slot = slots[int(crowd.rng.integers(len(slots)))]
    what = int(crowd.rng.integers(5))
    try:
        if what == 0:
            crowd.leave(slot)
            crowd.enter(at=(float(crowd.rng.uniform(-19, 19)), 0.0))
        elif what == 1:
            crowd.space.go(slot, person=None, place=["east", "west"][int(crowd.rng.integers(2))], rng=crowd.rng)
        elif what == 2:
            other = crowd.space.person_of(slots[0]).id
            crowd.space.go(slot, person=other, place=None, rng=crowd.rng)
        elif what == 3:
            crowd.space.sit(slot, int(crowd.rng.integers(8)))
        else:
            crowd.space.stand(slot)
    except Refused:
        pass


def test_a_right_to_pass_does_not_let_others_look_after() -> None:
    crowd = Audience(two_rooms(door_open=False))
    watcher = crowd.enter(at=(-1.0, 0.0))
    guard = crowd.enter(at=(-0.6, 0.0))
    crowd.space.grant(guard, Granted(zones=frozenset(), doors=frozenset({0})))
    crowd.stand_still(8)
    assert guard in crowd.views[watcher].shown
    for _ in range(12):
        crowd.pose(guard, 0.15)
        crowd.run()
        beyond = crowd.space.avatars.room[guard] == 2
        assert (guard in crowd.views[watcher].shown) != beyond, "gone in the very tick"
    assert beyond
    assert crowd.views[guard].shown == {}


def test_who_rides_away_is_lost_from_sight_in_the_same_tick() -> None:
    crowd = Audience(with_lift())
    watchers = [crowd.enter(at=(-17.0 + 0.1 * number, 7.0)) for number in range(20)]
    rider = crowd.enter(at=(-17.0, 8.0))
    crowd.stand_still(8)
    assert all(rider in crowd.views[slot].shown for slot in watchers)
    crowd.space.ride(rider, "lift", 1)
    crowd.run()
    assert not any(rider in crowd.views[slot].shown for slot in watchers)


def test_a_slot_that_changes_hands_within_a_tick_shows_nothing_of_another_room() -> None:
    crowd = Audience(two_rooms(door_open=False), capacity=21)
    watchers = [crowd.enter(at=(-5.0, 0.3 * number)) for number in range(20)]
    slot = crowd.enter(at=(-6.0, 0.0))
    crowd.stand_still(8)
    crowd.leave(slot)
    assert crowd.enter(at=(6.0, 0.0)) == slot
    for _ in range(5):
        crowd.run()
        assert not any(slot in crowd.views[watcher].shown for watcher in watchers)


def test_through_an_open_door_people_are_seen_up_to_twenty_metres_beyond() -> None:
    crowd = Audience(two_rooms())
    near, far = crowd.enter(at=(-15.0, 0.0)), crowd.enter(at=(-19.0, 9.0))
    client = crowd.enter(at=(14.0, 0.0))
    crowd.stand_still(10)
    assert set(crowd.views[client].shown) == {near}
    assert set(crowd.views[near].shown) == {client, far}
    assert set(crowd.views[far].shown) == {client, near}


def test_rooms_without_walls_but_only_a_closed_door_between_do_not_see_each_other() -> None:
    crowd = Audience(two_rooms(enclosed=False, door_open=False))
    a, b = crowd.enter(at=(-5.0, 0.0)), crowd.enter(at=(5.0, 0.0))
    crowd.stand_still(10)
    assert crowd.views[a].shown == {}
    assert crowd.views[b].shown == {}


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 30))
def test_a_full_set_holds_the_heroes(seed: int, heroes: int) -> None:
    crowd = Audience(hall(200), seed=seed)
    slots = [crowd.enter(tier=TIERS[number % 3]) for number in range(150)]
    stars = np.array(crowd.rng.choice(slots, heroes, replace=False), np.int32)
    crowd.space.set_heroes(stars)
    crowd.stand_still(8)
    for slot in slots:
        found = crowd.interest(slot)
        assert len(found) == (96 if slot % 3 == 0 else 48)
        assert slot not in found
        expected = set(stars.tolist()) - {slot}
        assert len(found & expected) >= min(16, len(expected))


def test_stewards_are_heroes_for_those_near_them() -> None:
    crowd = Audience(hall(10_000), capacity=200)
    steward = crowd.enter(badge="staff", at=(25.0, 0.0))
    client = crowd.enter(tier="light", at=(0.0, 0.0))
    distant = crowd.enter(tier="light", at=(-40.0, 0.0))
    for number in range(120):
        crowd.enter(at=(-2.0 + number * 0.03, 1.0))
        if number % 2:
            crowd.enter(at=(-41.0, 1.0))
    crowd.stand_still(8)
    assert steward in crowd.interest(client)
    assert steward not in crowd.interest(distant)


@pytest.mark.parametrize(("tier", "limit"), [("full", 800), ("light", 400), ("flat", 200)])
def test_the_budget_of_a_tier_is_never_exceeded(tier: str, limit: int) -> None:
    crowd = Audience(hall(100))
    for _ in range(140):
        crowd.enter(tier=tier)
    for _ in range(30):
        crowd.walk()
        crowd.run()
        assert all(10 * len(f.updates) + 2 * len(f.back) <= limit for f in crowd.heard.values())


def test_overload_takes_far_detail_and_never_the_near() -> None:
    crowd = Audience(hall(100))
    for _ in range(140):
        crowd.enter()
    crowd.stand_still(10)
    crowd.space.count_overrun(3)
    for _ in range(6):
        crowd.walk()
        crowd.run()
        columns = crowd.space.views.slot
        for client, frame in crowd.heard.items():
            assert len(frame.updates) <= 40
            near = set(columns[client][:16].tolist())
            stale = {slot for slot in near if crowd.views[client].shown.get(slot) != crowd.truth(slot)}
            assert not stale


def test_nobody_starves_under_the_budget() -> None:
    crowd = Audience(hall(100))
    for _ in range(60):
        crowd.enter(tier="flat")
    heard: dict[tuple[int, int], int] = {}
    oldest = 0
    for _ in range(130):
        crowd.walk(step=0.02)
        crowd.run()
        pairs = {(client, slot) for client in crowd.views for slot in crowd.interest(client)}
        heard = {pair: heard.get(pair, crowd.tick) for pair in pairs}
        for client, frame in crowd.heard.items():
            heard.update({(client, slot): crowd.tick for slot in frame.updates["slot"].tolist()})
        oldest = max([oldest, *(crowd.tick - tick for tick in heard.values())])
    # 16 near ones always, 4 of the other 32 each half second: everybody within 8 snapshots, and some for who comes new
    assert 50 < oldest <= 120


def test_a_tier_of_a_companion_hears_nothing() -> None:
    crowd = Audience(hall(100))
    companion = crowd.enter(tier="companion")
    crowd.enter()
    for _ in range(25):
        crowd.run()
        assert companion not in crowd.heard
        assert companion not in crowd.crowd


def test_changing_the_tier_changes_set_and_rate() -> None:
    crowd = Audience(hall(100))
    for _ in range(120):
        crowd.enter()
    crowd.stand_still(8)
    assert len(crowd.interest(0)) == 96
    crowd.space.set_tier(0, "light")
    crowd.stand_still(8)
    assert len(crowd.interest(0)) == 48
    assert set(crowd.views[0].shown) == crowd.interest(0)


def test_one_avatar_per_person_and_the_newest_connection_wins() -> None:
    crowd = Audience(hall(100))
    person = crowd.person()
    first = crowd.enter_as(person, at=(1.0, 1.0))
    other = crowd.enter()
    crowd.stand_still(10)
    second = crowd.enter_as(person)
    assert (first.replaced, second.replaced, second.slot) == (False, True, first.slot)
    assert second.resumed
    assert (second.place.x, second.place.z) == (1.0, 1.0)
    assert crowd.space.population() == 2
    crowd.stand_still(10)
    assert set(crowd.views[first.slot].shown) == {other}
    assert_true_picture(crowd)


def test_hidden_without_contact_kept_for_a_minute_then_gone() -> None:
    crowd = Audience(hall(100, seats=3))
    watcher = crowd.enter()
    person = crowd.person()
    slot = crowd.enter_as(person, at=(-4.0, -3.5)).slot
    crowd.space.sit(slot, 0)
    crowd.stand_still(10)
    assert slot in crowd.views[watcher].shown
    crowd.detach(slot)
    crowd.stand_still(int(HIDE_AFTER_S * TICK_HZ) + 4)
    assert slot not in crowd.views[watcher].shown
    assert crowd.space.directory(watcher, "", 0, 50).total == 1
    back = crowd.enter_as(person)
    assert (back.slot, back.resumed, back.replaced, back.place.seat) == (slot, True, False, 0)
    crowd.stand_still(10)
    assert slot in crowd.views[watcher].shown
    crowd.detach(slot)
    crowd.stand_still(int(KEEP_PLACE_S * TICK_HZ) - 1)
    assert crowd.space.population() == 2
    crowd.stand_still(2)
    assert crowd.space.population() == 1
    assert crowd.space.slot_of(person.id) is None
    other = crowd.enter(at=(-4.0, -3.5))
    assert crowd.space.sit(other, 0).seat == 0


def test_a_ticket_brings_back_to_place_and_seat() -> None:
    crowd = Audience(hall(100, seats=3))
    seated = Place(x=-4.5, y=0.0, z=-4.25, yaw=128, layer=0, seat=1)
    taken = crowd.space.enter(Person("a", "A"), tier="full", tick=0, resume=seated, rng=crowd.rng)
    assert (taken.resumed, taken.place.seat) == (True, 1)
    late = crowd.space.enter(Person("b", "B"), tier="full", tick=0, resume=seated, rng=crowd.rng)
    assert (late.resumed, late.place.seat) == (True, NO_SEAT)
    nowhere = Place(x=400.0, y=0.0, z=0.0, yaw=0, layer=0)
    lost = crowd.space.enter(Person("c", "C"), tier="full", tick=0, resume=nowhere, rng=crowd.rng)
    assert not lost.resumed


def test_a_speaker_comes_back_to_the_stage() -> None:
    crowd = Audience(two_rooms())
    place = Place(x=18.0, y=0.0, z=1.0, yaw=64, layer=0)
    rights = Granted(zones=frozenset({0}))
    entered = crowd.space.enter(crowd.person(), tier="full", tick=0, resume=place, rng=crowd.rng, granted=rights)
    assert (entered.resumed, entered.place.x) == (True, 18.0)


def test_a_full_venue_refuses_but_gives_a_kept_place_to_whom_it_needs() -> None:
    crowd = Audience(hall(100), capacity=2)
    first, second = crowd.enter(), crowd.enter()
    with pytest.raises(Refused, match="full") as refused:
        crowd.enter()
    assert (refused.value.code, refused.value.retry) == ("full", True)
    with pytest.raises(Refused):
        crowd.space.enter(crowd.person(), tier="full", tick=0, rng=crowd.rng, over_capacity=True)
    crowd.detach(second)
    entered = crowd.space.enter(crowd.person(id_="chair"), tier="full", tick=0, rng=crowd.rng, over_capacity=True)
    assert entered.slot == second
    assert crowd.space.slot_of("chair") == second
    assert crowd.space.population() == 2
    assert first != second


def test_a_reused_slot_never_passes_for_its_former_owner() -> None:
    crowd = Audience(hall(100), capacity=3)
    watcher = crowd.enter(at=(0.0, 0.0))
    for round_ in range(8):
        slot = crowd.enter(at=(1.0, 1.0), id_=f"guest-{round_}")
        crowd.stand_still(6)
        assert crowd.views[watcher].people[slot].person == f"guest-{round_}"
        assert crowd.views[watcher].shown[slot] == crowd.truth(slot)
        crowd.leave(slot)
        if round_ % 2:
            crowd.stand_still(6)
            assert slot not in crowd.views[watcher].shown


def test_a_new_look_introduces_again() -> None:
    crowd = Audience(hall(100))
    watcher, changer = crowd.enter(), crowd.enter()
    crowd.stand_still(6)
    before = crowd.views[watcher].people[changer].revision
    crowd.space.set_look(changer, Look(hair=3))
    crowd.stand_still(3)
    card = crowd.views[watcher].people[changer]
    assert card.look.hair == 3
    assert card.revision == before + 1


def test_speaking_is_seen_and_a_pose_cannot_claim_it() -> None:
    crowd = Audience(hall(100))
    watcher, speaker = crowd.enter(), crowd.enter()
    crowd.space.set_speaking(speaker, True)
    crowd.stand_still(6)
    assert crowd.views[watcher].shown[speaker][4] & 8
    crowd.pose(speaker, state=1)
    crowd.run()
    assert crowd.views[watcher].shown[speaker][4] & 8
    crowd.space.set_speaking(speaker, False)
    crowd.pose(speaker, state=0xFF)
    crowd.stand_still(3)
    assert not crowd.views[watcher].shown[speaker][4] & 0b1000_1000


def test_the_crowd_frame_is_everybody_once_a_second() -> None:
    crowd = Audience(hall(100))
    slots = {crowd.enter() for _ in range(30)}
    frames = 0
    for _ in range(40):
        crowd.run()
        if crowd.crowd:
            frames += 1
            assert all(others == slots for others in crowd.crowd.values())
            assert set(crowd.crowd) == slots
    assert frames == 2


def test_the_directory_pages_in_order_of_name_and_finds_words() -> None:
    crowd = Audience(hall(100))
    asker = crowd.enter(name="Zoë Álvarez")
    for name in ("bea", "Ada Lovelace", "Chen"):
        crowd.enter(name=name)
    page = crowd.space.directory(asker, "", 1, 2)
    assert ([row.name for row in page.rows], page.total, page.offset) == (["bea", "Chen"], 4, 1)
    assert [row.name for row in crowd.space.directory(asker, "LOVE ada", 0, 9).rows] == ["Ada Lovelace"]
    assert crowd.space.directory(asker, "", 0, 9).rows[3].metres == 0.0
    assert page.rows[0].room == "hall"


def test_files_of_different_bundles_are_refused() -> None:
    layout = hall(100).layout
    other = WalkField.from_arrays(stacked([[[Surface(0, 7)] * 1] * 4] * 4, origin=(0.0, 0.0)))
    with pytest.raises(BundleError, match="'room'"):
        Space(layout, other, capacity=5)
