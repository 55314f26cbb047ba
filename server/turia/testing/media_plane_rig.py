"""A media plane beside a gateway, with rights that a test decides: over sockets (MediaRig) or all in memory (Plane)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Iterable
from types import TracebackType
from typing import Any, Final

import msgpack
import numpy as np
from aiohttp import web

from turia.gateway.connection import Connection
from turia.gateway.gateway import Gateway
from turia.gateway.house import House
from turia.gateway.log_limit import LimitedLog
from turia.gateway.media_connection import MediaConnection
from turia.gateway.media_frames import on_the_line
from turia.gateway.media_plane import MediaPlane
from turia.gateway.media_ports import Audibility, Changed, No, Relay, Rights
from turia.gateway.media_state import MediaState
from turia.gateway.outbox import Outbox
from turia.gateway.settings import GatewaySettings
from turia.media import relay as relays
from turia.protocol.close_codes import CloseCode
from turia.protocol.media import MEDIA_PATH, Head, flags, read_head, write_head
from turia.protocol.messages import Auth
from turia.testing.event_house import split
from turia.testing.gateway_rig import NameTokens, Rig
from turia.testing.manual_clock import ManualClock
from turia.testing.memory_transport import MemoryTransport
from turia.testing.still_space import StillSpace
from turia.testing.wire import WireClient
from turia.world.space import Person

MEDIA_URL = f"{MEDIA_PATH}?EIO=4&transport=websocket"


class FreeRights:
    """Everybody may everything, but for what a test forbids: ``silence(person)``, ``keep_out(person, room)``, ..."""

    MUTED: Final = No("muted", "You were muted.")

    def __init__(self) -> None:
        self.no_sending: dict[tuple[str, str], No] = {}
        self.no_watching: dict[tuple[str, str], No] = {}
        #: Rooms that are watched by those who stand in them.
        self.only_inside: set[str] = set()
        self.no_captions: dict[str, No] = {}
        self.loud: set[tuple[str, str]] = set()
        self.change_in: float | None = None
        #: Room -> who has the slides in hand.
        self.presenters: dict[str, str] = {}
        self.asked = 0
        self._listeners: list[Callable[[Changed], None]] = []

    def may_send(self, person: str, source: str, room: str, session: str) -> No | None:  # noqa: ARG002
        """See Rights."""
        self.asked += 1
        return self.no_sending.get((person, source))

    def may_watch(self, person: str, room: str, *, inside: bool) -> No | None:
        """See Rights."""
        if room in self.only_inside and not inside:
            return No("locked", "This room is locked.")
        return self.no_watching.get((person, room))

    def carries(self, person: str, room: str) -> bool:
        """See Rights."""
        return (person, room) in self.loud

    def may_caption(self, person: str, room: str, session: str, source: str) -> No | None:  # noqa: ARG002
        """See Rights."""
        return self.no_captions.get(person)

    def may_point(self, person: str, room: str) -> No | None:
        """See Rights."""
        return None if self.presenters.get(room) == person else No("not_presenter", "Take the slides over first.")

    def changes_in(self, person: str, room: str) -> float | None:  # noqa: ARG002
        """See Rights."""
        return self.change_in

    def listen(self, heard: Callable[[Changed], None]) -> Callable[[], None]:
        """See Rights."""
        self._listeners.append(heard)
        return lambda: self._listeners.remove(heard)

    def tell(self, *, everything: bool = False, rooms: Iterable[str] = (), people: Iterable[str] = ()) -> None:
        """The event changed."""
        for heard in list(self._listeners):
            heard(Changed(everything, frozenset(rooms), frozenset(people)))

    def mute(self, person: str, source: str) -> None:
        """Somebody may not send from a source any more; the event says so."""
        self.no_sending[person, source] = self.MUTED
        self.tell(people=[person])

    def keep_out(self, person: str, room: str) -> None:
        """Somebody may not watch a room any more; the event says so."""
        self.no_watching[person, room] = No("locked", "This room is locked.")
        self.tell(rooms=[room])


def piece(track: int, group: int = 0, frame: int = 0, payload: bytes = b"x" * 50, **more: Any) -> bytes:
    """A whole frame in one piece: a key frame when it is the first of its group."""
    head = {
        "track": track,
        "flags": flags(key=frame == 0),
        "piece": 0,
        "pieces": 1,
        "level": 0,
        "duration": 0,
        "group": group,
        "frame": frame,
        "time": (group * 1_000 + frame) * 20_000,
        **more,
    }
    return write_head(Head(**head)) + payload


def event(name: str, payload: Any, identifier: int | None = None) -> bytes:
    """A Socket.IO event as python-socketio packs it."""
    packet = {"type": 2, "data": [name, payload], "nsp": "/"}
    return bytes(msgpack.packb(packet if identifier is None else {**packet, "id": identifier}))


class MediaRig(Rig):
    """``async with MediaRig() as rig``: gateway and media plane on one port; flushes by hand unless told otherwise."""

    def __init__(
        self,
        space: Any = None,
        *,
        rights: FreeRights | None = None,
        audibility: Audibility | None = None,
        run_flushes: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(space, **options)
        self.rights = rights or FreeRights()
        self.media = plane_of(self.gateway, self.rights, self.settings, audibility)
        self._run_flushes = run_flushes

    def add_to(self, app: web.Application) -> None:
        """See Rig."""
        super().add_to(app)
        self.media.attach(app)

    async def __aenter__(self) -> MediaRig:
        await super().__aenter__()
        await self.media.start(run=self._run_flushes)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self.clients:
            await client.close()
        await self.media.stop()
        await super().__aexit__(kind, error, trace)

    async def join_media(self, person: str = "ana", **auth: Any) -> WireClient:
        """A media connection of somebody who is inside: CONNECT answered."""
        client = await self.open(path=MEDIA_URL)
        client.connect(token=person, **auth)
        packet = await client.packet()
        if packet["type"] != 0:
            raise ConnectionRefusedError(packet["data"])
        return client

    async def ask(self, client: WireClient, name: str, payload: Any, identifier: int = 1) -> Any:
        """A command and its answer; answers leave with a flush."""
        client.emit(name, payload, identifier=identifier)
        answer = asyncio.ensure_future(client.answer(identifier))
        while not answer.done():
            await self.media.flush()
            await asyncio.wait([answer], timeout=0.01)
        return answer.result()


def plane_of(
    gateway: Gateway, rights: FreeRights, settings: GatewaySettings, audibility: Audibility | None = None
) -> MediaPlane:
    """A media plane on the real relay."""
    return MediaPlane(
        gateway.house,
        relay=relays.Relay(on_the_line),
        rights=rights,
        authenticator=NameTokens(),
        settings=settings,
        audibility=audibility,
    )


class MemoryLink:
    """What a connection did to its line."""

    def __init__(self, transport: MemoryTransport) -> None:
        self.transport = transport
        self.hung_up = False

    def hang_up(self) -> None:
        """See Link."""
        self.hung_up = True

    def abort(self) -> None:
        """See Link."""
        self.transport.abort()


class _Request(dict[Any, Any]):
    """As much of a request as the entrance reads."""

    def __init__(self, headers: dict[str, str], address: str) -> None:
        super().__init__()
        self.headers = headers
        self.host = "venue.example"
        self.transport = None
        self.remote = address


class _Rooms:
    """As much of :class:`turia.gateway.rooms.Rooms` as the media plane asks."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane

    def key_at(self, slot: int) -> str:
        """See Rooms."""
        return self._plane.standing.get(self._plane.space.people[slot].id, "")


