from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from turia.protocol.limits import FULL_NEIGHBOURS
from turia.world.arrays import Bool
from turia.world.avatars import Avatars
from turia.world.interest import AHEAD_M, Refresher
from turia.world.portals import Population
from turia.world.views import Views

NOBODY = np.empty(0, np.intp)


class Hall:
    """People in one region, and their refresher."""

    def __init__(self, x: list[float], z: list[float], *, view: int = 0, neighbours: int = FULL_NEIGHBOURS) -> None:
        n = len(x)
        self.avatars = Avatars(n)
        self.views = Views(self.avatars)
        self.slots = np.array([self.avatars.allocate() for _ in range(n)])
        self.avatars.attached[:n] = True
        self.avatars.view[:n] = view
        self.put(x, z)
        self.refresher = Refresher(self.avatars, self.views, np.full(n, neighbours, np.int32))

    def put(self, x: list[float], z: list[float]) -> None:
        rows = np.zeros(len(x), self.avatars.row.dtype)
        rows["x"], rows["z"] = np.rint(np.array([x, z]) * 100)
        self.avatars.write(self.slots, rows)

    def refresh(self, due: Bool | None = None) -> None:
        everybody = np.ones(self.avatars.slots + 1, np.bool_)
        self.refresher.refresh(Population(0, self.slots, NOBODY), everybody if due is None else due)

    def columns(self, slot: int) -> list[int]:
        columns = self.views.slot[slot]
        return [int(other) for other in columns if other != self.avatars.empty]


coordinates = st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), min_size=1, max_size=120)


@settings(max_examples=30, deadline=None)
@given(coordinates, st.integers(0, 255), st.integers(1, 96))
def test_sets_equal_the_naive_twin(at: list[tuple[float, float]], view: int, neighbours: int) -> None:
    """Up to 280 people all are candidates: exactly the nearest to the point ahead of the eyes."""
    hall = Hall([x for x, _ in at], [z for _, z in at], view=view, neighbours=neighbours)
    hall.refresh()
    turn = 2 * np.pi * view / 256
    a = hall.avatars
    for slot in range(len(at)):
        eyes_x, eyes_z = a.x[slot] - AHEAD_M * np.sin(turn), a.z[slot] - AHEAD_M * np.cos(turn)
        away = np.hypot(a.x[:-1] - eyes_x, a.z[:-1] - eyes_z)
        others = [other for other in range(len(at)) if other != slot]
        columns = hall.columns(slot)
        assert len(columns) == len(set(columns)) == min(neighbours, len(others))
        assert slot not in columns
        if len(columns) < len(others):
            farthest = max(away[columns])
            # keys keep 14 bits of the square distance
            assert all(away[other] >= farthest * 0.9998 - 0.1 for other in others if other not in columns)
        ranked = away[columns]
        assert (ranked[1:] >= ranked[:-1] * 0.9998 - 0.1).all()


def test_who_is_in_front_counts_as_nearer() -> None:
    hall = Hall([0.0, 0.0, 0.0], [0.0, -3.0, 2.5], neighbours=1)
    hall.refresh()
    assert hall.columns(0) == [1]
    hall.avatars.view[0] = 128
    hall.refresh()
    assert hall.columns(0) == [2]


def test_hysteresis_keeps_who_is_in_until_another_is_clearly_nearer() -> None:
    hall = Hall([0.0, 5.0, -5.2], [0.0, 0.0, 0.0], neighbours=1)
    hall.refresh()
    assert hall.columns(0) == [1]
    hall.put([0.0, 5.2, -5.0], [0.0, 0.0, 0.0])
    hall.refresh()
    assert hall.columns(0) == [1]
    hall.put([0.0, 7.0, -5.0], [0.0, 0.0, 0.0])
    hall.refresh()
    assert hall.columns(0) == [2]


def test_only_those_who_are_due_are_renewed() -> None:
    hall = Hall([0.0, 1.0, 2.0], [0.0, 0.0, 0.0])
    due = np.zeros(4, np.bool_)
    due[1] = True
    hall.refresh(due)
    assert [len(hall.columns(slot)) for slot in range(3)] == [0, 2, 0]


def test_people_beyond_a_portal_are_offered_but_get_nothing() -> None:
    hall = Hall([0.0, 1.0, 2.0], [0.0, 0.0, 0.0])
    everybody = np.ones(4, np.bool_)
    hall.refresher.refresh(Population(0, hall.slots[:2], hall.slots[2:]), everybody)
    assert hall.columns(0) == [1, 2]
    assert hall.columns(2) == []


def test_heroes_come_first_nearest_sixteen_and_never_twice() -> None:
    n = 150
    hall = Hall([float(k) for k in range(n)], [0.0] * n, neighbours=48)
    hall.refresher.heroes[120:145] = True
    hall.refresh()
    columns = hall.columns(0)
    assert columns[:16] == list(range(120, 136))
    assert len(set(columns)) == 48
    assert set(columns[16:]) == set(range(1, 33))
    near = hall.columns(130)
    assert set(range(120, 145)) - {130} <= set(near)


def test_another_storey_is_farther_than_the_next_table() -> None:
    hall = Hall([0.0, 0.0, 4.0], [0.0, 0.0, 0.0], neighbours=1)
    rows = hall.avatars.row[:3].copy()
    rows["y"][1] = 400
    hall.avatars.write(hall.slots, rows)
    hall.refresh()
    assert hall.columns(0) == [2]


def test_kept_columns_keep_what_was_written() -> None:
    hall = Hall([0.0, 1.0, 2.0, 3.0], [0.0] * 4)
    hall.refresh()
    hall.views.written[0, :3] = [11, 12, 13]
    hall.views.shown[0, :3] = True
    order = hall.columns(0)
    hall.put([0.0, 3.0, 2.0, 1.0], [0.0] * 4)
    hall.refresh()
    after = dict(zip(hall.columns(0), hall.views.written[0].tolist(), strict=False))
    assert after == dict(zip(order, [11, 12, 13], strict=True))
    assert hall.columns(0) != order
