"""The bridge: what the event says of doors and rights is so in the world with the next tick, and people are told."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from turia.errors import Refused
from turia.event.commands import Actor
from turia.event.entries import EVENT, EVENT_STAFF, Change, delete, person_stream, put, room_stream
from turia.event.grants import Grant
from turia.event.people import Guest, Registration, Status
from turia.event.programme import DoorPolicy, Room, Session
from turia.event.roles import Role
from turia.event.room_queries import AllRooms, RoomsNow
from turia.event.rooms import Door
from turia.event.scopes import EVENT_SCOPE, Scope
from turia.event.settings import EventClock
from turia.gateway.connection import Connection
from turia.gateway.leading_out import AT_ONCE
from turia.protocol.frames import POSE
from turia.protocol.limits import TICK_HZ
from turia.protocol.messages import Place
from turia.store.memory import MemoryStore
from turia.store.ports import unavailable
from turia.testing.backbone import NOW
from turia.testing.event_house import EventHouse
from turia.testing.halls import Building, two_rooms
from turia.world.space import Space

EAST = 2
MINUTE = 60_000
OUTSIDE = Place(-1.0, 0.0, 0.0, 0, 0)
INSIDE = Place(1.0, 0.0, 0.0, 0, 0)
CLOSED = Room("Hall", place="east", idle_door=DoorPolicy.CLOSED)


def registered(person: str, status: Status = Status.CHECKED_IN) -> Change:
    return put(
        person_stream(person), person, Registration(status, person.title(), f"{person}@example.org", "individual")
    )


def granted(person: str, role: str, scope: Scope = EVENT_SCOPE, **window: int) -> Change:
    return put(EVENT_STAFF, f"{person}-{role}", Grant(person, role, scope, **window))


class RoomHouse(EventHouse):
    """Two rooms: people come in the west, the hall of the programme is the east."""

    def __init__(
        self, room: Room | None = CLOSED, *changes: Change, building: Building | None = None, **more: Any
    ) -> None:
        building = building or two_rooms()
        self.world = Space(building.layout, building.walk, capacity=64)
        setting: list[Change] = []
        if room is not None:
            people = [registered(person) for person in ("ana", "ben", "cem", "head")]
            setting = [put(EVENT, "hall", room), *people, granted("head", "organiser")]
        super().__init__(*setting, *changes, space=self.world, **more)

    async def __aenter__(self) -> RoomHouse:
        await super().__aenter__()
        return self

    def come(self, name: str, at: Place | None = OUTSIDE) -> Connection:
        return self.join(name, "flat", at)

    def inside(self, name: str) -> bool:
        slot = self.world.slot_of(name)
        assert slot is not None
        return self.world.room_of(slot) == EAST

    def walk(self, name: str, x: float) -> bool:
        """Walk to x along the middle; whether he is in the hall then."""
        slot = self.world.slot_of(name)
        assert slot is not None
        for _ in range(60):
            place = self.world.place_of(slot)
            step = float(np.clip(x - place.x, -0.2, 0.2))
            if abs(step) < 0.02:
                break
            pose = np.zeros(1, POSE)
            pose["x"], pose["z"] = round((place.x + step) * 100), round(place.z * 100)
            pose["layer"], pose["tick"] = place.layer, self.house.tick
            self.world.ingest(np.array([slot], np.int32), pose)
            self.tick()
        return self.inside(name)

    def heard(self, connection: Connection, event: str) -> list[Any]:
        return [payload for name, payload in self.read(connection) if name == event]

    def closed(self, connection: Connection) -> list[list[int]]:
        """The doors he was told of since the last look."""
        return [payload["closed"] for payload in self.heard(connection, "doors")]

    def second(self) -> None:
        self.tick(TICK_HZ)


def by(person: str) -> Actor:
    return Actor(person)


# -- doors and rights ------------------------------------------------------------------------------


async def test_a_closed_room_is_closed_before_anybody_comes() -> None:
    async with RoomHouse() as house:
        house.come("ana", INSIDE)
        assert not house.inside("ana"), "not by ticket"
        house.come("ben")
        assert not house.walk("ben", 1.0)
        with pytest.raises(Refused, match="closed"):
            house.world.go(house.world.slot_of("ben") or 0, person=None, place="east", rng=house.house.rng)


async def test_a_role_lets_in_and_its_end_keeps_out() -> None:
    async with RoomHouse() as house:
        house.come("ana")
        await house.write(granted("ana", "steward"))
        assert house.walk("ana", 1.0)
        assert not house.walk("ana", -1.0)
        await house.write(delete(EVENT_STAFF, Grant, "ana-steward"))
        assert not house.walk("ana", 1.0)


@pytest.mark.parametrize(
    ("lets_in", "keeps_out"),
    [
        (granted("ana", "own"), put(EVENT_STAFF, "own", Role("Own", ("captions.write",)))),
        (granted("ana", "steward", Scope("hall")), granted("ana", "steward", Scope("cellar"))),
        (granted("ana", "steward"), registered("ana", Status.WITHDRAWN)),
        (put(room_stream("hall"), "hall", Door(DoorPolicy.OPEN)), delete(room_stream("hall"), Door, "hall")),
        (
            put(EVENT, "hall", Room("Hall", place="east")),
            put(EVENT, "hall", Room("Hall", place="east", idle_door=DoorPolicy.LOCKED)),
        ),
        (put(EVENT, "hall", Room("Hall")), put(EVENT, "hall", CLOSED)),
    ],
)
async def test_whatever_lets_in_and_whatever_keeps_out_again(lets_in: Change, keeps_out: Change) -> None:
    own = put(EVENT_STAFF, "own", Role("Own", ("room.enter_any",)))
    async with RoomHouse(CLOSED, own) as house:
        house.come("ana")
        assert not house.walk("ana", 1.0)
        await house.write(lets_in)
        assert house.walk("ana", 1.0)
        house.walk("ana", -1.0)
        await house.write(keeps_out)
        assert not house.walk("ana", 1.0)


async def test_roles_begin_and_end_by_the_clock() -> None:
    window = {"since": NOW + MINUTE, "until": NOW + 3 * MINUTE}
    async with RoomHouse(CLOSED, granted("ana", "steward", EVENT_SCOPE, **window)) as house:
        house.come("ana")
        assert not house.walk("ana", 1.0)
        house.clock.advance(60)
        assert house.walk("ana", 1.0)
        house.walk("ana", -1.0)
        house.clock.advance(120)
        assert not house.walk("ana", 1.0)
        await house.write(put(EVENT, "clock", EventClock(-2 * MINUTE)))
        assert house.walk("ana", 1.0), "a clock that is set back, too"


async def test_speakers_of_a_session_come_in_while_it_is_theirs() -> None:
    talk = Session("Talk", NOW + 90 * MINUTE, NOW + 120 * MINUTE, room="hall", chairs=("ana",))
    async with RoomHouse(CLOSED, put(EVENT, "talk", talk)) as house:
        house.come("ana")
        assert not house.walk("ana", 1.0)
        house.clock.advance(31 * 60)
        house.tick()
        assert house.walk("ana", 1.0), "from doors open on"
        house.walk("ana", -1.0)
        await house.write(put(EVENT, "talk", Session("Talk", talk.start, talk.end, room="hall")))
        assert not house.walk("ana", 1.0)


async def test_the_stage_is_walked_by_who_has_the_permission() -> None:
    async with RoomHouse(Room("Hall", place="east"), granted("ben", "speaker", Scope("hall"))) as house:
        stage = Place(15.5, 0.0, 0.0, 0, 0)
        for name, zones in (("ana", [0]), ("ben", [])):
            connection = house.come(name, stage)
            house.entrance.greet(connection)
            assert house.heard(connection, "doors") == [{"closed": [], "zones": zones}]
        for name in ("ana", "ben"):
            house.walk(name, 17.0)
        x = {name: house.world.place_of(house.world.slot_of(name) or 0).x for name in ("ana", "ben")}
        assert x["ana"] < 16.0
        assert x["ben"] == pytest.approx(17.0, abs=0.05)


async def test_sessions_carry_their_own_door() -> None:
    talk = Session("Talk", NOW, NOW + MINUTE, room="hall", door=DoorPolicy.MEMBERS)
    async with RoomHouse(Room("Hall", place="east"), put(EVENT, "talk", talk)) as house:
        house.come("ana")
        assert house.walk("ana", 1.0)
        house.walk("ana", -1.0)
        await house.do("session.go_live", by("head"), session="talk")
        assert not house.walk("ana", 1.0)
        await house.do("session.end", by("head"), session="talk")
        assert house.walk("ana", 1.0)


async def test_where_people_arrive_is_never_barred() -> None:
    async with RoomHouse(Room("Foyer", place="west", idle_door=DoorPolicy.CLOSED)) as house:
        house.come("ana", None)
        house.tick()
        assert not house.world.closed_doors()


async def test_a_green_room_is_for_the_staff_though_no_programme_names_it() -> None:
    building = two_rooms()
    rooms = [
        msgspec.structs.replace(room, kind="green_room") if room.id == "east" else room
        for room in building.layout.rooms
    ]
    green = Building(msgspec.structs.replace(building.layout, rooms=rooms), building.walk)
    speaker = granted("ben", "speaker", Scope("elsewhere"))
    async with RoomHouse(Room("Elsewhere"), speaker, building=green) as house:
        house.come("ana")
        house.come("ben")
        assert not house.walk("ana", 1.0)
        assert house.walk("ben", 1.0)


async def test_what_was_not_committed_gives_no_rights() -> None:
    store = MemoryStore()
    async with RoomHouse(CLOSED, store=store) as house:
        store.failing = unavailable("locked")
        with pytest.raises(Refused):
            await house.write(granted("ana", "steward"))
        house.come("ana")
        assert not house.walk("ana", 1.0)


# -- waiting rooms -----------------------------------------------------------------------------------


async def test_one_waits_is_admitted_and_walks_in() -> None:
    talk = Session("Talk", NOW, NOW + 60 * MINUTE, room="hall", door=DoorPolicy.WAITING_ROOM)
    async with RoomHouse(CLOSED, put(EVENT, "talk", talk), registered("mo"), granted("mo", "moderator")) as house:
        await house.do("session.open", by("mo"), session="talk")
        ana = house.come("ana")
        house.come("ben")
        for person in ("ana", "ben"):
            await house.do("room.ask_in", by(person), room="hall")
        assert not house.walk("ana", 1.0)
        house.read(ana)
        await house.do("room.admit", by("mo"), room="hall", person="ana")
        house.tick()
        assert house.closed(ana) == [[]], "he is told that his door is open"
        assert house.walk("ana", 1.0)
        assert not house.walk("ben", 1.0), "nobody else"
        await house.do("session.end", by("mo"), session="talk")
        assert not house.walk("ana", -1.0)
        assert not house.walk("ana", 1.0), "for that session only"


async def test_a_guest_is_admitted_like_anybody() -> None:
    guest = put(person_stream("gil"), "gil", Guest("Gil"))
    async with RoomHouse(Room("Hall", place="east", idle_door=DoorPolicy.WAITING_ROOM), guest) as house:
        house.come("gil")
        await house.do("room.ask_in", Actor("gil", guest=True), room="hall")
        assert not house.walk("gil", 1.0)
        await house.do("room.admit_all", by("head"), room="hall")
        assert house.walk("gil", 1.0)


# -- leading out -------------------------------------------------------------------------------------


async def test_a_room_that_closes_leads_its_people_out_after_a_warning() -> None:
    async with RoomHouse(Room("Hall", place="east")) as house:
        ana = house.come("ana", INSIDE)
        head = house.come("head", INSIDE)
        house.second()
        house.read(ana)
        await house.do("room.set_door", by("head"), room="hall", policy=DoorPolicy.CLOSED, lead_out=True)
        house.second()
        codes = [notice["code"] for notice in house.heard(ana, "notice")]
        assert codes == ["leave_room"]
        house.tick(9 * TICK_HZ)
        assert house.inside("ana"), "ten seconds are his"
        house.tick(2 * TICK_HZ)
        assert not house.inside("ana")
        frames = house.read(ana)
        (fix,) = [payload for name, payload in frames if name == "fix"]
        assert fix["reason"] == "led_out"
        assert [payload["code"] for name, payload in frames if name == "notice"] == ["led_out"]
        assert house.inside("head"), "staff stays"
        assert not house.heard(head, "notice")
        house.second()
        assert not house.heard(ana, "notice")


async def test_whoever_goes_by_himself_or_may_stay_after_all_is_left_alone() -> None:
    async with RoomHouse(Room("Hall", place="east")) as house:
        for person in ("ana", "ben"):
            house.come(person, INSIDE)
        await house.do("room.set_door", by("head"), room="hall", policy=DoorPolicy.CLOSED, lead_out=True)
        house.second()
        house.walk("ana", -2.0)
        where = house.world.place_of(house.world.slot_of("ana") or 0)
        await house.do("room.set_door", by("head"), room="hall", policy=DoorPolicy.LOCKED)
        house.tick(15 * TICK_HZ)
        assert house.inside("ben")
        assert house.world.place_of(house.world.slot_of("ana") or 0) == where


async def test_a_session_that_ends_leads_out_where_the_room_says_so() -> None:
    talk = Session("Talk", NOW, NOW + 60 * MINUTE, room="hall", door=DoorPolicy.OPEN)
    closes = Room("Hall", place="east", idle_door=DoorPolicy.CLOSED, lead_out=True, capacity=50)
    async with RoomHouse(closes, put(EVENT, "talk", talk)) as house:
        await house.do("session.go_live", by("head"), session="talk")
        house.tick()
        people = [f"p{number}" for number in range(25)]
        await house.write(*(registered(person) for person in people))
        for person in people:
            house.come(person, INSIDE)
        assert all(house.inside(person) for person in people)
        await house.do("session.end", by("head"), session="talk")
        house.tick(12 * TICK_HZ)
        assert not any(house.inside(person) for person in people)
        places = [house.world.place_of(house.world.slot_of(person) or 0) for person in people]
        spots = {(place.x, place.z) for place in places}
        assert len(spots) > len(people) / 2, "not all on one spot"
        assert len(people) > 2 * AT_ONCE


# -- what people are told ----------------------------------------------------------------------------


async def test_rooms_are_told_whole_on_arrival_and_then_as_they_change() -> None:
    talk = Session("Talk", NOW, NOW + 60 * MINUTE, room="hall", door=DoorPolicy.MEMBERS)
    later = Session("Later", NOW + 60 * MINUTE, NOW + 90 * MINUTE, room="hall")
    hall = Room("Hall", place="east", capacity=1)
    lobby = put(EVENT, "lobby", Room("Lobby", order=1))
    async with RoomHouse(hall, lobby, put(EVENT, "talk", talk), put(EVENT, "later", later)) as house:
        house.second()
        ana = house.come("ana")
        house.entrance.greet(ana)
        (told,) = house.heard(ana, "rooms")
        assert told["whole"]
        assert told["rooms"] == [
            ["hall", 0, 1, False, "open", "", "", "talk"],
            ["lobby", 0, 0, False, "open", "", "", ""],
        ]
        house.second()
        assert not house.heard(ana, "rooms"), "nothing changed"
        house.come("ben", INSIDE)
        await house.do("session.go_live", by("head"), session="talk")
        house.second()
        (told,) = house.heard(ana, "rooms")
        assert not told["whole"]
        assert told["rooms"] == [["hall", 1, 1, True, "members", "talk", "live", "later"]]
        now = house.journal.ask("rooms.now", AllRooms(), by("ana"))
        assert isinstance(now, RoomsNow)
        assert [(room.room, room.count, room.full) for room in now.rooms] == [("hall", 1, True), ("lobby", 0, False)]
        await house.write(delete(EVENT, Room, "lobby"))
        house.second()
        (told,) = house.heard(ana, "rooms")
        assert told["whole"]
        assert len(told["rooms"]) == 1


async def test_a_full_room_says_so_and_is_closed_to_who_has_no_place() -> None:
    async with RoomHouse(Room("Hall", place="east", capacity=1)) as house:
        ana, head = house.come("ana"), house.come("head")
        house.second()
        house.read(head)
        house.come("ben", INSIDE)
        assert not house.walk("ana", 1.0)
        frames = house.read(ana)
        notices = [payload for name, payload in frames if name == "notice"]
        assert [notice["code"] for notice in notices] == ["room_full"], "once, however often he tries"
        assert "flat view" in notices[0]["message"]
        assert {payload["reason"] for name, payload in frames if name == "fix"} == {"full"}
        house.second()
        assert house.world.closed_to(np.array([ana.slot]))[0].tolist() == [True]
        assert house.walk("head", 1.0), "who has a place of his own comes in"
        assert not house.heard(head, "doors")
        house.world.leave(house.world.slot_of("ben") or 0)


async def test_each_is_told_the_doors_as_they_are_for_him() -> None:
    async with RoomHouse(Room("Hall", place="east")) as house:
        outside, inside, head = house.come("ana"), house.come("ben", INSIDE), house.come("head")
        house.second()
        for connection in (outside, inside, head):
            house.read(connection)
        await house.do("room.set_door", by("head"), room="hall", policy=DoorPolicy.LOCKED)
        house.tick(2)
        assert house.closed(outside) == [[0]]
        assert not house.heard(inside, "doors"), "he may go out"
        assert not house.heard(head, "doors")
        house.walk("ben", -1.0)
        house.second()
        assert house.closed(inside) == [[0]]
        late = house.come("cem")
        house.entrance.greet(late)
        assert house.heard(late, "welcome")[0]["closed_doors"] == [0]
        house.second()
        assert not house.heard(late, "doors")


async def test_a_second_screen_is_told_what_its_person_is_told() -> None:
    async with RoomHouse(Room("Hall", place="east")) as house:
        house.come("ana")
        screen = house.join("ana", "companion")
        house.entrance.greet(screen)
        assert house.heard(screen, "welcome")[0]["closed_doors"] == []
        await house.do("room.set_door", by("head"), room="hall", policy=DoorPolicy.LOCKED)
        house.tick(2)
        assert house.closed(screen) == [[0]]


async def test_rooms_on_the_way_to_others_count_their_people_and_keep_nobody_out() -> None:
    """Else whoever is in a hall could not get out of it when the foyer is full."""
    building = two_rooms()
    outside, west, east = building.layout.rooms
    rooms = [outside, west, msgspec.structs.replace(east, kind="foyer")]
    foyer = Building(msgspec.structs.replace(building.layout, rooms=rooms), building.walk)
    async with RoomHouse(Room("Foyer", place="east", capacity=1), building=foyer) as house:
        house.come("ben", INSIDE)
        ana = house.come("ana")
        assert house.walk("ana", 1.0)
        house.second()
        assert house.heard(ana, "rooms")[-1]["rooms"] == [["hall", 2, 1, False, "open", "", "", ""]]


# -- restarts ----------------------------------------------------------------------------------------


async def test_after_a_restart_doors_are_as_they_were_before_anybody_comes_back() -> None:
    store = MemoryStore()
    async with RoomHouse(Room("Hall", place="east"), store=store) as house:
        await house.do("room.set_door", by("head"), room="hall", policy=DoorPolicy.LOCKED, for_session=False)
    async with RoomHouse(None, store=store) as house:
        house.come("ana", INSIDE)
        house.come("head", INSIDE)
        assert not house.inside("ana")
        assert house.inside("head")


async def test_stopped_twice_they_hear_no_more() -> None:
    async with RoomHouse(Room("Hall", place="east")) as house:
        rooms = house.house.rooms
        assert rooms is not None
        rooms.tick()
        rooms.stop()
        rooms.stop()
        rooms.rights.changed = False
        await house.write(put(room_stream("hall"), "hall", Door(DoorPolicy.CLOSED)))
        assert not rooms.rights.changed
