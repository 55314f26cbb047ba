"""The event as one appointment in a calendar file, for letters. Sessions have files of their own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from turia.event.entries import EVENT
from turia.event.programme import Session
from turia.event.settings import Info
from turia.event.state import State


def event_file(state: State, base: str, host: str, at: int) -> bytes | None:
    """iCalendar of the whole event, from its first session to its last, else its days; None if neither is known.

    ``base``: address of the venue; ``at``: now, milliseconds UTC.
    """
    info = state.get(EVENT, Info, "info")
    times = _times(state, info)
    if info is None or times is None:
        return None
    event = Event()
    event.add("uid", f"event@{host}")
    event.add("dtstamp", datetime.fromtimestamp(at / 1_000, UTC))
    event.add("sequence", state.top(EVENT))
    event.add("summary", info.title)
    event.add("dtstart", times[0])
    event.add("dtend", times[1])
    event.add("url", base)
    where = ", ".join(part for part in (info.venue_name, info.city) if part)
    if where:
        event.add("location", where)
    event.add("description", f"{info.subtitle}\n{base}".strip())
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Turia//Event//EN")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _times(state: State, info: Info | None) -> tuple[datetime | date, datetime | date] | None:
    sessions = [each for each in state.all(EVENT, Session).values() if not each.cancelled]
    if sessions:
        start, end = min(each.start for each in sessions), max(each.end for each in sessions)
        return datetime.fromtimestamp(start / 1_000, UTC), datetime.fromtimestamp(end / 1_000, UTC)
    if info is None or not info.first_day:
        return None
    last = date.fromisoformat(info.last_day or info.first_day)
    return date.fromisoformat(info.first_day), last + timedelta(days=1)
