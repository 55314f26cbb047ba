"""The programme in real browsers: it changes while people are inside, and leaves as files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
from defusedxml import ElementTree
from playwright.sync_api import Locator
from tests.e2e.conftest import Shoot, make_server
from tests.e2e.people import Contexts, Person, organiser
from tests.e2e.schedules import MINUTE_MS, minutes_from_now

from turia.testing.server_process import ServerProcess

pytestmark = pytest.mark.e2e

MADRID = ZoneInfo("Europe/Madrid")


def clock_time(at_ms: int) -> str:
    """As the programme shows it: "09:30" in the event's zone."""
    return datetime.fromtimestamp(at_ms / 1000, MADRID).strftime("%H:%M")


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """An event without guests."""
    with make_server(tmp_path_factory.mktemp("programme"), profile="event") as running:
        yield running


@pytest.fixture
def olga(venue: ServerProcess, contexts: Contexts) -> Person:
    """The organiser at a browser of her own, signed in."""
    olga = organiser(Person(contexts(viewport={"width": 1024, "height": 640}), venue), venue)
    olga.set_policies(conduct_required=False)
    return olga


def test_a_starred_session_moves_while_people_are_inside(
    venue: ServerProcess, olga: Person, contexts: Contexts, shoot: Shoot
) -> None:
    begin = minutes_from_now(60)
    olga.add_session("Round table", "seminar_2", begin, begin + 60 * MINUTE_MS)
    ana, ben = (olga.admit(Person(contexts(), venue), name) for name in ("Ana", "Ben"))
    ben.at("/programme", "Draft programme")
    ben.star("Round table")
    ben.at("/my", "My registration").page.get_by_role("link", name="Round table").wait_for()
    ana.enter_registered()
    panel = ana.panel("Draft programme", "Programme")
    panel.get_by_role("searchbox").fill("round table")
    ana.star("Round table", panel)
    panel.get_by_text(clock_time(begin)).first.wait_for()

    moved = begin + 30 * MINUTE_MS
    move_session(olga, "Round table", moved, shoot)
    panel.get_by_text(clock_time(moved)).first.wait_for()
    ana.told("Round table")
    shoot(ana.page, "programme-moved")
    notices = ana.notices()
    notices.get_by_text("Round table").first.wait_for()
    shoot(ana.page, "programme-notice")
    ana.button("Take away", notices).first.click()
    notices.get_by_text("Nothing new").wait_for()
    ben.page.locator(".notice").get_by_text("Round table").wait_for()
    ben.page.get_by_text(clock_time(moved)).first.wait_for()
    shoot(ben.page, "programme-my")


def move_session(olga: Person, title: str, begin: int, shoot: Shoot) -> None:
    """In the editor of the organisers' pages; the end moves along."""
    page = olga.at("/organise/programme", "Organise").page
    page.get_by_role("searchbox").fill(title)
    olga.button(f"Change {title}").click()
    dialog = page.get_by_role("dialog", name="Change a session")
    dialog.get_by_label("Begins").fill(datetime.fromtimestamp(begin / 1000, MADRID).strftime("%Y-%m-%dT%H:%M"))
    shoot(page, "programme-edit")
    olga.button("Save", dialog).click()
    olga.told("Whoever starred it is told.")


def test_the_programme_leaves_as_files(
    venue: ServerProcess, olga: Person, contexts: Contexts, shoot: Shoot, tmp_path: Path
) -> None:
    begin = minutes_from_now(180)
    key = olga.add_session("Words & signs <in> “files”", "auditorium_2", begin, begin + 45 * MINUTE_MS)
    carl = olga.admit(Person(contexts(accept_downloads=True), venue), "Carl")
    sessions = {value["title"] for _, value in olga.things("session").values()}
    page = carl.at("/programme", "Draft programme").page
    carl.star("Words & signs <in> “files”")

    calendar = icalendar.Calendar.from_ical(download(carl, page.get_by_role("link", name="Calendar (iCalendar)")))
    assert {str(event["SUMMARY"]) for event in calendar.walk("VEVENT")} == sessions
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Madrid"]
    tree = ElementTree.fromstring(download(carl, page.get_by_role("link", name="schedule.xml")))
    assert {event.findtext("title") for event in tree.iter("event")} == sessions
    schedule = json.loads(download(carl, page.get_by_role("link", name="schedule.json")))
    days = schedule["schedule"]["conference"]["days"]
    assert {talk["title"] for day in days for room in day["rooms"].values() for talk in room} == sessions
    rows = csv.DictReader(io.StringIO(download(carl, page.get_by_role("link", name="CSV for a")).decode("utf-8-sig")))
    assert {row["title"] for row in rows} == sessions

    page.get_by_role("link", name="Words & signs").click()
    dialog = page.get_by_role("dialog")
    shoot(page, "programme-session")
    check_only(download(carl, dialog.get_by_role("link", name="Calendar file")), begin)
    carl.at("/my", "My registration")
    check_only(download(carl, page.get_by_role("link", name="Calendar file of my stars")), begin)
    carl.button("Show the address").click()
    address = page.get_by_label("Address", exact=True).input_value()
    shoot(page, "programme-feed")
    stranger = contexts().request.get(address)
    assert stranger.ok
    check_only(stranger.body(), begin)
    assert contexts().request.get(address[:-4]).status in {401, 403, 404}
    assert key


def download(person: Person, link: Locator) -> bytes:
    """What a click on a link saves."""
    with person.page.expect_download() as started:
        link.click()
    content: bytes = started.value.path().read_bytes()
    return content


def check_only(content: bytes, begin: int) -> None:
    """A calendar of the one session, at its time."""
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert str(event["SUMMARY"]) == "Words & signs <in> “files”"
    assert event.decoded("DTSTART").astimezone(UTC) == datetime.fromtimestamp(begin / 1000, UTC)
    assert event.decoded("DTSTART").tzinfo is not None
