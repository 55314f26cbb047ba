"""Captions from programs that recognise speech: what they hear now, and the lines that are finished."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from aiohttp import web
from msgspec import Meta

from turia.errors import Refused
from turia.event.caption_commands import Milliseconds, WriteCaption, Written
from turia.event.commands import Key, Mid
from turia.event.entries import EVENT
from turia.event.programme import Session
from turia.protocol.media import MAX_INTERIM_CHARS, Interim
from turia.web.auth import not_signed_in
from turia.web.context import context
from turia.web.endpoints import Endpoint
from turia.web.guards import check_often, check_origin, read_body
from turia.web.wire import decode, struct_answer


class Heard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was recognised. ``final`` false: as far as it is understood, shown at once and replaced by the next one;
    true: a line that stays, which needs a ``mid`` (new for each line, the same when it is sent again). ``at``,
    ``end_at``: of final lines, when it was said, milliseconds of the event's clock, 0 now. ``person``: who said it, ""
    nobody known; ``speaker``: his name, "" as he is registered."""

    session: Key
    text: Annotated[str, Meta(max_length=MAX_INTERIM_CHARS)]
    final: bool
    speaker: Annotated[str, Meta(max_length=100)] = ""
    person: Annotated[str, Meta(max_length=64)] = ""
    at: Milliseconds = 0
    end_at: Milliseconds = 0
    mid: Mid | None = None


async def hear(request: web.Request) -> web.Response:
    """POST /api/captions: what a recogniser hears. Needs ``captions.write`` in the session, and a bearer token.

    1,200 times a minute at most: lines of the fastest speakers, and ten updates a second of what is not finished.
    """
    check_origin(request)
    ctx = context(request)
    by = ctx.identity.actor(request)
    if not by.person:
        raise not_signed_in()
    check_often(request, ctx.caption_rates, by.person)
    heard = decode(await read_body(request), Heard)
    if not heard.final:
        there = ctx.journal.state.get(EVENT, Session, heard.session)
        room = there.room if there else ""
        ctx.interim(by.person, Interim(room, heard.session, heard.text, heard.speaker, heard.person, "recogniser"))
        return struct_answer(Written(""))
    if heard.mid is None:
        raise Refused("mid_missing", "A final line needs a mid of 8 to 64 characters, so that it is kept once.")
    line = WriteCaption(
        session=heard.session,
        text=heard.text,
        at=heard.at,
        end_at=heard.end_at,
        speaker=heard.speaker,
        person=heard.person,
        source="recogniser",
    )
    return struct_answer(await ctx.journal.do("caption.write", line, by, heard.mid))


ENDPOINTS: Final = (
    Endpoint(method="POST", path="/api/captions", run=hear, tag="captions", body=Heard, answer=Written),
)
