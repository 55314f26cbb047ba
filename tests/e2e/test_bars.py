"""The bar of actions takes one row, in both views, on every width that people have."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from tests.e2e.people import Contexts
from tests.e2e.visitor import Visitor

from turia.testing.server_process import ServerProcess

pytestmark = pytest.mark.e2e

#: About each width at which the bar changes, and common screens.
WIDTHS = (320, 351, 352, 360, 387, 390, 703, 704, 831, 832, 863, 864, 900, 1000, 1024, 1103, 1104, 1280, 1920)
HEIGHT = 520
#: A page without an address keeps nothing.
_HOLDS = "if (location.host) localStorage.setItem('turia.voice', JSON.stringify({ mode: 'hold' }))"
#: Rows of the buttons in sight, and whether all are inside the window; menus over the bar are no part of it.
_ROWS = """(width) => {
  const nav = document.querySelector("nav[aria-label=Actions]");
  const buttons = [...nav.querySelectorAll(".bar-button")].filter((each) => each.checkVisibility());
  const boxes = buttons.map((each) => each.getBoundingClientRect());
  const rows = new Set(boxes.map(({ top, height }) => Math.round(top + height / 2))).size;
  const inside = boxes.every(({ left, right }) => left >= 0 && right <= width);
  return document.documentElement.clientWidth === width && [buttons.length, rows, inside];
}"""


def rows_at(page: Page, width: int) -> tuple[int, int, bool]:
    """Buttons in sight, rows that they take, and whether all of them are inside; as soon as it has the width."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    # The bar follows the size of the window with the next frame.
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    buttons, rows, inside = page.wait_for_function(_ROWS, arg=width).json_value()
    return int(buttons), int(rows), bool(inside)


@pytest.mark.parametrize("button", ["Enter the flat view", "Enter"])
def test_the_bar_takes_one_row_at_every_width(server: ServerProcess, contexts: Contexts, button: str) -> None:
    context = contexts()
    # The longest words that the bar has.
    context.add_init_script(_HOLDS)
    ada = Visitor(context, server.url).enter("Visitor R", button=button)
    ada.page.get_by_role("button", name="Hold to talk").wait_for()
    measured = {width: rows_at(ada.page, width) for width in WIDTHS}
    assert {width: (rows, inside) for width, (_, rows, inside) in measured.items()} == dict.fromkeys(WIDTHS, (1, True))
    counts = [count for count, _, _ in measured.values()]
    assert counts == sorted(counts), "a wider window shows fewer buttons"
    assert counts[0] == 6
    assert counts[-1] == 13
