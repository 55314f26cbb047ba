"""A changed name reaches everybody inside with the next tick: name plates, directory and the list of people."""

from __future__ import annotations

from typing import Any, cast

import msgspec
import pytest

from turia.event.entries import EVENT, EVENT_STAFF, delete, person_stream, put
from turia.event.grants import Grant
from turia.event.people import Guest, Registration, Status
from turia.event.programme import Session, Speaker
from turia.gateway.connection import Connection
from turia.gateway.faces import Faces
from turia.protocol.messages import Look, Place
from turia.store.ports import unavailable
from turia.testing.backbone import NOW
from turia.testing.event_house import EventHouse
from turia.testing.halls import two_rooms
from turia.web.identity import Identity
from turia.world.space import Person, Space

ANA = Registration(Status.CHECKED_IN, "Ana", "ana@example.org", "individual", affiliation="Quay")


class FaceHouse(EventHouse):
    """Ana and Ben see each other; Ben has walked on his way in, so that he is shown."""

    def __init__(self) -> None:
        building = two_rooms()
        self.world = Space(building.layout, building.walk, capacity=64)
        super().__init__(
            put(person_stream("ana"), "ana", ANA),
            put(person_stream("ben"), "ben", msgspec.structs.replace(ANA, name="Ben", email="ben@example.org")),
            space=self.world,
        )

    async def __aenter__(self) -> FaceHouse:
        await super().__aenter__()
        none = cast("Any", None)
        self.identity = Identity(self.journal, none, none, guests=True)
        self.house.faces = Faces(self.house, self.journal, self.identity.avatar)
        return self

    def come(self, name: str, x: float) -> Connection:
        return self.join(name, "full", Place(x, 0.0, 0.0, 0, 0))

    def told(self, connection: Connection) -> list[tuple[str, str, str, int]]:
        """(person, name, affiliation, revision) of every introduction since the last look."""
        frames = self.read(connection)
        return [(row[2], row[3], row[4], row[1]) for name, who in frames if name == "who" for row in rows(who)]


def rows(who: Any) -> list[Any]:
    return list(who["people"] if isinstance(who, dict) else who)


async def meeting(house: FaceHouse) -> tuple[Connection, int]:
    """Ben, who knows Ana by now, and Ana's slot."""
    house.come("ana", -1.0)
    ben = house.come("ben", -2.0)
    house.tick(4)
    slot = house.world.slot_of("ana")
    assert slot is not None
    assert [row[:3] for row in house.told(ben) if row[0] == "ana"] == [("ana", "ana", "")]
    return ben, slot


async def test_a_changed_name_is_seen_with_the_next_tick() -> None:
    async with FaceHouse() as house:
        ben, slot = await meeting(house)
        house.world.set_look(slot, Look(hair=3))
        house.tick()
        house.read(ben)
        revision = int(house.world.avatars.revision[slot])
        changed = msgspec.structs.replace(ANA, name="Ana María", affiliation="Harbour")
        await house.write(put(person_stream("ana"), "ana", changed))
        house.tick()
        assert house.told(ben) == [("ana", "Ana María", "Harbour", revision + 1)]
        found = house.world.directory(0, "maria", 0, 10).rows
        assert [(row.name, row.affiliation) for row in found] == [("Ana María", "Harbour")]
        assert house.world.person_of(slot).look.hair == 3, "what she looks like here is her own"
        own = house.house.by_person["ana"].person
        assert own is not None
        assert own.name == "Ana María"


async def test_what_does_not_change_a_name_introduces_nobody_again() -> None:
    async with FaceHouse() as house:
        ben, slot = await meeting(house)
        await house.write(put(person_stream("ana"), "ana", msgspec.structs.replace(ANA, note="paid")))
        house.tick()
        assert [row[:3] for row in house.told(ben)] == [("ana", "Ana", "Quay")]
        revision = int(house.world.avatars.revision[slot])
        await house.write(put(person_stream("ana"), "ana", msgspec.structs.replace(ANA, note="")))
        await house.write(put(person_stream("cem"), "cem", Guest("Cem")))
        house.tick(2)
        assert house.told(ben) == []
        assert int(house.world.avatars.revision[slot]) == revision


async def test_a_badge_comes_and_goes_with_its_role() -> None:
    async with FaceHouse() as house:
        _, slot = await meeting(house)
        await house.write(put(EVENT_STAFF, "g1", Grant("ana", "steward")))
        house.tick()
        assert house.world.person_of(slot).badge == "steward"
        await house.write(delete(EVENT_STAFF, Grant, "g1"))
        house.tick()
        assert house.world.person_of(slot).badge == ""


async def test_who_is_put_on_the_programme_wears_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FaceHouse() as house:
        _, slot = await meeting(house)
        talk = Session("Tides", NOW, NOW + 60_000, speakers=("s-ana",))
        await house.write(put(EVENT, "s-ana", Speaker("Ana", person="ana")), put(EVENT, "talk", talk))
        house.tick()
        assert house.world.person_of(slot).badge == "speaker"
        await house.write(put(EVENT, "talk", msgspec.structs.replace(talk, speakers=(), chairs=("ana",))))
        house.tick()
        assert house.world.person_of(slot).badge == "chair"
        asked: list[str] = []
        avatar_of = house.identity.avatar
        assert house.house.faces is not None

        def noted(person: str) -> Person:
            asked.append(person)
            return avatar_of(person)

        monkeypatch.setattr(house.house.faces, "_avatar_of", noted)
        many = [put(EVENT, f"t{n}", msgspec.structs.replace(talk, speakers=(), chairs=())) for n in range(50)]
        await house.write(*many, delete(EVENT, Session, "talk"))
        house.tick()
        assert house.world.person_of(slot).badge == ""
        assert asked == ["ana"], "once for a whole import, and nobody who has no part in it"


async def test_a_name_that_was_not_saved_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FaceHouse() as house:
        _, slot = await meeting(house)

        async def refuse(*_: Any) -> None:
            house.tick()
            raise unavailable("locked")

        monkeypatch.setattr(house.store, "commit", refuse)
        with pytest.raises(Exception, match="locked"):
            await house.write(put(person_stream("ana"), "ana", msgspec.structs.replace(ANA, name="Nobody")))
        house.tick(2)
        assert house.world.person_of(slot) == Person("ana", "ana")


async def test_stopped_twice_it_hears_no_more() -> None:
    async with FaceHouse() as house:
        ben, _ = await meeting(house)
        assert house.house.faces is not None
        house.house.faces.stop()
        house.house.faces.stop()
        await house.write(put(person_stream("ana"), "ana", msgspec.structs.replace(ANA, name="Ana María")))
        house.tick()
        assert house.told(ben) == []
