"""iCalendar: every kind of time, and files that are not quite calendars."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from turia.errors import Refused
from turia.event import day
from turia.event.imported import ImportedFile
from turia.event.programme import SessionType
from turia.programme.read_calendar import read

Imported = Callable[..., ImportedFile]


def utc(at: int) -> str:
    return day.local(at, day.zone("UTC")).strftime("%Y-%m-%d %H:%M")


def test_all_kinds_of_times(imported: Imported) -> None:
    file = imported("zones.ics", "Asia/Tokyo")
    times = {session.guid.partition("@")[0]: (utc(session.start), utc(session.end)) for session in file.sessions}
    assert times == {
        "utc": ("2025-10-26 01:30", "2025-10-26 02:00"),
        "iana": ("2025-03-30 00:30", "2025-03-30 01:30"),
        "windows": ("2025-07-01 07:00", "2025-07-01 08:00"),
        "path": ("2025-07-01 07:00", "2025-07-01 08:00"),
        "own": ("2025-07-01 07:00", "2025-07-01 08:00"),
        "floating": ("2025-11-03 08:30", "2025-11-03 09:00"),
        "day": ("2025-11-03 23:00", "2025-11-04 23:00"),
    }
    assert file.zone == "Europe/Madrid", "the file names its zone: floating times are of that one"


def test_texts_are_unescaped_and_unfolded(imported: Imported) -> None:
    first = imported("zones.ics").sessions[0]
    assert first.title == "In UTC, with a comma"
    assert first.room == "Hall; left"
    assert (
        first.description
        == "First\nSecond \\ line that is long enough to be folded into more than one line of the file"
    )
    assert (first.type, first.url, first.cancelled) == (SessionType.KEYNOTE, "https://zones.test/1", False)
    assert imported("zones.ics").speakers[0].name == "Gina; of the house"


def test_floating_times_are_of_the_events_zone() -> None:
    data = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20251103T093000\nSUMMARY:A\nEND:VEVENT\nEND:VCALENDAR\n"
    assert utc(read(data, "x.ics", "Asia/Tokyo").sessions[0].start) == "2025-11-03 00:30"


def test_problems_name_their_line(imported: Imported) -> None:
    problems = {(each.where, each.lost): each.text for each in imported("zones.ics").problems}
    assert "only the first time" in problems["line 71", False]
    assert "“Moon/Crater” is not known" in problems["line 77", True]
    assert "“tomorrow” cannot be read" in problems["line 82", True]


def test_what_other_tools_take_for_calendars(imported: Imported) -> None:
    file = imported("odd.ics")
    assert [session.title for session in file.sessions] == ["No length", "Untitled"]
    assert [session.guid for session in file.sessions] == ["", ""], "one UID for everything identifies nothing"
    said = [each.text for each in file.problems]
    assert any("same guid (77)" in text for text in said)
    assert any("left out: nor this one" in text for text in said)
    assert any("ends inside this VEVENT" in text for text in said)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"hello", "no BEGIN:VCALENDAR"),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR", "no session"),
        (b"BEGIN:VCALENDAR\nX:\n\xff\n", r"not UTF-8 \(line 3\)"),
    ],
)
def test_broken_files_are_refused_with_a_sentence(data: bytes, says: str) -> None:
    with pytest.raises(Refused, match=says):
        read(data, "x.ics", "Europe/Madrid")


@pytest.mark.parametrize(
    "line",
    [
        "DTSTART:99999999T999999Z",
        "DTSTART:00000000",
        "DTSTART;TZID=:20250101T000000",
        "DTSTART;TZID=../../etc/passwd:20250101T000000",
        "DURATION:P",
        "DURATION:PT99999999999H",
        "DTEND:20240101T000000Z",
    ],
)
def test_hostile_times_cost_their_entry_alone(line: str) -> None:
    start = "" if line.startswith("DTSTART") else "DTSTART:20250101T000000Z\n"
    good = "BEGIN:VEVENT\nDTSTART:20250101T000000Z\nSUMMARY:Good\nEND:VEVENT\n"
    bad = f"BEGIN:VEVENT\n{start}{line}\nSUMMARY:Bad\nEND:VEVENT\n"
    file = read(f"BEGIN:VCALENDAR\n{bad}{good}END:VCALENDAR".encode(), "x.ics", "Europe/Madrid")
    assert [session.title for session in file.sessions if session.title == "Good"] == ["Good"]
    assert any(problem.lost for problem in file.problems)


def test_a_line_that_looks_like_many_parameters_takes_no_time() -> None:
    line = "SUMMARY" + ";a=b,c" * 50_000
    data = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20250101T000000Z\n{line}\nEND:VEVENT\nEND:VCALENDAR"
    assert read(data.encode(), "x.ics", "UTC").sessions[0].title == "Untitled"
