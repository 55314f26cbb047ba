from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turia.errors import BundleError
from turia.world.walkable import REASONS, Forbidden, WalkField

_spec = importlib.util.spec_from_file_location("walk_vectors", Path(__file__).with_name("walk_vectors.py"))
assert _spec is not None
assert _spec.loader is not None
twin = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(twin)

FIELD = WalkField.from_arrays(twin.arrays())
CASES: list[dict[str, Any]] = json.loads(twin.GOLDEN.read_text(encoding="utf-8"))["cases"]


def only(indices: list[int] | set[int]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    mask = np.zeros(256, np.bool_)
    mask[list(indices)] = True
    return mask


def sweep_one(
    surface: int, start: tuple[float, float], end: tuple[float, float], closed: set[int], shut: set[int]
) -> tuple[int, str]:
    x0, z0, x1, z1 = (np.array([v], np.float64) for v in (*start, *end))
    swept = FIELD.sweep(np.array([surface], np.int32), x0, z0, x1, z1, Forbidden(only(closed), only(shut)))
    return int(swept.surface[0]), REASONS[swept.reason[0]]


def test_the_golden_vectors_are_those_of_the_naive_twin() -> None:
    assert twin.GOLDEN.read_text(encoding="utf-8") == twin.text()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_golden_moves(case: dict[str, Any]) -> None:
    start, end = case["from"], case["to"]
    surface = FIELD.locate(np.array([start["x"]]), np.array([start["z"]]), np.array([start["layer"]]))
    last, why = sweep_one(
        int(surface[0]), (start["x"], start["z"]), (end["x"], end["z"]), set(case["closed"]), set(case["forbidden"])
    )
    assert (why or None) == case["blocked"]
    assert last == case["last"]["surface"]


quarter = st.integers(-14, 14).map(lambda n: n / 8)


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, len(FIELD.height) - 1),
    st.tuples(quarter, quarter),
    st.tuples(st.floats(0, 0.249), st.floats(0, 0.249)),
    st.booleans(),
    st.booleans(),
)
def test_sweep_equals_the_naive_twin(
    surface: int, end: tuple[float, float], inset: tuple[float, float], closed: bool, shut: bool
) -> None:
    cell = int(FIELD.cell_of[surface])
    corner = (-1.5 + cell % 12 * 0.25, -1.5 + cell // 12 * 0.25)
    # eighths: fractions that floats hold exactly, so that corners are met often
    start = (corner[0] + np.floor(inset[0] * 16) / 16, corner[1] + np.floor(inset[1] * 16) / 16)
    expected = twin.walk(FIELD, surface, start, end, {0} if closed else set(), {0} if shut else set())
    assert sweep_one(surface, start, end, {0} if closed else set(), {0} if shut else set()) == expected


def test_a_sweep_of_many_is_the_sweeps_of_each() -> None:
    rng = np.random.default_rng(3)
    surface = rng.integers(0, len(FIELD.height), 400).astype(np.int32)
    x0, _, z0 = FIELD.middle(surface)
    x1, z1 = rng.uniform(-1.6, 1.6, 400), rng.uniform(-1.6, 1.6, 400)
    swept = FIELD.sweep(surface, x0, z0, x1, z1, Forbidden(only({0}), only(set())))
    for i in range(400):
        one = sweep_one(int(surface[i]), (x0[i], z0[i]), (x1[i], z1[i]), {0}, set())
        assert one == (int(swept.surface[i]), REASONS[swept.reason[i]])


def test_rights_open_doors_and_zones_for_their_holder_only() -> None:
    surface = np.array([FIELD.first[5 * 12 + 3]] * 2, np.int32)
    x, _, z = FIELD.middle(surface)
    rights = np.zeros((2, 256), np.bool_)
    rights[1, 0] = True
    forbidden = Forbidden(only({0}), only(set()), door_rights=rights, zone_rights=rights, who=np.arange(2))
    swept = FIELD.sweep(surface, x, z, x, z + 0.5, forbidden)
    assert [REASONS[r] for r in swept.reason] == ["door", ""]


def test_locate_finds_layers_and_nothing_outside() -> None:
    x = np.array([1.0, 1.0, 1.0, -5.0, 1.49, 1.5])
    z = np.array([1.0, 1.0, 1.0, 0.0, 1.49, 1.0])
    found = FIELD.locate(x, z, np.array([0, 1, 2, 0, 0, 0]))
    assert (found >= 0).tolist() == [True, True, False, False, True, False]
    assert FIELD.height[found[1]] == 130


def test_nearest_prefers_the_storey_of_the_point() -> None:
    up = FIELD.nearest(1.0, 1.3, 1.0, reach=1.0, climb=0.5)
    down = FIELD.nearest(1.0, 0.0, 1.0, reach=1.0, climb=0.5)
    assert (FIELD.height[up], FIELD.height[down]) == (130, 0)
    assert FIELD.nearest(1.0, 9.0, 1.0, reach=1.0) == -1
    assert FIELD.nearest(99.0, 0.0, 1.0, reach=1.0) == -1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("version", np.array(2, np.uint32)),
        ("origin", np.array([0.0, np.nan], np.float32)),
        ("origin", np.zeros(3, np.float32)),
        ("cell", np.array(0.0, np.float32)),
        ("cell", np.array([0.25, 0.25], np.float32)),
        ("shape", np.array([0, 12], np.uint32)),
        ("count", np.ones((3, 3), np.uint8)),
        ("count", np.full((12, 12), 4, np.uint8)),
        ("count", np.zeros((12, 12), np.uint8)),
        ("height", np.zeros(5, np.int16)),
        ("height", np.zeros(144, np.float32)),
        ("links", np.full(len(FIELD.height), 0xFF, np.uint8)),
        ("room", None),
    ],
)
def test_a_wrong_array_is_named(name: str, value: Any) -> None:
    arrays = twin.arrays()
    if value is None:
        del arrays[name]
    else:
        arrays[name] = value
    with pytest.raises(BundleError, match=f"'{name}'"):
        WalkField.from_arrays(arrays)


def test_links_that_lead_one_way_are_refused() -> None:
    arrays = twin.arrays()
    arrays["links"] = arrays["links"].copy()
    arrays["links"][0] &= 0b11111100
    with pytest.raises(BundleError, match="one way"):
        WalkField.from_arrays(arrays)
