"""Writes iCalendar (RFC 5545) with the event's time zone. Structs in, bytes out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from turia.event import day
from turia.event.plan import Plan
from turia.event.programme import Session
from turia.programme import writing
from turia.programme.read_calendar import Extended

#: A line has so many bytes at most, without its end.
_LINE_BYTES: Final = 75
_IMPOSSIBLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
#: How often a calendar asks for news.
_REFRESH: Final = "PT15M"


def write(plan: Plan, *, base_url: str = "", name: str = "", whole: bool = False) -> bytes:
    """Sessions of the plan as a calendar. ``base_url``: of the programme's page, where a session has none of its own;
    ``whole``: with everything that an import wants to know."""
    info = plan.info
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//Turia//Turia {writing.VERSION}//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(name or info.title)}",
        f"NAME:{_escaped(name or info.title)}",
        f"X-WR-TIMEZONE:{info.zone}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{_REFRESH}",
        f"X-PUBLISHED-TTL:{_REFRESH}",
    ]
    if info.zone != "UTC":
        lines += vtimezone(info.zone, [time for each in plan.sessions.values() for time in (each.start, each.end)])
    rooms = plan.room_names()
    for key, session in plan.sessions.items():
        lines += _event(plan, rooms, key, session, base_url, whole=whole)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines).encode("utf-8")


def appointment(
    uid: str,
    title: str,
    start: int | date,
    end: int | date,
    *,
    stamp: int,
    sequence: int,
    url: str,
    place: str,
    text: str,
) -> bytes:
    """One thing in a calendar: from a time to another (milliseconds UTC), or whole days up to the day after its last.

    ``stamp``: when this was said, milliseconds UTC.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//Turia//Turia {writing.VERSION}//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        _time("DTSTAMP", stamp, "UTC"),
        f"SEQUENCE:{sequence}",
        f"SUMMARY:{_escaped(title)}",
        *(_day_or_time(name, at) for name, at in (("DTSTART", start), ("DTEND", end))),
        f"URL:{url}",
        *([f"LOCATION:{_escaped(place)}"] if place else []),
        *([f"DESCRIPTION:{_escaped(text)}"] if text else []),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines).encode("utf-8")


def _day_or_time(name: str, at: int | date) -> str:
    return _time(name, at, "UTC") if isinstance(at, int) else f"{name};VALUE=DATE:{at:%Y%m%d}"


def vtimezone(name: str, times: Iterable[int]) -> list[str]:
    """The zone's rules for all ``times`` (milliseconds UTC): one part for each change of its clock around them."""
    where = day.zone(name)
    known = sorted(times) or [0]
    changes = _changes(where, known[0], known[-1])
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}"]
    for before, after, at in changes:
        kind = "DAYLIGHT" if after.dst() else "STANDARD"
        lines += [
            f"BEGIN:{kind}",
            f"DTSTART:{at:%Y%m%dT%H%M%S}",
            f"TZOFFSETFROM:{_offset(before)}",
            f"TZOFFSETTO:{_offset(after)}",
            f"TZNAME:{after.tzname() or name}",
            f"END:{kind}",
        ]
    return [*lines, "END:VTIMEZONE"]


def _changes(where: ZoneInfo, first: int, last: int) -> list[tuple[datetime, datetime, datetime]]:
    """Changes of the clock from before ``first`` to ``last``: (a moment before, one after, local time by the old)."""
    begin = day.local(first, where)
    at = datetime(begin.year - 1, 1, 1, tzinfo=day.zone("UTC"))
    end = day.local(last, day.zone("UTC")) + timedelta(days=1)
    now = at.astimezone(where)
    found = [(now, now, now.replace(tzinfo=None))]
    while at < end:
        later = at + timedelta(days=1)
        if later.astimezone(where).utcoffset() != at.astimezone(where).utcoffset():
            found.append(_change(where, at, later))
        at = later
    return found


