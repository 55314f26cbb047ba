"""The only file that knows the insides of python-socketio and python-engineio: their handshake, our lines.

What stays theirs: the HTTP side of the Engine.IO handshake and the Socket.IO CONNECT.
What is ours: the WebSocket driver (aiohttp's, never compressed), the socket class (heartbeat by the tick loop on the
monotonic clock, no tasks, no queue) and the index of who is connected (theirs makes a mass disconnect quadratic).
A pose never becomes an object: it is recognised by its bytes and copied into an array in the read loop.

:func:`check_hooks` refuses to start on a version of the libraries that moved what is overridden here.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
import logging
from importlib import metadata
from typing import Any, Final, NamedTuple, Protocol, TypeVar

import engineio
import socketio
from aiohttp import WebSocketError, WSMessage, WSMsgType, web, web_protocol
from engineio import async_socket
from engineio import packet as engine_packet
from socketio import async_manager, exceptions
from socketio import packet as socket_packet

from turia.errors import ProtocolViolation, StartError
from turia.gateway import ws_frames
from turia.gateway.connection import Connection, State
from turia.gateway.outbox import bound_kernel_buffers
from turia.gateway.pose_reader import PoseReader
from turia.gateway.poses import LAYOUTS, PoseInbox
from turia.protocol import codec, limits
from turia.protocol.close_codes import CloseCode
from turia.protocol.messages import Auth

#: Seconds that a connection which was told goodbye has for reading it.
LINGER_S: Final = 1.0
_CONNECTION: Final = "turia.connection"
_WS_TOO_BIG: Final = 1009

C = TypeVar("C", bound=Connection)


class Lane(NamedTuple):
    """How the lines of an endpoint are set up; all in bytes. ``poses``: where poses go, None where none are sent."""

    max_message_bytes: int
    send_buffer_bytes: int
    not_sent_bytes: int
    poses: PoseInbox | None = None


class Host(Protocol[C]):
    """The endpoint (the gateway, or its media plane), as its lines see it."""

    lane: Lane

    def opened(self, request: web.Request, link: FastSocket, transport: Any) -> C:
        """A WebSocket is open."""
        ...

    def join(self, connection: C, auth: Auth | None) -> bool:
        """CONNECT arrived; False when it was refused (and answered)."""
        ...

    def greet(self, connection: C) -> None:
        """The CONNECT answer is queued."""
        ...

    def message(self, connection: C, data: bytes) -> bool:
        """A binary message that is no plain pose; True when it is the CONNECT packet."""
        ...

    def text(self, connection: C, data: str) -> None:
        """A text message (a packet of Engine.IO)."""
        ...

    def control(self, connection: C, frame: bytes | None) -> None:
        """A WebSocket ping (answer it with ``frame``) or pong (None)."""
        ...

    def unreadable(self, connection: C, error: ProtocolViolation) -> None:
        """Bytes that are no WebSocket messages, or too many of them."""
        ...

    def too_often(self, connection: C) -> None:
        """More poses than a tick takes."""
        ...

    def gone(self, connection: C) -> None:
        """The transport is closed."""
        ...


class FastSocket(async_socket.AsyncSocket):  # type: ignore[misc]
    """One line: Engine.IO's socket without its queue, its writer task, its ping tasks and its wall clock."""

    def __init__(self, server: Engine, sid: str) -> None:
        super().__init__(server, sid)
        self._host = server.host
        self._transport: Any = None
        self._linger: asyncio.TimerHandle | None = None
        self._ended: asyncio.Future[None] | None = None
        self._told = False
        self.connection: Connection | None = None

    # -- overridden hooks of engineio ------------------------------------------------------------
    async def handle_get_request(self, environ: dict[str, Any]) -> Any:
        """Straight to the WebSocket: there is no other transport."""
        return await self._upgrade_websocket(environ)

    async def send(self, pkt: engine_packet.Packet) -> None:
        """What the libraries send (the CONNECT answer) goes the way of everything else: the reliable lane."""
        encoded = pkt.encode()
        if self.connection is not None:
            frame = ws_frames.binary(encoded) if isinstance(encoded, bytes) else ws_frames.text(encoded.encode())
            self.connection.send_frame(frame)

    async def check_ping_timeout(self) -> bool:
        """The tick loop's business."""
        return True

    def schedule_ping(self) -> None:
        """The tick loop's business."""

    async def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:  # noqa: ARG002
        """Tell the libraries, once, that this socket is no more."""
        if not self._told:
            self._told = self.closed = self.closing = True
            await self.server._trigger_event(
                "disconnect", self.sid, reason or self.server.reason.TRANSPORT_CLOSE, run_async=False
            )

    async def _websocket_handler(self, ws: Driver) -> None:
        self.connected = self.upgraded = True
        self._transport = ws.transport
        lane = self._host.lane
        bound_kernel_buffers(ws.transport, lane.send_buffer_bytes, lane.not_sent_bytes)
        connection = self.connection = self._host.opened(ws.request, self, ws.transport)
        ws.environ[_CONNECTION] = connection
        if ws.response.poses is not None and lane.poses is not None:
            ws.response.poses.begin(connection, lane.poses.put, lambda: self._host.too_often(connection))
        connection.send_frame(ws_frames.text(self._open_packet()))
        connection.outbox.flush_all()
        try:
            await self._read(ws.response, connection)
        finally:
            await self._end(connection)

    # -- Link ------------------------------------------------------------------------------------
    def hang_up(self) -> None:
        """See :class:`turia.gateway.connection.Link`. Half-closed, because a full close with unread bytes is a reset,
        which may take the last words with it."""
        transport = self._transport
        if transport.is_closing() or self._linger is not None:
            return
        if transport.can_write_eof():
            with contextlib.suppress(OSError):  # the other end has reset the connection: asyncio tells on its own
                transport.write_eof()
        self._linger = asyncio.get_running_loop().call_later(LINGER_S, self.abort)

    def abort(self) -> None:
        """See :class:`turia.gateway.connection.Link`."""
        self._transport.abort()
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(None)

    # -- reading ---------------------------------------------------------------------------------
    async def _read(self, response: Response, connection: Connection) -> None:
        """Until the other end is gone. Most poses never get here: see :mod:`turia.gateway.pose_reader`."""
        receive = response.receive
        lane = self._host.lane
        layouts, put = (LAYOUTS, lane.poses.put) if lane.poses is not None else ({}, _nowhere)
        while True:
            message = await receive()
            data = message.data
            if message.type is WSMsgType.BINARY:
                layout = layouts.get(len(data))
                if (
                    layout is not None
                    and connection.slot >= 0
                    and data.startswith(layout[0])
                    and data.endswith(layout[1])
                ):
                    if not put(connection.slot, data[layout[2] : layout[3]]):
                        self._host.too_often(connection)
                elif self._host.message(connection, data):
                    await self._connect(connection, data)
            elif not await self._other(connection, message):
                return

    async def _other(self, connection: Connection, message: WSMessage) -> bool:
        """Anything but a binary message; False at the end."""
        if message.type is WSMsgType.TEXT:
            self._host.text(connection, message.data)
            return True
        if message.type is WSMsgType.PING:
            self._host.control(connection, ws_frames.pong(bytes(message.data)))
            return True
        if message.type is WSMsgType.PONG:
            self._host.control(connection, None)
            return True
        if message.type is WSMsgType.ERROR and isinstance(message.data, WebSocketError):
            self._host.unreadable(connection, _violation(message.data, self._host.lane.max_message_bytes))
            await self._lingered()
        return False

    async def _connect(self, connection: Connection, data: bytes) -> None:
        """python-socketio's CONNECT: it asks :meth:`Server.on_connect`, and answers."""
        await self.server._trigger_event("message", self.sid, data, run_async=False)
        if connection.state is State.JOINED:
            self._host.greet(connection)

    async def _lingered(self) -> None:
        """The reader is broken and sees nothing any more: leave the other end the time to read why."""
        if self._linger is not None:
            self._ended = asyncio.get_running_loop().create_future()
            await self._ended

    async def _end(self, connection: Connection) -> None:
        if self._linger is not None:
            self._linger.cancel()
        connection.state = State.GONE
        connection.outbox.drop()
        self._host.gone(connection)
        self._transport.close()
        await self.close(abort=True)

    def _open_packet(self) -> bytes:
        handshake = {
            "sid": self.sid,
            "upgrades": [],
            "pingInterval": int(limits.PING_INTERVAL_S * 1_000),
            "pingTimeout": int(limits.PING_TIMEOUT_S * 1_000),
            "maxPayload": self._host.lane.max_message_bytes,
        }
        return b"0" + json.dumps(handshake, separators=(",", ":")).encode()


