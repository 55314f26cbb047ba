"""Token buckets in bounded memory."""

from __future__ import annotations

import pytest

from turia.web.rates import MAX_BUCKETS, Rates


def test_a_burst_passes_then_calls_come_at_the_rate() -> None:
    rates = Rates(60)
    assert [rates.wait("a", 0.0) for _ in range(60)] == [0.0] * 60
    assert rates.wait("a", 0.0) == pytest.approx(1.0)
    assert rates.wait("a", 0.5) == pytest.approx(0.5)
    assert rates.wait("a", 1.0) == 0.0
    assert rates.wait("a", 1.0) > 0


def test_refused_calls_do_not_push_the_next_one_away() -> None:
    rates = Rates(60)
    for _ in range(60):
        rates.wait("a", 0.0)
    for _ in range(1_000):
        rates.wait("a", 0.5)
    assert rates.wait("a", 1.0) == 0.0


def test_a_long_pause_saves_up_no_more_than_a_burst() -> None:
    rates = Rates(3)
    rates.wait("a", 0.0)
    assert [rates.wait("a", 1e6) == 0.0 for _ in range(4)] == [True, True, True, False]


@pytest.mark.parametrize("pause", [0.0, 120.0])
def test_a_flood_of_addresses_cannot_fill_the_memory(pause: float) -> None:
    rates = Rates(60)
    for n in range(MAX_BUCKETS * 2):
        rates.wait(str(n), pause * (n // MAX_BUCKETS))
    assert len(rates) <= MAX_BUCKETS
