"""Everybody who is connected, by slot and by person, and the ways to end a connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from turia.clock import Clock
from turia.errors import ProtocolViolation, Refused
from turia.gateway.connection import COMPANION, NO_SLOT, Connection, State, closing
from turia.gateway.line import Lines
from turia.gateway.log_limit import LimitedLog
from turia.gateway.outbox import Outbox
from turia.gateway.poses import PoseInbox
from turia.gateway.stats import GatewayStats
from turia.gateway.turnstile import Turnstile
from turia.protocol.close_codes import CloseCode
from turia.protocol.messages import Failure, Notice
from turia.world.space import Person, Space

if TYPE_CHECKING:
    from turia.gateway.doing import Doing
    from turia.gateway.faces import Faces
    from turia.gateway.rooms import Rooms
    from turia.gateway.streams import Streams

#: Seconds for which the reason of an abort waits for the person to come back.
FAREWELL_S = 60.0
_MOST_FAREWELLS = 10_000


class House:
    """State of a gateway. ``by_slot[slot]`` is the connection that owns an avatar; companions own none."""

    def __init__(self, space: Space, *, capacity: int, clock: Clock, rng: np.random.Generator, log: LimitedLog) -> None:
        self.space = space
        self.clock = clock
        self.rng = rng
        self.log = log
        self.stats = GatewayStats()
        self.tick = 0
        self.dirty: list[Outbox] = []
        self.held: set[Outbox] = set()
        self.turnstile = Turnstile()
        self.inbox = PoseInbox(capacity)
        self.lines = Lines(capacity)
        self.live = np.zeros(capacity, dtype=np.bool_)
        self.connections: set[Connection] = set()
        self.by_slot: dict[int, Connection] = {}
        #: ``send`` of the outbox of every slot: the flush touches nothing else of a connection.
        self.sends: list[Callable[[bytes | memoryview], int]] = [_nowhere] * capacity
        self.by_person: dict[str, Connection] = {}
        self.companions: dict[str, list[Connection]] = {}
        #: Slots that gave a sign of life other than a pose since the last tick.
        self.heard: set[int] = set()
        #: Streams of the event; a gateway without a journal has none.
        self.streams: Streams | None = None
        self.doing: Doing | None = None
        self.rooms: Rooms | None = None
        self.faces: Faces | None = None
        #: Told of every connection that no longer stands for anybody, maybe twice.
        self.released: Callable[[Connection], None] | None = None
        self._farewells: dict[str, tuple[CloseCode, float]] = {}

    # -- who is here -----------------------------------------------------------------------------
    def seat(self, connection: Connection, person: Person, slot: int, tier: str) -> None:
        """``connection`` owns ``slot`` from now on."""
        connection.person = person
        connection.slot = connection.outbox.slot = slot
        connection.tier = connection.asked_tier = tier
        connection.state = State.JOINED
        self.by_slot[slot] = connection
        self.sends[slot] = connection.outbox.send
        self.by_person[person.id] = connection
        self.live[slot] = True
        self.inbox.reset(slot)
        self.lines.reset(slot, self.tick, self.clock.monotonic())
        self.lines.round_trip(slot, connection.round_trip or 0.0)

    def accompany(self, connection: Connection, person: Person) -> None:
        """``connection`` is a second screen of ``person``."""
        connection.person = person
        connection.tier = connection.asked_tier = COMPANION
        connection.state = State.JOINED
        self.companions.setdefault(person.id, []).append(connection)

    def everybody(self) -> Iterator[Connection]:
        """All joined connections, companions included."""
        return (connection for connection in self.connections if connection.state is State.JOINED)

    def companions_of(self, connection: Connection) -> list[Connection]:
        """Second screens of the person behind ``connection``."""
        return self.companions.get(connection.person.id, []) if connection.person else []

    def connections_of(self, person: str) -> list[Connection]:
        """Everything that a person is connected with."""
        own = self.by_person.get(person)
        return ([own] if own else []) + list(self.companions.get(person, ()))

    # -- refusing --------------------------------------------------------------------------------
    def refuse(self, connection: Connection, identifier: int | None, refused: Refused) -> None:
        """Answer a well-formed message that is not accepted: a Failure, or a notice where no answer was asked for."""
        self.stats.refused += 1
        if identifier is not None:
            connection.answer(identifier, Failure(code=refused.code, error=refused.message, retry=refused.retry))
        else:
            connection.send("notice", Notice(code=refused.code, message=refused.message))
        if connection.strikes.add(self.clock.monotonic()):
            self.log.warning("too many refused", f"{connection.address}: last was {refused.code}")
            self.close(connection, CloseCode.TOO_MANY_REFUSED, retry_after=10.0)

    def violation(self, connection: Connection, error: ProtocolViolation) -> None:
        """Bytes that no correct client sends: close at once, with the reason."""
        self.log.warning(f"protocol violation {error.code}", f"{connection.address}: {error.message}")
        self.close(connection, CloseCode(error.close_code))

    # -- ending ----------------------------------------------------------------------------------
    def close(self, connection: Connection, code: CloseCode, retry_after: float | None = None) -> None:
        """Tell why and hang up; place and seat are kept unless the person left or was replaced."""
        if connection.state >= State.CLOSING:
            return
        self._count(connection, code)
        connection.close(code, retry_after)
        self.release(connection)

    def abort(self, connection: Connection, code: CloseCode) -> None:
        """End a connection that takes no more bytes; the reason waits for the person's next connect."""
        if connection.state >= State.CLOSING:
            return
        self._count(connection, code)
        self.remember(connection, code)
        connection.abort(code)
        self.release(connection)

    def depart(self, connection: Connection) -> None:
        """The client said goodbye to the connection, not to the venue: place and seat are kept."""
        if connection.state < State.CLOSING:
            connection.state = State.CLOSING
            connection.outbox.flush_all()
            connection.link.hang_up()
            self.release(connection)

    def release(self, connection: Connection) -> None:
        """The connection no longer stands for anybody. Its avatar, if it still owns one, is detached."""
        person, slot = connection.person, connection.slot
        if person is None:
            return
        if self.streams is not None:
            self.streams.left(connection)
        if self.released is not None:
            self.released(connection)
        connection.slot = connection.outbox.slot = NO_SLOT
        if connection.companion:
            self._release_companion(connection, person)
        elif self.by_slot.get(slot) is connection:
            self.forget_slot(slot)
            self.space.detach(slot, self.tick)

    def forget_slot(self, slot: int) -> Connection | None:
        """Take the connection off ``slot`` without a word to the space."""
        connection = self.by_slot.pop(slot, None)
        self.live[slot] = False
        self.sends[slot] = _nowhere
        self.inbox.forget(slot)
        self.heard.discard(slot)
        if connection is not None and connection.person is not None:
            if self.by_person.get(connection.person.id) is connection:
                del self.by_person[connection.person.id]
            connection.slot = connection.outbox.slot = NO_SLOT
        return connection

    def _release_companion(self, connection: Connection, person: Person) -> None:
        mine = self.companions.get(person.id, [])
        if connection in mine:
            mine.remove(connection)
        if not mine:
            self.companions.pop(person.id, None)

    def _count(self, connection: Connection, code: CloseCode) -> None:
        counter = self.stats.turned_away if connection.state is State.OPEN else self.stats.closed
        counter[code.name] += 1

    # -- farewells -------------------------------------------------------------------------------
    def remember(self, connection: Connection, code: CloseCode) -> None:
        """Why the connection ended, for the person's next connect within FAREWELL_S."""
        if connection.person is not None:
            if len(self._farewells) >= _MOST_FAREWELLS:
                self._farewells.pop(next(iter(self._farewells)))
            self._farewells[connection.person.id] = (code, self.clock.monotonic() + FAREWELL_S)

    def farewell(self, person: str) -> Notice | None:
        """What the last connection of ``person`` could not be told any more."""
        code, until = self._farewells.pop(person, (None, 0.0))
        if code is None or self.clock.monotonic() > until:
            return None
        return Notice(code=code.name.lower(), message=closing(code).message)

    def prune_farewells(self) -> None:
        """Forget reasons that nobody came back for (the oldest stand first)."""
        now = self.clock.monotonic()
        while self._farewells:
            person = next(iter(self._farewells))
            if self._farewells[person][1] > now:
                return
            del self._farewells[person]


def _nowhere(data: bytes | memoryview) -> int:
    return len(data)


def too_often(what: str) -> Refused:
    """The refusal of a message that is too frequent."""
    return Refused("too_often", f"Too many messages of the kind '{what}' at once. Wait a moment.", retry=True)
