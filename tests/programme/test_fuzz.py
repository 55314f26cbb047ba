"""Files that went through something: whatever comes out is a programme or a sentence, and soon."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from turia.errors import Refused
from turia.event.editing import AddSession
from turia.event.imported import ImportedFile
from turia.programme.reader import read
from turia.testing.decisions import Decisions

FILES = sorted(path for path in (Path(__file__).parent / "files").iterdir() if path.is_file())
#: What breaks parsers: delimiters, escapes, huge numbers, zeros, other scripts.
PIECES = [
    b"<", b">", b"&", b"&#0;", b"]]>", b"<!--", b'"', b"\\", b"\\u0000", b"\x00", b"\xff", b"{", b"[", b"null",
    b"1e999", b"-1", b"99999999999999999999", b"\r\n", b"\n ", b";", b",", b"BEGIN:VEVENT\n", b"END:VEVENT\n",
    b"TZID=", b"\xd9\xa3", b"0000", b"",
]  # fmt: skip


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[str, bytes]:
    path = draw(st.sampled_from(FILES))
    data = path.read_bytes()
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        data = data[:start] + draw(st.sampled_from(PIECES)) * draw(st.sampled_from([1, 1, 1, 50])) + data[end:]
    return path.name, data


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spoiled())
def test_spoiled_files_are_read_or_refused(file: tuple[str, bytes]) -> None:
    name, data = file
    begun = time.process_time()
    found = outcome(data, name)
    if isinstance(found, ImportedFile):
        check(found)
    else:
        assert found.code == "bad_file"
        assert 10 < len(found.message) < 1_000
    assert time.process_time() - begun < 2


def outcome(data: bytes, name: str) -> ImportedFile | Refused:
    try:
        return read(data, name, "Europe/Madrid")
    except Refused as refused:
        return refused


def check(file: ImportedFile) -> None:
    """It fits through the journal, and everything in it can be edited afterwards."""
    event = Decisions()
    editor = event.person("Cleo", "organiser")
    event.do("programme.stage_import", upload="u", by="cleo", file=msgspec.to_builtins(file))
    event.do("programme.apply_import", editor, upload="u", version=0)
    whole = event.ask("programme.whole", editor)
    assert len(whole.sessions) == len(file.sessions)
    for key, session in whole.sessions.items():
        fields = {name: getattr(session, name) for name in AddSession.__struct_fields__}
        event.do("programme.edit_session", editor, session=key, **fields)


XML = "<schedule><day date='2025-11-03'><event><start>10:00</start>{}<title>{}</title></event></day></schedule>"
LONG = {
    "xml": XML.format("<duration>1:00</duration>", "%s"),
    "json": '{"results": [{"title": "%s", "start": "2025-11-03T10:00:00Z", "duration": "1:00"}]}',
    "ics": "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20251103T100000Z\nDURATION:PT1H\nSUMMARY:%s\nEND:VEVENT\n",
    "csv": "title,start,duration\n%s,2025-11-03 10:00,60\n",
}


@pytest.mark.parametrize("form", LONG)
@pytest.mark.parametrize("size", [10_000, 150_000])
def test_a_huge_title_is_cut_and_named(form: str, size: int) -> None:
    file = read((LONG[form] % ("x" * size)).encode(), "x", "UTC")
    assert len(file.sessions[0].title) == 500
    assert "was cut" in file.problems[0].text
    check(file)
