"""Caps on open connections, in all and by address, counted from the first byte to the last.

Slow headers need nothing of ours: aiohttp's keep-alive timer, set to the header deadline, also ends connections that
never finish a request's headers (tests/web/test_connections.py holds it to that).
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections import Counter
from typing import Final

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from turia.settings import Settings
from turia.web.addresses import Proxies, group_of, is_local

#: Certificates are exchanged within this many seconds or the connection ends.
HANDSHAKE_S: Final = 10.0
#: Connections that may wait to be accepted.
BACKLOG: Final = 1_024


class Gate:
    """Counts connections by address; this machine and listed proxies are only counted in all."""

    def __init__(self, settings: Settings, proxies: Proxies) -> None:
        self._most = settings.max_connections
        self._most_each = settings.max_connections_per_address
        self._proxies = proxies
        self._each: Counter[str] = Counter()
        self.open = 0
        self.refused = 0

    def counted(self, address: str) -> str | None:
        """What ``address`` is counted under, None if it is exempt."""
        return None if not address or is_local(address) or self._proxies.holds(address) else group_of(address)

    def take(self, address: str) -> bool:
        """Count a connection of ``address``; False, and nothing counted, if there are too many."""
        group = self.counted(address)
        if self.open >= self._most or (group is not None and self._each[group] >= self._most_each):
            self.refused += 1
            return False
        self.open += 1
        if group is not None:
            self._each[group] += 1
        return True

    def give_back(self, address: str) -> None:
        """The other end of :meth:`take`."""
        self.open -= 1
        group = self.counted(address)
        if group is not None:
            self._each[group] -= 1
            if not self._each[group]:
                del self._each[group]


class _Malformed(logging.Filter):
    """aiohttp logs a stack trace for every request that it cannot read: it becomes one short line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """See logging.Filter."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError):
            record.exc_info = record.exc_text = None
            record.msg, record.args = "a request that is no HTTP", ()
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


_protocol_log = logging.getLogger(f"{__name__}.http")
_protocol_log.addFilter(_Malformed())


def make_runner(site: web.Application, settings: Settings, finish_s: float) -> web.AppRunner:
    """A runner with the header deadline; stopping waits up to twice ``finish_s`` for requests under way."""
    return web.AppRunner(
        site,
        access_log=None,
        logger=_protocol_log,
        shutdown_timeout=finish_s,
        keepalive_timeout=settings.header_timeout_s,
    )


def watch(server: web.Server, gate: Gate) -> None:
    """Have ``gate`` see every connection of ``server`` come and go; those it refuses are cut at once.

    aiohttp's server object is told of both by its connections, which is the only seam that sees them before their
    first byte; a wrapping protocol would cost every pose a call more.
    """
    made, lost = server.connection_made, server.connection_lost
    inside: dict[web.RequestHandler, str] = {}

    def connection_made(handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        made(handler, transport)
        name = transport.get_extra_info("peername")
        address = str(name[0]) if name else ""
        if gate.take(address):
            inside[handler] = address
        else:
            transport.abort()

    def connection_lost(handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        lost(handler, exc)
        address = inside.pop(handler, None)
        if address is not None:
            gate.give_back(address)

    server.connection_made = connection_made  # type: ignore[method-assign]
    server.connection_lost = connection_lost  # type: ignore[method-assign]


class Site(web.BaseSite):
    """Listens on sockets that are bound already; TLS handshakes have a deadline."""

    def __init__(self, runner: web.AppRunner, sock: socket.socket, tls: ssl.SSLContext | None) -> None:
        super().__init__(runner, ssl_context=tls, backlog=BACKLOG)
        self._sock = sock

    @property
    def name(self) -> str:
        """Where it listens, for logs."""
        host, port = self._sock.getsockname()[:2]
        return f"{'https' if self._ssl_context else 'http'}://{host}:{port}"

    async def start(self) -> None:
        """Begin to accept."""
        await super().start()
        server = self._runner.server
        if server is None:
            raise RuntimeError("the runner is not set up")
        self._server = await asyncio.get_running_loop().create_server(
            server,
            sock=self._sock,
            ssl=self._ssl_context,
            backlog=self._backlog,
            ssl_handshake_timeout=HANDSHAKE_S if self._ssl_context else None,
        )
