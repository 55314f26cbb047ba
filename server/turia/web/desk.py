"""The desk: a new code for somebody whose letter never came, shown to the staff and said to him."""

from __future__ import annotations

from typing import Final

import msgspec
from aiohttp import web

from turia.backbone.access import DESK_MS, spaced
from turia.event.commands import Key
from turia.event.managing import Reissue
from turia.web.context import context
from turia.web.endpoints import Endpoint
from turia.web.guards import acting, check_write, read_body
from turia.web.wire import decode, struct_answer


class NewCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``person``: who lost his."""

    person: Key


class DeskCode(msgspec.Struct, frozen=True):
    """``code``: to be used with ``email`` on the page /sign-in, before ``expires`` (milliseconds UTC)."""

    code: str
    email: str
    name: str
    expires: int


async def reissue(request: web.Request) -> web.Response:
    """POST /api/people/reissue: a new code for somebody, shown once. Needs ``people.reissue``; the log says who did it.

    To send a letter instead, do the command people.reissue.
    """
    check_write(request)
    ctx = context(request)
    body = decode(await read_body(request), NewCode)
    await ctx.journal.do("people.reissue", Reissue(person=body.person, by_letter=False), acting(request))
    registration = ctx.identity.registration(body.person)
    assert registration is not None
    minted = await ctx.access.mint(body.person, "", "desk", DESK_MS)
    return struct_answer(DeskCode(spaced(minted.code), registration.email, registration.name, minted.expires))


ENDPOINTS: Final = (
    Endpoint(method="POST", path="/api/people/reissue", run=reissue, tag="people", body=NewCode, answer=DeskCode),
)
