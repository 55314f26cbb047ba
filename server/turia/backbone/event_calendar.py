"""The event as one appointment in a calendar file, for letters. Sessions have files of their own."""

from __future__ import annotations

from datetime import date, timedelta

from turia.event.entries import EVENT
from turia.event.programme import Session
from turia.event.settings import Info
from turia.event.state import State
from turia.programme import write_calendar


def event_file(state: State, base: str, host: str, at: int) -> bytes | None:
    """iCalendar of the whole event, from its first session to its last, else its days; None if neither is known.

    ``base``: address of the venue; ``at``: now, milliseconds UTC.
    """
    info = state.get(EVENT, Info, "info")
    times = _times(state, info)
    if info is None or times is None:
        return None
    return write_calendar.appointment(
        f"event@{host}",
        info.title,
        *times,
        stamp=at,
        sequence=state.top(EVENT),
        url=base,
        place=", ".join(part for part in (info.venue_name, info.city) if part),
        text=f"{info.subtitle}\n{base}".strip(),
    )


def _times(state: State, info: Info | None) -> tuple[int | date, int | date] | None:
    sessions = [each for each in state.all(EVENT, Session).values() if not each.cancelled]
    if sessions:
        return min(each.start for each in sessions), max(each.end for each in sessions)
    if info is None or not info.first_day:
        return None
    last = date.fromisoformat(info.last_day or info.first_day)
    return date.fromisoformat(info.first_day), last + timedelta(days=1)
