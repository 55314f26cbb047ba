"""Recordings of sessions: the value, and how one moves between its states, as one table. Pure.

Nothing is recorded unless it is armed. Commands are in :mod:`turia.event.recording_commands`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Final

import msgspec

from turia.errors import Refused
from turia.event.entries import EVENT, Value, person_stream, room_stream
from turia.event.people import Consent
from turia.event.settings import Document
from turia.event.state import State

#: Key of the text that people agree to.
DOCUMENT: Final = "recording"
#: It holds until the organisers write their own; version 0.
DEFAULT_TEXT: Final = Document(
    "Recording of talks",
    "This session is recorded: the pictures and sound of whoever is on air or has the microphone, the slides that are "
    "shown, and the captions. The audience is not recorded. The chair can pause it at any time, and what is said then "
    "is not kept.\n\nThe recording is kept for as long as the organisers have set and is deleted then. Whoever may "
    "enter the venue can watch it there; the organisers can download it. You can take your agreement back at any "
    "time: from then on you are not recorded any more, and you can ask the organisers to delete what was.",
    version=0,
)


class RecordingState(StrEnum):
    """Where a recording stands."""

    OFF = "off"
    ARMED = "armed"
    RECORDING = "recording"
    PAUSED = "paused"
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"
    DELETED = "deleted"


class Recording(Value, frozen=True):
    """The recording of a session. Stream ``room/<room>``, key: the session. No value: off. ``by``: who moved it last;
    ``since``: milliseconds of the event's clock."""

    kind: ClassVar[str] = "recording"
    state: RecordingState
    by: str
    since: int
    #: Of the text that is agreed to.
    text_version: int = 0
    #: What went wrong, and what to do.
    message: str = ""
    duration_ms: int = 0
    bytes: int = 0
    #: It is deleted then, milliseconds UTC; 0: never.
    keep_until: int = 0
    segments: int = 0
    #: What it is again if nothing is recorded after all.
    otherwise: RecordingState = RecordingState.OFF
    #: Which of several servers on one database records it: the one that began.
    server: str = ""


class Move(msgspec.Struct, frozen=True):
    """One row. ``by``: ``chair`` (recording.arm), ``recorder`` (the server), ``session`` (it stops running), ``keeper``
    (recording.read, and the server when its time is over)."""

    name: str
    before: frozenset[RecordingState]
    after: RecordingState
    by: str
    text: str


_S = RecordingState
#: States in which whoever goes on air is recorded, or will be.
ARMED: Final = frozenset({_S.ARMED, _S.RECORDING, _S.PAUSED})

#: The table: docs/talks.md is made from it, and nothing else moves a recording.
MOVES: Final[dict[str, Move]] = {
    move.name: move
    for move in (
        Move(
            "arm",
            frozenset({_S.OFF, _S.READY, _S.FAILED, _S.DELETED}),
            _S.ARMED,
            "chair",
            "It will be recorded once it is live; whoever goes on air agrees first.",
        ),
        Move(
            "disarm",
            frozenset({_S.ARMED}),
            _S.OFF,
            "chair",
            "It will not be recorded. What was recorded earlier stays ready, or failed.",
        ),
        Move(
            "begin",
            frozenset({_S.ARMED}),
            _S.RECORDING,
            "recorder",
            "The session is live, and the first segment is begun.",
        ),
        Move("pause", frozenset({_S.RECORDING}), _S.PAUSED, "chair", "Off the record; captions go on."),
        Move("resume", frozenset({_S.PAUSED}), _S.RECORDING, "chair", "On the record again."),
        Move("stop", frozenset({_S.RECORDING, _S.PAUSED}), _S.PROCESSING, "chair", "Enough; the session goes on."),
        Move("end", frozenset({_S.RECORDING, _S.PAUSED}), _S.PROCESSING, "session", "The session stopped running."),
        Move(
            "drop",
            frozenset({_S.ARMED}),
            _S.OFF,
            "session",
            "The session stopped running before anything was recorded. What was recorded earlier stays as it was.",
        ),
        Move("finish", frozenset({_S.PROCESSING}), _S.READY, "recorder", "It can be watched."),
        Move(
            "fail",
            frozenset({_S.ARMED, _S.RECORDING, _S.PAUSED, _S.PROCESSING}),
            _S.FAILED,
            "recorder",
            "With a message; what was written is kept.",
        ),
        Move("prepare", frozenset({_S.FAILED}), _S.PROCESSING, "keeper", "Try again to finish what was written."),
        Move("delete", frozenset({_S.READY, _S.FAILED}), _S.DELETED, "keeper", "Its files are removed."),
    )
}

_BACK: Final = frozenset({"disarm", "drop"})
_EARLIER: Final = frozenset({_S.READY, _S.FAILED})
_IS: Final = {
    _S.OFF: "is not armed",
    _S.ARMED: "is armed, but has not begun",
    _S.RECORDING: "is running",
    _S.PAUSED: "is paused",
    _S.PROCESSING: "is being finished: wait a moment",
    _S.READY: "is finished",
    _S.FAILED: "has failed",
    _S.DELETED: "was deleted",
}


class Recordings:
    """View: in which room's stream the recording of each session stands. A session has one, wherever it moves."""

    def __init__(self) -> None:
        self._rooms: dict[str, dict[str, None]] = {}

    def changed(self, stream: str, key: str, old: Value | None, new: Value | None) -> None:
        """See :class:`turia.event.state.View`."""
        room = stream.removeprefix("room/")
        if isinstance(old, Recording):
            self._rooms[key].pop(room)
        if isinstance(new, Recording):
            self._rooms.setdefault(key, {})[room] = None

    def room_of(self, session: str) -> str:
        """The room, "" if there is none."""
        return next(iter(self._rooms.get(session, ())), "")


def recording_of(state: State, session: str) -> Recording:
    """The recording of a session; off if there is none."""
    room = state.view(Recordings).room_of(session)
    return (state.get(room_stream(room), Recording, session) if room else None) or Recording(_S.OFF, "", 0)


def check_move(title: str, now: Recording, name: str) -> RecordingState:
    """The state that a move leads to; raises Refused(``not_now``) with why it cannot be made."""
    if now.state not in MOVES[name].before:
        raise Refused("not_now", f"The recording of “{title}” {_IS[now.state]}.")
    return after(now, name)


def after(now: Recording, name: str) -> RecordingState:
    """The state that a move leads to: what was recorded earlier is not lost when it is not recorded again."""
    return now.otherwise if name in _BACK else MOVES[name].after


def moved(now: Recording, name: str, by: str, since: int) -> Recording:
    """The recording after a move that may be made. While it is armed it is known what it was before, and why."""
    back = name in _BACK
    otherwise = now.otherwise if back else now.state if name == "arm" and now.state in _EARLIER else _S.OFF
    message = now.message if back or name == "arm" else ""
    return msgspec.structs.replace(
        now, state=after(now, name), by=by, since=since, otherwise=otherwise, message=message
    )


def text_of(state: State) -> Document:
    """What people agree to: the organisers' text, or ours."""
    return state.get(EVENT, Document, DOCUMENT) or DEFAULT_TEXT


def consent_key(session: str, version: int) -> str:
    """Under which an agreement is logged in the person's stream."""
    return f"{DOCUMENT}.{version}.{session}"


def may_record(state: State, person: str, session: str) -> bool:
    """Whether somebody agreed to being recorded in this session, by the present text."""
    version = text_of(state).version
    said = state.get(person_stream(person), Consent, consent_key(session, version))
    return said is not None and said.given
