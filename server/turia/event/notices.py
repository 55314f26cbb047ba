"""What people are told when a session that they starred changes: one notice for each person and change. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from turia.event import day
from turia.event.entries import EVENT, Change, Value, person_stream, put
from turia.event.people import Notice, Star
from turia.event.programme import Room, Session
from turia.event.settings import Info
from turia.event.state import State

_NAMED: Final = 3
#: What of a session is not worth a notice: identities of files.
_SILENT: Final = frozenset({"guid", "code", "slug", "extra", "door", "by_timetable"})
_AREA: Final = "person/"


class Stars:
    """View: who starred what."""

    def __init__(self) -> None:
        self._of: dict[str, set[str]] = {}

    def changed(self, stream: str, key: str, old: Value | None, new: Value | None) -> None:
        """See :class:`turia.event.state.View`."""
        if not stream.startswith(_AREA):
            return
        if isinstance(new, Star):
            self._of.setdefault(key, set()).add(stream.removeprefix(_AREA))
        elif isinstance(old, Star):
            people = self._of.get(key, set())
            people.discard(stream.removeprefix(_AREA))
            if not people:
                self._of.pop(key, None)

    def of(self, session: str) -> frozenset[str]:
        """People who starred a session."""
        return frozenset(self._of.get(session, ()))


def for_changes(state: State, changes: list[Change]) -> list[Change]:
    """Notices for everybody who starred something of what ``changes`` touch, in a fixed order.

    Who starred several of them gets one notice about all: an import may move the whole day. A later change of the same
    session replaces the notice that was not read yet.
    """
    stars = state.view(Stars)
    told: defaultdict[str, list[tuple[str, Notice]]] = defaultdict(list)
    for change in changes:
        if change.kind != Session.kind or not (people := stars.of(change.key)):
            continue
        old = state.get(EVENT, Session, change.key)
        new = change.value if isinstance(change.value, Session) else None
        notice = _about(state, change.key, old, new)
        if notice is not None:
            for person in sorted(people):
                told[person].append((change.key, notice))
    return [_put(person, found) for person, found in told.items()]


def _put(person: str, found: list[tuple[str, Notice]]) -> Change:
    key, notice = found[0]
    if len(found) > 1:
        texts = [each.text for _, each in found[:_NAMED]]
        more = f" And {len(found) - _NAMED} more." if len(found) > _NAMED else ""
        notice = Notice(
            "sessions_changed", f"{len(found)} sessions that you starred have changed. " + " ".join(texts) + more
        )
        key = "all"
    return put(person_stream(person), f"programme.{key}"[:64], notice)


def _about(state: State, key: str, old: Session | None, new: Session | None) -> Notice | None:
    if old is None:
        return None
    if new is None:
        return Notice("session_removed", f"“{old.title}” was taken out of the programme.", key)
    said = _say(state, old, new)
    return Notice(said[0], said[1], key, new.room) if said else None


def _say(state: State, old: Session, new: Session) -> tuple[str, str] | None:
    """Code and sentence of what matters most."""
    info = state.get(EVENT, Info, "info")
    where = day.zone(info.zone if info else "UTC")
    when = day.say_span(new.start, new.end, where)
    if new.cancelled != old.cancelled:
        return (
            ("session_cancelled", f"“{new.title}” was cancelled.")
            if new.cancelled
            else ("session_back", f"“{new.title}” takes place after all: {when}.")
        )
    if (new.start, new.end, new.room) != (old.start, old.end, old.room):
        room = state.get(EVENT, Room, new.room)
        place = f", {room.title}" if room else ""
        return "session_moved", f"“{new.title}” was moved: {when}{place}."
    if new.title != old.title:
        return "session_renamed", f"“{old.title}” is now called “{new.title}”."
    changed = {name for name in Session.__struct_fields__ if getattr(new, name) != getattr(old, name)}
    return ("session_changed", f"“{new.title}” was changed; look at it again.") if changed - _SILENT else None
