"""What an import would change: the file against the programme, session by session. Pure."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final

import msgspec

from turia.event import day, identity, matching
from turia.event.commands import Answer
from turia.event.edits import running
from turia.event.entries import EVENT, Change, delete, put, room_stream
from turia.event.imported import ImportedFile, ImportedSession, Pairs, Problem
from turia.event.programme import Programme, Room, Session, SessionType, Speaker, Track
from turia.event.settings import Info
from turia.event.state import State

#: Fields that people see; the others identify.
SHOWN: Final = (
    "title", "start", "end", "room", "track", "type", "subtitle", "abstract", "description", "speakers", "language",
    "url", "links", "cancelled",
)  # fmt: skip
_SILENT: Final = ("guid", "code", "slug", "extra")
#: A difference shows so much of a text.
_SHOWN_CHARS: Final = 300


class Missing(StrEnum):
    """What becomes of our sessions that the file does not have."""

    REMOVE = "remove"
    CANCEL = "cancel"
    KEEP = "keep"


class FieldChange(msgspec.Struct, frozen=True):
    """One field of a session: as people read it, shortened."""

    field: str
    old: str
    new: str


class SessionChange(msgspec.Struct, frozen=True, omit_defaults=True):
    """A session that is added, changed or missing. ``key``: "" for a new one; times: milliseconds UTC."""

    key: str
    title: str
    start: int
    end: int
    room: str = ""
    fields: tuple[FieldChange, ...] = ()


class ProgrammePreview(Answer, frozen=True):
    """What an import would do to version ``version`` of the programme; ``upload`` and it are what applying takes."""

    upload: str
    version: int
    name: str
    format: str
    title: str
    added: tuple[SessionChange, ...]
    changed: tuple[SessionChange, ...]
    #: Sessions of ours that the file does not have.
    missing: tuple[SessionChange, ...]
    unchanged: int
    new_rooms: tuple[str, ...]
    new_tracks: tuple[str, ...]
    new_speakers: tuple[str, ...]
    problems: tuple[Problem, ...]
    #: Sentences about what the programme would be like.
    warnings: tuple[str, ...] = ()


class Merge:
    """The changes that make the programme what the file says, and how to show them.

    ``new_id`` is asked for keys of what has no identity of its own.
    """

    def __init__(self, state: State, file: ImportedFile, missing: Missing, new_id: Callable[[], str]) -> None:
        self._state, self._file, self._new_id = state, file, new_id
        self._sessions = state.all(EVENT, Session)
        self._ours = state.all(EVENT, Speaker)
        self.changes: list[Change] = []
        self.added: list[SessionChange] = []
        self.changed: list[SessionChange] = []
        self.missing: list[SessionChange] = []
        self.unchanged = 0
        #: Sentences about what is left as it is, because people are in it.
        self.left: list[str] = []
        self.new_rooms: list[str] = []
        self.new_tracks: list[str] = []
        self.new_speakers: list[str] = []
        info = state.get(EVENT, Info, "info")
        self._zone = day.zone(info.zone if info else "UTC")
        self._rooms, self._tracks, self._speakers = self._parts()
        self._titles: dict[str, dict[str, str]] = {}
        self._take_sessions(missing)

    def preview(self, upload: str, warnings: list[str]) -> ProgrammePreview:
        """How to show it."""
        now = self._state.get(EVENT, Programme, "programme") or Programme()
        file = self._file
        return ProgrammePreview(
            upload,
            now.version,
            file.name,
            file.format,
            file.title,
            tuple(self.added),
            tuple(self.changed),
            tuple(self.missing),
            self.unchanged,
            tuple(self.new_rooms),
            tuple(self.new_tracks),
            tuple(self.new_speakers),
            file.problems,
            (*self.left, *warnings),
        )

    # -- rooms, tracks, speakers -------------------------------------------------------------------
    def _parts(self) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
        """Keys of rooms and tracks by their titles in the file, of speakers by their refs; new ones are made."""
        return self._take_rooms(), self._take_tracks(), self._take_speakers()

    def _take_rooms(self) -> dict[str, str]:
        rooms, found = self._state.all(EVENT, Room), {}
        order = max((room.order for room in rooms.values()), default=-1)
        for its in self._file.rooms:
            key = matching.match_room(its, self._file, rooms)
            if not key:
                key = identity.fresh_key(its.title, lambda key: key in rooms or self._used(key), self._new_id)
                order += 1
                rooms[key] = Room(its.title, capacity=its.capacity, description=its.description, order=order)
                self.changes.append(put(EVENT, key, rooms[key]))
                self.new_rooms.append(its.title)
            found[its.title] = key
        return found

    def _used(self, key: str) -> bool:
        return bool(self._state.top(room_stream(key)))

    def _take_tracks(self) -> dict[str, str]:
        tracks, found = self._state.all(EVENT, Track), {}
        order = max((track.order for track in tracks.values()), default=-1)
        for its in self._file.tracks:
            key = matching.match_track(its, tracks)
            if not key:
                key = identity.fresh_key(its.slug or its.title, tracks.__contains__, self._new_id)
                order += 1
                tracks[key] = Track(its.title, its.colour, order)
                self.changes.append(put(EVENT, key, tracks[key]))
                self.new_tracks.append(its.title)
            elif its.colour and its.colour != tracks[key].colour:
                tracks[key] = msgspec.structs.replace(tracks[key], colour=its.colour)
                self.changes.append(put(EVENT, key, tracks[key]))
            found[its.title] = key
        return found

    def _take_speakers(self) -> dict[str, str]:
        speakers, found = self._state.all(EVENT, Speaker), {}
        matched = matching.match_speakers(self._file, speakers)
        taken = set(speakers)
        order = max((speaker.order for speaker in speakers.values()), default=-1)
        for its in self._file.speakers:
            key = matched.get(its.ref, "")
            if key:
                now = speakers[key]
                new = msgspec.structs.replace(
                    now,
                    name=its.name or now.name,
                    affiliation=its.affiliation or now.affiliation,
                    biography=its.biography or now.biography,
                    url=its.url or now.url,
                    code=its.code or now.code,
                    extra=_extra(its.extra, now.extra),
                )
            else:
                key = identity.fresh_key(its.name, taken.__contains__, self._new_id)
                order += 1
                new = Speaker(its.name, its.affiliation, its.biography, "", its.url, its.code, order, its.extra)
                self.new_speakers.append(its.name)
            if speakers.get(key) != new:
                self.changes.append(put(EVENT, key, new))
            speakers[key] = new
            taken.add(key)
            found[its.ref] = key
        return found

    # -- sessions ----------------------------------------------------------------------------------
    def _take_sessions(self, missing: Missing) -> None:
        matched = matching.match_sessions(self._file, self._sessions)
        taken = set(self._sessions)
        for number, its in enumerate(self._file.sessions):
            key = matched.get(number, "")
            if key:
                self._change(key, self._merged(its, self._sessions[key], key))
            else:
                key = self._key(its, taken)
                taken.add(key)
                new = self._merged(its, None, key)
                self.changes.append(put(EVENT, key, new))
                self.added.append(SessionChange("", new.title, new.start, new.end, its.room))
        left = set(self._sessions) - set(matched.values())
        for key, session in self._sessions.items():
            if key in left and not (missing is Missing.CANCEL and session.cancelled):
                self._miss(key, session, self._spared(key, session, missing))

    def _spared(self, key: str, session: Session, missing: Missing) -> Missing:
        """A session that runs is neither removed nor cancelled by a file."""
        phase = running(self._state, key, session) if missing is not Missing.KEEP else None
        if phase is None:
            return missing
        self.left.append(f"“{session.title}” is {phase} now and stays, though it is not in the file.")
        return Missing.KEEP

    def _merged(self, its: ImportedSession, ours: Session | None, key: str) -> Session:
        """Our session with what the file knows; fields that it does not know stay."""
        fields: dict[str, Any] = {
            name: getattr(its, name)
            for name in (*SHOWN, *_SILENT)
            if name not in {"room", "track", "speakers", "cancelled"}
        }
        fields["room"] = self._rooms.get(its.room, "")
        fields["track"] = self._tracks.get(its.track, "")
        fields["speakers"] = self._people(its, ours)
        if its.cancelled is not None:
            fields["cancelled"] = its.cancelled
        if ours is None:
            fields["language"] = its.language or "en"
            return Session(**fields)
        fields = {name: value for name, value in fields.items() if name in self._file.knows or name == "cancelled"}
        for name, same in (("guid", matching.same_guid), ("code", matching.same_code)):
            if name in fields:
                fields[name] = same(its, key, ours) or getattr(ours, name)
        fields["slug"] = its.slug or ours.slug
        fields["extra"] = _extra(its.extra, ours.extra)
        if its.type is SessionType.OTHER and dict(its.extra).get("type") == dict(ours.extra).get("type", ""):
            fields.pop("type", None)  # the file's word means nothing to us, and somebody has chosen a type
        if not its.language:
            fields.pop("language", None)
        if fields.get("room", ours.room) != ours.room and (phase := running(self._state, key, ours)) is not None:
            self.left.append(f"“{ours.title}” is {phase} now and stays in its room.")
            del fields["room"]
        return msgspec.structs.replace(ours, **fields)

    def _people(self, its: ImportedSession, ours: Session | None) -> tuple[str, ...]:
        """Keys of the speakers; of two people of one name it is the one who is in the session already."""
        speakers = self._ours
        there = {speakers[key].name: key for key in ours.speakers if key in speakers} if ours else {}
        if ours and list(there) == [ref.removeprefix("name:") for ref in its.speakers]:
            return ours.speakers  # the names are the same, and a file of names says no more
        found = {}
        for ref in its.speakers:
            if ref in self._speakers:
                name = ref.removeprefix("name:") if ref.startswith("name:") else ""
                found[there.get(name, self._speakers[ref])] = True
        return tuple(found)

    def _change(self, key: str, new: Session) -> None:
        old = self._sessions[key]
        if old != new:
            self.changes.append(put(EVENT, key, new))
        fields = tuple(
            FieldChange(name, self._text(name, getattr(old, name)), self._text(name, getattr(new, name)))
            for name in SHOWN
            if getattr(old, name) != getattr(new, name)
        )
        if fields:
            room = self._text("room", new.room)
            self.changed.append(SessionChange(key, new.title, new.start, new.end, room, fields))
        else:
            self.unchanged += 1

    def _miss(self, key: str, session: Session, missing: Missing) -> None:
        room = self._text("room", session.room)
        self.missing.append(SessionChange(key, session.title, session.start, session.end, room))
        if missing is Missing.REMOVE:
            self.changes.append(delete(EVENT, Session, key))
        elif missing is Missing.CANCEL:
            self.changes.append(put(EVENT, key, msgspec.structs.replace(session, cancelled=True)))

    def _key(self, its: ImportedSession, taken: set[str]) -> str:
        """The same identity gets the same key again, so that stars find their session when it comes back."""
        for wanted in (its.guid, f"code.{its.code}" if its.code else ""):
            if wanted and identity.is_key(wanted) and wanted not in taken:
                return wanted
        return self._new_id()

    def _text(self, field: str, value: Any) -> str:
        """A field as people read it."""
        if field in {"start", "end"}:
            return day.say_time(value, self._zone)
        if field in {"room", "track"}:
            return self._named(field).get(str(value), str(value))
        if field == "speakers":
            return ", ".join(self._named(field).get(each, each) for each in value)
        if field == "links":
            return ", ".join(address for _, address in value)
        if field == "cancelled":
            return "yes" if value else "no"
        text = str(value)
        return text if len(text) <= _SHOWN_CHARS else text[: _SHOWN_CHARS - 1] + "…"

    def _named(self, field: str) -> dict[str, str]:
        """Names by key, with those of the file."""
        if field not in self._titles:
            kind: type[Any] = {"room": Room, "track": Track, "speakers": Speaker}[field]
            things: dict[str, Any] = dict(self._state.all(EVENT, kind))
            things |= {change.key: change.value for change in self.changes if change.kind == kind.kind}
            self._titles[field] = {
                key: getattr(thing, "title", getattr(thing, "name", key)) for key, thing in things.items()
            }
        return self._titles[field]


def _extra(its: Pairs, ours: Pairs) -> Pairs:
    """What the file says, and what it says nothing about."""
    said = {name for name, _ in its}
    merged = its + tuple(pair for pair in ours if pair[0] not in said)
    return ours if sorted(merged) == sorted(ours) else merged
