"""Every event of the control plane: the one source of the wire types.

An event is a Socket.IO EVENT packet ``[name, payload]`` in msgpack; the payload is the map of one struct below (or a
binary frame of :mod:`turia.protocol.frames`). Commands carry a Socket.IO ack id and are answered by ``[answer]``: the
struct named in ``CLIENT_EVENTS[...].answer``, or :class:`Failure`. ``scripts/gen-protocol`` writes the TypeScript
types and ``docs/protocol.md`` from this file.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from turia.protocol import limits

Slot = Annotated[int, Meta(ge=0, le=limits.NO_SLOT)]
SeatIndex = Annotated[int, Meta(ge=0, le=limits.NO_SEAT)]
PersonId = Annotated[str, Meta(min_length=1, max_length=64, pattern="^[A-Za-z0-9_-]+$")]
PlaceId = Annotated[str, Meta(min_length=1, max_length=64, pattern="^[A-Za-z0-9_./-]+$")]
Small = Annotated[int, Meta(ge=0, le=255)]


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
    #: Indices of doors that are closed now.
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


# -- events of the server ------------------------------------------------------------------------


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
    #: speed, wall, door, zone, layer, seat
    reason: str


class Doors(Payload, frozen=True):
    """Which doors are closed (indices into venue.json's doors), whole."""

    closed: list[int]


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
}
