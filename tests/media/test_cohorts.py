"""Cohorts: who is in which, and that nothing is left of those that are empty."""

from __future__ import annotations

from turia.media.cohorts import Batch, Cohorts
from turia.media.line import Line
from turia.media.track import Lane, Track
from turia.media.viewer import Mode

FULL, LOW = Mode(2, 2, 2), Mode(0, 0, 2)


def lane(track: Track, mode: Mode) -> Lane:
    return track.lanes.setdefault(mode, Lane(track, mode))


def lines(*viewers: int) -> dict[int, Line]:
    return {viewer: Line(viewer) for viewer in viewers}


def opened() -> tuple[Track, Track]:
    return Track(1, "video", 3, bytes, 0.0), Track(2, "audio", 1, bytes, 0.0)


def test_the_order_of_lanes_does_not_matter_and_sound_comes_first() -> None:
    video, audio = opened()
    cohorts = Cohorts()
    cohorts.enter(lines(1), [lane(video, FULL), lane(audio, LOW)])
    cohorts.enter(lines(2), [lane(audio, LOW), lane(video, FULL)])
    (cohort,) = cohorts
    assert cohort.lanes == (audio.lanes[LOW], video.lanes[FULL])
    assert cohort.viewers() == [1, 2]
    assert [each.viewers for each in cohort.lanes] == [2, 2]


def test_batches_are_the_lanes_news_joined_and_cohorts_without_news_have_none() -> None:
    video, audio = opened()
    cohorts = Cohorts()
    cohorts.enter(lines(1, 2), [lane(video, FULL), lane(audio, LOW)])
    cohorts.enter(lines(3), [lane(video, LOW)])
    cohorts.enter(lines(4), [])
    audio.lanes[LOW].news, video.lanes[FULL].news = b"sound", b"picture"
    assert cohorts.batches() == [Batch(b"soundpicture", [1, 2])]


def test_empty_lanes_and_cohorts_are_gone() -> None:
    video, audio = opened()
    cohorts = Cohorts()
    first, second = lines(1), lines(2)
    cohorts.enter(first, [lane(video, FULL), lane(audio, LOW)])
    cohorts.enter(second, [lane(video, LOW), lane(audio, LOW)])
    assert first[1].cohort is not None
    cohorts.leave(first[1].cohort, first)
    assert [line.cohort for line in first.values()] == [None]
    assert (set(video.lanes), set(audio.lanes), len(cohorts)) == ({LOW}, {LOW}, 1)
    assert second[2].cohort is not None
    cohorts.leave(second[2].cohort, second)
    assert (video.lanes, audio.lanes, len(cohorts)) == ({}, {}, 0)


def test_the_list_of_viewers_is_new_when_somebody_comes_or_goes() -> None:
    video, _ = opened()
    cohorts = Cohorts()
    cohorts.enter(lines(1), [lane(video, FULL)])
    (cohort,) = cohorts
    before = cohort.viewers()
    assert cohort.viewers() is before
    more = lines(2)
    cohorts.enter(more, [lane(video, FULL)])
    assert (before, cohort.viewers()) == ([1], [1, 2])
    cohorts.leave(cohort, more)
    assert cohort.viewers() == [1]
