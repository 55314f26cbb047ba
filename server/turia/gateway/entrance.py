"""The way in: who may open a connection, and what CONNECT needs to become a place in the venue."""

from __future__ import annotations

from aiohttp import web

from turia.errors import Refused
from turia.gateway.arrivals import BUSY_RETRY_S, FULL_RETRY_S, Arrivals, TurnedAway
from turia.gateway.connection import COMPANION, Connection, Link
from turia.gateway.house import House
from turia.gateway.outbox import Outbox, Transport
from turia.gateway.ports import Authenticator, Tickets
from turia.gateway.settings import GatewaySettings
from turia.protocol import limits
from turia.protocol.close_codes import CloseCode
from turia.protocol.messages import Auth, Place, Ticket, Welcome
from turia.world.rights import NOTHING
from turia.world.space import Person


class Entrance:
    """Lets people in."""

    def __init__(
        self, house: House, *, authenticator: Authenticator, tickets: Tickets, settings: GatewaySettings
    ) -> None:
        self._house = house
        self._tickets = tickets
        self._settings = settings
        self._arrivals = Arrivals(settings, house.log, authenticator, house.clock, house.rng)
        self._number = 0

    # -- connections -----------------------------------------------------------------------------
    def too_many(self, request: web.Request) -> bool:
        """Whether even saying no over a WebSocket would be too much: answer with an HTTP error instead."""
        return self._arrivals.too_many(request, len(self._house.connections))

    def opened(self, request: web.Request, link: Link, transport: Transport) -> Connection:
        """A WebSocket is open; nothing was read yet."""
        house = self._house
        self._number += 1
        address = self._arrivals.address(request)
        connection = Connection(
            self._number, address, link, Outbox(transport, house.dirty, house.held), house.clock.monotonic()
        )
        connection.refusal = self._arrivals.refusal(request, address, len(house.connections))
        house.connections.add(connection)
        house.stats.opened += 1
        self._arrivals.opened(address)
        return connection

    def gone(self, connection: Connection) -> None:
        """The transport of a connection is closed."""
        house = self._house
        house.release(connection)
        house.connections.discard(connection)
        self._arrivals.gone(connection.address)

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
            house.close(connection, CloseCode.INTERNAL, self._arrivals.between(BUSY_RETRY_S))
            return False
        house.stats.joins += 1
        return True

    def _join(self, connection: Connection, auth: Auth | None) -> None:
        auth, person = self._arrivals.admit(connection.refusal, auth)
        if auth.tier == COMPANION:
            self._join_companion(connection, person)
        else:
            self._join_person(connection, person, auth)

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
            raise TurnedAway(code, self._arrivals.between(FULL_RETRY_S)) from None
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
