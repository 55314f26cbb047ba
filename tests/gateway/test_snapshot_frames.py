"""The vectorised framing against one that does it body by body."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turia.gateway import ws_frames
from turia.gateway.snapshot_frames import HEAD, TAIL, frame_in_place
from turia.protocol import codec
from turia.world.space import Packed


def pack(bodies: list[bytes]) -> Packed:
    lengths = [len(body) for body in bodies]
    starts, position = [], 0
    buffer = np.full(sum(lengths) + (HEAD + TAIL) * len(bodies), 0xEE, dtype=np.uint8)
    for body in bodies:
        starts.append(position + HEAD)
        buffer[position + HEAD : position + HEAD + len(body)] = np.frombuffer(body, dtype=np.uint8)
        position += HEAD + len(body) + TAIL
    slots, first, sizes = (np.array(each, dtype=np.int32) for each in (range(len(bodies)), starts, lengths))
    return Packed(buffer, slots, first, sizes)


def naive(body: bytes) -> bytes:
    return ws_frames.binary(codec.encode_binary(codec.SNAPSHOT_PREFIX, body))


def framed(bodies: list[bytes]) -> list[bytes]:
    packed = pack(bodies)
    begin, end = frame_in_place(packed)
    data = packed.buffer.tobytes()
    return [data[a:b] for a, b in zip(begin.tolist(), end.tolist(), strict=True)]


@settings(deadline=None)
@given(st.lists(st.integers(0, 1_500), max_size=12))
def test_equals_framing_one_by_one(lengths: list[int]) -> None:
    bodies = [bytes([i % 256]) * length for i, length in enumerate(lengths)]
    assert framed(bodies) == [naive(body) for body in bodies]


@pytest.mark.parametrize("length", [94, 95, 96, 97, 98, 255, 256, 65_000])
def test_lengths_around_the_edges_of_the_heads(length: int) -> None:
    assert framed([b"x" * length, b"y"]) == [naive(b"x" * length), naive(b"y")]


def test_nobody() -> None:
    assert framed([]) == []
