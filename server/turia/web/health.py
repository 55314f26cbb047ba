"""For whoever watches the server: /healthz (the loop answers) and /readyz (people can enter)."""

from __future__ import annotations

from aiohttp import web

from turia.web.context import context, json_answer


async def healthz(_request: web.Request) -> web.Response:
    """200 as long as the event loop answers at all."""
    return json_answer({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """200 when people can enter, 503 while starting and stopping."""
    ready = context(request).ready()
    return json_answer({"status": "ready" if ready else "not ready"}, 200 if ready else 503)


def routes() -> list[web.RouteDef]:
    """All routes of this file."""
    return [web.get("/healthz", healthz), web.get("/readyz", readyz)]
