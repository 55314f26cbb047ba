"""A client for tests that sends any bytes and shows every byte that comes back: WebSocket over asyncio streams."""

from __future__ import annotations

import asyncio
import base64
import os
import struct
from dataclasses import dataclass, field
from typing import Any, Final

import msgpack

_MASK: Final = b"\x01\x02\x03\x04"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def frame(payload: bytes, opcode: int = BINARY, *, fin: bool = True, reserved: int = 0, mask: bool = True) -> bytes:
    """A frame of a client: masked unless told otherwise."""
    head = bytes([(0x80 if fin else 0) | reserved | opcode])
    flag = 0x80 if mask else 0
    if len(payload) < 126:
        head += bytes([flag | len(payload)])
    elif len(payload) < 65_536:
        head += bytes([flag | 126]) + struct.pack(">H", len(payload))
    else:
        head += bytes([flag | 127]) + struct.pack(">Q", len(payload))
    if not mask:
        return head + payload
    return head + _MASK + bytes(byte ^ _MASK[i % 4] for i, byte in enumerate(payload))


@dataclass
class Ending:
    """How a connection ended, as the client saw it."""

    #: Code of the WebSocket close frame, None without one.
    close_code: int | None = None
    #: ``data`` of CONNECT_ERROR or payload of ``closing``.
    reason: dict[str, Any] | None = None
    #: Whether a Socket.IO DISCONNECT came.
    disconnected: bool = False
    #: Every Socket.IO packet before the end.
    packets: list[dict[str, Any]] = field(default_factory=list)


class WireClient:
    """One connection. ``packets`` are decoded Socket.IO packets; Engine.IO's text packets are in ``texts``."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer
        self.status = 0
        self.headers: dict[str, str] = {}
        self.texts: list[str] = []

    @classmethod
    async def open(
        cls,
        port: int,
        *,
        path: str = "/socket.io/?EIO=4&transport=websocket",
        headers: dict[str, str] | None = None,
        host: str = "127.0.0.1",
    ) -> WireClient:
        """Connect and do the WebSocket handshake; ``status`` is 101 if it was accepted."""
        reader, writer = await asyncio.open_connection(host, port)
        client = cls(reader, writer)
        lines = {
            "Host": f"{host}:{port}",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            **(headers or {}),
        }
        request = f"GET {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items() if v) + "\r\n"
        writer.write(request.encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        client.status = int(head[0].split()[1])
        client.headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:]) if k}
        return client

    def send_bytes(self, data: bytes) -> None:
        """Raw bytes of the stream."""
        self.writer.write(data)

    def send_frame(self, payload: bytes, opcode: int = BINARY) -> None:
        """One WebSocket message."""
        self.writer.write(frame(payload, opcode))

    def send_packet(self, packet: Any) -> None:
        """Anything msgpack can say, as one binary message."""
        self.send_frame(msgpack.packb(packet))

    def emit(self, event: str, *payload: Any, identifier: int | None = None) -> None:
        """A Socket.IO event."""
        packet = {"type": 2, "data": [event, *payload], "nsp": "/"}
        self.send_packet(packet if identifier is None else {**packet, "id": identifier})

    def connect(self, **auth: Any) -> None:
        """The Socket.IO CONNECT."""
        self.send_packet({"type": 0, "data": {"protocol": 1, **auth}, "nsp": "/"})

    async def frame(self) -> tuple[int, bytes]:
        """(opcode, payload) of the next frame; raises asyncio.IncompleteReadError at the end."""
        first, second = await self._reader.readexactly(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack(">H", await self._reader.readexactly(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", await self._reader.readexactly(8))
        return first & 0x0F, await self._reader.readexactly(length)

    async def packet(self) -> dict[str, Any]:
        """The next Socket.IO packet; text packets before it are kept in ``texts``."""
        while True:
            opcode, payload = await self.frame()
            if opcode == BINARY:
                packet: dict[str, Any] = msgpack.unpackb(payload)
                return packet
            if opcode == TEXT:
                self.texts.append(payload.decode())
            elif opcode == CLOSE:
                raise ConnectionResetError(f"closed by the server: {int.from_bytes(payload[:2], 'big')}")

    async def event(self, name: str) -> Any:
        """Payload of the next event of that name; other packets before it are dropped."""
        while True:
            packet = await self.packet()
            if packet["type"] == 2 and packet["data"][0] == name:
                return packet["data"][1]

    async def answer(self, identifier: int) -> Any:
        """The answer to a command; other packets before it are dropped."""
        while True:
            packet = await self.packet()
            if packet["type"] == 3 and packet["id"] == identifier:
                return packet["data"][0]

    async def ending(self) -> Ending:
        """Read until the server has closed."""
        end = Ending()
        try:
            while True:
                opcode, payload = await self.frame()
                if opcode == CLOSE:
                    end.close_code = int.from_bytes(payload[:2], "big")
                elif opcode == BINARY:
                    self._note(end, msgpack.unpackb(payload))
        except (asyncio.IncompleteReadError, ConnectionError):
            return end
        finally:
            await self.close()

    @staticmethod
    def _note(end: Ending, packet: dict[str, Any]) -> None:
        end.packets.append(packet)
        if packet["type"] == 4:
            end.reason = packet["data"]["data"]
        elif packet["type"] == 1:
            end.disconnected = True
        elif packet["type"] == 2 and packet["data"][0] == "closing":
            end.reason = packet["data"][1]

    async def close(self) -> None:
        """Close the stream."""
        self.writer.close()
        try:
            await self.writer.wait_closed()
        except ConnectionError:
            return
