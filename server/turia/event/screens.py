"""What the screen of a room shows: what is on, and what is next. Pure."""

from __future__ import annotations

import msgspec

from turia.event import sessions
from turia.event.entries import EVENT
from turia.event.programme import Room, Session, Speaker
from turia.event.rooms import Phase
from turia.event.sessions import Agenda
from turia.event.state import State


class OnScreen(msgspec.Struct, frozen=True):
    """A session as a screen names it. Times: milliseconds UTC of the event's clock."""

    session: str
    title: str
    subtitle: str
    speakers: tuple[str, ...]
    phase: Phase
    starts: int
    ends: int


class Screen(msgspec.Struct, frozen=True):
    """``now``: what runs in the room; ``next``: what comes after it, on any day."""

    room: str
    title: str
    now: OnScreen | None = None
    next: OnScreen | None = None


def screen_of(state: State, room: str, event_at: int) -> Screen:
    """The screen at this time of the event's clock."""
    place = state.get(EVENT, Room, room)
    now, after = on_and_next(state, room, event_at)
    return Screen(
        room,
        place.title if place else "",
        _item(state, now) if now else None,
        _item(state, after) if after else None,
    )


def on_and_next(state: State, room: str, event_at: int) -> tuple[str, str]:
    """Keys of the session that runs and of the next one that has not run and is not over; "" for none."""
    running = sessions.current(state, room)
    after = (
        key
        for key, session in state.view(Agenda).of(room)
        if session.end > event_at and sessions.phase_of(state, key) is Phase.PLANNED
    )
    return running[0] if running else "", next(after, "")


def _item(state: State, key: str) -> OnScreen | None:
    session = state.get(EVENT, Session, key)
    if session is None:
        return None
    names = [state.get(EVENT, Speaker, speaker) for speaker in session.speakers]
    return OnScreen(
        key,
        session.title,
        session.subtitle,
        tuple(speaker.name for speaker in names if speaker),
        sessions.phase_of(state, key),
        session.start,
        session.end,
    )
