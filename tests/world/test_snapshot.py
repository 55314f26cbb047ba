from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from turia.testing.view import decode_snapshot
from turia.world.avatars import Avatars
from turia.world.select import Chosen
from turia.world.snapshot import pack
from turia.world.views import COLUMNS

GOLDEN: dict[str, Any] = json.loads((Path(__file__).parents[1] / "golden" / "frames.json").read_text(encoding="utf-8"))

#: (updates, left, back) of one client, as slots.
Lists = tuple[list[int], list[int], list[int]]
SLOTS = 1100


def avatars() -> Avatars:
    made = Avatars(SLOTS)
    rng = np.random.default_rng(5)
    rows = np.zeros(SLOTS, made.row.dtype)
    for name in ("x", "y", "z"):
        rows[name] = rng.integers(-32768, 32768, SLOTS)
    rows["yaw"], rows["state"] = rng.integers(0, 256, (2, SLOTS))
    made.write(np.arange(SLOTS), rows)
    made.seq[:SLOTS] = rng.integers(0, 65536, SLOTS)
    return made


def chosen(clients: dict[int, Lists]) -> Chosen:
    slot = np.full((len(clients), COLUMNS), SLOTS, np.uint16)
    update, back = np.zeros(slot.shape, np.bool_), np.zeros(slot.shape, np.bool_)
    for row, (updates, _, returns) in enumerate(clients.values()):
        slot[row, : len(updates) + len(returns)] = updates + returns
        update[row, : len(updates)] = True
        back[row, len(updates) : len(updates) + len(returns)] = True
    gone = np.array([other for _, left, _ in clients.values() for other in left], np.uint16)
    gone_n = np.array([len(left) for _, left, _ in clients.values()], np.int64)
    return Chosen(np.array(list(clients), np.intp), slot, update, back, gone, gone_n, np.empty((0, 2), np.intp))


def naive(world: Avatars, client: int, lists: Lists, tick: int) -> bytes:
    updates, left, back = lists
    head = b"".join(
        value.to_bytes(size, "little")
        for value, size in ((tick, 4), (int(world.seq[client]), 2), (len(updates), 2), (len(left), 2), (len(back), 2))
    )
    rows = b"".join(world.row[slot].tobytes() for slot in updates)
    return head + rows + b"".join(slot.to_bytes(2, "little") for slot in left + back)


slots = st.lists(st.integers(0, SLOTS - 1), max_size=30, unique=True)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.integers(0, SLOTS - 1), st.tuples(slots, slots, slots), max_size=12),
    st.integers(0, 2**32 - 1),
    st.integers(0, 40),
    st.integers(0, 40),
)
def test_pack_equals_the_naive_twin_and_leaves_room(clients: dict[int, Lists], tick: int, head: int, tail: int) -> None:
    world = avatars()
    bodies = pack(world, chosen(clients), tick, head=head, tail=tail)
    assert bodies.slots.tolist() == list(clients)
    taken = np.zeros(len(bodies.buffer), np.int64)
    for index, (client, lists) in enumerate(clients.items()):
        start, length = int(bodies.start[index]), int(bodies.length[index])
        assert bodies.buffer[start : start + length].tobytes() == naive(world, client, lists, tick)
        assert start >= head
        assert start + length + tail <= len(bodies.buffer)
        taken[start - head : start + length + tail] += 1
    assert taken.max(initial=0) <= 1
    assert bodies.buffer.flags.writeable


def test_the_golden_snapshot() -> None:
    golden = GOLDEN["snapshot"]
    world = Avatars(SLOTS)
    for update in golden["updates"]:
        row = np.zeros(1, world.row.dtype)
        for name, value in update.items():
            row[name] = value
        world.write(np.array([update["slot"]]), row)
    world.seq[3] = golden["seq"]
    lists = ([update["slot"] for update in golden["updates"]], golden["left"], golden["back"])
    bodies = pack(world, chosen({3: lists}), golden["tick"], head=13, tail=1)
    body = bodies.buffer[bodies.start[0] : bodies.start[0] + bodies.length[0]].tobytes()
    assert body.hex() == golden["hex"]
    decoded = decode_snapshot(body)
    assert (decoded.tick, decoded.seq) == (golden["tick"], golden["seq"])
    assert (decoded.left.tolist(), decoded.back.tolist()) == (golden["left"], golden["back"])
