"""The HTTP API of the entrance: what the venue is, entering, new tokens, who am I, leaving. JSON; see docs/api.md."""

from __future__ import annotations

from typing import Any

import msgspec
from aiohttp import web

from turia.errors import Refused
from turia.protocol import limits
from turia.protocol.messages import Look
from turia.web import names
from turia.web.auth import SESSION_S
from turia.web.context import Context, context, json_answer
from turia.web.guards import COOKIE, check_write, read_body
from turia.world.space import Person

DEMO_BANNER = "Demonstration, open to anybody. Not a real event."


class Enter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Body of POST /api/enter."""

    name: str
    affiliation: str = ""
    look: Look = Look()


async def venue(request: web.Request) -> web.Response:
    """GET /api/venue: what the entry page shows, and where the files of the building are."""
    ctx = context(request)
    settings = ctx.settings
    files = {
        name: {"url": f"/venue/{ctx.venue.id}/{name}", "bytes": len(asset.body)}
        for name, asset in ctx.venue.files.items()
    }
    return json_answer(
        {
            "title": settings.title or ctx.venue.title,
            "subtitle": settings.subtitle or ctx.venue.subtitle,
            "venue": ctx.venue.id,
            "files": files,
            "guests": settings.guests,
            "people": ctx.population(),
            "capacity": settings.capacity,
            "profile": settings.profile,
            "banner": DEMO_BANNER if settings.profile == "demo" else "",
        }
    )


async def enter(request: web.Request) -> web.Response:
    """POST /api/enter {name, affiliation, look}: signs a guest in; whoever is signed in keeps his id."""
    check_write(request)
    ctx = context(request)
    body = _decode(await read_body(request))
    if not ctx.settings.guests:
        raise Refused("guests_closed", "The organiser has closed the entrance for guests.")
    known = _signed_in(request, ctx)
    person = Person(
        known.id if known else ctx.new_person_id(),
        names.person_name(body.name),
        names.affiliation(body.affiliation),
        known.badge if known else "",
        body.look,
    )
    answer = json_answer(_pass(ctx, person))
    answer.set_cookie(
        COOKIE,
        ctx.passes.session(person),
        max_age=int(SESSION_S),
        httponly=True,
        samesite="Lax",
        secure=all(origin.startswith("https://") for origin in ctx.settings.allowed_origins),
        path="/",
    )
    return answer


async def token(request: web.Request) -> web.Response:
    """POST /api/token: a new socket token for whoever the cookie says."""
    check_write(request)
    ctx = context(request)
    return json_answer(_pass(ctx, _must_be_signed_in(request, ctx)))


async def me(request: web.Request) -> web.Response:
    """GET /api/me: who the cookie says I am."""
    return json_answer(_profile(_must_be_signed_in(request, context(request))))


async def leave(request: web.Request) -> web.Response:
    """POST /api/leave: forget the cookie."""
    check_write(request)
    answer = json_answer({"ok": True})
    answer.del_cookie(COOKIE, path="/")
    return answer


def _decode(body: bytes) -> Enter:
    try:
        return msgspec.json.decode(body, type=Enter)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused("bad_request", f"The request cannot be read: {str(error)[:200]}.") from None


def _signed_in(request: web.Request, ctx: Context) -> Person | None:
    cookie = request.cookies.get(COOKIE)
    return ctx.passes.person_of_session(cookie) if cookie else None


def _must_be_signed_in(request: web.Request, ctx: Context) -> Person:
    person = _signed_in(request, ctx)
    if person is None:
        raise Refused("not_signed_in", "You are not signed in. Enter again.")
    return person


def _profile(person: Person) -> dict[str, Any]:
    return {
        "person": person.id,
        "name": person.name,
        "affiliation": person.affiliation,
        "badge": person.badge,
        "look": msgspec.to_builtins(person.look),
    }


def _pass(ctx: Context, person: Person) -> dict[str, Any]:
    return {**_profile(person), "token": ctx.passes.socket_token(person), "expires_in": int(limits.SOCKET_TOKEN_S)}


def routes() -> list[web.RouteDef]:
    """All routes of this file."""
    return [
        web.get("/api/venue", venue),
        web.get("/api/me", me),
        web.post("/api/enter", enter),
        web.post("/api/token", token),
        web.post("/api/leave", leave),
    ]
