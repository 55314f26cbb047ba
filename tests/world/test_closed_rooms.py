"""T9: every way into a room is checked, one test each; and whoever is inside can leave."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turia.errors import Refused
from turia.protocol.limits import KEEP_PLACE_S, NO_SEAT, TICK_HZ
from turia.protocol.messages import Place
from turia.testing.audience import Audience
from turia.testing.halls import two_rooms, with_lift
from turia.world.rights import Granted

WEST, EAST = 1, 2
MEMBER = Granted(rooms=frozenset({EAST}))
INSIDE = Place(x=5.0, y=0.0, z=5.0, yaw=0, layer=0)


@pytest.fixture
def crowd() -> Audience:
    """Somebody in the east (slot 0), whose door closed behind him."""
    crowd = Audience(two_rooms())
    crowd.enter(at=(0.5, 0.0), id_="inside")
    crowd.space.bar_rooms({EAST})
    return crowd


def in_east(crowd: Audience, slot: int) -> bool:
    return int(crowd.space.avatars.room[slot]) == EAST


def refused(crowd: Audience, act: str, slot: int, *args: object, **more: object) -> str:
    with pytest.raises(Refused) as caught:
        getattr(crowd.space, act)(slot, *args, **more)
    assert not in_east(crowd, slot)
    return caught.value.code


def walk(crowd: Audience, slot: int, dx: float, steps: int) -> None:
    for _ in range(steps):
        crowd.pose(slot, dx)
        crowd.run()


def test_nobody_walks_in(crowd: Audience) -> None:
    slot = crowd.enter(at=(-1.0, 0.0))
    walk(crowd, slot, 0.15, 20)
    assert not in_east(crowd, slot)
    assert crowd.space.place_of(slot).x < 0
    crowd.space.grant(slot, MEMBER)
    crowd.stand_still(4)
    walk(crowd, slot, 0.15, 20)
    assert in_east(crowd, slot)


def test_nobody_walks_on_from_the_sill(crowd: Audience) -> None:
    """Who stands in the doorway when the room is barred may turn back, not go on."""
    crowd.space.bar_rooms(set())
    slot = crowd.enter(at=(-0.1, 0.0))
    crowd.run()
    crowd.space.bar_rooms({EAST})
    walk(crowd, slot, 0.15, 3)
    assert not in_east(crowd, slot)
    crowd.stand_still(4)
    walk(crowd, slot, -0.15, 3)
    assert crowd.space.place_of(slot).x < -0.3


def test_a_claimed_position_shows_nothing_of_who_is_inside(crowd: Audience) -> None:
    slot = crowd.enter(at=(-1.0, 0.0))
    for _ in range(3 * TICK_HZ):
        here = crowd.space.place_of(slot)
        crowd.pose(slot, 0.6 - here.x, 0.0)
        crowd.run()
        frame = crowd.heard.get(slot)
        if frame is not None:
            assert 0 not in [*frame.updates["slot"].tolist(), *frame.back.tolist()]
        assert 0 not in crowd.crowd.get(slot, set())
    assert 0 not in crowd.views[slot].shown
    rows = crowd.space.directory(slot, "", 0, 10).rows
    assert [row.room for row in rows if row.slot == 0] == [""]


def test_nobody_is_taken_to_the_room(crowd: Audience) -> None:
    slot = crowd.enter(at=(-1.0, 0.0))
    assert refused(crowd, "go", slot, person=None, place="east", rng=crowd.rng) == "closed"


def test_nobody_is_taken_to_somebody_inside(crowd: Audience) -> None:
    slot = crowd.enter(at=(-1.0, 0.0))
    assert refused(crowd, "go", slot, person="inside", place=None, rng=crowd.rng) == "closed"


def test_nobody_sits_down_inside(crowd: Audience) -> None:
    slot = crowd.enter(at=(-0.6, 0.5))
    assert refused(crowd, "sit", slot, 4) == "closed"
    crowd.space.grant(slot, MEMBER)
    assert crowd.space.sit(slot, 4).seat == 4


def test_nobody_rides_in() -> None:
    crowd = Audience(with_lift())
    crowd.space.set_doors(set())
    crowd.space.bar_rooms({EAST})
    slot = crowd.enter(at=(-18.0, 7.5))
    assert refused(crowd, "ride", slot, "lift", 1) == "closed"


def test_nobody_stands_up_into_the_room(crowd: Audience) -> None:
    slot = crowd.enter(at=(-1.0, 0.0))
    crowd.space.sit(slot, 3)
    crowd.space.stand(slot)
    assert not in_east(crowd, slot)


@pytest.mark.parametrize("seat", [NO_SEAT, 6])
def test_a_ticket_opens_no_door(crowd: Audience, seat: int) -> None:
    place = Place(INSIDE.x, INSIDE.y, INSIDE.z, 0, 0, seat)
    entered = crowd.space.enter(crowd.person(), tier="full", tick=0, resume=place, rng=crowd.rng)
    assert not entered.resumed
    assert not in_east(crowd, entered.slot)
    member = crowd.space.enter(crowd.person(), tier="full", tick=0, resume=place, rng=crowd.rng, granted=MEMBER)
    assert member.resumed
    assert in_east(crowd, member.slot)


def test_leaving_and_coming_back_with_a_ticket_of_before_leads_to_the_entrance(crowd: Audience) -> None:
    ticket = crowd.space.place_of(0)
    person = crowd.space.person_of(0)
    crowd.leave(0)
    entered = crowd.space.enter(person, tier="full", tick=crowd.tick, resume=ticket, rng=crowd.rng)
    assert not in_east(crowd, entered.slot)


def test_whoever_loses_his_line_inside_keeps_his_place_and_then_loses_it(crowd: Audience) -> None:
    person, ticket = crowd.space.person_of(0), crowd.space.place_of(0)
    crowd.detach(0)
    crowd.stand_still(TICK_HZ)
    back = crowd.enter_as(person)
    assert (back.resumed, in_east(crowd, back.slot)) == (True, True)
    crowd.detach(back.slot)
    crowd.stand_still(int(KEEP_PLACE_S * TICK_HZ) + 1)
    late = crowd.space.enter(person, tier="full", tick=crowd.tick, resume=ticket, rng=crowd.rng)
    assert not in_east(crowd, late.slot)


def test_a_place_that_was_kept_when_the_server_stopped_is_his(crowd: Audience) -> None:
    for kept in (frozenset({EAST}), frozenset({WEST})):
        entered = crowd.space.enter(crowd.person(), tier="full", tick=0, resume=INSIDE, rng=crowd.rng, kept=kept)
        assert in_east(crowd, entered.slot) == (EAST in kept), "in rooms that keep it"


def test_a_ticket_opens_no_stage() -> None:
    crowd = Audience(two_rooms())
    place = Place(x=18.0, y=0.0, z=1.0, yaw=64, layer=0)
    entered = crowd.space.enter(crowd.person(), tier="full", tick=0, resume=place, rng=crowd.rng)
    assert not entered.resumed
    seat = Place(x=18.0, y=0.0, z=0.5, yaw=64, layer=0, seat=7)
    assert not crowd.space.enter(crowd.person(), tier="full", tick=0, resume=seat, rng=crowd.rng).resumed


def test_whoever_is_inside_walks_out_and_not_back(crowd: Audience) -> None:
    crowd.run()
    walk(crowd, 0, -0.15, 10)
    assert not in_east(crowd, 0)
    assert not crowd.corrections
    walk(crowd, 0, 0.15, 12)
    assert not in_east(crowd, 0)


def test_whoever_is_inside_is_taken_out(crowd: Audience) -> None:
    crowd.space.go(0, person=None, place="west", rng=crowd.rng)
    assert not in_east(crowd, 0)


def test_led_out_one_stands_before_the_nearest_door_and_looks_away(crowd: Audience) -> None:
    slot = crowd.enter_as(crowd.person(), at=None).slot
    crowd.space.grant(slot, MEMBER)
    crowd.space.go(slot, person=None, place="east", rng=crowd.rng)
    place = crowd.space.lead_out(slot, crowd.rng)
    assert not in_east(crowd, slot)
    assert place.x == pytest.approx(-2.5, abs=1.7)
    assert place.z == pytest.approx(0.0, abs=1.7)
    assert place.yaw == 64, "along -X"
    crowd.run()
    walk(crowd, slot, 0.1, 40)
    assert in_east(crowd, slot), "he may come back"


def test_led_out_of_a_seat_the_seat_is_free(crowd: Audience) -> None:
    crowd.space.sit(0, 4)
    crowd.space.lead_out(0, crowd.rng)
    other = crowd.enter(at=(-1.0, 0.0))
    crowd.space.grant(other, MEMBER)
    crowd.space.go(other, person=None, place="east", rng=crowd.rng)
    assert int(crowd.space.avatars.seat[0]) == -1


def test_led_out_where_all_around_is_barred_one_comes_to_the_entrance(crowd: Audience) -> None:
    crowd.space.bar_rooms({WEST, EAST})
    assert crowd.space.lead_out(0, crowd.rng).x == pytest.approx(-10.0, abs=2.5)


def test_intruders_are_those_inside_without_a_right(crowd: Audience) -> None:
    member = crowd.enter(at=(-5.0, 0.0))
    crowd.space.grant(member, MEMBER)
    crowd.space.go(member, person=None, place="east", rng=crowd.rng)
    assert crowd.space.intruders({EAST}) == [0]
    assert crowd.space.intruders(set()) == []
    crowd.space.bar_rooms(set())
    assert crowd.space.intruders({EAST}) == []


def test_doors_are_told_as_each_one_finds_them(crowd: Audience) -> None:
    outside, member = crowd.enter(at=(-5.0, 0.0)), crowd.enter(at=(-5.0, 1.0))
    crowd.space.grant(member, MEMBER)
    assert crowd.space.closed_to(np.array([0, outside, member]))[:, 0].tolist() == [False, True, False]
    assert crowd.space.closed_doors() == [0]


class Doors:
    """Rooms are barred and opened, rights come and go, people are taken, sit, leave and come back by ticket."""

    def __init__(self, seed: int) -> None:
        self.crowd = Audience(two_rooms(), seed=seed, capacity=40)
        self.rng = self.crowd.rng
        self.barred: set[int] = set()
        self.members: set[int] = set()
        #: Slots that entered anew since the last look: wherever their former owner was.
        self.fresh: set[int] = set()

    def someone(self) -> int:
        return int(self.rng.choice(list(self.crowd.views)))

    def act(self) -> None:
        acts = (self.grant, self.leave, self.go, self.follow, self.sit, self.stand, self.lead_out, self.bar)
        with contextlib.suppress(Refused):
            acts[int(self.rng.integers(len(acts)))]()

    def bar(self) -> None:
        self.barred = {EAST} if self.rng.random() < 0.6 else set()
        self.crowd.space.bar_rooms(self.barred)

    def grant(self) -> None:
        slot = self.someone()
        self.members ^= {slot}
        self.crowd.space.grant(slot, MEMBER if slot in self.members else Granted())

    def leave(self) -> None:
        slot = self.someone()
        person, ticket = self.crowd.space.person_of(slot), self.crowd.space.place_of(slot)
        self.crowd.leave(slot)
        entered = self.crowd.enter_as(person, at=(ticket.x, ticket.z))
        self.members -= {slot, entered.slot}
        self.fresh.add(entered.slot)

    def go(self) -> None:
        place = ["east", "west", "safe"][int(self.rng.integers(3))]
        self.crowd.space.go(self.someone(), person=None, place=place, rng=self.rng)

    def follow(self) -> None:
        target = self.crowd.space.person_of(self.someone()).id
        self.crowd.space.go(self.someone(), person=target, place=None, rng=self.rng)

    def sit(self) -> None:
        self.crowd.space.sit(self.someone(), int(self.rng.integers(8)))

    def stand(self) -> None:
        self.crowd.space.stand(self.someone())

    def lead_out(self) -> None:
        self.crowd.space.lead_out(self.someone(), self.rng)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_nobody_is_ever_inside_who_could_not_go_in(seed: int) -> None:
    doors = Doors(seed)
    crowd, rng = doors.crowd, doors.rng
    for _ in range(10):
        crowd.enter(at=(float(rng.uniform(-4, 4)), float(rng.uniform(-1, 1))))
    for _ in range(50):
        was_in = {slot for slot in crowd.views if in_east(crowd, slot)}
        doors.fresh.clear()
        doors.act()
        for walker in crowd.views:
            crowd.pose(walker, float(rng.uniform(-0.15, 0.25)), float(rng.uniform(-0.1, 0.1)))
        crowd.run()
        came_in = {slot for slot in crowd.views if in_east(crowd, slot)} - (was_in - doors.fresh)
        assert not doors.barred or came_in <= doors.members
