"""The one cookie: HttpOnly, SameSite, and Secure wherever the venue is reached over HTTPS alone."""

from __future__ import annotations

from aiohttp import web

from turia.settings import Settings
from turia.web.identity import COOKIE
from turia.web.sign_ins import SIGN_IN_S


def set_cookie(answer: web.Response, settings: Settings, value: str) -> None:
    """Give the browser its sign-in."""
    answer.set_cookie(
        COOKIE,
        value,
        max_age=int(SIGN_IN_S),
        httponly=True,
        samesite="Lax",
        secure=all(origin.startswith("https://") for origin in settings.allowed_origins),
        path="/",
    )


def forget_cookie(answer: web.Response) -> None:
    """Take it away."""
    answer.del_cookie(COOKIE, path="/")
