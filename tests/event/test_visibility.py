"""Who reads which stream: a table over roles, scopes and times; guessed names and other people's streams never."""

from __future__ import annotations

import msgspec
import pytest
from tests.event.rig import Event

from turia.event.commands import NOBODY, THE_SYSTEM, Actor
from turia.event.entries import EVENT, delete, put
from turia.event.permissions import EVENT_SCOPE, Scope
from turia.event.programme import DoorPolicy, Room, Session, Speaker
from turia.event.roles import BUILT_IN
from turia.event.rooms import Admission, Door, Invitee, Phase, SessionRun
from turia.event.visibility import is_for_all, may_follow, may_read, session_of_talk
from turia.testing.backbone import NOW
from turia.testing.stage import Stage

HOUR = 3_600_000
STREAMS = ("event", "event/staff", "event/mail", "room/hall", "session/s1/talk", "room/hall/staff", "room/lab/staff")
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
ATTENDEE = {"event", "room/hall", "session/s1/talk"}


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
        "session",
        "session//talk",
        "session/s1",
        "session/s1/staff",
        "room/hall/talk",
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


TALK = "session/talk/talk"


def behind(door: DoorPolicy) -> Stage:
    """The hall with this door; Ana is an attendee, Spe and Cap work in the talk, Sam in the whole event."""
    stage = Stage()
    stage.room("hall", idle_door=door, session_door=door)
    stage.room("lab")
    stage.session("talk", "hall", 600, 660)
    for person, role, scope in (
        ("ana", "", EVENT_SCOPE),
        ("spe", "speaker", Scope("hall", "talk")),
        ("cap", "captioner", Scope("hall", "talk")),
        ("lab", "captioner", Scope("lab")),
        ("sam", "captioner", EVENT_SCOPE),
    ):
        stage.person(person, role, scope)
    return stage


def reads(stage: Stage, person: str, inside: str = "", stream: str = TALK) -> bool:
    by = msgspec.structs.replace(stage.actor(person), inside=inside)
    return may_read(stage.state, by, stream, stage.event_at)


@pytest.mark.parametrize("door", [each for each in DoorPolicy if each is not DoorPolicy.OPEN])
def test_a_door_keeps_in_what_is_said_but_everybody_knows_the_door(door: DoorPolicy) -> None:
    stage = behind(door)
    stage.do("session.open", session="talk")
    for person in ("ana", "lab"):
        assert not reads(stage, person)
        assert not reads(stage, person, "lab")
        assert reads(stage, person, "hall"), "a door keeps nothing from those who are inside"
        assert reads(stage, person, stream="room/hall")
    for person in ("spe", "cap", "sam"):
        assert reads(stage, person), f"{person} works there"
    assert not reads(stage, "stranger", "hall")
    assert not is_for_all(stage.state, "talk")


def test_whoever_works_in_a_session_prepares_long_before_and_in_no_other_one() -> None:
    stage = behind(DoorPolicy.INVITATION)
    stage.person("pia")
    stage.set(EVENT, "pia", Speaker("Pia", person="pia"))
    stage.session("talk", "hall", 6_000, 6_060, speakers=("pia",))
    stage.session("other", "hall", 0, 60)
    stage.do("session.go_live", session="other")
    for person in ("spe", "pia", "cap", "sam"):
        assert reads(stage, person), person
    for person in ("spe", "pia", "cap"):
        assert not reads(stage, person, stream="session/other/talk"), f"{person} works in another session of the room"
    assert reads(stage, "sam", stream="session/other/talk")


def test_an_open_door_keeps_nothing_in() -> None:
    stage = behind(DoorPolicy.OPEN)
    assert reads(stage, "ana")
    assert not reads(stage, "stranger")
    assert not reads(stage, "ana", stream="session//talk")


def test_whoever_was_let_in_reads_and_whoever_was_sent_away_does_not() -> None:
    stage = behind(DoorPolicy.WAITING_ROOM)
    stage.do("session.open", session="talk")
    stage.set("room/hall/staff", "ana", Admission(True))
    assert reads(stage, "ana")
    stage.set("room/hall/staff", "ana", Admission(False))
    assert not reads(stage, "ana")


@pytest.mark.parametrize("idle", [DoorPolicy.OPEN, DoorPolicy.CLOSED])
def test_before_and_after_the_sessions_own_door_counts_not_that_of_the_empty_room(idle: DoorPolicy) -> None:
    stage = behind(idle)
    for key, door in (("open", DoorPolicy.OPEN), ("listed", DoorPolicy.INVITATION), ("shut", DoorPolicy.CLOSED)):
        stage.session(key, "hall", -60, -30, door=door)
    stage.set("room/hall/staff", "listed.ana", Invitee("ana"))

    def follows(person: str, session: str, inside: str = "hall") -> bool:
        by = msgspec.structs.replace(stage.actor(person), inside=inside)
        return may_follow(stage.state, by, session, stage.event_at)

    for phase in (None, Phase.ENDED, Phase.CANCELLED):
        if phase is not None:
            for key in ("open", "listed", "shut"):
                stage.set("room/hall", key, SessionRun(phase, stage.event_at))
        assert [follows("ana", each) for each in ("open", "listed", "shut")] == [True, True, False]
        assert [follows("lab", each) for each in ("open", "listed", "shut")] == [True, False, False]
        assert [is_for_all(stage.state, each) for each in ("open", "listed", "shut")] == [True, False, False]
        assert not follows("stranger", "open")
    stage.put(delete("room/hall/staff", Invitee, "listed.ana"))
    assert not follows("ana", "listed"), "taken off the list"
    stage.set("room/hall", "open", SessionRun(Phase.LIVE, stage.event_at))
    stage.set("room/hall", "hall", Door(DoorPolicy.LOCKED))
    assert not follows("ana", "open", ""), "while it runs, the door is what it is set to"
    assert follows("ana", "open")
    assert follows("sam", "open", "")
    assert not is_for_all(stage.state, "open")


def test_what_was_said_in_a_session_that_was_removed_is_for_those_who_edit_the_programme() -> None:
    stage = behind(DoorPolicy.OPEN)
    stage.person("olga", "organiser")
    assert reads(stage, "ana")
    stage.put(delete(EVENT, Session, "talk"))
    assert [reads(stage, each, "hall") for each in ("ana", "lab", "olga")] == [False, False, True]
    assert not is_for_all(stage.state, "talk")


def test_the_session_of_a_stream() -> None:
    streams = ("session/a.b:c/talk", "session/talk", "session//talk", "room/hall/talk", "session/a/staff", "event")
    assert [session_of_talk(each) for each in streams] == ["a.b:c", "", "", "", "", ""]
