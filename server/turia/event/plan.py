"""The programme as it is written to files: everything together, in order. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from turia.event import day
from turia.event.entries import EVENT
from turia.event.matching import room_names
from turia.event.programme import Programme, Room, Session, Speaker, Track
from turia.event.programme_reading import in_order
from turia.event.settings import Info
from turia.event.state import State

#: A day of the programme begins at 4 in the morning (frab, pretalx): a party belongs to the evening before.
DAY_CHANGE_MIN = 240


class Plan(msgspec.Struct, frozen=True):
    """Sessions by their beginning; rooms, tracks and speakers in their order. ``updated``: milliseconds UTC."""

    info: Info
    programme: Programme
    updated: int
    rooms: dict[str, Room]
    tracks: dict[str, Track]
    speakers: dict[str, Speaker]
    sessions: dict[str, Session]

    def room_names(self) -> dict[str, str]:
        """A name of its own for every room."""
        return room_names(self.rooms)

    def days(self) -> list[tuple[date, dict[str, Session]]]:
        """Days of the programme with their sessions; those of the event that have none, too."""
        where = day.zone(self.info.zone)
        found: dict[date, dict[str, Session]] = {}
        for text in (self.info.first_day, self.info.last_day):
            known = day.parse_day(text)
            if known:
                found[known] = {}
        for key, session in self.sessions.items():
            found.setdefault(day.day_of(session.start, where, DAY_CHANGE_MIN), {})[key] = session
        return sorted(found.items())


def plan_of(state: State, only: Iterable[str] | None = None) -> Plan:
    """The programme; ``only``: keys of the sessions that are wanted."""
    facts = (state.item(EVENT, Programme, "programme"), state.item(EVENT, Info, "info"))
    sessions = in_order(state) if only is None else _some(state, only)
    return Plan(
        info=state.get(EVENT, Info, "info") or Info("An event", zone="UTC"),
        programme=state.get(EVENT, Programme, "programme") or Programme(),
        updated=max((item.at for item in facts if item), default=0),
        rooms=dict(sorted(state.all(EVENT, Room).items(), key=lambda each: each[1].order)),
        tracks=dict(sorted(state.all(EVENT, Track).items(), key=lambda each: each[1].order)),
        speakers=dict(sorted(state.all(EVENT, Speaker).items(), key=lambda each: each[1].order)),
        sessions=sessions,
    )


def _some(state: State, only: Iterable[str]) -> dict[str, Session]:
    """These sessions by their beginning; those that are not there any more are left out."""
    found = {key: session for key in only if (session := state.get(EVENT, Session, key)) is not None}
    return dict(sorted(found.items(), key=lambda each: (each[1].start, each[1].room, each[0])))
