"""The first start: an empty event is filled from ``event.toml``, or from the venue where there is none.

In the demo profile the event's clock is shifted so that the opening is live now, and set back when the day is over.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Final

import msgspec

from turia import folders
from turia.backbone.journal import Journal
from turia.errors import SettingsError
from turia.event.entries import EVENT
from turia.event.programme import Room, Session, SessionType
from turia.event.seeding import Seed, SetTheDayBack
from turia.event.settings import Info
from turia.event.talk_moving import MoveTalks, TalksMoved
from turia.programme.event_file import parse
from turia.settings import Settings
from turia.world.layout import Layout

log = logging.getLogger(__name__)

FILE_NAME: Final = "event.toml"
#: The demo begins so long after the beginning of its opening: it is live, and nobody has missed anything.
_INTO_THE_OPENING_MS: Final = 60_000
#: Rooms of a venue that can hold a session or a queue; corridors and the street cannot.
_KINDS: Final = frozenset({"foyer", "auditorium", "seminar", "exhibition", "green_room", "help_desk", "entrance"})
_BAD_IN_KEYS: Final = re.compile(r"[^A-Za-z0-9_.:-]+")


async def move_talks(journal: Journal) -> None:
    """Slides and captions that an older version kept with rooms come to their sessions. Before anybody is let in."""
    moved, more = 0, True
    while more:
        answer = await journal.do("talks.move", MoveTalks())
        assert isinstance(answer, TalksMoved)
        moved, more = moved + answer.things, answer.things > 0
    if moved:
        log.info("slides and captions were moved from rooms to their sessions", extra={"things": moved})


async def first_start(journal: Journal, settings: Settings, layout: Layout) -> None:
    """Seed an empty event; in the demo profile begin its day. Raises SettingsError when event.toml is wrong."""
    demo = settings.profile == "demo"
    if not journal.state.top(EVENT):
        seed = read_seed(settings, layout)
        await journal.do("event.seed", msgspec.structs.replace(seed, now=opening_ms(seed.sessions) if demo else 0))
        log.info("the event was set up", extra={"source": seed.source or "the venue", "sessions": len(seed.sessions)})
        return
    sessions = journal.state.all(EVENT, Session)
    if demo and sessions and journal.moment().event_at >= max(each.end for each in sessions.values()):
        await journal.do("event.set_the_day_back", SetTheDayBack(opening_ms(sessions)))
        log.info("the day of the demonstration begins again")


def read_seed(settings: Settings, layout: Layout) -> Seed:
    """The event as its file says, or a minimal one of the venue's rooms. Raises SettingsError."""
    path = event_file(settings)
    if path is None:
        return minimal(settings.title or layout.title, settings.subtitle or layout.subtitle, layout)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"The event file {path} cannot be read: {error.strerror}. Check event_file.") from None
    seed = parse(data, str(path))
    titles = {"title": settings.title, "subtitle": settings.subtitle}
    info = msgspec.structs.replace(seed.info, **{name: text for name, text in titles.items() if text})
    return msgspec.structs.replace(seed, info=info, rooms=_in_the_building(seed.rooms, layout, path))


def _in_the_building(rooms: dict[str, Room], layout: Layout, path: Path) -> dict[str, Room]:
    """Rooms whose place the venue does not have are there in flat view alone, and that is said."""
    places = {room.id for room in layout.rooms}
    for key, room in rooms.items():
        if room.place and room.place not in places:
            log.warning(
                "a room of the event is not in the building: it is there in flat view alone",
                extra={"file": str(path), "room": key, "place": room.place, "places": ", ".join(sorted(places))},
            )
    return {
        key: room if not room.place or room.place in places else msgspec.structs.replace(room, place="")
        for key, room in rooms.items()
    }


def event_file(settings: Settings) -> Path | None:
    """The file that the setting names, else ``event.toml`` in the venue's folder, or of the model it was baked from."""
    if settings.event_file is not None:
        return settings.event_file
    venue = folders.venue_dir(settings)
    beside = (venue.parent,) if (venue.parent / "venue.toml").is_file() else ()
    return next((folder / FILE_NAME for folder in (venue, *beside) if (folder / FILE_NAME).is_file()), None)


def minimal(title: str, subtitle: str, layout: Layout) -> Seed:
    """An event without sessions, whose rooms are those of the venue."""
    rooms = [room for room in layout.rooms if room.kind in _KINDS]
    return Seed(
        info=Info(title or "An event", subtitle),
        rooms={
            _BAD_IN_KEYS.sub("_", room.id)[:64] or f"room_{number}": Room(
                room.title or room.id, place=room.id, capacity=room.capacity, order=number
            )
            for number, room in enumerate(rooms)
        },
    )


def opening_ms(sessions: dict[str, Session]) -> int:
    """What the clock of a demo shows at its start: just into the opening, else into the first session; 0 for none."""
    openings = [each for each in sessions.values() if each.type is SessionType.OPENING] or list(sessions.values())
    return min((each.start for each in openings), default=-_INTO_THE_OPENING_MS) + _INTO_THE_OPENING_MS