class Plane:
    """A media plane without sockets: ``enter`` and ``join`` bring people in, ``read`` shows what they were written."""

    def __init__(
        self,
        *,
        relay: Relay | None = None,
        rights: Rights | None = None,
        audibility: Audibility | None = None,
        clock: ManualClock | None = None,
        **settings: Any,
    ) -> None:
        self.clock = clock or ManualClock()
        space: Any = StillSpace()
        self.space = space
        log = LimitedLog(logging.getLogger("turia.gateway"), self.clock)
        self.house = House(self.space, capacity=64, clock=self.clock, rng=np.random.default_rng(1), log=log)
        #: The room that people stand in.
        self.standing: dict[str, str] = {}
        rooms: Any = _Rooms(self)
        self.house.rooms = rooms
        #: Those that count unless others were given.
        self.rights = FreeRights()
        self.media = MediaPlane(
            self.house,
            relay=relay if relay is not None else relays.Relay(on_the_line),
            rights=rights if rights is not None else self.rights,
            authenticator=NameTokens(),
            settings=GatewaySettings(**{"venue": "v", "capacity": 64, **settings}),
            audibility=audibility,
        )
        self.transports: dict[Connection, MemoryTransport] = {}
        self._asked = 0

    @property
    def state(self) -> MediaState:
        """What the parts of the plane share."""
        return self.media._plane

    def relay_figures(self) -> relays.Figures:
        """What the (real) relay says of itself."""
        relay: Any = self.state.relay
        figures: relays.Figures = relay.figures()
        return figures

    # -- people ----------------------------------------------------------------------------------
    def enter(self, name: str = "ana", tier: str = "full") -> Connection:
        """Somebody is in the venue."""
        transport = MemoryTransport()
        outbox = Outbox(transport, self.house.dirty, self.house.held)
        now = self.clock.monotonic()
        venue = Connection(len(self.transports), "192.0.2.7", MemoryLink(transport), outbox, now)
        self.house.connections.add(venue)
        self.transports[venue] = transport
        person = Person(id=name, name=name)
        if tier == "companion":
            self.house.accompany(venue, person)
            return venue
        entered = self.space.enter(person, tier=tier, tick=0, rng=self.house.rng)
        older = self.house.by_person.get(name)
        if older is not None:
            self.house.forget_slot(entered.slot)
            self.house.close(older, CloseCode.REPLACED)
        self.house.seat(venue, person, entered.slot, tier)
        return venue

    def open(self, headers: dict[str, str] | None = None, address: str = "192.0.2.7") -> MediaConnection:
        """A media connection that has not said who it is."""
        transport = MemoryTransport()
        request: Any = _Request(headers or {}, address)
        link: Any = MemoryLink(transport)
        connection = self.media.opened(request, link, transport)
        self.transports[connection] = transport
        return connection

    def join(self, name: str = "ana", *, tier: str = "full") -> MediaConnection:
        """Somebody's media connection; he is brought inside if he is not."""
        if name not in self.house.by_person and tier != "companion":
            self.enter(name)
        connection = self.open()
        self.media.join(connection, Auth(token=name, protocol=1, tier=tier))
        return connection

    # -- talking ---------------------------------------------------------------------------------
    def ask(self, connection: MediaConnection, name: str, payload: Any) -> Any:
        """The answer to a command (a dict as it travels), which waits in the outbox."""
        self._asked += 1
        before = len(connection.outbox.pending)
        self.media.message(connection, event(name, payload, self._asked))
        for frame in connection.outbox.pending[before:]:
            packet = msgpack.unpackb(split(frame)[0][1])
            if packet["type"] == 3 and packet["id"] == self._asked:
                return packet["data"][0]
        raise AssertionError(f"no answer to {name}")

    def publish(self, connection: MediaConnection, source: str = "camera", **more: Any) -> int:
        """The number of a new track."""
        audio = more.get("media", "video" if source in ("camera", "screen", "film", "echo") else "audio") == "audio"
        basics: dict[str, Any] = {
            "source": source,
            "media": "audio" if audio else "video",
            "codec": "opus" if audio else "vp8",
        }
        if source not in ("voice", "echo"):
            basics |= {"room": "hall", "session": "s-1"}
        return int(self.ask(connection, "publish", basics | more)["track"])

    def watch(self, connection: MediaConnection, *tracks: int, room: str = "hall") -> Any:
        """Follow a room and want these tracks."""
        self.ask(connection, "follow", {"rooms": [room]})
        return self.ask(connection, "want", {"tracks": [[track, 3] for track in tracks]})

    def send(self, connection: MediaConnection, data: bytes) -> None:
        """A frame, as python-socketio sends it."""
        self.media.message(connection, event("m", data))

    # -- time ------------------------------------------------------------------------------------
    def flush(self, count: int = 1, *, seconds: float = 0.02) -> None:
        """Flushes with time between them."""
        for _ in range(count):
            self.clock.advance(seconds)
            drive(self.media.flush())

    def read(self, connection: Connection) -> list[Any]:
        """What was written since the last call: (event, payload), ("m", head, payload), ("ack", answer), ..."""
        transport = self.transports[connection]
        written = b"".join(transport.written)
        transport.written.clear()
        return [_meaning(*each) for each in split(written)]

    def frames(self, connection: Connection) -> list[tuple[int, int, int]]:
        """(track, group, frame) of what was written since the last call."""
        heads = [each[1] for each in self.read(connection) if each[0] == "m"]
        return [(head.track, head.group, head.frame) for head in heads]


def drive(work: Coroutine[Any, Any, None]) -> None:
    """Run to its end what only lets others run now and then; nobody else does here."""
    with contextlib.suppress(StopIteration):
        while True:
            work.send(None)


def _meaning(opcode: int, payload: bytes) -> Any:
    if opcode == 8:
        return ("close", int.from_bytes(payload[:2], "big"))
    if opcode == 1:
        return ("ping" if payload == b"2" else "text", None)
    packet = msgpack.unpackb(payload)
    if packet["type"] == 2 and packet["data"][0] == "m":
        return ("m", read_head(packet["data"][1]), packet["data"][1][20:])
    if packet["type"] == 2:
        return tuple(packet["data"])
    if packet["type"] == 3:
        return ("ack", packet["data"][0])
    return ({0: "connect", 1: "disconnect", 4: "connect_error"}[packet["type"]], packet.get("data"))
