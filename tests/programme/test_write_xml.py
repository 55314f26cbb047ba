"""schedule.xml and schedule.json as other tools expect them."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from turia.event.plan import plan_of
from turia.event.programme import Room, Session, Speaker, Track
from turia.event.settings import Info
from turia.programme import write_json, write_table, write_xml
from turia.testing.decisions import NOW, Decisions

HOUR = 3_600_000


@pytest.fixture
def event() -> Decisions:
    made = Decisions()
    made.do(
        "event.seed",
        info=Info("Our event <&>", zone="Europe/Madrid", first_day="2025-11-03", last_day="2025-11-04"),
        rooms={"hall": Room('Hall "A"'), "empty": Room("Empty")},
        tracks={"red": Track("Red", "#ff0000")},
        speakers={"ana": Speaker("Ana & Ben")},
        sessions={
            "talk": Session(
                "=1+1 <script>",
                NOW,
                NOW + HOUR,
                room="hall",
                track="red",
                speakers=("ana",),
                abstract="]]> &amp; \x0b\ud83d".encode("utf-8", "ignore").decode(),
                cancelled=True,
            ),
            "party": Session("Party", NOW + 17 * HOUR, NOW + 18 * HOUR),
        },
    )
    return made


def test_xml(event: Decisions) -> None:
    root = ElementTree.fromstring(write_xml.write(plan_of(event.state), "https://venue.test/programme"))
    assert [day.get("date") for day in root.findall("day")] == ["2025-11-03", "2025-11-04"]
    first = root.findall("day")[0]
    assert first.get("start") == "2025-11-03T04:00:00+01:00"
    assert first.get("end") == "2025-11-04T03:59:00+01:00"
    assert [room.get("name") for room in first.findall("room")] == ['Hall "A"', ""]
    talk = first.find("room/event")
    assert talk is not None
    assert talk.findtext("title") == "Cancelled: =1+1 <script>"
    assert (talk.findtext("start"), talk.findtext("duration")) == ("09:00", "01:00")
    assert talk.findtext("date") == "2025-11-03T09:00:00+01:00"
    assert talk.findtext("persons/person") == "Ana & Ben"
    assert int(talk.get("id", "")) > 0
    assert len(talk.get("guid", "")) == 36
    party = first.findall("room")[1].find("event")
    assert party is not None
    assert party.findtext("date") == "2025-11-04T02:00:00+01:00", "it belongs to the evening before"


def test_json(event: Decisions) -> None:
    whole = json.loads(write_json.write(plan_of(event.state), "https://venue.test/programme"))
    conference = whole["schedule"]["conference"]
    assert conference["daysCount"] == 2
    assert [room["name"] for room in conference["rooms"]] == ['Hall "A"', "Empty"]
    (talk,) = conference["days"][0]["rooms"]['Hall "A"']
    assert (talk["start"], talk["duration"], talk["track"]) == ("09:00", "01:00", "Red")
    assert talk["persons"][0]["public_name"] == "Ana & Ben"


def test_no_cell_is_a_formula(event: Decisions) -> None:
    text = write_table.write(plan_of(event.state)).decode("utf-8-sig")
    assert "\n'=1+1 <script>," in text
    for cell in ("=A1", "+1", "-1", "@x", "\tx", "'x"):
        assert write_table.safe(cell) == f"'{cell}"
