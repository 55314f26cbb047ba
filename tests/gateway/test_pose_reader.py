from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field
from typing import Any

import msgpack
from hypothesis import given
from hypothesis import strategies as st

from turia.gateway.pose_reader import PoseReader
from turia.testing.gateway_rig import Rig
from turia.testing.wire import BINARY, PING, TEXT, frame

BODY = bytes.fromhex("0102030201002efb9600c409401101c8")
PYTHON = bytes.fromhex("83a47479706502a46461746192a170c410") + BODY + bytes.fromhex("a36e7370a12f")
BROWSER = b"\x84\xa4type\x02\xa4data\x92\xa1p\xc4\x10" + BODY + b"\xa7options\x81\xa8compress\xc3\xa3nsp\xa1/"
COMMAND = msgpack.packb({"type": 2, "data": ["sync", {"t": 1.0}], "nsp": "/", "id": 1})


@dataclass
class Behind:
    """A reader that keeps what it is handed."""

    got: bytearray = field(default_factory=bytearray)
    broken: bool = False
    ended: bool = False

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        self.got += data
        return self.broken, b""

    def feed_eof(self) -> None:
        self.ended = True


@dataclass
class Owner:
    slot: int = 3


class Line:
    def __init__(self, *, slot: int = 3) -> None:
        self.behind, self.waiting, self.owner = Behind(), list[Any](), Owner(slot)
        self.poses: list[tuple[int, bytes]] = []
        self.room = 1_000
        self.too_often = 0
        self.reader = PoseReader(self.behind, self.waiting)
        self.reader.begin(self.owner, self._put, self._often)

    def _put(self, slot: int, pose: bytes) -> bool:
        if len(self.poses) >= self.room:
            return False
        self.poses.append((slot, pose))
        return True

    def _often(self) -> None:
        self.too_often += 1


def test_a_pose_of_every_client_is_taken_and_the_reader_behind_hears_nothing() -> None:
    line = Line()
    for message in (PYTHON, BROWSER):
        assert line.reader.feed_data(frame(message)) == (False, b"")
    assert line.poses == [(3, BODY)] * 2
    assert not line.behind.got


def test_several_poses_at_once_are_taken_and_what_follows_is_handed_on() -> None:
    line = Line()
    command = frame(COMMAND)
    line.reader.feed_data(frame(PYTHON) + frame(BROWSER) + command + frame(PYTHON))
    assert len(line.poses) == 2
    assert line.behind.got == command + frame(PYTHON)


def test_everything_else_is_handed_on_unchanged() -> None:
    for data in (
        frame(COMMAND),
        frame(b"3", TEXT),
        frame(b"x", PING),
        frame(PYTHON, mask=False),
        frame(PYTHON, fin=False),
        frame(PYTHON, TEXT),
        frame(PYTHON, reserved=0x40),
        frame(PYTHON[:-1] + b"x"),
        b"\x82",
        frame(PYTHON)[:-1],
    ):
        line = Line()
        line.reader.feed_data(data)
        assert line.behind.got == data
        assert not line.poses


def test_before_the_join_poses_are_handed_on() -> None:
    line = Line(slot=-1)
    line.reader.feed_data(frame(PYTHON))
    assert line.behind.got == frame(PYTHON)


def test_a_pose_does_not_overtake_what_was_sent_before() -> None:
    line = Line()
    line.waiting.append("a command nobody has taken yet")
    line.reader.feed_data(frame(PYTHON))
    assert not line.poses
    line.waiting.clear()
    line.reader.feed_data(frame(PYTHON))
    assert len(line.poses) == 1


def test_what_looks_like_a_pose_inside_another_message_is_none() -> None:
    line = Line()
    long = frame(bytes(300))
    for piece in (long[:18], frame(PYTHON), frame(PYTHON)):  # their payloads are bytes of the long message
        line.reader.feed_data(piece)
    assert not line.poses


def test_a_pose_within_a_fragmented_message_is_the_readers_to_refuse() -> None:
    line = Line()
    line.reader.feed_data(frame(b"a", BINARY, fin=False))
    line.reader.feed_data(frame(PYTHON))
    assert not line.poses


def test_a_ping_within_a_fragmented_message_does_not_end_it() -> None:
    line = Line()
    line.reader.feed_data(frame(b"a", BINARY, fin=False) + frame(b"", PING))
    line.reader.feed_data(frame(PYTHON, mask=True))
    assert not line.poses


def test_after_an_error_nothing_is_taken_any_more() -> None:
    line = Line()
    line.behind.broken = True
    assert line.reader.feed_data(b"\xff\xff")[0]
    line.reader.feed_data(frame(PYTHON))
    assert not line.poses


def test_too_many_poses_are_told() -> None:
    line = Line()
    line.room = 1
    line.reader.feed_data(frame(PYTHON) * 3)
    assert (len(line.poses), line.too_often) == (1, 2)


def test_the_end_is_handed_on() -> None:
    line = Line()
    line.reader.feed_eof()
    assert line.behind.ended


_PIECES = st.sampled_from(
    [
        frame(PYTHON),
        frame(BROWSER),
        frame(COMMAND),
        frame(b"", PING),
        frame(b"3", TEXT),
        frame(bytes(300)),
        frame(bytes(70_000)),
        frame(b"a", BINARY, fin=False) + frame(b"b", 0),
    ]
)


@given(st.lists(_PIECES, max_size=12), st.randoms(use_true_random=False))
def test_however_the_line_cuts_them_poses_and_the_rest_add_up(pieces: list[bytes], random: Any) -> None:
    line = Line()
    whole = b"".join(pieces)
    cuts = sorted({0, len(whole), *(random.randrange(len(whole) + 1) for _ in range(6))})
    for begin, end in itertools.pairwise(cuts):
        line.reader.feed_data(whole[begin:end])
    assert not line.reader._in_message
    sizes = {frame(PYTHON): 0, frame(BROWSER): 0}
    poses = sum(piece in sizes for piece in pieces)
    left = bytes(line.behind.got)
    assert poses == len(line.poses) + left.count(frame(PYTHON)) + left.count(frame(BROWSER))
    assert set(line.poses) <= {(3, BODY)}


async def test_a_pose_that_comes_with_the_handshake_of_a_connection_that_has_not_joined_ends_it() -> None:
    async with Rig() as rig:
        client = await rig.open()
        client.send_frame(PYTHON)
        ending = await client.ending()
        assert ending.reason is not None
        assert ending.reason["reason"] == "MALFORMED"


async def test_poses_between_commands_arrive_in_order() -> None:
    async with Rig() as rig:
        client = await rig.join("ana")
        await rig.settle()
        client.writer.write(frame(PYTHON) + frame(COMMAND)[:9])
        await rig.settle()
        client.writer.write(frame(COMMAND)[9:] + frame(PYTHON))
        async with asyncio.timeout(60):
            while rig.gateway.stats.commands < 1:
                await rig.settle()
        rig.ticks(1)
        assert rig.gateway.stats.poses == 2
