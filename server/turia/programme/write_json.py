"""Writes ``schedule.json`` as voc's schema has it. Structs in, bytes out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import msgspec

from turia.event import day, identity
from turia.event.plan import DAY_CHANGE_MIN, Plan
from turia.event.programme import Session
from turia.programme import texts, writing

SCHEMA: Final = "https://c3voc.de/schedule/schema.json"


def write(plan: Plan, base_url: str = "") -> bytes:
    """The whole programme; ``base_url``: of the programme's page."""
    return msgspec.json.format(msgspec.json.encode(_Writer(plan, base_url).whole()), indent=2)


class _Writer:
    def __init__(self, plan: Plan, base_url: str) -> None:
        self._plan, self._base = plan, base_url
        self._zone = day.zone(plan.info.zone)
        self._rooms = plan.room_names()

    def whole(self) -> dict[str, Any]:
        days = self._plan.days()
        return {
            "$schema": SCHEMA,
            "generator": {"name": writing.GENERATOR, "version": writing.VERSION},
            "schedule": {
                "version": str(self._plan.programme.version),
                "base_url": self._base,
                "conference": {
                    "acronym": identity.slug(self._plan.info.title) or "event",
                    "title": self._plan.info.title,
                    "start": days[0][0].isoformat() if days else "",
                    "end": days[-1][0].isoformat() if days else "",
                    "daysCount": len(days),
                    "timeslot_duration": "00:05",
                    "time_zone_name": self._plan.info.zone,
                    "rooms": [
                        {
                            "name": self._rooms[key],
                            "guid": identity.guid_of(key),
                            "description": room.description or None,
                            "capacity": room.capacity or None,
                        }
                        for key, room in self._plan.rooms.items()
                    ],
                    "tracks": [
                        {"name": track.title, "slug": key, "color": track.colour}
                        for key, track in self._plan.tracks.items()
                    ],
                    "days": [self._day(index, *each) for index, each in enumerate(days, start=1)],
                },
            },
        }

    def _day(self, index: int, of_day: Any, sessions: dict[str, Session]) -> dict[str, Any]:
        begins, ends = (
            day.local(day.day_start(each, self._zone, DAY_CHANGE_MIN), self._zone)
            for each in (of_day, of_day + timedelta(days=1))
        )
        rooms: dict[str, list[dict[str, Any]]] = {}
        for room in [*self._rooms, ""]:
            here = [self._event(key, session) for key, session in sessions.items() if session.room == room]
            if here:
                rooms[self._rooms.get(room, "")] = here
        return {
            "index": index,
            "date": of_day.isoformat(),
            "day_start": begins.isoformat(),
            "day_end": (ends - timedelta(minutes=1)).isoformat(),
            "rooms": rooms,
        }

    def _event(self, key: str, session: Session) -> dict[str, Any]:
        start = day.local(session.start, self._zone)
        track = self._plan.tracks.get(session.track)
        event: dict[str, Any] = {
            "guid": writing.guid(key, session),
            "code": session.code,
            "id": int(writing.number(key, session)),
            "logo": writing.one_of(session, "logo") or None,
            "date": start.isoformat(),
            "start": f"{start:%H:%M}",
            "duration": texts.span_text((session.end - session.start) // 60_000),
            "room": self._rooms.get(session.room, ""),
            "slug": session.slug or f"{writing.GENERATOR}-{key}",
            "url": session.url or writing.one_of(session, "url"),
            "title": writing.title(session),
            "subtitle": session.subtitle,
            "track": track.title if track else None,
            "type": writing.type_text(session),
            "language": session.language,
            "abstract": session.abstract,
            "description": session.description,
            "recording_license": writing.one_of(session, "recording_license"),
            "do_not_record": bool(writing.one_of(session, "do_not_record")),
            "persons": [self._person(each) for each in session.speakers if each in self._plan.speakers],
            "links": [
                *({"title": title, "url": href} for title, href in session.links),
                *_kept(session, "link"),
            ],
            "attachments": _kept(session, "attachment"),
        }
        if session.cancelled:
            event["cancelled"] = True
        return {**dict(reversed(writing.others(session))), **event}

    def _person(self, key: str) -> dict[str, Any]:
        speaker = self._plan.speakers[key]
        guid = writing.speaker_guid(key, speaker)
        return {
            **{name: text for name, text in speaker.extra if name not in {"guid", "id"}},
            "guid": guid,
            "code": speaker.code,
            "id": int(speaker.code if speaker.code.isdecimal() else identity.number_of(guid)),
            "name": speaker.name,
            "public_name": speaker.name,
            "affiliation": speaker.affiliation,
            "biography": speaker.biography,
            "url": speaker.url,
        }


def _kept(session: Session, name: str) -> list[dict[str, str]]:
    return [{"title": title, "url": href} for href, title in map(writing.href_and_title, writing.all_of(session, name))]
