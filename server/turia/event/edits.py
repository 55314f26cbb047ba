"""How the programme changes: every editing command ends in :func:`edit`, so that all of them are checked, counted,
told to those who starred, and can be undone. Pure.

What an edit replaced is kept as an :class:`Edit` in a stream that nobody reads, with a digest of what it put there: as
long as that is what stands there, the edit can be undone, also after later edits were.
"""

from __future__ import annotations

import hashlib
from typing import ClassVar, Final, TypeVar

import msgspec

from turia.errors import Refused
from turia.event import notices, session_checks
from turia.event.commands import Actor, Answer, Decision, Moment
from turia.event.entries import EVENT, Change, Value, delete, person_stream, put, room_stream
from turia.event.people import Guest, Registration
from turia.event.programme import Programme, Room, Session, Speaker, Track
from turia.event.rooms import Phase, SessionRun
from turia.event.settings import Info
from turia.event.state import State

V = TypeVar("V", bound=Value)

EVENT_UNDO: Final = "event/undo"
#: Edits of each person that can be undone.
KEPT_EDITS: Final = 20
#: Of all of them together: imports may replace whole programmes.
KEPT_CHARS: Final = 8_000_000
#: Things of each kind at most: a programme is for people to read.
MOST: Final[dict[type[Value], int]] = {Session: 5_000, Speaker: 10_000, Room: 200, Track: 200}
#: A running session stays where people are.
_RUNNING: Final = frozenset({Phase.OPEN, Phase.LIVE, Phase.PAUSED})
_MINUTE_MS: Final = 60_000


class Before(msgspec.Struct, frozen=True, omit_defaults=True):
    """What stood somewhere before an edit, as JSON, "" for nothing. ``after``: digest of what the edit put there."""

    kind: str
    key: str
    value: str = ""
    after: str = ""


class Edit(Value, frozen=True):
    """One edit of the programme. Stream EVENT_UNDO, key: any id. ``draft``: the mark before it, if it changed that."""

    kind: ClassVar[str] = "edit"
    by: str
    text: str
    before: tuple[Before, ...]
    draft: bool | None = None


class Edited(Answer, frozen=True, omit_defaults=True):
    """What an edit did. ``key``: of the thing; ``undo``: what programme.undo takes, "" if nothing was to be changed."""

    key: str = ""
    version: int = 0
    undo: str = ""
    #: Sentences about what is odd but allowed.
    warnings: tuple[str, ...] = ()


def edit(
    state: State,
    by: Actor,
    moment: Moment,
    text: str,
    changes: list[Change],
    *,
    key: str = "",
    draft: bool | None = None,
    source: str | None = None,
) -> Decision:
    """The decision to change things of the programme; raises Refused when they would not fit together.

    ``text``: what was done, for the list of edits; ``draft``, ``source``: new values of the programme itself.
    """
    now = state.get(EVENT, Programme, "programme") or Programme()
    last = {(change.kind, change.key): change for change in changes}  # one entry for each thing, or undo is at a loss
    changes = [change for change in last.values() if _differs(state, change)]
    new = Programme(now.draft if draft is None else draft, now.version + 1, now.source if source is None else source)
    if not changes and new.draft == now.draft:
        return Decision((), Edited(key, now.version))
    found = check(state, changes)
    undo = moment.new_id()
    record = Edit(by.person, text[:200], _before(state, changes), now.draft if new.draft != now.draft else None)
    return Decision(
        (
            *changes,
            put(EVENT, "programme", new),
            *_forget(state, by.person),
            put(EVENT_UNDO, undo, record),
            *notices.for_changes(state, changes),
        ),
        Edited(key, new.version, undo, tuple(found)),
    )


