"""People connected in memory to an event: no sockets, a clock that stands still, ticks by hand, and a journal.

``put`` and ``write`` go through the journal, by commands that exist only while an EventHouse is open.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Final

import msgpack
import msgspec
import numpy as np

from turia.backbone.journal import Journal
from turia.event.all_commands import COMMANDS
from turia.event.commands import THE_SYSTEM, Actor, Answer, Asked, Command, Decision, Moment, decided
from turia.event.entries import EVENT, KINDS, Change, Entry, Value, delete, put
from turia.event.people import Notice
from turia.event.permissions import EVENT_SCOPE, Permission
from turia.event.reading import things_of
from turia.event.settings import Block
from turia.event.state import State
from turia.gateway import handlers
from turia.gateway.connection import Connection
from turia.gateway.doing import Doing
from turia.gateway.entrance import Entrance
from turia.gateway.house import House
from turia.gateway.log_limit import LimitedLog
from turia.gateway.outbox import Outbox
from turia.gateway.rooms import Rooms
from turia.gateway.settings import GatewaySettings
from turia.gateway.streams import Streams
from turia.gateway.tick_loop import TickLoop
from turia.protocol import codec, limits
from turia.protocol.messages import Place
from turia.store.memory import MemoryStore
from turia.testing.backbone import counted_ids, entries_of
from turia.testing.gateway_rig import NameTokens, PlainTickets
from turia.testing.manual_clock import ManualClock
from turia.testing.memory_transport import MemoryTransport
from turia.testing.still_space import StillSpace
from turia.world.rights import NOTHING
from turia.world.space import Person, Space

#: What a note is kept as: of blocks a fresh state holds all, of notices the newest.
NOTE_KINDS: Final[dict[str, type[Value]]] = {"block": Block, "notice": Notice}
PUT_NOTE: Final = "testing.put_note"
WRITE: Final = "testing.write"


class PutNote(Command, frozen=True):
    """``text`` "" deletes; ``times``: so many entries."""

    stream: str = EVENT
    kind: str = "block"
    key: str = "note"
    text: str = ""
    times: int = 1


class Noted(Answer, frozen=True):
    """Offset of the last entry."""

    offset: int


def _note(given: PutNote, text: str) -> Change:
    if not text:
        return delete(given.stream, NOTE_KINDS[given.kind], given.key)
    value: Value = Block(text, text) if given.kind == "block" else Notice("note", text)
    return put(given.stream, given.key, value)


def _put_note(state: State, given: PutNote, by: Actor, moment: Moment) -> Decision:
    del by, moment
    texts = [given.text] if given.times == 1 else [f"{given.text} {index}" for index in range(given.times)]
    offset = state.top(given.stream) + given.times
    return decided(*(_note(given, text) for text in texts), answer=Noted(offset))


class Write(Command, frozen=True):
    """Any changes."""

    changes: tuple[Any, ...]


def _write(state: State, given: Write, by: Actor, moment: Moment) -> Decision:
    del state, by, moment
    return decided(*given.changes)


class TestingCommands:
    """``with TestingCommands():`` they exist; notes are for everybody who may enter."""

    def __enter__(self) -> None:
        for name, payload, answer, permission, run in (
            (PUT_NOTE, PutNote, Noted, Permission.EVENT_ENTER, _put_note),
            (WRITE, Write, Answer, Permission.NOBODY, _write),
        ):
            COMMANDS[name] = Asked(name, payload, answer, permission, lambda _state, _given: EVENT_SCOPE, run, "")

    def __exit__(self, *_: object) -> None:
        del COMMANDS[PUT_NOTE], COMMANDS[WRITE]


class _Link:
    def __init__(self, transport: MemoryTransport) -> None:
        self.transport = transport
        self.hung_up = False

    def hang_up(self) -> None:
        self.hung_up = True

    def abort(self) -> None:
        self.transport.abort()


class EventHouse:
    """``async with EventHouse(put(...), ...) as house``; ``join`` brings people in, ``read`` shows what they got.

    With a ``space`` (capacity 64) its doors follow the event.
    """

    def __init__(
        self,
        *changes: Change,
        store: MemoryStore | None = None,
        space: Space | None = None,
        clock: ManualClock | None = None,
    ) -> None:
        self.clock = clock or ManualClock()
        self.store = store or MemoryStore()
        self._changes = changes
        self.journal = Journal(self.store, self.clock, counted_ids())
        around: Any = space or StillSpace()
        log = LimitedLog(logging.getLogger("turia.gateway"), self.clock)
        self.house = House(around, capacity=64, clock=self.clock, rng=np.random.default_rng(1), log=log)
        tokens = NameTokens()
        settings = GatewaySettings(venue="v", capacity=64)
        self.entrance = Entrance(self.house, authenticator=tokens, tickets=PlainTickets(), settings=settings)
        self.streams = self.house.streams = Streams(self.house, self.journal, tokens.actor_of)
        self.doing = self.house.doing = Doing(self.house, self.journal, tokens.actor_of)
        if space is not None:
            self.house.rooms = Rooms(self.house, self.journal)
        self.loop = TickLoop(self.house, self.entrance)
        self.transports: dict[Connection, MemoryTransport] = {}
        self._identifier = 0
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> EventHouse:
        await self.store.commit(entries_of(*self._changes), [])
        await self.journal.open()
        self._stack.push_async_callback(self.journal.close)
        self._stack.push_async_callback(self.streams.stop)
        self._stack.push_async_callback(self.doing.stop)
        self._stack.enter_context(TestingCommands())
        if self.house.rooms is not None:
            self.house.rooms.tick()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    # -- people ----------------------------------------------------------------------------------
    def join(self, name: str = "ana", tier: str = "companion", at: Place | None = None) -> Connection:
        """Somebody inside; companions have no avatar, and get nothing but what a test is about."""
        transport = MemoryTransport()
        outbox = Outbox(transport, self.house.dirty, self.house.held)
        connection = Connection(len(self.transports), "192.0.2.7", _Link(transport), outbox, self.clock.monotonic())
        self.house.connections.add(connection)
        self.transports[connection] = transport
        person = Person(id=name, name=name)
        if tier == "companion":
            self.house.accompany(connection, person)
        else:
            house = self.house
            granted = house.rooms.granted(name) if house.rooms else NOTHING
            entered = house.space.enter(person, tier=tier, tick=house.tick, resume=at, rng=house.rng, granted=granted)
            house.seat(connection, person, entered.slot, tier)
        return connection

    def emit(self, connection: Connection, event: str, payload: Any) -> int:
        """A message of a client; the id of its answer."""
        self._identifier += 1
        packet = {"type": 2, "data": [event, payload], "nsp": "/", "id": self._identifier}
        handlers.handle(self.house, connection, codec.decode_packet(msgpack.packb(packet)))
        return self._identifier

    def sub(self, connection: Connection, *streams: str | tuple[str, int, int]) -> int:
        """Subscribe: names, or (name, epoch, offset)."""
        points = [(each, 0, 0) if isinstance(each, str) else each for each in streams]
        rows = [{"stream": stream, "epoch": epoch, "offset": offset} for stream, epoch, offset in points]
        return self.emit(connection, "sub", {"streams": rows})

    # -- time ------------------------------------------------------------------------------------
    def tick(self, count: int = 1) -> None:
        """Let ticks pass."""
        for _ in range(count):
            self.clock.advance(limits.TICK_MS / 1_000)
            self.loop.tick()

    async def settle(self) -> None:
        """Let everything that was begun come to its end, or to where it waits, without letting time pass."""
        for _ in range(400):
            await asyncio.sleep(0)

    async def put(
        self, text: str, *, stream: str = EVENT, kind: str = "block", key: str = "note", times: int = 1
    ) -> int:
        """Write an entry (or ``times``) as the server; the offset of the last."""
        answer = await self.journal.do(PUT_NOTE, PutNote(stream, kind, key, text, times), THE_SYSTEM)
        assert isinstance(answer, Noted)
        return answer.offset

    async def write(self, *changes: Change) -> None:
        """Any changes, in one commit, as the server."""
        await self.journal.do(WRITE, Write(changes), THE_SYSTEM)

    async def do(self, name: str, by: Actor = THE_SYSTEM, **fields: Any) -> Any:
        """Any command, as if ``by`` had sent it; its answer."""
        return await self.journal.do(name, COMMANDS[name].payload(**fields), by)

    # -- looking ---------------------------------------------------------------------------------
    def read(self, connection: Connection) -> list[Any]:
        """What was written since the last call: (event, payload), ("ack", answer), ("close", code)."""
        transport = self.transports[connection]
        data = b"".join(transport.written)
        transport.written.clear()
        return [each for frame in split(data) if (each := _meaning(*frame)) is not None]

    def entries(self, stream: str = EVENT) -> list[Entry]:
        """All entries that are on disk."""
        return list(self.store.log.get(stream, []))

    def fresh_things(self, stream: str, kind: str) -> dict[str, tuple[int, Any]]:
        """(offset, value) by key of what a fresh state would hold of a kind, in order."""
        found = things_of(self.journal.state, stream)
        return {each.key: (each.offset, encoded(each.value)) for each in found if each.kind == kind}

    def all_things(self, stream: str, kind: str) -> dict[str, tuple[int, Any]]:
        """The same of everything that is so."""
        items = self.journal.state.items(stream, KINDS[kind])
        return {key: (item.offset, encoded(item.value)) for key, item in items.items()}


def split(data: bytes) -> list[tuple[int, bytes]]:
    """(opcode, payload) of every WebSocket frame of a server in ``data``."""
    found = []
    while data:
        length, head = data[1], 2
        if length == 126:
            length, head = int.from_bytes(data[2:4], "big"), 4
        elif length == 127:
            length, head = int.from_bytes(data[2:10], "big"), 10
        found.append((data[0] & 0x0F, data[head : head + length]))
        data = data[head + length :]
    return found


def _meaning(opcode: int, payload: bytes) -> Any:
    if opcode == 8:
        return ("close", int.from_bytes(payload[:2], "big"))
    if opcode == 1:
        return None
    packet = msgpack.unpackb(payload)
    if packet["type"] == 2:
        return tuple(packet["data"])
    return ("ack", packet["data"][0]) if packet["type"] == 3 else ("packet", packet["type"])


def offsets(frames: list[Any]) -> list[int]:
    """Offsets of all entries in what was read, in order."""
    return [row[0] for name, payload in frames if name == "entries" for row in payload["entries"]]


def things(frames: list[Any]) -> dict[tuple[str, str], Any]:
    """Values by (kind, key) of all pages in what was read."""
    return {(row[0], row[1]): row[5] for name, page in frames if name == "state" for row in page["things"]}


def encoded(value: Any) -> Any:
    """A value as it arrives."""
    return msgpack.unpackb(msgspec.msgpack.encode(value))
