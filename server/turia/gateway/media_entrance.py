"""The way onto the media plane: only for people inside, one line for each of their connections to the venue."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from turia.gateway.arrivals import BUSY_RETRY_S, Arrivals, TurnedAway
from turia.gateway.connection import COMPANION, Connection, Link, State
from turia.gateway.media_connection import MediaConnection
from turia.gateway.media_state import MediaState
from turia.gateway.outbox import Outbox, Transport
from turia.gateway.ports import Authenticator
from turia.gateway.settings import GatewaySettings
from turia.protocol.close_codes import CloseCode
from turia.protocol.messages import Auth
from turia.world.space import Person

#: Ends of a connection to the venue that end the media with it. After any other one it waits for the person: who comes
#: back within ORPHAN_S keeps on talking.
_FINAL: Final = frozenset(
    {
        CloseCode.REPLACED,
        CloseCode.LEFT,
        CloseCode.NOT_ADMITTED,
        CloseCode.TOKEN_EXPIRED,
        CloseCode.NOT_SIGNED_IN,
        CloseCode.SERVER_RESTART,
        CloseCode.TOO_MANY_REFUSED,
        CloseCode.MALFORMED,
        CloseCode.TOO_LARGE,
        CloseCode.UNKNOWN_EVENT,
        CloseCode.BINARY_ATTACHMENT,
    }
)
ORPHAN_S: Final = 10.0
#: Seconds after which somebody comes back who is not inside (yet).
_OUTSIDE_RETRY_S: Final = (1.0, 3.0)


class MediaEntrance:
    """Opens, joins and ends connections of the media plane."""

    def __init__(self, plane: MediaState, authenticator: Authenticator, settings: GatewaySettings) -> None:
        self._plane = plane
        self._arrivals = Arrivals(settings, plane.log, authenticator, plane.clock, plane.rng)
        self._number = 0
        plane.house.released = self._venue_released

    # -- connections -----------------------------------------------------------------------------
    def too_many(self, request: web.Request) -> bool:
        """See :meth:`Arrivals.too_many`."""
        return self._arrivals.too_many(request, len(self._plane.connections))

    def opened(self, request: web.Request, link: Link, transport: Transport) -> MediaConnection:
        """A WebSocket is open; nothing was read yet."""
        plane = self._plane
        self._number += 1
        address = self._arrivals.address(request)
        outbox = Outbox(transport, plane.dirty, plane.held)
        connection = MediaConnection(self._number, address, link, outbox, plane.clock.monotonic())
        connection.refusal = self._arrivals.refusal(request, address, len(plane.connections))
        self._arrivals.opened(address)
        plane.connections.add(connection)
        plane.stats.opened += 1
        return connection

    def gone(self, connection: MediaConnection) -> None:
        """The transport of a connection is closed."""
        self._plane.release(connection)
        self._plane.connections.discard(connection)
        self._arrivals.gone(connection.address)

    # -- joining ---------------------------------------------------------------------------------
    def join(self, connection: MediaConnection, auth: Auth | None) -> bool:
        """CONNECT arrived; False when turned away (already answered)."""
        plane = self._plane
        connection.measured(plane.clock.monotonic() - connection.opened_at)
        try:
            self._join(connection, auth)
        except TurnedAway as turned:
            plane.close(connection, turned.code, turned.retry_after)
            return False
        except Exception as error:  # a bug must be answered like everything else
            plane.log.error("join failed", connection.address, error)
            plane.close(connection, CloseCode.INTERNAL, self._arrivals.between(BUSY_RETRY_S))
            return False
        plane.stats.joins += 1
        return True

    def _join(self, connection: MediaConnection, auth: Auth | None) -> None:
        auth, person = self._arrivals.admit(connection.refusal, auth)
        companion = auth.tier == COMPANION
        venue = self._venue_of(person, companion=companion)
        if venue is None:
            raise TurnedAway(CloseCode.NOT_INSIDE, self._arrivals.between(_OUTSIDE_RETRY_S))
        connection.tier = auth.tier
        self._replace(person, venue, companion=companion)
        connection.person = person
        self._bind(connection, venue)
        self._plane.joined(connection)

    def _venue_of(self, person: Person, *, companion: bool) -> Connection | None:
        """The connection to the venue that a new one belongs to: one that has none yet, else the last one."""
        house = self._plane.house
        if not companion:
            return house.by_person.get(person.id)
        screens = house.companions.get(person.id, [])
        free = [each for each in screens if each not in self._plane.by_venue]
        return next(iter(free or screens[-1:]), None)

    def _replace(self, person: Person, venue: Connection, *, companion: bool) -> None:
        """The newest wins: over the one of the same page, and over one that waits for its page to come back."""
        older = self._plane.by_venue.get(venue)
        orphans = [
            each
            for each in self._plane.by_person.get(person.id, [])
            if each.venue is None and each.companion == companion
        ]
        for each in ([older] if older else []) + orphans:
            self._plane.stats.replaced += 1
            self._plane.close(each, CloseCode.REPLACED)

    def _bind(self, connection: MediaConnection, venue: Connection) -> None:
        connection.venue = venue
        connection.orphan_since = None
        self._plane.by_venue[venue] = connection

    # -- what happens to the connection to the venue ---------------------------------------------
    def _venue_released(self, venue: Connection) -> None:
        connection = self._plane.by_venue.pop(venue, None)
        if connection is None:
            return
        connection.venue = None
        connection.orphan_since = self._plane.clock.monotonic()
        if venue.close_code in _FINAL:
            assert venue.close_code is not None
            retry = 0.0 if venue.close_code < CloseCode.FULL else None
            self._plane.close(connection, venue.close_code, retry)

    def look_for_venue(self, connection: MediaConnection, now: float) -> None:
        """Once a second: whoever lost his connection to the venue has it again, or is not inside any more."""
        if connection.venue is not None or connection.state is not State.JOINED:
            return
        assert connection.person is not None
        venue = self._venue_of(connection.person, companion=connection.companion)
        if venue is not None and venue not in self._plane.by_venue:
            self._bind(connection, venue)
        elif connection.orphan_since is not None and now - connection.orphan_since >= ORPHAN_S:
            self._plane.close(connection, CloseCode.NOT_INSIDE, self._arrivals.between(_OUTSIDE_RETRY_S))
