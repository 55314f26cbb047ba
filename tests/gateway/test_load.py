from __future__ import annotations

from turia.gateway.load import HALVED, LoadGovernor


def run(load: LoadGovernor, seconds: float, ticks: int) -> None:
    for _ in range(ticks):
        load.tick_took(seconds)


def test_far_detail_goes_first_and_the_tick_rate_last() -> None:
    load = LoadGovernor()
    seen = [(load.level, load.detail, load.ticks_a_round) for _ in range(60) if load.tick_took(0.060)]
    assert seen == [(1, 1, 1), (2, 2, 1), (3, 3, 1), (4, 3, 2)]


def test_a_tick_that_waited_for_other_work_counts_as_full() -> None:
    load = LoadGovernor()
    for _ in range(10):
        load.tick_took(0.025, 0.020)
    assert load.level == 0, "a little late is on time: reading poses shares the loop with the tick"
    for _ in range(10):
        load.tick_took(0.025, 0.050)
    assert load.level == 1


def test_a_single_slow_tick_changes_nothing() -> None:
    load = LoadGovernor()
    for _ in range(20):
        run(load, 0.2, 1)
        run(load, 0.01, 9)
    assert load.level == 0


def test_it_recovers_step_by_step() -> None:
    load = LoadGovernor(level=HALVED)
    run(load, 0.01, 20)
    assert load.level == HALVED - 1, "40 periods, which are 20 ticks of the halved rate"
    run(load, 0.01, 120)
    assert load.level == 0
    run(load, 0.01, 300)
    assert load.level == 0


def test_a_level_taken_back_too_early_is_tried_again_later_and_later() -> None:
    load = LoadGovernor()
    waits = []
    for _ in range(6):
        run(load, 0.045, 10)
        assert load.level == 1
        waits.append(next(n for n in range(1_000) if load.tick_took(0.02)) + 1)
    assert waits == [40, 80, 120, 120, 120, 120]
    run(load, 0.02, 2_000)
    run(load, 0.045, 10)
    assert next(n for n in range(1_000) if load.tick_took(0.02)) + 1 == 40, "after a long calm it starts anew"


def test_halved_it_comes_back_only_when_the_whole_rate_would_fit() -> None:
    load = LoadGovernor(level=HALVED)
    run(load, 0.046, 500)
    assert load.level == HALVED
    run(load, 0.035, 20)
    assert load.level == HALVED - 1


def test_after_a_rough_arrival_the_whole_venue_is_back_within_20_seconds() -> None:
    load = LoadGovernor()
    for _ in range(6):
        run(load, 0.2, 40)
        run(load, 0.01, 60)
    run(load, 0.2, 40)
    assert load.level == HALVED
    periods = 0
    while load.level:
        periods += load.ticks_a_round
        run(load, 0.03, 1)
    assert periods * 0.05 <= 20


def test_a_hiccup_every_few_seconds_does_not_keep_it_down() -> None:
    load = LoadGovernor(level=HALVED, _patience=120)
    for _ in range(30):
        run(load, 0.3, 1)
        run(load, 0.02, 40)
    assert load.level == 0
