"""The way in: who may open a connection, and what CONNECT needs to become a place in the venue."""

from __future__ import annotations

from collections import Counter
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from turia.errors import Refused
from turia.gateway.connection import COMPANION, Connection, Link
from turia.gateway.house import House
from turia.gateway.outbox import Outbox, Transport
from turia.gateway.ports import Authenticator, Tickets
from turia.gateway.rates import Bucket
from turia.gateway.settings import GatewaySettings
from turia.protocol import limits
from turia.protocol.close_codes import CloseCode
from turia.protocol.messages import Auth, Place, Ticket, Welcome
from turia.web.addresses import Proxies, group_of, is_local, peer_of
from turia.world.rights import NOTHING
from turia.world.space import Person

#: Codes of an Authenticator's Refused; anything else means: not signed in.
_AUTH_CODES: Final = {
    "token_expired": CloseCode.TOKEN_EXPIRED,
    "not_signed_in": CloseCode.NOT_SIGNED_IN,
    "may_not_enter": CloseCode.NOT_ADMITTED,
    "not_entered": CloseCode.NOT_ADMITTED,
}
_FULL_RETRY_S: Final = (10.0, 20.0)
_BUSY_RETRY_S: Final = (1.0, 5.0)
_RETRY_S: Final = {CloseCode.WRONG_ORIGIN: None, CloseCode.OVERLOADED: _BUSY_RETRY_S}
#: Key in a request of somebody who is to be told to come back, because too many are waiting to be let in.
PUT_OFF: Final = web.RequestKey("turia.put_off", bool)


class TurnedAway(Exception):  # noqa: N818 - a fact, not an error
    """CONNECT is refused with this code; ``retry_after`` in seconds."""

    def __init__(self, code: CloseCode, retry_after: float | None = None) -> None:
        super().__init__(code.name)
        self.code = code
        self.retry_after = retry_after


