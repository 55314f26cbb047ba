"""Doors of rooms: what they are set to now, and who passes them. Pure.

A room's door is what somebody set it to (:class:`turia.event.rooms.Door`), else what the programme says: while a
session runs (open, live, paused) its own policy or the room's ``session_door``, else the room's ``idle_door``.

| policy | who passes |
|---|---|
| open | everybody who may enter the venue |
| members | people with a role in the room or its session, people on the list of either, people who were admitted |
| invitation | the same; the list is the session's own |
| waiting_room | people with a role in the room or its session, people who were admitted |
| locked, closed | nobody else |

Who has ``room.enter_any`` there passes whatever is set. Whoever is inside may always go out. A full room holds back
everybody but these, people with a role there and people who were let in over capacity.
"""

from __future__ import annotations

from typing import Final

import msgspec

from turia.event import sessions
from turia.event.entries import EVENT, Value, person_stream, room_staff_stream, room_stream
from turia.event.grants import Grants, all_of, window
from turia.event.people import Guest
from turia.event.permissions import covers, in_force, permits
from turia.event.programme import DoorPolicy, Room, Session, Speaker
from turia.event.roles import Permission
from turia.event.rooms import Admission, Door, Invitee, Phase
from turia.event.scopes import Scope
from turia.event.state import State

#: Doors at which one may ask to be let in.
ASKABLE: Final = frozenset({DoorPolicy.MEMBERS, DoorPolicy.INVITATION, DoorPolicy.WAITING_ROOM})


class Doorway(msgspec.Struct, frozen=True):
    """A room's doors now. ``session``: key of what runs there, "" for nothing. ``lead_out``: whoever is inside and
    could not enter is led out. ``by_hand``: somebody set it."""

    policy: DoorPolicy
    lead_out: bool = False
    by_hand: bool = False
    session: str = ""
    phase: Phase | None = None

    @property
    def barred(self) -> bool:
        """Whether some are kept out."""
        return self.policy is not DoorPolicy.OPEN


class Passage(msgspec.Struct, frozen=True):
    """Whether a door lets somebody through. ``place``: also when the room is full. ``why``: "" or why not:
    ``not_let_in``, ``members``, ``invitation``, ``waiting_room``, ``locked``, ``closed``."""

    enters: bool
    place: bool = False
    why: str = ""


class Rights(msgspec.Struct, frozen=True):
    """What somebody has in a room beyond what everybody has."""

    enters: bool = False
    place: bool = False
    stage: bool = False
    staff: bool = False


class Cast:
    """View: everybody who chairs a session or is a listed speaker."""

    def __init__(self) -> None:
        self._chairs: dict[str, tuple[str, ...]] = {}
        self._speakers: dict[str, str] = {}
        self._people: frozenset[str] | None = None

    def changed(self, stream: str, key: str, old: Value | None, new: Value | None) -> None:
        """See :class:`turia.event.state.View`."""
        if stream != EVENT:
            return
        if isinstance(old, Session):
            self._chairs.pop(key, None)
        if isinstance(old, Speaker):
            self._speakers.pop(key, None)
        if isinstance(new, Session) and new.chairs:
            self._chairs[key] = new.chairs
        if isinstance(new, Speaker) and new.person:
            self._speakers[key] = new.person
        self._people = None

    def people(self) -> frozenset[str]:
        """Their ids."""
        if self._people is None:
            chairs = (person for each in self._chairs.values() for person in each)
            self._people = frozenset({*chairs, *self._speakers.values()})
        return self._people


def door_of(state: State, room: str, *, by_hand: bool = True) -> Doorway:
    """A room's doors now; closed for a room that does not exist. ``by_hand``: heed what somebody set."""
    place = state.get(EVENT, Room, room)
    if place is None:
        return Doorway(DoorPolicy.CLOSED)
    now = sessions.current(state, room)
    key, phase = (now[0], sessions.phase_of(state, now[0])) if now else ("", None)
    door = state.get(room_stream(room), Door, room) if by_hand else None
    if door is not None and door.session in ("", key):
        return Doorway(door.policy, door.lead_out and _empties(door.policy), True, key, phase)
    policy = place.idle_door if now is None else now[1].door or place.session_door
    return Doorway(policy, place.lead_out and _empties(policy), False, key, phase)


def passage(state: State, room: str, person: str, event_at: int) -> Passage:
    """Whether somebody may go into a room now (milliseconds UTC of the event's clock)."""
    door = door_of(state, room)
    scope, guest = Scope(room), is_guest(state, person)
    if not permits(state, person, Permission.EVENT_ENTER, scope, event_at, guest=guest):
        return Passage(False, why="not_let_in")
    if permits(state, person, Permission.ROOM_ENTER_ANY, scope, event_at, guest=guest):
        return Passage(True, place=True)
    admission = admission_of(state, room, person, door.session)
    role = _has_role(state, room, person, event_at, guest)
    place = role or (admission is not None and admission.over_capacity)
    listed = role or admission is not None
    match door.policy:
        case DoorPolicy.OPEN:
            enters = True
        case DoorPolicy.MEMBERS:
            enters = listed or _invited(state, room, person, room) or _invited(state, room, person, door.session)
        case DoorPolicy.INVITATION:
            enters = listed or _invited(state, room, person, door.session or room)
        case DoorPolicy.WAITING_ROOM:
            enters = listed
        case DoorPolicy.LOCKED | DoorPolicy.CLOSED:
            enters = False
    return Passage(enters, place, "" if enters else str(door.policy))


