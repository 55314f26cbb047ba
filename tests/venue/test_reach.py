from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from turia.errors import BundleError
from turia.testing.glb_model import Model
from turia.venue.colliders import colliders
from turia.venue.field import Surfaces, find_surfaces
from turia.venue.glb import read_glb
from turia.venue.gltf import read_document
from turia.venue.reach import connected, entrance, flood, lift_links
from turia.world.layout import Lift, LiftStop, Spawn

ISLANDS = (
    Model().floor("Walk_a", (0, 4), (0, 4)).floor("Walk_b", (6, 10), (0, 4), 5.0).floor("Walk_c", (20, 22), (0, 2))
)
LIFT = Lift(id="main", stops=[LiftStop(0, (3.0, 0.0, 1.0), 0), LiftStop(1, (7.0, 5.0, 1.0), 0)])


def islands() -> Surfaces:
    return find_surfaces(*colliders(read_document(read_glb(ISLANDS.to_bytes()))))


def spawn(x: float, y: float) -> Spawn:
    return Spawn(id="entrance", position=(x, y, 1.0), yaw=0)


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=40), st.integers(0, 19))
def test_steps_are_those_of_a_naive_search(edges: list[tuple[int, int]], start: int) -> None:
    links = np.full((20, len(edges) * 2 + 1), -1, np.int32)
    near: dict[int, set[int]] = {index: set() for index in range(20)}
    for number, (a, b) in enumerate(edges):
        links[a, 2 * number], links[b, 2 * number + 1] = b, a
        near[a].add(b)
        near[b].add(a)
    steps = {start: 0}
    front = [start]
    while front:
        ahead = {b for a in front for b in near[a]} - set(steps)
        steps |= dict.fromkeys(ahead, max(steps.values()) + 1)
        front = list(ahead)
    assert flood(links, [start]).tolist() == [steps.get(index, -1) for index in range(20)]


def test_extra_links_are_ways_in_both_directions() -> None:
    links = np.array([[1], [0], [-1], [2]], np.int32)
    assert flood(links, [0], [(1, 3)]).tolist() == [0, 1, 3, 2]
    assert flood(links, [3], [(1, 3)]).tolist() == [2, 1, 1, 0]


def test_only_what_the_entrance_reaches_is_kept() -> None:
    kept = connected(islands(), [spawn(1, 0)], [])
    assert len(kept.cell) == 16 * 16
    assert kept.links.max() < len(kept.cell)


def test_a_lift_reaches_another_storey() -> None:
    kept = connected(islands(), [spawn(1, 0)], [LIFT])
    assert set(np.unique(kept.height)) == {0.0, 5.0}
    assert len(kept.cell) == 2 * 16 * 16


def test_a_stop_where_nobody_stands_joins_nothing() -> None:
    lost = Lift(id="lost", stops=[LiftStop(0, (3.0, 0.0, 1.0), 0), LiftStop(1, (7.0, 9.0, 1.0), 0)])
    assert lift_links(islands(), [lost]) == []


def test_an_entrance_without_ground_is_named_with_the_way_out() -> None:
    with pytest.raises(BundleError, match=r"'entrance' at \(1.0, 2.0, 1.0\): put a Walk_ floor under it"):
        entrance(islands(), [spawn(1, 2)])
