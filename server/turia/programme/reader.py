"""Reads a programme from a file of any format we know: what it is is found out from its beginning."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from turia.event.imported import ImportedFile
from turia.programme import read_calendar, read_json, read_table, read_xml
from turia.programme.collecting import unreadable

#: What is looked at of a file.
MOST_BYTES: Final = 16 * 1024 * 1024
_CALENDAR: Final = re.compile(rb"^BEGIN:VCALENDAR\s*$", re.IGNORECASE | re.MULTILINE)
_PACKED: Final = {
    b"PK\x03\x04": "a zip file (or a spreadsheet)",
    b"\x1f\x8b": "a gzip file",
    b"BZh": "a bzip2 file",
    b"\xfd7zXZ": "an xz file",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "a spreadsheet",
}


def read(data: bytes, name: str, zone: str, mapping: Mapping[str, str] | None = None) -> ImportedFile:
    """The programme of a file; times without a zone are of ``zone``. ``mapping``: for CSV, the heading of each field.

    Raises Refused (``bad_file``) with what is wrong and what to do.
    """
    if len(data) > MOST_BYTES:
        raise too_large(name, len(data))
    for magic, what in _PACKED.items():
        if data.startswith(magic):
            raise unreadable(
                f"{name} is {what}. Unpack it, or choose a schedule.xml, schedule.json, iCalendar or CSV file instead."
            )
    head = data[:4_096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        raise unreadable(f"{name} is empty.")
    if _is_calendar(head, data):
        return read_calendar.read(data, name, zone)
    if head.startswith(b"<") or data[:4] in (b"\xff\xfe<\0", b"\xfe\xff\0<"):
        return read_xml.read(data, name, zone)
    if head.startswith((b"{", b"[")):
        return read_json.read(data.removeprefix(b"\xef\xbb\xbf"), name, zone)
    return read_table.read(data, name, zone, mapping)


def _is_calendar(head: bytes, data: bytes) -> bool:
    """Some pages put a comment of HTML before it; in a schedule the same words are somebody's text."""
    if head.startswith(b"<") and b"<schedule" not in head:
        return _CALENDAR.search(data[:65_536]) is not None
    return _CALENDAR.match(head) is not None


def too_large(name: str, size: int) -> Exception:
    """The refusal of a file that is too large to be looked at."""
    return unreadable(
        f"{name} has {size / 1024**2:,.0f} MB; at most {MOST_BYTES // 1024**2} MB are taken. A programme is smaller."
    )


def read_to_builtins(path: str, name: str, zone: str, mapping: dict[str, str]) -> Any:
    """:func:`read` for a child process: the file by its path, the result as builtins."""
    with open(path, "rb") as file:  # noqa: PTH123 - the child has no use for pathlib
        return msgspec.to_builtins(read(file.read(), name, zone, mapping))
