"""Everything without a mouse, and nothing that axe finds on any page, dialog or panel, light and dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page
from tests.e2e.conftest import ROOT, Shoot, make_server
from tests.e2e.people import Contexts, Person, organiser
from tests.e2e.schedules import MINUTE_MS, minutes_from_now

from turia.testing.server_process import ServerProcess

pytestmark = pytest.mark.e2e

AXE = ROOT / "client_web" / "node_modules" / "axe-core" / "axe.min.js"
LOOK = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, any }) =>
    `${id}: ${html.slice(0, 160)} ${any.map(({ message }) => message).join(" ").slice(0, 160)}`));
}"""

#: Widths that are laid out differently, in schemes that are coloured differently.
SCREENS = [(360, 640, "dark"), (1024, 700, "light"), (1920, 1000, "dark")]

STRANGERS_PAGES = ("/event", "/programme", "/speakers", "/register", "/sign-in", "/my", "/privacy", "/enter", "/lost")

#: Pages of somebody who may do everything, and buttons there that open a dialog.
PAGES: dict[str, tuple[str, ...]] = {
    "/event": ("Help",),
    "/programme": (),
    "/my": ("Withdraw …",),
    "/conduct": (),
    "/enter": (),
    "/organise/people": ("Rosa", "Add", "Import CSV"),
    "/organise/invitations": ("Invite",),
    "/organise/roles": ("New role",),
    "/organise/programme": ("Add a session", "Import", "My edits", "Mark as final"),
    "/organise/settings": ("Add a block",),
    "/organise/letters": (),
}

#: Panels of the hall by their titles, and the buttons that open them where those say something else.
PANELS = {"Draft programme": "Programme", "Rooms": "Rooms", "People": "People", "Nearby": "Nearby", "Help": "Help"}

DIALOGS = ("Map", "Settings", "Leave")


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it is, by rule and place; evaluated, for its rules admit no foreign script."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text())
    found: list[str] = page.evaluate(LOOK)
    return found


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
        olga.set_policies(conduct_required=False)
        olga.run_session("Round of questions", "seminar_1")
        begin = minutes_from_now(60)
        olga.add_session("Later", "plenary", begin, begin + 45 * MINUTE_MS)
        for name in ("Rosa", "Sam"):
            fields = {"category": "academia", "country": "", "affiliation": "University of Somewhere"}
            olga.do("people.add", name=name, email=f"{name.lower()}@example.org", **fields)
    return olga


class Keys:
    """Somebody without a mouse: walks from control to control as far as it takes, and no further than round."""

    _MOST_STEPS = 250

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, target: Locator, *, back: bool = False) -> None:
        """Tab until the focus is there; ``back``: it is nearer backwards."""
        target.wait_for()
        for _ in range(self._MOST_STEPS):
            if target.evaluate("node => node === document.activeElement"):
                return
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"the keyboard does not get to {target}")

    def press(self, target: Locator, key: str = "Enter", *, back: bool = False) -> None:
        """Go there and press."""
        self.to(target, back=back)
        self.page.keyboard.press(key)

    def write(self, target: Locator, text: str) -> None:
        """Go there and write."""
        self.to(target)
        self.page.keyboard.type(text)


def settled(page: Page) -> None:
    """Until everything on the page has come."""
    page.locator("h1").first.wait_for()
    page.locator(".loading").first.wait_for(state="detached")


def check(page: Page, where: str, shoot: Shoot, name: str) -> list[str]:
    """Violations, and whether one must scroll sideways; a picture of it."""
    shoot(page, f"axe-{name}")
    found = [f"{where}: {each}" for each in violations(page)]
    if page.evaluate("() => document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{where} is wider than the screen")
    return found


@pytest.mark.parametrize(("width", "height", "scheme"), SCREENS)
def test_axe_finds_nothing_on_any_page_or_dialog(
    venue: ServerProcess, olga: Person, contexts: Contexts, shoot: Shoot, width: int, height: int, scheme: str
) -> None:
    look = f"{width}-{scheme}"
    person = Person(contexts(viewport={"width": width, "height": height}, color_scheme=scheme), venue)
    page = person.page
    found: list[str] = []
    for path in STRANGERS_PAGES:
        page.goto(f"{venue.url}{path}")
        settled(page)
        found += check(page, path, shoot, f"stranger{path.replace('/', '-')}-{look}")
    organiser(person, venue)
    for path, buttons in PAGES.items():
        page.goto(f"{venue.url}{path}")
        settled(page)
        found += check(page, path, shoot, f"page{path.replace('/', '-')}-{look}")
        for name in buttons:
            person.button(name).first.click()
            page.locator("dialog[open]").wait_for()
            found += check(page, f"{path}, {name}", shoot, f"dialog-{name.replace(' ', '-')}-{look}")
            page.keyboard.press("Escape")
            page.locator("dialog[open]").wait_for(state="detached")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("width", "height", "scheme"), [(360, 640, "dark"), (1024, 640, "light")])
def test_axe_finds_nothing_on_any_panel(
    venue: ServerProcess, olga: Person, contexts: Contexts, shoot: Shoot, width: int, height: int, scheme: str
) -> None:
    context = contexts(viewport={"width": width, "height": height}, color_scheme=scheme)
    person = organiser(Person(context, venue), venue).enter_registered()
    found: list[str] = []
    for title, button in PANELS.items():
        panel = person.panel(title, button)
        if title == "Rooms":
            person.button("Manage", panel).first.click()
        found += check(person.page, title, shoot, f"panel-{title}-{width}-{scheme}")
        person.button(f"Close {title}", panel).click()
    for name in DIALOGS:
        person.bar(name)
        person.page.locator("dialog[open]").wait_for()
        found += check(person.page, name, shoot, f"hall-{name}-{width}-{scheme}")
        person.page.keyboard.press("Escape")
        person.page.locator("dialog[open]").wait_for(state="detached")
    person.bar("Flat view")
    person.until(lambda state: state["view"] == "flat")
    found += check(person.page, "the flat view", shoot, f"flat-{width}-{scheme}")
    person.panel("Rooms")
    found += check(person.page, "rooms in the flat view", shoot, f"flat-Rooms-{width}-{scheme}")
    assert not found, "\n".join(found)


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
    keys.press(lena.button("Go to the room", card))
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
