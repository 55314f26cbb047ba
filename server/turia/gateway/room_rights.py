"""Brings the event's doors into the world: which rooms are barred, who may go in, how many a room holds.

The event says what ought to be so (:mod:`turia.event.doors`); the world keeps it (:mod:`turia.world.rights`). Only what
may have changed is worked out again, for people with roles or on lists alone (everybody else has no rights of his own),
and for no longer than :data:`BUDGET_S` a tick. A door that closes is closed at once, for everybody; who may pass it
though it is closed is worked out after that.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from operator import itemgetter
from typing import Final

from turia.backbone.journal import Journal
from turia.event.capacity import capacity_of, reserved_of
from turia.event.doors import (
    NO_RIGHTS,
    Doorway,
    Rights,
    door_of,
    instants,
    may_have_rights,
    rights_of,
    with_rights,
)
from turia.event.entries import EVENT, EVENT_STAFF, Entry
from turia.event.grants import Grant, Grants
from turia.event.people import Guest, Registration
from turia.event.programme import Room, Session, Speaker
from turia.event.roles import Role
from turia.event.room_queries import in_order
from turia.event.rooms import Admission, Door, Invitee, SessionRun
from turia.event.settings import EventClock, Policies
from turia.gateway.house import House
from turia.world.layout import Layout
from turia.world.rights import GUARDED, Granted

#: Working out rights takes no longer than this in one tick, seconds.
BUDGET_S: Final = 0.0007
#: Rooms that only the staff may enter, also where the programme does not know them.
STAFF_ROOMS: Final = frozenset({"green_room"})
#: Rooms that lead to others: were they closed by being full, those who are elsewhere could not get out. Their capacity
#: is shown, and keeps nobody out.
THROUGH_ROOMS: Final = frozenset({"outside", "entrance", "foyer", "circulation"})
_EVENT_KINDS: Final = frozenset(kind.kind for kind in (Room, Session, Speaker, Policies, EventClock))
_PERSON_KINDS: Final = frozenset(kind.kind for kind in (Registration, Guest))


class RoomRights:
    """``keys[i]``: the programme's room at room i of the building, "" for none; ``doors[i]``: its door."""

    def __init__(self, house: House, journal: Journal) -> None:
        self._house = house
        self._journal = journal
        layout: Layout = house.space.layout
        self._layout = layout
        self._spawns = {spawn.room for spawn in layout.spawns}
        self._zones = _guarded_zones(layout)
        self.seats = [0] * len(layout.rooms)
        for room in layout.seats.room:
            self.seats[room] += 1
        self.keys: list[str] = [""] * len(layout.rooms)
        #: People in each room at most, as the programme has it; 0: any number.
        self.capacity = [0] * len(layout.rooms)
        self.doors: list[Doorway | None] = [None] * len(layout.rooms)
        #: Rights of people who are inside, by person and room; only those who have some.
        self._rights: dict[str, dict[int, Rights]] = {}
        #: What is to be worked out again: whole rooms, and (room, person).
        self._rooms_due: dict[int, None] = {}
        self._due: dict[tuple[int, str], None] = {}
        #: The same where something happened to this person: first.
        self._urgent: dict[tuple[int, str], None] = {}
        self._programme_changed = self._doors_changed = True
        self._waits = False
        self._grants: dict[str, str] = {}
        self._instants: list[tuple[int, str]] | None = None
        self._event_at = 0
        #: Whether doors may have changed for somebody since the last look.
        self.changed = True
        self._deaf = journal.listen(self._heard)

    def stop(self) -> None:
        """Hear no more. Safe to call twice."""
        deaf, self._deaf = self._deaf, lambda: None
        deaf()

    def room_of(self, key: str) -> int | None:
        """The room of the building that a room of the programme is in."""
        return self.keys.index(key) if key and key in self.keys else None

    # -- a person ------------------------------------------------------------------------------------
    def granted(self, person: str) -> Granted:
        """What somebody may who comes in now."""
        self._look_at_clock()
        state, at = self._journal.state, self._journal.moment().event_at
        found: dict[int, Rights] = {}
        for index, key in enumerate(self.keys):
            if may_have_rights(state, key, person):
                rights = rights_of(state, key, person, at)
                if rights != NO_RIGHTS:
                    found[index] = rights
        if self._ahead():  # a commit may fail: again when it is over
            self._urgent |= {(index, person): None for index in range(len(self.keys))}
        self._keep(person, found)
        return self._granted(found)

    def _ahead(self) -> bool:
        settled: list[bool] = []
        self._journal.when_settled(lambda: settled.append(True))
        return not settled

    def _keep(self, person: str, found: dict[int, Rights]) -> None:
        if found:
            self._rights[person] = found
        else:
            self._rights.pop(person, None)

    def _granted(self, found: dict[int, Rights]) -> Granted:
        zones = {
            zone
            for index, rights in found.items()
            for zone, kind in self._zones.get(index, ())
            if (rights.stage if kind == "stage" else rights.staff)
        }
        rooms = {
            index for index, rights in found.items() if rights.enters or (rights.staff and self._staff_only(index))
        }
        places = {index for index, rights in found.items() if rights.place}
        return Granted(zones=frozenset(zones), rooms=frozenset(rooms), places=frozenset(places))

    def _staff_only(self, index: int) -> bool:
        return self._layout.rooms[index].kind in STAFF_ROOMS

    # -- what happened -------------------------------------------------------------------------------
    def _heard(self, entries: list[Entry]) -> None:
        for entry in entries:
            if entry.stream == EVENT:
                self._programme_changed |= entry.kind in _EVENT_KINDS
            elif entry.stream == EVENT_STAFF:
                self._heard_of_roles(entry)
            elif entry.kind == Door.kind:
                self._doors_changed = True
            elif entry.kind == SessionRun.kind:  # who works in a session has his role while it runs
                self._programme_changed = True
            elif entry.kind in (Admission.kind, Invitee.kind):
                self._heard_of_list(entry)
            elif entry.kind in _PERSON_KINDS:
                self._person_due(entry.stream.removeprefix("person/"))

    def _heard_of_roles(self, entry: Entry) -> None:
        if entry.kind == Role.kind:
            self._programme_changed = True
        elif entry.kind == Grant.kind:
            self._instants = None
            before = self._grants.pop(entry.key, "")
            if isinstance(entry.value, Grant):
                self._grants[entry.key] = entry.value.person
                self._person_due(entry.value.person)
            if before:
                self._person_due(before)

    def _heard_of_list(self, entry: Entry) -> None:
        index = self.room_of(entry.stream.removeprefix("room/").removesuffix("/staff"))
        if index is None:
            return
        if isinstance(entry.value, Invitee):
            self._urgent[index, entry.value.person] = None
        elif entry.kind == Admission.kind:
            self._urgent[index, entry.key] = None
        else:
            self._rooms_due[index] = None

    def _person_due(self, person: str) -> None:
        if self._house.space.slot_of(person) is not None:
            self._urgent |= {(index, person): None for index in range(len(self.keys))}

    # -- once a tick ---------------------------------------------------------------------------------
    def tick(self) -> None:
        """Work out what is due, once the state is what is on disk."""
        self._look_at_clock()
        due = self._programme_changed or self._doors_changed or self._urgent or self._rooms_due or self._due
        if self._waits or not due:
            return
        self._waits = True
        self._journal.when_settled(self._work)

    def _look_at_clock(self) -> None:
        """Roles have times: when somebody's begins or ends, his rights are worked out again."""
        now = self._journal.moment().event_at
        if self._instants is None:
            self._instants = instants(self._journal.state)
        before, self._event_at = self._event_at, now
        if now < before:
            self._rooms_due |= dict.fromkeys(range(len(self.keys)))
            return
        first, last = (bisect_right(self._instants, at, key=itemgetter(0)) for at in (before, now))
        for person in {person for _, person in self._instants[first:last]}:
            self._person_due(person)

    def _work(self) -> None:
        self._waits = False
        if self._programme_changed or self._doors_changed:
            self._follow_programme()
        clock = self._house.clock
        until = clock.monotonic() + BUDGET_S
        touched: set[str] = set()
        while self._urgent and clock.monotonic() < until:
            touched |= self._next(self._urgent)
        while self._rooms_due and clock.monotonic() < until:
            index = next(iter(self._rooms_due))
            del self._rooms_due[index]
            self._due |= {(index, person): None for person in self._concerned(index)}
        while self._due and clock.monotonic() < until:
            touched |= self._next(self._due)
        self._give(touched)

    def _next(self, due: dict[tuple[int, str], None]) -> set[str]:
        """Work out the next one; the person, if that changed anything."""
        index, person = next(iter(due))
        del due[index, person]
        return {person} if self._again(index, person) else set()

    def _follow_programme(self) -> None:
        """Rooms, their doors and their numbers, all of them: there are few."""
        state, space = self._journal.state, self._house.space
        rooms = in_order(state)
        keys = {room.place: key for key, room in reversed(rooms) if room.place}
        self.keys = [keys.get(room.id, "") for room in self._layout.rooms]
        if not self._grants:
            self._grants = _people_of_grants(self._journal)
        barred: set[int] = set()
        changed: list[int] = []
        for index, key in enumerate(self.keys):
            door = door_of(state, key) if key else None
            if (door is not None and door.barred) or (door is None and self._staff_only(index)):
                barred |= {index} - self._spawns
            if door != self.doors[index]:
                changed.append(index)
                self.doors[index] = door
            self._set_quota(index, state.get(EVENT, Room, key) if key else None)
        self._forget(changed)
        space.bar_rooms(barred)
        self.changed = True
        self._rooms_due = dict.fromkeys(changed) | self._rooms_due
        if self._programme_changed:
            self._instants = None
            self._rooms_due |= dict.fromkeys(range(len(self.keys)))
        self._programme_changed = self._doors_changed = False

    def _set_quota(self, index: int, room: Room | None) -> None:
        capacity = self.capacity[index] = capacity_of(room, self.seats[index]) if room else 0
        if room is None or not capacity or index in self._spawns or self._layout.rooms[index].kind in THROUGH_ROOMS:
            self._house.space.set_quota(index, -1, 0)
        else:
            self._house.space.set_quota(index, capacity, reserved_of(room, capacity))

    def _forget(self, indices: Iterable[int]) -> None:
        """Doors changed: whatever let people through before does not count any more, until it is worked out."""
        for index in indices:
            self._house.space.revoke(index)
            for found in self._rights.values():
                rights = found.get(index)
                if rights is not None:
                    found[index] = Rights(False, rights.place, rights.stage, rights.staff)

    def _concerned(self, index: int) -> list[str]:
        """People who are inside and have, or may have, rights in a room."""
        slot_of = self._house.space.slot_of
        had = {person for person, found in self._rights.items() if index in found}
        people = with_rights(self._journal.state, self.keys[index]) | had
        return [person for person in people if slot_of(person) is not None]

    def _again(self, index: int, person: str) -> bool:
        """Work out one person's rights in one room; whether they changed."""
        state, key = self._journal.state, self.keys[index]
        rights = NO_RIGHTS
        if may_have_rights(state, key, person):
            rights = rights_of(state, key, person, self._journal.moment().event_at)
        found = dict(self._rights.get(person, {}))
        before = found.pop(index, NO_RIGHTS)
        if rights != NO_RIGHTS:
            found[index] = rights
        if rights == before:
            return False
        self._keep(person, found)
        return True

    def _give(self, people: Iterable[str]) -> None:
        space = self._house.space
        for person in people:
            slot = space.slot_of(person)
            if slot is None:
                self._rights.pop(person, None)
            else:
                space.grant(slot, self._granted(self._rights.get(person, {})))
                self.changed = True

    def prune(self) -> None:
        """Forget people who are not inside any more."""
        slot_of = self._house.space.slot_of
        for person in [person for person in self._rights if slot_of(person) is None]:
            del self._rights[person]


def _guarded_zones(layout: Layout) -> dict[int, list[tuple[int, str]]]:
    """(zone, kind) of the zones of each room that need a right."""
    found: dict[int, list[tuple[int, str]]] = {}
    for index, zone in enumerate(layout.zones):
        if zone.kind in GUARDED:
            found.setdefault(zone.room, []).append((index, zone.kind))
    return found


def _people_of_grants(journal: Journal) -> dict[str, str]:
    """Who has each grant, by its key: an entry that deletes one does not say."""
    view = journal.state.view(Grants)
    return {key: person for person in view.people() for key in view.keyed(person)}
