"""Raising the hand to ask for the microphone, and taking it down."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta

from turia.errors import Refused
from turia.event import hands, talks
from turia.event.commands import Actor, Command, Decision, Key, Moment, command, decided
from turia.event.entries import delete, put, room_stream
from turia.event.hands import MOST_HANDS, Hand
from turia.event.roles import Permission
from turia.event.state import State
from turia.event.talks import OfSession, of_session

#: Hands that go down in one go.
_MOST_FORGOTTEN: Final = 2_000


class PutHandDown(Command, frozen=True):
    """Whose it is."""

    session: Key
    person: Key


class ForgetHands(Command, frozen=True):
    """People who left the venue."""

    room: Key
    people: Annotated[tuple[Key, ...], Meta(max_length=_MOST_FORGOTTEN)]


@command("hand.raise", permission=Permission.EVENT_ENTER)
def raise_hand(state: State, given: OfSession, by: Actor, moment: Moment) -> Decision:
    """Ask for the microphone in a session that is on. One has one hand: it goes down in every other room."""
    session = talks.running(state, given.session)
    if hands.hand_of(state, session.room, by.person, given.session) is not None:
        return decided()
    stream = room_stream(session.room)
    if len(state.items(stream, Hand)) >= MOST_HANDS:
        raise Refused("too_many_hands", f"{MOST_HANDS} people have their hands up already. Try again in a while.")
    wanted = Hand(given.session, moment.event_at, talks.name_of(state, by.person))
    return decided(*hands.down(state, by.person, but=session.room), put(stream, by.person, wanted))


@command("hand.lower", permission=Permission.EVENT_ENTER)
def lower(state: State, given: OfSession, by: Actor, moment: Moment) -> Decision:
    """Take one's own hand down."""
    del moment
    return _down(state, given.session, by.person)


@command("hand.put_down", permission=Permission.MICROPHONE_GRANT, scope=of_session)
def put_down(state: State, given: PutHandDown, by: Actor, moment: Moment) -> Decision:
    """Take somebody's hand down without giving him the microphone."""
    del by, moment
    return _down(state, given.session, given.person)


@command("hand.forget", permission=Permission.NOBODY)
def forget(state: State, given: ForgetHands, by: Actor, moment: Moment) -> Decision:
    """Take the hands down of people who left the venue."""
    del by, moment
    return decided(*talks.forgotten(state, Hand, given.room, given.people))


def _down(state: State, session: str, person: str) -> Decision:
    room = of_session(state, OfSession(session)).room
    known = hands.hand_of(state, room, person, session)
    return decided(*([] if known is None else [delete(room_stream(room), Hand, person)]))