class Response(web.WebSocketResponse):
    """aiohttp's WebSocket, which leaves the writing to the outbox: closing says nothing by itself."""

    def __init__(self, lane: Lane) -> None:
        super().__init__(compress=False, autoping=False, autoclose=False, max_msg_size=lane.max_message_bytes + 1)
        self._takes_poses = lane.poses is not None
        self.poses: PoseReader | None = None

    def _post_start(self, request: Any, protocol: Any, writer: Any) -> None:
        """Put our reader before theirs; what came together with the handshake is in theirs already."""
        early = request.protocol._message_tail
        super()._post_start(request, protocol, writer)
        if not self._takes_poses:
            return
        assert self._parser is not None
        assert self._reader is not None
        self.poses = PoseReader(self._parser, self._reader._buffer)
        self.poses.follow(early)
        request.protocol._payload_parser = self.poses

    async def close(self, *, code: int = 1000, message: bytes = b"", drain: bool = True) -> bool:  # noqa: ARG002
        """See aiohttp; the last words of a connection are written by :meth:`Connection.close`."""
        return False


class Driver:
    """The ``websocket`` entry of Engine.IO's table of drivers."""

    def __init__(self, handler: Any, server: Engine) -> None:
        self._handler = handler
        self.environ: dict[str, Any] = {}
        self.response = Response(server.host.lane)
        self.request: Any = None
        self.transport: Any = None

    async def __call__(self, environ: dict[str, Any]) -> web.StreamResponse:
        """Answer the handshake and hold the conversation."""
        self.environ = environ
        self.request = environ["aiohttp.request"]
        await self.response.prepare(self.request)
        self.transport = self.request.transport
        if self.transport is not None:
            await self._handler(self)
        return self.response


