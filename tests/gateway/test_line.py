from __future__ import annotations

import numpy as np

from turia.gateway.line import LOWER_SHARE, QUIET_TICKS, REVIEW_TICKS, Lines
from turia.protocol import limits

SLOT = np.array([0], dtype=np.int32)
LIVE = np.array([True, False])
FREE = np.array([True, True])


class Walker:
    """One client at slot 0 whose snapshots take ``delay`` ticks to arrive and come back with a pose every tick."""

    def __init__(self, round_trip_s: float = 0.0) -> None:
        self.lines = Lines(2)
        self.tick = 0
        self.sent: list[int] = []
        self.lines.reset(0, 0, 0.0)
        self.lines.round_trip(0, round_trip_s)

    def run(self, ticks: int, *, delay: int, pose_every: int = 1, free: bool = True, every: int = 1) -> list[bool]:
        """Whether volatile data was ready in each tick; it is sent every ``every`` ticks when ready."""
        ready = []
        for _ in range(ticks):
            self.tick += 1
            self.lines.advance()
            if self.tick % pose_every == 0:
                received = [tick for tick in self.sent if tick <= self.tick - delay]
                echo = np.array([received[-1] if received else 0], dtype=np.uint32)
                self.lines.poses(self.tick, SLOT, echo)
            now = bool(self.lines.ready(self.tick, 0.05 * self.tick, FREE if free else ~FREE, LIVE)[0])
            if now and self.tick % every == 0:
                self.lines.sent(SLOT)
                self.sent.append(self.tick)
            ready.append(now)
        return ready


def test_a_line_that_keeps_up_is_always_ready() -> None:
    assert all(Walker().run(200, delay=1))
    assert all(Walker().run(200, delay=limits.OUTSTANDING_TICKS))


def test_a_line_that_lags_is_behind_until_it_has_drained() -> None:
    walker = Walker()
    walker.run(50, delay=1)
    late = walker.run(40, delay=12)
    assert not all(late)
    assert walker.run(40, delay=1)[-1]


def test_a_long_but_steady_way_is_no_lag() -> None:
    assert all(Walker(round_trip_s=0.4).run(200, delay=8))
    assert not all(Walker(round_trip_s=0.0).run(200, delay=8))


def test_somebody_standing_still_with_one_pose_a_second_is_not_behind() -> None:
    assert all(Walker().run(200, delay=1, pose_every=20))


def test_the_flat_tier_with_a_snapshot_every_ten_ticks_is_not_behind() -> None:
    assert all(Walker().run(400, delay=2, every=10, pose_every=1))


def test_silence_beyond_the_sign_of_life_stops_volatile_data_until_the_next_pose() -> None:
    walker = Walker()
    walker.run(20, delay=1)
    silent = walker.run(QUIET_TICKS + 5, delay=1, pose_every=10_000)
    assert silent[0]
    assert not silent[-1]
    assert walker.run(2, delay=1)[-1]


def test_a_line_that_holds_bytes_gets_nothing() -> None:
    assert not any(Walker().run(5, delay=1, free=False))


def test_a_line_blocked_in_every_tick_of_three_seconds_is_a_slow_consumer() -> None:
    walker = Walker()
    walker.run(60, delay=1, free=False)
    assert not walker.lines.blocked(0, 3.0)
    assert walker.lines.blocked(0, 3.05)
    walker.run(1, delay=1)
    assert not walker.lines.blocked(0, 6.0)


def test_slots_without_a_connection_get_nothing() -> None:
    lines = Lines(2)
    assert not lines.ready(1, 0.05, FREE, LIVE)[1]


def test_a_forged_echo_from_the_future_is_harmless() -> None:
    lines = Lines(2)
    lines.poses(5, SLOT, np.array([0xFFFFFFFF], dtype=np.uint32))
    assert lines.ready(5, 0.25, FREE, LIVE)[0]


def review(lines: Lines, share_withheld: float) -> int:
    for index in range(REVIEW_TICKS):
        blocked = index < share_withheld * REVIEW_TICKS
        lines.ready(index, 0.0, ~FREE if blocked else FREE, LIVE)
    return lines.review(0)


def test_a_tier_is_lowered_when_much_was_withheld_and_raised_after_calm() -> None:
    lines = Lines(2)
    assert review(lines, LOWER_SHARE + 0.1) == -1
    verdicts = [review(lines, 0.0) for _ in range(10)]
    assert verdicts.index(1) == 3
    assert review(lines, 0.1) == 0


def test_a_line_that_fails_again_waits_twice_as_long() -> None:
    lines = Lines(2)

    def calm() -> int:
        count = 1
        while review(lines, 0.0) != 1:
            count += 1
        return count

    review(lines, 1.0)
    first = calm()
    review(lines, 1.0)
    assert calm() == 2 * first
