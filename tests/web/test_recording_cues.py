"""Captions of a recording: nothing that was on the record is missing, and nothing else is there."""

from __future__ import annotations

import pytest

from turia.event.captions import CaptionSource
from turia.event.scopes import Scope
from turia.recording.folder import Finished, Span
from turia.testing.stage import TEN, Stage
from turia.web.recording_cues import READ_MS, cues_of

US = 1_000_000
LENGTH_MS = 50_000


@pytest.fixture
def stage() -> Stage:
    """A talk is live."""
    stage = Stage()
    stage.room("hall")
    stage.session("talk", "hall", 0, 60)
    stage.person("cher", "chair", Scope("hall", "talk"))
    stage.person("cap", "captioner", Scope("hall", "talk"))
    stage.do("session.go_live", "cher", session="talk")
    return stage


def span(begins_s: float, ends_s: float, at_s: float) -> Span:
    return Span(TEN * 1_000 + int(begins_s * US), TEN * 1_000 + int(ends_s * US), int(at_s * US))


#: On the record from second 0 to 30 and from 40 to 70; frames came from second 5 to 65.
TAKE = Finished(LENGTH_MS, (span(5, 30, 0), span(40, 65, 25)), (), (), 15, 0, kept=(span(0, 30, -5), span(40, 70, 25)))
#: As it was kept before.
OLD = Finished(LENGTH_MS, TAKE.spans, (), (), 15, 0)


def say(stage: Stage, second: float, *, lasts: float = 0, source: CaptionSource = "human") -> None:
    at = TEN + int(second * 1_000)
    stage.at = max(stage.at, at)
    given = {"text": f"At {second:g}.", "at": at, "end_at": at + int(lasts * 1_000), "source": source}
    stage.do("caption.write", "cap", session="talk", **given)


def found(stage: Stage, take: Finished = TAKE) -> dict[str, tuple[int, int]]:
    return {each.text: (each.start, each.end) for each in cues_of(stage.state, "talk", take)}


def end(stage: Stage, second: float) -> None:
    stage.at = TEN + int(second * 1_000)
    stage.do("session.end", "cher", session="talk")


def test_lines_are_where_they_were_said(stage: Stage) -> None:
    for second in (6, 29, 41):
        say(stage, second, lasts=2)
    assert found(stage) == {"At 6.": (1_000, 3_000), "At 29.": (24_000, 25_000), "At 41.": (26_000, 28_000)}


def test_lines_before_the_first_frame_are_at_the_beginning_and_can_be_read(stage: Stage) -> None:
    say(stage, 0)
    say(stage, 4, lasts=6)
    assert found(stage) == {"At 0.": (0, READ_MS), "At 4.": (0, 5_000)}


def test_lines_after_the_last_frame_can_be_read_before_it_ends(stage: Stage) -> None:
    for second in (64.5, 66, 70):
        say(stage, second)
    readable = (LENGTH_MS - READ_MS, LENGTH_MS)
    assert found(stage) == {"At 64.5.": readable, "At 66.": readable, "At 70.": readable}


def test_lines_that_come_after_the_end_of_the_session_are_its_last_words(stage: Stage) -> None:
    end(stage, 70)
    say(stage, 75)
    say(stage, 129)
    assert found(stage) == dict.fromkeys(("At 75.", "At 129."), (LENGTH_MS - READ_MS, LENGTH_MS))


def test_what_is_said_before_it_is_recorded_and_off_the_record_is_left_out(stage: Stage) -> None:
    for second in (-1, 31, 39.9):
        say(stage, second, lasts=3)
    say(stage, 71)  # the chair stopped the recording; the session went on
    end(stage, 90)
    say(stage, 95)
    assert found(stage) == {}


def test_what_is_said_after_it_was_opened_again_is_none_of_its_last_words(stage: Stage) -> None:
    end(stage, 70)
    stage.at = TEN + 80_000
    stage.do("session.reopen", "cher", session="talk")
    say(stage, 85)
    end(stage, 90)
    assert found(stage) == {}


@pytest.mark.parametrize("second", [28, 38])
def test_a_recogniser_knows_when_words_were_off_the_record(stage: Stage, second: float) -> None:
    say(stage, second, lasts=4, source="recogniser")
    assert found(stage) == {}
    say(stage, 42, lasts=4, source="recogniser")
    assert list(found(stage)) == ["At 42."]


def test_lines_are_where_they_were_said_though_the_events_clock_was_set(stage: Stage) -> None:
    """At second 20 it was put forward by ten minutes."""
    say(stage, 10)
    take = Finished(40_000, (span(0, 40, 0),), (), (), 9, 0, kept=(span(0, 20, 0), span(620, 640, 20)))
    stage.at = TEN + 25_000
    stage.shift(10)
    say_at = {"text": "Later.", "at": stage.event_at, "end_at": stage.event_at + 2_000}
    stage.do("caption.write", "cap", session="talk", **say_at)
    assert found(stage, take) == {"At 10.": (10_000, 11_000), "Later.": (25_000, 27_000)}


def test_a_recording_of_a_few_seconds(stage: Stage) -> None:
    short = Finished(2_000, (span(1, 3, 0),), (), (), 1, 0, kept=(span(0, 3, -1),))
    say(stage, 0)
    say(stage, 2.5)
    assert found(stage, short) == {"At 0.": (0, READ_MS), "At 2.5.": (0, READ_MS)}


def test_older_files_say_only_when_there_were_frames(stage: Stage) -> None:
    for second in (2, 6, 35):
        say(stage, second)
    assert found(stage, OLD) == {"At 6.": (1_000, 2_000)}
    assert found(stage, Finished(0, (), (), (), 0, 0)) == {}
