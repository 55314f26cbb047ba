"""One lean Socket.IO connection over picows: what a stock client says, with a fraction of the work a frame.

Speaks Engine.IO 4 over WebSocket and Socket.IO's msgpack packets. Snapshots and crowd frames are recognised by their
constant prefix and handed on undecoded; everything else is decoded. ``tests/contracts`` holds it equal to the stock
clients. The only file that imports picows.
"""

from __future__ import annotations

import asyncio
import secrets
import ssl
import struct
from collections.abc import Callable
from typing import Any, Final, Protocol

import msgpack
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from turia.protocol import frames

_HEAD: Final = b"\x83\xa4type\x02\xa4data\x92\xa1"
_TAIL: Final = b"\xa3nsp\xa1/"
_SNAPSHOT: Final = _HEAD + frames.SNAPSHOT_EVENT.encode()
_CROWD: Final = _HEAD + frames.CROWD_EVENT.encode()
_MARK: Final = len(_HEAD)
_POSE_HEAD: Final = _HEAD + frames.POSE_EVENT.encode() + bytes([0xC4, frames.POSE_BYTES])
_TICK: Final = struct.Struct("<I")
_CONNECT, _DISCONNECT, _EVENT, _ACK, _CONNECT_ERROR = 0, 1, 2, 3, 4
_BIN8, _BIN16 = 0xC4, 0xC5


class RefusalError(Exception):
    """The server refused the connect or a command; ``data`` is its answer."""

    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__(data.get("message") or data.get("error") or str(data))
        self.data = data


class Sink(Protocol):
    """Who listens to a connection. ``body`` is valid during the call only."""

    def on_snapshot(self, client: LeanClient, body: memoryview) -> None:
        """A snapshot arrived; ``client.tick`` is already its tick."""
        ...

    def on_crowd(self, client: LeanClient, body: memoryview) -> None:
        """A crowd frame arrived."""
        ...

    def on_event(self, client: LeanClient, name: str, payload: Any) -> None:
        """Any other event of the server."""
        ...

    def on_closed(self, client: LeanClient) -> None:
        """The transport is gone; called once."""
        ...


