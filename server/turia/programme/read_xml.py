"""Reads ``schedule.xml`` of frab, pretalx, voc and pentabarf. Bytes in, structs out; see docs/programme-files.md."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from turia.event import day
from turia.event.imported import ImportedFile, ImportedSession, ImportedSpeaker
from turia.event.names import clean_line
from turia.event.quoting import quoted
from turia.programme import texts
from turia.programme.collecting import ASSUMED_MS, BROKEN, Collector, Entry, unreadable

_DEEPEST: Final = 40
_MOST_ELEMENTS: Final = 600_000
KNOWS: Final = (
    "title", "start", "end", "room", "track", "type", "subtitle", "abstract", "description", "speakers", "language",
    "url", "links", "guid", "code",
)  # fmt: skip
#: Children of an event that are understood; others are kept as they are.
_KNOWN: Final = frozenset(
    {"room", "title", "subtitle", "type", "date", "start", "duration", "end", "abstract", "description", "slug",
     "track", "language", "persons", "links", "attachments", "url", "recording", "cancelled", "do_not_record",
     "recording_license"}
)  # fmt: skip


def read(data: bytes, name: str, zone: str) -> ImportedFile:
    """The programme of a schedule.xml; times without a zone are of ``zone``. Raises Refused (``bad_file``)."""
    root = _parse(data, name)
    if root.tag != "schedule":
        raise unreadable(f"{name} is XML, but no schedule: it begins with <{root.tag[:40]}>, not with <schedule>.")
    return _Reader(root, name, zone).read()


def _parse(data: bytes, name: str) -> Element:
    root: Element | None = None
    depth = elements = 0
    try:
        for event, element in iterparse(io.BytesIO(data), events=("start", "end")):
            depth += 1 if event == "start" else -1
            elements += event == "start"
            root = element if root is None else root
            if depth > _DEEPEST:
                raise unreadable(f"{name} is nested deeper than {_DEEPEST} levels; no schedule is.")
            if elements > _MOST_ELEMENTS:
                raise unreadable(f"{name} has more than {_MOST_ELEMENTS:,} elements; no schedule has.")
    except DefusedXmlException:
        raise unreadable(f"{name} defines entities of its own, which are not taken. Export it without them.") from None
    except ParseError as error:
        line, column = error.position
        raise unreadable(
            f"{name} is not well-formed XML: line {line}, column {column} ({error}). Export it again."
        ) from None
    except (LookupError, UnicodeError, ValueError) as error:
        raise unreadable(f"{name} cannot be decoded ({str(error)[:100]}). Save it as UTF-8.") from None
    if root is None:
        raise unreadable(f"{name} is empty.")
    return root


class _Reader:
    def __init__(self, root: Element, name: str, zone: str) -> None:
        self._root = root
        conference = root.find("conference")
        self._conference = Element("conference") if conference is None else conference
        self.into = Collector(name, "schedule.xml")
        generator = root.find("generator")
        if generator is not None:
            self.into.generator = f"{generator.get('name', '')} {generator.get('version', '')}".strip()
        self.into.title = clean_line(_text(self._conference, "title"))[:200]
        self.into.version = clean_line(_text(root, "version") or _text(self._conference, "release"))[:200]
        said = _text(self._conference, "time_zone_name") or _text(self._conference, "time_zone")
        self.zone = said if day.known_zone(said) else zone
        self.into.zone = self.zone if said else ""
        if said and self.zone != said:
            self.into.problem("conference", f"Its time zone {quoted(said[:40])} is not known; {zone} is used.")
        self._change = texts.clock(_text(self._conference, "day_change")) or 0

    def read(self) -> ImportedFile:
        for track in (*self._conference.findall("track"), *self._root.findall("tracks/track")):
            title = track.get("name") or (track.text or "")
            self.into.track(title, track.get("slug") or "", _colour(track.get("color") or ""))
        number = 0
        for listed in self._root.findall("day/room"):
            self.into.room(listed.get("name") or "", listed.get("guid") or "")
        for of_day in self._root.findall("day"):
            change = self._day_change(of_day)
            for room, event in _events(of_day):
                number += 1
                where = f"event {number} (“{clean_line(_text(event, 'title'))[:60]}”)"
                try:
                    self._event(event, room, of_day.get("date", ""), change, where)
                except Entry as error:
                    self.into.problem(where, f"Not imported: {error}.", lost=True)
                except BROKEN:
                    self.into.problem(where, "Not imported: it cannot be read.", lost=True)
        return self.into.done([*KNOWS, *(["cancelled"] if self.into.ours else [])])

    def _day_change(self, of_day: Element) -> int:
        """Minute of the clock at which the day begins: earlier times are of the next date."""
        if self._change:
            return self._change
        begins = of_day.get("start", "")
        return texts.clock(begins[11:16]) or 0 if "T" in begins else 0

    def _event(self, event: Element, room: Element | None, date: str, change: int, where: str) -> None:
        start, end = self._times(event, date, change, where)
        title = clean_line(_text(event, "title"))
        cancelled = _text(event, "cancelled") == "true" if self.into.ours else None
        if cancelled:
            title = title.removeprefix("Cancelled: ")
        kind = _text(event, "type")
        raw_url = _text(event, "url")
        code, id_ = event.get("code") or "", event.get("id") or ""
        extra = list(texts.type_extra(kind))
        if code and id_ and id_ != code and not self.into.made_up(id_, event.get("guid") or ""):
            extra.append(("id", id_))
        self.into.session(
            where,
            ImportedSession(
                title=title,
                start=start,
                end=end,
                type=texts.session_type(kind),
                room=self._room(event, room),
                track=self.into.track(_text(event, "track"), _attribute(event, "track", "slug")),
                subtitle=clean_line(_text(event, "subtitle")),
                abstract=self._body(event, "abstract", where),
                description=self._body(event, "description", where),
                speakers=tuple(self._speakers(event)),
                language=clean_line(_text(event, "language"))[:20],
                url=texts.address(raw_url),
                links=tuple(self._links(event, extra)),
                cancelled=cancelled,
                guid=(event.get("guid") or "")[:200],
                code=(code or id_)[:100],
                slug=self.into.slug(_text(event, "slug")),
                extra=(
                    *extra,
                    *self._extra(event),
                    *([("url", raw_url)] if raw_url and not texts.address(raw_url) else []),
                ),
            ),
        )

    def _times(self, event: Element, date: str, change: int, where: str) -> tuple[int, int]:
        said = _text(event, "date")
        start = texts.moment(said, self.zone)
        if start is None:
            clock = texts.clock(_text(event, "start"))
            if clock is None:
                raise Entry(f"its start {quoted(_text(event, 'start')[:40])} is no time")
            start = texts.at_clock(said or date, clock + (24 * 60 if clock < change else 0), self.zone)
        if start is None:
            raise Entry(f"its day {quoted((said or date)[:40])} is no date")
        length = texts.minutes_of(_text(event, "duration"), ours=self.into.ours)
        if length is not None:
            return start, start + length * 60_000
        end = texts.moment(_text(event, "end"), self.zone)
        if end is None:
            self.into.problem(where, "Its duration cannot be read; 30 minutes were assumed.")
            end = start + ASSUMED_MS
        return start, end

    def _room(self, event: Element, room: Element | None) -> str:
        name = _text(event, "room")
        if room is not None:
            name = room.get("name") or name
        return self.into.room(name, (room.get("guid") or "") if room is not None else "")

    def _body(self, event: Element, tag: str, where: str) -> str:
        raw = _whole(event, tag)
        if len(raw) > texts.LONGEST_TEXT:
            self.into.problem(where, f"Its {tag} is longer than {texts.LONGEST_TEXT:,} characters and was cut.")
        return texts.body(raw, plain=self.into.ours)

    def _speakers(self, event: Element) -> Iterator[str]:
        for person in event.findall("persons/person"):
            name = clean_line("".join(person.itertext()) or person.get("name") or "")
            if not name:
                continue
            ids = {key: (person.get(key) or "").strip()[:100] for key in ("code", "guid", "id")}
            ref = ids["guid"] or ids["code"] or ids["id"] or f"name:{name}"
            if self.into.ours:
                yield self.into.speaker(ImportedSpeaker(ref, name, ids["code"], ids["guid"]))
                continue
            code = ids["code"] or ids["id"]
            extra = tuple((key, ids[key]) for key in ("guid", "id") if ids[key] and ids[key] != code)
            yield self.into.speaker(
                ImportedSpeaker(ref, name, code, ids["guid"], url=texts.address(person.get("url") or ""), extra=extra)
            )

    def _links(self, event: Element, extra: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """Links; what is no web address is kept as text, and attachments with a mark."""
        for link in event.findall("links/link"):
            href, title = (link.get("href") or link.get("url") or "").strip(), clean_line("".join(link.itertext()))
            if texts.address(href):
                yield title[:200], href
            elif href or title:
                extra.append(("link", f"{href} {title}".strip()))
        for attachment in event.findall("attachments/attachment"):
            href, title = (attachment.get("href") or "").strip(), clean_line("".join(attachment.itertext()))
            if href or title:
                extra.append(("attachment", f"{href} {title}".strip()))

    def _extra(self, event: Element) -> Iterator[tuple[str, str]]:
        license_ = _text(event, "recording/license") or _text(event, "recording_license")
        if license_:
            yield "recording_license", license_
        if (_text(event, "recording/optout") or _text(event, "do_not_record")) == "true":
            yield "do_not_record", "true"
        for child in event:
            if child.tag not in _KNOWN and isinstance(child.tag, str):
                text = clean_line(" ".join(child.itertext()))[:2_000]
                if text:
                    yield child.tag[:100], text


def _events(of_day: Element) -> Iterator[tuple[Element | None, Element]]:
    """Events with their rooms; the first pentabarf had events without rooms around them."""
    for child in of_day:
        if child.tag == "room":
            for event in child.findall("event"):
                yield child, event
        elif child.tag == "event":
            yield None, child


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _whole(element: Element, tag: str) -> str:
    """All text of a child, that of elements in it, too."""
    found = element.find(tag)
    return "" if found is None else "".join(found.itertext())


def _attribute(element: Element, tag: str, name: str) -> str:
    found = element.find(tag)
    return "" if found is None else found.get(name) or ""


def _colour(text: str) -> str:
    text = text.strip().lower()
    return text if len(text) == 7 and text[0] == "#" and all(char in "0123456789abcdef" for char in text[1:]) else ""
