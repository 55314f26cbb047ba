"""One viewer's line: how late he is, what he loses by it, when layers come back, when he may ask for a key."""

from __future__ import annotations

import pytest

from turia.media.line import CALM_S, NO_CAP, OWN_KEY_EVERY_S, Cursor, Line
from turia.media.track import Track
from turia.media.viewer import WAITING, Mode
from turia.testing.media_rig import Publisher

EVER = float("-inf")


def track(media: str = "video", *, frames: int = 10, layers: int = 1, every: float = 0.02) -> Track:
    """Its frames arrive from 0 s on."""
    made, publisher = Track(1, media, layers, bytes, 0.0), Publisher(1, media, layers)
    for number in range(frames):
        for piece in publisher.pieces():
            made.push(piece, number * every)
    return made


def line_at(cursor: Cursor) -> Line:
    line = Line(1)
    line.cursors[cursor.track.number] = cursor
    return line


def test_lateness_counts_from_when_the_frame_was_due() -> None:
    assert Cursor(track(), 5, Mode(0, 0, 0), EVER).lateness(0.3) == pytest.approx(0.2)
    assert Cursor(track(), 5, Mode(0, 0, 0), since=0.25).lateness(0.3) == pytest.approx(0.05)
    assert Cursor(track(), 10, Mode(0, 0, 0), EVER).lateness(9.0) == 0.0


def test_pictures_are_too_late_by_what_they_waited_for_him_and_sound_by_its_age() -> None:
    """He came at 0.09 s, and begins with the frame of 0 s."""
    picture, sound = (Cursor(track(media), 0, Mode(0, 0, 0), since=0.09) for media in ("video", "audio"))
    assert [picture.too_late(now) for now in (0.41, 0.48, 0.5)] == [False, False, True]
    assert [sound.too_late(now) for now in (0.79, 0.81, 0.88)] == [False, True, True]
    assert sound.lateness(0.81) == pytest.approx(0.72)


@pytest.mark.parametrize(
    ("media", "late", "seq", "now", "lost"),
    [
        ("video", 0.39, 0, 0, {}),
        ("video", 0.41, 10, WAITING, {(1, "group"): 10}),
        ("audio", 0.79, 0, 0, {}),
        ("audio", 0.81, 10, 0, {(1, "audio"): 10}),
    ],
)
def test_what_is_lost_by_it(media: str, late: float, seq: int, now: int, lost: dict[tuple[int, str], int]) -> None:
    line = line_at(Cursor(track(media), 0, Mode(0, 0, 0), EVER))
    assert line.fall_behind(late) == sum(lost.values())
    cursor = line.cursors[1]
    assert (cursor.seq, cursor.mode.now, line.left) == (seq, now, lost)
    assert line.late


def test_whoever_waits_already_lost_no_group() -> None:
    line = line_at(Cursor(track(), 3, Mode(WAITING, 0, 0), EVER))
    line.fall_behind(1.0)
    assert line.left == {(1, "waiting_key"): 7}


def test_upper_layers_go_first_and_come_back_one_by_one() -> None:
    line = line_at(Cursor(track(layers=3), 0, Mode(2, 2, 2), EVER))
    line.fall_behind(0.14)
    assert (line.cap, line.cursors[1].mode) == (NO_CAP, Mode(2, 2, 2))
    line.fall_behind(0.16)
    assert (line.cap, line.cursors[1].mode) == (0, Mode(0, 0, 2))
    caps = [(tenth / 10, line.cap) for tenth in range(200) if line.recovers(0.16 + tenth / 10)]
    assert [cap for _, cap in caps] == [1, NO_CAP, NO_CAP]
    assert [at for at, _ in caps] == pytest.approx([CALM_S, 2 * CALM_S, 3 * CALM_S], abs=0.31)


def key_at(line: Line, cursor: Cursor, now: float) -> float:
    """When a key is asked for if he wishes for one at ``now``; it comes at once."""
    line.ask_keys(now)
    due = next(now + tick / 100 for tick in range(1_000) if cursor.track.key_request(now + tick / 100))
    return round(due, 2)


def test_a_newcomer_asks_at_once_and_whoever_was_late_once_a_second() -> None:
    cursor = Cursor(track(), 10, Mode(WAITING, 0, 0), EVER)
    line = line_at(cursor)
    assert key_at(line, cursor, 5.0) == 5.0
    assert key_at(line, cursor, 5.6) == 5.6
    line.late = True
    assert key_at(line, cursor, 5.7) == 5.6 + OWN_KEY_EVERY_S
    assert key_at(line, cursor, 9.0) == 9.0


def test_who_waits_for_nothing_asks_for_nothing() -> None:
    cursor = Cursor(track(), 10, Mode(0, 0, 0), EVER)
    line_at(cursor).ask_keys(5.0)
    assert not cursor.track.key_request(9.0)
