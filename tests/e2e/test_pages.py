"""The pages round the venue in a real browser, by keyboard alone."""

from __future__ import annotations

import email
import email.policy
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.e2e.conftest import make_server
from tests.e2e.visitor import PATIENCE_S

pytestmark = pytest.mark.usefixtures("organiser")


@dataclass(frozen=True)
class Event:
    """A running event with an organiser, and the folder of its letters."""

    url: str
    mail: Path

    def letter_to(self, page: Page, address: str) -> str:
        """The text of the newest letter to an address; waits for it."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            for path in sorted(self.mail.glob("*.eml"), reverse=True) if self.mail.is_dir() else []:
                letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                body = letter.get_body(("plain",))
                if address in str(letter["to"]) and body is not None:
                    return str(body.get_content())
            page.wait_for_timeout(100)
        raise AssertionError(f"no letter to {address}")


@pytest.fixture(scope="module")
def organiser(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Event]:
    """An event whose first organiser came by the one-time link, as the console shows it."""
    folder = tmp_path_factory.mktemp("event")
    with make_server(folder) as server:
        link = server.said(r"(/sign-in#\S+)")
        context = browser.new_context()
        page = context.new_page()
        page.goto(server.url + link)
        page.get_by_label("Your name").fill("Olga Organiser")
        page.get_by_label("E-mail address").fill("olga@example.org")
        page.get_by_role("checkbox").check()
        page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("heading", name="Organise").wait_for()
        yield Event(server.url, folder / "data" / "mail")
        context.close()


def test_one_registers_and_comes_in_by_keyboard_alone(
    organiser: Event, contexts: Callable[..., BrowserContext]
) -> None:
    page = contexts(viewport={"width": 1_024, "height": 768}).new_page()
    page.goto(f"{organiser.url}/register")
    page.get_by_label("Name", exact=True).wait_for()
    tab_to(page, "Name")
    page.keyboard.type("Ana García")
    tab_to(page, "E-mail address")
    page.keyboard.type("ana@example.org")
    tab_to(page, "Member State of ITU")
    page.keyboard.press("Space")
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name=re.compile("Individual"))).to_be_checked()
    tab_to(page, "Country you are from")
    page.keyboard.type("spa")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Country you are from")).to_have_value("Spain")
    tab_to(page, "I wish to contribute")
    page.keyboard.press("Space")
    tab_to(page, "I have read")
    page.keyboard.press("Space")
    tab_to(page, "Register")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="One more step").wait_for()
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", organiser.letter_to(page, "ana@example.org"))
    assert code is not None
    tab_to(page, "Code")
    page.keyboard.type(code[0].lower())
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="My registration").wait_for()
    expect(page.get_by_text("You may enter the venue.")).to_be_visible()


_FOCUSED = """() => {
  const at = document.activeElement;
  const label = at.labels?.[0]?.textContent ?? at.getAttribute("aria-label") ?? at.textContent;
  return label.replace(/\\s+/g, " ").trim();
}"""


def tab_to(page: Page, start: str) -> None:
    """Tab until something is focused whose name begins so; fails when there is nothing like it."""
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate(_FOCUSED)
        if name == start or (name.startswith(start) and start not in {"Name", "Register", "Code"}):
            return
        seen.append(name[:40])
    raise AssertionError(f"{start!r} cannot be reached by Tab; these were: {seen}")
