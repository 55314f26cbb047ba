"""The programme as files to download and to subscribe to, and files to import. What they hold is for turia.programme.

Files of the whole programme are written once for each state of the event, in a thread, and answered with an ETag.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable
from email.utils import formatdate
from typing import Final

import msgspec
from aiohttp import web

from turia.errors import Refused
from turia.event import day
from turia.event.commands import Actor
from turia.event.differences import Missing, ProgrammePreview
from turia.event.entries import EVENT
from turia.event.importing import PreviewProgramme, StageProgramme
from turia.event.permissions import EVENT_SCOPE, Permission, permits
from turia.event.plan import Plan, plan_of
from turia.event.programme import Session
from turia.event.settings import Info
from turia.event.starring import starred
from turia.programme import safely, write_calendar, write_json, write_table, write_xml
from turia.programme.reader import MOST_BYTES
from turia.web.auth import not_signed_in
from turia.web.context import Context, context
from turia.web.endpoints import Endpoint
from turia.web.guards import acting, check_read, check_write, read_bytes
from turia.web.multipart import parts
from turia.web.wire import decode, struct_answer

#: Files that are read at the same time: each may take a processor and much memory.
_MOST_READERS: Final = 2
_FORM_BYTES: Final = 65_536
_TYPES: Final = {
    "xml": "application/xml",
    "json": "application/json",
    "ics": "text/calendar; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}


class Feed(msgspec.Struct, frozen=True):
    """The secret address of one's own calendar."""

    url: str


class _File(msgspec.Struct, frozen=True):
    body: bytes
    etag: str
    updated: int


class _Kept:
    """Files by their ending, each for the offset of the event that it was written at; writing happens once."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[int, asyncio.Future[_File]]] = {}
        self.readers = 0

    async def get(self, ctx: Context, ending: str) -> _File:
        top = ctx.journal.state.top(EVENT)
        kept = self._files.get(ending)
        if kept is None or kept[0] != top or (kept[1].done() and kept[1].exception() is not None):
            plan = plan_of(ctx.journal.state)
            kept = (top, asyncio.ensure_future(_written(plan, _WRITERS[ending], _base(ctx))))
            self._files[ending] = kept
        return await asyncio.shield(kept[1])


KEPT: web.AppKey[_Kept] = web.AppKey("programme_files", _Kept)


async def _whole(request: web.Request, ending: str) -> web.Response:
    check_read(request)
    file = await request.app[KEPT].get(context(request), ending)
    return _answer(request, file, ending, f"programme.{ending}")


async def as_calendar(request: web.Request) -> web.Response:
    """GET /programme.ics: the whole programme as a calendar, to download or to subscribe to."""
    return await _whole(request, "ics")


async def as_xml(request: web.Request) -> web.Response:
    """GET /programme.xml: the whole programme as schedule.xml."""
    return await _whole(request, "xml")


async def as_json(request: web.Request) -> web.Response:
    """GET /programme.json: the whole programme as schedule.json."""
    return await _whole(request, "json")


async def as_table(request: web.Request) -> web.Response:
    """GET /programme.csv: the whole programme as CSV for a spreadsheet."""
    return await _whole(request, "csv")


async def one_session(request: web.Request) -> web.Response:
    """GET /sessions/{session}.ics: one session as a calendar file."""
    check_read(request)
    ctx = context(request)
    key = request.match_info["session"]
    if ctx.journal.state.get(EVENT, Session, key) is None:
        raise web.HTTPNotFound
    return await _some(request, ctx, {key}, "", "session.ics")


async def my_calendar(request: web.Request) -> web.Response:
    """GET /my/programme.ics: one's starred sessions; ``key`` stands for the sign-in, in calendar programs."""
    check_read(request)
    ctx = context(request)
    state = ctx.journal.state
    key = request.query.get("key", "")
    person = ctx.feeds.person_of(state, key) if key else acting(request).person
    if not person:
        raise Refused(
            "unknown_feed" if key else "not_signed_in",
            "This calendar address is not good any more. Take a new one from the programme page."
            if key
            else "Sign in first, or use the address that the programme page gives for your calendar.",
        )
    info = state.get(EVENT, Info, "info")
    name = f"{info.title if info else 'Event'}: my sessions"
    return await _some(request, ctx, starred(state, person), name, "my-sessions.ics", private=True)


async def my_feed(request: web.Request) -> web.Response:
    """GET /api/me/feed: the secret address of one's own calendar; programme.renew_feed makes it another one."""
    check_read(request)
    ctx = context(request)
    by = acting(request)
    if not _may(ctx, by, Permission.EVENT_ENTER):
        raise not_signed_in() if not by.person else Refused("not_allowed", "Only people who may enter have a calendar.")
    key = ctx.feeds.key_of(ctx.journal.state, by.person)
    return struct_answer(Feed(f"{ctx.reception.base}/my/programme.ics?key={key}"))


