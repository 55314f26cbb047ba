"""Every command and query over HTTP: POST /api/do/NAME and GET /api/ask/NAME. The same ones as on the socket.

Who acts is said by the sign-in cookie or by a bearer token; a ``mid`` that was done before gets the same answer again.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from aiohttp import web
from msgspec import inspect as kinds

from turia.errors import Refused
from turia.event.all_commands import COMMANDS, QUERIES
from turia.event.commands import Actor, Asked, Mid
from turia.web.context import context
from turia.web.guards import acting, check_often, check_origin, check_read, read_body
from turia.web.wire import decode, from_fields, struct_answer

#: Texts of blocks and documents are long; the socket takes less.
MAX_COMMAND_BYTES: Final = 131_072


class Do(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Body of POST /api/do/NAME. ``mid``: made by the client, new for each command, the same when it tries again."""

    mid: Mid
    body: msgspec.Raw = msgspec.Raw(b"{}")


async def do(request: web.Request) -> web.Response:
    """POST /api/do/{name} {mid, body}: do a command; its answer once it is on disk."""
    check_origin(request)
    asked = _known(COMMANDS, request, "command")
    by = acting(request)
    if not by.person:  # a whole office may sit behind one address: of people we know, each counts for himself
        check_often(request, context(request).stranger_rates)
    order = decode(await read_body(request, _most(asked, by)), Do)
    given = decode(bytes(order.body), asked.payload)
    return struct_answer(await context(request).journal.do(asked.name, given, by, _mid(asked, order, by)))


async def ask(request: web.Request) -> web.Response:
    """GET /api/ask/{name}?field=value: the answer to a query."""
    check_read(request)
    asked = _known(QUERIES, request, "query")
    given = from_fields(request.query, asked.payload)
    return struct_answer(context(request).journal.ask(asked.name, given, acting(request)))


def _known(table: Mapping[str, Asked], request: web.Request, what: str) -> Asked:
    found = table.get(request.match_info["name"])
    if found is None:
        raise Refused(f"unknown_{what}", f"There is no {what} of this name. All of them are listed at /api/docs.")
    return found


def _most(asked: Asked, by: Actor) -> int:
    """Longest body: commands that carry a file, in base64, take more, but not from anybody."""
    return MAX_COMMAND_BYTES + (_file_bytes(asked.payload) * 4 // 3 if by.person else 0)


def _file_bytes(payload: type[Any]) -> int:
    info = kinds.type_info(payload)
    types = [field.type for field in info.fields] if isinstance(info, kinds.StructType) else []
    return max((each.max_length or 0 for each in types if isinstance(each, kinds.BytesType)), default=0)


def _mid(asked: Asked, order: Do, by: Actor) -> str:
    """People who are not signed in share one space of ids: there, only the very same request is the same one."""
    if by.person:
        return order.mid
    said = msgspec.json.encode([asked.name, order.mid, bytes(order.body).decode()])
    return urlsafe_b64encode(hashlib.sha256(said).digest()).decode().rstrip("=")


def routes() -> list[web.RouteDef]:
    """All routes of this file."""
    return [web.post("/api/do/{name}", do), web.get("/api/ask/{name}", ask)]
