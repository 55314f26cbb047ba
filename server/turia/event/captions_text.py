"""Captions as WebVTT and as text. Pure.

WebVTT: https://www.w3.org/TR/webvtt1/. A cue's text is one line; the speaker stands in a voice tag, so that players can
show or colour him.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from turia.event.captions import Caption

#: Begins a file.
HEAD: Final = "WEBVTT\n\n"
#: So long is a cue shown at least: players do not show one that ends as it begins.
_LEAST_MS: Final = 1_000


class Cue(msgspec.Struct, frozen=True):
    """A line of captions. ``start``, ``end``: milliseconds from the beginning, ``start`` < ``end``."""

    start: int
    end: int
    text: str
    speaker: str = ""


def cue(line: Caption, begins: int) -> Cue:
    """A line, told from ``begins`` (milliseconds of the event's clock); what was said before is at 0."""
    start = max(0, line.at - begins)
    return Cue(start, max(start + _LEAST_MS, line.end_at - begins), line.text, line.speaker)


def vtt(cues: Iterable[Cue]) -> str:
    """A whole WebVTT file."""
    return HEAD + vtt_cues(cues)


def vtt_cues(cues: Iterable[Cue]) -> str:
    """The cues of a file, without its head."""
    return "".join(f"{vtt_time(each.start)} --> {vtt_time(each.end)}\n{_payload(each)}\n\n" for each in cues)


def text(cues: Iterable[Cue], *, speaker: str = "", first: bool = True) -> str:
    """Paragraphs, one for each turn of a speaker, with his name before it. ``speaker``: who spoke before these cues,
    where they go on (not ``first``)."""
    parts: list[str] = []
    now = None if first else speaker
    for each in cues:
        if each.speaker == now:
            parts.append(" " + each.text)
        else:
            parts.append(
                ("\n\n" if parts or not first else "") + (f"{each.speaker}: " if each.speaker else "") + each.text
            )
        now = each.speaker
    return "".join(parts)


def vtt_time(ms: int) -> str:
    """``hh:mm:ss.ttt``; hours have two digits or more."""
    seconds, rest = divmod(ms, 1_000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}.{rest:03}"


def escape(raw: str) -> str:
    """As cue text: a ``-->`` or a tag in it is text like any other, and so is what would end the cue."""
    return " ".join(raw.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _payload(each: Cue) -> str:
    said = escape(each.text)
    return f"<v {escape(each.speaker)}>{said}" if each.speaker.strip() else said
