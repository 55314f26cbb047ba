"""Lists of people as CSV: reading what spreadsheets write, and writing what they cannot run. Pure.

Odd encodings, a byte-order mark, semicolons and tabs are taken as they come; what is wrong is named by line. A cell
that a spreadsheet would take for a formula gets an apostrophe before it on the way out; on the way in it is taken off.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from turia.errors import Refused

MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 100
MOST_BYTES: Final = 4_000_000
_MOST_CELL_CHARS: Final = 20_000
#: What makes a cell a formula, also in full width and after white space.
_FORMULA: Final = re.compile(r"[\s']*[=+\-@\t\r＝＋－＠|%]")
_SEPARATORS: Final = ",;\t|"
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Line(msgspec.Struct, frozen=True):
    """A line of the table. ``number``: of the file, from 1."""

    number: int
    cells: tuple[str, ...]


class Sheet(msgspec.Struct, frozen=True):
    """A table: its headers, its lines, and how it was read."""

    headers: tuple[str, ...]
    lines: tuple[Line, ...]
    encoding: str
    separator: str


def read(data: bytes) -> Sheet:
    """A CSV file as a table; raises Refused (``csv_...``) with what to do about it."""
    if len(data) > MOST_BYTES:
        raise Refused("csv_too_large", f"The file is larger than {MOST_BYTES // 1_000_000} MB. Split it into several.")
    text, encoding = decode(data)
    if "\0" in text:
        raise Refused("csv_binary", "This is no text. Save the table as CSV (comma separated, UTF-8), then try again.")
    separator = _separator(text)
    lines = _lines(text, separator)
    if not lines:
        raise Refused(
            "csv_empty", "The file is empty. Its first line names the columns: name, email, category and so on."
        )
    headers = tuple(cell.strip() for cell in lines[0].cells)
    if len(headers) > MOST_COLUMNS:
        raise Refused("csv_too_wide", f"The table has {len(headers)} columns; {MOST_COLUMNS} are the most.")
    return Sheet(headers, tuple(lines[1:]), encoding, separator)


def decode(data: bytes) -> tuple[str, str]:
    """The text, and the encoding it was in: by its mark, else UTF-8, else that of western spreadsheets."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    if data[1::2].count(0) > len(data) // 4:
        return data.decode("utf-16-le", "replace"), "utf-16-le"
    if data[::2].count(0) > len(data) // 4:
        return data.decode("utf-16-be", "replace"), "utf-16-be"
    return data.decode("cp1252", "replace"), "windows-1252"


def write(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A CSV text with a byte-order mark, so that spreadsheets read it as UTF-8; no cell of it is run."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([harmless(header) for header in headers])
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
    return "\ufeff" + out.getvalue()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def original(cell: str) -> str:
    """What :func:`harmless` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def _separator(text: str) -> str:
    """The sign that parts the most columns of the first line, outside of quotes."""
    first = re.sub(r'"[^"]*"', "", text.lstrip("\r\n")[:10_000]).splitlines()
    head = first[0] if first else ""
    return max(_SEPARATORS, key=head.count)


def _lines(text: str, separator: str) -> list[Line]:
    found: list[Line] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    began = 1
    try:
        for cells in reader:
            if any(len(cell) > _MOST_CELL_CHARS for cell in cells):
                raise Refused("csv_cell", f"Line {began} has a cell of more than {_MOST_CELL_CHARS:,} characters.")
            if any(cell.strip() for cell in cells):
                found.append(Line(began, tuple(original(cell.strip()) for cell in cells)))
            if len(found) > MOST_ROWS + 1:
                raise Refused("csv_too_long", f"The table has more than {MOST_ROWS:,} lines. Split it into several.")
            began = reader.line_num + 1
    except csv.Error as error:
        raise Refused("csv_broken", f"Line {began} cannot be read: {error}. Check its quotation marks.") from None
    return found
