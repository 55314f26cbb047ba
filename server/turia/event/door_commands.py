"""Setting a room's doors by hand, and letting them follow the programme again."""

from __future__ import annotations

from typing import Protocol

from turia.errors import Refused
from turia.event import sessions
from turia.event.commands import Actor, Answer, Command, Decision, Key, Moment, command, decided
from turia.event.doors import door_of
from turia.event.entries import EVENT, delete, put, room_stream
from turia.event.programme import DoorPolicy, Room
from turia.event.roles import Permission
from turia.event.rooms import Door
from turia.event.scopes import Scope
from turia.event.state import State


class OfRoom(Protocol):
    """What is about one room."""

    @property
    def room(self) -> str:
        """Its key."""


def scope_of_room(_state: State, given: OfRoom) -> Scope:
    """The room. Roles in a session reach into its room while it is on."""
    return Scope(given.room)


def room_of(state: State, key: str) -> Room:
    """The room; raises Refused when there is none."""
    room = state.get(EVENT, Room, key)
    if room is None:
        raise Refused("unknown_room", "This room is not in the programme any more.")
    return room


class SetDoor(Command, frozen=True):
    """``lead_out``: whoever is inside and may not enter is led out, after a warning. ``for_session``: only until the
    session that runs there now is over; without one, and with False, until it is taken back."""

    room: Key
    policy: DoorPolicy
    lead_out: bool = False
    for_session: bool = True


class FollowProgramme(Command, frozen=True):
    """Take back what was set."""

    room: Key


class DoorIs(Answer, frozen=True):
    """The room's doors now."""

    room: str
    policy: DoorPolicy
    lead_out: bool
    by_hand: bool
    session: str


@command("room.set_door", permission=Permission.ROOM_DOORS, scope=scope_of_room, answer=DoorIs)
def set_door(state: State, given: SetDoor, by: Actor, moment: Moment) -> Decision:
    """Open, restrict, lock or close a room, whatever the programme says."""
    del by, moment
    room_of(state, given.room)
    if given.lead_out and given.policy in (DoorPolicy.OPEN, DoorPolicy.LOCKED):
        raise Refused(
            "stays_inside", f"A door that is {given.policy} keeps its people inside: close the room to lead them out."
        )
    now = sessions.current(state, given.room)
    session = now[0] if now and given.for_session else ""
    door = Door(given.policy, given.lead_out, session)
    return decided(
        put(room_stream(given.room), given.room, door),
        answer=DoorIs(given.room, door.policy, door.lead_out, True, now[0] if now else ""),
    )


@command("room.follow_programme", permission=Permission.ROOM_DOORS, scope=scope_of_room, answer=DoorIs)
def follow_programme(state: State, given: FollowProgramme, by: Actor, moment: Moment) -> Decision:
    """Let the doors follow the programme again."""
    del by, moment
    room_of(state, given.room)
    stream = room_stream(given.room)
    by_hand = state.get(stream, Door, given.room) is not None
    door = door_of(state, given.room, by_hand=False)
    answer = DoorIs(given.room, door.policy, door.lead_out, False, door.session)
    return decided(*([delete(stream, Door, given.room)] if by_hand else []), answer=answer)
