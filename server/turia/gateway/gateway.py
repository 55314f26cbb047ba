"""The gateway as the composition root sees it: everything of this package put together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any

import numpy as np
from aiohttp import web

from turia.backbone.journal import Journal
from turia.clock import Clock
from turia.errors import ProtocolViolation
from turia.gateway import handlers
from turia.gateway.arrivals import PUT_OFF
from turia.gateway.connection import NO_SLOT, Connection, State
from turia.gateway.doing import Doing
from turia.gateway.entrance import Entrance
from turia.gateway.faces import Faces
from turia.gateway.fast_lane import FastSocket, Lane, Server
from turia.gateway.house import House, too_often
from turia.gateway.log_limit import LimitedLog, OncePerSecond
from turia.gateway.ports import Authenticator, Tickets
from turia.gateway.poses import PoseInbox
from turia.gateway.rates import Bucket
from turia.gateway.rooms import Rooms
from turia.gateway.settings import GatewaySettings
from turia.gateway.stats import GatewayStats
from turia.gateway.streams import Streams
from turia.gateway.tick_loop import TickLoop
from turia.protocol import codec, limits
from turia.protocol.close_codes import CloseCode
from turia.protocol.messages import Auth, Doors, Payload
from turia.world.space import Space

PATH = "/socket.io/"
_PINGS_PER_SECOND, _PING_BURST = 2.0, 10.0
_BUSY_HEADERS = {"Retry-After": "5"}


class Gateway:
    """Holds every connection of attendees and runs the tick.

    ``attach`` before the application starts, ``await start()`` when the loop runs, ``await stop()`` in ``on_shutdown``
    (before the sockets are closed). ``rng`` is used for spawn points and jitter. ``ready``: whether it takes people.
    """

    def __init__(
        self,
        space: Space,
        *,
        authenticator: Authenticator,
        tickets: Tickets,
        settings: GatewaySettings,
        clock: Clock,
        rng: np.random.Generator,
        journal: Journal | None = None,
    ) -> None:
        logger = logging.getLogger("turia.gateway")
        libraries = logging.getLogger("turia.gateway.libraries")
        libraries.setLevel(logging.ERROR)
        libraries.addFilter(OncePerSecond(clock))
        self._settings = settings
        self._clock = clock
        self._journal = journal
        self._house = House(space, capacity=settings.capacity, clock=clock, rng=rng, log=LimitedLog(logger, clock))
        self._entrance = Entrance(self._house, authenticator=authenticator, tickets=tickets, settings=settings)
        if journal is not None:
            self._house.streams = Streams(self._house, journal, authenticator.actor_of)
            self._house.doing = Doing(self._house, journal, authenticator.actor_of)
            self._house.rooms = Rooms(self._house, journal)
            self._house.faces = Faces(self._house, journal, authenticator.avatar)
        self._loop = TickLoop(self._house, self._entrance)
        self._task: asyncio.Task[None] | None = None
        self._empty = asyncio.Event()
        self.inbox: PoseInbox = self._house.inbox
        self.lane = Lane(
            max_message_bytes=limits.MAX_FRAME_BYTES,
            send_buffer_bytes=limits.SEND_BUFFER_BYTES,
            not_sent_bytes=limits.NOT_SENT_LOWAT_BYTES,
            poses=self.inbox,
        )
        self._server = Server(self, libraries)
        self.ready = False

    @property
    def stats(self) -> GatewayStats:
        """Figures for /metrics and benches."""
        return self._house.stats

    @property
    def house(self) -> House:
        """Who is connected: for the media plane, whose connections belong to those of the venue."""
        return self._house

    # -- life ------------------------------------------------------------------------------------
    def attach(self, app: web.Application) -> None:
        """Mount Socket.IO at /socket.io/."""
        app.router.add_get(PATH, self._serve)

    async def start(self, *, run_ticks: bool = True) -> None:
        """Take connections; ``run_ticks=False`` leaves the ticks to the caller (tests)."""
        if self._house.rooms is not None:
            self._house.rooms.tick()  # doors are as they should be before anybody comes
        self.ready = True
        if run_ticks:
            self._task = asyncio.create_task(self._loop.run(), name="turia tick loop")

    def tick(self) -> None:
        """One tick: everything that happens in 50 ms, synchronously."""
        self._loop.tick()

    async def stop(self) -> None:
        """Tell everybody to come back, flush, close: at most ``settings.drain_s``. Safe to call twice."""
        self.ready = False
        self._house.turnstile.close()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
            # Poses that came since the last tick: tickets are to hold where people really are.
            self.tick()
        for each in (self._house.doing, self._house.streams):
            if each is not None:
                await each.stop()
        for follower in (self._house.rooms, self._house.faces):
            if follower is not None:
                follower.stop()
        await self._drain()

    async def _drain(self) -> None:
        """Goodbyes with times to come back spread over as long as it takes to let everybody in again.

        A fresh ticket goes with each: the last one may be five seconds old, and people walk on.
        """
        connections = list(self._house.connections)
        spread = 1.0 + len(connections) / self._settings.joins_per_second
        for connection in connections:
            self._entrance.ticket(connection)
            self._house.close(connection, CloseCode.SERVER_RESTART, round(float(self._house.rng.uniform(0, spread)), 2))
        if connections:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), self._settings.drain_s)
        for connection in list(self._house.connections):
            connection.link.abort()

    async def _serve(self, request: web.Request) -> Any:
        if not self.ready:
            raise web.HTTPServiceUnavailable(text="The venue is restarting.", headers=_BUSY_HEADERS)
        if self._entrance.too_many(request):
            raise web.HTTPServiceUnavailable(text="Too many connections.", headers=_BUSY_HEADERS)
        if not await self._house.turnstile.admit():
            self.stats.put_off += 1
            request[PUT_OFF] = True
        try:
            return await self._server.serve(request)
        except ConnectionError:  # the other end left while it was being let in: ordinary, and nobody is left to answer
            self.stats.lost_lines += 1
            return web.Response(status=400)

    # -- for the rest of the server --------------------------------------------------------------
    def set_doors(self, closed: set[int]) -> None:
        """Close exactly these doors and tell everybody, if that changes anything."""
        if not self._house.space.set_doors(closed):
            return
        if self._house.rooms is not None:
            self._house.rooms.doors_changed()
        else:
            self.broadcast("doors", Doors(closed=sorted(closed), zones=[]))

    def is_here(self, person: str) -> bool:
        """Whether somebody has a connection now."""
        return person in self._house.by_person or person in self._house.companions

    def renew(self, person: str) -> None:
        """One of a person's sign-ins ended: his connections come back with new tokens, those that still get one."""
        for connection in self._house.connections_of(person):
            self._house.close(connection, CloseCode.TOKEN_EXPIRED, 0.0)

    def broadcast(self, event: str, payload: Payload) -> None:
        """An event to everybody inside, companions included; encoded once."""
        packet = codec.encode_event(event, payload)
        for connection in self._house.everybody():
            connection.send_packet(packet)

    # -- Host: what the lines call ---------------------------------------------------------------
    def opened(self, request: web.Request, link: FastSocket, transport: Any) -> Connection:
        """See :class:`turia.gateway.fast_lane.Host`."""
        self._empty.clear()
        return self._entrance.opened(request, link, transport)

    def join(self, connection: Connection, auth: Auth | None) -> bool:
        """See :class:`turia.gateway.fast_lane.Host`."""
        return self._entrance.join(connection, auth)

    def greet(self, connection: Connection) -> None:
        """See :class:`turia.gateway.fast_lane.Host`."""
        self._entrance.greet(connection)

    def message(self, connection: Connection, data: bytes) -> bool:
        """See :class:`turia.gateway.fast_lane.Host`."""
        if connection.state >= State.CLOSING:
            return False
        try:
            packet = codec.decode_packet(data)
            if packet.type == codec.CONNECT:
                _expect(connection, State.OPEN, "CONNECT came twice.")
                return True
            if packet.type == codec.DISCONNECT:
                self._house.depart(connection)
                return False
            _expect(connection, State.JOINED, "An event came before CONNECT.")
        except ProtocolViolation as error:
            self._house.violation(connection, error)
            return False
        handlers.handle(self._house, connection, packet)
        return False

    def text(self, connection: Connection, data: str) -> None:
        """See :class:`turia.gateway.fast_lane.Host`: "3" is a pong, "1" a goodbye; nothing else comes from clients."""
        if connection.state >= State.CLOSING:
            return
        if data == "3":
            if connection.ponged:
                self._house.refuse(connection, None, too_often("pong"))
            connection.pong(self._clock.monotonic())
            if connection.slot != NO_SLOT:
                self._house.heard.add(connection.slot)
        elif data == "1":
            self._house.depart(connection)
        else:
            message = "Text messages do not belong to the msgpack parser."
            self._house.violation(connection, ProtocolViolation("malformed", message, close_code=CloseCode.MALFORMED))

    def control(self, connection: Connection, frame: bytes | None) -> None:
        """See :class:`turia.gateway.fast_lane.Host`."""
        now = self._clock.monotonic()
        bucket = connection.buckets.setdefault("ping", Bucket(_PINGS_PER_SECOND, _PING_BURST, now))
        if not bucket.take(now):
            self._house.refuse(connection, None, too_often("ping"))
        elif frame is not None:
            connection.send_frame(frame)

    def unreadable(self, connection: Connection, error: ProtocolViolation) -> None:
        """See :class:`turia.gateway.fast_lane.Host`."""
        self._house.violation(connection, error)

    def too_often(self, connection: Connection) -> None:
        """See :class:`turia.gateway.fast_lane.Host`."""
        self._house.refuse(connection, None, too_often("pose"))

    def gone(self, connection: Connection) -> None:
        """See :class:`turia.gateway.fast_lane.Host`."""
        self._entrance.gone(connection)
        if not self._house.connections:
            self._empty.set()


def _expect(connection: Connection, state: State, otherwise: str) -> None:
    if connection.state is not state:
        raise ProtocolViolation("malformed", otherwise, close_code=CloseCode.MALFORMED)
