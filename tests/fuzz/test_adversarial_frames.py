"""Frames that no correct client sends, each with the exact close code: over a real socket, before and after the join.

After each, somebody else in the venue still gets his snapshot, and the log has at most one line of its kind.
"""

from __future__ import annotations

import struct
from typing import Any

import msgpack
import pytest

from turia.protocol import limits
from turia.protocol.close_codes import CloseCode
from turia.testing.gateway_rig import Rig
from turia.testing.wire import TEXT, frame

MALFORMED, UNKNOWN = CloseCode.MALFORMED, CloseCode.UNKNOWN_EVENT
TOO_LARGE, ATTACHMENT = CloseCode.TOO_LARGE, CloseCode.BINARY_ATTACHMENT
POSE = bytes(16)
POSE_MESSAGE = b"\x83\xa4type\x02\xa4data\x92\xa1p\xc4\x10" + POSE + b"\xa3nsp\xa1/"


def packet(**fields: Any) -> bytes:
    return frame(msgpack.packb({"type": 2, "nsp": "/", **fields}))


def event(*data: Any, **fields: Any) -> bytes:
    return packet(data=list(data), **fields)


def nested(depth: int, opening: bytes = b"\x91") -> bytes:
    return frame(b"\x83\xa4type\x02\xa3nsp\xa1/\xa4data" + opening * depth + b"\xc0" * depth)


