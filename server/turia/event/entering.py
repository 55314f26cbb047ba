"""Entering the venue, which is checking in; guests, where the event lets them in; and how one's avatar looks. Pure."""

from __future__ import annotations

import msgspec

from turia.errors import Refused
from turia.event import consents, names
from turia.event.commands import Actor, Command, Decision, Key, Moment, Text, command, decided
from turia.event.entries import person_stream, put
from turia.event.form import LookChoices
from turia.event.names_check import check_free
from turia.event.people import MAY_ENTER, Guest, Registration, Status
from turia.event.register import registration_of
from turia.event.registration_states import Act, after
from turia.event.roles import Permission
from turia.event.state import State


class EnterAsGuest(Command, frozen=True):
    """``person``: a new id, or the one that this guest has already."""

    person: Key
    name: Text
    affiliation: Text = ""
    look: LookChoices = ()


class CheckIn(Command, frozen=True):
    """``look``: how one's avatar looks from now on; empty: as before."""

    look: LookChoices = ()


class ChangeLook(Command, frozen=True):
    """How one's avatar looks."""

    look: LookChoices


@command("people.enter_as_guest", permission=Permission.NOBODY)
def enter_as_guest(state: State, given: EnterAsGuest, by: Actor, moment: Moment) -> Decision:
    """Let somebody in without registration, or change the name of a guest; the server's settings allow it or not."""
    del by, moment
    if registration_of(state, given.person) is not None:
        raise Refused("registered", "You are registered already: enter with your registration.")
    name = names.person_name(given.name)
    check_free(state, name, given.person)
    guest = Guest(name, names.affiliation(given.affiliation), given.look)
    if state.get(person_stream(given.person), Guest, given.person) == guest:
        return decided()
    return decided(put(person_stream(given.person), given.person, guest))


@command("people.check_in", permission=Permission.SELF)
def check_in(state: State, given: CheckIn, by: Actor, moment: Moment) -> Decision:
    """Enter: checks oneself in. Refused to whoever may not enter, or has a text to agree to first."""
    del moment
    check_may_enter(state, by.person)
    there = _there(state, by.person)
    entered = _with_look(there, given.look)
    if isinstance(entered, Registration) and entered.status is not Status.CHECKED_IN:
        entered = msgspec.structs.replace(entered, status=after(entered.status, Act.CHECK_IN))
    return decided(*([] if entered == there else [put(person_stream(by.person), by.person, entered)]))


@command("people.change_look", permission=Permission.SELF)
def change_look(state: State, given: ChangeLook, by: Actor, moment: Moment) -> Decision:
    """Change how one's avatar looks."""
    del moment
    there = _there(state, by.person)
    changed = _with_look(there, given.look)
    return decided(*([] if changed == there else [put(person_stream(by.person), by.person, changed)]))


def check_may_enter(state: State, person: str) -> None:
    """Raises Refused with what stands between somebody and the venue: his status, or a text to agree to."""
    there = registration_of(state, person)
    if there is None and state.get(person_stream(person), Guest, person) is None:
        raise Refused("not_registered", "You are not registered for this event. Register first.")
    if there is not None and there.status not in MAY_ENTER:
        raise Refused(f"entry_{there.status}", WHY_NOT[there.status])
    if there is not None and (texts := consents.missing(state, person, entering=True)):
        raise Refused("consent_needed", f"Read and agree first: {', '.join(texts)}.")


#: Why somebody with a registration may not enter yet.
WHY_NOT = {
    Status.SUBMITTED: "Open the link in our letter first, or type its code: that proves your address.",
    Status.ACKNOWLEDGED: "The organisers have not decided about your registration yet. You will get a letter.",
    Status.DECLINED: "Your registration was declined. Write to the organisers if you think that is wrong.",
    Status.WAITING: "The event is full and you are on the waiting list. You will get a letter when a place is free.",
    Status.WITHDRAWN: "You have withdrawn your registration. Register again if you wish to take part.",
}


def _there(state: State, person: str) -> Registration | Guest:
    there = registration_of(state, person) or state.get(person_stream(person), Guest, person)
    if there is None:
        raise Refused("not_registered", "You are not registered for this event. Register first.")
    return there


def _with_look(there: Registration | Guest, look: tuple[int, ...]) -> Registration | Guest:
    return msgspec.structs.replace(there, look=look) if look else there
