"""Reads ``schedule.json`` of frab, pretalx and voc, and talks as pretalx's API lists them. Bytes in, structs out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from turia.event import day
from turia.event.imported import ImportedFile, ImportedSession, ImportedSpeaker
from turia.event.names import clean_line
from turia.event.quoting import quoted
from turia.programme import texts
from turia.programme.collecting import ASSUMED_MS, BROKEN, Collector, Entry, unreadable
from turia.programme.read_xml import KNOWS

#: Keys of an event that are understood; others are kept as they are.
_KNOWN: Final = frozenset(
    {"guid", "code", "date", "start", "end", "duration", "room", "slug", "url", "title", "subtitle", "track", "type",
     "language", "abstract", "description", "persons", "participants", "speakers", "links", "attachments", "cancelled",
     "slot", "submission_type", "content_locale"}
)  # fmt: skip
_PERSON: Final = frozenset(
    {"guid", "code", "name", "public_name", "full_public_name", "biography", "affiliation", "url"}
)
#: A value that is no text is kept as JSON of this length at most.
_LONGEST_EXTRA: Final = 2_000


def read(data: bytes, name: str, zone: str) -> ImportedFile:
    """The programme of a schedule.json; times without a zone are of ``zone``. Raises Refused (``bad_file``)."""
    try:
        whole = msgspec.json.decode(data)
    except RecursionError:
        raise unreadable(f"{name} is nested too deeply; no schedule is.") from None
    except UnicodeDecodeError:
        raise unreadable(f"{name} is not written in UTF-8, as JSON must be. Save it as UTF-8.") from None
    except msgspec.DecodeError as error:
        raise unreadable(f"{name} is no valid JSON: {_line(str(error), data)}. Export it again.") from None
    return _Reader(name, zone).read(whole)


def _line(error: str, data: bytes) -> str:
    """msgspec names the byte; people count lines."""
    head, _, rest = error.partition("(byte ")
    digits = rest.rstrip(")")
    if not digits.isdecimal():
        return error[:200]
    return f"line {data.count(10, 0, int(digits)) + 1}: {head.strip()}"


class _Reader:
    def __init__(self, name: str, zone: str) -> None:
        self.into = Collector(name, "schedule.json")
        self.zone = zone
        self._number = 0

    def read(self, whole: Any) -> ImportedFile:
        entries = self._entries(whole)
        for where, event, room, date in entries:
            try:
                self._event(event, room, date, where)
            except Entry as error:
                self.into.problem(where, f"Not imported: {error}.", lost=True)
            except BROKEN:
                self.into.problem(where, "Not imported: it cannot be read.", lost=True)
        return self.into.done([*KNOWS, *(["cancelled"] if self.into.ours else [])])

    def _entries(self, whole: Any) -> Iterator[tuple[str, dict[str, Any], str, str]]:
        """Events with (where, event, room, day), whatever holds them."""
        if isinstance(whole, dict) and isinstance(whole.get("schedule"), dict):
            schedule = whole["schedule"]
            self._head(whole, schedule)
            yield from self._of_days(schedule)
            yield from self._plain(schedule.get("events"))
        elif isinstance(whole, dict) and isinstance(whole.get("conference"), dict):
            self._head(whole, whole)
            yield from self._of_days(whole)
        elif isinstance(whole, dict) and isinstance(whole.get("results"), list):
            yield from self._plain(whole["results"])
        elif isinstance(whole, list):
            yield from self._plain(whole)
        else:
            raise unreadable(f"{self.into.name} is JSON, but no schedule: there is no “schedule” with days in it.")

    def _head(self, whole: dict[str, Any], schedule: dict[str, Any]) -> None:
        conference = _dict(schedule.get("conference"))
        generator = _dict(whole.get("generator") or schedule.get("generator"))
        self.into.generator = f"{_text(generator.get('name'))} {_text(generator.get('version'))}".strip()
        self.into.title = clean_line(_text(conference.get("title")))[:200]
        self.into.version = clean_line(_text(schedule.get("version")))[:200]
        said = _text(conference.get("time_zone_name"))
        if day.known_zone(said):
            self.zone = self.into.zone = said
        elif said:
            self.into.problem("conference", f"Its time zone {quoted(said[:40])} is not known; {self.zone} is used.")
        for room in _dicts(conference.get("rooms")):
            capacity = room.get("capacity")
            self.into.room(
                _text(room.get("name")),
                _text(room.get("guid")),
                capacity if isinstance(capacity, int) else 0,
                texts.body(_text(room.get("description")), plain=self.into.ours),
            )
        self._tracks = {}
        for track in _dicts(conference.get("tracks")):
            colour = _text(track.get("color") or _dict(track.get("colors")).get("light")).lower()
            title = self.into.track(_text(track.get("name")), _text(track.get("slug")), colour if _hex(colour) else "")
            self._tracks[_text(track.get("slug"))] = title
        for person in _dicts(schedule.get("persons")):
            self._speaker(person)

    def _of_days(self, schedule: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str, str]]:
        for of_day in _dicts(_dict(schedule.get("conference")).get("days") or schedule.get("days")):
            for room, events in _dict(of_day.get("rooms")).items():
                for event in _dicts(events):
                    yield self._where(event), event, room, _text(of_day.get("date"))

    def _plain(self, events: Any) -> Iterator[tuple[str, dict[str, Any], str, str]]:
        for event in _dicts(events):
            slot = event.get("slot")
            if isinstance(slot, dict):
                event = {**event, "start": slot.get("start"), "end": slot.get("end"), "room": slot.get("room")}
            room = event.get("room")
            yield self._where(event), event, _text(room.get("name") or room if isinstance(room, dict) else room), ""

    def _where(self, event: dict[str, Any]) -> str:
        self._number += 1
        return f"event {self._number} (“{clean_line(_text(event.get('title')))[:60]}”)"

    def _event(self, event: dict[str, Any], room: str, date: str, where: str) -> None:
        start, end = self._times(event, date, where)
        title = clean_line(_text(event.get("title")))
        cancelled = bool(event.get("cancelled")) if self.into.ours else None
        if cancelled:
            title = title.removeprefix("Cancelled: ")
        kind = _text(event.get("type") or event.get("submission_type"))
        code, id_ = _text(event.get("code")), _text(event.get("id"))
        track = event.get("track")
        if isinstance(track, dict) and "name" not in track and "slug" in track:
            track = self._tracks.get(_text(track["slug"]), _text(track["slug"]))
        elif isinstance(track, dict):
            track = track.get("name") or track
        extra = [*texts.type_extra(kind), *self._extra(event, both=bool(code) and code != id_)]
        links = tuple(self._links(event, extra))
        url = _text(event.get("url"))
        if url and not texts.address(url):
            extra.append(("url", url))
        self.into.session(
            where,
            ImportedSession(
                title=title,
                start=start,
                end=end,
                type=texts.session_type(kind),
                room=self.into.room(room or _text(event.get("room"))),
                track=self.into.track(_text(track)),
                subtitle=clean_line(_text(event.get("subtitle"))),
                abstract=self._body(event, "abstract", where),
                description=self._body(event, "description", where),
                speakers=tuple(self._speakers(event)),
                language=clean_line(_text(event.get("language") or event.get("content_locale")))[:20],
                url=texts.address(url),
                links=links,
                cancelled=cancelled,
                guid=_text(event.get("guid"))[:200],
                code=(code or id_)[:100],
                slug=self.into.slug(_text(event.get("slug"))),
                extra=tuple(extra),
            ),
        )

    def _times(self, event: dict[str, Any], date: str, where: str) -> tuple[int, int]:
        said = _text(event.get("date"))
        start = texts.moment(said, self.zone) or texts.moment(_text(event.get("start")), self.zone)
        if start is None:
            clock = texts.clock(_text(event.get("start")))
            if clock is None:
                raise Entry("it has no start that can be read")
            start = texts.at_clock(said or date, clock, self.zone)
        if start is None:
            raise Entry(f"its day {quoted((said or date)[:40])} is no date")
        end = texts.moment(_text(event.get("end")), self.zone)
        length = texts.minutes_of(_text(event.get("duration")), ours=self.into.ours)
        if end is None and length is None:
            self.into.problem(where, "Its duration cannot be read; 30 minutes were assumed.")
            return start, start + ASSUMED_MS
        return start, start + length * 60_000 if length is not None else end or start

    def _body(self, event: dict[str, Any], key: str, where: str) -> str:
        said = event.get(key)
        raw = said if isinstance(said, str) else _text(said)
        if len(raw) > texts.LONGEST_TEXT:
            self.into.problem(where, f"Its {key} is longer than {texts.LONGEST_TEXT:,} characters and was cut.")
        return texts.body(raw, plain=self.into.ours)

    def _speakers(self, event: dict[str, Any]) -> Iterator[str]:
        for person in _dicts(event.get("persons") or event.get("participants") or event.get("speakers")):
            ref = self._speaker(person)
            if ref:
                yield ref

    def _speaker(self, person: dict[str, Any]) -> str:
        name = clean_line(_text(person.get("public_name") or person.get("full_public_name") or person.get("name")))
        if not name:
            return ""
        ids = {key: _text(person.get(key))[:100] for key in ("code", "guid", "id")}
        ref = ids["guid"] or ids["code"] or ids["id"] or f"name:{name}"
        code = ids["code"] or ("" if self.into.ours else ids["id"])
        extra = [] if self.into.ours else [(key, ids[key]) for key in ("guid", "id") if ids[key] and ids[key] != code]
        for key, value in person.items():
            if key not in _PERSON and key != "id" and value not in (None, "", [], {}):
                extra.append((key[:100], _any(value)))
        return self.into.speaker(
            ImportedSpeaker(
                ref,
                name,
                code,
                ids["guid"],
                clean_line(_text(person.get("affiliation")))[:200],
                texts.body(_text(person.get("biography")), plain=self.into.ours),
                texts.address(_text(person.get("url"))),
                tuple(extra),
            )
        )

    def _links(self, event: dict[str, Any], extra: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        links = event.get("links")
        for link in links if isinstance(links, list) else ():
            href, title = (
                (_text(link.get("url") or link.get("href")), link.get("title") or link.get("type"))
                if (isinstance(link, dict))
                else (_text(link), "")
            )
            title = clean_line(_text(title))[:200]
            if texts.address(href):
                yield title, href
            elif href or title:
                extra.append(("link", f"{href} {title}".strip()))
        for each in _dicts(event.get("attachments")):
            href, title = (
                _text(each.get("url") or each.get("href")),
                clean_line(_text(each.get("title") or each.get("type"))),
            )
            if href or title:
                extra.append(("attachment", f"{href} {title}".strip()))

    def _extra(self, event: dict[str, Any], *, both: bool) -> Iterator[tuple[str, str]]:
        made_up = self.into.made_up(_text(event.get("id")), _text(event.get("guid")))
        for key, value in event.items():
            if key in _KNOWN or value in (None, "", [], {}, False) or (key == "id" and (made_up or not both)):
                continue
            yield key[:100], _any(value)


def _text(value: Any) -> str:
    """Text of a value; of texts in several languages the English one, else the first."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, dict):
        first = value.get("en") or next((each for each in value.values() if isinstance(each, str)), "")
        return first.strip() if isinstance(first, str) else ""
    return ""


def _any(value: Any) -> str:
    """A value that is only kept: text as it is, everything else as JSON."""
    text = value.strip() if isinstance(value, str) else msgspec.json.encode(value).decode()
    return clean_line(text)[:_LONGEST_EXTRA]


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _hex(text: str) -> bool:
    return len(text) == 7 and text[0] == "#" and all(char in "0123456789abcdef" for char in text[1:])
