"""Calendar files as calendar programs read them, judged by a library that is not ours."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from turia.event import day
from turia.event.plan import plan_of
from turia.event.programme import Room, Session, Speaker
from turia.event.settings import Info
from turia.programme import write_calendar
from turia.testing.decisions import Decisions

ZONE = "Europe/Madrid"


def at(text: str) -> int:
    found = day.parse_day(text[:10])
    assert found is not None
    minutes = int(text[11:13]) * 60 + int(text[14:16])
    return day.day_start(found, day.zone(ZONE)) + minutes * 60_000


def calendar(*sessions: Session, zone: str = ZONE, whole: bool = False) -> tuple[str, icalendar.Calendar]:
    event = Decisions()
    event.do(
        "event.seed",
        info=Info("An event, with a comma", zone=zone),
        rooms={"hall": Room("Hall; left")},
        speakers={"ana": Speaker("Ana", "House")},
        sessions={f"s{number}": each for number, each in enumerate(sessions)},
    )
    data = write_calendar.write(plan_of(event.state), base_url="https://venue.test/programme", whole=whole)
    found = icalendar.Calendar.from_ical(data)
    assert isinstance(found, icalendar.Calendar)
    return data.decode(), found


TALK = Session(
    "A talk, with a comma",
    at("2025-11-03 09:30"),
    at("2025-11-03 10:00"),
    room="hall",
    speakers=("ana",),
    abstract="One\nTwo; \\three",
    links=(("Slides", "https://a.test/slides"),),
)


def test_a_session_is_said_with_its_zone() -> None:
    text, found = calendar(TALK)
    (event,) = found.walk("VEVENT")
    assert event.decoded("DTSTART").isoformat() == "2025-11-03T09:30:00+01:00"
    assert str(event["SUMMARY"]) == "A talk, with a comma"
    assert str(event["LOCATION"]) == "Hall; left"
    assert str(event["DESCRIPTION"]) == "Ana (House)\n\nOne\nTwo; \\three\n\nSlides: https://a.test/slides"
    assert str(event["URL"]) == "https://venue.test/programme#s0"
    assert str(event["STATUS"]) == "TENTATIVE"
    assert "DTSTART;TZID=Europe/Madrid:20251103T093000\r\n" in text
    assert "X-TURIA-SESSION" not in text


def test_a_cancelled_session_stays_and_says_so() -> None:
    _, found = calendar(Session("Off", TALK.start, TALK.end, cancelled=True))
    assert str(found.walk("VEVENT")[0]["STATUS"]) == "CANCELLED"


def test_the_hour_that_comes_twice_is_said_in_utc_the_second_time() -> None:
    first = Session("First", at("2025-10-26 02:30"), at("2025-10-26 02:45"))
    second = Session("Second", first.start + 3_600_000, first.end + 3_600_000)
    text, _ = calendar(first, second)
    assert "DTSTART;TZID=Europe/Madrid:20251026T023000" in text
    assert "DTSTART:20251026T013000Z" in text


@pytest.mark.parametrize(
    "zone", [ZONE, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Asia/Tehran", "UTC"]
)
def test_the_rules_of_the_zone_give_the_same_times_as_the_zone(zone: str) -> None:
    """A calendar program that knows no zones reads VTIMEZONE alone."""
    where = day.zone(zone)
    days = [day.parse_day(text) for text in ("2025-01-15", "2025-03-30", "2025-07-01", "2025-10-26", "2025-12-31")]
    sessions = [
        Session(f"T{number}", start, start + 45 * 60_000)
        for number, each in enumerate(days)
        if each is not None
        for start in [day.day_start(each, where) + hour * 3_600_000 for hour in (1, 5, 14)]
    ]
    _, found = calendar(*sessions, zone=zone)
    zones = found.walk("VTIMEZONE")
    assert len(zones) == (0 if zone == "UTC" else 1)
    for event, session in zip(found.walk("VEVENT"), sorted(sessions, key=lambda each: each.start), strict=True):
        said: Any = event["DTSTART"]
        start = said.dt
        assert isinstance(start, datetime)
        if zones and start.tzinfo is not None and "TZID" in said.params:
            assert isinstance(zones[0], icalendar.Timezone)
            start = start.replace(tzinfo=zones[0].to_tz(lookup_tzid=False))
        assert day.to_ms(start) == session.start


@given(st.text(max_size=400).filter(lambda text: "\r" not in text and "\n" not in text))
def test_lines_are_folded_within_75_bytes_and_come_back(line: str) -> None:
    pieces = write_calendar.folded(line).split("\r\n")
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line


def test_no_text_ends_its_line() -> None:
    text, found = calendar(
        Session("A\r\nBEGIN:VALARM\nX", TALK.start, TALK.end, description="\x00\x1b[0m\r\nEND:VEVENT")
    )
    assert len(found.walk("VEVENT")) == 1
    assert "\nBEGIN:VALARM" not in text


@pytest.mark.parametrize(
    ("start", "end", "says"),
    [
        (TALK.start, TALK.end, "2025-11-03T08:30:00+00:00"),
        (date(2025, 11, 3), date(2025, 11, 4), "2025-11-03"),
    ],
)
def test_an_appointment_of_times_or_days(start: int | date, end: int | date, says: str) -> None:
    data = write_calendar.appointment(
        "event@venue.test",
        "A, b",
        start,
        end,
        stamp=0,
        sequence=3,
        url="https://venue.test",
        place="Hall; left",
        text="",
    )
    (event,) = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert event.decoded("DTSTART").isoformat() == says
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == ("A, b", "Hall; left")
    assert "DESCRIPTION" not in event
