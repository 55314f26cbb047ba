from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from turia.world.arrays import Bool
from turia.world.avatars import Avatars
from turia.world.select import NEAR, Chosen, Selector
from turia.world.views import COLUMNS, DUE, Views


class One:
    """One client (slot 0) with a full set of neighbours 1 to COLUMNS, all shown and written."""

    def __init__(self, budget: int) -> None:
        self.avatars = Avatars(COLUMNS + 1)
        for _ in range(COLUMNS + 1):
            self.avatars.allocate()
        self.views = Views(self.avatars)
        self.avatars.version[:] = 1
        self.views.slot[0] = np.arange(1, COLUMNS + 1)
        self.views.written[0] = 1
        self.views.shown[0] = True
        self.views.weight[0] = DUE
        self.selector = Selector(self.avatars, self.views)
        self.budget = np.full(COLUMNS + 1, budget, np.int64)

    def select(self, behind: int = 1) -> Chosen:
        due: Bool = np.zeros(COLUMNS + 1, np.bool_)
        due[0] = True
        return self.selector.select(due, np.full(COLUMNS + 1, behind, np.int64), self.budget)

    def change(self, slots: list[int]) -> None:
        self.avatars.version[slots] += np.uint32(1)


def sent(chosen: Chosen) -> list[int]:
    slots: list[int] = chosen.slot[chosen.update].tolist()
    return slots


def test_only_what_changed_is_sent_and_only_once() -> None:
    one = One(80)
    assert sent(one.select()) == []
    one.change([3, 50])
    assert sent(one.select()) == [3, 50]
    assert sent(one.select()) == []


def test_far_columns_wait_until_enough_has_piled_up() -> None:
    one = One(80)
    one.views.weight[0, 90] = DUE // 4
    one.change([91])
    assert [sent(one.select()) for _ in range(4)] == [[], [], [], [91]]
    one.change([91])
    assert sent(one.select(behind=4)) == [91]


@settings(max_examples=60, deadline=None)
@given(st.integers(20, 90), st.sets(st.integers(1, COLUMNS), min_size=1), st.integers(0, 9))
def test_the_budget_binds_the_near_go_first_and_the_rest_takes_turns(budget: int, slots: set[int], seed: int) -> None:
    one = One(budget)
    one.views.pending[0] = np.random.default_rng(seed).integers(0, 50, COLUMNS)
    one.change(sorted(slots))
    waited = (one.views.pending[0] + one.views.weight[0]).copy()
    chosen = sent(one.select())
    assert len(chosen) == min(budget, len(slots))
    assert set(chosen) <= slots
    assert {slot for slot in slots if slot <= NEAR} <= set(chosen)
    rest = [slot for slot in slots if slot > NEAR and slot not in chosen]
    # within the front and within the back, whoever waits longer goes first
    for group in (range(NEAR, 64), range(64, COLUMNS)):
        kept = [int(waited[slot - 1]) for slot in rest if slot - 1 in group]
        went = [int(waited[slot - 1]) for slot in chosen if slot - 1 in group]
        if kept and went and budget >= 64:
            assert min(went) >= max(kept)


def test_everybody_gets_a_turn() -> None:
    one = One(20)
    seen: dict[int, int] = {}
    for tick in range(60):
        one.change(list(range(1, COLUMNS + 1)))
        seen.update(dict.fromkeys(sent(one.select()), tick))
    assert set(seen) == set(range(1, COLUMNS + 1))
    assert min(seen.values()) >= 60 - 25


def test_returns_are_named_counted_and_shown() -> None:
    one = One(20)
    one.views.shown[0, :30] = False
    first = one.select()
    assert first.slot[first.back].tolist() == list(range(1, 21))
    second = one.select()
    assert second.slot[second.back].tolist() == list(range(21, 31))
    assert one.views.shown[0].all()


def test_a_return_that_changed_is_an_update() -> None:
    one = One(80)
    one.views.shown[0, 0] = False
    one.views.pending[0, 0] = DUE
    one.change([1])
    chosen = one.select()
    assert sent(chosen) == [1]
    assert not chosen.back.any()


def test_first_mentions_and_leavings_are_listed() -> None:
    one = One(80)
    one.views.written[0, 4] = 0
    one.views.pending[0, 4] = DUE
    one.views.gone[0, :2], one.views.gone_n[0] = [70, 71], 2
    chosen = one.select()
    assert chosen.first.tolist() == [[0, 5]]
    assert chosen.gone.tolist() == [70, 71]
    assert chosen.gone_n.tolist() == [2]
    assert one.views.gone_n[0] == 0
    again = one.select()
    assert (again.first.size, again.gone.size) == (0, 0)


def test_clients_that_are_not_due_lose_nothing() -> None:
    one = One(80)
    one.change([5])
    nobody = np.zeros(COLUMNS + 1, np.bool_)
    assert not one.selector.select(nobody, one.budget, one.budget).clients.size
    assert sent(one.select()) == [5]
