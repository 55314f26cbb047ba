"""The list of those who wait at a door: held by the server, shared by all who moderate the room.

Somebody asks, stands on the list of the room's staff stream, and is admitted or declined; he is told by a notice. An
admission holds for the session that runs there, and opens the door for him. Who leaves the venue keeps his turn for a
minute (:mod:`turia.backbone.waiting`).
"""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta

from turia.errors import Refused
from turia.event import names
from turia.event.badges import badge_of
from turia.event.commands import Actor, Answer, Command, Decision, Key, Line, Moment, command, decided
from turia.event.door_commands import room_of, scope_of_room
from turia.event.doors import ASKABLE, door_of, passage
from turia.event.entries import Change, delete, person_stream, put, room_staff_stream
from turia.event.people import Guest, Notice, Registration
from turia.event.roles import Permission
from turia.event.rooms import Admission, Waiting
from turia.event.state import State

#: Who was declined may ask again after this.
ASK_AGAIN_MS: Final = 60_000
#: People on one list at most.
MOST_WAITING: Final = 2_000


class AskIn(Command, frozen=True):
    """Of the person himself."""

    room: Key


class Withdraw(Command, frozen=True):
    """Of the person himself."""

    room: Key


class Admit(Command, frozen=True):
    """``over_capacity``: also when the room is full."""

    room: Key
    person: Key
    over_capacity: bool = False


class AdmitAll(Command, frozen=True):
    """Everybody on the list at this moment."""

    room: Key


class Decline(Command, frozen=True):
    """``note`` is shown to the person."""

    room: Key
    person: Key
    note: Line = ""


class Forget(Command, frozen=True):
    """People who left the venue."""

    room: Key
    people: Annotated[tuple[Key, ...], Meta(max_length=MOST_WAITING)]


class Asked(Answer, frozen=True):
    """``waiting``: on the list now; else the door is open for him already. ``place``: how many stand before him, and
    he: 1 is next."""

    waiting: bool
    place: int = 0


class Admitted(Answer, frozen=True):
    """How many were let in."""

    count: int


@command("room.ask_in", permission=Permission.EVENT_ENTER, answer=Asked)
def ask_in(state: State, given: AskIn, by: Actor, moment: Moment) -> Decision:
    """Ask to be let in; asking again changes nothing."""
    room = room_of(state, given.room)
    door = door_of(state, given.room)
    stream = room_staff_stream(given.room)
    if passage(state, given.room, by.person, moment.event_at).enters:
        return decided(answer=Asked(False))
    if door.policy not in ASKABLE:
        raise Refused("closed", f"“{room.title}” is {door.policy} at the moment: nobody is let in.")
    waiting = state.all(stream, Waiting)
    if by.person in waiting:
        return decided(answer=Asked(True, list(waiting).index(by.person) + 1))
    _check_not_declined(state, stream, by.person, moment)
    if len(waiting) >= MOST_WAITING:
        raise Refused("list_full", "Too many people wait here already. Try again in a while.", retry=True)
    asks = put(stream, by.person, _identity(state, by.person, door.session, moment))
    old = [delete(stream, Admission, by.person)] if state.get(stream, Admission, by.person) else []
    return decided(*old, asks, answer=Asked(True, len(waiting) + 1))


@command("room.withdraw_ask", permission=Permission.EVENT_ENTER)
def withdraw_ask(state: State, given: Withdraw, by: Actor, moment: Moment) -> Decision:
    """Do not wait any longer."""
    del moment
    stream = room_staff_stream(given.room)
    if state.get(stream, Waiting, by.person) is None:
        return decided()
    return decided(delete(stream, Waiting, by.person))


