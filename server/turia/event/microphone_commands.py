"""Giving people the microphone, and muting them."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from turia.errors import Refused
from turia.event import hands, names, recordings, sessions, talks
from turia.event.commands import Actor, Answer, Command, Decision, Key, Line, Moment, Query, command, decided, query
from turia.event.door_commands import OfRoom, room_of
from turia.event.entries import Change, delete, person_stream, put, room_stream
from turia.event.microphones import AudienceMute, MicGrant, Mute, Mutes, mute_of
from turia.event.roles import Permission
from turia.event.scopes import Scope
from turia.event.state import State
from turia.event.talks import OfSession, of_session

_MINUTE_MS: Final = 60_000
#: People who have the microphone at once.
MOST_GRANTED: Final = 32
MOST_MINUTES: Final = 1_440

Minutes = Annotated[int, Meta(ge=0, le=MOST_MINUTES)]
#: A room, or "" for everywhere.
SomeRoom = Annotated[str, Meta(max_length=64, pattern=r"^[A-Za-z0-9_.:-]*$")]


class GiveMicrophone(Command, frozen=True):
    """``minutes`` 0: until the session ends."""

    session: Key
    person: Key
    minutes: Minutes = 0


class EndMicrophone(Command, frozen=True):
    """Whose it was."""

    session: Key
    person: Key


class MutePerson(Command, frozen=True):
    """``room`` "": everywhere. ``reason`` is shown to the person, and to the others in the room. ``minutes`` 0: until
    it is taken back, or the session that runs in the room ends."""

    person: Key
    room: SomeRoom = ""
    reason: Line = ""
    minutes: Minutes = 0


class UnmutePerson(Command, frozen=True):
    """``room``: as when he was muted."""

    person: Key
    room: SomeRoom = ""


class InRoom(Command, frozen=True):
    """``room``: its key."""

    room: Key


class AskMuted(Query, frozen=True):
    """``room`` "": only who is muted everywhere."""

    room: SomeRoom = ""


class MutedPerson(msgspec.Struct, frozen=True):
    """``room`` "": everywhere. ``until``: milliseconds of the event's clock, 0: until it is taken back."""

    person: str
    name: str
    room: str
    by: str
    reason: str
    until: int


class MutedNow(Answer, frozen=True):
    """Who is muted there and everywhere."""

    muted: tuple[MutedPerson, ...]


def _where(_state: State, given: OfRoom) -> Scope:
    return Scope(given.room)


@command("microphone.grant", permission=Permission.MICROPHONE_GRANT, scope=of_session)
def grant(state: State, given: GiveMicrophone, by: Actor, moment: Moment) -> Decision:
    """Give somebody the microphone: the whole room hears him, and his hand goes down. Doing it again sets a new
    time."""
    session = talks.running(state, given.session)
    scope, stream = Scope(session.room, given.session), room_stream(session.room)
    name = talks.somebody(state, given.person)
    if not talks.holds(state, given.person, Permission.EVENT_ENTER, scope, moment):
        raise Refused("not_let_in", f"{name} is not let into the venue.")
    if mute_of(state, session.room, given.person, moment.event_at) is not None:
        raise Refused("muted", f"{name} is muted. Take that back first.")
    known = state.get(stream, MicGrant, given.person)
    if known is None and len(_granted(state, session.room, given.session, moment)) >= MOST_GRANTED:
        raise Refused("too_many_granted", f"{MOST_GRANTED} people have the microphone already. Take it from one first.")
    until = moment.event_at + given.minutes * _MINUTE_MS if given.minutes else 0
    since = known.since if known is not None and known.in_force(given.session, moment.event_at) else moment.event_at
    minutes = f" for {given.minutes} minute{'s' if given.minutes > 1 else ''}" if given.minutes else ""
    text = f"You have the microphone in “{session.title}”{minutes}: the whole room hears you."
    recorded = recordings.may_record(state, given.person, given.session)
    return decided(
        put(stream, given.person, MicGrant(given.session, since, until, by.person, name, recorded)),
        *hands.down(state, given.person),
        talks.told(given.person, moment, "microphone", text, scope),
    )


