"""Lines of media benches: the handshake by hand, over plain sockets that can be given away afterwards."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
import ssl
import struct
import time
from collections.abc import Iterator
from typing import Any, Final

import msgpack

from turia.bench.talk import Frame
from turia.protocol.media import MAX_PIECE_BYTES, MEDIA_PATH, Head, flags, write_head
from turia.protocol.messages import Failure

_HANDSHAKE: Final = (
    "GET {}?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {}\r\n\r\n"
)
_BINARY, _TEXT, _CLOSE = 2, 1, 8
_PATIENCE_S: Final = 60.0
#: A mask of zeros changes nothing.
_MASK: Final = bytes(4)
PONG: Final = b"\x81\x81" + _MASK + b"3"
_EVENT: Final = b"\x83\xa4type\x02\xa4data\x92\xa1m"
_NSP: Final = b"\xa3nsp\xa1/"
_EVENT_TYPE, _ANSWER_TYPE, _CONNECTED = 2, 3, 0


class MediaLine:
    """A Socket.IO connection. What it reads are whole messages, so that another may go on reading."""

    def __init__(self, port: int, token: str, *, path: str = MEDIA_PATH, tls: bool = False, tier: str = "full") -> None:
        self.token = token
        plain = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_S)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = _unchecked().wrap_socket(plain) if tls else plain
        self.socket.sendall(_HANDSHAKE.format(path, base64.b64encode(os.urandom(16)).decode()).encode())
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            answer += self._exactly(1)
        if b" 101 " not in answer:
            raise ConnectionRefusedError(answer.decode("latin-1").splitlines()[0])
        self._send({"type": 0, "data": {"token": token, "protocol": 1, "tier": tier}, "nsp": "/"})
        packet = self.packet()
        if packet["type"] != _CONNECTED:
            raise ConnectionRefusedError(str(packet.get("data")))

    # -- talking ---------------------------------------------------------------------------------
    def ask(self, name: str, payload: Any, identifier: int = 1) -> None:
        """A command; its answer is for :meth:`answer`."""
        self._send({"type": 2, "data": [name, payload], "id": identifier, "nsp": "/"})

    def answer(self, identifier: int = 1) -> Any:
        """The answer to a command; raises ConnectionRefusedError when it was refused."""
        while True:
            packet = self.packet()
            if packet["type"] == _ANSWER_TYPE and packet["id"] == identifier:
                (answer,) = packet["data"]
                if set(answer) >= set(Failure.__struct_fields__[:2]):
                    raise ConnectionRefusedError(str(answer))
                return answer

    def packet(self) -> dict[str, Any]:
        """The next Socket.IO packet; pings before it are answered."""
        while True:
            opcode, payload = self._message()
            if opcode == _BINARY:
                packet: dict[str, Any] = msgpack.unpackb(payload)
                return packet
            if opcode == _CLOSE:
                raise ConnectionResetError(f"closed by the server: {int.from_bytes(payload[:2], 'big')}")
            if opcode == _TEXT and payload == b"2":
                self.socket.sendall(PONG)

    def pong(self) -> None:
        """Answer a ping that somebody else has read."""
        self.socket.sendall(PONG)

    def send_frame(self, piece: bytes) -> None:
        """A media frame (head and payload) on its way."""
        size = len(piece)
        argument = bytes((0xC4, size)) if size < 256 else b"\xc5" + struct.pack(">H", size)
        self.socket.sendall(_masked(b"".join((_EVENT, argument, piece, _NSP))))

    def close(self) -> None:
        """The line is no more; whoever was given it keeps it."""
        self.socket.close()

    # -- bytes -----------------------------------------------------------------------------------
    def _send(self, packet: dict[str, Any]) -> None:
        self.socket.sendall(_masked(msgpack.packb(packet)))

    def _message(self) -> tuple[int, bytes]:
        first, second = self._exactly(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack(">H", self._exactly(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", self._exactly(8))
        return first & 0x0F, self._exactly(length)

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            some = self.socket.recv(count - len(data))
            if not some:
                raise ConnectionResetError("the server has closed")
            data += some
        return data


class Sender:
    """Sends frames of one track as a browser does: in pieces, with the time of sending as the time of capture."""

    def __init__(self, line: MediaLine, track: int) -> None:
        self._line = line
        self.number = track
        #: Pieces sent so far.
        self.pieces = 0

    def send(self, frame: Frame, level: int = 0) -> None:
        """One frame now."""
        bits = flags(key=frame.key, layer=frame.layer)
        now = time.monotonic_ns() // 1_000 & (1 << 48) - 1
        sizes = [min(MAX_PIECE_BYTES, frame.size - at) for at in range(0, frame.size, MAX_PIECE_BYTES)]
        for number, size in enumerate(sizes):
            head = Head(self.number, bits, number, len(sizes), level, 0, frame.group, frame.number, now)
            self._line.send_frame(write_head(head) + bytes(size))
        self.pieces += len(sizes)


def publish(line: MediaLine, source: str, media: str, room: str, *, layers: int = 1) -> Sender:
    """A new track of this line's person."""
    basics = {"source": source, "media": media, "codec": "vp8" if media == "video" else "opus", "layers": layers}
    where = {"room": room, "session": "s-1"} if room else {}
    line.ask("publish", basics | where)
    return Sender(line, line.answer()["track"])


async def speak(camera: Sender, microphone: Sender, frames: Iterator[Frame], level: int = 100) -> None:
    """Send these frames, each when it is due, late ones at once, until cancelled."""
    begin = time.monotonic()
    for frame in frames:
        await asyncio.sleep(max(0.0, begin + frame.at - time.monotonic()))
        (camera if frame.video else microphone).send(frame, 0 if frame.video else level)


def _masked(payload: bytes) -> bytes:
    size = len(payload)
    head = bytes((0x82, 0x80 | size)) if size < 126 else b"\x82\xfe" + struct.pack(">H", size)
    return head + _MASK + payload


def _unchecked() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
