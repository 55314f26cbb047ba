"""How talks get on, over HTTP: who may look at which rooms, whose names are told, and what is wrong comes first."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from turia.event.all_commands import COMMANDS
from turia.event.commands import Actor
from turia.event.granting import Granted, GrantRole
from turia.event.programme import Room, Session
from turia.event.scopes import Scope
from turia.event.seeding import Seed
from turia.event.settings import Info
from turia.media.health import AudienceSeen, Named, PublisherSeen, RefusedSeen, RoomSeen
from turia.testing.entrance import Entrance
from turia.testing.event_site import EventSite

MINUTE = 60_000
STUCK = (Named("ben", "Ben"), Named("cleo", "Cleo"))
REFUSED = RefusedSeen("ana", "Ana", "camera", "muted", "You were muted.", 100, 2)
HALL = RoomSeen(
    (PublisherSeen("ana", "Ana", 40, ()),),
    (REFUSED,),
    AudienceSeen(viewers=9, full=6, stuck=3, stuck_people=STUCK, hears=6, wants_sound=9),
)


@pytest.fixture
async def event(visit: Any) -> EventSite:
    """A talk is live in the hall, with something to see; and there are two more rooms."""
    entrance = Entrance({"guests": False})
    site = EventSite(entrance, await visit(entrance))
    now = site.journal.moment().at
    seed = Seed(
        info=Info("An event"),
        rooms={"hall": Room("Hall", order=1), "foyer": Room("Foyer", order=0), "attic": Room("Attic", order=2)},
        sessions={"talk": Session("Talk", now + MINUTE, now + 60 * MINUTE, room="hall")},
        speakers={},
    )
    await site.journal.do("event.seed", seed)
    entrance.clock.advance(60)
    await site.journal.do("session.go_live", COMMANDS["session.go_live"].payload("talk"))
    entrance.monitor.rooms["hall"] = HALL
    return site


async def look(event: EventSite, person: str = "", query: str = "") -> tuple[int, Any]:
    cookies = await event.cookie(person) if person else {}
    status, answer = await event.get(f"/api/media{query}", cookies)
    return status, answer


async def grant(event: EventSite, person: str, role: str, **scope: str) -> str:
    """The key of the grant."""
    granted = await event.journal.do("roles.grant", GrantRole(person=person, role=role, scope=Scope(**scope)))
    assert isinstance(granted, Granted)
    return granted.grant


async def test_an_organiser_sees_every_room_with_something_on_and_the_server(event: EventSite) -> None:
    status, answer = await look(event, await event.organiser())
    assert status == 200
    [hall] = answer["rooms"]
    assert (hall["room"], hall["title"], hall["session"], hall["live"]) == ("hall", "Hall", "Talk", True)
    assert hall["publishers"] == [{"person": "ana", "name": "Ana", "round_trip_ms": 40, "sources": []}]
    assert hall["refused"][0]["code"] == "muted"
    assert (hall["audience"]["viewers"], hall["audience"]["stuck"]) == (9, 3)
    assert [each["code"] for each in hall["problems"]] == ["stuck", "refused_muted"]
    assert hall["problems"][0]["severity"] == "bad"
    assert answer["rooms_looked_after"] == 3
    assert (answer["server"]["period_ms"], answer["server_problems"]) == (20, [])
    assert event.last.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("role", ["moderator", "chair", "steward"])
async def test_the_staff_of_a_room_sees_that_room_alone(event: EventSite, role: str) -> None:
    event.entrance.monitor.rooms["foyer"] = RoomSeen()
    person = await event.person("Mo")
    await grant(event, person, role, room="hall")
    status, answer = await look(event, person)
    assert status == 200
    assert ([each["room"] for each in answer["rooms"]], answer["rooms_looked_after"]) == (["hall"], 1)
    status, answer = await look(event, person, "?room=foyer")
    assert (status, answer["code"]) == (403, "not_allowed")


async def test_the_chair_of_a_session_sees_its_room_while_the_session_is(event: EventSite) -> None:
    person = await event.person("Cha")
    await grant(event, person, "chair", room="hall", session="talk")
    assert [each["room"] for each in (await look(event, person))[1]["rooms"]] == ["hall"]
    event.entrance.clock.advance(5 * 3_600)
    await event.journal.do("session.end", COMMANDS["session.end"].payload("talk"))
    assert (await look(event, person))[0] == 403


@pytest.mark.parametrize("role", ["", "speaker", "captioner", "interpreter"])
async def test_nobody_else_sees_anything(event: EventSite, role: str) -> None:
    status, answer = await look(event, await event.person("Nia", role))
    assert (status, answer["code"]) == (403, "not_allowed")
    assert "chairs, moderators and stewards" in answer["error"]


async def test_strangers_sign_in_first_and_unknown_rooms_are_said(event: EventSite) -> None:
    assert (await look(event))[0] == 401
    status, answer = await look(event, await event.organiser(), "?room=cellar")
    assert (status, answer["code"]) == (404, "unknown_room")


async def test_rights_that_end_while_it_is_looked_at_count(event: EventSite, monkeypatch: pytest.MonkeyPatch) -> None:
    person = await event.person("Mo")
    granted = await grant(event, person, "moderator", room="hall")

    async def slow(room: str) -> RoomSeen:
        del room
        await event.journal.do("roles.revoke", COMMANDS["roles.revoke"].payload(granted))
        return HALL

    monkeypatch.setattr(event.entrance.monitor, "look", slow)
    status, answer = await look(event, person)
    assert (status, answer["rooms"]) == (200, [])


async def test_people_who_are_stuck_are_named_to_those_who_may_see_them(event: EventSite) -> None:
    def named(answer: Any) -> tuple[list[str], int]:
        [hall] = answer["rooms"]
        return [each["name"] for each in hall["audience"]["stuck_people"]], hall["unnamed"]

    event.entrance.standing["cleo"] = "hall"
    chair = await event.person("Cha")
    await grant(event, chair, "chair", room="hall")
    assert named((await look(event, chair))[1]) == (["Cleo"], 2), "she stands in the room, where all see her"
    assert named((await look(event, await event.organiser()))[1]) == (["Ben", "Cleo"], 1)


async def test_somebody_on_air_of_whom_nothing_comes_is_told_though_the_room_is_silent(event: EventSite) -> None:
    event.entrance.monitor.rooms.clear()
    organiser, ana = await event.organiser(), await event.person("Ana")
    assert (await look(event, organiser))[1]["rooms"] == []
    await grant(event, ana, "speaker", room="hall", session="talk")
    given = COMMANDS["stage.go_on_air"].payload("talk", ("camera", "microphone"))
    await event.journal.do("stage.go_on_air", given, Actor(ana))
    event.entrance.clock.advance(9)
    [hall] = (await look(event, organiser))[1]["rooms"]
    [problem] = hall["problems"]
    assert (problem["code"], problem["person"]) == ("absent", ana)
    assert hall["on_air"] == [{"person": ana, "name": "Ana", "sources": ["camera", "microphone"], "for_ms": 9_000}]


async def test_rooms_with_the_worst_problems_come_first(event: EventSite) -> None:
    event.entrance.monitor.rooms |= {
        "foyer": RoomSeen((PublisherSeen("x", "X", 40, ()),), (), AudienceSeen(viewers=3, full=3)),
        "attic": RoomSeen((PublisherSeen("y", "Y", 900, ()),), (), AudienceSeen(viewers=3, full=3)),
    }
    answer = (await look(event, await event.organiser()))[1]
    assert [each["room"] for each in answer["rooms"]] == ["hall", "attic", "foyer"]


async def test_a_server_that_is_short_of_time_says_so(event: EventSite) -> None:
    monitor = event.entrance.monitor
    monitor.plane = msgspec.structs.replace(monitor.plane, period_ms=40)
    answer = (await look(event, await event.organiser()))[1]
    assert [each["code"] for each in answer["server_problems"]] == ["server_busy"]
    assert answer["rooms"][0]["problems"][0]["advice"] == "It is us: see what is said of the server."


async def test_no_address_of_anybody_is_told(event: EventSite) -> None:
    await look(event, await event.organiser())
    text = await event.last.text()
    assert "192." not in text
    assert "127.0" not in text
    assert "@" not in text
