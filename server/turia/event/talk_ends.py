"""What goes with a session of its talk: when it stops running, is before us again, or moves to another room. Pure."""

from __future__ import annotations

from typing import Final

from turia.event.captions import Caption, Captioner, keys_of
from turia.event.commands import Moment
from turia.event.decks import SlideShow, shown_in
from turia.event.entries import SYSTEM, Change, Value, delete, put, room_stream, talk_stream
from turia.event.hands import Hand
from turia.event.microphones import AudienceMute, MicGrant, Mute
from turia.event.recordings import MOVES, Recording, Recordings, moved, recording_of
from turia.event.stage import OnAir, ScreenLayout, StageCall
from turia.event.state import State

#: Each says which session it is for, and ends with it.
_OF_SESSION: Final[tuple[type[Value], ...]] = (
    OnAir, StageCall, ScreenLayout, MicGrant, Hand, Mute, AudienceMute,
)  # fmt: skip


def ended(state: State, room: str, key: str, moment: Moment) -> list[Change]:
    """A session stops running in a room: nobody is on air there any more, and its recording is finished. Decks and
    captions stay."""
    stream = room_stream(room)
    changes: list[Change] = [
        delete(stream, kind, each)
        for kind in _OF_SESSION
        for each, value in state.all(stream, kind).items()
        if getattr(value, "session", "") == key
    ]
    if shown_in(state, key) is not None:
        changes.append(delete(talk_stream(key), SlideShow, key))
    if state.get(stream, Captioner, key) is not None:
        changes.append(delete(stream, Captioner, key))
    recording = state.get(stream, Recording, key)
    if recording is not None:
        moves = [name for name in ("end", "drop") if recording.state in MOVES[name].before]
        changes += [put(stream, key, moved(recording, name, SYSTEM, moment.event_at)) for name in moves]
    return changes


def forgotten(state: State, key: str) -> list[Change]:
    """A session is before us again, as after a rehearsal: what was said in it is no part of it."""
    return [delete(talk_stream(key), Caption, each) for each in keys_of(state, key)]


def brought_along(state: State, room: str, key: str) -> list[Change]:
    """A session begins in a room: its recording comes there, unless it is being written where it was."""
    where, recording = state.view(Recordings).room_of(key), recording_of(state, key)
    if where in ("", room) or recording.state in MOVES["end"].before:
        return []
    return [delete(room_stream(where), Recording, key), put(room_stream(room), key, recording)]
