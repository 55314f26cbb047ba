"""Pages as people with different screens see them: three widths, light and dark; and what is wrong there."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field

from playwright.sync_api import Page
from tests.e2e.conftest import ROOT, Shoot

Look = tuple[int, int, str]

#: (width, height, scheme). Colours do not hang on widths: three looks see every width and both schemes, and the next
#: page gets the other three.
EVEN: tuple[Look, ...] = ((360, 740, "dark"), (1024, 768, "light"), (1920, 1080, "dark"))
ODD: tuple[Look, ...] = ((360, 740, "light"), (1024, 768, "dark"), (1920, 1080, "light"))

_AXE = ROOT / "client_web" / "node_modules" / "axe-core" / "axe.min.js"
#: A modal dialog alone: what is behind it was looked at before, and nobody gets there meanwhile.
_RUN_AXE = """async () => {
  const within = document.querySelector("dialog[open]") ?? document;
  const { violations } = await axe.run(within, { resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, any }) =>
    `${id}: ${html.slice(0, 160)} ${any.map(({ message }) => message).join(" ").slice(0, 160)}`));
}"""
_SETTLE = """async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const ending = document.getAnimations().filter(({ effect }) => effect.getTiming().iterations !== Infinity);
  await Promise.allSettled(ending.map(({ finished }) => finished));
}"""
#: Where fingers are used.
_TOUCHED = 360
_TOO_WIDE = "() => document.documentElement.scrollWidth > innerWidth"
#: What a finger cannot hit: under 44 px; links within a sentence and boxes with larger targets are another matter.
_TOO_SMALL = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
  .filter((each) => {
    const { width, height } = each.getBoundingClientRect();
    const { display, opacity, visibility } = getComputedStyle(each);
    return width > 0 && Math.min(width, height) < 43.5 && display !== "inline" && opacity !== "0"
      && visibility !== "hidden" && !["checkbox", "radio"].includes(each.type) && !each.closest(".skip-link");
  })
  .map((each) => {
    const { width, height } = each.getBoundingClientRect();
    return `too small to touch, ${width} x ${height}: ${each.outerHTML.slice(0, 120)}`;
  })"""
#: What hides a part of its content at the end of the line, and does not show by dots that it does.
_CUT_OFF = """() => [...document.querySelectorAll("body *")]
  .filter((each) => {
    const { overflowX, textOverflow, clipPath, visibility } = getComputedStyle(each);
    return ["hidden", "clip"].includes(overflowX) && textOverflow !== "ellipsis" && clipPath === "none"
      && visibility !== "hidden" && each.clientWidth > 1 && each.scrollWidth > each.clientWidth + 4
      && !each.closest("svg, input, textarea, select, .visually-hidden");
  })
  .map((each) => `cuts off what does not fit: ${each.outerHTML.slice(0, 120)}`)"""


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it is, by rule and place; evaluated, for its rules admit no foreign script."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_AXE.read_text())
    found: list[str] = page.evaluate(_RUN_AXE)
    return found


def settle(page: Page) -> None:
    """Until the page is laid out and what moves has arrived."""
    page.evaluate(_SETTLE)


def turn(page: Page, width: int, height: int, scheme: str) -> None:
    """Give the page another screen; what was open stays open."""
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    settle(page)


@dataclass
class Looks:
    """Looks at one page after the other, and collects what is wrong. Pictures are what takes time: one of each page, or
    of each look where E2E_LOOKS is set, for people to look at."""

    shoot: Shoot
    found: list[str] = field(default_factory=list)
    checked: int = 0

    def check(self, page: Page, where: str) -> None:
        """The page, panel or dialog that is open now, at every width, light and dark."""
        self.checked += 1
        for width, height, scheme in ODD if self.checked % 2 else EVEN:
            turn(page, width, height, scheme)
            if width == _TOUCHED or "E2E_LOOKS" in os.environ:
                self.shoot(page, f"look-{re.sub('[^A-Za-z0-9]+', '-', where).strip('-')}-{width}-{scheme}")
            wrong = violations(page) + page.evaluate(_CUT_OFF)
            if page.evaluate(_TOO_WIDE):
                wrong.append("wider than the screen")
            if width == _TOUCHED:
                wrong += page.evaluate(_TOO_SMALL)
            self.found += [f"{where}, {width} px, {scheme}: {each}" for each in wrong]

    def report(self) -> str:
        """A line for each finding."""
        return "\n".join(self.found)
