"""Every event of the control plane: the one source of the wire types.

An event is a Socket.IO EVENT packet ``[name, payload]`` in msgpack; the payload is the map of one struct below (or a
binary frame of :mod:`turia.protocol.frames`). Commands carry a Socket.IO ack id and are answered by ``[answer]``: the
struct named in ``CLIENT_EVENTS[...].answer``, or :class:`Failure`. ``scripts/gen-protocol`` writes the TypeScript
types and ``docs/protocol.md`` from this file.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from turia.protocol import limits

Slot = Annotated[int, Meta(ge=0, le=limits.NO_SLOT)]
SeatIndex = Annotated[int, Meta(ge=0, le=limits.NO_SEAT)]
PersonId = Annotated[str, Meta(min_length=1, max_length=64, pattern="^[A-Za-z0-9_-]+$")]
PlaceId = Annotated[str, Meta(min_length=1, max_length=64, pattern="^[A-Za-z0-9_./-]+$")]
Small = Annotated[int, Meta(ge=0, le=255)]
StreamName = Annotated[str, Meta(min_length=1, max_length=limits.MAX_STREAM_CHARS, pattern="^[A-Za-z0-9_.:/-]+$")]
CommandName = Annotated[str, Meta(min_length=1, max_length=limits.MAX_NAME_OF_COMMAND)]
Mid = Annotated[str, Meta(min_length=8, max_length=64, pattern="^[A-Za-z0-9_-]+$")]
Offset = Annotated[int, Meta(ge=0, le=2**53 - 1)]


class Look(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """How an avatar looks: eight choices, each an index. Unknown indices are taken modulo the client's palette."""

    skin: Small = 0
    hair: Small = 0
    hair_colour: Small = 0
    top: Small = 0
    top_colour: Small = 0
    bottom_colour: Small = 0
    headwear: Small = 0
    build: Small = 0


class Payload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of every payload: unknown fields are refused."""


# -- connecting ----------------------------------------------------------------------------------


class Auth(Payload, frozen=True):
    """``auth`` of the Socket.IO CONNECT packet."""

    token: Annotated[str, Meta(max_length=2048)]
    protocol: int
    tier: Annotated[str, Meta(pattern="^(full|light|flat|companion)$")] = "full"
    #: Signed resume ticket from the last connection, if any.
    ticket: Annotated[str, Meta(max_length=2048)] | None = None
    #: Which program this is, for the logs: ``web/0.1.0``, ``bot/0.1.0``.
    client: Annotated[str, Meta(max_length=64)] = ""


class Place(Payload, frozen=True):
    """Where an avatar stands: metres, yaw in 256 steps a turn, walkable layer, seat or NO_SEAT."""

    x: float
    y: float
    z: float
    yaw: Small
    layer: Small
    seat: SeatIndex = limits.NO_SEAT


class Welcome(Payload, frozen=True):
    """First event after the connect: who and where you are."""

    slot: Slot
    person: PersonId
    name: str
    tier: str
    tick: int
    place: Place
    #: Whether the place comes from a resume ticket or a kept place (else: a spawn point).
    resumed: bool
    #: Identifies the venue bundle; another one than the client loaded means: reload.
    venue: str
    #: Indices of doors that are closed to you now.
    closed_doors: list[int]
    people: int
    capacity: int


class Failure(Payload, frozen=True):
    """Answer to a command that was refused; nothing changed."""

    code: str
    error: str
    retry: bool = False


class Done(Payload, frozen=True):
    """Answer to a command that has nothing to tell but that it is done."""

    ok: bool = True


# -- commands of the client ----------------------------------------------------------------------


class Sync(Payload, frozen=True):
    """Ask for the server's clock."""

    t: float


class SyncAnswer(Payload, frozen=True):
    """``t`` as sent; ``server_ms`` on the server's monotonic clock; ``tick`` that this belongs to."""

    t: float
    server_ms: float
    tick: int


class Sit(Payload, frozen=True):
    """Take a seat within reach (limits.SIT_REACH_M)."""

    seat: SeatIndex


class Stand(Payload, frozen=True):
    """Leave the seat."""


class Placed(Payload, frozen=True):
    """Where the server put you. ``seq`` is the last pose before it: later poses start from here."""

    place: Place
    seq: int


