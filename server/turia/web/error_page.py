"""A plain page that says what is wrong and what to do, without scripts or styles from elsewhere."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from aiohttp import web

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="/error.css">
</head>
<body>
<main>
<h1>{title}</h1>
<p>{sentence}</p>
{rest}
</main>
</body>
</html>
"""
_TITLES = {404: "Page not found", 429: "Too many requests", 500: "Something went wrong", 503: "Not ready yet"}
_BACK = '<p><a href="/">Go to the venue</a></p>'


def error_page(status: int, sentence: str, *, title: str = "", rest: str = _BACK) -> web.Response:
    """``sentence`` is escaped; ``rest`` is HTML of ours."""
    heading = title or _TITLES.get(status, "This did not work")
    text = _PAGE.format(title=escape(heading), sentence=escape(sentence), rest=rest)
    return web.Response(text=text, content_type="text/html", status=status, headers={"Cache-Control": "no-store"})


def style() -> str:
    """The style sheet of these pages."""
    return files("turia.web").joinpath("error.css").read_text(encoding="utf-8")
