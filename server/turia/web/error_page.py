"""A plain page that says what is wrong and what to do, without scripts and in the colours of the client."""

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
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/error.css">
</head>
<body>
<header><a class="brand" href="/">Turia</a></header>
<main>
<p class="status">{status}</p>
<h1>{title}</h1>
<p>{sentence}</p>
{rest}
</main>
</body>
</html>
"""
_TITLES = {404: "Page not found", 429: "Too many requests", 500: "Something went wrong", 503: "Not ready yet"}
#: Ways on, the likeliest first.
_BACK = """<ul>
<li><a href="/">Home</a></li>
<li><a href="/programme">Programme</a></li>
<li><a href="/enter">Enter the venue</a></li>
</ul>"""


def error_page(status: int, sentence: str, *, title: str = "", rest: str = _BACK) -> web.Response:
    """``sentence`` is escaped; ``rest`` is HTML of ours."""
    heading = title or _TITLES.get(status, "This did not work")
    text = _PAGE.format(status=f"Error {status}", title=escape(heading), sentence=escape(sentence), rest=rest)
    return web.Response(text=text, content_type="text/html", status=status, headers={"Cache-Control": "no-store"})


def style() -> str:
    """The style sheet of these pages."""
    return files("turia.web").joinpath("error.css").read_text(encoding="utf-8")