@command("room.admit", permission=Permission.ROOM_ADMIT, scope=scope_of_room, answer=Admitted)
def admit(state: State, given: Admit, by: Actor, moment: Moment) -> Decision:
    """Let in one person, from the list or not."""
    del by
    room_of(state, given.room)
    if not state.kinds(person_stream(given.person)):
        raise Refused("unknown_person", "There is no such person.")
    changes = _admitted(state, given.room, given.person, moment, over_capacity=given.over_capacity)
    return decided(*changes, answer=Admitted(1))


@command("room.admit_all", permission=Permission.ROOM_ADMIT, scope=scope_of_room, answer=Admitted)
def admit_all(state: State, given: AdmitAll, by: Actor, moment: Moment) -> Decision:
    """Let in everybody who waits."""
    del by
    room_of(state, given.room)
    people = list(state.items(room_staff_stream(given.room), Waiting))
    changes = [change for person in people for change in _admitted(state, given.room, person, moment)]
    return decided(*changes, answer=Admitted(len(people)))


@command("room.decline", permission=Permission.ROOM_ADMIT, scope=scope_of_room)
def decline(state: State, given: Decline, by: Actor, moment: Moment) -> Decision:
    """Do not let in somebody who waits, or take back that he was let in. He may ask again after a minute."""
    del by
    room = room_of(state, given.room)
    stream = room_staff_stream(given.room)
    was_admitted = state.get(stream, Admission, given.person)
    if state.get(stream, Waiting, given.person) is None and not (was_admitted and was_admitted.admitted):
        raise Refused("not_waiting", "This person does not wait here any more.")
    note = names.line(given.note, "note", 200)
    session = door_of(state, given.room).session
    text = f"You were not let into “{room.title}”." + (f" {note}" if note else "")
    return decided(
        *_off_the_list(state, stream, given.person),
        put(stream, given.person, Admission(False, session, note)),
        put(person_stream(given.person), moment.new_id(), Notice("declined", text, session, given.room)),
    )


@command("room.forget_waiting", permission=Permission.NOBODY)
def forget_waiting(state: State, given: Forget, by: Actor, moment: Moment) -> Decision:
    """Take people off the list who left the venue more than a minute ago."""
    del by, moment
    stream = room_staff_stream(given.room)
    return decided(*(change for person in given.people for change in _off_the_list(state, stream, person)))


def _check_not_declined(state: State, stream: str, person: str, moment: Moment) -> None:
    answer = state.item(stream, Admission, person)
    if answer is None or not isinstance(answer.value, Admission) or answer.value.admitted:
        return
    if 0 <= moment.at - answer.at < ASK_AGAIN_MS:
        note = f" {answer.value.note}" if answer.value.note else ""
        raise Refused("declined", f"You were not let in.{note} You may ask again in a minute.", retry=True)


def _admitted(state: State, room: str, person: str, moment: Moment, *, over_capacity: bool = False) -> list[Change]:
    stream = room_staff_stream(room)
    session = door_of(state, room).session
    admission = Admission(True, session, over_capacity=over_capacity)
    if state.get(stream, Admission, person) == admission:
        return _off_the_list(state, stream, person)
    notice = Notice("admitted", f"You may go into “{room_of(state, room).title}” now.", session, room)
    return [
        *_off_the_list(state, stream, person),
        put(stream, person, admission),
        put(person_stream(person), moment.new_id(), notice),
    ]


def _off_the_list(state: State, stream: str, person: str) -> list[Change]:
    return [delete(stream, Waiting, person)] if state.get(stream, Waiting, person) else []


def _identity(state: State, person: str, session: str, moment: Moment) -> Waiting:
    """Who asks, as the moderators see him; names are as the registration has them, not as the client says."""
    badge = badge_of(state, person, moment.event_at)
    registration = state.get(person_stream(person), Registration, person)
    if registration is not None:
        return Waiting(registration.name, registration.affiliation, badge, moment.at, registration.category, session)
    guest = state.get(person_stream(person), Guest, person)
    name, affiliation = (guest.name, guest.affiliation) if guest else ("Guest", "")
    return Waiting(name, affiliation, badge, moment.at, "", session)
