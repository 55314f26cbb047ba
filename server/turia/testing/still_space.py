"""A space in which nothing happens by itself: the gateway's tests decide what it answers and see what it was told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from turia.errors import Refused
from turia.protocol import frames
from turia.protocol.messages import Introduction, Look, People, PersonRow, Place
from turia.testing.halls import hall
from turia.world.rights import NOTHING, Granted
from turia.world.space import Correction, CrowdFrame, Entered, Packed, Person
from turia.world.walkable import NONE

I32 = NDArray[np.int32]


class StillSpace:
    """Has the methods of :class:`turia.world.space.Space`; everybody who is ready gets a bare snapshot every tick."""

    def __init__(self, capacity: int = 64) -> None:
        self.capacity = capacity
        self.layout = hall(100).layout
        self.people: dict[int, Person] = {}
        self.places: dict[int, Place] = {}
        self.tiers: dict[int, str] = {}
        self.detached: set[int] = set()
        #: What was called, in order: (name, arguments).
        self.calls: list[tuple[str, Any]] = []
        #: To be returned once by the next call.
        self.corrections: list[Correction] = []
        #: By slot of whom they are shown to.
        self.introductions: dict[int, list[Introduction]] = {}
        self.crowds: list[CrowdFrame] = []
        self.expired: list[int] = []
        self.closed: set[int] = set()
        #: Bytes after the head of every snapshot.
        self.body = b""
        #: Raised by every command, if set.
        self.problem: Exception | None = None
        self._seq = np.zeros(capacity, dtype=np.uint16)

    # -- coming and going ------------------------------------------------------------------------
    def enter(
        self,
        person: Person,
        *,
        tier: str,
        tick: int,
        resume: Place | None = None,
        rng: Any,
        over_capacity: bool = False,
        granted: Granted = NOTHING,  # noqa: ARG002
        kept: frozenset[int] = frozenset(),  # noqa: ARG002
    ) -> Entered:
        """See Space."""
        self.calls.append(("enter", (person.id, tier, tick, rng is not None, over_capacity)))
        slot = self.slot_of(person.id)
        known = slot is not None
        replaced = slot is not None and slot not in self.detached
        if slot is None:
            free = [each for each in range(self.capacity) if each not in self.people]
            if not free:
                raise Refused("full", "The venue is full at the moment.", retry=True)
            slot = free[0]
            self.places[slot] = resume or Place(float(slot), 0.0, 0.0, 0, 0)
        self.people[slot] = person
        self.tiers[slot] = tier
        self.detached.discard(slot)
        return Entered(slot, self.places[slot], resumed=known or resume is not None, replaced=replaced)

    def detach(self, slot: int, tick: int) -> None:
        """See Space."""
        self.calls.append(("detach", (slot, tick)))
        self.detached.add(slot)

    def leave(self, slot: int) -> None:
        """See Space."""
        self.calls.append(("leave", slot))
        self.people.pop(slot)
        self.detached.discard(slot)

    # -- commands --------------------------------------------------------------------------------
    def _command(self, name: str, slot: int, *arguments: Any) -> Place:
        self.calls.append((name, (slot, *arguments)))
        if self.problem is not None:
            raise self.problem
        return self.places[slot]

    def sit(self, slot: int, seat: int) -> Place:
        """See Space."""
        return self._command("sit", slot, seat)

    def stand(self, slot: int) -> Place:
        """See Space."""
        return self._command("stand", slot)

    def go(self, slot: int, *, person: str | None, place: str | None, rng: Any) -> Place:  # noqa: ARG002
        """See Space."""
        return self._command("go", slot, person, place)

    def ride(self, slot: int, lift: str, stop: int) -> Place:
        """See Space."""
        return self._command("ride", slot, lift, stop)

    def set_look(self, slot: int, look: Look) -> None:
        """See Space."""
        self._command("look", slot, look)

    def set_person(self, slot: int, person: Person) -> None:
        """See Space."""
        self.people[slot] = person

    def set_speaking(self, slot: int, speaking: bool) -> None:
        """See Space."""
        self.calls.append(("speaking", (slot, speaking)))

    def set_tier(self, slot: int, tier: str) -> None:
        """See Space."""
        self._command("tier", slot, tier)
        self.tiers[slot] = tier

    def set_doors(self, closed: set[int]) -> bool:
        """See Space."""
        changed = closed != self.closed
        self.closed = set(closed)
        return changed

    def bar_rooms(self, rooms: set[int]) -> bool:
        """See Space."""
        self.calls.append(("bar_rooms", sorted(rooms)))
        return False

    def revoke(self, room: int) -> None:
        """See Space."""
        self.calls.append(("revoke", room))

    def closed_to(self, slots: NDArray[np.integer]) -> NDArray[np.bool_]:
        """See Space."""
        closed = np.zeros((len(slots), len(self.layout.doors)), np.bool_)
        closed[:, [door for door in self.closed if door < len(self.layout.doors)]] = True
        return closed

    def kept_off(self, slots: NDArray[np.integer]) -> NDArray[np.bool_]:
        """See Space."""
        return np.zeros((len(slots), len(self.layout.zones)), np.bool_)

    def set_quota(self, room: int, capacity: int, reserved: int) -> None:
        """See Space."""

    def heads(self) -> NDArray[np.int32]:
        """See Space."""
        return np.zeros(256, np.int32)

    def full_rooms(self) -> NDArray[np.bool_]:
        """See Space."""
        return np.zeros(256, np.bool_)

    def grant(self, slot: int, granted: Granted) -> None:
        """See Space."""
        self.calls.append(("grant", (slot, granted)))

    def closed_doors(self) -> list[int]:
        """See Space."""
        return sorted(self.closed)

    def directory(self, slot: int, query: str, offset: int, limit: int) -> People:
        """See Space."""
        self._command("find", slot, query, offset, limit)
        rows = [PersonRow(p.id, s, p.name, p.affiliation, p.badge, "", 0.0) for s, p in sorted(self.people.items())]
        return People(rows[offset : offset + limit], len(rows), offset)

    def place_of(self, slot: int) -> Place:
        """See Space."""
        return self.places[slot]

    def slot_of(self, person: str) -> int | None:
        """See Space."""
        return next((slot for slot, each in self.people.items() if each.id == person), None)

    def room_of(self, slot: int) -> int:  # noqa: ARG002
        """See Space: everybody stands outside of the rooms."""
        return NONE

    def person_of(self, slot: int) -> Person:
        """See Space."""
        return self.people[slot]

    def population(self) -> int:
        """See Space."""
        return len(self.people)

    # -- the tick --------------------------------------------------------------------------------
    def ingest(self, slots: I32, poses: NDArray[np.void]) -> None:
        """See Space."""
        self.calls.append(("ingest", (slots.tolist(), poses["seq"].tolist())))
        self._seq[slots] = poses["seq"]

    def contact(self, slots: I32, tick: int) -> None:
        """See Space."""
        self.calls.append(("contact", (slots.tolist(), tick)))

    def move(self, tick: int, periods: float = 1.0) -> list[Correction]:  # noqa: ARG002
        """See Space."""
        taken, self.corrections = self.corrections, []
        return taken

    def expire(self, tick: int) -> list[int]:  # noqa: ARG002
        """See Space."""
        taken, self.expired = self.expired, []
        for slot in taken:
            self.people.pop(slot, None)
        return taken

    def refresh(self, tick: int) -> None:
        """See Space."""

    def select_and_pack(self, tick: int, ready: NDArray[np.bool_], *, head: int, tail: int) -> Packed:
        """See Space: a head without updates, and ``body``."""
        wanted: Sequence[int] = [slot for slot in self.people if ready[slot]]
        slots = np.array(wanted, dtype=np.int32)
        length = frames.SNAPSHOT_HEAD.itemsize + len(self.body)
        stride = head + length + tail
        buffer = np.zeros(stride * len(slots), dtype=np.uint8)
        start = head + stride * np.arange(len(slots), dtype=np.int32)
        for slot, first in zip(wanted, start.tolist(), strict=True):
            one = np.array([(tick, self._seq[slot], 0, 0, 0)], dtype=frames.SNAPSHOT_HEAD)
            buffer[first : first + length] = np.frombuffer(one.tobytes() + self.body, dtype=np.uint8)
        known = self.introductions
        introductions = {index: known.pop(slot) for index, slot in enumerate(wanted) if slot in known}
        return Packed(buffer, slots, start, np.full(len(slots), length, dtype=np.int32), introductions)

    def crowd(self, tick: int) -> list[CrowdFrame]:  # noqa: ARG002
        """See Space."""
        taken, self.crowds = self.crowds, []
        return taken

    def count_overrun(self, level: int) -> None:
        """See Space."""
        self.calls.append(("overrun", level))
