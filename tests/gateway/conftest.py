"""People connected in memory: no sockets, a clock that stands still, ticks by hand."""

from __future__ import annotations

import logging
from typing import Any

import msgpack
import numpy as np
import pytest

from turia.gateway.connection import Connection
from turia.gateway.entrance import Entrance
from turia.gateway.house import House
from turia.gateway.log_limit import LimitedLog
from turia.gateway.outbox import Outbox
from turia.gateway.settings import GatewaySettings
from turia.gateway.tick_loop import TickLoop
from turia.protocol import limits
from turia.testing.event_house import split
from turia.testing.gateway_rig import NameTokens, PlainTickets
from turia.testing.manual_clock import ManualClock
from turia.testing.memory_transport import MemoryTransport
from turia.testing.still_space import StillSpace
from turia.world.space import Person


class MemoryLink:
    """What a connection did to its line."""

    def __init__(self, transport: MemoryTransport) -> None:
        self.transport = transport
        self.hung_up = False

    def hang_up(self) -> None:
        self.hung_up = True

    def abort(self) -> None:
        self.transport.abort()


class Inside:
    """A house with a tick loop; ``join`` brings people in, ``read`` shows what was written to them."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        space: Any = StillSpace()
        self.space = space
        log = LimitedLog(logging.getLogger("turia.gateway"), self.clock)
        self.house = House(self.space, capacity=64, clock=self.clock, rng=np.random.default_rng(1), log=log)
        settings = GatewaySettings(venue="v", capacity=64)
        self.entrance = Entrance(self.house, authenticator=NameTokens(), tickets=PlainTickets(), settings=settings)
        self.loop = TickLoop(self.house, self.entrance)
        self.transports: dict[Connection, MemoryTransport] = {}

    def connection(self) -> Connection:
        transport = MemoryTransport()
        now = self.clock.monotonic()
        outbox = Outbox(transport, self.house.dirty, self.house.held)
        connection = Connection(len(self.transports), "192.0.2.7", MemoryLink(transport), outbox, now)
        self.house.connections.add(connection)
        self.transports[connection] = transport
        return connection

    def join(self, name: str = "ana", tier: str = "full") -> Connection:
        connection = self.connection()
        person = Person(id=name, name=name)
        if tier == "companion":
            self.house.accompany(connection, person)
        else:
            entered = self.space.enter(person, tier=tier, tick=self.house.tick, rng=self.house.rng)
            self.house.seat(connection, person, entered.slot, tier)
        return connection

    def block(self, connection: Connection) -> None:
        """Its line holds bytes of an earlier write."""
        self.transports[connection].block()
        self.house.held.add(connection.outbox)

    def tick(self, count: int = 1, *, seconds: float = limits.TICK_MS / 1_000) -> None:
        for _ in range(count):
            self.clock.advance(seconds)
            self.loop.tick()

    def writes(self, connection: Connection) -> list[bytes]:
        transport = self.transports[connection]
        taken = list(transport.written)
        transport.written.clear()
        return taken

    def read(self, connection: Connection) -> list[Any]:
        """What was written since the last call: (event, payload), ("ack", answer), ("ping", None), ..."""
        return [_meaning(*frame) for frame in split(b"".join(self.writes(connection)))]


def _meaning(opcode: int, payload: bytes) -> Any:
    if opcode == 8:
        return ("close", int.from_bytes(payload[:2], "big"))
    if opcode == 1:
        return ("ping" if payload == b"2" else "text", None)
    packet = msgpack.unpackb(payload)
    if packet["type"] == 2:
        return tuple(packet["data"])
    if packet["type"] == 3:
        return ("ack", packet["data"][0])
    return ({0: "connect", 1: "disconnect", 4: "connect_error"}[packet["type"]], packet.get("data"))


@pytest.fixture
def inside() -> Inside:
    return Inside()
