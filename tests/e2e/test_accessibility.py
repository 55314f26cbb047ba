"""Everything without a mouse, and nothing that axe finds on any page, dialog or panel, at any width, light and dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.conftest import Shoot, make_server
from tests.e2e.keys import Keys
from tests.e2e.looks import Looks, settle, turn
from tests.e2e.people import Contexts, Person, organiser
from tests.e2e.schedules import MINUTE_MS, minutes_from_now

from turia.testing.server_process import ServerProcess

pytestmark = pytest.mark.e2e

STRANGERS_PAGES = (
    "/event",
    "/programme",
    "/speakers",
    "/sign-in",
    "/my",
    "/organise",
    "/privacy",
    "/conduct",
    "/enter",
    "/lost",
)

#: Pages of somebody who may do everything, and buttons there that open a dialog.
PAGES: dict[str, tuple[str, ...]] = {
    "/event": ("Help",),
    "/my": ("Withdraw …", "Delete my data …"),
    "/enter": ("What do I need?",),
    "/organise/people": ("Rosa", "Add", "Import CSV"),
    "/organise/invitations": ("Invite",),
    "/organise/roles": ("New role",),
    "/organise/programme": ("Add a session", "Import", "My edits", "Mark as final"),
    "/organise/settings": ("Add a block",),
    "/organise/monitor": (),
    "/organise/letters": (),
}

#: Panels by their titles, and the buttons that open them.
PANELS = {"Draft programme": "Programme", "Rooms": "Rooms", "People": "People"}

SETTINGS = ("Picture", "Moving", "Keys", "Reading", "My look")

#: Nothing that people write is too long for a page.
LONG = "Interoperability and Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaften"


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """An event without guests, with a programme of now."""
    with make_server(tmp_path_factory.mktemp("access"), profile="event") as running:
        yield running


@pytest.fixture
def olga(venue: ServerProcess, contexts: Contexts) -> Person:
    """The organiser at a browser of her own, signed in."""
    olga = organiser(Person(contexts(), venue), venue)
    if not any(value["title"] == "Round of questions" for _, value in olga.things("session").values()):
        fill(olga)
    return olga


def fill(olga: Person) -> None:
    """A session that runs, one with long words, people, and two notices for the organiser."""
    olga.set_policies(conduct_required=False)
    olga.run_session("Round of questions", "seminar_1")
    begin = minutes_from_now(60)
    later = olga.add_session("Later", "plenary", begin, begin + 45 * MINUTE_MS)
    speaker = olga.do("programme.add_speaker", name=f"Ana {LONG[-60:]}", affiliation=LONG)["key"]
    about = {"speakers": [speaker], "abstract": f"About {LONG}.\n\n- One\n- [Two](https://example.org/)"}
    times = {"start": begin, "end": begin + 30 * MINUTE_MS}
    long = olga.do("programme.add_session", title=LONG, room="seminar_4", by_timetable=False, **times, **about)["key"]
    for session in (later, long):
        olga.do("programme.star", session=session)
    olga.do("programme.move_session", session=later, start=begin + 15 * MINUTE_MS)
    olga.do("programme.cancel_session", session=long)
    for name in ("Rosa", "Sam"):
        fields = {"category": "academia", "country": "", "affiliation": "University of Somewhere"}
        olga.do("people.add", name=name, email=f"{name.lower()}@example.org", **fields)


def settled(page: Page) -> None:
    """Until everything on the page has come."""
    page.locator("h1").first.wait_for()
    page.locator(".loading").first.wait_for(state="detached")


def opens_and_closes_by_key(page: Page, opener: Locator) -> None:
    """A dialog, which gives the focus back to what opened it."""
    opener.press("Enter")
    page.locator("dialog[open]").wait_for()
    page.keyboard.press("Escape")
    page.locator("dialog[open]").wait_for(state="detached")
    expect(opener).to_be_focused()


def check_dialog(page: Page, looks: Looks, where: str) -> None:
    """The dialog that opens, closed afterwards."""
    page.locator("dialog[open]").wait_for()
    looks.check(page, where)
    page.keyboard.press("Escape")
    page.locator("dialog[open]").wait_for(state="detached")


def test_axe_finds_nothing_on_the_pages_of_strangers(
    venue: ServerProcess, olga: Person, contexts: Contexts, shoot: Shoot
) -> None:
    person, looks = Person(contexts(), venue), Looks(shoot)
    page = person.page
    for path in STRANGERS_PAGES:
        page.goto(f"{venue.url}{path}")
        settled(page)
        looks.check(page, f"stranger {path}")
    person.at("/register", "Register")
    person.button("Register").last.click()
    person.reads("things need a change")
    looks.check(page, "stranger /register with mistakes")
    turn(page, 360, 740, "light")
    person.button("Menu").click()
    looks.check(page, "the menu of the pages")
    assert not looks.found, looks.report()


def test_axe_finds_nothing_on_the_pages_and_dialogs_of_organisers(
    venue: ServerProcess, olga: Person, contexts: Contexts, shoot: Shoot
) -> None:
    page, looks = olga.page, Looks(shoot)
    for path, buttons in PAGES.items():
        page.goto(f"{venue.url}{path}")
        settled(page)
        # Whoever goes by Tab gets the focus back where it was.
        page.keyboard.press("Tab")
        looks.check(page, path)
        for name in buttons:
            opens_and_closes_by_key(page, olga.button(name).first)
            olga.button(name).first.click()
            check_dialog(page, looks, f"{path} {name}")
    olga.at("/programme", "Draft programme")
    looks.check(page, "/programme")
    session = page.get_by_role("link", name=LONG)
    opens_and_closes_by_key(page, session)
    session.click()
    check_dialog(page, looks, "/programme session")
    assert not looks.found, looks.report()


def test_axe_finds_nothing_in_the_hall(venue: ServerProcess, olga: Person, contexts: Contexts, shoot: Shoot) -> None:
    looks = Looks(shoot)
    olga.do("room.set_door", room="seminar_1", policy="waiting_room")
    fay = olga.admit(Person(contexts(), venue), "Fay")
    olga.enter_registered()
    looks.check(olga.page, "hall")
    check_panels(olga, fay, looks, "hall")
    for name in ("Gestures", "Turn view"):
        olga.bar(name)
        looks.check(olga.page, f"hall {name}")
        olga.page.keyboard.press("Escape")
    assert not looks.found, looks.report()


def test_axe_finds_nothing_in_the_flat_view(
    venue: ServerProcess, olga: Person, contexts: Contexts, shoot: Shoot
) -> None:
    looks = Looks(shoot)
    olga.do("room.set_door", room="seminar_1", policy="waiting_room")
    gil = olga.admit(Person(contexts(), venue), "Gil")
    olga.enter_registered(flat=True)
    looks.check(olga.page, "flat view")
    check_panels(olga, gil, looks, "flat view")
    for tab in SETTINGS:
        show(olga, "Settings")
        olga.page.get_by_role("tab", name=tab).click()
        check_dialog(olga.page, looks, f"settings {tab}")
    # The newest connection of a person wins; the other one hears of it.
    organiser(Person(contexts(), venue), venue).enter_registered(flat=True)
    olga.page.locator("dialog[open]").wait_for()
    looks.check(olga.page, "connected elsewhere")
    gil.enter_registered(flat=True)
    show(gil, "Leave")
    check_dialog(gil.page, looks, "leave")
    show(gil, "Leave")
    gil.button("Leave", gil.page.locator("dialog[open]")).click()
    gil.until(lambda state: state["route"] == "left")
    looks.check(gil.page, "left")
    assert not looks.found, looks.report()


def show(person: Person, name: str) -> None:
    """Press a button of the bar, wherever the last look left it."""
    person.page.set_viewport_size({"width": 1024, "height": 768})
    settle(person.page)
    person.bar(name)


def check_panels(olga: Person, waiting: Person, looks: Looks, where: str) -> None:
    """Every panel at the side, with what opens in it. ``waiting``: asks to be let into seminar room 1."""
    page = olga.page
    for title, button in PANELS.items():
        show(olga, button)
        panel = olga.panel(title, button)
        if title == "Rooms":
            waiting.do("room.ask_in", room="seminar_1")
            card = olga.room_card("Seminar room 1")
            olga.button("Manage", card).click()
            olga.button("Decline …", card).first.click()
        if title == "Draft programme":
            panel.get_by_role("button", name=LONG).first.click()
        looks.check(page, f"{where} {button}")
        if title == "People":
            panel.get_by_role("tab", name="Nearby").click()
            looks.check(page, f"{where} Nearby")
        page.keyboard.press("Escape")
        panel.wait_for(state="detached")
    waiting.do("room.withdraw_ask", room="seminar_1")
    olga.notices().wait_for()
    looks.check(page, f"{where} Notices")
    page.keyboard.press("Escape")
    show(olga, "Help")
    page.locator("section.sheet").wait_for()
    looks.check(page, f"{where} Help")
    page.keyboard.press("Escape")
    show(olga, "Places" if where == "flat view" else "Map")
    check_dialog(page, looks, f"{where} Map")


def test_everything_works_without_a_mouse(venue: ServerProcess, olga: Person, contexts: Contexts, shoot: Shoot) -> None:
    olga.set_policies(registration="approval", conduct_required=True)
    lena = Person(contexts(), venue)
    keys = Keys(lena.page)
    register(lena, keys)
    approve(olga, Keys(olga.page), shoot)
    lena.page.goto(f"{venue.url}/programme")
    keys.press(lena.button("Star “Later”"))
    lena.page.get_by_role("button", name="Star “Later”", pressed=True).wait_for()

    lena.page.goto(f"{venue.url}/enter")
    keys.press(lena.page.get_by_role("checkbox"), "Space")
    keys.press(lena.button("Enter"))
    lena.until(lambda state: state["route"] == "hall" and state["self"] is not None)
    keys.press(lena.button("Skip"))
    olga.page.goto(f"{venue.url}/enter")
    staff = Keys(olga.page)
    staff.press(olga.page.get_by_role("checkbox"), "Space")
    staff.press(olga.button("Enter the flat view"))
    olga.until(lambda state: state["view"] == "flat" and state["self"] is not None)
    open_panel(lena, keys, "Rooms")
    card = lena.room_card("Seminar room 1")
    keys.press(lena.button("Ask to be let in", card))
    card.get_by_text("You are next in the line").wait_for()
    shoot(lena.page, "keys-asked")
    admit(olga, staff, shoot)
    lena.told("You may go into")
    keys.press(lena.way("Seminar room 1"))
    lena.is_in("Seminar room 1")


def register(lena: Person, keys: Keys) -> None:
    """The form, and the code of the letter."""
    page = lena.at("/register", "Register").page
    keys.write(page.get_by_label("Name", exact=True), "Lena")
    keys.write(page.get_by_label("E-mail address"), "lena@example.org")
    keys.press(page.get_by_role("radio", name="Member State"), "Space")
    keys.write(page.get_by_role("combobox", name="Country"), "Spain")
    page.keyboard.press("Enter")
    keys.press(page.get_by_role("checkbox", name="I have read"), "Space")
    keys.press(lena.button("Register"))
    code = page.get_by_role("textbox", name="Code")
    code.wait_for()
    keys.write(code, lena.letters.wait("lena@example.org").code)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="My registration", level=1).wait_for()


def approve(olga: Person, keys: Keys, shoot: Shoot) -> None:
    """Choose her in the list, and approve."""
    page = olga.at("/organise/people", "Organise").page
    keys.press(page.get_by_role("checkbox", name="Choose Lena"), "Space")
    keys.press(olga.button("Approve"), back=True)
    shoot(page, "keys-approve")
    keys.press(olga.button("Approve", page.get_by_role("dialog")))
    olga.told("Approved: 1 person")


def open_panel(person: Person, keys: Keys, name: str) -> None:
    """From the bar of the hall, or its menu."""
    button = person.button(name, person.page.get_by_role("navigation", name="Actions"))
    if not button.is_visible():
        keys.press(person.button("More"))
    keys.press(button)
    person.panel(name)


def admit(olga: Person, keys: Keys, shoot: Shoot) -> None:
    """From the waiting list of the room."""
    open_panel(olga, keys, "Rooms")
    card = olga.room_card("Seminar room 1")
    keys.press(olga.button("Manage", card))
    shoot(olga.page, "keys-waiting")
    keys.press(olga.button("Let in", card.get_by_role("listitem").filter(has_text="Lena")))
