"""Reads iCalendar files (RFC 5545): UTC, zoned and floating times, zones of the file's own. Bytes in, structs out.

Entries are found line by line, so that a broken one costs itself alone and a problem names its line. VTIMEZONE and the
names of Windows' zones are left to ``icalendar``, which only this file imports. Repetitions (RRULE) are not followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from typing import Final

import icalendar
import msgspec
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from turia.event import day
from turia.event.imported import ImportedFile, ImportedSession, ImportedSpeaker
from turia.event.names import clean_line
from turia.event.quoting import quoted
from turia.programme import texts
from turia.programme.collecting import BROKEN, Collector, Entry, unreadable

_KNOWS: Final = ("title", "start", "end", "room", "description", "url", "guid")
_MOST_LINES: Final = 2_000_000
_DATE: Final = re.compile(r"\d{8}")
_TIME: Final = re.compile(r"(\d{8})T(\d{4,6})(Z?)")
_DURATION: Final = re.compile(r"\+?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
#: Kept for the next export though nothing here uses them.
_KEPT: Final = frozenset({"GEO", "CLASS", "PRIORITY", "CONTACT", "RESOURCES", "COMMENT"})

#: Name, parameters and what comes after the colon; a parameter's value may be quoted, and then hold anything.
_QUOTED_OR_NOT: Final = r'(?:"[^"]*"|[^",;:]*)'
_LINE: Final = re.compile(
    rf"([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+={_QUOTED_OR_NOT}(?:,{_QUOTED_OR_NOT})*)*):(.*)", re.DOTALL
)
_PARAMETER: Final = re.compile(rf";([A-Za-z0-9-]+)=({_QUOTED_OR_NOT})")

Line = tuple[str, dict[str, str], str]


class Extended(msgspec.Struct, frozen=True, omit_defaults=True):
    """What our own calendar files say besides, in X-TURIA-SESSION: what a calendar has no property for."""

    type: str = ""
    track: str = ""
    subtitle: str = ""
    abstract: str = ""
    description: str = ""
    speakers: tuple[tuple[str, str], ...] = ()
    language: str = ""
    links: tuple[tuple[str, str], ...] = ()
    code: str = ""
    slug: str = ""
    extra: tuple[tuple[str, str], ...] = ()


def read(data: bytes, name: str, zone: str) -> ImportedFile:
    """The programme of a calendar file; floating times are of ``zone``. Raises Refused (``bad_file``)."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise unreadable(f"{name} is not UTF-8 (line {line}), as calendar files must be. Save it as UTF-8.") from None
    if "BEGIN:VCALENDAR" not in text.upper():
        raise unreadable(f"{name} is no calendar file: there is no BEGIN:VCALENDAR in it.")
    return _Reader(name, zone).read(text)


