"""Captions of a recording: the lines that were on the record, told from its beginning."""

from __future__ import annotations

from typing import Final

import msgspec

from turia.event import captions_text
from turia.event.caption_commands import LATE_MS, lines_of
from turia.event.captions import Caption
from turia.event.captions_text import Cue
from turia.event.entries import EVENT, room_stream
from turia.event.programme import Session
from turia.event.rooms import Phase, SessionRun
from turia.event.state import State
from turia.recording.folder import Finished, Span

#: So long a line can be read that was written before the first picture or after the last, and every last line.
READ_MS: Final = 3_000
#: A recording that stopped so shortly before its session ended ran to the end.
_TO_THE_END_MS: Final = 1_000


def cues_of(state: State, session: str, take: Finished) -> list[Cue]:
    """Lines of a take by time. What was said off the record, or before it was recorded, is not among them.

    What was written before the first frame is at 0; the last words, which are written seconds after they were said
    and by then after the session's end, too, are where they can still be read.
    """
    spans = _on_the_record(state, session, take)
    return [_cue(line, spans, take.duration_ms) for line in lines_of(state, session) if _kept(line, spans)]


def _on_the_record(state: State, session: str, take: Finished) -> tuple[Span, ...]:
    spans = take.kept or take.spans
    there = state.get(EVENT, Session, session)
    run = state.get(room_stream(there.room), SessionRun, session) if there else None
    if not spans or run is None or run.phase is not Phase.ENDED:
        return spans
    *before, last = spans
    if last.ends // 1_000 < run.since - _TO_THE_END_MS:
        return spans
    return *before, Span(last.begins, max(last.ends, (run.since + LATE_MS) * 1_000), last.at)


def _kept(line: Caption, spans: tuple[Span, ...]) -> bool:
    """People write what they heard before, so the beginning counts; what a recogniser says of its times is exact."""
    begins = _span(spans, line.at)
    return begins is not None and (line.source == "human" or begins is _span(spans, max(line.at, line.end_at)))


def _cue(line: Caption, spans: tuple[Span, ...], length: int) -> Cue:
    span = _span(spans, line.at)
    assert span is not None
    begins, ends = (
        (span.at + min(ms * 1_000, span.ends) - span.begins) // 1_000 for ms in (line.at, max(line.at, line.end_at))
    )
    start = max(0, min(begins, length - READ_MS))
    end = max(min(ends, length), start if start == begins else start + READ_MS)
    return captions_text.cue(msgspec.structs.replace(line, at=start, end_at=end), 0)


def _span(spans: tuple[Span, ...], ms: int) -> Span | None:
    return next((each for each in spans if each.begins <= ms * 1_000 <= each.ends), None)
