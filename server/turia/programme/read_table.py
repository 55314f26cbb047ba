"""Reads CSV: one session a row, columns found by their headings or named by a mapping. Bytes in, structs out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from typing import Final

from turia.event import day
from turia.event.identity import slug
from turia.event.imported import ImportedFile, ImportedSession, ImportedSpeaker
from turia.event.names import clean_line
from turia.event.quoting import quoted
from turia.programme import texts
from turia.programme.collecting import ASSUMED_MS, BROKEN, Collector, Entry, unreadable

#: Fields, and headings by which they are known (as slugs).
HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "title": ("title", "name", "session", "session_title", "talk",
              "titel", "titulo", "titre", "summary", "proposal_title"),
    "date": ("date", "day", "datum", "tag", "fecha", "jour", "start_date"),
    "start": ("start", "start_time", "begin", "begins", "from",
              "time_start", "start_date_time", "starts_at", "time", "beginn", "inicio"),
    "end": ("end", "end_time", "ends", "to", "until", "time_end", "ends_at", "ende", "fin"),
    "duration": ("duration", "length", "minutes", "duration_minutes", "dauer", "duracion", "duree"),
    "room": ("room", "location", "place", "raum", "sala", "salle", "podcast", "venue", "stage"),
    "track": ("track", "thread", "topic", "theme"),
    "type": ("type", "session_type", "format", "kind", "category", "submission_type"),
    "subtitle": ("subtitle", "subtitel", "untertitel"),
    "abstract": ("abstract", "summary_text", "teaser"),
    "description": ("description", "text", "details", "beschreibung", "descripcion"),
    "speakers": ("speakers", "speaker", "persons", "presenters",
                 "people", "teilnehmer", "speaker_names", "author", "authors"),
    "language": ("language", "lang", "sprache", "idioma"),
    "url": ("url", "link", "web"),
    "guid": ("guid", "uid", "uuid"),
    "code": ("code", "id", "number", "proposal_id", "session_id"),
    "slug": ("slug",),
    "cancelled": ("cancelled", "canceled"),
}  # fmt: skip
_MOST_COLUMNS: Final = 100
_LONGEST_CELL: Final = 200_000
_DAY_FIRST: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{2,4})")
_SLASHES: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2,4})")
_HALVES: Final = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::\d{2})?\s*([ap])\.?\s*m\.?", re.IGNORECASE)
#: A cell that begins like this is read as a formula by spreadsheets; ours are written with an apostrophe before it.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "'")
SEPARATORS: Final = ";,|\t"
_YES: Final = frozenset({"yes", "true", "1", "x", "y"})


def read(data: bytes, name: str, zone: str, mapping: Mapping[str, str] | None = None) -> ImportedFile:
    """The programme of a CSV file; times are of ``zone``. ``mapping``: heading for each field where the headings are
    not found by themselves. Raises Refused (``bad_file``)."""
    rows = _rows(_decoded(data, name), name)
    columns = _columns(rows[0][1], mapping or {}, name)
    return _Reader(name, zone, columns).read(rows)


def headings(data: bytes, name: str) -> tuple[list[str], dict[str, str]]:
    """Headings of a file, and which field each is taken for: what a form for the mapping shows."""
    head = _rows(_decoded(data, name), name)[0][1]
    return head, {field: head[column] for field, column in _guessed(head).items()}


def _decoded(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            encoding = "cp1252"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise unreadable(f"{name} cannot be decoded (line {line}). Save it as CSV in UTF-8.") from None


def _rows(text: str, name: str) -> list[tuple[int, list[str]]]:
    """Rows that are not empty, with the number of their last line."""
    if "\0" in text:
        raise unreadable(f"{name} is no text. Save it as CSV in UTF-8.")
    csv.field_size_limit(_LONGEST_CELL)
    head = text.lstrip("\ufeff \r\n").split("\n", 1)[0]
    separator = max(SEPARATORS, key=head.count) if any(each in head for each in SEPARATORS) else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            if len(row) > _MOST_COLUMNS:
                raise unreadable(f"{name}, line {reader.line_num}: more than {_MOST_COLUMNS} columns.")
            if any(cell.strip() for cell in row):
                rows.append((reader.line_num, [_plain(cell) for cell in row]))
    except csv.Error as error:
        raise unreadable(f"{name}, line {reader.line_num}: {error}. Check the quotes there.") from None
    if len(rows) < 2:
        raise unreadable(f"{name} needs a row of headings and one row for each session.")
    return rows


def _plain(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA and len(cell) > 1 else cell


def _guessed(head: list[str]) -> dict[str, int]:
    slugs = [slug(heading) for heading in head]
    found: dict[str, int] = {}
    for field, names in HEADINGS.items():
        column = next((slugs.index(each) for each in names if each in slugs), None)
        if column is not None and column not in found.values():
            found[field] = column
    return found


def _columns(head: list[str], mapping: Mapping[str, str], name: str) -> dict[str, int]:
    found = _guessed(head)
    for field, heading in mapping.items():
        if field not in HEADINGS:
            raise unreadable(f"{quoted(field[:40])} is no field of a session. Fields are: {', '.join(HEADINGS)}.")
        if heading and heading not in head:
            raise unreadable(f"{name} has no column {quoted(heading[:60])}. Its columns are: {', '.join(head)[:300]}.")
        found.pop(field, None)
        if heading:
            found = {known: column for known, column in found.items() if column != head.index(heading)}
            found[field] = head.index(heading)
    for needed in ("title", "start"):
        if needed not in found:
            raise unreadable(
                f"{name} has no column for the {needed} of a session. Name one “{needed}”, or say which column it is. "
                f"Its columns are: {', '.join(head)[:300]}."
            )
    return found


class _Reader:
    def __init__(self, name: str, zone: str, columns: Mapping[str, int]) -> None:
        self.into = Collector(name, "CSV")
        self.into.zone = zone
        self._columns = columns
        self._zone = zone
        self._slashes = ""

    def read(self, rows: list[tuple[int, list[str]]]) -> ImportedFile:
        head = rows[0][1]
        if head and head[-1].strip().lower() == "turia":
            self.into.generator = "Turia"
        self._slashes = self._order_of_slashes([row for _, row in rows[1:]])
        for number, row in rows[1:]:
            where = f"line {number}"
            if len(row) > len(head):
                self.into.problem(where, f"It has {len(row)} cells where the headings are {len(head)}.")
            try:
                self._row(row, where)
            except Entry as error:
                self.into.problem(where, f"Not imported: {error}.", lost=True)
            except BROKEN:
                self.into.problem(where, "Not imported: it cannot be read.", lost=True)
        knows = [field for field in self._columns if field not in {"date", "duration", "slug"}]
        return self.into.done([*knows, "end"])

    def _row(self, row: list[str], where: str) -> None:
        start, end = self._times(row, where)
        kind = self._cell(row, "type")
        url = self._cell(row, "url")
        cancelled = self._cell(row, "cancelled").lower() in _YES if "cancelled" in self._columns else None
        self.into.session(
            where,
            ImportedSession(
                title=clean_line(self._cell(row, "title")),
                start=start,
                end=end,
                type=texts.session_type(kind),
                room=self.into.room(self._cell(row, "room")),
                track=self.into.track(self._cell(row, "track")),
                subtitle=clean_line(self._cell(row, "subtitle")),
                abstract=texts.body(self._raw(row, "abstract"), plain=self.into.ours),
                description=texts.body(self._raw(row, "description"), plain=self.into.ours),
                speakers=tuple(self._speakers(self._cell(row, "speakers"))),
                language=clean_line(self._cell(row, "language"))[:20],
                url=texts.address(url),
                cancelled=cancelled,
                guid=self._cell(row, "guid")[:200],
                code=self._cell(row, "code")[:100],
                slug=self.into.slug(self._cell(row, "slug")),
                extra=(*texts.type_extra(kind), *([("url", url)] if url and not texts.address(url) else [])),
            ),
        )

    def _speakers(self, cell: str) -> list[str]:
        separators = "\n" if self.into.ours else "\n;,"
        separator = next((each for each in separators if each in cell), "\n")
        names = [clean_line(part) for part in cell.split(separator)]
        return [self.into.speaker(ImportedSpeaker(f"name:{name}", name)) for name in dict.fromkeys(names) if name]

    # -- times -------------------------------------------------------------------------------------
    def _times(self, row: list[str], where: str) -> tuple[int, int]:
        date = self._cell(row, "date")
        start = self._time(self._cell(row, "start"), date, "start")
        text = self._cell(row, "end")
        end = self._end(text, date, where) if text else None
        if end is not None:
            clock_only = texts.moment(text, self._zone) is None
            return start, end + 24 * 3_600_000 if end < start and clock_only else end
        length = texts.minutes_of(self._cell(row, "duration"))
        if length is None:
            self.into.problem(where, "It has neither an end nor a duration; 30 minutes were assumed.")
            return start, start + ASSUMED_MS
        return start, start + length * 60_000

    def _end(self, text: str, date: str, where: str) -> int | None:
        """An end that cannot be read ("open end") costs the end, not the session."""
        try:
            return self._time(text, date, "end")
        except Entry as error:
            self.into.problem(where, f"{str(error).capitalize()}.")
            return None

    def _time(self, text: str, date: str, what: str) -> int:
        found = texts.moment(text, self._zone)
        if found is not None:
            return found
        for separator in (" ", "T"):
            first, _, second = text.partition(separator)
            if second and self._date(first) and (minutes := _minutes(second)) is not None:
                date, text = first, second
        minutes = _minutes(text)
        if minutes is None:
            raise Entry(f"its {what} {quoted(text[:40])} is no time; write 2025-11-03 09:30, or 09:30 beside a date")
        of_day = self._date(date)
        if not of_day:
            raise Entry(f"its date {quoted(date[:40])} is none; write 2025-11-03")
        found = texts.at_clock(of_day, minutes, self._zone)
        if found is None:
            raise Entry(f"its date {quoted(date[:40])} does not exist")
        return found

    def _date(self, text: str) -> str:
        """``YYYY-MM-DD``, "" if it is none."""
        text = text.strip()
        if day.parse_day(text[:10]):
            return text[:10]
        dotted, slashed = _DAY_FIRST.fullmatch(text), _SLASHES.fullmatch(text)
        if dotted:
            return _iso(dotted[3], dotted[2], dotted[1])
        if slashed:
            if not self._slashes:
                raise Entry(f"its date {quoted(text)} may be of two months; write it as 2025-11-03")
            first, second = slashed[1], slashed[2]
            return _iso(slashed[3], second, first) if self._slashes == "day first" else _iso(slashed[3], first, second)
        return ""

    def _order_of_slashes(self, rows: list[list[str]]) -> str:
        """Whether 03/11 is a day of November: said by any date of the file that can be read in one way only."""
        orders = set()
        for row in rows:
            for cell in (self._cell(row, "date"), self._cell(row, "start").partition(" ")[0]):
                found = _SLASHES.fullmatch(cell.strip())
                if found and int(found[1]) > 12:
                    orders.add("day first")
                elif found and int(found[2]) > 12:
                    orders.add("month first")
        return orders.pop() if len(orders) == 1 else ""

    def _cell(self, row: list[str], field: str) -> str:
        return self._raw(row, field).strip()

    def _raw(self, row: list[str], field: str) -> str:
        column = self._columns.get(field)
        return row[column] if column is not None and column < len(row) else ""


def _iso(year: str, month: str, of_month: str) -> str:
    return f"{2000 + int(year) if len(year) == 2 else int(year):04}-{int(month):02}-{int(of_month):02}"


def _minutes(text: str) -> int | None:
    halves = _HALVES.fullmatch(text.strip())
    if halves is None:
        return texts.clock(text.strip())
    hours = int(halves[1]) % 12 + (12 if halves[3].lower() == "p" else 0)
    return hours * 60 + int(halves[2] or 0) if int(halves[1]) <= 12 and int(halves[2] or 0) < 60 else None
