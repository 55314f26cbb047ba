"""Who was given the microphone, and who was muted. Values of the streams of rooms and people. Pure.

Commands are in :mod:`turia.event.microphone_commands`; what follows from it is in :mod:`turia.event.airing`. A mute
beats everything else.
"""

from __future__ import annotations

from typing import ClassVar

from turia.event.entries import Value, person_stream, room_stream
from turia.event.state import State


class MicGrant(Value, frozen=True):
    """Somebody whom the whole room hears. Stream ``room/<room>``, key: the person. ``since``, ``until``: milliseconds
    of the event's clock; ``until`` 0: until the session ends."""

    kind: ClassVar[str] = "mic_grant"
    session: str
    since: int
    until: int = 0
    by: str = ""
    name: str = ""
    #: He agreed to being recorded in this session; where it is recorded and he did not, he is left out.
    recorded: bool = False

    def in_force(self, session: str, event_at: int) -> bool:
        """Whether it holds for this session at this time."""
        return self.session == session and (not self.until or event_at < self.until)


class Mute(Value, frozen=True):
    """Somebody nobody hears. Stream ``room/<room>`` for one room, ``person/<id>`` for everywhere; key: the person.
    ``until``: milliseconds of the event's clock, 0: until it is taken back."""

    kind: ClassVar[str] = "mute"
    by: str
    reason: str = ""
    until: int = 0
    #: What ran when it was set: it ends with it. "" keeps it until it is taken back.
    session: str = ""

    def in_force(self, event_at: int) -> bool:
        """Whether it holds at this time."""
        return not self.until or event_at < self.until


class AudienceMute(Value, frozen=True):
    """Only people on air and with the microphone are heard. Stream ``room/<room>``, key: the room."""

    kind: ClassVar[str] = "audience_mute"
    by: str
    #: As in Mute.
    session: str = ""


class Mutes:
    """View: who is muted everywhere."""

    def __init__(self) -> None:
        self.everywhere: dict[str, Mute] = {}

    def changed(self, stream: str, key: str, old: Value | None, new: Value | None) -> None:
        """See :class:`turia.event.state.View`."""
        if stream != person_stream(key):
            return
        if isinstance(new, Mute):
            self.everywhere[key] = new
        elif isinstance(old, Mute):
            del self.everywhere[key]


def grant_of(state: State, room: str, person: str, session: str, event_at: int) -> MicGrant | None:
    """The microphone that somebody has in this session now."""
    there = state.get(room_stream(room), MicGrant, person) if room else None
    return there if there is not None and there.in_force(session, event_at) else None


def mutes_of(state: State, room: str, person: str) -> list[Mute]:
    """Mutes of a person there and everywhere, in force or not. ``room`` "": outside of rooms."""
    streams = [person_stream(person), *([room_stream(room)] if room else [])]
    found = (state.get(stream, Mute, person) for stream in streams)
    return [mute for mute in found if mute is not None]


def mute_of(state: State, room: str, person: str, event_at: int) -> Mute | None:
    """The mute that silences somebody there now."""
    return next((mute for mute in mutes_of(state, room, person) if mute.in_force(event_at)), None)
