"""The entrance over HTTP: what the venue is, entering, new tokens, who am I, leaving. JSON; see docs/api.md."""

from __future__ import annotations

import contextlib
from typing import Any

import msgspec
from aiohttp import web

from turia.errors import Refused
from turia.event.all_commands import COMMANDS
from turia.event.commands import Actor
from turia.event.entries import EVENT
from turia.event.settings import Info
from turia.protocol import limits
from turia.protocol.messages import Look
from turia.store.credentials import SignIn
from turia.web import entering
from turia.web.context import Context, context, json_answer
from turia.web.cookies import forget_cookie, set_cookie
from turia.web.endpoints import Endpoint
from turia.web.guards import check_write, read_body
from turia.web.identity import COOKIE
from turia.web.wire import decode, struct_answer

DEMO_BANNER = (
    "Demonstration, open to anybody. Not a real event: its programme runs by a clock of its own, "
    "so that something is on."
)


class Enter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``name`` and ``affiliation`` are for guests: whoever is registered is called as registered. ``look``: how the
    avatar looks; it stays as it is if it is missing."""

    name: str = ""
    affiliation: str = ""
    look: Look | None = None


class Profile(msgspec.Struct, frozen=True):
    """Who somebody is. ``badge``: organiser, moderator, chair, speaker, steward, captioner or nothing. ``status`` is
    that of the registration, nothing for guests; ``may_enter``: whether the venue lets him in as it stands."""

    person: str
    name: str
    affiliation: str
    badge: str
    look: Look
    guest: bool
    status: str
    may_enter: bool


class Pass(Profile, frozen=True):
    """``token`` is for the Socket.IO connection, in ``auth``; it lives ``expires_in`` seconds."""

    token: str
    expires_in: int


class Bearer(msgspec.Struct, frozen=True):
    """Send it as ``Authorization: Bearer TOKEN``; it lives ``expires_in`` seconds."""

    token: str
    expires_in: int


class Done(msgspec.Struct, frozen=True):
    """It is done."""

    ok: bool = True


class VenueFile(msgspec.Struct, frozen=True):
    """A file of the building."""

    url: str
    bytes: int


class Venue(msgspec.Struct, frozen=True):
    """``guests``: whether one may enter without registration. ``mail``: smtp, or folder where letters are not sent
    but kept on the server. ``banner``: what every page says on top, or nothing."""

    title: str
    subtitle: str
    venue: str
    files: dict[str, VenueFile]
    guests: bool
    people: int
    capacity: int
    profile: str
    banner: str
    mail: str


async def venue(request: web.Request) -> web.Response:
    """GET /api/venue: what the entry page shows, and where the files of the building are."""
    ctx = context(request)
    settings = ctx.settings
    info = ctx.journal.state.get(EVENT, Info, "info")
    files = {
        name: VenueFile(f"/venue/{ctx.venue.id}/{name}", len(asset.body)) for name, asset in ctx.venue.files.items()
    }
    return struct_answer(
        Venue(
            title=info.title if info else settings.title or ctx.venue.title,
            subtitle=info.subtitle if info else settings.subtitle or ctx.venue.subtitle,
            venue=ctx.venue.id,
            files=files,
            guests=settings.guests,
            people=ctx.population(),
            capacity=settings.capacity,
            profile=settings.profile,
            banner=DEMO_BANNER if settings.profile == "demo" else "",
            mail=ctx.mail,
        )
    )


async def enter(request: web.Request) -> web.Response:
    """POST /api/enter: go into the venue. Registered people are checked in by it, guests give a name."""
    check_write(request)
    ctx = context(request)
    body = decode(await read_body(request), Enter)
    known = ctx.identity.sign_in(request)
    if known is not None and ctx.identity.registration(known.person) is not None:
        await entering.check_in(ctx, known.person, body.look)
        return struct_answer(_pass(ctx, known))
    if not ctx.settings.guests:
        raise Refused(
            "guests_closed",
            "Only registered people can enter. Register, or sign in with the link or code from your letter.",
        )
    return await _enter_as_guest(request, ctx, body, known)


async def _enter_as_guest(request: web.Request, ctx: Context, body: Enter, known: SignIn | None) -> web.Response:
    person = known.person if known else ctx.new_person_id()
    look = msgspec.structs.astuple(body.look or Look())
    asked = COMMANDS["people.enter_as_guest"]
    await ctx.journal.do(asked.name, asked.payload(person, body.name, body.affiliation, look))
    if known is not None:
        return struct_answer(_pass(ctx, known))
    known, cookie = await ctx.sign_ins.start(person, request.headers.get("User-Agent", ""))
    answer = struct_answer(_pass(ctx, known))
    set_cookie(answer, ctx.settings, cookie)
    return answer


async def token(request: web.Request) -> web.Response:
    """POST /api/token: a new socket token for whoever the cookie says, if he has entered."""
    check_write(request)
    ctx = context(request)
    known = ctx.identity.must_sign_in(request)
    ctx.identity.check_entered(known.person)
    return await _kept_alive(request, known, struct_answer(_pass(ctx, known)))


async def bearer(request: web.Request) -> web.Response:
    """POST /api/bearer: a token for programs, which act as whoever the cookie says."""
    check_write(request)
    ctx = context(request)
    known = ctx.identity.must_sign_in(request)
    made = Bearer(ctx.passes.bearer(ctx.identity.pass_of(known)), int(limits.SOCKET_TOKEN_S))
    return await _kept_alive(request, known, struct_answer(made))


async def me(request: web.Request) -> web.Response:
    """GET /api/me: who the cookie says I am."""
    ctx = context(request)
    known = ctx.identity.must_sign_in(request)
    return await _kept_alive(request, known, struct_answer(profile(ctx, known.person)))


async def leave(request: web.Request) -> web.Response:
    """POST /api/leave: sign out of this browser."""
    check_write(request)
    ctx = context(request)
    known = ctx.identity.sign_in(request)
    if known is not None:
        await ctx.sign_ins.revoke(known.person, known.id)
    answer = json_answer({"ok": True})
    forget_cookie(answer)
    return answer


async def _kept_alive(request: web.Request, known: SignIn, answer: web.Response) -> web.Response:
    """Using it begins the time of a sign-in again, on the server and in the browser. Not worth a refusal."""
    ctx = context(request)
    with contextlib.suppress(Refused):
        if await ctx.sign_ins.note_use(known):
            set_cookie(answer, ctx.settings, request.cookies[COOKIE])
    return answer


def profile(ctx: Context, person: str) -> Profile:
    """Who somebody is, as he is told."""
    return Profile(**_profile(ctx, person))


def _profile(ctx: Context, person: str) -> dict[str, Any]:
    avatar = ctx.identity.avatar(person)
    registration = ctx.identity.registration(person)
    by: Actor = ctx.identity.actor_of(person)
    return {
        "person": person,
        "name": avatar.name,
        "affiliation": avatar.affiliation,
        "badge": avatar.badge,
        "look": avatar.look,
        "guest": by.guest,
        "status": str(registration.status) if registration else "",
        "may_enter": ctx.identity.may_enter(person),
    }


def _pass(ctx: Context, known: SignIn) -> Pass:
    made = ctx.passes.socket_token(ctx.identity.pass_of(known))
    return Pass(**_profile(ctx, known.person), token=made, expires_in=int(limits.SOCKET_TOKEN_S))


ENDPOINTS = (
    Endpoint(method="GET", path="/api/venue", run=venue, tag="entrance", answer=Venue, signed_in=False),
    Endpoint(method="GET", path="/api/me", run=me, tag="entrance", answer=Profile),
    Endpoint(method="POST", path="/api/enter", run=enter, tag="entrance", body=Enter, answer=Pass, signed_in=False),
    Endpoint(method="POST", path="/api/token", run=token, tag="entrance", answer=Pass),
    Endpoint(method="POST", path="/api/bearer", run=bearer, tag="entrance", answer=Bearer),
    Endpoint(method="POST", path="/api/leave", run=leave, tag="entrance", answer=Done, signed_in=False),
)