class Go(Payload, frozen=True):
    """Be taken to a person, a room, a stand or the entrance; exactly one of the two is given.

    ``place`` is the id of a room, stand, landmark or spawn of venue.json, or ``safe`` (the nearest spawn point).
    """

    person: PersonId | None = None
    place: PlaceId | None = None


class Ride(Payload, frozen=True):
    """Take a lift from one of its stops (within 3 m of it) to another one."""

    lift: PlaceId
    stop: Small


class SetLook(Payload, frozen=True):
    """Change one's own appearance."""

    look: Look


class SetTier(Payload, frozen=True):
    """Ask for more or less detail."""

    tier: Annotated[str, Meta(pattern="^(full|light|flat|companion)$")]


class Find(Payload, frozen=True):
    """A page of the directory: people whose name or affiliation holds every word of ``query``."""

    query: Annotated[str, Meta(max_length=limits.MAX_QUERY_CHARS)] = ""
    offset: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    limit: Annotated[int, Meta(ge=1, le=limits.PAGE_MAX)] = limits.PAGE_MAX


class PersonRow(Payload, frozen=True):
    """One person of the directory. ``room`` is the id of the room he is in ("" outdoors); ``metres`` from the asker."""

    person: PersonId
    slot: Slot
    name: str
    affiliation: str
    badge: str
    room: str
    metres: float


class People(Payload, frozen=True):
    """Answer to ``find``: rows in order of name, and how many there are in all."""

    rows: list[PersonRow]
    total: int
    offset: int


class Bye(Payload, frozen=True):
    """Leave the venue on purpose: the avatar goes at once, place and seat are not kept."""


# -- streams and commands of the event -----------------------------------------------------------


class StreamPoint(Payload, frozen=True):
    """A stream, and what the client holds of it: nothing (0, 0), or everything up to ``offset`` of ``epoch``."""

    stream: StreamName
    epoch: Offset = 0
    offset: Offset = 0


class Subscribe(Payload, frozen=True):
    """Follow streams. Also the way to fill a gap: say again what is held, and the missing entries come, or all anew."""

    streams: Annotated[list[StreamPoint], Meta(min_length=1, max_length=limits.MAX_SUBSCRIPTIONS)]


class StreamAnswer(Payload, frozen=True):
    """What became of one stream. ``how``: ``recovered`` (what was missing follows as ``entries``), ``fresh`` (not
    recovered: pages of ``state`` follow and replace everything), ``refused`` (``message`` says why)."""

    stream: str
    how: Annotated[str, Meta(pattern="^(recovered|fresh|refused)$")]
    message: str = ""


class Subscribed(Payload, frozen=True):
    """Answer to ``sub``, in the order asked for; frames of these streams come after it."""

    streams: list[StreamAnswer]


class Unsubscribe(Payload, frozen=True):
    """Follow these streams no longer."""

    streams: Annotated[list[StreamName], Meta(min_length=1, max_length=limits.MAX_SUBSCRIPTIONS)]


class Do(Payload, frozen=True):
    """A command of the event (docs/events.md). ``mid``: made by the client, new for each command, the same when it is
    sent again: the answer is then the same, and there is no second effect. Answered when it is saved."""

    name: CommandName
    mid: Mid
    body: msgspec.Raw = msgspec.Raw(b"\x80")


class Ask(Payload, frozen=True):
    """A query of the event (docs/events.md)."""

    name: CommandName
    body: msgspec.Raw = msgspec.Raw(b"\x80")


class EventAnswer(Payload, frozen=True):
    """Answer to ``do`` and ``ask``: never before the entries that it speaks of."""

    answer: Any


# -- events of the server ------------------------------------------------------------------------


class StreamThing(msgspec.Struct, frozen=True, array_like=True):
    """One thing of a fresh state: its last entry. ``at``: milliseconds UTC; ``actor``: a person or ``system``."""

    kind: str
    key: str
    offset: int
    at: int
    actor: str
    value: Any


class StreamEntry(msgspec.Struct, frozen=True, array_like=True):
    """One entry of a stream: a thing was put, or deleted (``value`` null)."""

    offset: int
    at: int
    actor: str
    kind: str
    key: str
    value: Any


class StatePage(Payload, frozen=True):
    """A page of a stream's fresh state as it was at offset ``top``. Pages of one state follow each other from ``first``
    to ``last``; only then do they replace what the client held. Entries up to ``top`` may follow: they are in it."""

    stream: str
    epoch: int
    top: int
    first: bool
    last: bool
    things: list[StreamThing]


