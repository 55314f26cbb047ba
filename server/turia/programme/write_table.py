"""Writes CSV: one session a row, UTF-8, and no cell that a spreadsheet takes for a formula. Structs in, bytes out."""

from __future__ import annotations

import csv
import io
from typing import Final

from turia.event import day
from turia.event.plan import Plan
from turia.event.programme import Session
from turia.programme import writing
from turia.programme.read_table import FORMULA

#: The last one is empty: it says who wrote the file, so that an import takes its texts as they are.
COLUMNS: Final = (
    "title", "start", "end", "room", "track", "type", "subtitle", "abstract", "description", "speakers", "language",
    "url", "cancelled", "guid", "code", "turia",
)  # fmt: skip


def write(plan: Plan) -> bytes:
    """All sessions of the plan; times with their offset from UTC."""
    out = io.StringIO(newline="")
    out.write("\ufeff")  # spreadsheets take UTF-8 for something else without it
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    rooms = plan.room_names()
    for key, session in plan.sessions.items():
        table.writerow([safe(cell) for cell in _cells(plan, rooms, key, session)])
    return out.getvalue().encode("utf-8")


def safe(cell: str) -> str:
    """The cell with an apostrophe before it where a spreadsheet would reckon with it."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _cells(plan: Plan, rooms: dict[str, str], key: str, session: Session) -> list[str]:
    where = day.zone(plan.info.zone)
    track = plan.tracks.get(session.track)
    names = [plan.speakers[each].name for each in session.speakers if each in plan.speakers]
    return [
        session.title,
        day.local(session.start, where).isoformat(" ", "minutes"),
        day.local(session.end, where).isoformat(" ", "minutes"),
        rooms.get(session.room, ""),
        track.title if track else "",
        writing.type_text(session),
        session.subtitle,
        session.abstract,
        session.description,
        "\n".join(names),
        session.language,
        session.url,
        "yes" if session.cancelled else "",
        writing.guid(key, session),
        session.code,
        "",
    ]