async def import_file(request: web.Request) -> web.Response:
    """POST /api/programme/import: read a file and say what importing it would change; nothing is changed yet.

    A form with ``file``, or the file itself with its ``name`` in the address. ``zone``: of times without one;
    ``mapping``: for CSV, the heading of each field, as JSON; ``missing``: what becomes of sessions it does not have.
    Then ``programme.apply_import`` with ``upload`` and ``version`` of the answer.
    """
    check_write(request)
    ctx = context(request)
    by = acting(request)
    if not _may(ctx, by, Permission.PROGRAMME_EDIT):
        raise (
            not_signed_in()
            if not by.person
            else Refused("not_allowed", "Only people who may edit the programme can import one.")
        )
    name, data, fields = _taken(request, await read_bytes(request, MOST_BYTES + _FORM_BYTES))
    info = ctx.journal.state.get(EVENT, Info, "info")
    zone = fields.get("zone") or (info.zone if info else "UTC")
    day.zone(zone)
    mapping = decode(fields["mapping"].encode(), dict[str, str]) if fields.get("mapping") else {}
    missing = _missing(fields.get("missing", ""))
    kept = request.app[KEPT]
    if kept.readers >= _MOST_READERS:
        raise Refused("try_again", "Other files are being read. Try again in a moment.", retry=True)
    kept.readers += 1
    try:
        file = await asyncio.to_thread(safely.read_file, data, name, zone, mapping)
    finally:
        kept.readers -= 1
    upload = ctx.journal.moment().new_id()
    await ctx.journal.do("programme.stage_import", StageProgramme(upload, by.person, file))
    answer = ctx.journal.ask("programme.preview_import", PreviewProgramme(upload, missing), by)
    return struct_answer(answer)


def _taken(request: web.Request, body: bytes) -> tuple[str, bytes, dict[str, str]]:
    """Name, content and the other fields, of a form or of a file that was sent as it is."""
    fields = dict(request.query)
    if request.content_type != "multipart/form-data":
        return fields.get("name", "The file"), body, fields
    form = parts(request.headers.get("Content-Type", ""), body)
    file = form.pop("file", None)
    if file is None:
        raise Refused("bad_request", "The form has no field “file”. Choose a file and send it again.")
    fields |= {each.name: each.data.decode("utf-8", "replace") for each in form.values()}
    return file.file or "The file", file.data, fields


def _missing(text: str) -> Missing:
    try:
        return Missing(text or Missing.REMOVE)
    except ValueError:
        raise Refused("bad_request", f"missing must be one of: {', '.join(Missing)}.") from None


def _may(ctx: Context, by: Actor, permission: Permission) -> bool:
    event_at = ctx.journal.moment().event_at
    return permits(ctx.journal.state, by.person, permission, EVENT_SCOPE, event_at, guest=by.guest)


async def _some(
    request: web.Request, ctx: Context, only: Iterable[str], name: str, file: str, *, private: bool = False
) -> web.Response:
    plan = plan_of(ctx.journal.state, only)

    def write(plan: Plan, base: str) -> bytes:
        return write_calendar.write(plan, base_url=base, name=name)

    return _answer(request, await _written(plan, write, _base(ctx)), "ics", file, private=private)


async def _written(plan: Plan, write: Callable[[Plan, str], bytes], base: str) -> _File:
    body = await asyncio.to_thread(write, plan, base)
    return _File(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"', plan.updated)


def _base(ctx: Context) -> str:
    return f"{ctx.reception.base}/programme"


def _answer(request: web.Request, file: _File, ending: str, name: str, *, private: bool = False) -> web.Response:
    """The file, or that it has not changed."""
    headers = {
        "ETag": file.etag,
        "Cache-Control": "private, no-cache" if private else "no-cache",
        "Last-Modified": formatdate(file.updated // 1_000, usegmt=True),
    }
    tags = request.headers.get("If-None-Match", "")
    since = request.if_modified_since
    unchanged = file.etag in tags if tags else since is not None and since.timestamp() >= file.updated // 1_000
    if unchanged and not (private and not tags):  # a star changes a private file without changing the programme
        return web.Response(status=304, headers=headers)
    headers |= {"Content-Type": _TYPES[ending], "Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=file.body, headers=headers)


_WRITERS: Final[dict[str, Callable[[Plan, str], bytes]]] = {
    "xml": write_xml.write,
    "json": write_json.write,
    "ics": lambda plan, base: write_calendar.write(plan, base_url=base, whole=True),
    "csv": lambda plan, _base: write_table.write(plan),
}
_SIGN_IN: Final = ("key", "In place of a sign-in: from the address that GET /api/me/feed gives.")
_IMPORT: Final = (
    ("name", "Name of the file, where the body is the file itself."),
    ("zone", "Time zone of times without one; the event’s by default."),
    ("mapping", 'For CSV: the heading of each field, as JSON: {"title": "Talk"}.'),
    ("missing", "remove, cancel or keep: what becomes of sessions that the file does not have."),
)

ENDPOINTS: Final = (
    *(
        Endpoint(method="GET", path=f"/programme.{ending}", run=run, tag="files", answers_with=kind, signed_in=False)
        for (ending, kind), run in zip(_TYPES.items(), (as_xml, as_json, as_calendar, as_table), strict=True)
    ),
    Endpoint(
        method="GET",
        path="/sessions/{session}.ics",
        run=one_session,
        tag="files",
        in_path=(("session", "Key of the session."),),
        answers_with=_TYPES["ics"],
        signed_in=False,
    ),
    Endpoint(
        method="GET",
        path="/my/programme.ics",
        run=my_calendar,
        tag="files",
        in_query=(_SIGN_IN,),
        answers_with=_TYPES["ics"],
        signed_in=False,
    ),
    Endpoint(method="GET", path="/api/me/feed", run=my_feed, tag="files", answer=Feed),
    Endpoint(
        method="POST",
        path="/api/programme/import",
        run=import_file,
        tag="files",
        takes=("multipart/form-data", "application/octet-stream"),
        in_query=_IMPORT,
        answer=ProgrammePreview,
    ),
)


def set_up(app: web.Application) -> None:
    """What the handlers keep between requests."""
    app[KEPT] = _Kept()
