"""What is counted for the staff: rates over a window, counts of the last half minute, viewers who get nothing."""

from __future__ import annotations

import pytest

from turia.media.meters import Beat, Lately, Mark, Pulse, TrackMeter, Viewing, added
from turia.protocol.media import Report, TrackReport
from turia.testing.media_plane_rig import piece


def test_rates_are_those_of_the_last_window_of_two_seconds() -> None:
    meter = TrackMeter(100.0)
    for frame in range(60):
        meter.take(piece(1, frame=frame, payload=bytes(480)), 100.0 + frame / 30)
    meter.look(101.0)
    assert (meter.frame_rate, meter.bit_rate) == (0.0, 0.0), "a second is too short for a rate"
    meter.look(102.0)
    assert (meter.frame_rate, meter.bit_rate) == (30.0, 500 * 8 * 30)
    meter.look(104.0)
    assert meter.frame_rate == 0.0
    assert meter.idle_s(104.0) == pytest.approx(104.0 - (100.0 + 59 / 30))


def test_a_frame_in_pieces_is_one_frame() -> None:
    meter = TrackMeter(0.0)
    for number in range(3):
        meter.take(piece(1, pieces=3, piece=number), 1.0)
    meter.look(2.0)
    assert meter.frame_rate == 0.5


def test_what_has_yet_to_begin_is_idle_and_silent_since_it_was_announced() -> None:
    meter = TrackMeter(10.0)
    assert (meter.idle_s(13.0), meter.silent_s(13.0), meter.came_at, meter.key_at) == (3.0, 3.0, None, None)
    meter.take(piece(1, level=90), 14.0)
    assert (meter.idle_s(15.0), meter.silent_s(15.0), meter.key_at) == (1.0, 1.0, 14.0)
    meter.take(piece(1, frame=1, level=20), 16.0)
    assert (meter.idle_s(16.0), meter.silent_s(16.0), meter.key_at) == (0.0, 2.0, 14.0), "a hum is silence"
    meter.look(16.0)
    assert meter.level == 90


def test_counts_are_of_the_last_quarter_to_half_minute() -> None:
    lately = Lately()
    assert lately.counts(0.0) == {}
    lately.add("group", 3, 1.0)
    lately.add("audio", 1, 15.0)
    assert lately.counts(15.9) == {"audio": 1, "group": 3}
    lately.add("group", 1, 17.0)
    assert lately.counts(29.9) == {"audio": 1, "group": 4}
    assert lately.counts(30.0) == {"audio": 1, "group": 1}
    assert lately.counts(45.0) == {}
    assert lately.counts(90.0) == {}
    assert added([{"a": 1}, {"a": 2, "b": 3}]) == {"a": 3, "b": 3}


DUE = [(1, "video"), (2, "audio")]


def report(*tracks: TrackReport, **more: object) -> Report:
    return Report(tracks=tracks, **more)  # type: ignore[arg-type]


def test_a_viewer_is_without_what_should_have_come_and_did_not() -> None:
    viewing = Viewing()
    good = TrackReport(1, frames=30, decoded=30), TrackReport(2, frames=50)
    viewing.told(report(*good, round_trip_ms=40), DUE, 1.0)
    assert (viewing.without, viewing.round_trip_ms, viewing.told_at) == ({}, 40, 1.0)
    viewing.told(report(TrackReport(1, frames=30), good[1]), DUE, 2.0)
    viewing.told(report(good[1]), DUE, 3.0)
    assert viewing.without == {"video": 2.0}, "since the first report that lacked it; what cannot be decoded lacks, too"
    assert viewing.round_trip_ms == 40
    viewing.told(report(), DUE, 4.0)
    assert viewing.without == {"video": 2.0, "audio": 4.0}
    viewing.told(report(*good), DUE, 5.0)
    assert viewing.without == {}


def test_what_does_not_come_to_the_server_and_sleeping_pages_are_no_trouble_of_viewers() -> None:
    viewing = Viewing()
    viewing.told(report(), [], 1.0)
    assert viewing.without == {}
    viewing.told(report(), DUE, 2.0)
    viewing.told(report(hidden=True), DUE, 3.0)
    assert viewing.without == {}


def test_a_pulse_looks_at_the_last_seconds_only() -> None:
    pulse = Pulse()
    assert pulse.beat((0.01, 0.02)) == Beat(0.0, 0.0, 0.0, 0)
    pulse.mark(Mark(0.0, 50.0, 1_000, (0, 0, 1_000), 0, 7))
    pulse.mark(Mark(2.0, 50.5, 1_100, (98, 2, 1_000), 250_000, 7))
    assert pulse.beat((0.01, 0.02)) == Beat(5.0, 20.0, 1_000_000.0, 0)
    for second in range(4, 30, 2):
        pulse.mark(Mark(float(second), 50.5, 1_100 + second, (98 + second, 2, 1_000), 250_000, 9))
    assert pulse.beat((0.01, 0.02)) == Beat(0.0, 10.0, 0.0, 0)
