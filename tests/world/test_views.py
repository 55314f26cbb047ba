from __future__ import annotations

import numpy as np

from turia.world.avatars import Avatars
from turia.world.views import COLUMNS, DUE, MEMORY, Views, weights


def views(slots: int = 600) -> tuple[Avatars, Views]:
    avatars = Avatars(slots)
    for _ in range(slots):
        avatars.allocate()
    avatars.attached[:slots] = True
    avatars.revision[:slots] = 1
    return avatars, Views(avatars)


def give(view: Views, client: int, slots: list[int]) -> None:
    """A new set for one client, codes worked out the slow way."""
    old, gone = view.slot[client].tolist(), view.gone[client].tolist()
    slot = np.full((1, COLUMNS), view.empty, np.uint16)
    code = np.zeros((1, COLUMNS), np.uint8)
    for column, other in enumerate(slots):
        slot[0, column] = other
        code[0, column] = 1 + old.index(other) if other in old else 0
        if other in gone:
            code[0, column] = 1 + COLUMNS + gone.index(other)
    view.replace(np.array([client]), slot, np.full((1, COLUMNS), DUE, np.uint16), code)


def show(view: Views, client: int, versions: dict[int, int]) -> None:
    """As if a snapshot had been sent with all of the set, and what is gone told."""
    for column, slot in enumerate(view.slot[client].tolist()):
        if slot != view.empty:
            view.written[client, column], view.shown[client, column] = versions[slot], True
    view.gone[client], view.gone_n[client] = view.empty, 0


def gone(view: Views, client: int) -> list[int]:
    return sorted(view.gone[client, : view.gone_n[client]].tolist())


def test_who_leaves_is_listed_once_and_remembered_on_return() -> None:
    _, view = views()
    give(view, 0, [1, 2, 3])
    show(view, 0, {1: 5, 2: 6, 3: 7})
    give(view, 0, [3, 4])
    assert gone(view, 0) == [1, 2]
    assert view.written[0, :2].tolist() == [7, 0]
    show(view, 0, {3: 7, 4: 9})
    give(view, 0, [2, 1, 3])
    assert view.written[0, :3].tolist() == [6, 5, 7]
    assert view.shown[0, :3].tolist() == [False, False, True]
    assert gone(view, 0) == [4]


def test_who_was_never_shown_leaves_without_a_word() -> None:
    _, view = views()
    give(view, 0, [1, 2])
    give(view, 0, [])
    assert gone(view, 0) == []


def test_a_return_before_the_client_heard_takes_the_leaving_back() -> None:
    _, view = views()
    give(view, 0, [1, 2, 3])
    show(view, 0, {1: 5, 2: 6, 3: 7})
    give(view, 0, [])
    assert gone(view, 0) == [1, 2, 3]
    give(view, 0, [2])
    assert gone(view, 0) == [1, 3]
    assert (view.written[0, 0], view.shown[0, 0]) == (6, True)


def test_a_new_revision_voids_the_memory() -> None:
    avatars, view = views()
    give(view, 0, [1])
    show(view, 0, {1: 5})
    give(view, 0, [])
    avatars.revision[1] += 1
    show(view, 0, {})
    give(view, 0, [1])
    assert view.written[0, 0] == 0


def test_a_slot_that_shares_its_place_in_memory_costs_an_update_and_nothing_else() -> None:
    _, view = views()
    give(view, 0, [1, 1 + MEMORY])
    show(view, 0, {1: 5, 1 + MEMORY: 6})
    give(view, 0, [])
    show(view, 0, {})
    give(view, 0, [1, 1 + MEMORY])
    assert sorted(view.written[0, :2].tolist()) == [0, 6]


def test_forget_takes_slots_out_of_every_set_of_the_connected() -> None:
    avatars, view = views()
    for client in (0, 1, 2):
        give(view, client, [7, 8])
        show(view, client, {7: 1, 8: 1})
    avatars.attached[2] = False
    mask = np.zeros(avatars.slots + 1, np.bool_)
    mask[7] = True
    view.forget(mask)
    assert [gone(view, client) for client in (0, 1, 2)] == [[7], [7], []]
    assert view.slot[0, :2].tolist() == [view.empty, 8]


def test_what_a_client_displays_never_outgrows_its_columns() -> None:
    _, view = views()
    rng = np.random.default_rng(2)
    for _ in range(300):
        give(view, 0, rng.choice(np.arange(1, 250), int(rng.integers(0, COLUMNS + 1)), replace=False).tolist())
        assert int(view.shown[0].sum()) + int(view.gone_n[0]) <= COLUMNS
        assert not set(gone(view, 0)) & set(view.slot[0].tolist())
        if rng.random() < 0.3:
            show(view, 0, dict.fromkeys(range(250), 3))


def test_reset_knows_nothing() -> None:
    _, view = views()
    give(view, 0, [1])
    show(view, 0, {1: 5})
    give(view, 0, [])
    view.reset(0)
    assert gone(view, 0) == []
    give(view, 0, [1])
    assert view.written[0, 0] == 0


def test_weights_fall_with_distance_but_not_for_the_near_ranks_and_heroes() -> None:
    away = np.full((1, COLUMNS), 40.0**2, np.float32)
    weight = weights(away, np.array([2]))[0]
    assert weight[:2].tolist() == [4 * DUE] * 2
    assert (weight[2:64] == DUE).all()
    assert (weight[64:] < DUE).all()
    assert (weight > 0).all()


def test_everybody_is_introduced_to_a_client_once() -> None:
    _, view = views(40)
    both = np.array([5, 5, 5, 5, 6]), np.array([8, 9, 15, 16, 8])
    assert view.meet(*both).all()
    assert not view.meet(*both).any()
    assert view.meet(np.array([5, 6]), np.array([8, 9])).tolist() == [False, True]


def test_who_changed_is_introduced_to_all_again_and_nobody_else_is() -> None:
    avatars, view = views(40)
    client, slot = np.array([5, 5, 6]), np.array([8, 9, 8])
    view.meet(client, slot)
    changed = np.zeros(avatars.slots + 1, np.bool_)
    changed[8] = True
    view.introduce_again(changed)
    assert view.meet(client, slot).tolist() == [True, False, True]


def test_a_new_connection_is_introduced_to_everybody() -> None:
    _, view = views(40)
    client, slot = np.array([5, 6]), np.array([8, 8])
    view.meet(client, slot)
    view.reset(5)
    assert view.meet(client, slot).tolist() == [True, False]
