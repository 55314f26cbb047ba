"""Puts the web application together: routes, middlewares, headers."""

from __future__ import annotations

from aiohttp import web

from turia.web import (
    api,
    api_docs,
    captions,
    commands,
    deck_files,
    desk,
    guards,
    health,
    media_overview,
    metrics,
    pages,
    people_files,
    programme_files,
    recording_files,
    sign_in,
    uploads,
)
from turia.web.context import CONTEXT, Context
from turia.web.endpoints import Endpoint, routed

#: Everything of /api/ that is neither command nor query.
ENDPOINTS: tuple[Endpoint, ...] = (
    *api.ENDPOINTS,
    *sign_in.ENDPOINTS,
    *desk.ENDPOINTS,
    *people_files.ENDPOINTS,
    *programme_files.ENDPOINTS,
    *uploads.ENDPOINTS,
    *deck_files.ENDPOINTS,
    *recording_files.ENDPOINTS,
    *captions.ENDPOINTS,
    *media_overview.ENDPOINTS,
)


def create_site(ctx: Context) -> web.Application:
    """An application without the catch-all of the client: the gateway attaches itself next, then :func:`add_pages`."""
    app = web.Application(
        middlewares=[guards.errors, guards.concurrency()],
        client_max_size=guards.MAX_BODY_BYTES,
    )
    app[CONTEXT] = ctx
    app[metrics.REGISTRY] = metrics.registry(ctx)
    programme_files.set_up(app)
    deck_files.set_up(app, ctx.drawing.folder)
    app.on_response_prepare.append(guards.add_headers)
    app.add_routes([*routed(ENDPOINTS), *commands.routes(), *api_docs.routes(ENDPOINTS)])
    app.add_routes([*uploads.routes(), *health.routes(), *metrics.routes()])
    return app


def add_pages(app: web.Application) -> None:
    """The client's files answer whatever nobody else did."""
    app.add_routes(pages.routes())
