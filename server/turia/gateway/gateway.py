"""The gateway as the composition root sees it."""

from __future__ import annotations

import numpy as np
from aiohttp import web

from turia.clock import Clock
from turia.gateway.ports import Authenticator, Tickets
from turia.gateway.settings import GatewaySettings
from turia.gateway.stats import GatewayStats
from turia.world.space import Space


class Gateway:
    """Holds every connection of attendees and runs the tick.

    ``attach`` before the application starts, ``await start()`` when the loop runs, ``await stop()`` in ``on_shutdown``
    (before the sockets are closed). ``rng`` is used for spawn points and jitter. ``ready`` says whether it takes people.
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
    ) -> None:
        self.stats = GatewayStats()
        self.ready = False

    def attach(self, app: web.Application) -> None:
        """Mount Socket.IO at /socket.io/."""
        raise NotImplementedError

    async def start(self, *, run_ticks: bool = True) -> None:
        """Take connections; ``run_ticks=False`` leaves the ticks to the caller (tests)."""
        raise NotImplementedError

    def tick(self) -> None:
        """One tick: everything that happens in 50 ms, synchronously."""
        raise NotImplementedError

    async def stop(self) -> None:
        """Tell everybody to come back, flush, close: at most ``settings.drain_s``."""
        raise NotImplementedError
