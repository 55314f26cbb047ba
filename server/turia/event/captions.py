"""Captions: what is said, in writing, and who writes. Values of the streams of rooms. Pure.

Commands are in :mod:`turia.event.caption_commands`, export in :mod:`turia.event.captions_text`.
"""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from turia.event.entries import Value

CaptionSource = Literal["human", "recogniser"]
#: Of a session's captions, the last that may still be corrected.
CORRECTABLE: Final = 20


class Caption(Value, frozen=True):
    """A line of captions. Stream ``room/<room>``, key: any id. ``at``, ``end_at``: milliseconds of the event's clock,
    when it was said; ``person``: who said it, "" if that is not known; ``speaker``: his name as it is shown."""

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
    name: str = ""
