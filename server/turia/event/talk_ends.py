"""What goes with a session of its talk: when it stops running, is before us again, or moves to another room. Pure."""

from __future__ import annotations

from typing import Final

from turia.event.captions import Caption, Captioner, Captions
from turia.event.commands import Moment
from turia.event.decks import Deck, Decks, SlideShow
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
    shown = state.get(talk_stream(room), SlideShow, room)
    if shown is not None and shown.session == key:
        changes.append(delete(talk_stream(room), SlideShow, room))
    if state.get(stream, Captioner, key) is not None:
        changes.append(delete(stream, Captioner, key))
    recording = state.get(stream, Recording, key)
    if recording is not None:
        moves = [name for name in ("end", "drop") if recording.state in MOVES[name].before]
        changes += [put(stream, key, moved(recording, name, SYSTEM, moment.event_at)) for name in moves]
    return changes


def forgotten(state: State, key: str) -> list[Change]:
    """A session is before us again, as after a rehearsal: what was said in it is no part of it."""
    return [delete(talk_stream(room), Caption, each) for each, room in state.view(Captions).of(key).items()]


def brought_along(state: State, room: str, key: str) -> list[Change]:
    """A session begins in a room: its decks come there from wherever they were handed in, and its recording, too,
    unless it is being written where it was."""
    changes: list[Change] = []
    for deck, where in state.view(Decks).of(key).items():
        value = state.get(talk_stream(where), Deck, deck)
        if where != room and value is not None:
            changes += [delete(talk_stream(where), Deck, deck), put(talk_stream(room), deck, value)]
    where, recording = state.view(Recordings).room_of(key), recording_of(state, key)
    if where not in ("", room) and recording.state not in MOVES["end"].before:
        changes += [delete(room_stream(where), Recording, key), put(room_stream(room), key, recording)]
    return changes