class Engine(engineio.AsyncServer):  # type: ignore[misc]
    """Engine.IO's server with our sockets and our driver."""

    host: Host[Any]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        drivers: dict[str, Any] = vars(self)["_async"]
        self._async = {**drivers, "websocket": Driver}

    async def _handle_connect(self, environ: dict[str, Any], transport: str, jsonp_index: int | None = None) -> Any:  # noqa: ARG002
        sid = self.generate_id()
        socket = self.sockets[sid] = FastSocket(self, sid)
        await self._trigger_event("connect", sid, environ, run_async=False)
        try:
            return await socket.handle_get_request(environ)
        finally:
            await socket.close(abort=True)
            self.sockets.pop(sid, None)


class Packet(socket_packet.Packet):  # type: ignore[misc]
    """Socket.IO's packet, decoded by :mod:`turia.protocol.codec`; CONNECT's data is an Auth or None."""

    uses_binary_events = False

    def encode(self) -> bytes:
        """The packet in msgpack."""
        return codec.encode_packet({key: value for key, value in self._to_dict().items() if value is not None})

    def decode(self, encoded_packet: bytes) -> int:
        """Raises ProtocolViolation."""
        packet = codec.decode_packet(encoded_packet)
        if packet.type == codec.EVENT:
            raise ProtocolViolation("malformed", "Events do not come this way.", close_code=CloseCode.MALFORMED)
        self.packet_type = packet.type
        self.data = packet.auth
        self.id = None
        self.namespace = "/"
        return 0


class Attendance(async_manager.AsyncManager):  # type: ignore[misc]
    """Who is connected, in one namespace, without rooms: every step takes the same time however many there are."""

    def __init__(self) -> None:
        super().__init__()
        self._engine_sid: dict[str, str] = {}
        self._sid: dict[str, str] = {}
        self._connected: set[str] = set()

    async def pre_connect(self, eio_sid: str, namespace: str) -> str | None:  # noqa: ARG002
        """A session id for a line that has none yet."""
        if eio_sid in self._sid:
            return None
        sid: str = self.server.eio.generate_id()
        self._sid[eio_sid] = sid
        self._engine_sid[sid] = eio_sid
        return sid

    async def connect(self, sid: str, namespace: str) -> str:  # noqa: ARG002
        """The person is in."""
        self._connected.add(sid)
        return sid

    def is_connected(self, sid: str | None, namespace: str) -> bool:  # noqa: ARG002
        """Whether :meth:`connect` was called and no disconnect since."""
        return sid in self._connected

    def sid_from_eio_sid(self, eio_sid: str, namespace: str) -> str | None:  # noqa: ARG002
        """Session id of a line."""
        return self._sid.get(eio_sid)

    def eio_sid_from_sid(self, sid: str, namespace: str) -> str | None:  # noqa: ARG002
        """Line of a session."""
        return self._engine_sid.get(sid)

    def pre_disconnect(self, sid: str, namespace: str) -> str | None:  # noqa: ARG002
        """The person is about to leave."""
        self._connected.discard(sid)
        return self._engine_sid.get(sid)

    async def disconnect(self, sid: str, namespace: str, **_options: Any) -> None:  # noqa: ARG002
        """Forget the session."""
        self._connected.discard(sid)
        eio_sid = self._engine_sid.pop(sid, None)
        if eio_sid is not None:
            self._sid.pop(eio_sid, None)

    async def emit(self, *_arguments: Any, **_options: Any) -> None:
        """There is no fan-out here: a task for every recipient costs more than everything else together."""
        raise TypeError("Send through Gateway.broadcast or a connection's outbox, not through python-socketio.")

    def get_namespaces(self) -> list[str]:
        """There is one."""
        return ["/"]

    def __len__(self) -> int:
        return len(self._sid)