class Entrance:
    """Counts connections by address and lets people in."""

    def __init__(
        self, house: House, *, authenticator: Authenticator, tickets: Tickets, settings: GatewaySettings
    ) -> None:
        self._house = house
        self._authenticator = authenticator
        self._tickets = tickets
        self._settings = settings
        self._proxies = Proxies(settings.trusted_proxies)
        self._origins = frozenset(origin.lower() for origin in settings.allowed_origins)
        self._by_address: Counter[str] = Counter()
        self._admission = Bucket(settings.joins_per_second, settings.joins_per_second, house.clock.monotonic())
        self._number = 0

    # -- connections -----------------------------------------------------------------------------
    def too_many(self, request: web.Request) -> bool:
        """Whether even saying no over a WebSocket would be too much: answer with an HTTP error instead."""
        address = self.address(request)
        if len(self._house.connections) >= _hard(self._settings.max_connections):
            return True
        most = _hard(self._settings.max_connections_per_address)
        return self._counted(address) and self._by_address[group_of(address)] >= most

    def opened(self, request: web.Request, link: Link, transport: Transport) -> Connection:
        """A WebSocket is open; nothing was read yet."""
        house = self._house
        self._number += 1
        address = self.address(request)
        connection = Connection(
            self._number, address, link, Outbox(transport, house.dirty, house.held), house.clock.monotonic()
        )
        connection.refusal = self._refusal(request, address)
        house.connections.add(connection)
        house.stats.opened += 1
        if self._counted(address):
            self._by_address[group_of(address)] += 1
        return connection

    def gone(self, connection: Connection) -> None:
        """The transport of a connection is closed."""
        house = self._house
        house.release(connection)
        house.connections.discard(connection)
        if self._counted(connection.address):
            group = group_of(connection.address)
            self._by_address[group] -= 1
            if self._by_address[group] <= 0:
                del self._by_address[group]

    def address(self, request: web.Request) -> str:
        """The real address of the other end; what proxies say counts only if they are listed."""
        return self._proxies.client_address(peer_of(request), request.headers)

    def _counted(self, address: str) -> bool:
        return bool(address) and not is_local(address)

    def _refusal(self, request: web.Request, address: str) -> CloseCode | None:
        if not self.origin_allowed(request):
            self._house.log.warning("wrong origin", f"{address}: {request.headers.get('Origin', '')[:200]!r}")
            return CloseCode.WRONG_ORIGIN
        if self._counted(address) and self._by_address[group_of(address)] >= self._settings.max_connections_per_address:
            return CloseCode.TOO_MANY_CONNECTIONS
        if len(self._house.connections) >= self._settings.max_connections:
            return CloseCode.FULL
        return CloseCode.OVERLOADED if request.get(PUT_OFF) else None

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

    # -- joining ---------------------------------------------------------------------------------
    def join(self, connection: Connection, auth: Auth | None) -> bool:
        """CONNECT arrived: give the person a place. False when turned away (already answered)."""
        house = self._house
        connection.measured(house.clock.monotonic() - connection.opened_at)
        try:
            self._join(connection, auth)
        except TurnedAway as turned:
            house.close(connection, turned.code, turned.retry_after)
            return False
        except Exception as error:  # a bug must be answered like everything else
            house.log.error("join failed", connection.address, error)
            house.close(connection, CloseCode.INTERNAL, self._between(_BUSY_RETRY_S))
            return False
        house.stats.joins += 1
        return True

    def _join(self, connection: Connection, auth: Auth | None) -> None:
        if connection.refusal is not None:
            retry = _RETRY_S.get(connection.refusal, _FULL_RETRY_S)
            raise TurnedAway(connection.refusal, None if retry is None else self._between(retry))
        if auth is None:
            raise TurnedAway(CloseCode.NOT_SIGNED_IN)
        if auth.protocol != limits.PROTOCOL_VERSION:
            raise TurnedAway(CloseCode.WRONG_PROTOCOL)
        if not self._admission.take(self._house.clock.monotonic()):
            raise TurnedAway(CloseCode.OVERLOADED, self._between(_BUSY_RETRY_S))
        person = self._person(auth.token)
        if auth.tier == COMPANION:
            self._join_companion(connection, person)
        else:
            self._join_person(connection, person, auth)

    def _person(self, token: str) -> Person:
        try:
            return self._authenticator.person_of_token(token)
        except Refused as refused:
            raise TurnedAway(_AUTH_CODES.get(refused.code, CloseCode.NOT_SIGNED_IN)) from None

    def _join_companion(self, connection: Connection, person: Person) -> None:
        if len(self._house.companions.get(person.id, [])) >= limits.MAX_COMPANIONS:
            raise TurnedAway(CloseCode.TOO_MANY_COMPANIONS)
        self._house.accompany(connection, person)

    def _join_person(self, connection: Connection, person: Person, auth: Auth) -> None:
        house = self._house
        kept = self._kept(auth.ticket, person)
        resume = self._tickets.open(auth.ticket, person.id) if auth.ticket else None
        granted = NOTHING if house.rooms is None else house.rooms.granted(person.id)
        try:
            entered = house.space.enter(
                person,
                tier=auth.tier,
                tick=house.tick,
                resume=resume,
                rng=house.rng,
                over_capacity=bool(granted.places),
                granted=granted,
                kept=kept,
            )
        except Refused as refused:
            code = CloseCode.FULL if refused.code == "full" else CloseCode.INTERNAL
            raise TurnedAway(code, self._between(_FULL_RETRY_S)) from None
        older = house.forget_slot(entered.slot)
        if older is not None:
            house.stats.replaced += 1
            house.close(older, CloseCode.REPLACED)
        house.stats.resumes += entered.resumed
        house.seat(connection, person, entered.slot, auth.tier)
        connection.resumed = entered.resumed

    def _welcome(self, connection: Connection, person: Person) -> Welcome:
        space = self._house.space
        slot = space.slot_of(person.id)
        return Welcome(
            slot=connection.slot if connection.slot >= 0 else limits.NO_SLOT,
            person=person.id,
            name=person.name,
            tier=connection.tier,
            tick=self._house.tick,
            place=Place(0.0, 0.0, 0.0, 0, 0) if slot is None else space.place_of(slot),
            resumed=connection.resumed,
            venue=self._settings.venue,
            closed_doors=self._closed_doors(slot),
            people=len(self._house.by_slot),
            capacity=self._settings.capacity,
        )

    def _kept(self, ticket: str | None, person: Person) -> frozenset[int]:
        """Rooms that he may come back to whatever their doors are now: the server stopped while he was inside."""
        rooms = self._house.rooms
        if rooms is None or not ticket or not self._tickets.was_kept(ticket, person.id):
            return frozenset()
        return rooms.keeping()

    def _closed_doors(self, slot: int | None) -> list[int]:
        rooms = self._house.rooms
        if rooms is None or slot is None:
            return self._house.space.closed_doors()
        return rooms.closed_to(slot)

    def greet(self, connection: Connection) -> None:
        """The CONNECT answer is written: tell the person where he is, and why the last connection ended."""
        person = connection.person
        assert person is not None
        connection.send("welcome", self._welcome(connection, person))
        notice = None if connection.companion else self._house.farewell(person.id)
        if notice is not None:
            connection.send("notice", notice)
        if self._house.rooms is not None:
            self._house.rooms.greet(connection, self._house.space.slot_of(person.id))
        self.ticket(connection)
        connection.outbox.flush_all()

    def ticket(self, connection: Connection) -> None:
        """A fresh resume ticket."""
        if connection.slot >= 0 and connection.person is not None:
            place = self._house.space.place_of(connection.slot)
            connection.send("ticket", Ticket(self._tickets.issue(connection.person.id, place)))

    def _between(self, seconds: tuple[float, float]) -> float:
        """A time to come back, different for everybody."""
        return round(float(self._house.rng.uniform(*seconds)), 2)


def _hard(most: int) -> int:
    """Above ``most`` connections are told why they are refused; from here on they are not even opened."""
    return most * 5 // 4 + 2
