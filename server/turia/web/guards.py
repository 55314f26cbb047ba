"""Round every request: security headers, errors as sentences, own-page checks on writes, limits by address."""

from __future__ import annotations

import asyncio
import logging
import math
from collections import Counter
from typing import Final

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from turia.errors import Refused
from turia.event.commands import Actor
from turia.web.auth import new_id
from turia.web.context import Context, context, json_answer
from turia.web.error_page import error_page
from turia.web.identity import COOKIE
from turia.web.rates import Rates

log = logging.getLogger(__name__)

MAX_BODY_BYTES: Final = 16_384
#: A request body arrives within this time.
BODY_S: Final = 10.0
#: Whoever is told "not now" (a database that is busy for a moment) may come again after so long, seconds.
RETRY_AFTER_S: Final = "1"
_NOT_NOW: Final = 503
#: Longer ones get the time that a line of this speed needs.
_SLOWEST_BYTES_S: Final = 20_000

#: Everything comes from this server. Textures inside a GLB are blobs that three.js fetches; styles set by attribute are
#: how panels are placed; workers are made from blobs by the bundler.
_POLICY: Final = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "style-src-elem 'self'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=()",
}


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Signal handler: the security headers on every response, whoever made it."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["Server"] = "turia"


def _api(request: web.Request) -> bool:
    return request.path.startswith("/api/")


def failure(request: web.Request, status: int, code: str, sentence: str, *, retry: bool = False) -> web.Response:
    """An error as JSON for programs (/api/) and as a page for people; what passes by itself says when to come again."""
    if _api(request):
        answer = json_answer({"code": code, "error": sentence, "retry": retry}, status)
    else:
        answer = error_page(status, sentence)
    if status == _NOT_NOW:
        answer.headers["Retry-After"] = RETRY_AFTER_S
    return answer


_SENTENCES: Final = {
    404: "There is nothing at this address.",
    405: "This address does not take that kind of request.",
    413: f"The request is too large: at most {MAX_BODY_BYTES:,} bytes are taken.",
    503: "The venue is not ready yet. Please try again in a moment.",
}
#: HTTP status of a refusal by its code. Of the others, what cannot be read is 400, what cannot be done now 409.
_STATUS: Final = {
    "bad_request": 400,
    "not_json": 400,
    "not_signed_in": 401,
    "token_expired": 401,
    "guests_closed": 403,
    "not_registered": 403,
    "not_entered": 403,
    "consent_needed": 403,
    "not_allowed": 403,
    "above_you": 403,
    "wrong_origin": 403,
    "too_slow": 408,
    "too_large": 413,
    "too_many_requests": 429,
    "code_wrong": 403,
    "link_used": 410,
    "link_expired": 410,
    "deck_not_ready": 409,
    "internal": 500,
    "try_again": 503,
}
#: Where whatever was refused had been read and understood before.
_UNDERSTOOD: Final = ("/api/do/", "/api/ask/")


def _status(request: web.Request, refusal: Refused) -> int:
    known = _STATUS.get(refusal.code)
    if known is not None:
        return known
    if refusal.code.startswith("entry_"):
        return 403
    if refusal.code.startswith("unknown_"):
        return 404
    return 409 if request.path.startswith(_UNDERSTOOD) else 400


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """No stack trace reaches a person: refusals are sentences, anything else is logged under a number that is shown."""
    try:
        return await handler(request)
    except Refused as refusal:
        return failure(request, _status(request, refusal), refusal.code, refusal.message, retry=refusal.retry)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        sentence = _SENTENCES.get(error.status, error.reason)
        answer = failure(request, error.status, f"http_{error.status}", sentence, retry=error.status >= 500)
        if "Allow" in error.headers:
            answer.headers["Allow"] = error.headers["Allow"]
        return answer
    except (ConnectionError, asyncio.CancelledError):
        raise
    except Exception:
        number = new_id()[:8]
        log.exception("request failed", extra={"number": number, "method": request.method, "path": request.path})
        sentence = (
            f"Something went wrong in the venue. Please try again; if it stays, tell the organiser number {number}."
        )
        return failure(request, 500, "internal", sentence, retry=True)


