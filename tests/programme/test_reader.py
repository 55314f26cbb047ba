"""What a file is, is found out from its beginning; what is no programme is refused before much is done with it."""

from __future__ import annotations

import json
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from turia.errors import Refused
from turia.programme import reader
from turia.programme.reader import read

FILES = Path(__file__).parent / "files"


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("frab.xml", "schedule.xml"),
        ("pentabarf.xml", "schedule.xml"),
        ("pretalx.xml", "schedule.xml"),
        ("voc.json", "schedule.json"),
        ("voc2.json", "schedule.json"),
        ("pretalx_api.json", "schedule.json"),
        ("zones.ics", "iCalendar"),
        ("odd.ics", "iCalendar"),
        ("german.csv", "CSV"),
        ("american.csv", "CSV"),
    ],
)
def test_formats_are_told_apart_whatever_the_file_is_called(name: str, form: str) -> None:
    data = (FILES / name).read_bytes()
    assert read(data, "download", "Europe/Madrid").format == form
    if form in {"schedule.xml", "schedule.json"}:
        assert read(b"\xef\xbb\xbf" + data, "download", "Europe/Madrid").format == form


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b" \r\n\t", "is empty"),
        (b"PK\x03\x04rest", "is a zip file"),
        (b"\x1f\x8b\x08rest", "is a gzip file"),
        (b"BZh9rest", "is a bzip2 file"),
        (b"%PDF-1.7", "is a PDF"),
        (b"\x00\x01\x02\x03", "is no text"),
        (b"\x89PNG\r\n\x1a\n\x00", "is no text|cannot be decoded"),
        (b"GIF89a,;", "one row for each session"),
    ],
)
def test_other_files_are_named_for_what_they_are(data: bytes, says: str) -> None:
    with pytest.raises(Refused, match=says) as refused:
        read(data, "some.file", "Europe/Madrid")
    assert refused.value.code == "bad_file"
    assert "some.file" in refused.value.message


@pytest.mark.parametrize("text", ["BEGIN:VCALENDAR", "\nBEGIN:VCALENDAR\n", "<schedule>", "{", "PK"])
def test_a_text_does_not_change_what_its_file_is(text: str) -> None:
    whole = {"schedule": {"conference": {"days": [{"date": "2025-11-03", "rooms": {"A": [
        {"title": "T", "start": "10:00", "duration": "1:00", "abstract": text}]}}]}}}  # fmt: skip
    assert read(json.dumps(whole).encode(), "x", "UTC").format == "schedule.json"
    table = f'title,start,abstract\nT,2025-11-03 10:00,"{text}"\n'
    assert read(table.encode(), "x", "UTC").format == "CSV"
    event = f"<event><start>10:00</start><duration>1:00</duration><abstract>{escape(text)}</abstract></event>"
    xml = f"<schedule><day date='2025-11-03'>{event}</day></schedule>"
    assert read(xml.encode(), "x", "UTC").format == "schedule.xml"


def test_a_huge_file_is_refused_by_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_BYTES", 1_000)
    with pytest.raises(Refused, match="at most"):
        read(b"x" * 1_001, "x", "Europe/Madrid")
