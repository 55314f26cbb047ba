"""Endpoints that are neither command nor query, described where they are routed: for the site and for OpenAPI."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from inspect import getdoc
from typing import Any

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One request. ``body`` and ``answer``: structs; without an ``answer`` it is a file of the type ``answers_with``.

    ``takes``: media types of a body that is a file. ``in_path``, ``in_query``: (name, meaning).
    """

    method: str
    path: str
    run: Handler
    tag: str
    body: type[Any] | None = None
    answer: type[Any] | None = None
    answers_with: str = "application/octet-stream"
    takes: tuple[str, ...] = ()
    in_path: tuple[tuple[str, str], ...] = ()
    in_query: tuple[tuple[str, str], ...] = ()
    signed_in: bool = True

    @property
    def name(self) -> str:
        """Unique name of the operation."""
        path = re.sub(r"[^A-Za-z0-9]+", "_", self.path.removeprefix("/api/")).strip("_")
        return f"{self.method.lower()}_{path}"

    @property
    def text(self) -> str:
        """What the handler's docstring says, without the address."""
        whole = getdoc(self.run) or ""
        head, _, rest = whole.partition(": ")
        return (rest[:1].upper() + rest[1:]) if head.startswith(self.method) else whole


def routed(endpoints: Iterable[Endpoint]) -> list[web.RouteDef]:
    """Routes of these endpoints; what is read answers HEAD, too."""
    return [
        web.get(each.path, each.run) if each.method == "GET" else web.route(each.method, each.path, each.run)
        for each in endpoints
    ]
