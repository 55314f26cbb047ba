"""The door: names of every kind, old browsers, phones, keyboards, screen readers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect
from tests.e2e.conftest import ROOT, Shoot, launch
from tests.e2e.looks import settle
from tests.e2e.visitor import Visitor

from turia.testing.server_process import ServerProcess

pytestmark = pytest.mark.e2e

Contexts = Callable[..., BrowserContext]

AXE = Path(ROOT / "client_web" / "node_modules" / "axe-core" / "axe.min.js")


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA on the page as it is."""
    page.evaluate(AXE.read_text())
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found: list[dict[str, Any]] = page.evaluate(
        "async (tags) => (await window.axe.run(document, { runOnly: tags })).violations", rules
    )
    return [f"{item['id']}: {item['help']} at {[node['target'] for node in item['nodes']][:3]}" for item in found]


@pytest.mark.parametrize("name", ["مندوب من الوفد", "代表 🌍", "<b>Bold</b> & <script>alert(1)</script>"])
def test_names_of_every_kind_are_shown_as_they_are(server: ServerProcess, contexts: Contexts, name: str) -> None:
    wanted = name[:48]
    visitor = Visitor(contexts(), server.url).enter(wanted)
    other = Visitor(contexts(), server.url).enter("Onlooker")
    other.sees(wanted)
    assert visitor.state()["self"]["name"] == wanted
    assert other.page.locator("b:has-text('Bold')").count() == 0


def test_a_name_of_ten_thousand_characters_is_refused_in_words(
    server: ServerProcess, contexts: Contexts, shoot: Shoot
) -> None:
    visitor = Visitor(contexts(), server.url).open()
    field = visitor.page.get_by_label("Your name")
    field.evaluate("(input) => input.removeAttribute('maxlength')")
    field.fill("x" * 10_000)
    visitor.page.get_by_role("button", name="Enter", exact=True).click()
    visitor.page.get_by_text("48").first.wait_for()
    shoot(visitor.page, "long-name")
    assert visitor.state()["route"] == "entry"


def test_no_name_is_asked_for_in_words(server: ServerProcess, contexts: Contexts) -> None:
    visitor = Visitor(contexts(), server.url).open()
    visitor.page.get_by_role("button", name="Enter", exact=True).click()
    field = visitor.page.get_by_label("Your name")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()


@pytest.fixture(scope="module")
def without_webgl(playwright_session: Playwright) -> Iterator[Browser]:
    browser = launch(playwright_session, "--disable-gpu", "--disable-3d-apis")
    yield browser
    browser.close()


def test_a_browser_without_webgl_is_told_so(without_webgl: Browser, server: ServerProcess, shoot: Shoot) -> None:
    page = without_webgl.new_page()
    page.goto(f"{server.url}/enter")
    page.get_by_text("WebGL").first.wait_for()
    shoot(page, "no-webgl")
    page.close()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844), (320, 640)])
def test_the_entry_page_fits_and_has_no_barriers(
    server: ServerProcess, contexts: Contexts, shoot: Shoot, width: int, height: int
) -> None:
    visitor = Visitor(contexts(viewport={"width": width, "height": height}), server.url).open()
    visitor.page.get_by_role("button", name="Change look").wait_for()
    shoot(visitor.page, f"entry-{width}")
    assert visitor.page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    assert violations(visitor.page) == []


@pytest.mark.parametrize(("width", "height"), [(360, 640), (320, 640)])
def test_the_way_in_is_seen_without_scrolling(
    server: ServerProcess, contexts: Contexts, shoot: Shoot, width: int, height: int
) -> None:
    context = contexts(viewport={"width": width, "height": height}, has_touch=True, is_mobile=True)
    page = Visitor(context, server.url).open().page
    enter = page.get_by_role("button", name="Enter", exact=True)
    enter.wait_for()
    box = enter.bounding_box()
    assert box is not None
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= height, box
    shoot(page, f"entry-way-in-{width}")
    # It covers no field that has the focus, and lies in its place when one comes there.
    page.get_by_label("Affiliation").focus()
    field = page.get_by_label("Affiliation").bounding_box()
    box = enter.bounding_box()
    assert field is not None
    assert box is not None
    assert field["y"] + field["height"] <= box["y"]
    page.get_by_label("Your name").fill("Visitor S")
    enter.click()
    page.wait_for_function("() => ['loading', 'hall'].includes(window.__turia.getState().route)")


def test_the_hall_and_its_panels_have_no_barriers(server: ServerProcess, contexts: Contexts, shoot: Shoot) -> None:
    visitor = Visitor(contexts(viewport={"width": 1280, "height": 640}), server.url).enter("Visitor I")
    assert violations(visitor.page) == []
    for name in ("People", "Map", "Settings", "Help"):
        visitor.page.get_by_role("button", name=name, exact=True).click()
        settle(visitor.page)
        shoot(visitor.page, f"panel-{name.lower()}")
        assert violations(visitor.page) == [], name
        visitor.page.keyboard.press("Escape")


def test_everything_comes_from_the_venue_itself(server: ServerProcess, contexts: Contexts) -> None:
    context = contexts()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    Visitor(context, server.url).enter("Visitor J")
    own = (server.url, server.url.replace("http", "ws", 1), "data:", "blob:")
    assert [url for url in asked if not url.startswith(own)] == []


def test_the_keyboard_is_never_trapped_in_the_picture(server: ServerProcess, contexts: Contexts) -> None:
    visitor = Visitor(contexts(), server.url).enter("Visitor K")
    scene = visitor.page.locator("canvas#scene")
    scene.focus()
    visitor.page.keyboard.press("Tab")
    expect(scene).not_to_be_focused()
    # With nothing open Escape leads back, and then nowhere.
    for _ in range(2):
        visitor.page.keyboard.press("Escape")
        expect(scene).to_be_focused()
