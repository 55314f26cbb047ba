from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgpack
import msgspec
import pytest
from socketio.msgpack_packet import MsgPackPacket

from turia.errors import ProtocolViolation, Refused
from turia.protocol import codec, limits
from turia.protocol.close_codes import CloseCode
from turia.protocol.messages import CLIENT_EVENTS, Closing, Done, Find, Notice, Stand

POSES = json.loads((Path(__file__).parents[1] / "golden" / "pose.json").read_text())


def packet(**fields: Any) -> bytes:
    return bytes(msgpack.packb({"type": 2, "nsp": "/", **fields}))


def test_the_connect_of_a_python_client_is_read() -> None:
    auth = {"token": "t", "protocol": 1, "tier": "flat"}
    read = codec.decode_packet(MsgPackPacket(0, data=auth, namespace="/").encode())
    assert read.type == codec.CONNECT
    assert read.auth is not None
    assert (read.auth.token, read.auth.tier, read.auth.ticket) == ("t", "flat", None)


@pytest.mark.parametrize("data", [{}, {"data": None}])
def test_a_connect_without_data_has_no_auth(data: dict[str, Any]) -> None:
    assert codec.decode_packet(packet(type=0, **data)).auth is None


def test_undefined_is_read_as_left_out() -> None:
    undefined = msgpack.ExtType(0, b"\x00")
    data = ["go", {"person": undefined, "place": "safe"}]
    read = codec.decode_packet(packet(data=data, id=1, options={"compress": True}))
    payload = codec.decode_payload("go", read.payload)
    assert payload == codec.decode_payload("go", msgspec.Raw(msgpack.packb({"place": "safe"})))


@pytest.mark.parametrize("data", [["stand"], ["stand", None], ["stand", {}], ["stand", msgpack.ExtType(0, b"\x00")]])
def test_a_command_without_fields_needs_no_payload(data: list[Any]) -> None:
    read = codec.decode_packet(packet(data=data))
    assert codec.decode_payload("stand", read.payload) == Stand()


def test_text_that_looks_like_undefined_stays_text() -> None:
    query = "\u0414\x00\x00"  # its bytes end in d0 94 00 00
    raw = msgpack.packb({"query": "x", "offset": 0})
    assert codec.decode_payload("find", msgspec.Raw(raw)) == Find(query="x")
    read = codec.decode_packet(packet(data=["find", {"query": query}]))
    assert codec.decode_payload("find", read.payload) == Find(query=query)


@pytest.mark.parametrize("variant", ["python", "javascript", "node_arraybuffer"])
def test_the_poses_of_stock_clients_are_read_the_slow_way_as_well(variant: str) -> None:
    assert codec.decode_packet(bytes.fromhex(POSES[variant])).name == "p"


def test_every_event_of_the_allow_list_passes_and_no_other() -> None:
    for name in CLIENT_EVENTS:
        assert codec.decode_packet(packet(data=[name, {}])).name == name
    for name in ("chat", "", "welcome", "s", "closing", "Sit", "sit "):
        with pytest.raises(ProtocolViolation) as refused:
            codec.decode_packet(packet(data=[name, {}]))
        assert refused.value.close_code == CloseCode.UNKNOWN_EVENT


@pytest.mark.parametrize("name", sorted(codec.RESERVED_EVENTS))
def test_reserved_names_are_forged(name: str) -> None:
    with pytest.raises(ProtocolViolation) as refused:
        codec.decode_packet(packet(data=[name, "sid", {}]))
    assert refused.value.close_code == CloseCode.MALFORMED


def test_a_wrong_payload_is_refused_with_the_field_and_no_violation() -> None:
    with pytest.raises(Refused, match=r"'find' was not accepted: .*limit") as refused:
        codec.decode_payload("find", msgspec.Raw(msgpack.packb({"limit": 5_000})))
    assert not isinstance(refused.value, ProtocolViolation)


def test_stock_clients_read_what_is_encoded() -> None:
    event = MsgPackPacket(encoded_packet=codec.encode_event("notice", Notice("a", "b")))
    assert (event.packet_type, event.data, event.namespace) == (2, ["notice", {"code": "a", "message": "b"}], "/")
    ack = MsgPackPacket(encoded_packet=codec.encode_ack(300, Done()))
    assert (ack.packet_type, ack.data, ack.id) == (3, [{"ok": True}], 300)
    error = MsgPackPacket(encoded_packet=codec.encode_connect_error("m", Closing(4100, "FULL", "m", 5.0)))
    assert error.data["message"] == "m"
    assert error.data["data"]["retry_after"] == 5.0
    assert MsgPackPacket(encoded_packet=codec.encode_disconnect()).packet_type == 1
    assert MsgPackPacket(encoded_packet=codec.encode_connect("x")).data == {"sid": "x"}
    body = bytes(range(200))
    snapshot = MsgPackPacket(encoded_packet=codec.encode_binary(codec.SNAPSHOT_PREFIX, body))
    assert snapshot.data == ["s", body]


def test_a_disconnect_has_no_data_because_the_javascript_parser_refuses_any() -> None:
    assert "data" not in msgpack.unpackb(codec.encode_disconnect())


def test_the_longest_frame_passes_and_one_byte_more_does_not() -> None:
    sizes = [limits.MAX_BIN_LEN] * 3
    sizes.append(limits.MAX_FRAME_BYTES - len(packet(data=["p"], options=[b"x" * size for size in sizes])) - 3)
    longest = packet(data=["p"], options=[b"x" * size for size in sizes])
    assert len(longest) == limits.MAX_FRAME_BYTES
    assert codec.decode_packet(longest).name == "p"
    with pytest.raises(ProtocolViolation) as refused:
        codec.decode_packet(bytes(limits.MAX_FRAME_BYTES + 1))
    assert refused.value.close_code == CloseCode.TOO_LARGE