#: Sent by somebody who is inside: (name, bytes on the stream, close code).
INSIDE: list[tuple[str, bytes, CloseCode]] = [
    # not msgpack at all
    ("empty message", frame(b""), MALFORMED),
    ("one reserved byte", frame(b"\xc1"), MALFORMED),
    ("random bytes", frame(bytes(range(128, 256))), MALFORMED),
    ("json text in a binary message", frame(b'42["sit",{"seat":1}]'), MALFORMED),
    ("cut in the middle", frame(msgpack.packb({"type": 2, "nsp": "/", "data": ["sit", {"seat": 1}]})[:-3]), MALFORMED),
    ("bytes after the end", frame(msgpack.packb({"type": 2, "nsp": "/", "data": ["stand"]}) + b"\x00"), MALFORMED),
    ("two packets in one message", frame(2 * msgpack.packb({"type": 2, "nsp": "/", "data": ["stand"]})), MALFORMED),
    # msgpack, but no packet
    ("a number", frame(b"\x05"), MALFORMED),
    ("nil", frame(b"\xc0"), MALFORMED),
    ("a list", frame(msgpack.packb([2, "/", ["sit"]])), MALFORMED),
    ("an empty map", frame(b"\x80"), MALFORMED),
    ("no type", frame(msgpack.packb({"nsp": "/", "data": ["stand"]})), MALFORMED),
    ("no namespace", frame(msgpack.packb({"type": 2, "data": ["stand"]})), MALFORMED),
    ("type as text", packet(type="2", data=["stand"]), MALFORMED),
    ("type as nil", packet(type=None, data=["stand"]), MALFORMED),
    ("negative type", packet(type=-1), MALFORMED),
    ("type beyond all", packet(type=2**63), MALFORMED),
    ("a field of nobody", packet(data=["stand"], extra=1), MALFORMED),
    ("keys that are numbers", frame(msgpack.packb({0: 2, 1: "/"})), MALFORMED),
    # forged packets
    ("another namespace", event("stand", nsp="/admin"), MALFORMED),
    ("a namespace with a query", event("stand", nsp="/?a=b"), MALFORMED),
    ("namespace as a number", packet(nsp=1), MALFORMED),
    ("a second connect", packet(type=0, data={"token": "ben", "protocol": 1}), MALFORMED),
    ("an acknowledgement of nothing", packet(type=3, data=[1], id=1), MALFORMED),
    ("a connect error", packet(type=4, data={"message": "x"}), MALFORMED),
    ("binary event", packet(type=5, data=["sit"], attachments=1), MALFORMED),
    ("binary event without count", packet(type=5, data=["sit"]), ATTACHMENT),
    ("binary acknowledgement", packet(type=6, data=[], id=1), ATTACHMENT),
    # events
    ("no data", packet(), MALFORMED),
    ("data as a map", packet(data={"0": "sit"}), MALFORMED),
    ("data as text", packet(data="sit"), MALFORMED),
    ("an event without a name", event(), MALFORMED),
    ("a name that is a number", event(5, {}), MALFORMED),
    ("a name that is a list", event(["sit"], {}), MALFORMED),
    ("two arguments", event("sit", {"seat": 1}, {"seat": 2}), MALFORMED),
    ("the reserved name connect", event("connect", "sid", {}), MALFORMED),
    ("the reserved name disconnect", event("disconnect"), MALFORMED),
    ("the reserved name connect_error", event("connect_error", {}), MALFORMED),
    ("an event of the server", event("welcome", {}), UNKNOWN),
    ("an event of nobody", event("__init__", {}), UNKNOWN),
    ("a wildcard", event("*", {}), UNKNOWN),
    ("an empty name", event("", {}), UNKNOWN),
    ("a long name", event("x" * 4_000, {}), UNKNOWN),
    ("negative acknowledgement id", event("stand", id=-1), MALFORMED),
    ("huge acknowledgement id", event("stand", id=2**64 - 1), MALFORMED),
    ("acknowledgement id as text", event("stand", id="1"), MALFORMED),
    # bombs
    ("nested lists", nested(200), MALFORMED),
    ("nested to the end of the frame", nested(8_000), MALFORMED),
    ("nested maps", nested(12, b"\x81\xa1x"), MALFORMED),
    ("thousands of empty maps", event("find", [{}] * 4_000), MALFORMED),
    ("thousands of numbers", event("find", *[[0] * 1_000] * 4), MALFORMED),
    ("a long list", event("find", [0] * 1_025), MALFORMED),
    ("a wide map", event("find", {str(i): i for i in range(65)}), MALFORMED),
    ("a long text", event("find", {"query": "x" * 4_097}), MALFORMED),
    ("long binary data", event("p", b"x" * 4_097), MALFORMED),
    ("a claimed list of four milliards", frame(b"\xdd\xff\xff\xff\xff"), MALFORMED),
    ("a claimed text of four milliards", frame(b"\xdb\xff\xff\xff\xff"), MALFORMED),
    ("extension type 1", event("p", msgpack.ExtType(1, POSE)), MALFORMED),
    ("a timestamp", event("sync", {"t": msgpack.Timestamp(1)}), MALFORMED),
    ("a text that is not UTF-8", frame(b"\x83\xa4type\x02\xa3nsp\xa1/\xa4data\x91\xa2\xff\xfe"), MALFORMED),
    ("a surrogate in a name", frame(b"\x83\xa4type\x02\xa3nsp\xa1/\xa4data\x91\xa3\xed\xa0\x80"), MALFORMED),
    ("one byte too much", frame(bytes(limits.MAX_FRAME_BYTES + 1)), TOO_LARGE),
    ("10 MB claimed", b"\x82\xff" + struct.pack(">Q", 10_000_000) + b"abcd" + bytes(100_000), TOO_LARGE),
    ("2^63 bytes claimed", b"\x82\xff" + struct.pack(">Q", 2**63 - 1) + b"abcd", TOO_LARGE),
    ("too much in pieces", frame(bytes(9_000), fin=False) + frame(bytes(9_000), 0), TOO_LARGE),
    # streams and commands of the event
    ("entries of a client", event("entries", {"stream": "event", "epoch": 1, "entries": []}), UNKNOWN),
    ("a state of a client", event("state", {"stream": "event"}), UNKNOWN),
    ("an end of a stream of a client", event("unsubscribed", {"stream": "event"}), UNKNOWN),
    ("rooms of a client", event("rooms", {"whole": True, "rooms": []}), UNKNOWN),
    ("a command nested deeply", event("do", {"name": "x", "mid": "m" * 8, "body": {"a": [[[[[[1]]]]]]}}), MALFORMED),
    ("a command with a long text", event("do", {"name": "x", "mid": "m" * 8, "body": {"t": "x" * 4_097}}), MALFORMED),
    ("a command with a long list", event("do", {"name": "x", "mid": "m" * 8, "body": {"t": [0] * 1_025}}), MALFORMED),
    ("a command of many maps", event("do", {"name": "x", "mid": "m" * 8, "body": {"t": [{}] * 1_000 * 3}}), MALFORMED),
    (
        "a command with an extension",
        event("do", {"name": "x", "mid": "m" * 8, "body": msgpack.ExtType(5, b"x")}),
        MALFORMED,
    ),
    ("a command of 17 KB", event("do", {"name": "x", "mid": "m" * 8, "body": {"t": ["x" * 4_000] * 5}}), TOO_LARGE),
    ("a question with two arguments", event("ask", {"name": "x"}, {"name": "y"}), MALFORMED),
    ("a thousand streams", event("sub", {"streams": [{"stream": "event"}] * 1_025}), MALFORMED),
    # Engine.IO and WebSocket
    ("text message of the JSON parser", frame(b'42["sit",{"seat":1}]', TEXT), MALFORMED),
    ("engine ping of a client", frame(b"2", TEXT), MALFORMED),
    ("engine probe", frame(b"2probe", TEXT), MALFORMED),
    ("engine upgrade", frame(b"5", TEXT), MALFORMED),
    ("engine open", frame(b"0{}", TEXT), MALFORMED),
    ("base64 message", frame(b"bAAAA", TEXT), MALFORMED),
    ("empty text", frame(b"", TEXT), MALFORMED),
    ("pong with data", frame(b"3probe", TEXT), MALFORMED),
    ("text that is not UTF-8", frame(b"\xff\xfe", TEXT), MALFORMED),
    ("reserved bits", frame(b"x", reserved=0x40), MALFORMED),
    ("an unknown opcode", frame(b"x", 5), MALFORMED),
    ("a continuation of nothing", frame(b"x", 0), MALFORMED),
    ("a message within a message", frame(b"x", fin=False) + frame(b"x", TEXT), MALFORMED),
    ("a long control frame", frame(bytes(126), 9), MALFORMED),
    ("a control frame in pieces", frame(b"x", 9, fin=False), MALFORMED),
]

