"""A person at a browser, as tests drive him: enters, walks, looks at what he sees."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page

State = dict[str, Any]

#: Software rendering on a shared machine: patience, and no fixed sleeps. It guards against waiting for ever, no more.
PATIENCE_S = 90.0
_LOOK_EVERY_MS = 100
#: Two looks so far apart find somebody who walks at two places.
_STILL_MS = 400
#: Metres, and metres a second.
_STILL = 0.01
#: Keeps each message that passes in the page, and what only screen readers get, for whoever looks when it is gone.
_NOTE_MESSAGES = """
  window.__told = [];
  window.__spoken = [];
  const known = new WeakMap();
  const note = (element, list = window.__told) => {
    const text = element.textContent.replace(/\\s+/g, " ").trim();
    if (text === "" || known.get(element) === text) return;
    known.set(element, text);
    list.push(text);
  };
  new MutationObserver(() => {
    for (const place of document.querySelectorAll('[aria-label="Messages"]'))
      for (const element of place.querySelectorAll("p")) note(element);
    for (const element of document.querySelectorAll("body [role=status]")) note(element, window.__spoken);
  }).observe(document, { subtree: true, childList: true, characterData: true });
"""
_TOLD = """([list, words]) => {
  const at = window[list].findIndex((text) => text.toLowerCase().includes(words.toLowerCase()));
  return at < 0 ? null : window[list].splice(at, 1)[0];
}"""


class Visitor:
    """One page. ``state()`` is the read-only look inside that the client offers (``window.__turia``)."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        context.add_init_script(_NOTE_MESSAGES)
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

    def stands(self) -> Any:
        """Wait until he walks no more: a key that was let go is heard of later. His pose."""
        deadline = time.monotonic() + PATIENCE_S
        before = self.until(lambda state: state["self"] is not None)["self"]
        while True:
            self.page.wait_for_timeout(_STILL_MS)
            now = self.until(lambda state: state["self"] is not None)["self"]
            if now["speed"] < _STILL and distance(now, before) < _STILL:
                return now
            assert time.monotonic() < deadline, f"still walks after {PATIENCE_S:.0f} s: {before} {now}"
            before = now

    def told(self, words: str) -> str:
        """Wait until a passing message says so, or has said so since this page came; its text. Each counts once."""
        return self._heard("__told", words)

    def spoken(self, words: str) -> str:
        """The same for what screen readers are told besides."""
        return self._heard("__spoken", words)

    def _heard(self, kept: str, words: str) -> str:
        return str(self.page.wait_for_function(_TOLD, arg=[kept, words], timeout=PATIENCE_S * 1000).json_value())

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
