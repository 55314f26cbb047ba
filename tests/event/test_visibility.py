"""Who reads which stream: a table over roles, scopes and times; guessed names and other people's streams never."""

from __future__ import annotations

import pytest
from tests.event.rig import Event

from turia.event.commands import NOBODY, THE_SYSTEM, Actor
from turia.event.entries import EVENT, put
from turia.event.permissions import EVENT_SCOPE, Scope
from turia.event.programme import Room, Session
from turia.event.roles import BUILT_IN
from turia.event.visibility import may_read
from turia.testing.backbone import NOW

HOUR = 3_600_000
STREAMS = ("event", "event/staff", "event/mail", "room/hall", "room/hall/staff", "room/lab/staff")
#: Besides everybody's: what a role reads that is held in the event, and in the hall.
IN_EVENT = {
    "speaker": set(),
    "chair": {"room/hall/staff", "room/lab/staff"},
    "moderator": {"room/hall/staff", "room/lab/staff"},
    "steward": {"room/hall/staff", "room/lab/staff"},
    "captioner": set(),
    "interpreter": set(),
    "organiser": {"event/staff", "event/mail", "room/hall/staff", "room/lab/staff"},
}
ATTENDEE = {"event", "room/hall"}


def hall_event() -> Event:
    event = Event()
    event.put(
        put(EVENT, "hall", Room("Hall")),
        put(EVENT, "lab", Room("Lab")),
        put(EVENT, "s1", Session("Opening", NOW + 2 * HOUR, NOW + 3 * HOUR, room="hall")),
    )
    return event


def read(event: Event, by: Actor, at: int = NOW) -> set[str]:
    return {stream for stream in STREAMS if may_read(event.state, by, stream, at)}


def test_without_a_registration_that_may_enter_there_is_the_event_alone() -> None:
    event = hall_event()
    for by in (NOBODY, Actor("stranger"), Actor(event.register("Ana"))):
        assert read(event, by) == {"event"}
    event.do("people.enter_as_guest", person="gil", name="Gil")
    assert read(event, Actor("gil", guest=True)) == ATTENDEE
    assert read(event, Actor("gil")) == {"event"}
    assert read(event, THE_SYSTEM) == set(STREAMS)


def test_the_table_has_every_role() -> None:
    assert IN_EVENT.keys() == BUILT_IN.keys() - {"nobody", "signed_in", "attendee"}


@pytest.mark.parametrize("role", IN_EVENT)
def test_roles_in_the_event_in_a_room_and_in_a_session(role: str) -> None:
    event = hall_event()
    people = {
        name: event.enrol(name.title(), email=f"{name}@example.org")
        for name in ("all", "hall", "lab", "session", "late")
    }
    for name, scope in (("all", EVENT_SCOPE), ("hall", Scope(room="hall")), ("lab", Scope(room="lab"))):
        event.grant(people[name], role, scope=scope)
    event.grant(people["session"], role, scope=Scope(session="s1"))
    event.grant(people["late"], role, since=NOW + HOUR, until=NOW + 2 * HOUR)
    runs = "room/hall/staff" in IN_EVENT[role]
    hall, lab = ({f"room/{room}/staff"} if runs else set() for room in ("hall", "lab"))
    assert read(event, Actor(people["all"])) == ATTENDEE | IN_EVENT[role]
    assert read(event, Actor(people["hall"])) == ATTENDEE | hall
    assert read(event, Actor(people["lab"])) == ATTENDEE | lab
    for at, extra in ((NOW + HOUR - 1, set()), (NOW + HOUR, hall), (NOW + 4 * HOUR, set())):
        assert read(event, Actor(people["session"]), at) == ATTENDEE | extra
    for at, more in ((NOW + HOUR - 1, set()), (NOW + HOUR, IN_EVENT[role]), (NOW + 2 * HOUR, set())):
        assert read(event, Actor(people["late"]), at) == ATTENDEE | more


def test_t16_ones_own_stream_and_nobody_elses() -> None:
    event = hall_event()
    ana, ben = event.enrol("Ana"), event.enrol("Ben")
    assert may_read(event.state, Actor(ana), f"person/{ana}", NOW)
    assert not may_read(event.state, Actor(ana), f"person/{ben}", NOW)
    assert not may_read(event.state, event.organiser, f"person/{ana}", NOW)
    assert not may_read(event.state, NOBODY, "person/", NOW)


@pytest.mark.parametrize(
    "stream",
    [
        "",
        "Event",
        "event/",
        "event/undo",
        "event/other",
        "room",
        "room/",
        "person",
        "secret",
        "room//staff",
        "x/room/hall",
    ],
)
def test_t16_streams_that_are_not_there_are_read_by_nobody(stream: str) -> None:
    event = hall_event()
    ana = event.enrol("Ana")
    assert not may_read(event.state, Actor(ana), stream, NOW)
    assert not may_read(event.state, event.organiser, stream, NOW)


def test_whoever_manages_people_reads_their_invitations() -> None:
    event = hall_event()
    ana = event.enrol("Ana")
    role = event.do("roles.define", event.organiser, title="Registrar", permissions=("people.manage",)).role
    event.grant(ana, role)
    assert read(event, Actor(ana)) == ATTENDEE | {"event/staff", "event/mail"}
