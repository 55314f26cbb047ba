from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turia.world.arrays import I16
from turia.world.partition import LEAF_MAX, NEAR_LEAVES, Leaves, split


def crowd(n: int, seed: int, *, clustered: bool) -> tuple[I16, I16]:
    rng = np.random.default_rng(seed)
    half = 100 * (n / 2) ** 0.5 / 2
    at = rng.uniform(-half, half, (n, 2))
    if clustered:
        middles = rng.uniform(-half, half, (max(1, n // 50), 2))
        at = middles[rng.integers(len(middles), size=n)] + rng.normal(0, 150, (n, 2))
    x, z = np.rint(np.clip(at, -half, half)).astype(np.int16).T
    return x.copy(), z.copy()


def candidates(leaves: Leaves, n: int, point: int) -> set[int]:
    found = leaves.members[leaves.near[leaves.of[point]]].reshape(-1)
    return set(found[found < n].tolist())


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 900), st.integers(0, 99), st.booleans())
def test_every_point_is_in_exactly_one_leaf(n: int, seed: int, clustered: bool) -> None:
    leaves = split(*crowd(n, seed, clustered=clustered))
    members = leaves.members[leaves.members < n]
    assert sorted(members.tolist()) == list(range(n))
    assert leaves.members.shape[1] <= LEAF_MAX
    for point in range(n):
        assert leaves.members[leaves.of[point], leaves.place[point]] == point


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 900), st.integers(0, 99), st.booleans())
def test_each_leaf_is_among_its_nearest_where_self_at_says(n: int, seed: int, clustered: bool) -> None:
    leaves = split(*crowd(n, seed, clustered=clustered))
    rows = np.arange(len(leaves.near))
    assert (leaves.near[rows, leaves.self_at] == rows).all()
    assert leaves.near.shape[1] == min(NEAR_LEAVES, len(rows))
    assert all(len(set(row)) == len(row) for row in leaves.near.tolist())


def test_people_on_one_spot_are_still_split() -> None:
    leaves = split(np.zeros(500, np.int16), np.zeros(500, np.int16))
    assert all(point in candidates(leaves, 500, point) for point in range(500))


def test_the_corners_of_the_range_do_not_wrap() -> None:
    x = np.array([-32768, 32767] * 40, np.int16)
    z = np.array([-32768] * 40 + [32767] * 40, np.int16)
    leaves = split(x, z)
    box = {tuple(sorted({(int(x[m]), int(z[m])) for m in row if m < 80})) for row in leaves.members.tolist()}
    assert all(len(corners) == 1 for corners in box)


@pytest.mark.parametrize("clustered", [False, True])
def test_the_naive_nearest_64_are_offered(clustered: bool) -> None:
    n = 1500
    x, z = crowd(n, 7, clustered=clustered)
    leaves = split(x, z)
    at = np.stack([x, z], axis=1).astype(np.int64)
    found = total = 0
    for point in range(0, n, 5):
        away = ((at - at[point]) ** 2).sum(axis=1)
        limit = np.sort(away)[64]
        true = set(np.flatnonzero(away < limit).tolist())
        found += len(true & candidates(leaves, n, point))
        total += len(true)
    assert found / total >= 0.99
