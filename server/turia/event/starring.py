"""Starring sessions, and the secret address under which a calendar reads the starred ones."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final

from msgspec import Meta

from turia.errors import Refused
from turia.event.commands import Actor, Answer, Command, Decision, Key, Moment, Query, command, decided, query
from turia.event.entries import EVENT, Value, delete, person_stream, put
from turia.event.people import Star
from turia.event.programme import Session
from turia.event.roles import Permission
from turia.event.state import State

#: Stars of one person at most; more is a programme, not a choice.
MOST_STARS: Final = 500


class Feed(Value, frozen=True):
    """The calendar address of a person. Stream ``person/<id>``, key: the id. Raising ``serial`` makes older addresses
    worthless; the secret in them is made by the web, no stream holds it."""

    kind: ClassVar[str] = "feed"
    serial: int = 1


class StarSession(Command, frozen=True):
    """A session to be marked."""

    session: Key


class UnstarSession(Command, frozen=True):
    """A session to be marked no more."""

    session: Key


class RenewFeed(Command, frozen=True):
    """Make the addresses given so far worthless."""


class MyStars(Query, frozen=True):
    """Asks for one's own stars."""


class Starred(Answer, frozen=True):
    """Keys of the starred sessions that are in the programme, by their beginning."""

    sessions: tuple[str, ...]


class FeedSerial(Answer, frozen=True):
    """Which address is good now."""

    serial: Annotated[int, Meta(ge=1)] = 1


@command("programme.star", permission=Permission.EVENT_ENTER)
def star(state: State, given: StarSession, by: Actor, moment: Moment) -> Decision:
    """Star a session: changes of it become notices, and it is in one's own calendar."""
    del moment
    if state.get(EVENT, Session, given.session) is None:
        raise Refused("unknown_session", "This session is not in the programme any more.")
    stream = person_stream(by.person)
    if state.get(stream, Star, given.session) is not None:
        return decided()
    if len(state.items(stream, Star)) >= MOST_STARS:
        raise Refused("too_many", f"You have starred {MOST_STARS} sessions. Take a star away from another one first.")
    return decided(put(stream, given.session, Star()))


@command("programme.unstar", permission=Permission.EVENT_ENTER)
def unstar(state: State, given: UnstarSession, by: Actor, moment: Moment) -> Decision:
    """Take the star of a session away."""
    del moment
    stream = person_stream(by.person)
    if state.get(stream, Star, given.session) is None:
        return decided()
    return decided(delete(stream, Star, given.session))


@command("programme.renew_feed", permission=Permission.EVENT_ENTER, answer=FeedSerial)
def renew_feed(state: State, given: RenewFeed, by: Actor, moment: Moment) -> Decision:
    """Make the calendar addresses that one was given so far worthless."""
    del given, moment
    serial = feed_serial(state, by.person) + 1
    return decided(put(person_stream(by.person), by.person, Feed(serial)), answer=FeedSerial(serial))


@query("my.stars", permission=Permission.SELF, answer=Starred)
def my_stars(state: State, given: MyStars, by: Actor, moment: Moment) -> Starred:
    """The sessions that one starred."""
    del given, moment
    return Starred(tuple(starred(state, by.person)))


def starred(state: State, person: str) -> dict[str, Session]:
    """Starred sessions of a person that are in the programme, by their beginning."""
    found = {}
    for key in state.items(person_stream(person), Star):
        session = state.get(EVENT, Session, key)
        if session is not None:
            found[key] = session
    return dict(sorted(found.items(), key=lambda each: (each[1].start, each[0])))


def feed_serial(state: State, person: str) -> int:
    """Which address of the person's calendar is good now."""
    feed = state.get(person_stream(person), Feed, person)
    return feed.serial if feed else 1
