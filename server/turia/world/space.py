"""The façade of the world core: one continuous space, its people, and what each client is told a tick.

Pure: no clock, no sockets, no randomness. Ticks are integers given by the caller; random generators are arguments.
The gateway calls the phases in this order every tick::

    ingest -> move -> expire -> refresh -> select_and_pack      (then the gateway flushes)

This file only connects the parts; what each does is in its own file of this package.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from turia.errors import BundleError, Refused
from turia.protocol import state
from turia.protocol.limits import CM_PER_M, CROWD_EVERY_TICKS, NO_SEAT
from turia.protocol.messages import Introduction, Look, People, PersonRow, Place
from turia.world import crowd, snapshot
from turia.world.arrays import I32, U8, Bool
from turia.world.avatars import Avatars
from turia.world.directory import Directory
from turia.world.interest import Refresher
from turia.world.layout import Layout
from turia.world.motion import Motion
from turia.world.places import Places
from turia.world.portals import Regions
from turia.world.presence import Person, Presence
from turia.world.quotas import Quotas
from turia.world.rights import NOTHING, Granted, Rights
from turia.world.schedule import Schedule
from turia.world.seats import SeatBook
from turia.world.select import Chosen, Selector
from turia.world.travel import Travel
from turia.world.views import Views
from turia.world.walkable import NONE, WalkField

__all__ = ["Correction", "CrowdFrame", "Entered", "Packed", "Person", "Space"]


@dataclass(frozen=True, slots=True)
class Entered:
    """Result of :meth:`Space.enter`. ``replaced``: the person was inside with a connection that must now close."""

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
    ``introductions[i]`` are slots whose ``who`` must be written before body i (absent nearly always).
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
    ``limits.MAX_SLOTS``. All arguments that are slots are int32 arrays of distinct slots in use. Raises BundleError
    when layout and field do not belong together.
    """

    def __init__(self, layout: Layout, walk: WalkField, *, capacity: int) -> None:
        _check_match(layout, walk)
        self.layout = layout
        self.avatars = Avatars(capacity)
        self.views = Views(self.avatars)
        self._presence = Presence(self.avatars)
        self._directory = Directory()
        self._seats = SeatBook(layout)
        self._rights = Rights(layout, capacity)
        self._quotas = Quotas(self.avatars, self._rights)
        self._places = Places(layout, walk, self._rights)
        self.regions = Regions(layout)
        self.regions.set_closed(self._rights.closed)
        self._motion = Motion(self.avatars, walk, self._rights, self._quotas)
        self._schedule = Schedule(self.avatars, self.views)
        self.refresher = Refresher(self.avatars, self.views, self._schedule.neighbours)
        self._selector = Selector(self.avatars, self.views)
        self._travel = Travel(layout, walk, self.avatars, self._seats, self._places, self._rights, self._quotas)
        # introductions are made once a person, not once a meeting
        self._cards: NDArray[np.object_] = np.empty(capacity + 1, np.object_)
        self._tick = 0

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
        granted: Granted = NOTHING,
        kept: frozenset[int] = frozenset(),
    ) -> Entered:
        """Give ``person`` an avatar, or hand over his own (kept place, or another live connection: ``replaced``).

        Order of preference of the place: the kept place, ``resume`` (from a verified ticket; taken if walkable, if
        ``granted`` lets him go there, because a ticket opens no doors, and if a seat or place is free), a spawn point.
        ``kept``: rooms in which the ticket stands for a kept place that was lost with the server: only their capacity
        is asked for.
        Raises Refused("full", retry=True) when no slot is left; with ``over_capacity`` (people the event cannot do
        without) the place kept for whoever is gone the longest is given up first.
        """
        inside = self._presence.slot_of(person.id)
        if inside is None:
            slot, resumed = self._admit(person, resume, rng, over_capacity, granted, kept)
            replaced = False
        else:
            slot, resumed, replaced = inside, True, bool(self.avatars.attached[inside])
            self._know(slot, person)
            self._rights.grant(slot, granted)
        self.avatars.attached[slot] = True
        self._presence.touch(np.array([slot]), tick)
        self.views.reset(slot)
        self._motion.begin(slot)
        self._schedule.begin(slot, tick)
        self._schedule.set_tier(slot, tier)
        return Entered(slot, self.place_of(slot), resumed, replaced)

    def _admit(
        self,
        person: Person,
        resume: Place | None,
        rng: np.random.Generator,
        over: bool,
        granted: Granted,
        kept_in: frozenset[int],
    ) -> tuple[int, bool]:
        """A slot and a place for somebody who is not inside; whether it is the place he asked to resume."""
        kept = self._presence.longest_gone() if over and self.population() == self.avatars.slots else None
        if kept is not None:
            self._free([kept])
        slot = self.avatars.allocate()
        self._rights.grant(slot, granted)
        try:
            resumed = resume is not None and self._travel.resume(slot, resume, kept=kept_in)
            if not resumed:
                self._travel.put(slot, self._places.entrance(slot, rng))
        except Refused:
            self.avatars.free(slot)
            raise
        self._know(slot, person)
        return slot, resumed

    def _know(self, slot: int, person: Person) -> None:
        if self._presence.put(slot, person):
            self._directory.put(slot, person.name, person.affiliation)
            self._cards[slot] = self._card(slot)
            self.views.introduce_again(self._mask([slot]))

    def detach(self, slot: int, tick: int) -> None:
        """The connection is gone without a goodbye: hidden after HIDE_AFTER_S, place kept for KEEP_PLACE_S."""
        self.avatars.attached[slot] = False
        self.avatars.left[slot] = tick

    def leave(self, slot: int) -> None:
        """The person left on purpose: avatar, seat and slot are free at once."""
        self._free([slot])

    def _free(self, slots: list[int]) -> None:
        self.views.forget(self._mask(slots))
        for slot in slots:
            self._travel.vacate(slot)
            self._presence.remove(slot)
            self._directory.remove(slot)
            self._rights.grant(slot, NOTHING)
            self.refresher.heroes[slot] = False
            self.avatars.free(slot)

    # -- commands (synchronous, validated; raise Refused and change nothing) -----------------------
    def sit(self, slot: int, seat: int) -> Place:
        """Take a free seat within SIT_REACH_M, in a room one may enter. codes: seat_taken, too_far, no_seat, closed."""
        return self._moved(slot, lambda: self._travel.sit(slot, seat))

    def stand(self, slot: int) -> Place:
        """Leave the seat, to the walkable place before it."""
        return self._moved(slot, lambda: self._travel.stand(slot))

    def go(self, slot: int, *, person: str | None, place: str | None, rng: np.random.Generator) -> Place:
        """Be taken to a person (1.2 m before him), a named place, or ``safe``. codes: not_here, closed, no_place."""
        if (person is None) == (place is None):
            raise Refused("no_place", "Say either whom or where to go to.")
        if person is None:
            return self._moved(slot, lambda: self._travel.go_to_place(slot, str(place), rng))
        target = self._presence.slot_of(person)
        if target is None or target == slot or self.avatars.hidden[target]:
            raise Refused("not_here", "That person is not here at the moment.")
        return self._moved(slot, lambda: self._travel.go_to_person(slot, target))

    def ride(self, slot: int, lift: str, stop: int) -> Place:
        """Take a lift. codes: no_lift, too_far."""
        return self._moved(slot, lambda: self._travel.ride(slot, lift, stop))

    def _moved(self, slot: int, act: Callable[[], None]) -> Place:
        """Move somebody; who must not see where to loses him at once, and his own poses from before are void."""
        before = int(self.avatars.room[slot])
        act()
        self._motion.put(slot, self._tick + 1)
        self._schedule.hurry(slot)
        if self.regions.of_room[before] != self.regions.of_room[self.avatars.room[slot]]:
            self.views.forget(self._mask([slot]))
        return self.place_of(slot)

    def set_look(self, slot: int, look: Look) -> None:
        """New appearance; everyone who knows the slot is introduced again."""
        self._know(slot, replace(self._presence.person_of(slot), look=look))

    def set_person(self, slot: int, person: Person) -> None:
        """The same person with another name, affiliation or badge; likewise, and the directory lists him anew."""
        self._know(slot, person)

    def set_tier(self, slot: int, tier: str) -> None:
        """Other detail for this client from the next select on."""
        self._schedule.set_tier(slot, tier)

    def set_speaking(self, slot: int, speaking: bool) -> None:
        """Server-owned state bit."""
        self.avatars.set_state(slot, state.SPEAKING if speaking else 0, state.SPEAKING)

    def set_heroes(self, slots: I32) -> None:
        """People on stage or with the microphone: in every set of their region (stewards nearby are found by badge)."""
        self.refresher.heroes[:] = self._mask(slots)

    def lead_out(self, slot: int, rng: np.random.Generator) -> Place:
        """Put somebody outside of the room he is in: before the nearest of its doors, else at the entrance."""
        return self._moved(slot, lambda: self._travel.lead_out(slot, rng))

    # -- doors, rooms and rights -------------------------------------------------------------------
    def set_doors(self, closed: set[int]) -> bool:
        """Which doors are locked now, both ways, whatever rooms they lead to; True if that changed anything."""
        return self._closed_now(self._rights.close(closed))

    def bar_rooms(self, rooms: set[int]) -> bool:
        """Which rooms nobody may go into without a right for it; True if that changed anything. Everybody inside stays
        and may leave; their doors are closed to the eye."""
        return self._closed_now(self._rights.bar(rooms))

    def _closed_now(self, changed: bool) -> bool:
        if not changed:
            return False
        self.regions.set_closed(self._rights.closed)
        self._schedule.renew_all()
        return True

    def closed_doors(self) -> list[int]:
        """Indices of the doors that are closed now, to the eye and to who has no right, in order."""
        return np.flatnonzero(self._rights.closed).tolist()

    def closed_to(self, slots: NDArray[np.integer]) -> Bool:
        """Doors through which each person cannot go from where he is, full rooms included: bool (n, doors)."""
        return self._rights.closed_for(slots, self.avatars.room[slots], self._quotas.full())

    def kept_off(self, slots: NDArray[np.integer]) -> Bool:
        """Zones that each person may not walk in: bool (n, zones)."""
        return self._rights.kept_off(slots)

    def set_quota(self, room: int, capacity: int, reserved: int) -> None:
        """People in a room at most (-1: any number); ``reserved`` of them with a place of their own."""
        self._quotas.set(room, capacity, reserved)

    def heads(self) -> I32:
        """People in each room (256,), kept places included."""
        return self._quotas.heads()

    def room_of(self, slot: int) -> int:
        """The room somebody is in."""
        return int(self.avatars.room[slot])

    def full_rooms(self) -> Bool:
        """Rooms without a place for people who have none of their own, bool (256,)."""
        return self._quotas.full()

    def revoke(self, room: int) -> None:
        """Nobody has a right for this room any more; rights are given again by :meth:`grant`."""
        self._rights.revoke(room)

    def intruders(self, rooms: set[int]) -> list[int]:
        """Slots of people in these rooms who could not go into them now."""
        a = self.avatars
        inside = np.flatnonzero(a.used & np.isin(a.room, list(rooms)))
        return [slot for slot in inside.tolist() if not self._rights.may_enter(slot, int(a.room[slot]))]

    def grant(self, slot: int, granted: Granted) -> None:
        """Rights of a person, whole."""
        self._rights.grant(slot, granted)

    def directory(self, slot: int, query: str, offset: int, limit: int) -> People:
        """A page of people, without hidden ones.

        People behind closed doors are listed without room ("") for those outside, and with -1 as ``metres``.
        """
        a = self.avatars
        found = [other for other in self._directory.find(query) if not a.hidden[other]]
        rows = [self._listed(slot, other) for other in found[offset : offset + limit]]
        return People(rows=rows, total=len(found), offset=offset)

    def _listed(self, asker: int, slot: int) -> PersonRow:
        a, person = self.avatars, self._presence.person_of(slot)
        component = self.regions.component[self.regions.of_room[a.room[[asker, slot]]]]
        seen, room = component[0] == component[1], int(a.room[slot])
        away = np.sqrt(sum(float(v[slot] - v[asker]) ** 2 for v in (a.x, a.y, a.z)))
        return PersonRow(
            person=person.id,
            slot=slot,
            name=person.name,
            affiliation=person.affiliation,
            badge=person.badge,
            room=self.layout.rooms[room].id if seen and room else "",
            metres=round(float(away), 1) if seen else -1.0,
        )

    def place_of(self, slot: int) -> Place:
        """The authoritative place (for tickets)."""
        a, row = self.avatars, self.avatars.row[slot]
        seat = int(a.seat[slot])
        return Place(
            x=int(row["x"]) / CM_PER_M,
            y=int(row["y"]) / CM_PER_M,
            z=int(row["z"]) / CM_PER_M,
            yaw=int(row["yaw"]),
            layer=int(a.layer[slot]),
            seat=NO_SEAT if seat < 0 else seat,
        )

    def slot_of(self, person: str) -> int | None:
        """Slot of a person who is inside."""
        return self._presence.slot_of(person)

    def person_of(self, slot: int) -> Person:
        """Who stands behind a slot in use."""
        return self._presence.person_of(slot)

    def population(self) -> int:
        """People inside, kept places included."""
        return self.avatars.population()

    # -- the tick ----------------------------------------------------------------------------------
    def ingest(self, slots: I32, poses: NDArray[np.void]) -> None:
        """Poses (dtype frames.POSE) received since the last tick: the newest of each slot, in any order.

        Also counts as contact. Called once a tick with arrays, never per message.
        """
        self._motion.ingest(slots, poses)

    def contact(self, slots: I32, tick: int) -> None:
        """Signs of life other than poses (pongs)."""
        woken = self._presence.touch(slots, tick)
        self._schedule.hurry(woken)

    def move(self, tick: int, periods: float = 1.0) -> list[Correction]:
        """Check the ingested poses (speed, swept walk, doors, zones) and take the right ones.

        ``periods``: tick periods that have passed since the last call, 1 or more. Under overload ticks come late or
        only every other time, and people walk on meanwhile.
        """
        self._tick = tick
        heard = self._motion.heard()
        self._schedule.hurry(self._presence.touch(heard, tick))
        component = self.regions.component[self.regions.of_room]
        before = component[self.avatars.room[heard]]
        refusals = self._motion.move(tick, periods)
        # through a door that is closed to others, or a gap in the data: nobody may follow them with his eyes
        vanished = heard[component[self.avatars.room[heard]] != before]
        if vanished.size:
            self.views.forget(self._mask(vanished))
            self._schedule.hurry(vanished)
        for refusal in refusals:
            self._schedule.hurry(refusal.slot)
        return [Correction(r.slot, r.seq, self.place_of(r.slot), r.reason) for r in refusals]

    def expire(self, tick: int) -> list[int]:
        """Hide people without contact and free slots whose place is no longer kept; the freed slots."""
        self._presence.hide_quiet(tick)
        freed: list[int] = self._presence.lapsed(tick).tolist()
        if freed:
            self._free(freed)
        return freed

    def refresh(self, tick: int) -> None:
        """Interest sets of a quarter of the clients (all within 4 ticks), and of those who just entered."""
        due = self._schedule.to_refresh(tick)
        if due.any():
            for population in self.regions.populations(self.avatars):
                self.refresher.refresh(population, due)

    def select_and_pack(self, tick: int, ready: Bool, *, head: int, tail: int) -> Packed:
        """Snapshots for clients that are due by their tier and ``ready`` (bool by slot, shape (capacity,)).

        What is packed counts as written: pass ``ready`` False for a client whose line is behind. A client whose
        snapshot would be empty still gets the bare header at least every 5 ticks (20 Hz: 4 a second) for its clock.
        """
        chosen = self.select(tick, ready)
        return self.pack(tick, chosen, head=head, tail=tail)

    def select(self, tick: int, ready: Bool) -> Chosen:
        """First half of :meth:`select_and_pack`: what goes into the snapshots of this tick."""
        due, behind = self._schedule.to_send(tick, ready)
        chosen = self._selector.select(due, behind, self._schedule.budget())
        return chosen.only(self._schedule.worth_sending(chosen.clients, chosen.entries(), tick))

    def pack(self, tick: int, chosen: Chosen, *, head: int, tail: int) -> Packed:
        """Second half of :meth:`select_and_pack`: the bytes."""
        bodies = snapshot.pack(self.avatars, chosen, tick, head=head, tail=tail)
        return Packed(bodies.buffer, bodies.slots, bodies.start, bodies.length, self._introductions(chosen))

    def _introductions(self, chosen: Chosen) -> dict[int, list[Introduction]]:
        if not chosen.first.size:
            return {}
        client = chosen.first[:, 0]
        starts = np.flatnonzero(np.append(True, client[1:] != client[:-1]))
        people = self._cards[chosen.first[:, 1]].tolist()
        places = np.searchsorted(chosen.clients, client[starts]).tolist()
        bounds = [*starts.tolist(), len(people)]
        return {place: people[bounds[k] : bounds[k + 1]] for k, place in enumerate(places)}

    def _card(self, slot: int) -> Introduction:
        person = self._presence.person_of(slot)
        return Introduction(
            slot=slot,
            revision=int(self.avatars.revision[slot]),
            person=person.id,
            name=person.name,
            affiliation=person.affiliation,
            badge=person.badge,
            look=person.look,
        )

    def crowd(self, tick: int) -> list[CrowdFrame]:
        """Crowd frames, each with the clients it is for; an empty list on ticks between (limits.CROWD_EVERY_TICKS)."""
        if tick % CROWD_EVERY_TICKS:
            return []
        listening = self._schedule.listening()
        frames = []
        for people in crowd.components(self.avatars, self.regions.component[self.regions.of_room]):
            clients = people[listening[people]].astype(np.int32)
            if clients.size:
                frames.append(CrowdFrame(crowd.body(self.avatars, people, tick), clients))
        return frames

    def count_overrun(self, level: int) -> None:
        """Give up by ``level`` (0 nothing to 3): every third snapshot, every second, far detail; never the near."""
        self._schedule.level = min(max(level, 0), 3)

    def _mask(self, slots: list[int] | NDArray[np.integer]) -> Bool:
        mask = np.zeros(self.avatars.slots + 1, np.bool_)
        mask[slots] = True
        return mask


def _check_match(layout: Layout, walk: WalkField) -> None:
    for name, values, count in (
        ("room", walk.room, len(layout.rooms)),
        ("zone", walk.zone[walk.zone != NONE], len(layout.zones)),
        ("door", walk.door[walk.door != NONE], len(layout.doors)),
    ):
        if values.size and int(values.max()) >= count:
            raise BundleError(
                f"walk.npz: array '{name}' names number {int(values.max())}, but venue.json has {count}. "
                "The two files are not of one bundle: bake the venue again."
            )
