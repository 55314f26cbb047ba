"""Captions: what is said, in writing, and who writes. Values. Pure.

Commands are in :mod:`turia.event.caption_commands`, export in :mod:`turia.event.captions_text`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final, Literal

from turia.event.entries import Value, talk_stream
from turia.event.state import State

CaptionSource = Literal["human", "recogniser"]
#: Of a session's captions, the last that may still be corrected.
CORRECTABLE: Final = 20


class Caption(Value, frozen=True):
    """A line of captions. Stream ``session/<session>/talk``, key: any id. ``at``, ``end_at``: milliseconds of the
    event's clock, when it was said; ``person``: who said it, "" if that is not known; ``speaker``: his name as it is
    shown."""

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


def line_of(state: State, session: str, key: str) -> Caption | None:
    """A line of a session."""
    return state.get(talk_stream(session), Caption, key)


def keys_of(state: State, session: str) -> Mapping[str, object]:
    """Keys of its lines, in the order in which they were written; not to be kept."""
    return state.items(talk_stream(session), Caption)