def _change(where: ZoneInfo, low: datetime, high: datetime) -> tuple[datetime, datetime, datetime]:
    """The change between two moments, to the minute."""
    offset = low.astimezone(where).utcoffset()
    while high - low > timedelta(minutes=1):
        middle = low + timedelta(minutes=(high - low) // timedelta(minutes=1) // 2)
        low, high = (middle, high) if middle.astimezone(where).utcoffset() == offset else (low, middle)
    before, after = low.astimezone(where), high.astimezone(where)
    return before, after, (high + (offset or timedelta())).replace(tzinfo=None)


def _offset(moment: datetime) -> str:
    seconds = int((moment.utcoffset() or timedelta()).total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("+", seconds)
    hours, rest = divmod(seconds, 3_600)
    minutes, seconds = divmod(rest, 60)
    return f"{sign}{hours:02}{minutes:02}" + (f"{seconds:02}" if seconds else "")


def _event(plan: Plan, rooms: dict[str, str], key: str, session: Session, base_url: str, *, whole: bool) -> list[str]:
    zone = plan.info.zone
    url = session.url or (f"{base_url}#{key}" if base_url else "")
    lines = [
        "BEGIN:VEVENT",
        f"UID:{writing.guid(key, session)}@turia",
        f"DTSTAMP:{day.local(plan.updated, day.zone('UTC')):%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{plan.programme.version}",
        _time("DTSTART", session.start, zone),
        _time("DTEND", session.end, zone),
        f"SUMMARY:{_escaped(session.title)}",
        f"STATUS:{'CANCELLED' if session.cancelled else 'TENTATIVE' if plan.programme.draft else 'CONFIRMED'}",
    ]
    room = rooms.get(session.room, "")
    lines += [f"LOCATION:{_escaped(room)}"] if room else []
    lines += [f"URL:{url}"] if url and (session.url or not whole) else []
    text = _description(plan, session)
    lines += [f"DESCRIPTION:{_escaped(text)}"] if text else []
    lines += [f"CATEGORIES:{_escaped(session.type.value.replace('_', ' '))}"]
    if whole:
        lines.append(f"X-TURIA-SESSION:{_escaped(msgspec.json.encode(_extended(plan, session)).decode())}")
    return [*lines, "END:VEVENT"]


def _description(plan: Plan, session: Session) -> str:
    """What people read in their calendar."""
    speakers = [plan.speakers[each] for each in session.speakers if each in plan.speakers]
    names = [f"{each.name} ({each.affiliation})" if each.affiliation else each.name for each in speakers]
    parts = [session.subtitle, ", ".join(names), session.abstract, session.description]
    parts += [f"{title}: {href}" if title else href for title, href in session.links]
    return "\n\n".join(part for part in parts if part)


def _extended(plan: Plan, session: Session) -> Extended:
    track = plan.tracks.get(session.track)
    return Extended(
        type=writing.type_text(session),
        track=track.title if track else "",
        subtitle=session.subtitle,
        abstract=session.abstract,
        description=session.description,
        speakers=tuple(
            (writing.speaker_guid(each, plan.speakers[each]), plan.speakers[each].name)
            for each in session.speakers
            if each in plan.speakers
        ),
        language=session.language,
        links=session.links,
        code=session.code,
        slug=session.slug,
        extra=tuple(pair for pair in session.extra if pair[0] != "type"),
    )


def _time(name: str, at: int, zone: str) -> str:
    """Local time with the zone's name; an hour that comes twice is said in UTC, where it is one."""
    where = day.zone(zone)
    wall = day.local(at, where)
    if zone == "UTC" or day.at_wall(wall.replace(tzinfo=None), where) != at:
        return f"{name}:{day.local(at, day.zone('UTC')):%Y%m%dT%H%M%SZ}"
    return f"{name};TZID={zone}:{wall:%Y%m%dT%H%M%S}"


def _escaped(text: str) -> str:
    text = _IMPOSSIBLE.sub("", text.replace("\r\n", "\n"))
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> str:
    """A content line in pieces of at most 75 bytes; no character is cut in two."""
    raw = line.encode("utf-8", "replace")
    if len(raw) <= _LINE_BYTES:
        return line
    pieces, start, room = [], 0, _LINE_BYTES
    while start < len(raw):
        end = min(start + room, len(raw))
        while end < len(raw) and raw[end] & 0xC0 == 0x80:  # in the middle of a character
            end -= 1
        pieces.append(raw[start:end])
        start, room = end, _LINE_BYTES - 1
    return b"\r\n ".join(pieces).decode("utf-8")
