"""Signing in by a link or a code, and the browsers one is signed in with.

The token of a link travels behind the # of /sign-in, which no server, log or referrer ever sees; the page sends it with
a button's press, so that a mail scanner that opens the link uses nothing up.
"""

from __future__ import annotations

from typing import Final

import msgspec
from aiohttp import web

from turia.errors import Refused
from turia.event.register import Register
from turia.event.registering import ProveAddress
from turia.store.credentials import Credential, SignIn
from turia.web.api import Done, Profile, profile
from turia.web.context import Context, context
from turia.web.cookies import set_cookie
from turia.web.endpoints import Endpoint
from turia.web.guards import check_often, check_write, read_body
from turia.web.wire import decode, struct_answer

_WRONG_CODE: Final = "This e-mail address and code do not belong together, or the code is too old. Ask for a new one."


class ByLink(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
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


async def by_link(request: web.Request) -> web.Response:
    """POST /api/sign-in/link: sign in with a link. It works twice within its time, and always where it did before."""
    check_write(request)
    ctx = context(request)
    body = decode(await read_body(request), ByLink)
    check_often(request, ctx.sign_in_rates)
    found = await ctx.access.of_link(body.token)
    if found is None:
        raise Refused("unknown_link", "This link is not complete. Open it again from the letter, or ask for a new one.")
    here = ctx.identity.sign_in(request)
    if here is not None and here.person == found.person:
        await _proved(ctx, found)
        return struct_answer(profile(ctx, here.person))
    if not ctx.access.alive(found):
        used = found.uses <= 0
        raise Refused(
            "link_used" if used else "link_expired",
            f"This link {'was used already' if used else 'is too old'}. Ask for a new one: it takes a minute.",
        )
    return await _sign_in(request, ctx, found)


async def by_code(request: web.Request) -> web.Response:
    """POST /api/sign-in/code: sign in with an e-mail address and a code."""
    check_write(request)
    ctx = context(request)
    body = decode(await read_body(request), ByCode)
    check_often(request, ctx.sign_in_rates)
    person = ctx.journal.state.view(Register).by_address(body.email)
    check_often(request, ctx.code_rates, person or body.email.strip().casefold()[:200])
    found = await ctx.access.of_code(person, body.code)
    if found is None:
        raise Refused("code_wrong", _WRONG_CODE)
    return await _sign_in(request, ctx, found)


async def _sign_in(request: web.Request, ctx: Context, found: Credential) -> web.Response:
    """Proving first: it may come twice, and what is refused there has used nothing up."""
    await _proved(ctx, found)
    if not await ctx.access.use(found):
        raise Refused("link_used", "This was used already. Ask for a new one: it takes a minute.")
    _, cookie = await ctx.sign_ins.start(found.person, request.headers.get("User-Agent", ""))
    answer = struct_answer(profile(ctx, found.person))
    set_cookie(answer, ctx.settings, cookie)
    return answer


async def _proved(ctx: Context, found: Credential) -> None:
    registration = ctx.identity.registration(found.person)
    address = found.address or (registration.email if registration else "")
    await ctx.journal.do("people.prove_address", ProveAddress(found.person, address))


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


ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/api/sign-in/link",
        run=by_link,
        tag="entrance",
        body=ByLink,
        answer=Profile,
        signed_in=False,
    ),
    Endpoint(
        method="POST",
        path="/api/sign-in/code",
        run=by_code,
        tag="entrance",
        body=ByCode,
        answer=Profile,
        signed_in=False,
    ),
    Endpoint(method="GET", path="/api/sign-ins", run=sign_ins, tag="entrance", answer=Browsers),
    Endpoint(method="POST", path="/api/sign-ins/revoke", run=sign_out, tag="entrance", body=SignOut, answer=Done),
)
