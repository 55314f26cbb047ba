"""What a newcomer meets: the guide notices what he does, nothing lies over anything, and what is said is true."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, FloatRect, Locator, Page, expect
from tests.e2e.conftest import Shoot, make_server
from tests.e2e.visitor import PATIENCE_S, Visitor, distance

from turia.testing.server_process import ServerProcess

Contexts = Callable[..., BrowserContext]
_SIZES = [(1280, 720), (1000, 700), (844, 390), (390, 844), (320, 640)]
#: Parts of the picture's frame that must not cover each other.
_PARTS = [".guide", ".bar .where", ".bar .facts", ".map .mini", "nav.actions", ".prompt", ".stick", ".messages > *"]

#: A message, which comes at any time: that a device is slow, that a session begins.
_SAY = """() => document.querySelector("section.messages").append(Object.assign(document.createElement("p"),
  { id: "said", textContent: "This device draws slowly, so the picture has less detail. Settings can change it." }
))"""


def _boxes(page: Page) -> dict[str, dict[str, float]]:
    """Boxes on the screen of what is shown of ``_PARTS``, by selector; all of one moment, for messages come and go."""
    look = """(parts) => Object.fromEntries(parts.flatMap((part) =>
      [...document.querySelectorAll(part)].flatMap((element, index) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        const shown = width * height > 0 && element.checkVisibility({ visibilityProperty: true });
        return shown ? [[`${part} ${index}`, { x, y, width, height }]] : [];
      })))"""
    found: dict[str, dict[str, float]] = page.evaluate(look, _PARTS)
    return found


def _plain(box: FloatRect) -> dict[str, float]:
    return {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}


def _overlap(one: dict[str, float], other: dict[str, float]) -> bool:
    across = min(one["x"] + one["width"], other["x"] + other["width"]) - max(one["x"], other["x"])
    down = min(one["y"] + one["height"], other["y"] + other["height"]) - max(one["y"], other["y"])
    return across > 1 and down > 1


def _in_hall(contexts: Contexts, url: str, name: str, **options: Any) -> Visitor:
    visitor = Visitor(contexts(**options), url).open()
    visitor.page.get_by_label("Your name").fill(name)
    visitor.page.get_by_role("button", name="Enter", exact=True).click()
    visitor.until(lambda state: state["route"] == "hall" and state["self"] is not None)
    return visitor


def _step(visitor: Visitor, title: str) -> None:
    visitor.page.locator(".guide .title", has_text=title).wait_for()


def test_the_guide_notices_walking_looking_and_sitting(server: ServerProcess, contexts: Contexts, shoot: Shoot) -> None:
    visitor = _in_hall(contexts, server.url, "Ana")
    page = visitor.page
    start = visitor.state()["self"]
    visitor.hold("w", lambda state: distance(state["self"], start) > 0.5)
    _step(visitor, "Look")
    page.mouse.move(300, 200)
    page.mouse.down()
    page.mouse.move(380, 200, steps=2)
    page.mouse.move(440, 200)
    page.mouse.up()
    _step(visitor, "Sit")
    visitor.go_to("Auditorium 3")
    # The key means the seat that the page offers.
    page.get_by_role("region", name="What you can do here").get_by_role("button", name="Sit").first.wait_for()
    visitor.press("x")
    visitor.until(lambda state: state["self"]["seat"] >= 0)
    # The map was opened on the way: the last step is done, too, and the guide goes.
    page.locator(".guide").wait_for(state="detached")
    shoot(page, "guide_done")
    # From the help it begins anew; to walk away from a seat counts as walking.
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Help", exact=True).click()
    page.get_by_role("button", name="Show the walk-in guide").click()
    _step(visitor, "Walk")
    visitor.hold("w", lambda state: state["self"]["seat"] < 0)
    _step(visitor, "Look")
    visitor.hold("q", lambda _: page.locator(".guide .title", has_text="Sit").count() > 0)


@pytest.mark.parametrize("size", _SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_nothing_lies_over_anything(
    size: tuple[int, int], server: ServerProcess, contexts: Contexts, shoot: Shoot
) -> None:
    width, height = size
    phone = min(size) < 500
    options: dict[str, Any] = {"viewport": {"width": width, "height": height}, "has_touch": phone, "is_mobile": phone}
    visitor = _in_hall(contexts, server.url, "Ben", **options)
    page = visitor.page
    settled(page, page.locator(".guide"))
    shoot(page, f"first_view_{width}x{height}")
    nothing_overlaps(page)
    page.evaluate(_SAY)
    nothing_overlaps(page)
    page.evaluate("() => document.querySelector('#said').remove()")
    # The pad that turns the view leaves the middle, where one's own avatar stands, free.
    page.get_by_role("button", name="Turn view").click()
    pad = settled(page, page.locator("#look-pad"))
    middle = {"x": width / 2 - 10, "y": height * 0.4, "width": 20, "height": height * 0.2}
    assert not _overlap(pad, middle), pad
    assert pad["x"] >= 0
    assert pad["x"] + pad["width"] <= width
    shoot(page, f"turn_view_{width}x{height}")


def nothing_overlaps(page: Page) -> None:
    """Of what is shown now."""
    for (name, one), (other_name, other) in combinations(_boxes(page).items(), 2):
        assert not _overlap(one, other), f"{name} lies over {other_name}: {one} {other}"


def settled(page: Page, what: Locator) -> dict[str, float]:
    """The box of it when it stays where it is: two looks, some frames apart, that agree."""
    what.wait_for()
    deadline = time.monotonic() + PATIENCE_S
    before = what.bounding_box()
    while True:
        page.wait_for_timeout(150)
        now = what.bounding_box()
        if now is not None and now == before:
            return _plain(now)
        assert time.monotonic() < deadline, f"it still moves: {before} {now}"
        before = now


def until_wide(page: Page, what: Locator, px: float) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while (box := what.bounding_box()) is None or box["width"] <= px:
        assert time.monotonic() < deadline, f"not over {px} px wide: {box}"
        page.wait_for_timeout(100)


def test_names_on_the_map_of_a_phone_can_be_read(server: ServerProcess, contexts: Contexts, shoot: Shoot) -> None:
    visitor = Visitor(contexts(viewport={"width": 390, "height": 844}, has_touch=True), server.url).enter("Cleo")
    page = visitor.page
    page.get_by_role("button", name="Map", exact=True).click()
    plan = page.locator("dialog .plan")
    plan.locator("text").first.wait_for()
    # The plan turns to use the width as soon as it knows how wide it is.
    until_wide(page, plan.locator("svg").first.locator("g").first, 230)
    # That none lies over another is proved by ui/map/plan.test.ts.
    expect(plan.locator("text").nth(5)).to_be_attached()
    shoot(page, "map_390")
    page.get_by_label("Find a place").fill("auditorium 3")
    rows = page.locator(".places li")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("Auditorium 3")


def test_who_walks_until_the_server_stops_is_told_the_truth_about_his_place(tmp_path: Path, contexts: Contexts) -> None:
    with make_server(tmp_path) as own:
        visitor = Visitor(contexts(), own.url).enter("Dora")
        start = visitor.state()["self"]
        visitor.hold("w", lambda state: distance(state["self"], start) > 6)
        there = visitor.stands()
        own.stop()
        visitor.until(lambda state: state["connection"] == "reconnecting")
        stood = visitor.state()["self"]
        own.start()
        back = visitor.until(lambda state: state["connection"] == "connected" and state["self"] is not None)["self"]
        assert distance(back, there) < 3
        assert distance(back, stood) <= 1, f"a graceful stop keeps the place: {stood} {back}"
        assert visitor.spoken("Connected again") == "Connected again, in your place."
