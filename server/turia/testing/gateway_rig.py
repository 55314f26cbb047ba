"""A gateway on a loopback port with everything around it in memory: for tests, contracts and benches."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, cast

import numpy as np
from aiohttp import web

from turia.backbone.journal import Journal
from turia.clock import Clock
from turia.errors import Refused
from turia.event.commands import Actor
from turia.gateway.gateway import Gateway
from turia.gateway.settings import GatewaySettings
from turia.protocol.messages import Place
from turia.testing.manual_clock import ManualClock
from turia.testing.still_space import StillSpace
from turia.testing.wire import WireClient
from turia.world.space import Person, Space


class NameTokens:
    """An Authenticator: the token is the person's id; ``old`` and ``forged`` are refused."""

    def person_of_token(self, token: str) -> Person:
        """See Authenticator."""
        if token == "old":
            raise Refused("token_expired", "Your pass is out of date.")
        if token in ("", "forged"):
            raise Refused("not_signed_in", "You are not signed in.")
        return Person(id=token, name=token.capitalize())

    def avatar(self, person: str) -> Person:
        """See Authenticator."""
        return Person(id=person, name=person.capitalize())

    def actor_of(self, person: str) -> Actor:
        """See Authenticator: who has no registration is a guest, unless he is called ``nobody``."""
        return Actor(person, guest=person != "nobody")


class PlainTickets:
    """Tickets without a signature: ``person x z``."""

    def issue(self, person: str, place: Place) -> str:
        """See Tickets."""
        return f"{person} {place.x} {place.z}"

    def open(self, ticket: str, person: str) -> Place | None:
        """See Tickets."""
        owner, x, z = ticket.split()
        return Place(float(x), 0.0, float(z), 0, 0) if owner == person else None

    def was_kept(self, ticket: str, person: str) -> bool:  # noqa: ARG002
        """See Tickets."""
        return False


class Rig:
    """``async with Rig() as rig``: a gateway listens on ``rig.port``; time is ``rig.clock``, ticks are by hand."""

    def __init__(
        self,
        space: Any = None,
        *,
        clock: Clock | None = None,
        run_ticks: bool = False,
        seed: int = 1,
        journal: Journal | None = None,
        **settings: Any,
    ) -> None:
        self.space: Any = space if space is not None else StillSpace()
        self.clock: Any = clock if clock is not None else ManualClock()
        self.settings = GatewaySettings(**{"venue": "rig", "capacity": getattr(self.space, "capacity", 64), **settings})
        self.gateway = Gateway(
            cast("Space", self.space),
            authenticator=NameTokens(),
            tickets=PlainTickets(),
            settings=self.settings,
            clock=self.clock,
            rng=np.random.default_rng(seed),
            journal=journal,
        )
        self.port = 0
        self.clients: list[WireClient] = []
        self._run_ticks = run_ticks
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Rig:
        app = web.Application()
        self.add_to(app)
        self._runner = web.AppRunner(app, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        assert self._runner.addresses
        self.port = int(self._runner.addresses[0][1])
        await self.gateway.start(run_ticks=self._run_ticks)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self.clients:
            await client.close()
        await self.gateway.stop()
        assert self._runner is not None
        await self._runner.cleanup()

    def add_to(self, app: web.Application) -> None:
        """Mount what listens."""
        self.gateway.attach(app)

    async def open(self, **options: Any) -> WireClient:
        """A connection with the handshake done and the OPEN packet read."""
        client = await WireClient.open(self.port, **options)
        self.clients.append(client)
        if client.status == 101:
            client.texts.append((await client.frame())[1].decode())
        return client

    async def join(self, person: str = "ana", **auth: Any) -> WireClient:
        """A person inside: CONNECT answered, ``welcome`` and everything before the first tick still to be read."""
        client = await self.open()
        client.connect(token=person, **auth)
        packet = await client.packet()
        if packet["type"] != 0:
            raise ConnectionRefusedError(packet["data"])
        return client

    def ticks(self, count: int, seconds: float = 0.0) -> None:
        """``count`` ticks, letting ``seconds`` pass before each on a manual clock."""
        for _ in range(count):
            if seconds:
                assert isinstance(self.clock, ManualClock)
                self.clock.advance(seconds)
            self.gateway.tick()

    async def settle(self) -> None:
        """Let the server handle what has arrived: a round trip on a connection of its own."""
        probe = await asyncio.open_connection("127.0.0.1", self.port)
        probe[1].write(b"GET /none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        await probe[0].read()
        probe[1].close()
        await probe[1].wait_closed()
