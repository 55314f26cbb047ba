"""Times at which bytes arrive over a bad line."""

from __future__ import annotations

import pytest

from turia.testing.chaos_line import CLEAN, LEAST_TIMEOUT_S, SEGMENT, ChaosLine, Conditions, segments


def times(conditions: Conditions, count: int, seed: int = 1, every_s: float = 0.0) -> list[float]:
    """When ``count`` whole segments arrive that were read one after the other from 100 s on."""
    line = ChaosLine(seed)
    return [line.send(SEGMENT, count - 1 - number, 100 + number * every_s, conditions) for number in range(count)]


def test_a_clean_line_takes_no_time() -> None:
    assert times(CLEAN, 5, every_s=0.25) == [100, 100.25, 100.5, 100.75, 101]


def test_delay_is_the_same_for_all_and_jitter_is_not_but_keeps_their_order() -> None:
    assert times(Conditions(delay_s=0.5), 3) == [100.5] * 3
    shaken = times(Conditions(delay_s=0.05, jitter_s=0.1), 200, every_s=0.001)
    assert shaken == sorted(shaken)
    late = [at - 100 - number * 0.001 for number, at in enumerate(shaken)]
    assert min(late) >= 0.05
    assert max(late) <= 0.15
    assert max(late) - min(late) > 0.02


def test_bandwidth_lets_one_go_after_the_other_and_is_not_saved_up() -> None:
    slow = Conditions(bytes_per_s=10 * SEGMENT)
    assert times(slow, 4) == pytest.approx([100.1, 100.2, 100.3, 100.4])
    assert times(slow, 3, every_s=1.0) == pytest.approx([100.1, 101.1, 102.1])


def test_what_is_lost_within_a_burst_comes_a_round_trip_later_and_what_follows_with_it() -> None:
    line = ChaosLine(_seed_that_loses_the_first())
    lossy = Conditions(delay_s=0.05, loss=0.3)
    first = line.send(SEGMENT, 5, 100, lossy)
    assert first == pytest.approx(100 + 0.05 + 0.1)
    assert line.send(SEGMENT, 4, 100.001, Conditions(delay_s=0.05)) == first
    assert line.stalls == 1
    assert line.stalled_s == pytest.approx(0.1)


def test_what_is_lost_at_the_end_of_a_burst_waits_for_a_timeout() -> None:
    seed = _seed_that_loses_the_first()
    near, far = Conditions(delay_s=0.01, loss=0.3), Conditions(delay_s=0.2, loss=0.3)
    assert ChaosLine(seed).send(SEGMENT, 2, 100, near) == pytest.approx(100 + 0.01 + LEAST_TIMEOUT_S)
    assert ChaosLine(seed).send(SEGMENT, 0, 100, far) == pytest.approx(100 + 0.2 + 0.8)


def test_everything_that_is_lost_arrives_in_the_end() -> None:
    stall = 0.2 * (1 + 1 + 2 + 4 + 8 + 16 + 32)
    assert times(Conditions(delay_s=0.01, loss=1.0), 1) == [pytest.approx(100.01 + stall)]


def test_as_many_are_lost_as_was_asked_for_and_the_same_ones_with_the_same_seed() -> None:
    lossy = Conditions(delay_s=0.05, loss=0.03)
    line = ChaosLine(7)
    for number in range(20_000):
        line.send(SEGMENT, 9, number * 0.01, lossy)
    assert line.stalls == pytest.approx(600, rel=0.15)
    assert times(lossy, 500, seed=7) == times(lossy, 500, seed=7)
    assert times(lossy, 500, seed=7) != times(lossy, 500, seed=8)


def test_damage_turns_over_one_bit() -> None:
    line, data = ChaosLine(3), bytes(range(200))
    assert line.damage(data, CLEAN) == data
    damaged = line.damage(data, Conditions(corrupt=1.0))
    assert sum((a ^ b).bit_count() for a, b in zip(data, damaged, strict=True)) == 1


def test_segments_are_what_was_read_in_order() -> None:
    burst = bytes(range(256)) * 12
    assert [len(each) for each in segments(burst)] == [SEGMENT, SEGMENT, 3_072 - 2 * SEGMENT]
    assert b"".join(segments(burst)) == burst


@pytest.mark.parametrize("wrong", [{"loss": 1.5}, {"delay_s": -1.0}, {"buffer_bytes": 10}])
def test_what_no_line_can_be_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="no conditions of a line"):
        Conditions(**wrong)  # type: ignore[arg-type]


def _seed_that_loses_the_first() -> int:
    """One whose first segment is lost, and sent again in time, where three of ten are lost."""
    for seed in range(100):
        line = ChaosLine(seed)
        line.send(SEGMENT, 9, 0.0, Conditions(delay_s=1.0, loss=0.3))
        if line.stalls and line.stalled_s == 2.0:
            return seed
    raise AssertionError("no such seed")
