"""What a session must be, whoever wrote it, and what is odd about it but allowed. Pure."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Final

from turia.errors import Refused
from turia.event import day
from turia.event.programme import Session
from turia.event.settings import Info

_DAY_MS: Final = 24 * 3600 * 1000
#: An exhibition may be open for days; longer is a wrong year.
LONGEST_MS: Final = 31 * _DAY_MS
#: Times of a programme lie between these, milliseconds UTC.
EARLIEST_MS: Final = (day.FIRST_YEAR - 1970) * 365 * _DAY_MS
LATEST_MS: Final = (day.LAST_YEAR - 1970) * 365 * _DAY_MS
#: What ends so many minutes after midnight still belongs to the day before.
_NIGHT_MIN: Final = 360
#: Warnings of one command at most; who changes a thousand sessions does not read a thousand sentences.
MOST_WARNINGS: Final = 20


def check_parts(
    session: Session,
    rooms: Container[str],
    tracks: Container[str],
    speakers: Container[str],
    *,
    name: str = "",
) -> None:
    """Raise Refused when times are impossible or something it names does not exist."""
    what = f"Session {name!r}" if name else "The session"
    if not session.title.strip():
        raise Refused("no_title", f"{what} has no title. Give it one.")
    if not EARLIEST_MS <= session.start <= LATEST_MS or not EARLIEST_MS <= session.end <= LATEST_MS:
        raise Refused("bad_time", f"{what} lies outside of the years {day.FIRST_YEAR} to {day.LAST_YEAR}.")
    if session.end <= session.start:
        raise Refused("bad_time", f"{what} ends before it begins. Set its end after its start.")
    if session.end - session.start > LONGEST_MS:
        raise Refused("bad_time", f"{what} takes longer than 31 days. Check its dates.")
    if session.room and session.room not in rooms:
        raise Refused("unknown_room", f"{what} is in room {session.room!r}, which is not there. Add it first.")
    if session.track and session.track not in tracks:
        raise Refused("unknown_track", f"{what} is in track {session.track!r}, which is not there. Add it first.")
    for speaker in session.speakers:
        if speaker not in speakers:
            raise Refused("unknown_speaker", f"{what} names the speaker {speaker!r}, who is not listed. Add him first.")
    if len(set(session.speakers)) < len(session.speakers):
        raise Refused("speaker_twice", f"{what} names a speaker twice. Name everybody once.")


def by_room(sessions: Mapping[str, Session]) -> dict[str, list[tuple[str, Session]]]:
    """Sessions that take place, by their room; those without a room are left out."""
    found: dict[str, list[tuple[str, Session]]] = {}
    for key, session in sessions.items():
        if session.room and not session.cancelled:
            found.setdefault(session.room, []).append((key, session))
    return found


def warnings(
    key: str, session: Session, rooms: Mapping[str, list[tuple[str, Session]]], info: Info | None
) -> list[str]:
    """What an organiser should look at: days outside of the event, and other sessions in the room at this time.

    ``rooms``: what :func:`by_room` made of all sessions.
    """
    if session.cancelled:
        return []
    where = day.zone(info.zone if info else "UTC")
    found = []
    first, last = day.parse_day(info.first_day if info else ""), day.parse_day(info.last_day if info else "")
    begins, ends = day.day_of(session.start, where), day.day_of(session.end - 1, where, _NIGHT_MIN)
    if (first and begins < first) or (last and ends > last):
        span = day.say_span(session.start, session.end, where)
        found.append(f"'{session.title}' ({span}) lies outside of the days of the event.")
    found += [
        f"'{session.title}' and '{other.title}' overlap in one room ({day.say_span(other.start, other.end, where)})."
        for other_key, other in rooms.get(session.room, ())
        if other_key != key and session.start < other.end and other.start < session.end
    ]
    return found
