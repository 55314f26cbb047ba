"""What the parts of the media plane share: connections, tracks, taps, figures; and the ways to end a line."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from turia.errors import ProtocolViolation, Refused
from turia.gateway.connection import Connection, State
from turia.gateway.house import House
from turia.gateway.log_limit import LimitedLog
from turia.gateway.media_connection import MediaConnection
from turia.gateway.media_ports import No, Relay, Rights, Tap
from turia.gateway.media_stats import MediaStats
from turia.gateway.media_tracks import Tracks
from turia.gateway.outbox import Outbox
from turia.media.meters import Pulse
from turia.protocol import limits
from turia.protocol.close_codes import CloseCode
from turia.protocol.media import TrackInfo
from turia.protocol.messages import Failure

NOWHERE = limits.NO_SLOT
#: Refusals that the staff can look at: as many of the whole venue.
_REFUSALS: Final = 200


class Refusal(NamedTuple):
    """Somebody was told that what he sends is not taken; ``at``: monotonic seconds."""

    at: float
    room: str
    person: str
    name: str
    source: str
    no: No


class MediaState:
    """``house`` is the venue's; ``viewers``: connections by their number, joined ones only."""

    def __init__(self, house: House, relay: Relay, rights: Rights, log: LimitedLog) -> None:
        self.house = house
        self.clock = house.clock
        self.rng = house.rng
        self.relay = relay
        self.rights = rights
        self.log = log
        self.stats = MediaStats()
        self.tracks = Tracks()
        self.dirty: list[Outbox] = []
        self.held: set[Outbox] = set()
        self.connections: set[MediaConnection] = set()
        self.viewers: dict[int, MediaConnection] = {}
        #: By the connection to the venue that it belongs to.
        self.by_venue: dict[Connection, MediaConnection] = {}
        self.by_person: dict[str, list[MediaConnection]] = {}
        #: Followers of each room, and rooms whose tracks changed since the last flush.
        self.followers: dict[str, set[MediaConnection]] = {}
        self.changed_rooms: set[str] = set()
        self.taps: dict[str, list[Tap]] = {}
        #: Whether frames are being written (which gives way to others now and then).
        self.flushing = False
        #: Those who may have bytes of the flush that is going on still to come, which they may not have any more.
        self.skip: set[int] = set()
        #: Whether a voice began since the voices were last looked at.
        self.spoke_up = False
        #: For the staff: what was refused lately, and how flushes go.
        self.refusals: deque[Refusal] = deque(maxlen=_REFUSALS)
        self.pulse = Pulse()
        #: What else is to be undone when a connection ends.
        self.on_release: list[Callable[[MediaConnection], None]] = []

    # -- where people are ------------------------------------------------------------------------
    def slot_of(self, person: str) -> int:
        """Somebody's slot, NO_SLOT without an avatar."""
        slot = self.house.space.slot_of(person)
        return NOWHERE if slot is None else slot

    def room_of(self, person: str) -> str:
        """The programme's room that somebody stands in; "" outside of rooms."""
        slot, rooms = self.house.space.slot_of(person), self.house.rooms
        return "" if slot is None or rooms is None else rooms.key_at(slot)

    def joined(self, connection: MediaConnection) -> None:
        """It stands for its person from now on."""
        person = connection.person
        assert person is not None
        connection.state = State.JOINED
        self.viewers[connection.number] = connection
        self.by_person.setdefault(person.id, []).append(connection)

    def everybody(self) -> Iterator[MediaConnection]:
        """All who joined."""
        return iter(list(self.viewers.values()))

    # -- taps ------------------------------------------------------------------------------------
    def tap(self, room: str, info: TrackInfo, data: bytes, now: float) -> None:
        """Hand a piece to whoever listens in a room."""
        for tap in self.taps.get(room, ()):
            try:
                tap.push(info, data, now)
            except Exception as error:  # a recorder's trouble must not reach the speaker
                self.log.error("a tap failed", room, error)

    # -- refusing and ending ---------------------------------------------------------------------
    def refuse(self, connection: MediaConnection, identifier: int | None, refused: Refused) -> None:
        """Answer a well-formed message that is not accepted; a strike."""
        if identifier is not None:
            connection.answer(identifier, Failure(code=refused.code, error=refused.message, retry=refused.retry))
        self.strike(connection, refused.code)

    def strike(self, connection: MediaConnection, code: str) -> None:
        """Too many of them within 10 s close the connection."""
        self.stats.refused += 1
        if connection.strikes.add(self.clock.monotonic()):
            self.log.warning("too many refused", f"{connection.address}: last was {code}")
            self.close(connection, CloseCode.TOO_MANY_REFUSED, retry_after=10.0)

    def violation(self, connection: MediaConnection, error: ProtocolViolation) -> None:
        """Bytes that no correct client sends: close at once, with the reason."""
        self.log.warning(f"protocol violation {error.code}", f"{connection.address}: {error.message}")
        self.close(connection, CloseCode(error.close_code))

    def close(self, connection: MediaConnection, code: CloseCode, retry_after: float | None = None) -> None:
        """Tell why and hang up."""
        if connection.state < State.CLOSING:
            self._count(connection, code)
            connection.close(code, retry_after)
            self.release(connection)

    def abort(self, connection: MediaConnection, code: CloseCode) -> None:
        """End a connection that takes no more bytes."""
        if connection.state < State.CLOSING:
            self._count(connection, code)
            connection.abort(code)
            self.release(connection)

    def depart(self, connection: MediaConnection) -> None:
        """The client said goodbye."""
        if connection.state < State.CLOSING:
            connection.state = State.CLOSING
            connection.outbox.flush_all()
            connection.link.hang_up()
            self.release(connection)

    def release(self, connection: MediaConnection) -> None:
        """It no longer stands for anybody: its tracks end, it follows nothing. Safe to call twice."""
        if self.viewers.pop(connection.number, None) is None:
            return
        for undo in self.on_release:
            undo(connection)
        self.relay.forget(connection.number)
        if connection.venue is not None and self.by_venue.get(connection.venue) is connection:
            del self.by_venue[connection.venue]
        connection.venue = None
        assert connection.person is not None
        mine = self.by_person[connection.person.id]
        mine.remove(connection)
        if not mine:
            del self.by_person[connection.person.id]

    def _count(self, connection: MediaConnection, code: CloseCode) -> None:
        counter = self.stats.turned_away if connection.state is State.OPEN else self.stats.closed
        counter[code.name] += 1
