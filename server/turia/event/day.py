"""Days and hours of the event: between milliseconds UTC and the clock on the wall of its zone. Pure.

A *day* of the programme may end after midnight: ``change_min`` is the minute of the clock at which the next one begins
(frab's day change). Zones are IANA names; their rules come with the ``tzdata`` package.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from turia.errors import Refused
from turia.event.quoting import quoted

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: The day of the week by isoweekday; strftime would follow the machine's language.
_DAYS = ("", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "",
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
#: Times of a programme lie between these years; anything else is a slip of the pen.
FIRST_YEAR, LAST_YEAR = 1970, 2199


def zone(name: str) -> ZoneInfo:
    """The zone of an IANA name; raises Refused (``unknown_zone``)."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; a path; a folder of zones such as "Europe"
        raise Refused(
            "unknown_zone",
            f"{quoted(name[:60])} is no time zone. Write one of the IANA list, such as Europe/Madrid.",
        ) from None


def known_zone(name: str) -> bool:
    """Whether there is such a zone."""
    try:
        zone(name)
    except Refused:
        return False
    return bool(name)


def local(at: int, where: ZoneInfo) -> datetime:
    """Milliseconds UTC as the clock on the wall shows them."""
    return (_EPOCH + timedelta(milliseconds=at)).astimezone(where)


def to_ms(moment: datetime) -> int:
    """Milliseconds UTC of an aware date and time."""
    return (moment - _EPOCH) // _MS


def at_wall(naive: datetime, where: ZoneInfo) -> int:
    """Milliseconds UTC of what the clock on the wall shows.

    An hour that comes twice (October) is its first; one that the clock skips (March) is counted on from before, as
    calendars do: 02:30 is then 03:30.
    """
    return to_ms(naive.replace(tzinfo=where, fold=0).astimezone(UTC))


def day_of(at: int, where: ZoneInfo, change_min: int = 0) -> date:
    """The day of the programme that a time belongs to."""
    wall = local(at, where)
    return (wall.replace(tzinfo=None) - timedelta(minutes=change_min)).date()


def day_start(day: date, where: ZoneInfo, change_min: int = 0) -> int:
    """When a day of the programme begins, milliseconds UTC."""
    return at_wall(datetime(day.year, day.month, day.day) + timedelta(minutes=change_min), where)  # noqa: DTZ001


def parse_day(text: str) -> date | None:
    """``YYYY-MM-DD`` as a date; None if it is none."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def say_time(at: int, where: ZoneInfo) -> str:
    """``Monday 3 November, 09:30``."""
    wall = local(at, where)
    return f"{_DAYS[wall.isoweekday()]} {wall.day} {_MONTHS[wall.month]}, {wall:%H:%M}"


def say_day(at: int, where: ZoneInfo) -> str:
    """``Monday 3 November 2025``."""
    wall = local(at, where)
    return f"{_DAYS[wall.isoweekday()]} {wall.day} {_MONTHS[wall.month]} {wall.year}"


def say_span(start: int, end: int, where: ZoneInfo) -> str:
    """``Monday 3 November, 09:30 to 10:00``, with the second day where it is another."""
    last = local(end, where)
    same = local(start, where).date() == last.date()
    return f"{say_time(start, where)} to {f'{last:%H:%M}' if same else say_time(end, where)}"
