"""Who is on air, whom the chair called, and what the big screen shows. Values of the streams of rooms, and views. Pure.

All of it belongs to a session and goes when that stops running (:func:`turia.event.talks.ended`). Commands are in
:mod:`turia.event.stage_commands`; who may send what is in :mod:`turia.event.airing`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Final, Literal

from turia.event.entries import Value, room_stream
from turia.event.state import State

#: What somebody on air sends, as he said; ``screen`` and ``film`` with their sound.
StageSource = Literal["camera", "microphone", "screen", "film"]
STAGE_SOURCES: Final[tuple[StageSource, ...]] = ("camera", "microphone", "screen", "film")
#: People on air at once in one session, and called at once.
MOST_ON_AIR: Final = 16
MOST_CALLED: Final = 32


class Layout(StrEnum):
    """What the big screen shows."""

    SPEAKER = "speaker"
    SLIDES = "slides"
    BOTH = "both"
    GALLERY = "gallery"
    SCREEN = "screen"


class OnAir(Value, frozen=True):
    """Somebody on air. Stream ``room/<room>``, key: the person. ``since``: milliseconds of the event's clock."""

    kind: ClassVar[str] = "on_air"
    session: str
    since: int
    sources: tuple[StageSource, ...] = ()
    name: str = ""


class StageCall(Value, frozen=True):
    """The chair called somebody on stage. Stream ``room/<room>``, key: the person. ``at``: milliseconds of the event's
    clock."""

    kind: ClassVar[str] = "stage_call"
    session: str
    by: str
    at: int
    name: str = ""
    #: He said no: he may go on air only when he is called anew.
    declined: bool = False


class ScreenLayout(Value, frozen=True):
    """What the big screen shows; none: the client's choice. Stream ``room/<room>``, key: the room. ``focus``: person
    who is shown large, "" whoever speaks."""

    kind: ClassVar[str] = "screen_layout"
    session: str
    layout: Layout
    focus: str = ""


class Airs:
    """View: in which rooms somebody is on air; and who is, by room."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, OnAir]] = {}
        self._in: dict[str, dict[str, OnAir]] = {}

    def changed(self, stream: str, key: str, old: Value | None, new: Value | None) -> None:
        """See :class:`turia.event.state.View`."""
        if not isinstance(old, OnAir) and not isinstance(new, OnAir):
            return
        room = stream.removeprefix("room/")
        for index, outer, inner in ((self._of, key, room), (self._in, room, key)):
            there = index.setdefault(outer, {})
            if isinstance(new, OnAir):
                there[inner] = new
            else:
                there.pop(inner, None)
            if not there:
                del index[outer]

    def of(self, person: str) -> dict[str, OnAir]:
        """Room -> how he is on air there; a copy."""
        return dict(self._of.get(person, {}))

    def in_room(self, room: str) -> dict[str, OnAir]:
        """Person -> how he is on air; a copy."""
        return dict(self._in.get(room, {}))


def on_air(state: State, room: str, person: str, session: str) -> OnAir | None:
    """How somebody is on air in this session; None if he is not."""
    there = state.get(room_stream(room), OnAir, person)
    return there if there is not None and there.session == session else None
