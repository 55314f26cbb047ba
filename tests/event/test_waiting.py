"""The list at a door: ask, admit, decline, withdraw; and what each side sees of it."""

from __future__ import annotations

import pytest

from turia.errors import Refused
from turia.event.doors import passage
from turia.event.entries import EVENT, person_stream, put, room_staff_stream
from turia.event.people import Notice, Registration, Status
from turia.event.programme import DoorPolicy, Speaker
from turia.event.rooms import Admission, Waiting
from turia.event.scopes import Scope
from turia.event.waiting import ASK_AGAIN_MS
from turia.testing.stage import Stage

STAFF = room_staff_stream("hall")


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.room("hall", session_door=DoorPolicy.WAITING_ROOM)
    stage.session("talk", "hall", 0, 60)
    stage.person("mo", "moderator", Scope("hall"))
    for person in ("ana", "ben"):
        stage.person(person)
    stage.guest("gil")
    stage.do("session.open", "mo", session="talk")
    return stage


def waiting(stage: Stage) -> list[str]:
    return list(stage.state.all(STAFF, Waiting))


def enters(stage: Stage, person: str) -> bool:
    return passage(stage.state, "hall", person, stage.event_at).enters


def notices(stage: Stage, person: str) -> list[str]:
    return [notice.code for notice in stage.state.all(person_stream(person), Notice).values()]


def mine(stage: Stage, person: str) -> object:
    (room,) = stage.ask("room.mine", person).rooms
    return room


def test_ask_and_be_admitted(stage: Stage) -> None:
    assert stage.do("room.ask_in", "ana", room="hall").place == 1
    answer = stage.do("room.ask_in", "ben", room="hall")
    assert (answer.waiting, answer.place) == (True, 2)
    top = len(stage.entries)
    assert stage.do("room.ask_in", "ana", room="hall").place == 1, "asking twice"
    assert len(stage.entries) == top
    assert stage.do("room.admit", "mo", room="hall", person="ana").count == 1
    assert waiting(stage) == ["ben"]
    assert (enters(stage, "ana"), enters(stage, "ben")) == (True, False)
    assert notices(stage, "ana") == ["admitted"]
    assert not stage.do("room.ask_in", "ana", room="hall").waiting, "the door is open for him"
    stage.do("room.admit", "mo", room="hall", person="ana")
    assert notices(stage, "ana") == ["admitted"], "told once"


def test_identity_is_the_registrations(stage: Stage) -> None:
    registration = Registration(
        Status.CHECKED_IN, "Ana", "ana@example.org", "academia", affiliation="A university", country="ES"
    )
    stage.put(put(person_stream("ana"), "ana", registration))
    stage.set(EVENT, "s1", Speaker("Ana", person="ana"))
    stage.session("other", "", 300, 360, speakers=("s1",))
    stage.do("room.ask_in", "ana", room="hall")
    stage.do("room.ask_in", "gil", room="hall")
    rows = stage.ask("room.waiting", "mo", room="hall").waiting
    assert [(row.person, row.name, row.affiliation, row.badge, row.category) for row in rows] == [
        ("ana", "Ana", "A university", "speaker", "academia"),
        ("gil", "Gil", "", "", ""),
    ]
    assert rows[0].asked_at == stage.at


def test_admit_all_lets_in_those_on_the_list(stage: Stage) -> None:
    for person in ("ana", "gil"):
        stage.do("room.ask_in", person, room="hall")
    assert stage.do("room.admit_all", "mo", room="hall").count == 2
    assert not waiting(stage)
    assert [enters(stage, person) for person in ("ana", "gil", "ben")] == [True, True, False]
    assert stage.do("room.admit_all", "mo", room="hall").count == 0


def test_declined_with_a_note_and_again_after_a_minute(stage: Stage) -> None:
    stage.do("room.ask_in", "ana", room="hall")
    stage.do("room.decline", "mo", room="hall", person="ana", note="  Come\u202e back  at\nten. ")
    assert not waiting(stage)
    (notice,) = stage.state.all(person_stream("ana"), Notice).values()
    assert notice.text == "You were not let into “Hall”. Come back at ten."
    with pytest.raises(Refused, match=r"Come back at ten\. You may ask again in a minute"):
        stage.do("room.ask_in", "ana", room="hall")
    stage.at += ASK_AGAIN_MS
    assert stage.do("room.ask_in", "ana", room="hall").waiting
    assert stage.state.get(STAFF, Admission, "ana") is None


