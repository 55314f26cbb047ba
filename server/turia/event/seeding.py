"""The first entries of an event: what a file or a bundle says about it, written when the stream is empty.

Only the server itself does this (:mod:`turia.backbone.first_start`); everything is checked as if people had written it.
"""

from __future__ import annotations

import msgspec

from turia.errors import Refused
from turia.event import session_checks
from turia.event.commands import Actor, Command, Decision, Key, Moment, command, decided
from turia.event.entries import EVENT, Change, put, room_stream
from turia.event.programme import Programme, Room, Session, Speaker, Track
from turia.event.roles import Permission
from turia.event.rooms import Door, SessionRun
from turia.event.settings import Block, Document, EventClock, Info, Policies
from turia.event.state import State
from turia.event.talk_ends import ended, forgotten


class Seed(Command, frozen=True, kw_only=True):
    """A whole event. ``now``: what the event's clock is to show at this moment, milliseconds UTC; 0: the real time."""

    info: Info
    policies: Policies = Policies()
    blocks: dict[Key, Block] = msgspec.field(default_factory=dict)
    documents: dict[Key, Document] = msgspec.field(default_factory=dict)
    rooms: dict[Key, Room] = msgspec.field(default_factory=dict)
    tracks: dict[Key, Track] = msgspec.field(default_factory=dict)
    speakers: dict[Key, Speaker] = msgspec.field(default_factory=dict)
    sessions: dict[Key, Session] = msgspec.field(default_factory=dict)
    draft: bool = True
    source: str = ""
    now: int = 0


class SetTheDayBack(Command, frozen=True):
    """The demo's day begins again: ``now`` is what the event's clock is to show, milliseconds UTC."""

    now: int


@command("event.seed", permission=Permission.NOBODY)
def seed(state: State, given: Seed, by: Actor, moment: Moment) -> Decision:
    """Write the first entries of the event."""
    del by
    if state.top(EVENT):
        raise Refused("not_empty", "The event has begun to be set up already; nothing was changed.")
    for key, session in given.sessions.items():
        session_checks.check_parts(session, given.rooms, given.tracks, given.speakers, name=key)
    changes = [put(EVENT, "info", given.info), put(EVENT, "policies", given.policies)]
    for things in (given.documents, given.blocks, given.rooms, given.tracks, given.speakers, given.sessions):
        changes += [put(EVENT, key, value) for key, value in things.items()]
    changes.append(put(EVENT, "programme", Programme(given.draft, version=1, source=given.source)))
    changes.append(put(EVENT, "clock", EventClock(given.now - moment.at if given.now else 0)))
    return decided(*changes)


@command("event.set_the_day_back", permission=Permission.NOBODY)
def set_the_day_back(state: State, given: SetTheDayBack, by: Actor, moment: Moment) -> Decision:
    """Shift the event's clock, and forget how sessions ran: they are before us again."""
    del by
    changes: list[Change] = [put(EVENT, "clock", EventClock(given.now - moment.at))]
    for room in state.all(EVENT, Room):
        stream = room_stream(room)
        for key in state.items(stream, SessionRun):
            changes += [Change(stream, SessionRun.kind, key, None), *ended(state, room, key, moment)]
            changes += forgotten(state, key)
        doors = state.all(stream, Door)
        changes += [Change(stream, Door.kind, key, None) for key, door in doors.items() if door.session]
    return decided(*changes)