def check(state: State, changes: list[Change]) -> list[str]:
    """Warnings about a programme with these changes; raises Refused if it would be broken."""
    things = {kind: _after(state, kind, changes) for kind in MOST}
    sessions: dict[str, Session] = things[Session]  # type: ignore[assignment]
    for kind, most in MOST.items():
        if len(things[kind]) > most:
            raise Refused("too_many", f"A programme has at most {most:,} {kind.kind}s.")
    if any(change.value is None and change.kind != Session.kind for change in changes):
        touched = list(sessions)  # what was removed may be named by any of them
    else:
        touched = [change.key for change in changes if change.kind == Session.kind and change.key in sessions]
    for key in touched:
        session_checks.check_parts(sessions[key], things[Room], things[Track], things[Speaker])
    for change in changes:
        if change.kind == Session.kind:
            _check_session(state, change)
    info = state.get(EVENT, Info, "info")
    written = {change.key: change.value for change in changes if isinstance(change.value, Session)}
    return session_checks.warnings(written, sessions, info)


def check_seen(state: State, kind: type[Value], key: str, seen: int | None) -> None:
    """Refuse an edit of something that changed after the offset of stream EVENT that its author had ``seen``."""
    item = state.item(EVENT, kind, key)
    if seen is not None and item is not None and item.offset > seen:
        raise Refused(
            "stale", f"{who(state, item.actor)} changed this while you were editing. Look at it again, then save yours."
        )


def existing(state: State, kind: type[V], key: str) -> V:
    """A thing of the programme; raises Refused (``unknown_...``) if it is not there."""
    found = state.get(EVENT, kind, key)
    if found is None:
        raise Refused(f"unknown_{kind.kind}", f"This {kind.kind} is not in the programme any more.")
    return found


def running(state: State, key: str, session: Session) -> Phase | None:
    """Where a session stands that people are in, None for any other."""
    run = state.get(room_stream(session.room), SessionRun, key) if session.room else None
    return run.phase if run is not None and run.phase in _RUNNING else None


def who(state: State, person: str) -> str:
    """How somebody is called in a sentence."""
    stream = person_stream(person)
    known = state.get(stream, Registration, person) or state.get(stream, Guest, person)
    return known.name if known else "Somebody"


def _differs(state: State, change: Change) -> bool:
    kind = _KINDS[change.kind]
    return state.get(EVENT, kind, change.key) != change.value


def _after(state: State, kind: type[Value], changes: list[Change]) -> dict[str, Value]:
    things: dict[str, Value] = dict(state.all(EVENT, kind))
    for change in changes:
        if change.kind == kind.kind:
            if change.value is None:
                things.pop(change.key, None)
            else:
                things[change.key] = change.value
    return things


def _check_session(state: State, change: Change) -> None:
    """Whole minutes, because every file counts in them; and a session that runs stays in its room."""
    old, new = state.get(EVENT, Session, change.key), change.value
    if isinstance(new, Session) and (new.start % _MINUTE_MS or new.end % _MINUTE_MS):
        raise Refused("bad_time", "Times are whole minutes. Leave the seconds out.")
    if old is None or not old.room or (isinstance(new, Session) and new.room == old.room):
        return
    phase = running(state, change.key, old)
    if phase is not None:
        raise Refused("is_running", f"“{old.title}” is {phase} now. End it before you move or remove it.")


def _before(state: State, changes: list[Change]) -> tuple[Before, ...]:
    found = []
    for change in changes:
        old = state.get(EVENT, _KINDS[change.kind], change.key)
        value = msgspec.json.encode(old).decode() if old is not None else ""
        found.append(Before(change.kind, change.key, value, digest(change.value)))
    return tuple(found)


def digest(value: Value | None) -> str:
    """Stands for a value where only equality matters; "" for none."""
    return "" if value is None else hashlib.blake2b(msgspec.json.encode(value), digest_size=12).hexdigest()


def _forget(state: State, person: str) -> list[Change]:
    """Older edits of this person than are kept: too many, or too large together."""
    own = [
        (key, item.value)
        for key, item in state.items(EVENT_UNDO, Edit).items()
        if isinstance(item.value, Edit) and item.value.by == person
    ]
    size = 0
    gone = []
    for newer, (key, made) in enumerate(reversed(own), start=1):
        size += sum(len(before.value) for before in made.before)
        if newer >= KEPT_EDITS or size > KEPT_CHARS:
            gone.append(delete(EVENT_UNDO, Edit, key))
    return gone[::-1]


_KINDS: Final[dict[str, type[Value]]] = {kind.kind: kind for kind in MOST}
