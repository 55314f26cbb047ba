"""Signing in by a link or a code, and the browsers one is signed in with.

The token of a link travels behind the # of /sign-in, which no server, log or referrer ever sees; the page sends it with
a button's press, so that a mail scanner that opens the link uses nothing up.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from aiohttp import web

from turia.errors import Refused
from turia.event.register import Register
from turia.store.credentials import SignIn
from turia.web import links
from turia.web.api import Done, Profile, profile
from turia.web.context import Context, context
from turia.web.cookies import set_cookie
from turia.web.endpoints import Endpoint, Handler
from turia.web.guards import check_often, check_write, read_body
from turia.web.wire import decode, struct_answer

_WRONG_CODE: Final = "This e-mail address and code do not belong together, or the code is too old. Ask for a new one."
_MAX_EMAIL: Final = 254
_USED: Final = "This was used already. Ask for a new one: it takes a minute."


class Look(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``token``: what stands behind the # of the link."""

    token: str


class ByCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``code``: eight letters and digits; small letters, spaces and hyphens do not matter."""

    email: str
    code: str


class Browser(msgspec.Struct, frozen=True):
    """A browser that is signed in; ``created`` and ``seen``: milliseconds UTC; ``here``: this one."""

    id: str
    agent: str
    created: int
    seen: int
    here: bool


class Browsers(msgspec.Struct, frozen=True):
    """All of them, the one seen last first."""

    sign_ins: list[Browser]


class SignOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``id``: one of my sign-ins; without it, all but this one."""

    id: str = ""


async def look(request: web.Request) -> web.Response:
    """POST /api/sign-in/look: what a link is for, and what is needed to use it. Uses nothing up."""
    check_write(request)
    ctx = context(request)
    body = decode(await read_body(request), Look)
    return struct_answer(links.leaf(ctx, await links.find(ctx, body.token)))


async def by_link(request: web.Request) -> web.Response:
    """POST /api/sign-in/link: sign in with a link. It works twice within its time, and always where it did before.

    Links of invitations, and the first organiser's, take a form as well: see ``needs`` of POST /api/sign-in/look.
    """
    check_write(request)
    ctx = context(request)
    body = decode(await read_body(request), links.UseLink)
    found = await links.find(ctx, body.token)
    here = ctx.identity.sign_in(request)
    if here is not None and here.person == found.person:
        await links.follow(ctx, found, body)
        return struct_answer(profile(ctx, here.person))
    links.check_alive(ctx, found)
    person = await links.follow(ctx, found, body)
    return await _sign_in(request, ctx, person, used=await ctx.access.use(found))


async def by_code(request: web.Request) -> web.Response:
    """POST /api/sign-in/code: sign in with an e-mail address and a code."""
    check_write(request)
    ctx = context(request)
    body = decode(await read_body(request), ByCode)
    check_often(request, ctx.sign_in_rates)
    email = body.email.strip()[:_MAX_EMAIL]
    person = ctx.journal.state.view(Register).by_address(email)
    check_often(request, ctx.code_rates, person or email.casefold() or "nobody")
    found = await ctx.access.of_code(person, body.code)
    if found is None:
        raise Refused("code_wrong", _WRONG_CODE)
    await links.prove(ctx, found)
    return await _sign_in(request, ctx, person, used=await ctx.access.use(found))


async def _sign_in(request: web.Request, ctx: Context, person: str, *, used: bool) -> web.Response:
    """What a link or code does comes before it is used up: it may come twice, and if it is refused nothing is lost."""
    if not used:
        raise Refused("link_used", _USED)
    _, cookie = await ctx.sign_ins.start(person, request.headers.get("User-Agent", ""))
    answer = struct_answer(profile(ctx, person))
    set_cookie(answer, ctx.settings, cookie)
    return answer


async def sign_ins(request: web.Request) -> web.Response:
    """GET /api/sign-ins: the browsers I am signed in with."""
    ctx = context(request)
    here = ctx.identity.must_sign_in(request)
    return struct_answer(Browsers([_browser(each, here) for each in ctx.sign_ins.of(here.person)]))


async def sign_out(request: web.Request) -> web.Response:
    """POST /api/sign-ins/revoke: sign another browser out, or all others."""
    check_write(request)
    ctx = context(request)
    here = ctx.identity.must_sign_in(request)
    body = decode(await read_body(request), SignOut)
    if not body.id:
        await ctx.sign_ins.revoke_all(here.person, but=here.id)
    elif not await ctx.sign_ins.revoke(here.person, body.id):
        raise Refused("unknown_sign_in", "This browser is not signed in any more.")
    return struct_answer(Done())


def _browser(each: SignIn, here: SignIn) -> Browser:
    return Browser(each.id, each.agent, each.created, each.seen, each.id == here.id)


def _open(path: str, run: Handler, body: type[Any], answer: type[Any]) -> Endpoint:
    return Endpoint(method="POST", path=path, run=run, tag="entrance", body=body, answer=answer, signed_in=False)


ENDPOINTS: Final = (
    _open("/api/sign-in/look", look, Look, links.Leaf),
    _open("/api/sign-in/link", by_link, links.UseLink, Profile),
    _open("/api/sign-in/code", by_code, ByCode, Profile),
    Endpoint(method="GET", path="/api/sign-ins", run=sign_ins, tag="entrance", answer=Browsers),
    Endpoint(method="POST", path="/api/sign-ins/revoke", run=sign_out, tag="entrance", body=SignOut, answer=Done),
)