class Server(socketio.AsyncServer):  # type: ignore[misc]
    """Socket.IO's server on our engine."""

    def __init__(self, host: Host[Any], logger: logging.Logger) -> None:
        check_hooks()
        super().__init__(
            async_mode="aiohttp",
            client_manager=Attendance(),
            serializer=Packet,
            async_handlers=False,
            namespaces=["/"],
            logger=logger,
            engineio_logger=logger,
            transports=["websocket"],
            allow_upgrades=False,
            monitor_clients=False,
            http_compression=False,
            cors_allowed_origins=[],  # decided by turia.gateway.arrivals, which can say why
            max_http_buffer_size=host.lane.max_message_bytes,
        )
        self.eio.host = host
        self._host = host
        self.on("connect", self.on_connect)

    def _engineio_server_class(self) -> type[Engine]:
        return Engine

    async def on_connect(self, _sid: str, environ: dict[str, Any], auth: Auth | None = None) -> bool:
        """Let the person in; what refuses has answered already, so python-socketio's own answer goes nowhere."""
        try:
            return self._host.join(environ[_CONNECTION], auth)
        except exceptions.SocketIOError:
            return False

    async def serve(self, request: web.Request) -> Any:
        """The aiohttp handler of the endpoint."""
        return await self.eio.handle_request(request)


def _nowhere(_slot: int, _pose: bytes) -> bool:
    return False


def _violation(error: WebSocketError, most: int) -> ProtocolViolation:
    if error.code == _WS_TOO_BIG:
        message = f"A message is longer than {most} bytes."
        return ProtocolViolation("too_large", message, close_code=CloseCode.TOO_LARGE)
    return ProtocolViolation("malformed", f"Not WebSocket messages: {error}.", close_code=CloseCode.MALFORMED)


#: What is overridden or called, with the parameters it must have.
_HOOKS: Final[tuple[tuple[type, str, tuple[str, ...]], ...]] = (
    (engineio.AsyncServer, "_handle_connect", ("self", "environ", "transport", "jsonp_index")),
    (engineio.AsyncServer, "_trigger_event", ("self", "event", "args", "kwargs")),
    (engineio.AsyncServer, "handle_request", ("self", "args", "kwargs")),
    (async_socket.AsyncSocket, "__init__", ("self", "server", "sid")),
    (async_socket.AsyncSocket, "handle_get_request", ("self", "environ")),
    (async_socket.AsyncSocket, "_upgrade_websocket", ("self", "environ")),
    (async_socket.AsyncSocket, "_websocket_handler", ("self", "ws")),
    (async_socket.AsyncSocket, "send", ("self", "pkt")),
    (async_socket.AsyncSocket, "close", ("self", "wait", "abort", "reason")),
    (async_socket.AsyncSocket, "check_ping_timeout", ("self",)),
    (async_socket.AsyncSocket, "schedule_ping", ("self",)),
    (socketio.AsyncServer, "_engineio_server_class", ("self",)),
    (socketio.AsyncServer, "_handle_eio_message", ("self", "eio_sid", "data")),
    (socketio.AsyncServer, "_handle_connect", ("self", "eio_sid", "namespace", "data")),
    (socketio.AsyncServer, "_handle_eio_disconnect", ("self", "eio_sid", "reason")),
    (async_manager.AsyncManager, "pre_connect", ("self", "eio_sid", "namespace")),
    (async_manager.AsyncManager, "connect", ("self", "sid", "namespace")),
    (async_manager.AsyncManager, "disconnect", ("self", "sid", "namespace", "kwargs")),
    (socket_packet.Packet, "_to_dict", ("self",)),
    (web.WebSocketResponse, "_post_start", ("self", "request", "protocol", "writer")),
    (web_protocol.RequestHandler, "set_parser", ("self", "parser", "data_received_cb")),
)


_LIBRARIES: Final = ("python-engineio", "python-socketio", "aiohttp")


def check_hooks() -> None:
    """Raise StartError if an update of the libraries moved what this file relies on."""
    for owner, name, expected in _HOOKS:
        found = getattr(owner, name, None)
        parameters = tuple(inspect.signature(found).parameters) if callable(found) else None
        if parameters != expected:
            raise StartError(
                f"{', '.join(f'{each} {_version(each)}' for each in _LIBRARIES)}: {owner.__name__}.{name} is not what "
                "the gateway was written for. Install the versions in server/requirements.txt, or adapt "
                "turia/gateway/fast_lane.py and run tests/contracts."
            )


def _version(distribution: str) -> str:
    return metadata.version(distribution)
