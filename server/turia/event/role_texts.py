"""What roles and permissions are called and allow, in words: for panels, and for docs/permissions.md. Pure."""

from __future__ import annotations

from typing import Final

from turia.event.roles import Permission

P = Permission

ROLE_TITLES: Final[dict[str, str]] = {
    "nobody": "Not signed in",
    "signed_in": "Signed in, not admitted",
    "attendee": "Attendee",
    "speaker": "Speaker",
    "chair": "Chair",
    "moderator": "Moderator",
    "steward": "Steward",
    "captioner": "Captioner",
    "interpreter": "Interpreter",
    "organiser": "Organiser",
}

#: How one comes to a role.
ROLE_TEXTS: Final[dict[str, str]] = {
    "nobody": "Anybody who opens the page.",
    "signed_in": "Whoever signed in, while the registration does not let him in yet.",
    "attendee": "Whoever is approved; and guests, where the settings of the server let them in.",
    "speaker": "Of a session of the programme, for its time and the lead; or given.",
    "chair": "Of a session of the programme, for its time and the lead; or given.",
    "moderator": "Given: of the event, a room or a session.",
    "steward": "Given: helps people who are lost or locked out.",
    "captioner": "Given: writes captions.",
    "interpreter": "Given: interprets into sign language.",
    "organiser": "The first by the one-time link of the first start; others are given it.",
}

PERMISSION_TEXTS: Final[dict[Permission, str]] = {
    P.ANYBODY: "Open public pages, register.",
    P.NOBODY: "What only the server itself does.",
    P.SELF: "See and change one’s own registration.",
    P.EVENT_ENTER: "Enter the venue, and do there what concerns oneself.",
    P.EVENT_CONFIGURE: "Change texts, rules, documents and the clock of the event.",
    P.PEOPLE_READ: "See the list of registered people.",
    P.PEOPLE_MANAGE: "Approve, decline, edit, import, invite and erase people; see their addresses.",
    P.PEOPLE_REISSUE: "Give people new links and codes.",
    P.ROLES_GRANT: "Give and take away roles, of those one holds.",
    P.ROLES_DEFINE: "Make roles out of permissions.",
    P.PROGRAMME_EDIT: "Change and import the programme.",
    P.SESSION_RUN: "Open, start, pause and end sessions.",
    P.ROOM_DOORS: "Set the doors of a room.",
    P.ROOM_ADMIT: "Admit or decline people who wait outside.",
    P.ROOM_STAFF: "Read what only the staff of a room reads.",
    P.ROOM_ENTER_ANY: "Enter though the doors are closed or the room is full.",
    P.STAGE_ENTER: "Go on stage.",
    P.STAFF_ENTER: "Enter the rooms of the staff.",
    P.CAPTIONS_WRITE: "Write captions.",
    P.STAGE_SPEAK: "Go on air in a session, with camera, microphone, screen and slides.",
    P.STAGE_DIRECT: "Call people on stage and take them off; choose what the big screen shows.",
    P.MICROPHONE_GRANT: "Give people the microphone, for a time.",
    P.MICROPHONE_MUTE: "Mute people, or the whole audience.",
    P.INTERPRET_SIGN: "Be filmed as the sign-language interpreter of a session.",
    P.RECORDING_ARM: "Record a session, and pause that.",
    P.RECORDING_READ: "Download recordings, and delete them.",
}