class Entries(Payload, frozen=True):
    """Entries of one stream in order, without gaps: at most one frame a stream and tick, the same for everybody.

    Offsets that the client has already are skipped; a gap is filled by subscribing again.
    """

    stream: str
    epoch: int
    entries: list[StreamEntry]


class Unsubscribed(Payload, frozen=True):
    """The server stopped sending a stream: it is not for this person any more. What was received is to be forgotten."""

    stream: str
    reason: str
    message: str


class RoomNow(msgspec.Struct, frozen=True, array_like=True):
    """A room at this moment. ``capacity`` 0: no limit; ``full``: no place for people without one of their own.
    ``door``: a door policy; ``session``, ``phase``, ``next``: what is on, and what comes, "" for nothing."""

    room: str
    inside: int
    capacity: int
    full: bool
    door: str
    session: str
    phase: str
    next: str


class Rooms(Payload, frozen=True):
    """Rooms of the programme as they are now: all of them on arrival (``whole``), later those that changed."""

    whole: bool
    rooms: list[RoomNow]


class Introduction(msgspec.Struct, frozen=True, array_like=True):
    """Who is behind a slot: sent once, when somebody first enters the interest set, and when it changes."""

    slot: int
    revision: int
    person: str
    name: str
    affiliation: str
    badge: str
    look: Look


class Who(Payload, frozen=True):
    """Introductions of slots, always before the snapshot that mentions them."""

    people: list[Introduction]


class Fix(Payload, frozen=True):
    """A pose was wrong: continue from here. ``seq`` is the refused pose; earlier unacknowledged poses are void."""

    seq: int
    place: Place
    #: speed, wall, door (or a room one may not enter), zone, layer, full (of the room), led_out
    reason: str


class Doors(Payload, frozen=True):
    """Which doors are closed to you (indices into venue.json's doors), whole: nobody is kept from leaving a room.
    ``zones``: those of its zones that you may not walk in (stages, places of the staff)."""

    closed: list[int]
    zones: list[int]


class Ticket(Payload, frozen=True):
    """Keep it and send it as ``auth.ticket`` when coming back: place and seat survive even a restart of the server."""

    ticket: str


class TierNotice(Payload, frozen=True):
    """The server changed the tier (the line does not keep up, or it recovered)."""

    tier: str
    reason: str


class Notice(Payload, frozen=True):
    """A sentence for the person."""

    code: str
    message: str


class Closing(Payload, frozen=True):
    """Sent before the server closes: see :mod:`turia.protocol.close_codes`."""

    code: int
    reason: str
    message: str
    retry_after: float | None = None


class ClientEvent(msgspec.Struct, frozen=True):
    """How an event of the client is taken: its payload, answer and rate."""

    payload: type[Payload]
    answer: type[Payload]
    per_second: float = limits.COMMAND_RATE_LIMIT
    burst: int = limits.COMMAND_BURST


#: The allow-list: any other event closes the connection. The binary pose event ``p`` stands beside it.
CLIENT_EVENTS: Final[dict[str, ClientEvent]] = {
    "sync": ClientEvent(Sync, SyncAnswer, per_second=2, burst=10),
    "sit": ClientEvent(Sit, Placed),
    "stand": ClientEvent(Stand, Placed),
    "go": ClientEvent(Go, Placed, per_second=2, burst=6),
    "ride": ClientEvent(Ride, Placed, per_second=2, burst=6),
    "look": ClientEvent(SetLook, Done, per_second=1, burst=10),
    "tier": ClientEvent(SetTier, Done, per_second=1, burst=5),
    "find": ClientEvent(Find, People, per_second=4, burst=12),
    "bye": ClientEvent(Bye, Done),
    "sub": ClientEvent(Subscribe, Subscribed, per_second=4, burst=16),
    "unsub": ClientEvent(Unsubscribe, Done, per_second=4, burst=32),
    "do": ClientEvent(Do, EventAnswer, per_second=10, burst=30),
    "ask": ClientEvent(Ask, EventAnswer, per_second=5, burst=20),
}

SERVER_EVENTS: Final[dict[str, type[Payload]]] = {
    "welcome": Welcome,
    "who": Who,
    "fix": Fix,
    "doors": Doors,
    "ticket": Ticket,
    "tier": TierNotice,
    "notice": Notice,
    "closing": Closing,
    "state": StatePage,
    "entries": Entries,
    "unsubscribed": Unsubscribed,
    "rooms": Rooms,
}
