"""WebVTT that is written can be read, whatever was said."""

from __future__ import annotations

import html
import re

from hypothesis import example, given
from hypothesis import strategies as st

from turia.event.captions import Caption
from turia.event.captions_text import Cue, cue, escape, text, vtt, vtt_time

_TIMES = re.compile(r"(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3}) --> (\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})")
_VOICE = re.compile(r"<v ([^\n\r<>]+)>(.*)", re.DOTALL)


def read(file: str) -> list[Cue]:
    """The cues of a file, as the specification parses it: blocks between empty lines, ended by any line ending."""
    lines = file.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd").split("\n")
    assert lines[0] == "WEBVTT"
    assert lines[1] == ""
    found: list[Cue] = []
    block: list[str] = []
    for line in [*lines[2:], ""]:
        if line:
            block.append(line)
            continue
        if block:
            found.append(_cue(block))
        block = []
    return found


def _cue(block: list[str]) -> Cue:
    assert len(block) == 2, block
    assert "-->" not in block[1]
    times = _TIMES.fullmatch(block[0])
    assert times is not None
    parts = [int(each) for each in times.groups()]
    start, end = (((h * 60 + m) * 60 + s) * 1_000 + ms for h, m, s, ms in (parts[:4], parts[4:]))
    said = _VOICE.fullmatch(block[1])
    speaker, words = (said[1], said[2]) if said else ("", block[1])
    assert "<" not in words
    return Cue(start, end, html.unescape(words), html.unescape(speaker))


def lines() -> st.SearchStrategy[str]:
    """What :func:`turia.event.names.line` lets through: no control characters, white space collapsed."""
    words = st.text(
        st.one_of(
            st.sampled_from("<>&-;/v. "), st.characters(exclude_categories=("C", "Z"), exclude_characters="\ufffd")
        ),
        min_size=1,
    )
    return words.map(lambda said: " ".join(said.split())).filter(bool)


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(1, 10**6), lines(), st.one_of(st.just(""), lines()))))
@example([(0, 1, "NOTE --> 00:00", "STYLE"), (0, 1, "&amp;<v Ana>", "a>b</v>"), (0, 1, "WEBVTT", "")])
def test_what_is_written_is_read_again(said: list[tuple[int, int, str, str]]) -> None:
    cues = [Cue(start, start + long, words, speaker) for start, long, words, speaker in said]
    assert read(vtt(cues)) == cues


def test_times_over_a_day_and_at_the_beginning() -> None:
    assert vtt_time(0) == "00:00:00.000"
    assert vtt_time(3_599_999) == "00:59:59.999"
    assert vtt_time(100 * 3_600_000) == "100:00:00.000"


def test_a_line_break_does_not_end_a_cue() -> None:
    assert escape("a\n\nb\r<i>") == "a b &lt;i&gt;"


def test_a_cue_is_told_from_the_beginning_and_is_seen() -> None:
    assert cue(Caption("s", "x", 5_000, 7_000, "Ana"), 4_000) == Cue(1_000, 3_000, "x", "Ana")
    assert cue(Caption("s", "x", 5_000, 5_000), 4_000) == Cue(1_000, 2_000, "x")
    assert cue(Caption("s", "x", 1_000, 2_000), 4_000) == Cue(0, 1_000, "x"), "said before it went live"


@given(st.lists(st.tuples(lines(), st.sampled_from(["", "Ana", "Ben"]))), st.integers(0, 30))
def test_text_in_pages_is_the_whole_text(said: list[tuple[str, str]], cut: int) -> None:
    cues = [Cue(0, 1, words, speaker) for words, speaker in said]
    before, after = cues[:cut], cues[cut:]
    second = text(after, speaker=before[-1].speaker, first=False) if before else text(after)
    assert text(before) + second == text(cues)
