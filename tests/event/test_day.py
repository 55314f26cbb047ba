"""Days and hours: over midnight, over the change of the clocks, and in zones that do not exist."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turia.errors import Refused
from turia.event import day

MADRID = day.zone("Europe/Madrid")


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def ms(text: str) -> int:
    return day.to_ms(datetime.fromisoformat(text))


@pytest.mark.parametrize("name", ["", "Europe", "Europe/Nowhere", "../../etc/passwd", "/etc/passwd", "x" * 400, "a\0b"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="is no time zone"):
        day.zone(name)
    assert not day.known_zone(name)


def test_the_day_of_the_event_is_one_hour_ahead() -> None:
    assert day.at_wall(wall("2025-11-03T09:30"), MADRID) == ms("2025-11-03T08:30:00+00:00")
    assert day.say_time(ms("2025-11-03T08:30:00+00:00"), MADRID) == "Monday 3 November, 09:30"


def test_an_hour_that_comes_twice_is_its_first() -> None:
    assert day.at_wall(wall("2025-10-26T02:30"), MADRID) == ms("2025-10-26T00:30:00+00:00")


def test_an_hour_that_is_skipped_is_counted_on_from_before() -> None:
    assert day.at_wall(wall("2025-03-30T02:30"), MADRID) == ms("2025-03-30T01:30:00+00:00")
    assert day.local(ms("2025-03-30T01:30:00+00:00"), MADRID).hour == 3


def test_days_have_the_hours_they_have() -> None:
    def hours(of: date) -> float:
        return (day.day_start(of + timedelta(days=1), MADRID) - day.day_start(of, MADRID)) / 3_600_000

    assert hours(date(2025, 3, 30)) == 23
    assert hours(date(2025, 10, 26)) == 25
    assert hours(date(2025, 11, 3)) == 24


def test_a_party_after_midnight_belongs_to_the_day_before() -> None:
    at = ms("2025-11-04T02:59:00+01:00")
    assert day.day_of(at, MADRID) == date(2025, 11, 4)
    assert day.day_of(at, MADRID, change_min=240) == date(2025, 11, 3)
    assert day.day_of(ms("2025-11-04T04:00:00+01:00"), MADRID, change_min=240) == date(2025, 11, 4)


def test_a_span_over_midnight_names_both_days() -> None:
    night = (ms("2025-11-03T22:00:00+01:00"), ms("2025-11-04T01:00:00+01:00"))
    assert day.say_span(*night, MADRID) == "Monday 3 November, 22:00 to Tuesday 4 November, 01:00"
    assert day.say_span(night[0], night[0] + 3_600_000, MADRID) == "Monday 3 November, 22:00 to 23:00"


@pytest.mark.parametrize("text", ["", "2025-13-01", "2025-02-30", "03/11/2025", "20251103", "2025-W45-1"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert day.parse_day(text) is None


@given(st.datetimes(wall("1972-01-01"), wall("2199-01-01")), st.sampled_from(["Europe/Madrid", "Asia/Kolkata"]))
def test_times_survive_the_way_through_the_wall_clock(naive: datetime, name: str) -> None:
    at = day.to_ms(naive.replace(microsecond=0, tzinfo=UTC))
    shown = day.local(at, day.zone(name))
    assert day.to_ms(shown) == at
    back = day.at_wall(shown.replace(tzinfo=None), day.zone(name))
    assert back == (at if shown.fold == 0 else at - 3_600_000)
