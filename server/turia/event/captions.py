"""Captions: what is said, in writing, and who writes. Values of the streams of rooms. Pure.

Commands are in :mod:`turia.event.caption_commands`, export in :mod:`turia.event.captions_text`.
"""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from turia.event.entries import Value, talk_stream
from turia.event.state import State

CaptionSource = Literal["human", "recogniser"]
#: Of a session's captions, the last that may still be corrected.
CORRECTABLE: Final = 20


class Caption(Value, frozen=True):
    """A line of captions. Stream ``room/<room>/talk``, key: any id. ``at``, ``end_at``: milliseconds of the event's
    clock, when it was said; ``person``: who said it, "" if that is not known; ``speaker``: his name as it is shown."""

    kind: ClassVar[str] = "caption"
    recent: ClassVar[int | None] = 100
    session: str
    text: str
    at: int
    end_at: int
    speaker: str = ""
    person: str = ""
    #: Who wrote it.
    by: str = ""
    source: CaptionSource = "human"
    edited: bool = False


class Captioner(Value, frozen=True):
    """Who writes the captions of a session now. Stream ``room/<room>``, key: the session. ``next``: to whom it was
    offered, "" nobody. ``since``: milliseconds of the event's clock."""

    kind: ClassVar[str] = "captioner"
    active: str
    since: int
    next: str = ""


class Captions:
    """View: the lines of each session, in the order in which they were written."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, str]] = {}

    def changed(self, stream: str, key: str, old: Value | None, new: Value | None) -> None:
        """See :class:`turia.event.state.View`."""
        if isinstance(old, Caption) and not isinstance(new, Caption):
            mine = self._of[old.session]
            del mine[key]
            if not mine:
                del self._of[old.session]
        if isinstance(new, Caption):
            self._of.setdefault(new.session, {})[key] = stream.removeprefix("room/").removesuffix("/talk")

    def of(self, session: str) -> dict[str, str]:
        """Key of each line -> the room that it stands in; not to be changed."""
        return self._of.get(session, {})


def line_of(state: State, session: str, key: str) -> tuple[str, Caption] | None:
    """A line of a session and the room that it stands in."""
    room = state.view(Captions).of(session).get(key)
    line = state.get(talk_stream(room), Caption, key) if room is not None else None
    return (room, line) if room is not None and line is not None else None
