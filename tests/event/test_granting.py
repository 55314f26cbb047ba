"""Roles: nobody gives what he does not hold; windows, scopes, roles of organisers' own making."""

from __future__ import annotations

import pytest
from tests.event.rig import Event

from turia.event.commands import Actor
from turia.event.entries import EVENT, EVENT_STAFF, put
from turia.event.grants import Grant, Grants
from turia.event.permissions import EVENT_SCOPE, Permission, Scope, permits
from turia.event.programme import Room, Session, Speaker
from turia.event.roles import Role
from turia.event.rooms import Phase, SessionRun
from turia.testing.backbone import NOW

HOUR = 3_600_000


def venue() -> Event:
    event = Event()
    event.put(
        put(EVENT, "plenary", Room("Plenary")),
        put(EVENT, "lab", Room("Lab")),
        put(EVENT, "s1", Session("Opening", NOW + 2 * HOUR, NOW + 3 * HOUR, room="plenary")),
    )
    return event


def may(event: Event, person: str, permission: Permission, scope: Scope = EVENT_SCOPE, at: int | None = None) -> bool:
    return permits(event.state, person, permission, scope, event.now if at is None else at)


def test_a_grant_is_given_once_and_taken_away() -> None:
    event = venue()
    ana = event.enrol("Ana")
    grant = event.grant(ana, "moderator", scope=Scope(room="plenary"))
    assert event.grant(ana, "moderator", scope=Scope(room="plenary")) == grant
    assert may(event, ana, Permission.ROOM_DOORS, Scope(room="plenary"))
    assert not may(event, ana, Permission.ROOM_DOORS, Scope(room="lab"))
    event.do("roles.revoke", event.organiser, grant=grant)
    assert not may(event, ana, Permission.ROOM_DOORS, Scope(room="plenary"))
    assert event.refuses("roles.revoke", event.organiser, grant=grant).code == "unknown_grant"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"role": "attendee"}, "role_standing"),
        ({"role": "nobody"}, "role_standing"),
        ({"role": "king"}, "unknown_role"),
        ({"role": "steward", "scope": Scope(room="attic")}, "unknown_room"),
        ({"role": "steward", "scope": Scope(session="s9")}, "unknown_session"),
        ({"role": "steward", "scope": Scope("lab", "s1")}, "wrong_room"),
        ({"role": "steward", "since": 5, "until": 5}, "time_empty"),
        ({"role": "steward", "since": -1}, "time_empty"),
        ({"role": "steward", "until": -5}, "time_empty"),
    ],
)
def test_what_makes_no_sense_is_not_granted(fields: dict[str, object], code: str) -> None:
    event = venue()
    assert event.refuses("roles.grant", event.organiser, person=event.enrol("Ana"), **fields).code == code


def deputy(event: Event, scope: Scope = EVENT_SCOPE, **window: int) -> Actor:
    """Somebody who may grant, and holds what stewards hold, there and then."""
    role = Role("Deputy", ("event.enter", "roles.grant", "room.admit", "room.staff", "room.enter_any", "staff.enter"))
    event.put(put(EVENT_STAFF, "deputy", role))
    person = event.enrol("Dora")
    event.put(put(EVENT_STAFF, "d1", Grant(person, "deputy", scope, **window)))
    return Actor(person)


def test_t24_nobody_gives_what_he_does_not_hold() -> None:
    event = venue()
    dora, ana = deputy(event), event.enrol("Ana")
    for role in ("organiser", "moderator", "steward", "captioner"):
        assert event.refuses("roles.grant", dora, person=ana, role=role).code == "not_held"
        assert event.refuses("roles.grant", dora, person=dora.person, role=role).code == "not_held"
    event.do("roles.grant", dora, person=ana, role="deputy")
    event.grant(ana, "moderator")
    moderator = next(key for key, each in event.state.view(Grants).keyed(ana).items() if each.role == "moderator")
    assert event.refuses("roles.revoke", dora, grant=moderator).code == "not_held"
    assert event.refuses("roles.revoke", dora, grant="first").code == "not_held"


def test_t24_nobody_gives_further_than_he_holds() -> None:
    event = venue()
    dora, ana = deputy(event, Scope(room="plenary")), event.enrol("Ana")
    assert event.refuses("roles.grant", dora, person=ana, role="deputy").code == "not_allowed"
    assert event.refuses("roles.grant", dora, person=ana, role="deputy", scope=Scope(room="lab")).code == "not_allowed"
    event.do("roles.grant", dora, person=ana, role="deputy", scope=Scope(room="plenary"))
    assert event.refuses("roles.define", dora, title="Mine", permissions=("room.admit",)).code == "not_allowed"