def test_an_admission_can_be_taken_back(stage: Stage) -> None:
    stage.do("room.admit", "mo", room="hall", person="ana")
    stage.do("room.decline", "mo", room="hall", person="ana")
    assert not enters(stage, "ana")
    with pytest.raises(Refused, match="does not wait"):
        stage.do("room.decline", "mo", room="hall", person="ben")
    with pytest.raises(Refused, match="does not wait"):
        stage.do("room.decline", "mo", room="hall", person="ana")


def test_withdrawing_and_leaving(stage: Stage) -> None:
    for person in ("ana", "ben", "gil"):
        stage.do("room.ask_in", person, room="hall")
    stage.do("room.withdraw_ask", "ana", room="hall")
    stage.do("room.withdraw_ask", "ana", room="hall")
    stage.do("room.forget_waiting", room="hall", people=("ben", "gone"))
    assert waiting(stage) == ["gil"]


@pytest.mark.parametrize("policy", [DoorPolicy.LOCKED, DoorPolicy.CLOSED])
def test_nobody_asks_at_a_door_that_lets_nobody_in(stage: Stage, policy: DoorPolicy) -> None:
    stage.do("room.set_door", "mo", room="hall", policy=policy)
    with pytest.raises(Refused, match=str(policy)):
        stage.do("room.ask_in", "ana", room="hall")


def test_nobody_needs_to_ask_at_an_open_door(stage: Stage) -> None:
    stage.do("room.set_door", "mo", room="hall", policy="open")
    assert not stage.do("room.ask_in", "ana", room="hall").waiting
    assert not waiting(stage)


@pytest.mark.parametrize("command", ["room.admit", "room.admit_all", "room.decline"])
def test_only_who_moderates_the_room_decides(stage: Stage, command: str) -> None:
    stage.person("elsewhere", "moderator", Scope("cellar"))
    fields = {} if command == "room.admit_all" else {"person": "ana"}
    for person in ("ana", "gil", "elsewhere"):
        with pytest.raises(Refused) as refused:
            stage.do(command, person, room="hall", **fields)
        assert refused.value.code == "not_allowed"
        with pytest.raises(Refused):
            stage.ask("room.waiting", person, room="hall")


def test_a_chair_of_the_session_decides_while_it_is_on(stage: Stage) -> None:
    stage.person("cho")
    stage.session("talk", "hall", 0, 60, chairs=("cho",))
    stage.do("room.ask_in", "ana", room="hall")
    assert stage.do("room.admit_all", "cho", room="hall").count == 1
    stage.do("session.end", "mo", session="talk")
    stage.minutes(70)
    with pytest.raises(Refused):
        stage.do("room.admit_all", "cho", room="hall")


def test_nobody_is_admitted_who_does_not_exist(stage: Stage) -> None:
    with pytest.raises(Refused, match="no such person"):
        stage.do("room.admit", "mo", room="hall", person="ghost")


def test_people_may_not_forget_others(stage: Stage) -> None:
    with pytest.raises(Refused):
        stage.do("room.forget_waiting", "mo", room="hall", people=("ana",))


def test_what_i_may_do_here(stage: Stage) -> None:
    room = mine(stage, "ana")
    assert (room.may_enter, room.why, room.can_ask, room.acts) == (False, "waiting_room", True, ())  # type: ignore[attr-defined]
    stage.do("room.ask_in", "ben", room="hall")
    stage.do("room.ask_in", "ana", room="hall")
    room = mine(stage, "ana")
    assert (room.waiting, room.place_in_line) == (True, 2)  # type: ignore[attr-defined]
    stage.do("room.decline", "mo", room="hall", person="ana", note="Full.")
    room = mine(stage, "ana")
    assert (room.waiting, room.declined, room.note) == (False, True, "Full.")  # type: ignore[attr-defined]
    stage.do("room.admit", "mo", room="hall", person="ana")
    room = mine(stage, "ana")
    assert (room.may_enter, room.admitted, room.why) == (True, True, "")  # type: ignore[attr-defined]
    acts = {"session.run", "room.doors", "room.admit", "room.staff"}
    acts |= {"stage.enter", "stage.speak", "stage.direct", "microphone.grant", "microphone.mute", "recording.arm"}
    assert set(mine(stage, "mo").acts) == acts  # type: ignore[attr-defined]
    stage.do("session.end", "mo", session="talk")
    room = mine(stage, "ana")
    assert (room.admitted, room.may_enter) == (False, True), "the idle room is open"  # type: ignore[attr-defined]
