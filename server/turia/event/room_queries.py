"""What can be asked about rooms: how full they are, what is on, who waits, and what I may do there."""

from __future__ import annotations

from typing import Final

import msgspec

from turia.event import screens
from turia.event.capacity import Heads, Occupancy
from turia.event.commands import Actor, Answer, Key, Moment, Query, query
from turia.event.door_commands import room_of, scope_of_room
from turia.event.doors import ASKABLE, Doorway, door_of, is_guest, passage
from turia.event.entries import EVENT, room_staff_stream
from turia.event.permissions import permits
from turia.event.programme import DoorPolicy, Room
from turia.event.roles import Permission
from turia.event.rooms import Admission, Invitee, Phase, Waiting
from turia.event.scopes import Scope
from turia.event.screens import Screen
from turia.event.state import State

#: What somebody may do in a room, as ``room.mine`` says it.
_ACTS: Final = (
    Permission.SESSION_RUN,
    Permission.ROOM_DOORS,
    Permission.ROOM_ADMIT,
    Permission.ROOM_STAFF,
    Permission.STAGE_ENTER,
    Permission.STAGE_SPEAK,
    Permission.STAGE_DIRECT,
    Permission.MICROPHONE_GRANT,
    Permission.MICROPHONE_MUTE,
    Permission.CAPTIONS_WRITE,
    Permission.INTERPRET_SIGN,
    Permission.RECORDING_ARM,
)


class AllRooms(Query, frozen=True):
    """All of them."""


class OneRoom(Query, frozen=True):
    """``room``: its key."""

    room: Key


class RoomState(msgspec.Struct, frozen=True):
    """A room now. ``place``: id in venue.json, "" for none. ``capacity`` 0: no limit. ``session``, ``next``: keys."""

    room: str
    title: str
    place: str
    count: int
    capacity: int
    full: bool
    door: DoorPolicy
    by_hand: bool
    session: str
    phase: Phase | None
    next: str


class RoomsNow(Answer, frozen=True):
    """In the order of the programme."""

    rooms: tuple[RoomState, ...]


class ScreenNow(Answer, frozen=True):
    """What the room's screen shows."""

    screen: Screen


class Waiter(msgspec.Struct, frozen=True):
    """Somebody on the list, the first one first. ``asked_at``: milliseconds UTC."""

    person: str
    name: str
    affiliation: str
    badge: str
    category: str
    asked_at: int


class Invited(msgspec.Struct, frozen=True):
    """Somebody who was invited. ``session`` "": to the room."""

    person: str
    session: str


class WaitingNow(Answer, frozen=True):
    """Those who wait, those who were let in while it lasts, and the list of invited people."""

    waiting: tuple[Waiter, ...]
    admitted: tuple[str, ...]
    invited: tuple[Invited, ...]


class Mine(msgspec.Struct, frozen=True):
    """What the asker may do at one room. ``why``: "" or what holds him back (``members``, ``invitation``,
    ``waiting_room``, ``locked``, ``closed``, ``full``, ``not_let_in``). ``can_ask``: whether he may ask to be let in.
    ``place_in_line``: 0 when he does not wait, else 1 is next. ``note``: with which he was declined. ``acts``:
    permissions that he has there."""

    room: str
    door: DoorPolicy
    may_enter: bool
    why: str
    can_ask: bool
    waiting: bool
    place_in_line: int
    admitted: bool
    declined: bool
    note: str
    acts: tuple[str, ...]


class MyRooms(Answer, frozen=True):
    """In the order of the programme."""

    rooms: tuple[Mine, ...]


@query("rooms.now", permission=Permission.EVENT_ENTER, answer=RoomsNow)
def rooms_now(state: State, given: AllRooms, by: Actor, moment: Moment) -> RoomsNow:
    """How full each room is, its door, what is on and what is next."""
    del given, by
    return RoomsNow(tuple(state_of(state, key, moment.event_at) for key, _ in in_order(state)))


@query("room.screen", permission=Permission.EVENT_ENTER, answer=ScreenNow)
def room_screen(state: State, given: OneRoom, by: Actor, moment: Moment) -> ScreenNow:
    """What the screen in a room shows."""
    del by
    room_of(state, given.room)
    return ScreenNow(screens.screen_of(state, given.room, moment.event_at))


@query("room.waiting", permission=Permission.ROOM_STAFF, scope=scope_of_room, answer=WaitingNow)
def room_waiting(state: State, given: OneRoom, by: Actor, moment: Moment) -> WaitingNow:
    """Who waits at a room's door, for those who moderate it."""
    del by, moment
    room_of(state, given.room)
    stream = room_staff_stream(given.room)
    return WaitingNow(
        tuple(
            Waiter(person, each.name, each.affiliation, each.badge, each.category, each.asked_at)
            for person, each in state.all(stream, Waiting).items()
        ),
        tuple(person for person, each in state.all(stream, Admission).items() if each.admitted),
        tuple(Invited(each.person, each.session) for each in state.all(stream, Invitee).values()),
    )


@query("room.mine", permission=Permission.EVENT_ENTER, answer=MyRooms)
def room_mine(state: State, given: AllRooms, by: Actor, moment: Moment) -> MyRooms:
    """What I may do at each room."""
    del given
    return MyRooms(tuple(_mine(state, key, by, moment.event_at) for key, _ in in_order(state)))


def in_order(state: State) -> list[tuple[str, Room]]:
    """(key, room) as the programme lists them."""
    return sorted(state.all(EVENT, Room).items(), key=lambda each: (each[1].order, each[0]))


def state_of(state: State, room: str, event_at: int) -> RoomState:
    """A room now; it must exist."""
    place = room_of(state, room)
    door, heads = door_of(state, room), state.view(Occupancy).of(room)
    on, after = screens.on_and_next(state, room, event_at)
    return RoomState(
        room,
        place.title,
        place.place,
        heads.count,
        heads.capacity,
        heads.full,
        door.policy,
        door.by_hand,
        on,
        door.phase,
        after,
    )


def _mine(state: State, room: str, by: Actor, event_at: int) -> Mine:
    door = door_of(state, room)
    way = passage(state, room, by.person, event_at)
    heads: Heads = state.view(Occupancy).of(room)
    kept_out = heads.full and way.enters and not way.place
    waiting = state.items(room_staff_stream(room), Waiting)
    answer = _answer(state, room, by.person, door)
    guest = is_guest(state, by.person)
    return Mine(
        room,
        door.policy,
        way.enters and not kept_out,
        "full" if kept_out else way.why,
        not way.enters and door.policy in ASKABLE,
        by.person in waiting,
        list(waiting).index(by.person) + 1 if by.person in waiting else 0,
        answer is not None and answer.admitted,
        answer is not None and not answer.admitted,
        answer.note if answer is not None else "",
        tuple(each for each in _ACTS if permits(state, by.person, each, Scope(room), event_at, guest=guest)),
    )


def _answer(state: State, room: str, person: str, door: Doorway) -> Admission | None:
    """What he was answered, while it holds."""
    answer = state.get(room_staff_stream(room), Admission, person)
    return answer if answer is not None and answer.session in ("", door.session) else None
