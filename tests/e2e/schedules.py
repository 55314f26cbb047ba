"""Programme files for tests, whose sessions are about now."""

from __future__ import annotations

import json
import time
from typing import Any

MINUTE_MS = 60_000


def minutes_from_now(minutes: int) -> int:
    """Milliseconds UTC, a whole minute."""
    return (int(time.time() * 1000) // MINUTE_MS + minutes) * MINUTE_MS


def schedule(title: str, talks: list[tuple[str, int, str]]) -> bytes:
    """schedule.json of talks of an hour each: (title, minutes from now, room)."""
    rooms: dict[str, list[Any]] = {}
    for number, (talk, begins, room) in enumerate(talks, 1):
        begin = time.gmtime(minutes_from_now(begins) / 1000)
        rooms.setdefault(room, []).append(
            {
                "id": number,
                "guid": f"00000000-0000-4000-8000-{number:012}",
                "title": talk,
                "date": time.strftime("%Y-%m-%dT%H:%M:00+00:00", begin),
                "start": time.strftime("%H:%M", begin),
                "duration": "01:00",
                "room": room,
                "persons": [{"id": number, "public_name": f"Speaker {number}"}],
            }
        )
    today = time.strftime("%Y-%m-%d", time.gmtime())
    conference = {"title": title, "acronym": "e2e", "start": today, "end": today, "daysCount": 1}
    day = {"index": 1, "date": today, "rooms": rooms}
    return json.dumps({"schedule": {"version": "1", "conference": {**conference, "days": [day]}}}).encode()
