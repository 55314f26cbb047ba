from __future__ import annotations

import struct
from typing import Any

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turia.errors import ProtocolViolation
from turia.protocol import limits
from turia.protocol.msgpack_check import check, without_undefined

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=40)
    | st.binary(max_size=40)
    | st.builds(msgpack.ExtType, st.just(0), st.binary(max_size=20)),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5),
    max_leaves=40,
)


def depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


@settings(deadline=None)
@given(values)
def test_everything_small_passes_whole_and_fails_cut_or_prolonged(value: Any) -> None:
    frame = msgpack.packb(value)
    if depth(value) > limits.MAX_DEPTH:
        return
    check(frame)
    for wrong in (frame[:-1], frame + b"\x00"):
        with pytest.raises(ProtocolViolation):
            check(wrong)


def nested(depth: int) -> bytes:
    return b"\x91" * depth + b"\xc0"


@pytest.mark.parametrize(
    ("ok", "too_much"),
    [
        (nested(limits.MAX_DEPTH), nested(limits.MAX_DEPTH + 1)),
        (b"\xdc" + struct.pack(">H", 1024) + b"\xc0" * 1024, b"\xdc" + struct.pack(">H", 1025) + b"\xc0" * 1025),
        (b"\xde" + struct.pack(">H", 64) + b"\xc0" * 128, b"\xde" + struct.pack(">H", 65) + b"\xc0" * 130),
        (msgpack.packb("x" * 4096), msgpack.packb("x" * 4097)),
        (msgpack.packb(b"x" * 4096), msgpack.packb(b"x" * 4097)),
        (msgpack.packb(msgpack.ExtType(0, b"x" * 4096)), msgpack.packb(msgpack.ExtType(0, b"x" * 4097))),
        (msgpack.packb(msgpack.ExtType(0, b"x")), msgpack.packb(msgpack.ExtType(1, b"x"))),
        (msgpack.packb([[0] * 1000] * 2), msgpack.packb([[0] * 1000] * 3)),
    ],
)
def test_the_limits_are_exact(ok: bytes, too_much: bytes) -> None:
    check(ok)
    with pytest.raises(ProtocolViolation):
        check(too_much)


CLAIMS = (b"\xdd", b"\xdf", b"\xdb", b"\xc6", b"\xc9")


@pytest.mark.parametrize("head", [kind + b"\xff\xff\xff\xff\x00" for kind in CLAIMS])
def test_a_length_that_is_only_claimed_is_refused_at_once(head: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        check(head)


@settings(deadline=None)
@given(values)
def test_undefined_becomes_nil_and_nothing_else_changes(value: Any) -> None:
    def nils(inner: Any) -> Any:
        if isinstance(inner, msgpack.ExtType):
            return None if inner == msgpack.ExtType(0, b"\x00") else inner
        if isinstance(inner, list):
            return [nils(each) for each in inner]
        if isinstance(inner, dict):
            return {key: nils(each) for key, each in inner.items()}
        return inner

    if depth(value) <= limits.MAX_DEPTH:
        assert msgpack.unpackb(without_undefined(msgpack.packb(value)), strict_map_key=False) == nils(value)
