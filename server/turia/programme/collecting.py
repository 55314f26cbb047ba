"""What readers share: collecting a file's rooms, tracks, speakers, sessions and problems, all within bounds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from turia.errors import Refused
from turia.event import day, identity
from turia.event.imported import (
    LONGEST_NAME,
    LONGEST_TITLE,
    MOST_LINKS,
    MOST_PROBLEMS,
    MOST_SESSIONS,
    MOST_SPEAKERS,
    ImportedFile,
    ImportedRoom,
    ImportedSession,
    ImportedSpeaker,
    ImportedTrack,
    Problem,
)
from turia.event.names import clean_line
from turia.event.session_checks import EARLIEST_MS, LATEST_MS, LONGEST_MS

_MINUTE_MS: Final = 60_000
#: Without an end a session takes so long; a problem says so.
ASSUMED_MS: Final = 30 * _MINUTE_MS
UNTITLED: Final = "Untitled"


def unreadable(text: str) -> Refused:
    """A file that is not taken at all; ``text`` says why and what to do."""
    return Refused("bad_file", text)


#: What an entry may raise that is broken in a way that nobody has thought of: it costs itself alone.
BROKEN: Final = (ValueError, OverflowError)


class Entry(Exception):  # noqa: N818 - it is an entry's problem, not an error of ours
    """One entry cannot be imported; the text says why."""


class Collector:
    """Fills an ImportedFile. ``where`` of problems is up to the reader."""

    def __init__(self, name: str, form: str) -> None:
        self.name, self.form = name, form
        self.generator = self.title = self.zone = self.version = ""
        self.sessions: list[ImportedSession] = []
        self._rooms: dict[str, ImportedRoom] = {}
        self._tracks: dict[str, ImportedTrack] = {}
        self._speakers: dict[str, ImportedSpeaker] = {}
        self._problems: list[Problem] = []
        self._more = 0

    @property
    def ours(self) -> bool:
        """Whether this version or another one of Turia wrote the file."""
        return self.generator.lower().startswith("turia")

    def made_up(self, number: str, guid: str) -> bool:
        """Whether an export of ours made this number of the guid, because the format wants one."""
        return self.ours and number == identity.number_of(guid)

    def slug(self, text: str) -> str:
        """A slug; one that an export of ours made up is none."""
        return "" if self.ours and text.startswith("turia-") else text[:300]

    def problem(self, where: str, text: str, *, lost: bool = False) -> None:
        """Note something; beyond MOST_PROBLEMS they are only counted."""
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(Problem(where, text, lost))
        else:
            self._more += 1

    def room(self, title: str, guid: str = "", capacity: int = 0, description: str = "") -> str:
        """A room by its clean title, which is returned; what is known of it already stays."""
        title = clean_line(title)[:LONGEST_NAME].rstrip()
        known = self._rooms.get(title)
        if title and (known is None or (guid and not known.guid)):
            self._rooms[title] = ImportedRoom(title, guid, max(0, capacity), description)
        return title

    def track(self, title: str, slug: str = "", colour: str = "") -> str:
        """A track by its clean title, which is returned."""
        title = clean_line(title)[:LONGEST_NAME].rstrip()
        if title and title not in self._tracks:
            self._tracks[title] = ImportedTrack(title, slug, colour)
        return title

    def speaker(self, speaker: ImportedSpeaker) -> str:
        """A speaker; his ref is returned. More about somebody who is known already is added to it."""
        if len(speaker.name) > LONGEST_NAME:
            fields = {name: getattr(speaker, name) for name in ImportedSpeaker.__struct_fields__}
            speaker = ImportedSpeaker(**(fields | {"name": speaker.name[:LONGEST_NAME].rstrip()}))
        known = self._speakers.get(speaker.ref)
        if known is None or (not known.biography and speaker.biography):
            self._speakers[speaker.ref] = speaker
        return speaker.ref

    def session(self, where: str, session: ImportedSession) -> None:
        """A session: its times made whole minutes and checked. Raises Entry for one that cannot be."""
        if len(self.sessions) >= MOST_SESSIONS:
            raise unreadable(f"The file has more than {MOST_SESSIONS:,} sessions. Split it, or check what it is.")
        title = self._cut(where, "title", session.title, LONGEST_TITLE)
        subtitle = self._cut(where, "subtitle", session.subtitle, LONGEST_TITLE)
        if not title:
            title = UNTITLED
            self.problem(where, f"It has no title and is called “{UNTITLED}”.")
        start, end = (time - time % _MINUTE_MS for time in (session.start, session.end))
        if (start, end) != (session.start, session.end):
            self.problem(where, "Times were cut to whole minutes.")
        if end == start and session.end >= session.start:
            self.problem(where, "It has no length; 30 minutes were assumed.")
            end = start + ASSUMED_MS
        if end < start:
            raise Entry("it ends before it begins")
        if end - start > LONGEST_MS:
            raise Entry("it takes longer than 31 days")
        if not EARLIEST_MS <= start <= end <= LATEST_MS:
            raise Entry(f"it does not lie between the years {day.FIRST_YEAR} and {day.LAST_YEAR}")
        fields = {name: getattr(session, name) for name in ImportedSession.__struct_fields__}
        self.sessions.append(
            ImportedSession(
                **(
                    fields
                    | {"title": title, "subtitle": subtitle, "start": start, "end": end}
                    | self._few(where, session)
                )
            )
        )

    def _cut(self, where: str, what: str, text: str, most: int) -> str:
        if len(text) > most:
            self.problem(where, f"Its {what} is longer than {most} characters and was cut.")
        return text[:most].rstrip()

    def _few(self, where: str, session: ImportedSession) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for field, most in (("speakers", MOST_SPEAKERS), ("links", MOST_LINKS), ("extra", MOST_LINKS)):
            if len(getattr(session, field)) > most:
                self.problem(where, f"It has more than {most} {field}; the first of them were taken.")
                found[field] = getattr(session, field)[:most]
        return found

    def done(self, knows: Iterable[str]) -> ImportedFile:
        """The file, whose identities identify; ``knows``: fields of sessions that this format has."""
        if not self.sessions:
            raise unreadable(
                f"{self.name} holds no session that can be imported."
                + (f" The first problem: {self._problems[0].where}: {self._problems[0].text}" if self._problems else "")
            )
        self._drop_doubles()
        if self._more:
            self._problems.append(Problem("", f"And {self._more:,} more problems."))
        return ImportedFile(
            name=self.name,
            format=self.form,
            generator=self.generator,
            title=self.title,
            zone=self.zone,
            version=self.version,
            knows=tuple(knows),
            rooms=tuple(self._rooms.values()),
            tracks=tuple(self._tracks.values()),
            speakers=tuple(self._speakers.values()),
            sessions=tuple(self.sessions),
            problems=tuple(self._problems),
        )

    def _drop_doubles(self) -> None:
        """A guid, code or slug that occurs twice identifies nothing: some tools write the same one everywhere."""
        for field in ("guid", "code", "slug"):
            counts: dict[str, int] = {}
            for session in self.sessions:
                value = getattr(session, field)
                counts[value] = counts.get(value, 0) + 1
            doubled = {value for value, count in counts.items() if value and count > 1}
            if doubled:
                some = ", ".join(sorted(doubled)[:3])
                self.problem("", f"Several sessions have the same {field} ({some}); it is not used.")
                self.sessions = [
                    _without(session, field) if getattr(session, field) in doubled else session
                    for session in self.sessions
                ]


def _without(session: ImportedSession, field: str) -> ImportedSession:
    fields = {name: getattr(session, name) for name in ImportedSession.__struct_fields__}
    return ImportedSession(**(fields | {field: ""}))