def own_door(state: State, session: Session) -> DoorPolicy | None:
    """The door that a session has in the programme, whatever was set by hand; None if its room does not exist."""
    place = state.get(EVENT, Room, session.room)
    return None if place is None else session.door or place.session_door


def session_lets_in(state: State, session: str, room: str, person: str) -> bool:
    """Whether the door that a session has in the programme is, or was, open to somebody who may enter the venue."""
    there = state.get(EVENT, Session, session)
    match own_door(state, there) if there is not None else None:
        case DoorPolicy.OPEN:
            return True
        case DoorPolicy.MEMBERS:
            listed = _invited(state, room, person, room) or _invited(state, room, person, session)
        case DoorPolicy.INVITATION:
            listed = _invited(state, room, person, session)
        case _:
            listed = False
    admission = state.get(room_staff_stream(room), Admission, person)
    return listed or (admission is not None and admission.admitted and admission.session == session)


def admission_of(state: State, room: str, person: str, session: str) -> Admission | None:
    """The admission that lets somebody in while this session runs, if he has one."""
    admission = state.get(room_staff_stream(room), Admission, person)
    if admission is None or not admission.admitted or admission.session not in ("", session):
        return None
    return admission


#: What nearly everybody has.
NO_RIGHTS: Final = Rights()


def rights_of(state: State, room: str, person: str, event_at: int) -> Rights:
    """What a person has in a room beyond what everybody has; :data:`NO_RIGHTS` for most."""
    way = passage(state, room, person, event_at)
    scope, guest = Scope(room), is_guest(state, person)
    stage, staff = (
        permits(state, person, each, scope, event_at, guest=guest)
        for each in (Permission.STAGE_ENTER, Permission.STAFF_ENTER)
    )
    return Rights(way.enters, way.place, stage, staff)


def may_have_rights(state: State, room: str, person: str) -> bool:
    """Whether :func:`rights_of` can say anything but :data:`NO_RIGHTS`; cheap, for the many who have none."""
    if state.view(Grants).of(person) or person in state.view(Cast).people():
        return True
    staff = room_staff_stream(room)
    if state.get(staff, Admission, person) is not None or _invited(state, room, person, room):
        return True
    now = sessions.current(state, room)
    return now is not None and _invited(state, room, person, now[0])


def with_rights(state: State, room: str) -> set[str]:
    """Everybody who may have rights in a room that not everybody has; rooms that do not exist too (staff passes).

    As many as have roles, are on lists or were admitted, however many are inside.
    """
    staff = room_staff_stream(room)
    people = {*state.view(Grants).people(), *state.view(Cast).people()}
    people |= {invitee.person for invitee in state.all(staff, Invitee).values()}
    return people | set(state.items(staff, Admission))


def instants(state: State) -> list[tuple[int, str]]:
    """When whose roles begin and end by themselves, in order: (milliseconds UTC of the event's clock, person)."""
    people = {*state.view(Grants).people(), *state.view(Cast).people()}
    found = {
        (at, person) for person in people for grant in all_of(state, person) for at in (grant.since, grant.until) if at
    }
    for person in state.view(Grants).people():  # whoever works in a session works in its room for a time
        for grant in state.view(Grants).of(person):
            session = state.get(EVENT, Session, grant.scope.session) if grant.scope.session else None
            if session is not None:
                found |= {(at, person) for at in window(state, grant.scope.session, session) if at}
    return sorted(found)


def is_guest(state: State, person: str) -> bool:
    """Whether somebody is in without registration."""
    return state.get(person_stream(person), Guest, person) is not None


def _empties(policy: DoorPolicy) -> bool:
    """Whether a policy can lead people out: a locked room is one whose people stay."""
    return policy not in (DoorPolicy.OPEN, DoorPolicy.LOCKED)


def _has_role(state: State, room: str, person: str, event_at: int, guest: bool) -> bool:
    """Whether somebody has a role of this very room, or of a session that is on in it."""
    scope = Scope(room)
    return any(
        (grant.scope.room or grant.scope.session) and covers(state, grant, Permission.EVENT_ENTER, scope, event_at)
        for grant in in_force(state, person, event_at, guest=guest)
    )


def _invited(state: State, room: str, person: str, list_: str) -> bool:
    return bool(list_) and state.get(room_staff_stream(room), Invitee, f"{list_}.{person}") is not None
