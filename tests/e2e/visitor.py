"""A person at a browser, as tests drive him: enters, walks, looks at what he sees."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page

State = dict[str, Any]

#: Software rendering on a shared machine: patience, and no fixed sleeps.
PATIENCE_S = 60.0
_LOOK_EVERY_MS = 100


class Visitor:
    """One page. ``state()`` is the read-only look inside that the client offers (``window.__turia``)."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        self.page: Page = context.new_page()
        self.url = url

    def open(self) -> Visitor:
        """The entry page."""
        self.page.goto(f"{self.url}/enter")
        self.page.get_by_label("Your name").wait_for()
        return self

    def enter(self, name: str, affiliation: str = "", button: str = "Enter") -> Visitor:
        """Through the entry page into the hall, past the guide."""
        self.open()
        self.page.get_by_label("Your name").fill(name)
        if affiliation:
            self.page.get_by_label("Affiliation").fill(affiliation)
        self.page.get_by_role("button", name=button, exact=True).click()
        self.until(lambda state: state["route"] == "hall" and state["self"] is not None)
        skip = self.page.get_by_role("button", name="Skip")
        if skip.is_visible():
            skip.click()
        return self

    def state(self) -> State:
        """What the client knows now."""
        state: State = self.page.evaluate("() => window.__turia.getState()")
        return state

    def until(self, wanted: Callable[[State], object], patience_s: float = PATIENCE_S) -> State:
        """Wait until the state is as wanted; fails with the last state."""
        deadline = time.monotonic() + patience_s
        while True:
            state = self.state()
            if wanted(state):
                return state
            assert time.monotonic() < deadline, f"not seen within {patience_s:.0f} s; last state: {state}"
            self.page.wait_for_timeout(_LOOK_EVERY_MS)

    def sees(self, name: str, patience_s: float = PATIENCE_S) -> State:
        """Wait until the person of that name is in sight; his pose."""
        pose: State = self.until(lambda state: name in state["others"], patience_s)["others"][name]
        return pose

    def hold(self, key: str, wanted: Callable[[State], object]) -> State:
        """Keep a key down, the picture focused, until the state is as wanted."""
        self.page.locator("canvas#scene").focus()
        self.page.keyboard.down(key)
        try:
            return self.until(wanted)
        finally:
            self.page.keyboard.up(key)

    def press(self, key: str) -> None:
        """One key, the picture focused."""
        self.page.locator("canvas#scene").focus()
        self.page.keyboard.press(key)

    def go_to(self, place: str) -> State:
        """By the list of places in the map."""
        before = self.state()["self"]
        self.page.get_by_role("button", name="Map", exact=True).click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("button", name=f"Go to {place}").first.click()
        moved = self.until(lambda state: distance(state["self"], before) > 1.0)
        if dialog.is_visible():
            self.page.keyboard.press("Escape")
        return moved


def distance(one: State, other: State) -> float:
    """Metres over ground between two poses."""
    return float(((one["x"] - other["x"]) ** 2 + (one["z"] - other["z"]) ** 2) ** 0.5)
