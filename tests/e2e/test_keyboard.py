"""Every panel and menu of the venue opens, is used and closes by keyboard, and gives the focus back to its opener."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect
from tests.e2e.conftest import make_server
from tests.e2e.keys import Keys
from tests.e2e.people import Contexts, Person, organiser
from tests.e2e.schedules import MINUTE_MS, minutes_from_now

from turia.testing.server_process import ServerProcess

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """An event without guests, with a programme of now."""
    with make_server(tmp_path_factory.mktemp("keys"), profile="event") as running:
        yield running


class Walker:
    """The organiser, inside, without a mouse. ``menu``: the button that opens the rest of the bar on small screens."""

    def __init__(self, olga: Person) -> None:
        self.olga = olga
        self.page = olga.page
        self.keys = Keys(olga.page)
        self.actions = self.page.get_by_role("navigation", name="Actions")

    def open(self, name: str, opened: Locator) -> Locator:
        """From the bar, or the menu in it; what has the focus when it is closed again."""
        opener = self.olga.button(name, self.actions)
        expected = opener
        if not opener.is_visible():
            expected = self.olga.button("More", self.actions)
            self.keys.press(expected)
        self.keys.press(opener)
        self.holds_focus(opened)
        return expected

    def holds_focus(self, opened: Locator) -> None:
        """Whoever cannot see it hears what has opened."""
        opened.wait_for()
        expect(opened.locator(":focus")).to_have_count(1)

    def close(self, opened: Locator, opener: Locator, key: str = "Escape") -> None:
        """By Escape, wherever one is in it; the focus is where it was before."""
        self.page.keyboard.press(key)
        opened.wait_for(state="detached")
        expect(opener).to_be_focused()

    def sheet(self, title: str) -> Locator:
        """A panel at the side."""
        return self.page.locator("section.sheet").filter(has=self.page.get_by_role("heading", name=title, level=2))

    def dialog(self, title: str) -> Locator:
        """A modal dialog."""
        return self.page.locator("dialog[open]").filter(has=self.page.get_by_role("heading", name=title, level=2))


def two_notices(olga: Person) -> None:
    """Two starred sessions, moved."""
    begin = minutes_from_now(60)
    for title in ("First talk", "Second talk"):
        session = olga.add_session(title, "plenary", begin, begin + 45 * MINUTE_MS)
        olga.do("programme.star", session=session)
        olga.do("programme.move_session", session=session, start=begin + 5 * MINUTE_MS)


@pytest.mark.parametrize(
    ("flat", "width", "height"), [(False, 1024, 640), (False, 640, 420), (True, 360, 640)], ids=str
)
def test_panels_and_menus_work_without_a_mouse(
    venue: ServerProcess, contexts: Contexts, flat: bool, width: int, height: int
) -> None:
    olga = organiser(Person(contexts(viewport={"width": width, "height": height}), venue), venue)
    olga.set_policies(conduct_required=False)
    two_notices(olga)
    walker = Walker(olga.enter_registered(flat=flat))
    page, keys = walker.page, walker.keys
    page.keyboard.press("Tab")

    notices = walker.sheet("Notices")
    bell = page.get_by_role("button", name="Open them.")
    keys.press(bell)
    walker.holds_focus(notices)
    notices.get_by_role("listitem").first.wait_for()
    before = notices.get_by_role("listitem").count()
    keys.press(olga.button("Take away", notices).first)
    expect(notices.get_by_role("listitem")).to_have_count(before - 1)
    walker.close(notices, bell)

    programme = walker.sheet("Draft programme")
    opener = walker.open("Programme", programme)
    keys.write(programme.get_by_role("searchbox"), "second talk")
    keys.press(programme.get_by_role("button", name="Second talk").first)
    programme.get_by_role("link", name="Calendar file").first.wait_for()
    walker.close(programme, opener)

    rooms = walker.sheet("Rooms")
    opener = walker.open("Rooms", rooms)
    manage = olga.button("Manage", rooms).first
    keys.press(manage)
    expect(manage).to_have_attribute("aria-expanded", "true")
    walker.close(rooms, opener)

    people = walker.sheet("People")
    opener = walker.open("People", people)
    keys.press(people.get_by_role("tab", name="Everybody"), "ArrowRight")
    people.get_by_role("tab", name="Nearby", selected=True).wait_for()
    keys.press(olga.button("Close People", people), back=True)
    people.wait_for(state="detached")
    expect(opener).to_be_focused()

    helping = walker.sheet("Help")
    walker.close(helping, walker.open("Help", helping))

    places = walker.dialog("Map")
    opener = walker.open("Places" if flat else "Map", places)
    keys.write(places.get_by_label("Find a place"), "foyer")
    places.get_by_role("button", name="Go to Foyer").first.wait_for()
    walker.close(places, opener)

    settings = walker.dialog("Settings")
    opener = walker.open("Settings", settings)
    chosen = settings.get_by_role("tab", selected=True)
    first = chosen.inner_text()
    keys.press(chosen, "ArrowRight")
    expect(settings.get_by_role("tab", selected=True)).not_to_have_text(first)
    walker.close(settings, opener)

    leave = walker.dialog("Leave the venue?")
    walker.close(leave, walker.open("Leave", leave))

    gestures = page.get_by_role("group", name="Gestures")
    walker.close(gestures, walker.open("Gestures", gestures))
