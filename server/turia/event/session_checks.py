"""What a session must be, whoever wrote it, and what is odd about it but allowed. Pure."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Final
from zoneinfo import ZoneInfo

from turia.errors import Refused
from turia.event import day
from turia.event.programme import Session
from turia.event.quoting import quoted
from turia.event.settings import Info

_DAY_MS: Final = 24 * 3600 * 1000
#: An exhibition may be open for days; longer is a wrong year.
LONGEST_MS: Final = 31 * _DAY_MS
#: Times of a programme lie between these, milliseconds UTC.
EARLIEST_MS: Final = (day.FIRST_YEAR - 1970) * 365 * _DAY_MS
LATEST_MS: Final = (day.LAST_YEAR - 1970) * 365 * _DAY_MS
#: Sessions outside of the event's days that are named one by one.
_NAMED: Final = 3
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
    what = f"Session {quoted(name)}" if name else "The session"
    if not session.title.strip():
        raise Refused("no_title", f"{what} has no title. Give it one.")
    if not EARLIEST_MS <= session.start <= LATEST_MS or not EARLIEST_MS <= session.end <= LATEST_MS:
        raise Refused("bad_time", f"{what} lies outside of the years {day.FIRST_YEAR} to {day.LAST_YEAR}.")
    if session.end <= session.start:
        raise Refused("bad_time", f"{what} ends before it begins. Set its end after its start.")
    if session.end - session.start > LONGEST_MS:
        raise Refused("bad_time", f"{what} takes longer than 31 days. Check its dates.")
    if session.room and session.room not in rooms:
        raise Refused("unknown_room", f"{what} is in room {quoted(session.room)}, which is not there. Add it first.")
    if session.track and session.track not in tracks:
        raise Refused("unknown_track", f"{what} is in track {quoted(session.track)}, which is not there. Add it first.")
    for speaker in session.speakers:
        if speaker not in speakers:
            raise Refused(
                "unknown_speaker", f"{what} names the speaker {quoted(speaker)}, who is not listed. Add him first."
            )
    if len(set(session.speakers)) < len(session.speakers):
        raise Refused("speaker_twice", f"{what} names a speaker twice. Name everybody once.")


def by_room(sessions: Mapping[str, Session]) -> dict[str, list[tuple[str, Session]]]:
    """Sessions that take place, by their room; those without a room are left out."""
    found: dict[str, list[tuple[str, Session]]] = {}
    for key, session in sessions.items():
        if session.room and not session.cancelled:
            found.setdefault(session.room, []).append((key, session))
    return found


def warnings(touched: Mapping[str, Session], sessions: Mapping[str, Session], info: Info | None) -> list[str]:
    """What an organiser should look at of the sessions that were touched: days outside of the event, and overlaps."""
    on = {key: session for key, session in touched.items() if not session.cancelled}
    where = day.zone(info.zone if info else "UTC")
    found = _outside(list(on.values()), info, where)
    rooms = by_room(sessions)
    said: set[str] = set()  # of two that were touched it is said once
    for key, session in on.items():
        if len(found) >= MOST_WARNINGS:
            break
        found += [
            f"“{session.title}” and “{other.title}” overlap in one room "
            f"({day.say_span(other.start, other.end, where)})."
            for other_key, other in rooms.get(session.room, ())
            if other_key != key and other_key not in said and session.start < other.end and other.start < session.end
        ]
        said.add(key)
    return found[:MOST_WARNINGS]


def _outside(sessions: list[Session], info: Info | None, where: ZoneInfo) -> list[str]:
    """Sessions that lie outside of the days of the event; many of them are one sentence."""
    first, last = day.parse_day(info.first_day if info else ""), day.parse_day(info.last_day if info else "")
    out = [
        session
        for session in sessions
        if (first and day.day_of(session.start, where) < first)
        or (last and day.day_of(session.end - 1, where, _NIGHT_MIN) > last)
    ]
    if len(out) > _NAMED:
        days = [day.say_day(at, where) for at in (min(each.start for each in out), max(each.start for each in out))]
        span = days[0] if days[0] == days[1] else f"{days[0]} to {days[1]}"
        return [
            f"{len(out):,} sessions ({span}) lie outside of the days of the event. "
            "If these are its days, change them in the settings."
        ]
    return [f"“{each.title}” ({day.say_day(each.start, where)}) lies outside of the days of the event." for each in out]
