"""What is said behind a door is for those who are inside, and for nobody who went out."""

from __future__ import annotations

from tests.gateway.test_rooms import OUTSIDE, RoomHouse

from turia.event.captions import Caption
from turia.event.commands import Actor
from turia.event.entries import EVENT, put, room_stream, talk_stream
from turia.event.programme import DoorPolicy, Room, Session
from turia.event.rooms import Door, Phase, SessionRun
from turia.gateway.acting import acting, room_of
from turia.testing.backbone import NOW

OPEN = Room("Hall", place="east")
ON = (
    put(EVENT, "s", Session("Talk", NOW, NOW + 3_600_000, room="hall")),
    put(room_stream("hall"), "s", SessionRun(Phase.LIVE, NOW)),
)
TALK = talk_stream("s")
LOCKED = put(room_stream("hall"), "hall", Door(DoorPolicy.LOCKED))


def said(text: str) -> Caption:
    return Caption("s", text, NOW, NOW)


async def test_somebody_acts_from_the_room_that_he_stands_in() -> None:
    async with RoomHouse(OPEN) as house:
        house.come("ana")
        assert acting(house.house, Actor, "ana") == Actor("ana")
        house.walk("ana", 1.0)
        assert acting(house.house, Actor, "ana") == Actor("ana", inside="hall")
        assert room_of(house.house, "ben") == ""


async def test_a_locked_room_keeps_its_talk_to_those_who_are_inside() -> None:
    async with RoomHouse(OPEN, *ON) as house:
        ana, ben = house.come("ana"), house.come("ben")
        assert house.walk("ana", 1.0)
        for each in (ana, ben):
            house.sub(each, TALK)
        house.tick()
        assert house.heard(ben, "state")
        house.heard(ana, "")
        await house.write(LOCKED, put(TALK, "c", said("For us alone")))
        house.tick()
        assert "For us alone" in str(house.heard(ana, "entries"))
        frames = house.read(ben)
        assert "For us alone" not in str(frames)
        assert [payload["stream"] for name, payload in frames if name == "unsubscribed"] == [TALK]
        house.sub(ben, TALK)
        house.tick()
        assert "refused" in str(house.read(ben))


async def test_whoever_walks_out_of_a_locked_room_hears_no_more_within_a_second() -> None:
    async with RoomHouse(OPEN, *ON) as house:
        ana = house.come("ana", OUTSIDE)
        house.walk("ana", 1.0)
        house.sub(ana, TALK)
        await house.write(LOCKED)
        house.second()
        assert not house.heard(ana, "unsubscribed")
        assert not house.walk("ana", -1.0)
        house.second()
        await house.write(put(TALK, "c", said("Is she gone?")))
        house.tick()
        frames = house.read(ana)
        assert "unsubscribed" in [name for name, _ in frames]
        assert "Is she gone?" not in str(frames)
