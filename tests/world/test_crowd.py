from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from turia.testing.view import decode_crowd
from turia.world import crowd
from turia.world.avatars import Avatars

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "frames.json").read_text(encoding="utf-8"))["crowd"]


def avatars(*at: tuple[int, int]) -> Avatars:
    made = Avatars(65_000)
    rows = np.zeros(len(at), made.row.dtype)
    rows["x"], rows["z"] = np.array(at).T
    made.write(np.arange(len(at)), rows)
    made.used[: len(at)] = True
    return made


def test_positions_are_rounded_to_decimetres() -> None:
    body = crowd.body(avatars((1234, -1236), (-5, 32767)), np.array([0, 1]), 7)
    tick, entries = decode_crowd(body)
    assert tick == 7
    assert entries.tolist() == [(0, 123, -124), (1, 0, 3277)]
    assert len(body) == 6 + 2 * 6


def test_the_golden_layout() -> None:
    made = Avatars(65_000)
    first = GOLDEN["people"][0]
    row = np.zeros(1, made.row.dtype)
    row["x"], row["z"] = first["x"] * 10, first["z"] * 10
    made.write(np.array([first["slot"]]), row)
    body = crowd.body(made, np.array([first["slot"]]), GOLDEN["tick"])
    golden = bytes.fromhex(GOLDEN["hex"])
    assert (body[:4], body[6:]) == (golden[:4], golden[6:12])


def test_components_hold_the_visible_people_of_rooms_that_see_each_other() -> None:
    made = avatars((0, 0), (0, 0), (0, 0), (0, 0))
    made.room[:4] = [0, 1, 2, 1]
    made.hidden[3] = True
    found = crowd.components(made, np.array([4, 9, 4], np.int32))
    assert [slots.tolist() for slots in found] == [[0, 2], [1]]
