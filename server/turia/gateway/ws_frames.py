"""WebSocket frames from server to client (RFC 6455: unmasked; never compressed), and Engine.IO's ping. Pure."""

from __future__ import annotations

from typing import Final

_FIN: Final = 0x80
_TEXT, _BINARY, _CLOSE, _PONG = 1, 2, 8, 10
#: Longest payload of a control frame, bytes.
_CONTROL_MAX: Final = 125


def binary(payload: bytes) -> bytes:
    """One binary message."""
    return _head(_BINARY, len(payload)) + payload


def text(payload: bytes) -> bytes:
    """One text message (UTF-8 bytes)."""
    return _head(_TEXT, len(payload)) + payload


def pong(payload: bytes) -> bytes:
    """Answer to a WebSocket ping (at most 125 bytes)."""
    return _head(_PONG, len(payload)) + payload


def close(code: int, reason: str = "") -> bytes:
    """Close frame; ``reason`` is cut to what fits."""
    payload = code.to_bytes(2, "big") + reason.encode("utf-8")[: _CONTROL_MAX - 2].decode("utf-8", "ignore").encode()
    return _head(_CLOSE, len(payload)) + payload


def _head(opcode: int, length: int) -> bytes:
    if length < 126:
        return bytes((_FIN | opcode, length))
    if length < 65_536:
        return bytes((_FIN | opcode, 126)) + length.to_bytes(2, "big")
    return bytes((_FIN | opcode, 127)) + length.to_bytes(8, "big")


#: Engine.IO packets that are one character long.
PING: Final = text(b"2")
