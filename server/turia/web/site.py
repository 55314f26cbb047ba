"""Puts the web application together: routes, middlewares, headers."""

from __future__ import annotations

from aiohttp import web

from turia.web import api, guards, health, metrics, pages
from turia.web.context import CONTEXT, Context


def create_site(ctx: Context) -> web.Application:
    """An application without the catch-all of the client: the gateway attaches itself next, then :func:`add_pages`."""
    app = web.Application(
        middlewares=[guards.errors, guards.concurrency()],
        client_max_size=guards.MAX_BODY_BYTES,
    )
    app[CONTEXT] = ctx
    app[metrics.REGISTRY] = metrics.registry(ctx)
    app.on_response_prepare.append(guards.add_headers)
    app.add_routes([*api.routes(), *health.routes(), *metrics.routes()])
    return app


def add_pages(app: web.Application) -> None:
    """The client's files answer whatever nobody else did."""
    app.add_routes(pages.routes())
