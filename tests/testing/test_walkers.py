import numpy as np
import pytest

from turia.protocol import limits, state
from turia.testing.fields import flat
from turia.testing.routes import RouteMap
from turia.testing.walkers import Mode, Walkers
from turia.world.walkable import WalkField


@pytest.fixture
def routes() -> RouteMap:
    room = np.ones((24, 24), dtype=np.uint8)
    room[:20, 12] = 255
    return RouteMap(WalkField.from_arrays(flat(room, origin=(-3.0, -3.0))))


def walkers_in(routes: RouteMap, n: int, *, restless: bool = True) -> Walkers:
    goals = np.array([routes.surface_at(-2, 0, -2), routes.surface_at(2, 0, -2)], dtype=np.int32)
    walkers = Walkers(n, routes, goals, np.array([False, True]), np.random.default_rng(7), restless=restless)
    for i in range(n):
        walkers.place(i, -2.0, 0.0, 2.0, 0, seated=False, now=0.0)
    return walkers


def test_walkers_stay_on_the_field_and_within_the_speed_limit(routes: RouteMap) -> None:
    walkers, who = walkers_in(routes, 40), np.arange(40)
    walk = routes.walk
    for k in range(300):
        before = walkers.position.copy()
        walkers.step(who, 1 / 15, k / 15)
        moved = np.hypot(*(walkers.position - before)[:, ::2].T)
        assert moved.max() <= limits.WALK_SPEED_M_S / 15 + 1e-5
        x, z = walkers.position[:, 0].astype(float), walkers.position[:, 2].astype(float)
        assert (walk.locate(x, z, walkers.poses(who, np.zeros(40, np.uint32))["layer"]) >= 0).all()


def test_restless_walkers_never_stand(routes: RouteMap) -> None:
    walkers, who = walkers_in(routes, 10), np.arange(10)
    for k in range(600):
        walkers.step(who, 1 / 15, k / 15)
        assert (walkers.mode == Mode.WALK).all()


def test_those_who_arrive_at_seats_want_to_sit(routes: RouteMap) -> None:
    walkers, who = walkers_in(routes, 20, restless=False), np.arange(20)
    wanting = set()
    for k in range(600):
        sit, _ = walkers.step(who, 1 / 15, k / 15)
        wanting |= set(sit.tolist())
    assert wanting


def test_a_seated_walker_wants_up_after_a_while_and_not_before(routes: RouteMap) -> None:
    walkers = walkers_in(routes, 1, restless=False)
    walkers.place(0, -2.0, 0.0, 2.0, 64, seated=True, now=0.0)
    assert walkers.step(np.array([0]), 1 / 15, 1.0)[1].size == 0
    assert walkers.step(np.array([0]), 1 / 15, 121.0)[1].tolist() == [0]


def test_poses_carry_centimetres_and_state(routes: RouteMap) -> None:
    walkers = walkers_in(routes, 1)
    walkers.emote[0] = 2
    pose = walkers.poses(np.array([0]), np.array([77], np.uint32))[0]
    assert (pose["x"], pose["y"], pose["z"], pose["tick"], pose["seq"]) == (-200, 0, 200, 77, 1)
    assert pose["state"] == state.WALKING | 2 << state.EMOTE_SHIFT
