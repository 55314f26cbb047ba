"""Any bytes at all: only typed refusals, in bounded time and memory."""

from __future__ import annotations

import time
import tracemalloc
from typing import Any

import msgpack
import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from turia.errors import ProtocolViolation, Refused
from turia.protocol import codec, limits
from turia.protocol.close_codes import CloseCode
from turia.protocol.messages import CLIENT_EVENTS

#: Memory that a decode may hold at its worst, in multiples of the frame; small frames have a floor.
MEMORY_FACTOR, MEMORY_FLOOR = 8, 16_384
SECONDS = 0.05

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=30)
    | st.binary(max_size=30)
    | st.builds(msgpack.ExtType, st.integers(0, 127), st.binary(max_size=20))
)
keys = st.text(max_size=8) | st.integers(0, 9)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=6) | st.dictionaries(keys, inner, max_size=6), max_leaves=30
)
names = st.sampled_from([*CLIENT_EVENTS, "p", "connect", "nobody"]) | st.text(max_size=10)
packets = st.fixed_dictionaries(
    {"type": st.integers(-1, 9) | anything, "nsp": st.just("/") | anything},
    optional={
        "data": st.tuples(names, anything).map(list) | anything,
        "id": st.integers(-(2**63), 2**63) | anything,
        "options": anything,
        "x": anything,
    },
)


def decode(frame: bytes) -> None:
    """What the gateway does with a message; anything but a packet or a typed refusal is a failure."""
    refusal: Refused | None = None
    packet = codec.ClientPacket(codec.DISCONNECT)
    try:
        packet = codec.decode_packet(frame)
        if packet.type == codec.EVENT and packet.name in CLIENT_EVENTS:
            assert isinstance(codec.decode_payload(packet.name, packet.payload), msgspec.Struct)
    except Refused as error:
        refusal = error
    if refusal is not None:
        assert 0 < len(refusal.message) < 600
        # a packet that could be read is answered; one that could not closes the connection
        assert isinstance(refusal, ProtocolViolation) == (packet.type == codec.DISCONNECT)
    if isinstance(refusal, ProtocolViolation):
        assert refusal.close_code in set(CloseCode)


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=300))
@example(b"\x91" * 16_000)
@example(b"\xdc\x04\x00" * 5_000)
@example(b"\x80" * 16_000)
@example(b"\xd4\x00\x00" * 5_000)
def test_any_bytes(frame: bytes) -> None:
    decode(frame)


@settings(deadline=None, max_examples=300)
@given(packets)
def test_anything_in_the_shape_of_a_packet(packet: dict[str, Any]) -> None:
    decode(msgpack.packb(packet))


@settings(deadline=None, max_examples=200)
@given(packets, st.data())
def test_packets_with_bytes_changed(packet: dict[str, Any], data: st.DataObject) -> None:
    frame = bytearray(msgpack.packb(packet))
    for _ in range(data.draw(st.integers(1, 4))):
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    decode(bytes(frame))


def _event(payload: Any) -> bytes:
    return bytes(msgpack.packb({"type": 2, "nsp": "/", "data": ["find", payload]}))


BOMBS = {
    "empty maps": _event([[{}] * 1_000] * 15),
    "empty lists": _event([[[]] * 1_000] * 15),
    "small maps": _event([{str(i): {} for i in range(60)}] * 30),
    "numbers": _event([[2**60] * 800] * 2),
    "texts": _event(["xxxx"] * 1_000),
    "depth": b"\x91" * limits.MAX_FRAME_BYTES,
    "map depth": b"\x81\xa0" * (limits.MAX_FRAME_BYTES // 2),
    "undefined": _event([msgpack.ExtType(0, b"\x00")] * 1_000),
    "long": _event("x" * 4_096),
    "keys": bytes(msgpack.packb({f"k{i}": i for i in range(64)})),
    "noise": bytes(range(256)) * 64,
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_cost_little_time_and_memory(name: str) -> None:
    frame = BOMBS[name][: limits.MAX_FRAME_BYTES]
    decode(frame)
    tracemalloc.start()
    decode(frame)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak <= max(MEMORY_FLOOR, MEMORY_FACTOR * len(frame))
    begin = time.process_time()
    decode(frame)
    assert time.process_time() - begin < SECONDS


def test_the_unguarded_decoder_would_hold_far_more() -> None:
    """Control: the same frame through plain msgpack, as python-socketio decodes it."""
    frame = BOMBS["empty maps"][: limits.MAX_FRAME_BYTES]
    frame = _event([[{}] * 1_000] * 15)
    tracemalloc.start()
    held = msgpack.loads(frame)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held
    assert peak > MEMORY_FACTOR * len(frame)
