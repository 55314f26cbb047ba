from __future__ import annotations

from turia.gateway.rates import Bucket, Strikes


def test_a_burst_then_the_rate() -> None:
    bucket = Bucket(2.0, 3, now=0.0)
    assert [bucket.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert bucket.wait() == 0.5
    assert bucket.take(0.5)
    assert not bucket.take(0.5)
    assert [bucket.take(100.0) for _ in range(4)] == [True, True, True, False]


def test_a_clock_that_stands_still_or_goes_back_gives_nothing() -> None:
    bucket = Bucket(10.0, 1, now=5.0)
    assert bucket.take(5.0)
    assert not bucket.take(4.0)


def test_ten_strikes_within_ten_seconds() -> None:
    strikes = Strikes()
    assert [strikes.add(i) for i in range(10)] == [False] * 9 + [True]


def test_strikes_spread_over_more_than_ten_seconds_are_forgiven() -> None:
    strikes = Strikes()
    assert not any(strikes.add(1.2 * i) for i in range(100))
