"""Grants: who has which role where and when, given by people or derived from the programme. Pure.

Speakers and chairs of a session are never copied into grants: their role follows the programme, so that a session that
moves or changes hands takes its rights along.
"""

from __future__ import annotations

from typing import ClassVar, Final

from turia.event.entries import EVENT, EVENT_STAFF, Value, room_stream
from turia.event.programme import Session, Speaker
from turia.event.rooms import Phase, SessionRun
from turia.event.scopes import EVENT_SCOPE, Scope
from turia.event.settings import Policies
from turia.event.state import State

_MINUTE_MS: Final = 60_000
#: A session that runs holds its people's roles, however late it is.
_RUNNING: Final = frozenset({Phase.OPEN, Phase.LIVE, Phase.PAUSED})


class Grant(Value, frozen=True):
    """A role for a person. Stream EVENT_STAFF, key: any id. ``since``, ``until``: milliseconds UTC on the event's
    clock; 0 is open."""

    kind: ClassVar[str] = "grant"
    person: str
    role: str
    scope: Scope = EVENT_SCOPE
    since: int = 0
    until: int = 0

    def in_force(self, event_at: int) -> bool:
        """Whether it holds at this time."""
        return self.since <= event_at and (not self.until or event_at < self.until)


class Grants:
    """View: the grants of each person, and of each role."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, Grant]] = {}

    def changed(self, stream: str, key: str, old: Value | None, new: Value | None) -> None:
        """See :class:`turia.event.state.View`."""
        if stream != EVENT_STAFF:
            return
        if isinstance(old, Grant):
            mine = self._of[old.person]
            del mine[key]
            if not mine:
                del self._of[old.person]
        if isinstance(new, Grant):
            self._of.setdefault(new.person, {})[key] = new

    def of(self, person: str) -> list[Grant]:
        """All grants of a person, in force or not."""
        return list(self._of.get(person, {}).values())

    def keyed(self, person: str) -> dict[str, Grant]:
        """The same by key; a copy."""
        return dict(self._of.get(person, {}))

    def people(self) -> list[str]:
        """Everybody who has a grant."""
        return list(self._of)


class Appearances:
    """View: who speaks in and chairs which sessions."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}
        self._speakers: dict[str, str] = {}
        self._of: dict[str, list[tuple[str, str]]] | None = None

    def changed(self, stream: str, key: str, old: Value | None, new: Value | None) -> None:
        """See :class:`turia.event.state.View`."""
        if stream != EVENT:
            return
        if isinstance(old, Session):
            self._sessions.pop(key, None)
        if isinstance(old, Speaker):
            self._speakers.pop(key, None)
        if isinstance(new, Session):
            self._sessions[key] = new
        elif isinstance(new, Speaker):
            self._speakers[key] = new.person
        elif not isinstance(old, Session | Speaker):
            return
        self._of = None

    def of(self, person: str) -> list[tuple[str, str]]:
        """``(role, session)`` of a person: "speaker" or "chair"."""
        if self._of is None:
            self._of = self._index()
        return self._of.get(person, [])

    def people(self) -> list[str]:
        """Everybody who speaks or chairs somewhere."""
        if self._of is None:
            self._of = self._index()
        return list(self._of)

    def speaks(self, person: str) -> bool:
        """Whether the person is one of the listed speakers."""
        return bool(person) and person in self._speakers.values()

    def _index(self) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for key, session in self._sessions.items():
            for chair in session.chairs:
                found.setdefault(chair, []).append(("chair", key))
            for speaker in session.speakers:
                person = self._speakers.get(speaker, "")
                if person:
                    found.setdefault(person, []).append(("speaker", key))
        return found


def from_programme(state: State, person: str) -> list[Grant]:
    """The roles that a person has by speaking in and chairing sessions, each for its session's time and the lead."""
    grants = []
    for role, key in state.view(Appearances).of(person):
        session = state.get(EVENT, Session, key)
        if session is not None and not session.cancelled:
            since, until = window(state, key, session)
            grants.append(Grant(person, role, Scope(session.room, key), since, until))
    return grants


def window(state: State, key: str, session: Session) -> tuple[int, int]:
    """When people of a session have their roles, ms of the event's clock: from doors open until its end and grace;
    until 0 while it runs, so that nobody loses the microphone because a talk is late."""
    policies = state.get(EVENT, Policies, "policies") or Policies()
    since = session.start - policies.doors_open_min * _MINUTE_MS
    run = state.get(room_stream(session.room), SessionRun, key)
    if run is not None and run.phase in _RUNNING:
        return min(since, run.since), 0
    return since, session.end + policies.grace_min * _MINUTE_MS


def all_of(state: State, person: str) -> list[Grant]:
    """Given and derived grants, in force or not."""
    return [*state.view(Grants).of(person), *from_programme(state, person)]
