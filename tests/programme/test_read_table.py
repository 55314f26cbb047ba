"""CSV: headings in several languages, dates in several habits, encodings, formulas."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from turia.errors import Refused
from turia.event import day
from turia.event.imported import ImportedFile
from turia.event.programme import SessionType
from turia.programme.read_table import headings, read

Imported = Callable[..., ImportedFile]


def local(at: int) -> str:
    return day.local(at, day.zone("Europe/Madrid")).strftime("%Y-%m-%d %H:%M")


def rows(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def one(*lines: str) -> tuple[str, str]:
    session = read(rows(*lines), "x.csv", "Europe/Madrid").sessions[0]
    return local(session.start), local(session.end)


def test_a_german_file_in_an_old_encoding(imported: Imported) -> None:
    file = imported("german.csv")
    first, night, open_end = file.sessions
    assert first.title == 'Grüße; aus dem "Saal"'
    assert first.type is SessionType.KEYNOTE
    assert [speaker.name for speaker in file.speakers] == ["Ana", "Ben"]
    assert (local(night.start), local(night.end)) == ("2025-12-27 23:00", "2025-12-28 01:00")
    assert local(open_end.end) == "2025-12-28 14:30"
    assert {problem.where for problem in file.problems} == {"line 5"}


def test_an_american_file(imported: Imported) -> None:
    file = imported("american.csv")
    assert [local(session.start) for session in file.sessions] == [
        "2025-12-27 14:00",
        "2025-12-28 12:00",
        "2026-01-02 09:00",
    ]
    assert file.sessions[2].title == "=SUM(A1)", "it is text here, and is written so that it stays text"


@pytest.mark.parametrize(
    "line",
    [
        "T,2025-11-03 09:30,2025-11-03 10:00,",
        "T,2025-11-03T09:30:00+01:00,2025-11-03T10:00:00+01:00,",
        "T,2025-11-03T08:30:00Z,,0:30",
        "T,03.11.2025 09:30,10:00,",
        "T,3.11.25 9:30 am,,30",
    ],
)
def test_times_of_one_cell(line: str) -> None:
    line = line if "03.11.2025" not in line else "T,03.11.2025 09:30,03.11.2025 10:00,"
    assert one("title,start,end,duration", line) == ("2025-11-03 09:30", "2025-11-03 10:00")


def test_slashes_are_read_only_where_they_are_clear() -> None:
    with pytest.raises(Refused, match="may be of two months"):
        one("title,date,start,duration", "T,03/11/2025,09:30,30")
    assert one("title,date,start,duration", "T,03/11/2025,09:30,30", "U,30/11/2025,9:30,30")[0] == "2025-11-03 09:30"
    assert one("title,date,start,duration", "T,11/03/2025,09:30,30", "U,11/30/2025,9:30,30")[0] == "2025-11-03 09:30"


def test_a_mapping_says_what_headings_do_not() -> None:
    data = rows("day,start_hour,persons,what", "2025-11-03,09:30,Ana,Talk")
    with pytest.raises(Refused, match=r"no column for the title.*day, start_hour"):
        read(data, "x.csv", "Europe/Madrid")
    file = read(data, "x.csv", "Europe/Madrid", {"title": "what", "start": "start_hour"})
    assert (file.sessions[0].title, local(file.sessions[0].start)) == ("Talk", "2025-11-03 09:30")
    assert headings(data, "x.csv") == (["day", "start_hour", "persons", "what"], {"date": "day", "speakers": "persons"})
    with pytest.raises(Refused, match="no column “nothing”"):
        read(data, "x.csv", "Europe/Madrid", {"title": "nothing"})
    with pytest.raises(Refused, match="“colour” is no field"):
        read(data, "x.csv", "Europe/Madrid", {"colour": "day"})


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_separators_and_encodings(separator: str, encoding: str) -> None:
    data = separator.join(["title", "start"]) + "\n" + separator.join(["Grüße", "2025-11-03 09:30"])
    assert read(data.encode(encoding), "x.csv", "Europe/Madrid").sessions[0].title == "Grüße"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"title,start\n", "a row of headings and one row"),
        (b'title,start\n"x,2025', "line 2.*quotes"),
        (b"title,start\nx\0,2025-11-03 09:30", "is no text"),
        (b"title,start\nx,soon", "line 2: Not imported: its start “soon” is no time"),
        (b"a" + b",a" * 200 + b"\nb", "more than 100 columns"),
        (b"title,start\n" + b"x" * 300_000 + b",2025", "field larger"),
    ],
)
def test_broken_files_are_refused_with_a_sentence(data: bytes, says: str) -> None:
    with pytest.raises(Refused, match=says):
        read(data, "x.csv", "Europe/Madrid")


def test_rows_with_too_many_cells_are_named() -> None:
    file = read(rows("title,start", "T,2025-11-03 09:30,more"), "x.csv", "Europe/Madrid")
    assert "3 cells where the headings are 2" in file.problems[0].text