def concurrency() -> Middleware:
    """Middleware: requests under way (WebSockets included) by the real address, also behind a proxy."""
    under_way: Counter[str] = Counter()

    @web.middleware
    async def limit(request: web.Request, handler: Handler) -> web.StreamResponse:
        ctx = context(request)
        group = ctx.gate.counted(ctx.address(request))
        if group is None:
            return await handler(request)
        if under_way[group] >= ctx.settings.max_connections_per_address:
            sentence = "Too many connections from your address. Please wait a moment."
            return failure(request, 429, "too_many_connections", sentence, retry=True)
        under_way[group] += 1
        try:
            return await handler(request)
        finally:
            under_way[group] -= 1
            if not under_way[group]:
                del under_way[group]

    return limit


def check_write(request: web.Request) -> None:
    """Before anything is changed: from one of our own pages (or from no browser), and not too often. Raises Refused."""
    check_origin(request)
    check_often(request, context(request).rates)


def check_origin(request: web.Request) -> None:
    """Before anything is changed: from one of our own pages, or from no browser.

    A browser names the page's origin with every POST. A program that is none may leave it out, but then has no
    sign-in cookie that another page could abuse. Raises Refused.
    """
    ctx = context(request)
    origin = request.headers.get("Origin")
    if not (_own_page(request, ctx, origin) if origin is not None else COOKIE not in request.cookies):
        log.warning("write from another origin refused", extra={"origin": (origin or "")[:100], "path": request.path})
        raise Refused(
            "wrong_origin",
            "This page may not use this venue. Open the venue by its own address. "
            "(Organisers: list that address in allowed_origins.)",
        )


def check_read(request: web.Request) -> None:
    """Before a query is answered: not too often. Raises Refused."""
    check_often(request, context(request).read_rates)


def acting(request: web.Request) -> Actor:
    """Who acts: the person of the bearer token or the cookie, or nobody; not too often. Raises Refused."""
    ctx = context(request)
    by = ctx.identity.actor(request)
    if by.person:
        _pause(ctx.person_rates.wait(by.person, ctx.clock.monotonic()))
        room = ctx.stands_in(by.person)
        by = msgspec.structs.replace(by, inside=room) if room else by
    return by


def check_often(request: web.Request, rates: Rates, key: str = "") -> None:
    """Not too often for ``key``, whoever asks, or else from this address. Raises Refused."""
    ctx = context(request)
    if key:
        _pause(rates.wait(key, ctx.clock.monotonic()))
    elif not ctx.local(request):
        _pause(rates.wait(ctx.gate.counted(ctx.address(request)) or "proxy", ctx.clock.monotonic()))


def _pause(seconds: float) -> None:
    if seconds:
        wait = max(1, math.ceil(seconds))
        raise Refused(
            "too_many_requests", f"Too many requests. Please wait {wait} second{'s'[: wait != 1]}.", retry=True
        )


def _own_page(request: web.Request, ctx: Context, origin: str) -> bool:
    fetched_from = request.headers.get("Sec-Fetch-Site", "same-origin")
    return origin.lower() in ctx.settings.allowed_origins and fetched_from in {"same-origin", "none"}


async def read_body(request: web.Request, most: int = MAX_BODY_BYTES) -> bytes:
    """The body, JSON, in time and within ``most`` bytes; raises Refused."""
    if request.content_type != "application/json":
        raise Refused("not_json", "Send JSON with the header Content-Type: application/json.")
    return await read_bytes(request, most)


async def read_bytes(request: web.Request, most: int) -> bytes:
    """The body, whatever it is, in time and within ``most`` bytes; raises Refused."""
    if (request.content_length or 0) > most:
        raise _too_large(most)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S + most / _SLOWEST_BYTES_S):
            async for piece in request.content.iter_any():
                body += piece
                if len(body) > most:
                    raise _too_large(most)
    except TimeoutError:
        raise Refused("too_slow", "The request took too long to arrive. Please try again.", retry=True) from None
    return bytes(body)


def _too_large(most: int) -> Refused:
    return Refused("too_large", f"The request is too large: at most {most:,} bytes are taken.")
