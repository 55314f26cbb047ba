"""Roles: sets of named permissions, built in or made by an organiser. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Final

from turia.event.entries import EVENT_STAFF, Value
from turia.event.state import State


class Permission(StrEnum):
    """What somebody may do. Each command and query needs exactly one of these."""

    #: Needs no sign-in: public pages, registering.
    ANYBODY = "anybody"
    #: Of the server alone.
    NOBODY = "nobody"
    #: Being signed in, confirmed or not: one's own registration.
    SELF = "self"
    #: Being let into the venue, and everything there that concerns only oneself.
    EVENT_ENTER = "event.enter"
    EVENT_CONFIGURE = "event.configure"
    PEOPLE_READ = "people.read"
    PEOPLE_MANAGE = "people.manage"
    #: New links and codes for people who lost theirs.
    PEOPLE_REISSUE = "people.reissue"
    ROLES_GRANT = "roles.grant"
    ROLES_DEFINE = "roles.define"
    PROGRAMME_EDIT = "programme.edit"
    #: Opening, starting, pausing and ending a session.
    SESSION_RUN = "session.run"
    ROOM_DOORS = "room.doors"
    #: The list of those who wait outside: admit, decline.
    ROOM_ADMIT = "room.admit"
    #: Reading what only the staff of a room reads.
    ROOM_STAFF = "room.staff"
    #: Going in though the door is closed or the room full.
    ROOM_ENTER_ANY = "room.enter_any"
    STAGE_ENTER = "stage.enter"
    #: Rooms of the staff: the speakers' room.
    STAFF_ENTER = "staff.enter"
    CAPTIONS_WRITE = "captions.write"
    #: Going on air in a session.
    STAGE_SPEAK = "stage.speak"
    #: The order of a session: whom to call, who leaves, what the screen shows.
    STAGE_DIRECT = "stage.direct"
    MICROPHONE_GRANT = "microphone.grant"
    MICROPHONE_MUTE = "microphone.mute"
    #: Being filmed as the interpreter of a session.
    INTERPRET_SIGN = "interpret.sign"
    RECORDING_ARM = "recording.arm"
    #: Taking recordings away as files, and deleting them.
    RECORDING_READ = "recording.read"


class Role(Value, frozen=True):
    """A role made by an organiser. Stream EVENT_STAFF, key: its id."""

    kind: ClassVar[str] = "role"
    title: str
    permissions: tuple[str, ...]
    note: str = ""


P = Permission

_ATTENDEE: Final = frozenset({P.ANYBODY, P.SELF, P.EVENT_ENTER})
_SPEAKER: Final = _ATTENDEE | {P.ROOM_ENTER_ANY, P.STAGE_ENTER, P.STAFF_ENTER, P.STAGE_SPEAK}
_STAGE: Final = frozenset({P.STAGE_DIRECT, P.MICROPHONE_GRANT, P.MICROPHONE_MUTE, P.RECORDING_ARM})
_CAPTIONER: Final = _ATTENDEE | {P.ROOM_ENTER_ANY, P.STAFF_ENTER, P.CAPTIONS_WRITE}
_INTERPRETER: Final = _ATTENDEE | {P.ROOM_ENTER_ANY, P.STAFF_ENTER, P.INTERPRET_SIGN}
_CHAIR: Final = _SPEAKER | _STAGE | {P.SESSION_RUN, P.ROOM_DOORS, P.ROOM_ADMIT, P.ROOM_STAFF}
_MODERATOR: Final = _CHAIR | {P.PEOPLE_READ, P.RECORDING_READ}
_STEWARD: Final = _ATTENDEE | {
    P.ROOM_ENTER_ANY, P.STAFF_ENTER, P.ROOM_ADMIT, P.ROOM_STAFF, P.PEOPLE_READ, P.MICROPHONE_MUTE,
}  # fmt: skip

#: Permissions of the built-in roles. "nobody", "signed_in" and "attendee" are what people are without any grant.
BUILT_IN: Final[dict[str, frozenset[Permission]]] = {
    "nobody": frozenset({P.ANYBODY}),
    "signed_in": frozenset({P.ANYBODY, P.SELF}),
    "attendee": _ATTENDEE,
    "speaker": _SPEAKER,
    "chair": _CHAIR,
    "moderator": _MODERATOR,
    "steward": _STEWARD | {P.PEOPLE_REISSUE},
    "captioner": _CAPTIONER,
    "interpreter": _INTERPRETER,
    "organiser": frozenset(P) - {P.NOBODY},
}


def permissions_of(state: State, role: str) -> frozenset[str]:
    """Permissions of a role; none if there is no such role, so that a grant of an unknown one gives nothing."""
    built_in = BUILT_IN.get(role)
    if built_in is not None:
        return frozenset(built_in)
    own = state.get(EVENT_STAFF, Role, role)
    return frozenset(own.permissions) - {P.NOBODY} if own else frozenset()