def test_t24_nobody_gives_for_longer_than_he_holds() -> None:
    event = venue()
    dora, ana = deputy(event, since=0, until=NOW + HOUR), event.enrol("Ana")
    give = {"person": ana, "role": "deputy"}
    assert event.refuses("roles.grant", dora, **give).code == "not_held"
    assert event.refuses("roles.grant", dora, **give, until=NOW + HOUR + 1).code == "not_held"
    assert event.refuses("roles.grant", dora, **give, since=NOW + 2 * HOUR, until=NOW + 3 * HOUR).code == "not_held"
    event.do("roles.grant", dora, **give, until=NOW + HOUR)
    event.now += HOUR
    assert event.refuses("roles.grant", dora, **give, until=NOW + HOUR).code == "not_allowed"


def test_the_last_organiser_stays_until_there_is_another() -> None:
    event = venue()
    ana, ben = event.enrol("Ana"), event.enrol("Ben")
    event.grant(ana, "organiser", until=NOW + HOUR)
    event.grant(ben, "organiser", scope=Scope(room="lab"))
    assert event.refuses("roles.revoke", event.organiser, grant="first").code == "last_organiser"
    second = event.grant("olga", "organiser", since=1)
    event.do("roles.revoke", event.organiser, grant="first")
    assert event.refuses("roles.revoke", event.organiser, grant=second).code == "last_organiser"
    event.grant(ana, "organiser")
    event.do("roles.revoke", Actor(ana), grant=second)
    assert not may(event, "olga", Permission.EVENT_CONFIGURE)


def test_an_organiser_who_was_declined_is_none() -> None:
    event = venue()
    ana = event.enrol("Ana")
    event.grant(ana, "organiser")
    event.do("people.withdraw", Actor(ana))
    assert event.refuses("people.withdraw", event.organiser).code == "last_organiser"


def test_roles_of_the_programme_come_and_go_with_the_session() -> None:
    event = venue()
    ana, ben = event.enrol("Ana"), event.enrol("Ben")
    start, end = NOW + 2 * HOUR, NOW + 3 * HOUR
    session = Session("Opening", start, end, room="plenary", chairs=(ana,), speakers=("sp",))
    event.put(put(EVENT, "sp", Speaker("Ben", person=ben)), put(EVENT, "s1", session))
    lead, grace = HOUR, 5 * 60_000
    for at, expected in (
        (start - lead - 1, False),
        (start - lead, True),
        (end, True),
        (end + grace - 1, True),
        (end + grace, False),
    ):
        assert may(event, ana, Permission.SESSION_RUN, Scope("plenary", "s1"), at) is expected
        assert may(event, ana, Permission.ROOM_ADMIT, Scope(room="plenary"), at) is expected
        assert may(event, ben, Permission.STAGE_ENTER, Scope(room="plenary"), at) is expected
        assert may(event, ben, Permission.STAFF_ENTER, Scope(room="green room"), at) is expected
    assert not may(event, ana, Permission.SESSION_RUN, Scope("plenary", "s2"), start)
    assert not may(event, ana, Permission.ROOM_ADMIT, Scope(room="lab"), start)
    assert not may(event, ben, Permission.SESSION_RUN, Scope("plenary", "s1"), start)


def test_they_follow_what_the_programme_says_now() -> None:
    event = venue()
    ana = event.enrol("Ana")
    at = NOW + 2 * HOUR
    run = (Permission.SESSION_RUN, Scope("plenary", "s1"), at)
    session = Session("Opening", NOW + 2 * HOUR, NOW + 3 * HOUR, room="plenary", chairs=(ana,))
    event.put(put(EVENT, "s1", session))
    assert may(event, ana, *run)
    event.put(put(EVENT, "s1", Session("Opening", NOW + 5 * HOUR, NOW + 6 * HOUR, room="plenary", chairs=(ana,))))
    assert not may(event, ana, *run)
    cancelled = Session("Opening", at, at + HOUR, room="plenary", chairs=(ana,), cancelled=True)
    event.put(put(EVENT, "s1", cancelled))
    assert not may(event, ana, *run)
    event.put(put(EVENT, "s1", Session("Opening", at, at + HOUR, room="plenary", chairs=("olga",))))
    assert not may(event, ana, *run)


def test_a_chair_keeps_the_chair_while_the_session_runs_late() -> None:
    event = venue()
    ana = event.enrol("Ana")
    start, end = NOW + 2 * HOUR, NOW + 3 * HOUR
    event.put(put(EVENT, "s1", Session("Opening", start, end, room="plenary", chairs=(ana,))))
    late = (Permission.SESSION_RUN, Scope("plenary", "s1"), end + HOUR)
    assert not may(event, ana, *late)
    event.put(put("room/plenary", "s1", SessionRun(Phase.LIVE, start)))
    assert may(event, ana, *late)
    event.put(put("room/plenary", "s1", SessionRun(Phase.ENDED, end + HOUR)))
    assert not may(event, ana, *late)


