from __future__ import annotations

from turia.gateway.media_refusals import Next, Refusals


def test_a_track_is_told_once_a_second_and_strikes_after_two() -> None:
    refusals = Refusals()
    seen = [refusals.add(1, tenth / 10) for tenth in range(25)]
    assert [index for index, each in enumerate(seen) if each is Next.TELL] == [0, 10, 20]
    assert [index for index, each in enumerate(seen) if each is Next.STRIKE] == [21, 22, 23, 24]


def test_who_stops_for_a_while_begins_anew() -> None:
    refusals = Refusals()
    assert refusals.add(1, 0.0) is Next.TELL
    assert refusals.add(1, 1.9) is Next.TELL
    assert refusals.add(1, 4.0) is Next.TELL
    assert refusals.add(1, 4.1) is Next.NOTHING


def test_what_was_on_its_way_is_forgiven() -> None:
    refusals = Refusals()
    refusals.told(3, 0.0)
    assert [refusals.add(3, at) for at in (0.1, 0.5, 0.9)] == [Next.NOTHING] * 3


def test_tracks_are_told_apart() -> None:
    refusals = Refusals()
    assert refusals.add(1, 0.0) is refusals.add(2, 0.0) is Next.TELL


def test_it_remembers_no_more_than_a_few_dozen_tracks() -> None:
    refusals = Refusals()
    seen = [refusals.add(track, 0.0) for track in range(1_000)]
    assert seen.count(Next.TELL) == 32
    assert seen[32:] == [Next.STRIKE] * 968
    assert refusals.add(5_000, 10.0) is Next.TELL, "old ones make room"
