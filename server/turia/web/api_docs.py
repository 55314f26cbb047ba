"""GET /api/openapi.json and /api/docs: made once, when they are first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import msgspec
from aiohttp import web

from turia.web import assets, docs_page, openapi
from turia.web.endpoints import Endpoint


def routes(endpoints: Sequence[Endpoint]) -> list[web.RouteDef]:
    """All routes of this file; ``endpoints``: what is neither command nor query."""

    @cache
    def made() -> tuple[assets.Asset, assets.Asset]:
        document = openapi.document(endpoints)
        text = docs_page.page(document).encode()
        return (
            assets.compressed(assets.make(msgspec.json.encode(document), "openapi.json", assets.CHECK)),
            assets.compressed(assets.make(text, "docs.html", assets.CHECK)),
        )

    async def document(request: web.Request) -> web.StreamResponse:
        """GET /api/openapi.json."""
        return await assets.send(request, made()[0])

    async def page(request: web.Request) -> web.StreamResponse:
        """GET /api/docs."""
        return await assets.send(request, made()[1])

    async def style(request: web.Request) -> web.StreamResponse:
        """GET /api/docs.css."""
        text = files("turia.web").joinpath("docs.css").read_bytes()
        return await assets.send(request, assets.make(text, "docs.css", assets.CHECK))

    return [
        web.get("/api/openapi.json", document),
        web.get("/api/docs", page),
        web.get("/api/docs.css", style),
    ]