def test_what_one_may_now_and_when_that_changes() -> None:
    event = venue()
    ana = event.enrol("Ana")
    event.grant(ana, "steward", scope=Scope(room="lab"), until=NOW + HOUR)
    event.grant(ana, "captioner", scope=Scope(room="plenary"), since=NOW + 2 * HOUR)
    told = event.ask("my.permissions", Actor(ana))
    held = {each.permission: each.scopes for each in told.permissions}
    assert held["event.enter"] == (EVENT_SCOPE,)
    assert held["room.admit"] == (Scope(room="lab"),)
    assert "captions.write" not in held
    assert (told.roles, told.changes_at) == (("attendee", "steward"), NOW + HOUR)
    assert [(each.role, each.title, each.in_force) for each in told.held] == [
        ("steward", "Steward", True),
        ("captioner", "Captioner", False),
    ]
    event.now = NOW + HOUR
    assert [each.role for each in event.ask("my.permissions", Actor(ana)).held] == ["captioner"], "one is over"
    event.now = NOW
    assert [each.permission for each in event.ask("my.permissions").permissions] == ["anybody"]
    roles = event.ask("people.roles", event.organiser, person=ana)
    assert [(each.role, each.in_force) for each in roles.roles] == [("steward", True), ("captioner", False)]
    assert roles.counts


def test_roles_of_organisers_own_making() -> None:
    event = venue()
    ana = event.enrol("Ana")
    role = event.do(
        "roles.define", event.organiser, title=" Room  host ", permissions=("room.admit", "room.staff")
    ).role
    event.grant(ana, role)
    assert may(event, ana, Permission.ROOM_ADMIT, Scope(room="lab"))
    listed = {each.role: each for each in event.ask("roles.list", event.organiser).roles}
    assert (listed[role].title, listed[role].holders) == ("Room host", 1)
    change = {"role": role, "title": "Room host", "seen": listed[role].seen}
    event.do("roles.define", event.organiser, permissions=("room.staff",), **change)
    assert not may(event, ana, Permission.ROOM_ADMIT, Scope(room="lab")), "changed for everybody at once"
    stale = event.refuses("roles.define", event.organiser, permissions=("room.doors",), **change)
    assert stale.code == "stale"
    seen = event.seen(EVENT_STAFF, Role, role)
    assert event.refuses("roles.delete", event.organiser, role=role, seen=seen).code == "role_in_use"
    event.do("people.withdraw", Actor(ana))
    event.do("roles.delete", event.organiser, role=role, seen=seen)
    assert event.refuses("roles.delete", event.organiser, role=role, seen=seen).code == "unknown_role"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"title": ""}, "title_empty"),
        ({"title": "Organiser"}, "title_taken"),
        ({"title": "steward"}, "title_taken"),
        ({"title": "x" * 10_000}, "title_too_long"),
        ({"permissions": ("everything",)}, "unknown_permission"),
        ({"permissions": ("nobody",)}, "unknown_permission"),
        ({"role": "organiser"}, "role_built_in"),
        ({"role": "role-gone"}, "unknown_role"),
    ],
)
def test_roles_that_cannot_be(fields: dict[str, object], code: str) -> None:
    given = {"title": "Host", "permissions": ("room.admit",), **fields}
    assert venue().refuses("roles.define", Event.organiser, **given).code == code


def test_t24_nobody_makes_a_role_of_what_he_does_not_hold() -> None:
    event = venue()
    ana = event.enrol("Ana")
    event.put(put(EVENT_STAFF, "maker", Role("Maker", ("event.enter", "roles.define"))))
    event.put(put(EVENT_STAFF, "strong", Role("Strong", ("event.enter", "event.configure"))))
    event.put(put(EVENT_STAFF, "g", Grant(ana, "maker")))
    define = {"title": "Mine", "permissions": ("event.configure",)}
    assert event.refuses("roles.define", Actor(ana), **define).code == "not_held"
    seen = event.seen(EVENT_STAFF, Role, "maker")
    assert event.refuses("roles.define", Actor(ana), role="maker", seen=seen, **define).code == "not_held"
    strong = {"role": "strong", "seen": event.seen(EVENT_STAFF, Role, "strong")}
    assert event.refuses("roles.define", Actor(ana), title="Weak", permissions=(), **strong).code == "not_held"
    assert event.refuses("roles.delete", Actor(ana), **strong).code == "not_held"
