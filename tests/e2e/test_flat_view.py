"""The venue without 3D: entered by a browser that cannot draw it, and changed to and from over one connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Playwright, expect
from tests.e2e.conftest import Shoot, launch
from tests.e2e.visitor import PATIENCE_S, Visitor, distance

from turia.protocol import state as bits
from turia.testing.server_process import ServerProcess

pytestmark = pytest.mark.e2e

Contexts = Callable[..., BrowserContext]


@pytest.fixture
def without_webgl(playwright_session: Playwright) -> Iterator[BrowserContext]:
    browser = launch(playwright_session, "--disable-3d-apis")
    context = browser.new_context(viewport={"width": 360, "height": 640}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_S * 1000)
    yield context
    browser.close()


def motion(pose: dict[str, int]) -> int:
    return pose["state"] & bits.MOTION_MASK


def assert_kept(lines: list[str]) -> None:
    """The first connection is the only one, to the venue as well as for sound."""
    paths = [url.partition("?")[0].partition("/socket.io")[1] or "media" for url in lines]
    assert sorted(set(paths)) == sorted(paths), lines
    assert "/socket.io" in paths


def test_a_browser_without_webgl_takes_part_and_is_seen_in_3d(
    server: ServerProcess, contexts: Contexts, without_webgl: BrowserContext, shoot: Shoot
) -> None:
    ben = Visitor(contexts(), server.url).enter("Visitor B")
    ben.go_to("Auditorium 2")
    ada = Visitor(without_webgl, server.url)
    asked: list[str] = []
    ada.page.on("request", lambda request: asked.append(request.url))
    ada.enter("Visitor A", button="Enter the flat view")
    assert ada.state()["view"] == "flat"
    assert not [url for url in asked if ".glb" in url or "/render-" in url], "nothing of 3D is loaded"
    shoot(ada.page, "flat-entered")

    before = ada.state()["self"]
    ada.page.get_by_role("button", name="Go to Auditorium 2").first.click()
    ada.until(lambda state: distance(state["self"], before) > 5)
    ada.page.get_by_role("heading", name="You are in Auditorium 2").wait_for()
    ben.sees("Visitor A")
    ada.page.get_by_role("button", name="Take a free seat").click()
    ada.until(lambda state: state["self"]["seat"] >= 0)
    ben.until(lambda state: motion(state["others"].get("Visitor A", {"state": 0})) == bits.SEATED)
    ada.page.get_by_role("button", name="Raise hand").click()
    ben.until(lambda state: state["others"]["Visitor A"]["state"] & bits.HAND_UP)

    ben.press("h")
    near = ada.page.get_by_role("region", name="People near you").get_by_role("listitem").filter(has_text="Visitor B")
    near.get_by_text("hand up").wait_for()
    shoot(ada.page, "flat-seated")


def test_everything_is_reached_by_keyboard_alone(server: ServerProcess, without_webgl: BrowserContext) -> None:
    ada = Visitor(without_webgl, server.url).enter("Visitor K", button="Enter the flat view")
    seen: list[str] = []
    for _ in range(80):
        ada.page.keyboard.press("Tab")
        name: str = ada.page.evaluate(
            "() => { const e = document.activeElement; return e.getAttribute('aria-label') || e.textContent.trim(); }"
        )
        seen.append(name)
    for wanted in ("Take a free seat", "All people", "Sit down", "Gestures", "Raise hand", "Rooms", "More"):
        assert wanted in seen, f"Tab never came to {wanted!r}: {seen}"

    ada.page.get_by_role("button", name="More", exact=True).focus()
    ada.page.keyboard.press("Enter")
    ada.page.get_by_role("button", name="Help", exact=True).focus()
    ada.page.keyboard.press("Enter")
    ada.page.get_by_role("heading", name="The flat view", exact=True).wait_for()
    ada.page.keyboard.press("Escape")
    ada.page.get_by_role("heading", name="The flat view", exact=True).wait_for(state="detached")
    # Letters that would walk in 3D do nothing here.
    before = ada.state()["self"]
    for key in ("w", "ArrowUp", "x", "h"):
        ada.page.keyboard.press(key)
    ada.page.wait_for_timeout(300)
    assert distance(ada.state()["self"], before) == 0
    assert ada.state()["self"]["state"] & bits.HAND_UP == 0


def test_the_flat_view_goes_on_when_the_graphics_stop(server: ServerProcess, contexts: Contexts) -> None:
    ada = Visitor(contexts(), server.url)
    lines: list[str] = []
    ada.page.on("websocket", lambda line: lines.append(line.url))
    start = ada.enter("Visitor D").state()["self"]
    ada.page.evaluate(
        "() => document.querySelector('#scene').getContext('webgl2').getExtension('WEBGL_lose_context').loseContext()"
    )
    flat = ada.until(lambda state: state["view"] == "flat")
    assert flat["self"]["slot"] == start["slot"]
    ada.page.get_by_text("The graphics of this device stopped").first.wait_for()
    # A new picture has a context of its own.
    ada.page.get_by_role("button", name="More", exact=True).click()
    ada.page.get_by_role("button", name="3D view", exact=True).click()
    ada.until(lambda state: state["view"] == "picture" and state["drawCalls"] > 0)
    assert_kept(lines)


def test_changing_the_view_keeps_place_and_connection(server: ServerProcess, contexts: Contexts, shoot: Shoot) -> None:
    ada = Visitor(contexts(), server.url)
    lines: list[str] = []
    ada.page.on("websocket", lambda line: lines.append(line.url))
    start = ada.enter("Visitor C").state()["self"]

    ada.page.get_by_role("button", name="More", exact=True).click()
    ada.page.get_by_role("button", name="Flat view", exact=True).click()
    flat = ada.until(lambda state: state["view"] == "flat")
    assert flat["connection"] == "connected"
    assert flat["self"]["slot"] == start["slot"]
    assert distance(flat["self"], start) < 0.5
    expect(ada.page.locator("canvas#scene")).to_be_hidden()
    ada.until(lambda state: state["tick"] > flat["tick"] + 20)
    ada.page.get_by_role("button", name="Raise hand").click()
    ada.until(lambda state: state["self"]["state"] & bits.HAND_UP)
    shoot(ada.page, "flat-changed")

    ada.page.get_by_role("button", name="More", exact=True).click()
    ada.page.get_by_role("button", name="3D view", exact=True).click()
    again = ada.until(lambda state: state["view"] == "picture" and state["drawCalls"] > 0)
    assert again["self"]["slot"] == start["slot"]
    assert again["self"]["state"] & bits.HAND_UP, "the hand stays up"
    assert distance(again["self"], start) < 0.5
    expect(ada.page.locator("canvas#scene")).to_be_visible()
    assert_kept(lines)
    # The choice is remembered.
    kept = ada.page.evaluate("() => JSON.parse(localStorage['turia.settings']).view")
    assert kept == "picture"
    shoot(ada.page, "flat-back-in-3d")
