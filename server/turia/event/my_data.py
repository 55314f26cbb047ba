"""What the event knows of a person, all of it, for that person. Pure."""

from __future__ import annotations

from typing import Any

import msgspec

from turia.event.captions import Caption, Captioner
from turia.event.commands import Actor, Answer, Moment, Query, query
from turia.event.decks import Deck, SlideShow
from turia.event.entries import EVENT, EVENT_MAIL, EVENT_STAFF, KINDS, Value, person_stream, talk_stream
from turia.event.grants import Appearances, Grants
from turia.event.invitations import Invitation, Invitations
from turia.event.mail import Mail
from turia.event.programme import Session, Speaker
from turia.event.register import Letters, registration_of
from turia.event.roles import Permission
from turia.event.state import State


class MyData(Query, frozen=True):
    """What do you know of me?"""


class Datum(msgspec.Struct, frozen=True):
    """One thing that is kept. ``at``: when it was written last, ms UTC; ``about``: its kind."""

    about: str
    key: str
    at: int
    value: dict[str, Any]


class PersonalData(Answer, frozen=True):
    """Everything; ``at``: milliseconds UTC."""

    person: str
    at: int
    data: tuple[Datum, ...]


@query("people.my_data", permission=Permission.SELF, answer=PersonalData)
def my_data(state: State, given: MyData, by: Actor, moment: Moment) -> PersonalData:
    """All data that the event keeps of me, to look at or to take away."""
    del given
    return PersonalData(by.person, moment.at, tuple(_datum(state, *thing) for thing in things_of(state, by.person)))


def things_of(state: State, person: str) -> list[tuple[str, type[Value], str]]:
    """Everything of a person that stands anywhere now, as (stream, kind, key), his own stream first."""
    own = person_stream(person)
    found: list[tuple[str, type[Value], str]] = [
        (own, KINDS[kind], key) for kind in state.kinds(own) for key in state.items(own, KINDS[kind])
    ]
    found += [(EVENT_STAFF, KINDS["grant"], key) for key in state.view(Grants).keyed(person)]
    found += [(EVENT_STAFF, Invitation, key) for key in _invitations(state, person)]
    found += [(EVENT_MAIL, Mail, key) for key in _letters(state, person)]
    found += [(EVENT, Speaker, key) for key, each in state.all(EVENT, Speaker).items() if each.person == person]
    found += [(EVENT, Session, key) for key, each in state.all(EVENT, Session).items() if person in each.chairs]
    found += [(talk_stream(session), Caption, key) for session, key in _said_by_name(state, person)]
    for stream in state.tops:
        if stream.startswith(("room/", "session/")):
            found += [
                (stream, KINDS[kind], key)
                for kind in state.kinds(stream)
                for key, item in state.items(stream, KINDS[kind]).items()
                if person in key.split(".") or _is_of(item.value, person)
            ]
    return found


def _said_by_name(state: State, person: str) -> list[tuple[str, str]]:
    """Lines (session, key) that have his name and nobody's id, where the programme has him speak or preside."""
    there = registration_of(state, person)
    names = {each.name for each in state.all(EVENT, Speaker).values() if each.person == person}
    names |= {there.name} if there else set()
    return [
        (session, key)
        for session in sorted({session for _, session in state.view(Appearances).of(person)})
        for key, line in state.all(talk_stream(session), Caption).items()
        if not line.person and line.speaker in names
    ]


def _is_of(value: Value, person: str) -> bool:
    """What somebody said or handed in, and what he has in hand, under a key that does not name him."""
    match value:
        case Caption():
            return value.person == person
        case Deck():
            return value.owner == person
        case SlideShow():
            return value.presenter == person
        case Captioner():
            return person in (value.active, value.next)
    return False


def _invitations(state: State, person: str) -> list[str]:
    there = registration_of(state, person)
    known = state.view(Invitations)
    return sorted({*known.accepted_by(person), *(known.to_address(there.email) if there else ())})


def _letters(state: State, person: str) -> list[str]:
    there = registration_of(state, person)
    letters = state.view(Letters)
    return [*letters.of(person), *(letters.to_address(there.email) if there else ())]


def _datum(state: State, stream: str, kind: type[Value], key: str) -> Datum:
    item = state.items(stream, kind)[key]
    return Datum(kind.kind, key, item.at, msgspec.to_builtins(item.value))
