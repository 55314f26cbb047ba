from __future__ import annotations

import numpy as np
import pytest

from turia.world.avatars import Avatars
from turia.world.schedule import HEADER_EVERY, LEAST_ENTRIES, REFRESH_TICKS, TURN_SLOTS, Schedule
from turia.world.views import Views


def schedule(slots: int = 128, tier: str = "full") -> tuple[Schedule, Views]:
    avatars = Avatars(slots)
    views = Views(avatars)
    made = Schedule(avatars, views)
    for slot in range(slots):
        avatars.allocate()
        avatars.attached[slot] = True
        made.begin(slot, 0)
        made.set_tier(slot, tier)
    return made, views


def test_everybody_is_refreshed_at_once_and_then_once_in_four_ticks() -> None:
    made, _ = schedule()
    assert made.to_refresh(1).sum() == 128
    turns = [made.to_refresh(tick)[:-1] for tick in range(2, 2 + REFRESH_TICKS)]
    assert (np.sum(turns, axis=0) == 1).all()
    assert {int(turn.sum()) for turn in turns} == {128 // REFRESH_TICKS}


def test_who_has_not_heard_yet_waits_unless_it_matters() -> None:
    made, views = schedule(TURN_SLOTS)
    made.to_refresh(0)
    views.gone_n[3] = 1
    assert not made.to_refresh(REFRESH_TICKS)[3]
    made.renew_all()
    assert made.to_refresh(REFRESH_TICKS + 1)[3]


@pytest.mark.parametrize(("tier", "count"), [("full", 40), ("light", 20), ("flat", 4), ("companion", 0)])
def test_tiers_have_their_rates(tier: str, count: int) -> None:
    made, _ = schedule(1, tier)
    ready = np.ones(1, np.bool_)
    made.worth_sending(np.array([0]), np.array([1]), 0)
    assert sum(bool(made.to_send(tick, ready)[0][0]) for tick in range(1, 41)) == count


def test_a_line_that_was_behind_is_due_as_soon_as_it_is_ready() -> None:
    made, _ = schedule(1, "flat")
    yes, no = np.ones(1, np.bool_), np.zeros(1, np.bool_)
    made.worth_sending(np.array([0]), np.array([1]), 0)
    assert not any(made.to_send(tick, no)[0][0] for tick in range(1, 15))
    due, behind = made.to_send(15, yes)
    assert (bool(due[0]), int(behind[0])) == (True, 16)


def test_a_bare_header_when_there_is_nothing_for_five_ticks() -> None:
    made, _ = schedule(1)
    one, nothing, something = np.array([0]), np.array([0]), np.array([3])
    assert made.worth_sending(one, nothing, 1)[0], "the first after entering"
    sent = [tick for tick in range(2, 22) if made.worth_sending(one, nothing, tick)[0]]
    assert sent == [1 + HEADER_EVERY * k for k in range(1, 5)]
    assert made.worth_sending(one, something, 22)[0]


@pytest.mark.parametrize(
    ("tier", "budgets"), [("full", [80, 80, 80, 40]), ("light", [40, 40, 40, 20]), ("flat", [20] * 4)]
)
def test_overload_lowers_budgets_last_and_to_a_floor(tier: str, budgets: list[int]) -> None:
    made, _ = schedule(1, tier)
    found = []
    for level in range(4):
        made.level = level
        found.append(int(made.budget()[0]))
    assert found == budgets
    assert min(found) >= LEAST_ENTRIES


@pytest.mark.parametrize(("level", "rounds"), [(0, 60), (1, 40), (2, 30), (3, 30)])
def test_overload_spreads_fewer_snapshots_over_all_ticks(level: int, rounds: int) -> None:
    made, _ = schedule(6 * TURN_SLOTS)
    made.level = level
    ready = np.ones(6 * TURN_SLOTS, np.bool_)
    made.worth_sending(np.arange(6 * TURN_SLOTS), np.ones(6 * TURN_SLOTS, np.int64), 0)
    due = np.array([made.to_send(tick, ready)[0] for tick in range(1, 61)])
    assert (due.sum(axis=0) == rounds).all(), "everybody loses the same"
    assert len(set(due.sum(axis=1).tolist())) == 1, "every tick carries the same"


def test_overload_does_not_delay_who_was_moved() -> None:
    made, _ = schedule(1)
    made.level = 2
    ready = np.ones(1, np.bool_)
    for tick in range(1, 9):
        made.hurry(0)
        assert made.to_send(tick, ready)[0][0]
