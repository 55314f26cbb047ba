"""The other end of the lines that ``fanout`` and ``receive`` measure: a process of its own, on a core of its own.

It opens plain sockets, does the WebSocket and Socket.IO handshakes, reads everything and keeps nothing, and sends poses
when told to. Told by lines on its standard input (JSON), it answers each with a line.
"""

from __future__ import annotations

import base64
import json
import os
import selectors
import socket
import sys
import threading
import time
from typing import Any, Final

import msgpack

from turia.bench.far_end import FarEnd
from turia.protocol import frames
from turia.testing.wire import BINARY, frame

_HANDSHAKE: Final = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {}\r\n\r\n"
)
_CHUNK: Final = 1 << 16


class Lines(FarEnd):
    """Starts and talks to the process; ``await open(...)`` and ``await send(...)`` wait for its answer."""

    module = "turia.bench.lines"

    async def open(self, name: str, port: int, count: int, auth: list[dict[str, Any]] | None) -> None:
        """``count`` connections to ``port`` under ``name``; with ``auth`` (one each) Socket.IO, else plain TCP."""
        await self.ask("open", name=name, port=port, count=count, auth=auth)

    async def send(self, name: str, rounds: int, hertz: float) -> int:
        """Every connection of ``name`` sends ``rounds`` poses, ``hertz`` a second; how many in all."""
        answer = await self.ask("send", name=name, rounds=rounds, hertz=hertz)
        return int(answer["sent"])


# -- inside the process ------------------------------------------------------------------------------


class _Reader(threading.Thread):
    """Reads everything from everywhere and throws it away."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.selector = selectors.DefaultSelector()

    def run(self) -> None:
        buffer = bytearray(_CHUNK)
        while True:
            for key, _ in self.selector.select(0.2):
                try:
                    if not key.fileobj.recv_into(buffer):  # type: ignore[union-attr]
                        self.selector.unregister(key.fileobj)
                except BlockingIOError:
                    continue
                except OSError:
                    self.selector.unregister(key.fileobj)


def _connect(port: int, auth: dict[str, Any] | None) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if auth is not None:
        line.sendall(_HANDSHAKE.format(base64.b64encode(os.urandom(16)).decode()).encode())
        received = b""
        while b"pingInterval" not in received:
            received += line.recv(_CHUNK)
        line.sendall(frame(msgpack.packb({"type": 0, "data": auth, "nsp": "/"})))
        while b"sid\xb4" not in received.split(b"pingInterval")[1]:
            received += line.recv(_CHUNK)
    line.setblocking(False)
    return line


def _pose_frames(count: int, sequence: int) -> list[bytes]:
    """One frame each, as a browser sends it."""
    head = b"\x84\xa4type\x02\xa4data\x92\xa1p\xc4\x10"
    tail = b"\xa7options\x81\xa8compress\xc3\xa3nsp\xa1/"
    body = sequence.to_bytes(2, "little") + bytes(frames.POSE_BYTES - 2)
    return [frame(head + body + tail, BINARY)] * count


def _send(lines: list[socket.socket], rounds: int, hertz: float) -> int:
    """Everybody's at once, as they wait for a server that has just been busy with a tick."""
    begin = time.perf_counter()
    for turn in range(rounds):
        time.sleep(max(0.0, begin + turn / hertz - time.perf_counter()))
        for line, data in zip(lines, _pose_frames(len(lines), turn & 0xFFFF), strict=True):
            line.send(data)
    return rounds * len(lines)


def _serve() -> None:
    os.sched_setaffinity(0, {int(sys.argv[1])})
    reader = _Reader()
    reader.start()
    lines: dict[str, list[socket.socket]] = {}
    for text in sys.stdin:
        order = json.loads(text)
        if order["do"] == "open":
            auths = order["auth"] or [None] * order["count"]
            lines[order["name"]] = [_connect(order["port"], auth) for auth in auths]
            for line in lines[order["name"]]:
                reader.selector.register(line, selectors.EVENT_READ)
            print(json.dumps({"open": len(auths)}), flush=True)
        else:
            print(json.dumps({"sent": _send(lines[order["name"]], order["rounds"], order["hertz"])}), flush=True)


if __name__ == "__main__":
    _serve()
