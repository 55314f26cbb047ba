"""The pages of errors: in the colours of the client, with ways on, and nothing of the caller's in them as markup."""

from __future__ import annotations

import re
from pathlib import Path

from turia.web.error_page import error_page, style

_TOKENS = Path(__file__).resolve().parents[2] / "client_web" / "src" / "ui" / "styles" / "tokens.css"
_NAMES = {"sunken": "surface-sunken"}


def _colours(css: str, selector: str) -> dict[str, str]:
    body = css.split(selector + " {", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", body))


def test_the_colours_are_those_of_the_client_in_light_and_dark() -> None:
    tokens = _TOKENS.read_text(encoding="utf-8")
    light, dark = _colours(tokens, ":root"), _colours(tokens, ':root[data-theme="dark"]')
    own = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", style())
    assert len(own) >= 8
    for name, by_day, by_night in own:
        there = _NAMES.get(name, name)
        assert (by_day, by_night) == (light[there], dark[there]), name


def test_a_page_says_what_is_wrong_and_leads_on() -> None:
    page = error_page(404, "There is <nothing> here.")
    assert page.status == 404
    text = page.text or ""
    assert '<link rel="stylesheet" href="/error.css">' in text
    assert "<h1>Page not found</h1>" in text
    assert "There is &lt;nothing&gt; here." in text
    assert re.findall(r'<a href="([^"]*)">', text) == ["/", "/programme", "/enter"]


def test_every_status_has_a_heading() -> None:
    assert "<h1>This did not work</h1>" in (error_page(418, "No.").text or "")
    assert "<h1>The client is missing</h1>" in (error_page(503, "No.", title="The client is missing").text or "")
