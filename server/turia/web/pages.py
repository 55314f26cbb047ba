"""The client and the building as files, and pages for when they are missing."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from turia.web import assets
from turia.web.context import context
from turia.web.error_page import error_page, style

#: Addresses of the pages round the venue, and whether something may follow them; the same list is in
#: client_web/src/app/router.ts. They are one document, the 3D entrance is another.
PAGES: Final = {
    "event": False,
    "programme": True,
    "speakers": True,
    "register": False,
    "sign-in": False,
    "my": False,
    "privacy": False,
    "conduct": False,
    "organise": True,
    "watch": True,
}
#: What many guess.
_ALSO: Final = {"recordings": "watch"}
_ENTRANCE: Final = "/index.html"
_PAGES: Final = "/pages.html"

_BUILD_HELP = "<pre>scripts/serve</pre><p>builds it and starts the server. Then reload this page.</p>"


async def client(request: web.Request) -> web.StreamResponse:
    """GET /{path}: a page or a file of the built client."""
    files = context(request).client
    path = document_of(request.path, context(request).settings.profile) or request.path
    if files is None:
        if path not in {_ENTRANCE, _PAGES}:
            raise web.HTTPNotFound
        sentence = "The server runs, but the web client has not been built. In the folder of the sources, the command"
        return error_page(503, sentence, title="The web client is missing", rest=_BUILD_HELP)
    # A client of one's own may have one document only.
    asset = files.get(path) or (files.get(_ENTRANCE) if path == _PAGES else None)
    if asset is None:
        raise web.HTTPNotFound
    return await assets.send(request, asset)


def document_of(path: str, profile: str) -> str:
    """The document that shows what is at an address, "" if it is none of ours. `/` is the entrance of the demo, and the
    page of an event."""
    name, _, rest = path.strip("/").partition("/")
    if not name:
        return _ENTRANCE if profile == "demo" else _PAGES
    if name == "enter" and not rest:
        return _ENTRANCE
    name = _ALSO.get(name, name)
    if name not in PAGES or "/" in rest or (rest and not PAGES[name]):
        return ""
    return _PAGES


async def building(request: web.Request) -> web.StreamResponse:
    """GET /venue/{id}/{file}: a file of the bundle; the id changes with its content, so caches keep it for ever."""
    found = context(request).venue
    asset = found.files.get(request.match_info["file"])
    if asset is None or request.match_info["id"] != found.id:
        raise web.HTTPNotFound
    return await assets.send(request, asset)


async def error_style(_request: web.Request) -> web.Response:
    """GET /error.css."""
    return web.Response(text=style(), content_type="text/css", headers={"Cache-Control": "no-cache"})


def routes() -> list[web.RouteDef]:
    """All routes of this file; the catch-all comes last."""
    return [
        web.get("/error.css", error_style),
        web.get("/venue/{id}/{file}", building),
        web.get("/{path:.*}", client),
    ]