class LeanClient(WSListener):
    """A connection. Use :func:`connect`; then ``send_pose`` and ``command``. ``tag``: the caller's own number."""

    def __init__(self, auth: dict[str, Any], sink: Sink, tag: int) -> None:
        self.auth = auth
        self.sink = sink
        self.tag = tag
        self.tick = 0
        self.bytes_in = 0
        self.frames_in = 0
        self.snapshots = 0
        self.transport: WSTransport | None = None
        self.connected: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._told: dict[int, Callable[[dict[str, Any]], None]] = {}
        self._next_id = 0

    # -- picows callbacks ------------------------------------------------------------------------
    def on_ws_connected(self, transport: WSTransport) -> None:
        """See picows."""
        self.transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """See picows: the hot path."""
        size = frame.payload_size
        self.bytes_in += size + (4 if size > 125 else 2)
        self.frames_in += 1
        if frame.msg_type is WSMsgType.BINARY:
            data = frame.get_payload_as_memoryview()
            start = bytes(data[: _MARK + 1])
            if start == _SNAPSHOT:
                self._snapshot(data)
            elif start == _CROWD:
                self.sink.on_crowd(self, _body(data))
            else:
                self._packet(msgpack.unpackb(data))
        elif frame.msg_type is WSMsgType.TEXT:
            self._text(frame.get_payload_as_bytes())
        elif frame.msg_type is WSMsgType.CLOSE:
            transport.disconnect()

    def on_ws_disconnected(self, transport: WSTransport) -> None:  # noqa: ARG002
        """See picows."""
        gone = ConnectionResetError("the connection to the venue is closed")
        for waiting in (self.connected, *self._answers.values()):
            if not waiting.done():
                waiting.set_exception(gone)
                waiting.exception()  # whoever awaits still gets it; nobody is warned when nobody does
        self._answers.clear()
        self.sink.on_closed(self)

    # -- incoming --------------------------------------------------------------------------------
    def _snapshot(self, data: memoryview) -> None:
        body = _body(data)
        (self.tick,) = _TICK.unpack_from(body)
        self.snapshots += 1
        self.sink.on_snapshot(self, body)

    def _text(self, text: bytes) -> None:
        kind = text[:1]
        if kind == b"2":
            self._send_text(b"3" + text[1:])
        elif kind == b"0":
            self._send({"type": _CONNECT, "data": self.auth, "nsp": "/"})
        elif kind == b"1":
            self.close()

    def _packet(self, packet: dict[str, Any]) -> None:
        kind = packet["type"]
        data: Any = packet.get("data")
        if kind == _EVENT:
            self.sink.on_event(self, data[0], data[1] if len(data) > 1 else None)
        elif kind == _ACK:
            waiting = self._answers.pop(packet["id"], None)
            told = self._told.pop(packet["id"], None)
            if told is not None and data and "code" not in data[0]:
                told(data[0])
            if waiting is not None and not waiting.done():
                waiting.set_result(data[0] if data else None)
        elif kind == _CONNECT:
            if not self.connected.done():
                self.connected.set_result(None)
        elif kind == _CONNECT_ERROR:
            if not self.connected.done():
                self.connected.set_exception(RefusalError(_refusal(data)))
            self.close()
        elif kind == _DISCONNECT:
            self.close()

    # -- outgoing --------------------------------------------------------------------------------
    def send_pose(self, pose: bytes) -> None:
        """``pose``: 16 bytes of frames.POSE; dropped when the connection is gone."""
        if self.transport is not None and not self.transport.is_disconnected:
            self.transport.send(WSMsgType.BINARY, _POSE_HEAD + pose + _TAIL)

    async def command(self, name: str, payload: dict[str, Any], timeout_s: float = 10.0) -> dict[str, Any]:
        """Send a command and wait for its answer; raises RefusalError, TimeoutError, ConnectionResetError."""
        self._next_id += 1
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._answers[self._next_id] = answer
        self._send({"type": _EVENT, "data": [name, payload], "nsp": "/", "id": self._next_id})
        result: dict[str, Any] = await asyncio.wait_for(answer, timeout_s)
        if "error" in result and "code" in result:
            raise RefusalError(result)
        return result

    async def subscribe(
        self, points: list[dict[str, Any]], told: Callable[[dict[str, Any]], None], timeout_s: float = 10.0
    ) -> None:
        """Follow streams; ``points``, ``told``: of a :class:`turia.testing.replica.Replicas`. Raises as ``command``.

        ``told`` gets the answer before ``sink.on_event`` gets the ``state`` and ``entries`` that follow it.
        """
        self._told[self._next_id + 1] = told
        await self.command("sub", {"streams": points}, timeout_s)

    async def do(self, name: str, body: dict[str, Any], mid: str = "", timeout_s: float = 10.0) -> Any:
        """A command of the event; its answer when it is on disk. Give ``mid`` to send it again."""
        payload = {"name": name, "mid": mid or secrets.token_urlsafe(16), "body": body}
        return (await self.command("do", payload, timeout_s))["answer"]

    async def ask(self, name: str, body: dict[str, Any], timeout_s: float = 10.0) -> Any:
        """A query of the event."""
        return (await self.command("ask", {"name": name, "body": body}, timeout_s))["answer"]

    def close(self) -> None:
        """Close the transport without further words."""
        if self.transport is not None:
            self.transport.disconnect()

    def _send(self, packet: dict[str, Any]) -> None:
        if self.transport is None or self.transport.is_disconnected:
            raise ConnectionResetError("the connection to the venue is closed")
        self.transport.send(WSMsgType.BINARY, msgpack.packb(packet))

    def _send_text(self, text: bytes) -> None:
        if self.transport is not None and not self.transport.is_disconnected:
            self.transport.send(WSMsgType.TEXT, text)


async def connect(url: str, auth: dict[str, Any], sink: Sink, *, tag: int = 0, insecure: bool = False) -> LeanClient:
    """Open a connection to ``url`` (http or https, without path) and wait for the Socket.IO connect.

    ``insecure`` accepts self-signed certificates. Raises RefusalError, OSError or TimeoutError.
    """
    address = url.rstrip("/").replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
    context: ssl.SSLContext | None = None
    if address.startswith("wss"):
        context = ssl.create_default_context()
        if insecure:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
    _, client = await ws_connect(lambda: LeanClient(auth, sink, tag), address, ssl_context=context)
    if not isinstance(client, LeanClient):  # picows lets go of it when the line is cut at once
        raise ConnectionResetError("the connection was closed as soon as it was open")
    try:
        await asyncio.wait_for(asyncio.shield(client.connected), 15.0)
    except TimeoutError:
        client.close()  # else it is let in one day, and nobody uses it
        raise
    return client


def _body(data: memoryview) -> memoryview:
    """The binary argument of a packet with the constant prefix: bin 8 or bin 16 after the name."""
    mark = data[_MARK + 1]
    if mark == _BIN16:
        start = _MARK + 4
        return data[start : start + int.from_bytes(data[_MARK + 2 : start], "big")]
    if mark == _BIN8:
        start = _MARK + 3
        return data[start : start + data[_MARK + 2]]
    raise ValueError(f"expected a binary argument, found byte {mark:#x}")


def _refusal(data: Any) -> dict[str, Any]:
    """CONNECT_ERROR carries ``{message, data?}``: flatten what we know."""
    if isinstance(data, dict):
        inner = data.get("data")
        return {**data, **inner} if isinstance(inner, dict) else data
    return {"message": str(data)}
