from __future__ import annotations

from typing import Any

import pytest

from turia.gateway.media_connection import MediaConnection
from turia.testing.media_plane_rig import Plane, piece


@pytest.fixture
def plane() -> Plane:
    return Plane()


def told(plane: Plane, connection: MediaConnection, name: str) -> list[Any]:
    return [each[1] for each in plane.read(connection) if each[0] == name]


def stream(plane: Plane, ana: MediaConnection, track: int, seconds: int, *, group: int = 0) -> None:
    for second in range(seconds):
        for frame in range(25):
            plane.send(ana, piece(track, group=group + second, frame=frame, payload=bytes(4_980)))
            plane.flush(2)
            for each in plane.state.viewers.values():
                if not each.ponged:
                    plane.media.text(each, "3")


def test_a_publisher_hears_how_many_watch_and_is_told_to_send_less_when_they_suffer(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    track = plane.publish(ana, bit_rate=1_500_000)
    plane.watch(ben, track)
    stream(plane, ana, track, 3)
    rates = told(plane, ana, "rate")
    assert rates == [{"track": track, "bit_rate": 0, "viewers": 1, "behind": 0}]
    for second in range(4):
        report = {"round_trip_ms": 300, "tracks": [{"track": track, "frames": 25, "late_ms": 900}]}
        assert plane.ask(ben, "report", report) == {"ok": True}
        stream(plane, ana, track, 1, group=3 + second)
    rates = told(plane, ana, "rate")
    assert rates[0]["behind"] == 1
    assert 600_000 < rates[0]["bit_rate"] < 800_000, "seven tenths of the megabit that is sent"


def test_reports_become_figures(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    track = plane.publish(ana)
    plane.watch(ben, track)
    told_of = {"track": track, "frames": 25, "lost_groups": 2, "late_ms": 120, "decoded": 24, "dropped": 1}
    plane.ask(ben, "report", {"round_trip_ms": 35, "tracks": [told_of]})
    figures = plane.media.figures()
    assert figures["media_reports"] == 1
    assert (figures["media_reported_frames"], figures["media_reported_lost_groups"]) == (25, 2)
    assert (figures["media_reported_decoded"], figures["media_reported_dropped"]) == (24, 1)
    assert figures["media_report_late_ms_p99"] == 150
    assert figures["media_report_round_trip_ms_p99"] == 40


def test_what_somebody_says_of_a_track_that_he_does_not_get_counts_for_nothing(plane: Plane) -> None:
    ana, eva = plane.join("ana"), plane.join("eva")
    track = plane.publish(ana)
    plane.ask(eva, "report", {"tracks": [{"track": track, "frames": 9, "lost_groups": 9}, {"track": 999}]})
    assert plane.state.stats.reported_frames == 0
    assert not plane.state.tracks.by_number[track].suffering


def test_a_page_in_the_background_is_no_reason_to_send_less(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    track = plane.publish(ana)
    plane.watch(ben, track)
    plane.ask(ben, "report", {"tracks": [{"track": track, "late_ms": 5_000}], "hidden": True})
    assert not plane.state.tracks.by_number[track].suffering


def test_the_figures_say_what_went_in_and_out(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    track = plane.publish(ana)
    plane.watch(ben, track)
    plane.flush()
    before = plane.media.figures()["media_bytes_out"]
    plane.send(ana, piece(track, payload=bytes(1_000)))
    plane.send(ana, piece(track, frame=7))
    plane.flush()
    figures = plane.media.figures()
    assert (figures["media_connections"], figures["media_viewers"], figures["media_tracks"]) == (2, 2, 1)
    assert (figures["media_frames_in"], figures["media_bytes_in"]) == (1, 1_020)
    assert figures["media_frames_refused"] == 1
    assert 1_020 < figures["media_bytes_out"] - before < 1_100
    assert figures["media_flush_seconds_count"] == figures["media_flushes"] == 2