#: Sent instead of a proper CONNECT.
OUTSIDE: list[tuple[str, bytes, CloseCode]] = [
    ("an event before the join", event("sit", {"seat": 1}), MALFORMED),
    (
        "a pose before the join",
        frame(POSE_MESSAGE),
        MALFORMED,
    ),
    ("connect to another namespace", packet(type=0, nsp="/admin", data={"token": "a", "protocol": 1}), MALFORMED),
    ("connect with a list", packet(type=0, data=["a"]), MALFORMED),
    ("connect without a token", packet(type=0, data={"protocol": 1}), MALFORMED),
    ("connect with a field too many", packet(type=0, data={"token": "a", "protocol": 1, "role": "staff"}), MALFORMED),
    ("connect with a token of 3,000 characters", packet(type=0, data={"token": "a" * 3_000, "protocol": 1}), MALFORMED),
    ("connect with an unknown tier", packet(type=0, data={"token": "a", "protocol": 1, "tier": "god"}), MALFORMED),
    ("connect with a forged token", packet(type=0, data={"token": "forged", "protocol": 1}), CloseCode.NOT_SIGNED_IN),
    ("random bytes before the join", frame(b"\xc1\xc1"), MALFORMED),
    ("10 MB before the join", b"\x82\xff" + struct.pack(">Q", 10_000_000) + b"abcd", TOO_LARGE),
    ("text before the join", frame(b'40{"token":"a"}', TEXT), MALFORMED),
]


def test_there_are_enough_of_them() -> None:
    assert len({name for name, _, _ in INSIDE + OUTSIDE}) == len(INSIDE) + len(OUTSIDE) >= 40


@pytest.mark.parametrize(("data", "code"), [each[1:] for each in INSIDE], ids=[each[0] for each in INSIDE])
async def test_somebody_inside_is_closed_with_the_reason(
    data: bytes, code: CloseCode, caplog: pytest.LogCaptureFixture
) -> None:
    async with Rig() as rig:
        witness = await rig.join("witness")
        hostile = await rig.join("hostile")
        hostile.send_bytes(data)
        end = await hostile.ending()
        assert end.reason is not None
        assert (end.reason["code"], end.reason["reason"], end.close_code) == (code, code.name, code)
        assert end.disconnected
        assert rig.gateway.stats.closed == {code.name: 1}
        rig.ticks(1)
        assert await witness.event("s")
    assert len([record for record in caplog.records if record.name.startswith("turia")]) <= 1
    assert all(record.exc_info is None for record in caplog.records)


@pytest.mark.parametrize(("data", "code"), [each[1:] for each in OUTSIDE], ids=[each[0] for each in OUTSIDE])
async def test_somebody_outside_is_turned_away_with_the_reason(data: bytes, code: CloseCode) -> None:
    async with Rig() as rig:
        hostile = await rig.open()
        hostile.send_bytes(data)
        end = await hostile.ending()
        assert end.reason is not None
        assert (end.reason["code"], end.close_code) == (code, code)
        assert not rig.space.people
        assert rig.gateway.stats.turned_away == {code.name: 1}


async def test_a_hundred_hostile_connections_write_one_line(caplog: pytest.LogCaptureFixture) -> None:
    async with Rig() as rig:
        for _ in range(100):
            client = await rig.open()
            client.send_frame(b"\xc1")
            await client.ending()
    assert len([record for record in caplog.records if "malformed" in record.getMessage()]) == 1