class _Reader:
    def __init__(self, name: str, zone: str) -> None:
        self.into = Collector(name, "iCalendar")
        self.zone = zone
        self._zones: dict[str, tzinfo | None] = {}
        self._extended = False

    def read(self, text: str) -> ImportedFile:
        block: list[tuple[int, str]] = []
        inside = ""
        for number, line in _unfolded(text):
            head = line.strip().upper()
            if not inside and head in {"BEGIN:VEVENT", "BEGIN:VTIMEZONE"}:
                inside, block = head.removeprefix("BEGIN:"), [(number, line)]
            elif inside:
                block.append((number, line))
                if head == f"END:{inside}":
                    self._block(inside, block)
                    inside = ""
            else:
                self._calendar(line)
        if inside:
            self.into.problem(f"line {block[0][0]}", f"The file ends inside this {inside}.", lost=True)
        more = ("type", "track", "subtitle", "abstract", "speakers", "language", "links", "code", "cancelled")
        return self.into.done([*_KNOWS, *(more if self._extended else ())])

    def _calendar(self, line: str) -> None:
        head, _, value = line.partition(":")
        name = head.partition(";")[0].upper()
        if name == "PRODID":
            self.into.generator = "Turia" if value.startswith("-//Turia//") else value.strip()[:200]
        elif name == "X-WR-CALNAME":
            self.into.title = clean_line(_unescape(value))[:200]
        elif name == "X-WR-TIMEZONE" and day.known_zone(value.strip()):
            self.into.zone = self.zone = value.strip()

    def _block(self, kind: str, block: list[tuple[int, str]]) -> None:
        number = block[0][0]
        if kind == "VTIMEZONE":
            self._own_zone([line for _, line in block], number)
            return
        where = f"line {number}"
        try:
            self._event(block, where)
        except Entry as error:
            self.into.problem(where, f"Not imported: {error}.", lost=True)
        except BROKEN:
            self.into.problem(where, "Not imported: it cannot be read.", lost=True)

    def _own_zone(self, lines: list[str], number: int) -> None:
        try:
            found = icalendar.Timezone.from_ical("\r\n".join(lines))
            assert isinstance(found, icalendar.Timezone)
            name = str(found.get("TZID", ""))
            self._zones[name] = None if _known(name) else found.to_tz(lookup_tzid=False)
        except Exception as error:  # a library's: whatever is wrong with a zone, its events say that it is missing
            self.into.problem(f"line {number}", f"This time zone cannot be read ({str(error)[:100]}).")

    def _event(self, block: list[tuple[int, str]], where: str) -> None:
        found: dict[str, Line] = {}
        many: list[Line] = []
        depth = 0
        for number, line in block[1:-1]:
            head = line.strip().upper()
            depth += head.startswith("BEGIN:") - head.startswith("END:")  # alarms and the like are not ours
            if depth or head.startswith("END:") or not head:
                continue
            parts = _LINE.fullmatch(line)
            if parts is None:
                self.into.problem(f"line {number}", f"This line cannot be read and is left out: {line.strip()[:60]}")
                continue
            parameters = {each[0].upper(): each[1].strip('"') for each in _PARAMETER.findall(parts[2])}
            found.setdefault(parts[1].upper(), (parts[1], parameters, parts[3]))
            many.append((parts[1].upper(), parameters, parts[3]))
        if "RRULE" in found:
            self.into.problem(where, "It is repeated; only the first time is imported.")
        start, whole_day = self._time(found, "DTSTART")
        self.into.session(where, self._session(found, many, start, self._end(found, start, whole_day)))

    def _session(self, found: dict[str, Line], many: list[Line], start: int, end: int) -> ImportedSession:
        known = self._said(found)
        categories = ", ".join(_unescape(value) for name, _, value in many if name == "CATEGORIES")
        url = found["URL"][2].strip() if "URL" in found else ""
        status = _value(found, "STATUS").upper()
        if known is None:
            known = Extended(
                type=clean_line(categories)[:200],
                description=texts.body(_value(found, "DESCRIPTION"), plain=False),
                speakers=tuple(_people(many)),
            )
        return ImportedSession(
            title=clean_line(_value(found, "SUMMARY")),
            start=start,
            end=end,
            type=texts.session_type(known.type),
            room=self.into.room(_value(found, "LOCATION")),
            track=self.into.track(known.track),
            subtitle=known.subtitle,
            abstract=known.abstract,
            description=known.description,
            speakers=tuple(
                self.into.speaker(ImportedSpeaker(guid or f"name:{name}", name, guid=guid))
                for guid, name in known.speakers
            ),
            language=known.language,
            url=texts.address(url),
            links=known.links,
            cancelled=status == "CANCELLED" if status or self._extended else None,
            guid=_value(found, "UID").removesuffix("@turia")[:200],
            code=known.code,
            slug=known.slug,
            extra=(
                *texts.type_extra(known.type),
                *known.extra,
                *((name.lower(), clean_line(value)[:2_000]) for name, _, value in many if name in _KEPT),
            ),
        )

    def _said(self, found: dict[str, Line]) -> Extended | None:
        if "X-TURIA-SESSION" not in found or not self.into.ours:
            return None
        try:
            said = msgspec.json.decode(_unescape(found["X-TURIA-SESSION"][2]), type=Extended)
        except (msgspec.MsgspecError, RecursionError):
            return None
        self._extended = True
        return said

    # -- times -------------------------------------------------------------------------------------
    def _end(self, found: dict[str, Line], start: int, whole_day: bool) -> int:
        if "DTEND" in found:
            return self._time(found, "DTEND")[0]
        if "DURATION" in found:
            span = _DURATION.fullmatch(found["DURATION"][2].strip())
            if span is None or not any(span.groups()):
                raise Entry(f"its duration {quoted(found['DURATION'][2][:40])} cannot be read")
            weeks, days, hours, minutes, seconds = (int(part or 0) for part in span.groups())
            return start + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds) // _MS
        return start + (24 * 3_600_000 if whole_day else 0)

    def _time(self, found: dict[str, Line], name: str) -> tuple[int, bool]:
        """Milliseconds UTC, and whether it is a whole day."""
        if name not in found:
            raise Entry(f"it has no {name}")
        _, parameters, raw = found[name]
        value = raw.strip()
        try:
            if _DATE.fullmatch(value):
                return self._aware(datetime.strptime(value, "%Y%m%d"), None), True  # noqa: DTZ007
            time = _TIME.fullmatch(value)
            if time is None:
                raise ValueError
            naive = datetime.strptime(time[1] + time[2].ljust(6, "0"), "%Y%m%d%H%M%S")  # noqa: DTZ007
        except ValueError:
            raise Entry(f"its {name} {quoted(value[:40])} cannot be read") from None
        if time[3]:
            return day.at_wall(naive, day.zone("UTC")), False
        return self._aware(naive, parameters.get("TZID")), False

    def _aware(self, naive: datetime, name: str | None) -> int:
        if name is None:
            return day.at_wall(naive, day.zone(self.zone))
        known = _known(name)
        if known:
            return day.at_wall(naive, day.zone(known))
        own = self._zones.get(name)
        if own is None:
            raise Entry(f"its time zone {quoted(name[:40])} is not known")
        return day.to_ms(naive.replace(tzinfo=own))


_MS: Final = timedelta(milliseconds=1)


def _known(name: str) -> str:
    """The IANA name that is meant: some tools put paths before it, others use the names of Windows."""
    name = name.strip().strip('"')
    for wanted in (name, WINDOWS_TO_OLSON.get(name, ""), "/".join(name.split("/")[-2:]), name.split("/")[-1]):
        if wanted and day.known_zone(wanted):
            return wanted
    return ""


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Content lines with the number of their first line."""
    begun, parts = 0, ""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > _MOST_LINES:
        raise unreadable(f"The calendar has more than {_MOST_LINES:,} lines.")
    pieces: list[str] = []
    for number, line in enumerate(lines, start=1):
        if line[:1] in {" ", "\t"} and pieces:
            pieces.append(line[1:])
            continue
        if pieces:
            parts = "".join(pieces)
            yield begun, parts
        begun, pieces = number, [line]
    if pieces:
        yield begun, "".join(pieces)


def _people(many: list[Line]) -> Iterator[tuple[str, str]]:
    for name, parameters, _ in many:
        called = clean_line(parameters.get("CN", ""))
        if name == "ATTENDEE" and called:
            yield "", called[:200]


def _value(found: dict[str, Line], name: str) -> str:
    return _unescape(found[name][2]).strip() if name in found else ""


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text)