@command("microphone.end", permission=Permission.MICROPHONE_GRANT, scope=of_session)
def end(state: State, given: EndMicrophone, by: Actor, moment: Moment) -> Decision:
    """Take the microphone back."""
    del by, moment
    return decided(*_ended(state, given.session, given.person))


@command("microphone.give_back", permission=Permission.EVENT_ENTER)
def give_back(state: State, given: OfSession, by: Actor, moment: Moment) -> Decision:
    """Give one's own microphone back."""
    del moment
    return decided(*_ended(state, given.session, by.person))


@command("microphone.mute", permission=Permission.MICROPHONE_MUTE, scope=_where)
def mute(state: State, given: MutePerson, by: Actor, moment: Moment) -> Decision:
    """Mute somebody in a room, or everywhere. It beats every right to speak; pictures go on."""
    talks.somebody(state, given.person)
    session = ""
    if given.room:
        room_of(state, given.room)
        now = sessions.current(state, given.room)
        session = now[0] if now else ""
    stream = room_stream(given.room) if given.room else person_stream(given.person)
    until = moment.event_at + given.minutes * _MINUTE_MS if given.minutes else 0
    wanted = Mute(by.person, names.line(given.reason, "reason", 200), until, session)
    known = state.get(stream, Mute, given.person)
    return decided(*([] if known == wanted else [put(stream, given.person, wanted)]))


@command("microphone.unmute", permission=Permission.MICROPHONE_MUTE, scope=_where)
def unmute(state: State, given: UnmutePerson, by: Actor, moment: Moment) -> Decision:
    """Let somebody be heard again. Mutes for a room and for everywhere are two things."""
    del by, moment
    stream = room_stream(given.room) if given.room else person_stream(given.person)
    return decided(*([] if state.get(stream, Mute, given.person) is None else [delete(stream, Mute, given.person)]))


@command("microphone.mute_audience", permission=Permission.MICROPHONE_MUTE, scope=_where)
def mute_audience(state: State, given: InRoom, by: Actor, moment: Moment) -> Decision:
    """Silence everybody in a room but people on air and with the microphone."""
    del moment
    room_of(state, given.room)
    if state.get(room_stream(given.room), AudienceMute, given.room) is not None:
        return decided()
    now = sessions.current(state, given.room)
    return decided(put(room_stream(given.room), given.room, AudienceMute(by.person, now[0] if now else "")))


@command("microphone.unmute_audience", permission=Permission.MICROPHONE_MUTE, scope=_where)
def unmute_audience(state: State, given: InRoom, by: Actor, moment: Moment) -> Decision:
    """Let the audience talk again, where no session is live."""
    del by, moment
    stream = room_stream(given.room)
    known = state.get(stream, AudienceMute, given.room)
    return decided(*([] if known is None else [delete(stream, AudienceMute, given.room)]))


@query("microphone.muted", permission=Permission.MICROPHONE_MUTE, scope=_where, answer=MutedNow)
def muted(state: State, given: AskMuted, by: Actor, moment: Moment) -> MutedNow:
    """Who is muted in a room, and everywhere."""
    del by
    found = [("", person, each) for person, each in state.view(Mutes).everywhere.items()]
    if given.room:
        found += [(given.room, person, each) for person, each in state.all(room_stream(given.room), Mute).items()]
    return MutedNow(
        tuple(
            MutedPerson(person, talks.name_of(state, person), room, each.by, each.reason, each.until)
            for room, person, each in found
            if each.in_force(moment.event_at)
        )
    )


def _granted(state: State, room: str, session: str, moment: Moment) -> list[str]:
    grants = state.all(room_stream(room), MicGrant)
    return [person for person, each in grants.items() if each.in_force(session, moment.event_at)]


def _ended(state: State, session: str, person: str) -> list[Change]:
    stream = room_stream(of_session(state, OfSession(session)).room)
    known = state.get(stream, MicGrant, person)
    return [] if known is None or known.session != session else [delete(stream, MicGrant, person)]
