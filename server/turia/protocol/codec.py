"""Socket.IO packets in msgpack: strict decoding of what clients send, encoding of what the server sends. Pure.

Decoding is typed: nothing is built but the struct that the event's name calls for. Three outcomes: a packet;
:class:`ProtocolViolation` (bytes that no correct client sends, the connection closes); or, in
:func:`decode_payload`, :class:`Refused` (well-formed, but not what the event takes: answered by a Failure).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NoReturn

import msgspec

from turia.errors import ProtocolViolation, Refused
from turia.protocol import frames, limits
from turia.protocol.close_codes import CloseCode
from turia.protocol.messages import CLIENT_EVENTS, Auth, ClientEvent, Payload
from turia.protocol.msgpack_check import check, without_undefined

CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR, BINARY_EVENT, BINARY_ACK = range(7)

#: Names that Socket.IO libraries use for themselves; a client that sends one forges something.
RESERVED_EVENTS: Final = frozenset(
    {"connect", "connect_error", "connection", "disconnect", "disconnecting", "newListener", "removeListener"}
)


class ClientPacket(msgspec.Struct, frozen=True):
    """A packet of a client: CONNECT (``auth``), DISCONNECT, or EVENT (``name``, ``payload`` in msgpack, ``id``)."""

    type: int
    auth: Auth | None = None
    name: str = ""
    payload: msgspec.Raw = msgspec.Raw(b"\x80")
    id: int | None = None


class _Envelope(msgspec.Struct, forbid_unknown_fields=True):
    type: int
    nsp: str
    data: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    id: int | None = None
    options: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


_NIL: Final = b"\xc0"
_encoder: Final = msgspec.msgpack.Encoder()
_envelope: Final = msgspec.msgpack.Decoder(_Envelope)
_auth: Final = msgspec.msgpack.Decoder(Auth)
_arguments: Final = msgspec.msgpack.Decoder(list[msgspec.Raw])
_string: Final = msgspec.msgpack.Decoder(str)


class Allowed:
    """What clients of one endpoint may send: ``events``, and one ``binary`` event of at most ``max_bin`` bytes."""

    __slots__ = ("events", "max_bin", "max_bytes", "names", "payloads")

    def __init__(self, events: Mapping[str, ClientEvent], binary: str, *, max_bytes: int, max_bin: int) -> None:
        self.events = events
        self.names = frozenset({*events, binary})
        self.max_bytes = max_bytes
        self.max_bin = max_bin
        self.payloads = {name: msgspec.msgpack.Decoder(event.payload) for name, event in events.items()}


#: The control plane.
CONTROL: Final = Allowed(CLIENT_EVENTS, frames.POSE_EVENT, max_bytes=limits.MAX_FRAME_BYTES, max_bin=limits.MAX_BIN_LEN)


# -- decoding ------------------------------------------------------------------------------------


def decode_packet(frame: bytes, allowed: Allowed = CONTROL) -> ClientPacket:
    """The packet in one binary message; raises ProtocolViolation with the close code that fits."""
    if len(frame) > allowed.max_bytes:
        _close(CloseCode.TOO_LARGE, f"A frame has {len(frame)} bytes, at most {allowed.max_bytes} pass.")
    check(frame, max_bin=allowed.max_bin)
    try:
        envelope = _envelope.decode(without_undefined(frame))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        _close(CloseCode.MALFORMED, f"A packet cannot be read: {error}.")
    if envelope.type in (BINARY_EVENT, BINARY_ACK):
        _close(CloseCode.BINARY_ATTACHMENT, "Packets with attachments do not exist in the msgpack parser.")
    if envelope.nsp != "/":
        _close(CloseCode.MALFORMED, "There is only the namespace '/'.")
    if envelope.type == CONNECT:
        return ClientPacket(CONNECT, auth=_decode_auth(envelope.data))
    if envelope.type == DISCONNECT:
        return ClientPacket(DISCONNECT)
    if envelope.type != EVENT:
        _close(CloseCode.MALFORMED, f"Packets of type {envelope.type} do not come from clients.")
    return _decode_event(envelope, allowed)


def decode_payload(name: str, raw: msgspec.Raw, allowed: Allowed = CONTROL) -> Payload:
    """The struct of event ``name``; raises Refused("invalid") with a sentence that names the field that is wrong."""
    try:
        payload = allowed.payloads[name].decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused("invalid", f"The message '{name}' was not accepted: {error}.") from None
    assert isinstance(payload, Payload)
    return payload


def _decode_auth(data: msgspec.Raw | msgspec.UnsetType) -> Auth | None:
    if data is msgspec.UNSET or data is None or bytes(data) == _NIL:
        return None
    try:
        return _auth.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        _close(CloseCode.MALFORMED, f"The data of CONNECT cannot be read: {error}.")


def _decode_event(envelope: _Envelope, allowed: Allowed) -> ClientPacket:
    try:
        assert envelope.data is not msgspec.UNSET
        arguments = _arguments.decode(envelope.data)
        name = _string.decode(arguments[0])
    except (AssertionError, IndexError, msgspec.DecodeError, UnicodeDecodeError):
        _close(CloseCode.MALFORMED, "An event needs an array that starts with its name.")
    if name in RESERVED_EVENTS:
        _close(CloseCode.MALFORMED, f"The event name {name!r} is reserved.")
    if name not in allowed.names:
        _close(CloseCode.UNKNOWN_EVENT, f"There is no event {name[:32]!r}.")
    if envelope.id is not None and not 0 <= envelope.id < 2**53:
        _close(CloseCode.MALFORMED, "An acknowledgement id is a number from 0 to 2^53 - 1.")
    if len(arguments) > 2:
        _close(CloseCode.MALFORMED, f"The event '{name}' takes one argument.")
    payload = arguments[1] if len(arguments) == 2 and bytes(arguments[1]) != _NIL else msgspec.Raw(b"\x80")
    return ClientPacket(EVENT, name=name, payload=payload, id=envelope.id)


def _close(code: CloseCode, message: str) -> NoReturn:
    raise ProtocolViolation(code.name.lower(), message, close_code=code)


# -- encoding ------------------------------------------------------------------------------------

_TYPE: Final = b"\xa4type"
_DATA: Final = b"\xa4data"
_NSP: Final = b"\xa3nsp\xa1/"
_EVENT_HEAD: Final = b"\x83" + _TYPE + bytes([EVENT]) + _DATA + b"\x92"
_ACK_HEAD: Final = b"\x84" + _TYPE + bytes([ACK]) + _DATA + b"\x91"


def encode_event(name: str, payload: Payload | bytes) -> bytes:
    """EVENT packet ``[name, payload]``; bytes travel as bin."""
    return _EVENT_HEAD + _encoder.encode(name) + _encoder.encode(payload) + _NSP


def encode_ack(identifier: int, answer: Payload) -> bytes:
    """ACK packet with one argument."""
    return _ACK_HEAD + _encoder.encode(answer) + _NSP + b"\xa2id" + _encoder.encode(identifier)


def encode_connect(sid: str) -> bytes:
    """CONNECT packet: the client is in."""
    return _encoder.encode({"type": CONNECT, "data": {"sid": sid}, "nsp": "/"})


def encode_connect_error(message: str, data: Payload | None) -> bytes:
    """CONNECT_ERROR packet: ``error.message`` and ``error.data`` of stock clients."""
    return _encoder.encode({"type": CONNECT_ERROR, "data": {"message": message, "data": data}, "nsp": "/"})


def encode_disconnect() -> bytes:
    """DISCONNECT packet: stock clients do not come back after it. Without data: the JavaScript parser wants none."""
    return _encoder.encode({"type": DISCONNECT, "nsp": "/"})


def encode_packet(packet: dict[str, Any]) -> bytes:
    """Any packet, for the library that makes the handshake."""
    return _encoder.encode(packet)


def binary_prefix(name: str) -> bytes:
    """What stands before the body of a binary event, up to its length (16 bits, big-endian), which ends the head.

    Snapshots are framed in place: ``prefix, u16 length, body, BINARY_SUFFIX``. Always bin 16, also for short bodies:
    decoders take it, and the layout stays the same for all clients.
    """
    return _EVENT_HEAD + _encoder.encode(name) + b"\xc5"


SNAPSHOT_PREFIX: Final = binary_prefix(frames.SNAPSHOT_EVENT)
CROWD_PREFIX: Final = binary_prefix(frames.CROWD_EVENT)
BINARY_SUFFIX: Final = _NSP


def encode_binary(prefix: bytes, body: bytes) -> bytes:
    """The packet of one binary event (``prefix`` from :func:`binary_prefix`, ``body`` under 64 KB)."""
    return prefix + len(body).to_bytes(2, "big") + body + BINARY_SUFFIX
