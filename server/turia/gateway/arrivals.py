"""Whose connections are let in at all: by the page's origin, counted by address, so many a second, with a token. One
instance per endpoint."""

from __future__ import annotations

from collections import Counter
from typing import Final
from urllib.parse import urlsplit

import numpy as np
from aiohttp import web

from turia.clock import Clock
from turia.errors import Refused
from turia.gateway.log_limit import LimitedLog
from turia.gateway.ports import Authenticator
from turia.gateway.rates import Bucket
from turia.gateway.settings import GatewaySettings
from turia.protocol import limits
from turia.protocol.close_codes import CloseCode
from turia.protocol.messages import Auth
from turia.web.addresses import Proxies, group_of, is_local, peer_of
from turia.world.space import Person

#: Key in a request of somebody who is to be told to come back, because too many are waiting to be let in.
PUT_OFF: Final = web.RequestKey("turia.put_off", bool)
FULL_RETRY_S: Final = (10.0, 20.0)
BUSY_RETRY_S: Final = (1.0, 5.0)
#: Between how many seconds somebody waits who was refused before he could say a word; None: he stays away.
RETRY_S: Final = {CloseCode.WRONG_ORIGIN: None, CloseCode.OVERLOADED: BUSY_RETRY_S}

#: Codes of an Authenticator's Refused; anything else means: not signed in.
_AUTH_CODES: Final = {
    "token_expired": CloseCode.TOKEN_EXPIRED,
    "not_signed_in": CloseCode.NOT_SIGNED_IN,
    "may_not_enter": CloseCode.NOT_ADMITTED,
    "not_entered": CloseCode.NOT_ADMITTED,
}


class TurnedAway(Exception):  # noqa: N818 - a fact, not an error
    """CONNECT is refused with this code; ``retry_after`` in seconds."""

    def __init__(self, code: CloseCode, retry_after: float | None = None) -> None:
        super().__init__(code.name)
        self.code = code
        self.retry_after = retry_after


def person_of(authenticator: Authenticator, token: str) -> Person:
    """Whose token it is; raises TurnedAway."""
    try:
        return authenticator.person_of_token(token)
    except Refused as refused:
        raise TurnedAway(_AUTH_CODES.get(refused.code, CloseCode.NOT_SIGNED_IN)) from None


class Arrivals:
    """Counts open connections of an endpoint by address, and looks at what CONNECT brings."""

    def __init__(
        self,
        settings: GatewaySettings,
        log: LimitedLog,
        authenticator: Authenticator,
        clock: Clock,
        rng: np.random.Generator,
    ) -> None:
        self._settings = settings
        self._log = log
        self._authenticator = authenticator
        self._clock = clock
        self._rng = rng
        self._admission = Bucket(settings.joins_per_second, settings.joins_per_second, clock.monotonic())
        self._proxies = Proxies(settings.trusted_proxies)
        self._origins = frozenset(origin.lower() for origin in settings.allowed_origins)
        self._by_address: Counter[str] = Counter()

    def too_many(self, request: web.Request, connections: int) -> bool:
        """Whether even saying no over a WebSocket would be too much: answer with an HTTP error instead."""
        address = self.address(request)
        if connections >= _hard(self._settings.max_connections):
            return True
        most = _hard(self._settings.max_connections_per_address)
        return _counted(address) and self._by_address[group_of(address)] >= most

    def refusal(self, request: web.Request, address: str, connections: int) -> CloseCode | None:
        """Why a connection is not let in, whoever opens it; ``connections``: those that are open already."""
        if not self.origin_allowed(request):
            self._log.warning("wrong origin", f"{address}: {request.headers.get('Origin', '')[:200]!r}")
            return CloseCode.WRONG_ORIGIN
        if _counted(address) and self._by_address[group_of(address)] >= self._settings.max_connections_per_address:
            return CloseCode.TOO_MANY_CONNECTIONS
        if connections >= self._settings.max_connections:
            return CloseCode.FULL
        return CloseCode.OVERLOADED if request.get(PUT_OFF) else None

    def admit(self, refusal: CloseCode | None, auth: Auth | None) -> tuple[Auth, Person]:
        """Who says CONNECT, and with what; raises TurnedAway. ``refusal``: decided before anything was read."""
        if refusal is not None:
            retry = RETRY_S.get(refusal, FULL_RETRY_S)
            raise TurnedAway(refusal, None if retry is None else self.between(retry))
        if auth is None:
            raise TurnedAway(CloseCode.NOT_SIGNED_IN)
        if auth.protocol != limits.PROTOCOL_VERSION:
            raise TurnedAway(CloseCode.WRONG_PROTOCOL)
        if not self._admission.take(self._clock.monotonic()):
            raise TurnedAway(CloseCode.OVERLOADED, self.between(BUSY_RETRY_S))
        return auth, person_of(self._authenticator, auth.token)

    def between(self, seconds: tuple[float, float]) -> float:
        """A time to come back, different for everybody."""
        return round(float(self._rng.uniform(*seconds)), 2)

    def opened(self, address: str) -> None:
        """One more from there."""
        if _counted(address):
            self._by_address[group_of(address)] += 1

    def gone(self, address: str) -> None:
        """One less."""
        if _counted(address):
            group = group_of(address)
            self._by_address[group] -= 1
            if self._by_address[group] <= 0:
                del self._by_address[group]

    def address(self, request: web.Request) -> str:
        """The real address of the other end; what proxies say counts only if they are listed."""
        return self._proxies.client_address(peer_of(request), request.headers)

    def origin_allowed(self, request: web.Request) -> bool:
        """Whether the page that opens this connection may. Programs that are no browsers send no origin."""
        origin = request.headers.get("Origin")
        if origin is None:
            return True
        origin = origin.lower()
        if origin in self._origins:
            return True
        if not self._settings.same_origin:
            return False
        parts = urlsplit(origin)
        return parts.scheme in ("http", "https") and bool(parts.netloc) and parts.netloc == request.host.lower()


def _counted(address: str) -> bool:
    return bool(address) and not is_local(address)


def _hard(most: int) -> int:
    """Above ``most`` connections are told why they are refused; from here on they are not even opened."""
    return most * 5 // 4 + 2
