"""Somebody without a mouse."""

from __future__ import annotations

from playwright.sync_api import Locator, Page


class Keys:
    """Walks from control to control as far as it takes, and no further than round."""

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
