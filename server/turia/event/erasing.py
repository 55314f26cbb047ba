"""Deletion of a person's data, on request. Pure.

What happened stays in the log, what it said about the person does not: this decides which things are deleted, and an
:class:`Erasure` names them (ids only). The shell (:mod:`turia.backbone.erasing`) then blanks their values in every
older entry and says so. Offsets stay, so nobody who follows a stream misses anything.
"""

from __future__ import annotations

from typing import ClassVar, Final

import msgspec

from turia.errors import Refused
from turia.event import names
from turia.event.admission_rules import Places, keep_an_organiser
from turia.event.commands import Actor, Command, Decision, Key, Moment, Text, command, decided
from turia.event.entries import EVENT, EVENT_MAIL, EVENT_STAFF, Change, Value, person_stream, put
from turia.event.hands import Hand
from turia.event.mail import Mail
from turia.event.managing import Reissued, check_not_above
from turia.event.microphones import MicGrant, Mute
from turia.event.my_data import things_of
from turia.event.people import Guest
from turia.event.programme import Session, Speaker
from turia.event.register import Letters, registration_of
from turia.event.roles import Permission
from turia.event.rooms import Admission, Waiting
from turia.event.stage import OnAir, StageCall
from turia.event.state import State

_MAX_REASON_CHARS = 500
#: Kinds in streams of rooms, of staff and of all, whose key is the person and which hold his name.
_NAMED_OUTSIDE: Final = frozenset({Waiting.kind, Admission.kind})
_NAMED_INSIDE: Final = frozenset({OnAir.kind, StageCall.kind, MicGrant.kind, Mute.kind, Hand.kind})


class Erasure(Value, frozen=True):
    """A person's data were deleted, or (``person`` "") those of people who never came. Stream EVENT_STAFF, key: any id.
    ``things``: (stream, kind, key) whose older values are blanked; kind and key "" mean everything in the stream.
    ``done``: they are."""

    kind: ClassVar[str] = "erasure"
    person: str
    #: Whether the person asked himself; else the staff did it for him.
    own: bool
    reason: str = ""
    things: tuple[tuple[str, str, str], ...] = ()
    done: bool = False


class EraseMine(Command, frozen=True):
    """``sure``: so that no slip of a program deletes anybody."""

    sure: bool


class ErasePerson(Command, frozen=True):
    """``reason``: for the log; write no name into it."""

    person: Key
    reason: Text = ""


class MarkErased(Command, frozen=True):
    """``erasure``: its key."""

    erasure: Key


@command("people.erase_mine", permission=Permission.SELF)
def erase_mine(state: State, given: EraseMine, by: Actor, moment: Moment) -> Decision:
    """Delete everything that the event keeps of me. It cannot be undone."""
    if not given.sure:
        raise Refused("not_sure", "Say that you are sure: this cannot be undone.")
    return decided(*_erase(state, by.person, Erasure(by.person, own=True), moment))


@command("people.erase", permission=Permission.PEOPLE_MANAGE)
def erase_person(state: State, given: ErasePerson, by: Actor, moment: Moment) -> Decision:
    """Delete everything that the event keeps of a person who asked for it. It cannot be undone."""
    check_not_above(state, by, given.person, moment)
    erasure = Erasure(given.person, own=False, reason=names.line(given.reason, "reason", _MAX_REASON_CHARS))
    return decided(*_erase(state, given.person, erasure, moment))


@command("people.mark_erased", permission=Permission.NOBODY)
def mark_erased(state: State, given: MarkErased, by: Actor, moment: Moment) -> Decision:
    """The older values were blanked."""
    del by, moment
    known = state.get(EVENT_STAFF, Erasure, given.erasure)
    if known is None or known.done:
        return decided()
    return decided(put(EVENT_STAFF, given.erasure, msgspec.structs.replace(known, done=True)))


def pending(state: State) -> dict[str, Erasure]:
    """Erasures whose older values were not blanked yet, by key."""
    return {key: each for key, each in state.all(EVENT_STAFF, Erasure).items() if not each.done}


def _erase(state: State, person: str, erasure: Erasure, moment: Moment) -> list[Change]:
    there = registration_of(state, person)
    if there is None and state.get(person_stream(person), Guest, person) is None:
        raise Refused("unknown_person", "There is nothing to delete any more.")
    keep_an_organiser(state, {person})
    places = Places(state)
    if there is not None:
        places.leave(person, there)
    things = things_of(state, person)
    if state.get(EVENT_STAFF, Reissued, person) is not None:
        things.append((EVENT_STAFF, Reissued, person))
    blanked = {(person_stream(person), "", "")}
    blanked |= {
        (stream, kind.kind, key)
        for stream, kind, key in things
        if stream not in (EVENT, person_stream(person)) and kind.kind != "grant"
    }
    # What was deleted earlier stands in no state any more: whoever waits outside leaves his name in the room's log, and
    # so does whoever was on stage.
    blanked |= {
        (stream, kind, person)
        for stream in state.tops
        if stream.startswith("room/")
        for kind in (_NAMED_OUTSIDE if stream.endswith("/staff") else _NAMED_INSIDE)
    }
    if there is not None:
        blanked |= {(EVENT_MAIL, Mail.kind, key) for key in state.view(Letters).to_address(there.email)}
    gone = [_without(state, person, *thing) for thing in things]
    return [
        *gone,
        put(EVENT_STAFF, moment.new_id(), msgspec.structs.replace(erasure, things=tuple(sorted(blanked)))),
        *places.move_up(moment),
    ]


def _without(state: State, person: str, stream: str, kind: type[Value], key: str) -> Change:
    """The programme stays, without the link to the person; everything else goes."""
    value = state.get(stream, kind, key)
    if isinstance(value, Speaker):
        return put(stream, key, msgspec.structs.replace(value, person=""))
    if isinstance(value, Session):
        chairs = tuple(chair for chair in value.chairs if chair != person)
        return put(stream, key, msgspec.structs.replace(value, chairs=chairs))
    return Change(stream, kind.kind, key, None)
