"""Who has the hand up and asks for the microphone. A value of the streams of rooms, and a view. Pure.

It belongs to a session and goes down when that stops running, when its person gets the microphone or goes on air, and
when he leaves. Commands are in :mod:`turia.event.hand_commands`.
"""

from __future__ import annotations

from typing import ClassVar, Final

from turia.event.entries import Change, Value, delete, room_stream
from turia.event.state import State

#: Hands that are up at once in one room.
MOST_HANDS: Final = 500


class Hand(Value, frozen=True):
    """Somebody who asks for the microphone. Stream ``room/<room>``, key: the person. ``since``: milliseconds of the
    event's clock; whoever raised it first is first."""

    kind: ClassVar[str] = "hand"
    session: str
    since: int
    name: str = ""


class Hands:
    """View: in which rooms somebody has the hand up."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, None]] = {}

    def changed(self, stream: str, key: str, old: Value | None, new: Value | None) -> None:
        """See :class:`turia.event.state.View`."""
        room = stream.removeprefix("room/")
        if isinstance(old, Hand):
            self._of[key].pop(room)
            if not self._of[key]:
                del self._of[key]
        if isinstance(new, Hand):
            self._of.setdefault(key, {})[room] = None

    def of(self, person: str) -> list[str]:
        """The rooms."""
        return list(self._of.get(person, ()))


def hand_of(state: State, room: str, person: str, session: str) -> Hand | None:
    """The hand that somebody has up in this session."""
    there = state.get(room_stream(room), Hand, person) if room else None
    return there if there is not None and there.session == session else None


def down(state: State, person: str, *, but: str = "") -> list[Change]:
    """Takes somebody's hand down everywhere, ``but`` in one room."""
    return [delete(room_stream(room), Hand, person) for room in state.view(Hands).of(person) if room != but]
