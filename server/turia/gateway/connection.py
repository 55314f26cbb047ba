"""One connection of a person: who he is, what he may send, how it ends. The line itself is a :class:`Link`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import ClassVar, Final, Protocol

from turia.gateway import ws_frames
from turia.gateway.outbox import Outbox
from turia.gateway.rates import Bucket, Strikes
from turia.protocol import codec, limits
from turia.protocol.close_codes import SENTENCES, CloseCode
from turia.protocol.messages import CLIENT_EVENTS, ClientEvent, Closing, Payload
from turia.world.space import Person

NO_SLOT: Final = -1
TIERS: Final = ("flat", "light", "full")
COMPANION: Final = "companion"
#: From here on a code tells clients to stop.
_STOP: Final = 4200
#: Deadlines are looked at once a second, at times that differ by less than this from a whole number of seconds.
_HALF_TURN_S: Final = 0.5


class State(IntEnum):
    """Only forward: OPEN -> JOINED -> CLOSING -> GONE (any of the first two may be skipped)."""

    OPEN = 0
    JOINED = 1
    CLOSING = 2
    GONE = 3


class Link(Protocol):
    """The line under a connection."""

    def hang_up(self) -> None:
        """Send what was written, then close; abort if the other end does not take it within a second."""
        ...

    def abort(self) -> None:
        """Close at once; what was written may be lost."""
        ...


class Connection:
    """State of one connection; methods write to its outbox and never wait."""

    #: What it may send, and how often.
    EVENTS: ClassVar[Mapping[str, ClientEvent]] = CLIENT_EVENTS

    __slots__ = (
        "address",
        "asked_tier",
        "buckets",
        "close_code",
        "link",
        "number",
        "opened_at",
        "outbox",
        "person",
        "pinged_at",
        "ponged",
        "refusal",
        "resumed",
        "round_trip",
        "slot",
        "state",
        "strikes",
        "tier",
    )

    def __init__(self, number: int, address: str, link: Link, outbox: Outbox, now: float) -> None:
        self.number = number
        self.address = address
        self.link = link
        self.outbox = outbox
        self.opened_at = now
        self.pinged_at = now
        self.ponged = True
        #: Seconds, the least of what was measured; None before the first measurement.
        self.round_trip: float | None = None
        self.state = State.OPEN
        #: Decided before anything was read (address, origin): the answer to CONNECT.
        self.refusal: CloseCode | None = None
        self.close_code: CloseCode | None = None
        self.person: Person | None = None
        self.slot = NO_SLOT
        #: Whether the avatar stood here before (a kept place or a resume ticket).
        self.resumed = False
        self.tier = ""
        self.asked_tier = ""
        self.strikes = Strikes()
        self.buckets: dict[str, Bucket] = {}

    @property
    def companion(self) -> bool:
        """Whether this is a second screen without an avatar."""
        return self.tier == COMPANION

    # -- sending ---------------------------------------------------------------------------------
    def send(self, event: str, payload: Payload) -> None:
        """Queue an event on the reliable lane."""
        self.send_packet(codec.encode_event(event, payload))

    def answer(self, identifier: int, payload: Payload) -> None:
        """Queue the answer to a command on the reliable lane: never before the entries it speaks of."""
        self.send_packet(codec.encode_ack(identifier, payload))

    def send_packet(self, packet: bytes) -> None:
        """Queue an encoded packet (many connections may share one)."""
        self.send_frame(ws_frames.binary(packet))

    def send_frame(self, frame: bytes) -> None:
        """Queue a whole WebSocket frame; nothing happens when the connection is ending."""
        if self.state < State.CLOSING:
            self.outbox.put(frame)

    # -- receiving -------------------------------------------------------------------------------
    def may(self, command: str, now: float) -> bool:
        """Whether one more ``command`` is within its rate."""
        bucket = self.buckets.get(command)
        if bucket is None:
            rate = self.EVENTS[command]
            bucket = self.buckets[command] = Bucket(rate.per_second, rate.burst, now)
        return bucket.take(now)

    def pong(self, now: float) -> None:
        """The answer to a ping arrived."""
        if not self.ponged:
            self.ponged = True
            self.measured(now - self.pinged_at)

    def measured(self, seconds: float) -> None:
        """One round trip took so long. The least counts: a full buffer makes trips longer, not the line."""
        self.round_trip = seconds if self.round_trip is None else min(self.round_trip, seconds)

    def ping(self, now: float) -> None:
        """Ask for a sign of life."""
        self.pinged_at = now
        self.ponged = False
        self.send_frame(ws_frames.PING)

    def ping_due(self, now: float) -> bool:
        """Whether it is time for the next ping."""
        return self.ponged and now - self.pinged_at >= limits.PING_INTERVAL_S - _HALF_TURN_S

    def ping_missed(self, now: float) -> bool:
        """Whether the last ping was not answered in time."""
        return not self.ponged and now - self.pinged_at >= limits.PING_TIMEOUT_S - _HALF_TURN_S

    def join_missed(self, now: float) -> bool:
        """Whether the deadline for an authenticated join has passed."""
        return self.state is State.OPEN and now - self.opened_at >= limits.JOIN_DEADLINE_S - _HALF_TURN_S

    # -- ending ----------------------------------------------------------------------------------
    def close(self, code: CloseCode, retry_after: float | None = None) -> None:
        """Say why, then hang up. Before the join the reason is a CONNECT_ERROR, which stock clients report as such."""
        if self.state >= State.CLOSING:
            return
        reason = closing(code, retry_after)
        if self.state is State.OPEN:
            self.send_packet(codec.encode_connect_error(reason.message, reason))
        else:
            self.send("closing", reason)
            if code >= _STOP:
                self.send_packet(codec.encode_disconnect())
        self.send_frame(ws_frames.close(code, reason.reason))
        self.state = State.CLOSING
        self.close_code = code
        self.outbox.flush_all()
        self.link.hang_up()

    def abort(self, code: CloseCode) -> None:
        """End it without a word: the line takes none. The reason is told when the person comes back."""
        if self.state >= State.CLOSING:
            return
        self.state = State.CLOSING
        self.close_code = code
        self.outbox.drop()
        self.link.abort()


def closing(code: CloseCode, retry_after: float | None = None) -> Closing:
    """The payload that tells why."""
    return Closing(code=int(code), reason=code.name, message=SENTENCES[code], retry_after=retry_after)
