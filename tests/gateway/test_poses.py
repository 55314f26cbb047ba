from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from turia.gateway.poses import BURST, PoseInbox, find_pose
from turia.protocol import frames, limits

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "pose.json").read_text())
POSE = bytes.fromhex(GOLDEN["pose"])
VARIANTS = ("python", "javascript", "node_arraybuffer")


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_layout_of_a_stock_client_is_recognised(variant: str) -> None:
    assert find_pose(bytes.fromhex(GOLDEN[variant])) == POSE


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_changed_byte_around_the_pose_is_not_recognised(variant: str) -> None:
    message = bytes.fromhex(GOLDEN[variant])
    start = message.index(POSE)
    for position in (*range(start), *range(start + len(POSE), len(message))):
        changed = bytearray(message)
        changed[position] ^= 1
        assert find_pose(bytes(changed)) is None, position


def test_other_lengths_are_not_recognised() -> None:
    message = bytes.fromhex(GOLDEN["python"])
    assert find_pose(message[:-1]) is None
    assert find_pose(message + b"\x00") is None


def pose(seq: int) -> bytes:
    one = np.zeros(1, dtype=frames.POSE)
    one["seq"] = seq
    return one.tobytes()


def test_the_newest_pose_of_each_slot_is_taken_once() -> None:
    inbox = PoseInbox(8)
    assert inbox.put(3, POSE)
    assert inbox.put(5, pose(7))
    assert inbox.put(5, pose(8))
    slots, poses, too_often, count = inbox.take(0.05)
    assert slots.tolist() == [3, 5]
    assert poses["seq"].tolist() == [513, 8]
    assert poses["x"].tolist() == [-1234, 0]
    assert count == 3
    assert too_often.tolist() == []
    assert len(inbox.take(0.05)[0]) == 0


def test_a_burst_within_a_tick_is_cut() -> None:
    inbox = PoseInbox(2)
    assert all(inbox.put(1, POSE) for _ in range(BURST))
    assert not inbox.put(1, POSE)


def test_the_agreed_rate_passes_for_ever() -> None:
    inbox = PoseInbox(2)
    for _ in range(500):
        assert inbox.put(0, POSE)
        assert len(inbox.take(1 / limits.POSE_RATE_LIMIT)[2]) == 0


def test_twice_the_agreed_rate_is_too_often_after_the_burst() -> None:
    inbox = PoseInbox(2)
    refused = []
    for tick in range(BURST + 100):
        inbox.put(0, POSE)
        inbox.put(0, POSE)
        refused += [tick] * len(inbox.take(1 / limits.POSE_RATE_LIMIT)[2])
    assert refused[0] >= BURST - 1
    assert len(refused) > 50


def test_poses_of_an_old_place_and_an_old_connection_are_void() -> None:
    inbox = PoseInbox(2)
    inbox.put(0, POSE)
    inbox.forget(0)
    assert len(inbox.take(0.05)[0]) == 0
    assert inbox.last_seq(0) == 513
    inbox.reset(0)
    assert inbox.last_seq(0) == 0
