"""The façade of the world core: one continuous space, its people, and what each client is told a tick.

Pure: no clock, no sockets, no randomness. Ticks are integers given by the caller; random generators are arguments.
The gateway calls the phases in this order every tick::

    ingest -> move -> expire -> refresh -> select -> pack      (then the gateway flushes)
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from turia.protocol.messages import Introduction, Look, People, Place
from turia.world.layout import Layout
from turia.world.walkable import WalkField

I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]
Bool = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Person:
    """Who stands behind an avatar. ``id`` is public and unguessable (128 bits); ``badge`` is "" or speaker, staff, ..."""

    id: str
    name: str
    affiliation: str = ""
    badge: str = ""
    look: Look = Look()


@dataclass(frozen=True, slots=True)
class Entered:
    """Result of :meth:`Space.enter`. ``replaced``: the person was already inside with a connection that must now close."""

    slot: int
    place: Place
    resumed: bool
    replaced: bool


@dataclass(frozen=True, slots=True)
class Correction:
    """A refused pose of ``slot``: becomes a ``fix`` event."""

    slot: int
    seq: int
    place: Place
    reason: str


@dataclass(frozen=True, slots=True)
class Packed:
    """Snapshots of one tick, all in one buffer.

    ``buffer``: uint8 (bytes,), writable. Body i is ``buffer[start[i] : start[i] + length[i]]`` for client slot
    ``slots[i]``, with ``head`` writable bytes before it and ``tail`` after it that belong to body i alone, for framing.
    ``introductions[i]`` are slots whose ``who`` must be written before body i (an empty tuple nearly always).
    """

    buffer: U8
    slots: I32
    start: I32
    length: I32
    introductions: dict[int, list[Introduction]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CrowdFrame:
    """One crowd body for all clients in ``slots`` (the people of one part of the space that see each other)."""

    body: bytes
    slots: I32


class Space:
    """One continuous space. See the module for the order of calls; ``tick`` counts up by one a call round.

    Parameters: ``layout`` and ``walk`` describe the building; ``capacity`` bounds people (slots), at most
    ``limits.MAX_SLOTS``. All arguments that are slots are int32 arrays of distinct slots in use.
    """

    def __init__(self, layout: Layout, walk: WalkField, *, capacity: int) -> None:
        raise NotImplementedError

    # -- coming and going ------------------------------------------------------------------------
    def enter(
        self,
        person: Person,
        *,
        tier: str,
        tick: int,
        resume: Place | None = None,
        rng: np.random.Generator,
        over_capacity: bool = False,
    ) -> Entered:
        """Give ``person`` an avatar, or hand over the one he has (kept place, or another live connection: ``replaced``).

        Order of preference of the place: the kept place, ``resume`` (from a verified ticket; taken if walkable and, for
        a seat, free), a spawn point. Raises Refused("full", retry=True) when no slot is left.
        """
        raise NotImplementedError

    def detach(self, slot: int, tick: int) -> None:
        """The connection is gone without a goodbye: hidden after HIDE_AFTER_S, place kept for KEEP_PLACE_S."""
        raise NotImplementedError

    def leave(self, slot: int) -> None:
        """The person left on purpose: avatar, seat and slot are free at once."""
        raise NotImplementedError

    # -- commands (synchronous, validated; raise Refused and change nothing) -----------------------
    def sit(self, slot: int, seat: int) -> Place:
        """Take a seat: within SIT_REACH_M, in a room one may enter, free. codes: seat_taken, too_far, no_seat."""
        raise NotImplementedError

    def stand(self, slot: int) -> Place:
        """Leave the seat, to the walkable place before it."""
        raise NotImplementedError

    def go(self, slot: int, *, person: str | None, place: str | None, rng: np.random.Generator) -> Place:
        """Be taken to a person (1.2 m before him), a named place, or ``safe``. codes: not_here, closed, no_place."""
        raise NotImplementedError

    def ride(self, slot: int, lift: str, stop: int) -> Place:
        """Take a lift. codes: no_lift, too_far."""
        raise NotImplementedError

    def set_look(self, slot: int, look: Look) -> None:
        """New appearance; everyone who knows the slot is introduced again."""
        raise NotImplementedError

    def set_tier(self, slot: int, tier: str) -> None:
        """Other detail for this client from the next select on."""
        raise NotImplementedError

    def set_speaking(self, slot: int, speaking: bool) -> None:
        """Server-owned state bit."""
        raise NotImplementedError

    def set_heroes(self, slots: I32) -> None:
        """People on stage or with the microphone: in every interest set of their room (stewards nearby are found by badge)."""
        raise NotImplementedError

    def set_doors(self, closed: set[int]) -> bool:
        """Which doors are closed now; True if that changed anything."""
        raise NotImplementedError

    def grant(self, slot: int, *, zones: frozenset[int], doors: frozenset[int]) -> None:
        """Rights of a person: zones of kind stage and staff he may walk on, doors that open for him though closed."""
        raise NotImplementedError

    def directory(self, slot: int, query: str, offset: int, limit: int) -> People:
        """A page of people, without hidden ones; people behind closed doors are listed without room for those outside."""
        raise NotImplementedError

    def place_of(self, slot: int) -> Place:
        """The authoritative place (for tickets)."""
        raise NotImplementedError

    def slot_of(self, person: str) -> int | None:
        """Slot of a person who is inside."""
        raise NotImplementedError

    def person_of(self, slot: int) -> Person:
        """Who stands behind a slot in use."""
        raise NotImplementedError

    def population(self) -> int:
        """People inside, kept places included."""
        raise NotImplementedError

    # -- the tick ----------------------------------------------------------------------------------
    def ingest(self, slots: I32, poses: NDArray[np.void]) -> None:
        """Poses (dtype frames.POSE) received since the last tick: the newest of each slot, in any order.

        Also counts as contact. Called once a tick with arrays, never per message.
        """
        raise NotImplementedError

    def contact(self, slots: I32, tick: int) -> None:
        """Signs of life other than poses (pongs)."""
        raise NotImplementedError

    def move(self, tick: int) -> list[Correction]:
        """Check the ingested poses (speed, swept walk, doors, zones) and take the right ones."""
        raise NotImplementedError

    def expire(self, tick: int) -> list[int]:
        """Hide people without contact and free slots whose place is no longer kept; the freed slots."""
        raise NotImplementedError

    def refresh(self, tick: int) -> None:
        """Interest sets of a quarter of the clients (all within 4 ticks), and of those who just entered."""
        raise NotImplementedError

    def select_and_pack(self, tick: int, ready: Bool, *, head: int, tail: int) -> Packed:
        """Snapshots for clients that are due by their tier and ``ready`` (bool by slot, shape (capacity,)).

        What is packed counts as written: pass ``ready`` False for a client whose line is behind. A client whose
        snapshot would be empty still gets the bare header at least every 5 ticks (20 Hz: 4 a second) for its clock.
        """
        raise NotImplementedError

    def crowd(self, tick: int) -> list[CrowdFrame]:
        """Crowd frames, each with the clients it is for; an empty list on ticks between (limits.CROWD_EVERY_TICKS)."""
        raise NotImplementedError

    def count_overrun(self, level: int) -> None:
        """Degrade far detail by ``level`` (0 normal to 3): smaller budgets for far neighbours, never the near 16."""
        raise NotImplementedError
