"""The media plane: a second Socket.IO endpoint beside the gateway's, for sound and pictures. ``docs/media.md``.

::

    publisher --m--> fast_lane -> media_plane -> media_publishing  may he? (media_rights)  -> media/relay
                                                                                               | every 20 ms
    viewers <------- outbox, one write each <---------------------------------- media_flush <--+

The relay is pure and knows nobody; who is who, and who may what, is decided here and nowhere else.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any, Final

from aiohttp import web

from turia.errors import ProtocolViolation
from turia.gateway.arrivals import PUT_OFF
from turia.gateway.connection import State
from turia.gateway.fast_lane import FastSocket, Lane, Server
from turia.gateway.house import House, too_often
from turia.gateway.log_limit import LimitedLog
from turia.gateway.media_connection import MediaConnection
from turia.gateway.media_entrance import MediaEntrance
from turia.gateway.media_flush import Flush
from turia.gateway.media_frames import MEDIA, find_frame
from turia.gateway.media_handlers import Handlers
from turia.gateway.media_interims import Interims
from turia.gateway.media_overview import Overview
from turia.gateway.media_points import Points
from turia.gateway.media_ports import Audibility, Relay, Rights, Tap
from turia.gateway.media_publishing import Publishing
from turia.gateway.media_reports import Reports
from turia.gateway.media_state import MediaState
from turia.gateway.media_stats import MediaStats
from turia.gateway.media_voices import Hearing
from turia.gateway.media_watching import Watching
from turia.gateway.ports import Authenticator
from turia.gateway.rates import Bucket
from turia.gateway.settings import GatewaySettings
from turia.protocol import codec
from turia.protocol.close_codes import CloseCode
from turia.protocol.media import MAX_MEDIA_MESSAGE_BYTES, MEDIA_PATH, Interim
from turia.protocol.messages import Auth

_PINGS_PER_SECOND, _PING_BURST = 2.0, 10.0
_BUSY_HEADERS: Final = {"Retry-After": "5"}
#: The kernel may hold what is in flight, but little that is not sent yet: what it hides is late, and the relay, which
#: leaves pictures out so that sound stays, does not see it. *Measured* (loopback, a reader of 250 kbit/s, a talk of
#: 500): sound comes 0.13 s late with 8 KB (0.79 s at worst, none lost), 0.65 s with 16 KB, 0.82 s with 64 KB (2.1 s
#: at worst, a fifth lost). A reader of 1.6 Mbit/s gets it 0.02 s late with each, and one write in a hundred in parts.
_SEND_BUFFER_BYTES: Final = 262_144
_NOT_SENT_BYTES: Final = 8_192


class MediaPlane:
    """``attach`` before the application starts, ``await start()`` after the gateway's, ``await stop()`` before it.

    ``house``: the gateway's. ``audibility``: which voices carry; None: only those that reach a whole room.
    """

    def __init__(
        self,
        house: House,
        *,
        relay: Relay,
        rights: Rights,
        authenticator: Authenticator,
        settings: GatewaySettings,
        audibility: Audibility | None = None,
    ) -> None:
        libraries = logging.getLogger("turia.gateway.libraries")
        log = LimitedLog(logging.getLogger("turia.gateway.media"), house.clock)
        plane = self._plane = MediaState(house, relay, rights, log)
        self._settings = settings
        self._publishing = Publishing(plane)
        self._watching = Watching(plane)
        self._hearing = Hearing(plane, self._publishing, self._watching, audibility)
        reports = Reports(plane)
        self._interims = Interims(plane)
        self._entrance = MediaEntrance(plane, authenticator, settings)
        parts = self._publishing, self._watching, self._hearing, reports, self._interims, Points(plane)
        self._handlers = Handlers(plane, *parts)
        self._flush = Flush(plane, *parts, self._look_at)
        #: For the staff.
        self.overview = Overview(plane, lambda: self._flush.pace.period_s)
        self.lane = Lane(
            max_message_bytes=MAX_MEDIA_MESSAGE_BYTES,
            send_buffer_bytes=_SEND_BUFFER_BYTES,
            not_sent_bytes=_NOT_SENT_BYTES,
        )
        self._server = Server(self, libraries)
        self._task: asyncio.Task[None] | None = None
        self._empty = asyncio.Event()
        self.ready = False

    @property
    def stats(self) -> MediaStats:
        """Figures for /metrics, benches and the staff."""
        return self._plane.stats

    # -- life ------------------------------------------------------------------------------------
    def attach(self, app: web.Application) -> None:
        """Mount Socket.IO at /media.io/."""
        app.router.add_get(MEDIA_PATH, self._serve)

    async def start(self, *, run: bool = True) -> None:
        """Take connections; ``run=False`` leaves the flushes to the caller (tests)."""
        self.ready = True
        if run:
            self._task = asyncio.create_task(self._flush.run(), name="turia media flush")

    async def flush(self) -> None:
        """One flush: everything that happens in 20 ms."""
        await self._flush.flush()

    async def stop(self) -> None:
        """Tell everybody to come back, flush, close: at most ``settings.drain_s``. Safe to call twice."""
        self.ready = False
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        connections = list(self._plane.connections)
        spread = 1.0 + len(connections) / self._settings.joins_per_second
        for connection in connections:
            retry = round(float(self._plane.rng.uniform(0, spread)), 2)
            self._plane.close(connection, CloseCode.SERVER_RESTART, retry)
        if connections:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), self._settings.drain_s)
        for connection in list(self._plane.connections):
            connection.link.abort()
        self._publishing.stop()
        self._watching.stop()

    async def _serve(self, request: web.Request) -> Any:
        if not self.ready:
            raise web.HTTPServiceUnavailable(text="The venue is restarting.", headers=_BUSY_HEADERS)
        if self._entrance.too_many(request):
            raise web.HTTPServiceUnavailable(text="Too many connections.", headers=_BUSY_HEADERS)
        if not await self._plane.house.turnstile.admit():
            request[PUT_OFF] = True
        try:
            return await self._server.serve(request)
        except ConnectionError:  # the other end left while it was being let in
            return web.Response(status=400)

    # -- for the rest of the server --------------------------------------------------------------
    def tap(self, room: str, tap: Tap) -> Callable[[], None]:
        """From now on ``tap`` gets every piece that goes to a room, and the voices of all who stand in it, whether they
        carry or not; returns how to end that."""
        self._plane.taps.setdefault(room, []).append(tap)

        def end() -> None:
            taps = self._plane.taps.get(room, [])
            if tap in taps:
                taps.remove(tap)
            if not taps:
                self._plane.taps.pop(room, None)

        return end

    def ask_keys(self, room: str) -> None:
        """Who sends pictures to a room is asked to begin anew: somebody looks who needs a whole one first."""
        now = self._plane.clock.monotonic()
        for track in self._plane.tracks.of_room(room):
            self._plane.relay.ask_key(track.number, now)

    def interim(self, person: str, text: Interim) -> None:
        """Captions that somebody is writing, or his program hears: to all who follow the room. Raises Refused."""
        self._interims.take(person, text)

    def figures(self) -> dict[str, float]:
        """For /metrics, by name: ``media_viewers``, ``media_bytes_out``, ..."""
        return {f"media_{name}": value for name, value in self.stats.figures().items()}

    # -- Host: what the lines call ---------------------------------------------------------------
    def opened(self, request: web.Request, link: FastSocket, transport: Any) -> MediaConnection:
        """See :class:`turia.gateway.fast_lane.Host`."""
        self._empty.clear()
        return self._entrance.opened(request, link, transport)

    def join(self, connection: MediaConnection, auth: Auth | None) -> bool:
        """See :class:`turia.gateway.fast_lane.Host`."""
        return self._entrance.join(connection, auth)

    def greet(self, connection: MediaConnection) -> None:
        """See :class:`turia.gateway.fast_lane.Host`: there is nothing to say before one asks."""
        connection.outbox.flush_all()

    def message(self, connection: MediaConnection, data: bytes) -> bool:
        """See :class:`turia.gateway.fast_lane.Host`."""
        if connection.state >= State.CLOSING:
            return False
        try:
            frame = find_frame(data) if connection.state is State.JOINED else None
            if frame is not None:
                self._handlers.frame(connection, frame)
                return False
            packet = codec.decode_packet(data, MEDIA)
            if packet.type == codec.CONNECT:
                _expect(connection, State.OPEN, "CONNECT came twice.")
                return True
            if packet.type == codec.DISCONNECT:
                self._plane.depart(connection)
                return False
            _expect(connection, State.JOINED, "An event came before CONNECT.")
            self._handlers.handle(connection, packet)
        except ProtocolViolation as error:
            self._plane.violation(connection, error)
        return False

    def text(self, connection: MediaConnection, data: str) -> None:
        """See :class:`turia.gateway.fast_lane.Host`: "3" is a pong, "1" a goodbye; nothing else comes from clients."""
        if connection.state >= State.CLOSING:
            return
        if data == "3":
            if connection.ponged:
                self._plane.strike(connection, "pong")
            connection.pong(self._plane.clock.monotonic())
        elif data == "1":
            self._plane.depart(connection)
        else:
            message = "Text messages do not belong to the msgpack parser."
            self._plane.violation(connection, ProtocolViolation("malformed", message, close_code=CloseCode.MALFORMED))

    def control(self, connection: MediaConnection, frame: bytes | None) -> None:
        """See :class:`turia.gateway.fast_lane.Host`."""
        now = self._plane.clock.monotonic()
        bucket = connection.buckets.setdefault("ping", Bucket(_PINGS_PER_SECOND, _PING_BURST, now))
        if not bucket.take(now):
            self._plane.refuse(connection, None, too_often("ping"))
        elif frame is not None:
            connection.send_frame(frame)

    def unreadable(self, connection: MediaConnection, error: ProtocolViolation) -> None:
        """See :class:`turia.gateway.fast_lane.Host`."""
        self._plane.violation(connection, error)

    def too_often(self, connection: MediaConnection) -> None:
        """See :class:`turia.gateway.fast_lane.Host`: no poses come here."""

    def gone(self, connection: MediaConnection) -> None:
        """See :class:`turia.gateway.fast_lane.Host`."""
        self._entrance.gone(connection)
        if not self._plane.connections:
            self._empty.set()

    # -- once a second for each connection -------------------------------------------------------
    def _look_at(self, connection: MediaConnection, now: float) -> None:
        self._entrance.look_for_venue(connection, now)
        self._watching.look_at(connection, now)


def _expect(connection: MediaConnection, state: State, otherwise: str) -> None:
    if connection.state is not state:
        raise ProtocolViolation("malformed", otherwise, close_code=CloseCode.MALFORMED)
