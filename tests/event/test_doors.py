"""What a room's door is now, and whom it lets through."""

from __future__ import annotations

import pytest

from turia.errors import Refused
from turia.event.doors import (
    NO_RIGHTS,
    Doorway,
    Rights,
    door_of,
    instants,
    may_have_rights,
    passage,
    rights_of,
    with_rights,
)
from turia.event.entries import EVENT, EVENT_STAFF, put, room_staff_stream
from turia.event.programme import DoorPolicy, Speaker
from turia.event.roles import Role
from turia.event.rooms import Admission, Invitee, Phase
from turia.event.scopes import Scope
from turia.testing.stage import MINUTE, TEN, Stage

OPEN, MEMBERS, INVITATION, WAITING, LOCKED, CLOSED = DoorPolicy
STAFF = room_staff_stream("hall")
PEOPLE = ("nobody", "declined", "guest", "attendee", "member", "invited", "admitted", "speaker", "steward")


@pytest.fixture
def stage() -> Stage:
    """A talk is open in the hall; everybody of PEOPLE has his relation to it."""
    stage = Stage()
    stage.room("hall", idle_door=CLOSED, session_door=MEMBERS, lead_out=True)
    stage.set(EVENT, "s1", Speaker("Sam", person="speaker"))
    stage.session("talk", "hall", 0, 60, speakers=("s1",))
    stage.person("head", "organiser")
    for name in PEOPLE[3:]:
        stage.person(name)
    stage.guest("guest")
    stage.set(EVENT_STAFF, "quiet", Role("Quiet member", ("captions.write",)))
    stage.grant("member", "quiet", Scope("hall"))
    stage.grant("steward", "steward")
    stage.do("session.open", "head", session="talk")
    stage.do("room.invite", "head", room="hall", person="invited", session="talk")
    stage.do("room.admit", "head", room="hall", person="admitted")
    return stage


def let_in(stage: Stage, room: str = "hall") -> list[str]:
    return [person for person in PEOPLE if passage(stage.state, room, person, stage.event_at).enters]


@pytest.mark.parametrize(
    ("policy", "who"),
    [
        (OPEN, PEOPLE[2:]),
        (MEMBERS, PEOPLE[4:]),
        (INVITATION, PEOPLE[4:]),
        (WAITING, ("member", "admitted", "speaker", "steward")),
        (LOCKED, ("speaker", "steward")),
        (CLOSED, ("speaker", "steward")),
    ],
)
def test_each_policy_lets_through_whom_it_says(stage: Stage, policy: DoorPolicy, who: tuple[str, ...]) -> None:
    stage.do("room.set_door", "head", room="hall", policy=policy)
    assert let_in(stage) == list(who)
    if policy is not OPEN:
        assert passage(stage.state, "hall", "attendee", stage.event_at).why == policy
    assert passage(stage.state, "hall", "nobody", stage.event_at).why == "not_let_in"


def test_the_door_follows_the_session_and_falls_back_to_the_idle_room(stage: Stage) -> None:
    door = door_of(stage.state, "hall")
    assert door == Doorway(MEMBERS, lead_out=True, by_hand=False, session="talk", phase=Phase.OPEN)
    stage.session("talk", "hall", 0, 60, door=OPEN)
    assert door_of(stage.state, "hall") == Doorway(OPEN, session="talk", phase=Phase.OPEN)
    stage.do("session.end", "head", session="talk")
    assert door_of(stage.state, "hall") == Doorway(CLOSED, lead_out=True)
    assert door_of(stage.state, "cellar") == Doorway(CLOSED), "no such room"


def test_what_a_person_sets_holds_until_taken_back_or_the_session_ends(stage: Stage) -> None:
    stage.do("room.set_door", "head", room="hall", policy=LOCKED)
    assert door_of(stage.state, "hall") == Doorway(LOCKED, by_hand=True, session="talk", phase=Phase.OPEN)
    answer = stage.do("room.follow_programme", "head", room="hall")
    assert (answer.policy, answer.by_hand) == (MEMBERS, False)
    assert door_of(stage.state, "hall").policy is MEMBERS
    assert stage.do("room.follow_programme", "head", room="hall") == answer
    stage.do("room.set_door", "head", room="hall", policy=CLOSED, lead_out=True)
    stage.do("session.end", "head", session="talk")
    assert not door_of(stage.state, "hall").by_hand
    stage.do("room.set_door", "head", room="hall", policy=OPEN)
    stage.session("next", "hall", 60, 90)
    stage.do("session.go_live", "head", session="next")
    assert door_of(stage.state, "hall").policy is OPEN, "set while nothing was on: until taken back"


def test_a_locked_or_open_door_leads_nobody_out(stage: Stage) -> None:
    for policy in (OPEN, LOCKED):
        with pytest.raises(Refused, match="inside"):
            stage.do("room.set_door", "head", room="hall", policy=policy, lead_out=True)
        stage.do("room.set_door", "head", room="hall", policy=policy)
        assert not door_of(stage.state, "hall").lead_out


