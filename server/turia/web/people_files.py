"""Lists of people and one's own data, as files; what they hold and who may have them is for queries and commands."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from aiohttp import web

from turia.errors import Refused
from turia.event.commands import Mid
from turia.event.importing_people import (
    ExportPeople,
    Imported,
    ImportPeople,
    ImportPreview,
    PeopleCsv,
    PreviewImport,
)
from turia.event.my_data import MyData, PersonalData
from turia.event.people_csv import MOST_BYTES
from turia.store.credentials import SignIn
from turia.web.context import context
from turia.web.endpoints import Endpoint
from turia.web.guards import acting, check_read, check_write, read_bytes
from turia.web.wire import from_fields, struct_answer

_MAPPING: Final = ("mapping", 'Header to field, as JSON: {"E-mail": "email"}; without it they are guessed.')
_CATEGORY: Final = ("category", "For lines that name none.")


class PreviewFields(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to read the file."""

    mapping: dict[str, str] = {}
    category: str = ""


class ApplyFields(PreviewFields, frozen=True, kw_only=True):
    """How to take it in; see the command people.import."""

    mid: Mid
    approve: bool = True
    write: bool = True
    over_capacity: bool = False


class MyFile(msgspec.Struct, frozen=True):
    """Everything the event keeps of me: ``event`` and ``sign_ins``."""

    event: PersonalData
    sign_ins: list[dict[str, Any]]


async def preview(request: web.Request) -> web.Response:
    """POST /api/people/csv/preview: what importing a CSV file would change; the body is the file."""
    check_write(request)
    by = acting(request)
    fields = from_fields(request.query, PreviewFields)
    data = await _file(request, by.person)
    given = PreviewImport(data=data, mapping=fields.mapping, category=fields.category)
    return struct_answer(await context(request).journal.do("people.preview_import", given, by))


async def apply(request: web.Request) -> web.Response:
    """POST /api/people/csv/apply: import a CSV file; the body is the file."""
    check_write(request)
    by = acting(request)
    fields = from_fields(request.query, ApplyFields)
    data = await _file(request, by.person)
    given = ImportPeople(
        data=data,
        mapping=fields.mapping,
        category=fields.category,
        approve=fields.approve,
        write=fields.write,
        over_capacity=fields.over_capacity,
    )
    return struct_answer(await context(request).journal.do("people.import", given, by, fields.mid))


async def export(request: web.Request) -> web.Response:
    """GET /api/people/csv: all registrations as CSV for a spreadsheet."""
    check_read(request)
    answer = context(request).journal.ask("people.export", ExportPeople(), acting(request))
    assert isinstance(answer, PeopleCsv)
    return _attachment(answer.csv.encode(), "registrations.csv", "text/csv")


async def my_data(request: web.Request) -> web.Response:
    """GET /api/me/data: everything the event keeps of me, as a file."""
    check_read(request)
    ctx = context(request)
    by = acting(request)
    known = ctx.journal.ask("people.my_data", MyData(), by)
    assert isinstance(known, PersonalData)
    mine = MyFile(known, [_shown(each) for each in ctx.sign_ins.of(by.person)])
    return _attachment(msgspec.json.format(msgspec.json.encode(mine)), "my-data.json", "application/json")


async def _file(request: web.Request, person: str) -> bytes:
    if not person:
        raise Refused("not_signed_in", "Sign in first: this needs to know who you are.")
    return await read_bytes(request, MOST_BYTES)


def _shown(sign_in: SignIn) -> dict[str, Any]:
    return {"agent": sign_in.agent, "created": sign_in.created, "seen": sign_in.seen}


def _attachment(body: bytes, name: str, kind: str) -> web.Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)


_APPLY: Final = (
    ("mid", "As in commands."),
    _MAPPING,
    _CATEGORY,
    ("approve", "Whether new people are approved at once: true or false."),
    ("write", "Whether letters go to new people: true or false."),
    ("over_capacity", "Whether they are approved though the event is full: true or false."),
)

ENDPOINTS: Final = (
    Endpoint(
        method="POST",
        path="/api/people/csv/preview",
        run=preview,
        tag="files",
        takes=("text/csv",),
        answer=ImportPreview,
        in_query=(_MAPPING, _CATEGORY),
    ),
    Endpoint(
        method="POST",
        path="/api/people/csv/apply",
        run=apply,
        tag="files",
        takes=("text/csv",),
        answer=Imported,
        in_query=_APPLY,
    ),
    Endpoint(method="GET", path="/api/people/csv", run=export, tag="files", answers_with="text/csv"),
    Endpoint(method="GET", path="/api/me/data", run=my_data, tag="files", answer=MyFile),
)