def test_lists_and_admissions_of_one_session_are_nothing_to_the_next(stage: Stage) -> None:
    stage.session("next", "hall", 60, 90, door=INVITATION)
    stage.do("session.go_live", "head", session="next", end_former=True)
    assert let_in(stage) == ["member", "speaker", "steward"], "who spoke stays for the time of his session"
    stage.do("room.invite", "head", room="hall", person="attendee", session="next")
    assert "attendee" in let_in(stage)
    stage.do("room.uninvite", "head", room="hall", person="attendee", session="next")
    assert "attendee" not in let_in(stage)


def test_the_list_of_the_room_holds_for_all_its_sessions_but_not_for_their_own_invitation(stage: Stage) -> None:
    stage.do("room.invite", "head", room="hall", person="attendee")
    assert "attendee" in let_in(stage)
    stage.do("room.set_door", "head", room="hall", policy=INVITATION)
    assert "attendee" not in let_in(stage)
    stage.do("session.end", "head", session="talk")
    stage.do("room.set_door", "head", room="hall", policy=INVITATION)
    assert "attendee" in let_in(stage)


def test_a_place_of_ones_own_is_for_roles_and_who_was_let_in_over_capacity(stage: Stage) -> None:
    def places() -> list[str]:
        return [person for person in PEOPLE if passage(stage.state, "hall", person, stage.event_at).place]

    assert places() == ["member", "speaker", "steward"]
    stage.do("room.admit", "head", room="hall", person="admitted", over_capacity=True)
    assert places() == ["member", "admitted", "speaker", "steward"]


def test_a_speaker_is_one_for_the_time_of_his_session(stage: Stage) -> None:
    stage.do("session.end", "head", session="talk")
    stage.at = TEN + 66 * MINUTE
    assert "speaker" not in let_in(stage)


def test_rights_are_what_not_everybody_has(stage: Stage) -> None:
    at = stage.event_at
    assert rights_of(stage.state, "hall", "speaker", at) == Rights(True, True, True, True)
    assert rights_of(stage.state, "hall", "steward", at) == Rights(True, True, False, True)
    assert rights_of(stage.state, "hall", "attendee", at) == NO_RIGHTS
    assert rights_of(stage.state, "", "steward", at) == Rights(True, True, False, True)


def test_whoever_has_rights_is_found_without_looking_at_everybody(stage: Stage) -> None:
    found = with_rights(stage.state, "hall")
    for person in PEOPLE:
        has = rights_of(stage.state, "hall", person, stage.event_at) != NO_RIGHTS
        assert not has or person in found
        assert not has or may_have_rights(stage.state, "hall", person)
    assert not may_have_rights(stage.state, "hall", "attendee")
    assert "attendee" not in found


def test_an_unknown_role_or_list_gives_nothing(stage: Stage) -> None:
    stage.grant("attendee", "no-such-role")
    stage.put(put(STAFF, "elsewhere.attendee", Invitee("attendee", "elsewhere")))
    stage.put(put(STAFF, "attendee", Admission(True, "elsewhere")))
    assert "attendee" not in let_in(stage)


def test_instants_are_when_roles_begin_and_end(stage: Stage) -> None:
    stage.grant("attendee", "steward", since=TEN + MINUTE, until=TEN + 2 * MINUTE)
    found = instants(stage.state)
    stage.grant("member", "chair", Scope("", "talk"))
    found = instants(stage.state)
    assert found == sorted(found)
    wanted = {(TEN + MINUTE, "attendee"), (TEN + 2 * MINUTE, "attendee")}
    assert wanted <= set(found)
    opens = min(TEN - 60 * MINUTE, stage.event_at)
    assert {(opens, "speaker"), (opens, "member")} <= set(found), "by the programme, and by a grant for a session"
    assert all(at and person for at, person in found)


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        ("room.set_door", {"policy": "open"}),
        ("room.follow_programme", {}),
        ("room.invite", {"person": "attendee"}),
        ("room.uninvite", {"person": "attendee"}),
    ],
)
def test_doors_are_for_who_may_set_them_and_rooms_that_exist(
    stage: Stage, command: str, fields: dict[str, str]
) -> None:
    with pytest.raises(Refused) as refused:
        stage.do(command, "attendee", room="hall", **fields)
    assert refused.value.code == "not_allowed"
    if command != "room.uninvite":
        with pytest.raises(Refused) as refused:
            stage.do(command, "head", room="cellar", **fields)
        assert refused.value.code == "unknown_room"


def test_invitations_are_of_people_and_sessions_that_exist_and_told_once(stage: Stage) -> None:
    for wrong in ({"person": "ghost"}, {"person": "attendee", "session": "elsewhere"}):
        with pytest.raises(Refused):
            stage.do("room.invite", "head", room="hall", **wrong)
    top = len(stage.entries)
    assert stage.do("room.invite", "head", room="hall", person="invited", session="talk").invited
    assert len(stage.entries) == top
    assert not stage.do("room.uninvite", "head", room="hall", person="attendee").invited
