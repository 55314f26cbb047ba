"""Pictures that organisers upload: cleaned in the sandbox, kept in the data folder, named by content."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import Final

import msgspec
from aiohttp import web

from turia.errors import BundleError, Refused
from turia.event.configuring import SetInfo
from turia.event.entries import EVENT
from turia.event.permissions import EVENT_SCOPE, Permission, permits
from turia.event.settings import Info
from turia.venue import sandbox
from turia.web import assets
from turia.web.context import Context, context
from turia.web.endpoints import Endpoint
from turia.web.guards import acting, check_write, read_bytes
from turia.web.pictures import MAX_BYTES
from turia.web.wire import struct_answer

_LIMITS: Final = sandbox.Limits(memory_bytes=1024**3, cpu_s=5, wall_s=20.0, file_bytes=2 * MAX_BYTES)
_NAME: Final = re.compile(r"[0-9a-f]{32}\.(png|jpg)")
_TYPES: Final = ("image/png", "image/jpeg")


class Logo(msgspec.Struct, frozen=True):
    """``logo``: the name under ``/api/files/``; ``seen``: offset of the event's facts, which name it now."""

    logo: str
    seen: int


async def upload_logo(request: web.Request) -> web.Response:
    """POST /api/event/logo: the event's logo, PNG or JPEG; the body is the file. Needs ``event.configure``."""
    check_write(request)
    ctx = context(request)
    by = acting(request)
    moment = ctx.journal.moment()
    if not permits(
        ctx.journal.state, by.person, Permission.EVENT_CONFIGURE, EVENT_SCOPE, moment.event_at, guest=by.guest
    ):
        code = "not_allowed" if by.person else "not_signed_in"
        raise Refused(code, "Only people who may configure the event can change its logo.")
    name = await keep(ctx, await read_bytes(request, MAX_BYTES))
    item = ctx.journal.state.item(EVENT, Info, "info")
    info = ctx.journal.state.get(EVENT, Info, "info") or Info("An event")
    wanted = msgspec.structs.replace(info, logo=name)
    await ctx.journal.do("settings.set_info", SetInfo(info=wanted, seen=item.offset if item else 0), by)
    after = ctx.journal.state.item(EVENT, Info, "info")
    return struct_answer(Logo(name, after.offset if after else 0))


async def keep(ctx: Context, data: bytes) -> str:
    """Clean a picture and keep it; its name. Raises Refused."""
    folder = ctx.settings.data_dir / "files"
    return await asyncio.to_thread(_keep, folder, data)


def _keep(folder: Path, data: bytes) -> str:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".upload-", dir=folder) as place:
            source, target = Path(place, "source"), Path(place, "target")
            source.write_bytes(data)
            arguments = {"source": str(source), "target": str(target)}
            ending = str(sandbox.call("turia.web.pictures:clean_file", arguments, _LIMITS))
            cleaned = target.read_bytes()
            name = f"{hashlib.sha256(cleaned).hexdigest()[:32]}.{ending}"
            with target.open("rb") as file:
                os.fsync(file.fileno())
            target.replace(folder / name)
    except BundleError as error:
        raise Refused("picture", error.message) from None
    except OSError as error:
        raise Refused("try_again", f"The picture cannot be kept: {error.strerror}.", retry=True) from None
    return name


async def picture(request: web.Request) -> web.StreamResponse:
    """GET /api/files/{name}: an uploaded picture; the name changes with its content, so caches keep it for ever."""
    return await _send(request, request.match_info["name"], assets.FOREVER)


async def logo(request: web.Request) -> web.StreamResponse:
    """GET /event/logo: the event's logo as it is now."""
    info = context(request).journal.state.get(EVENT, Info, "info")
    return await _send(request, info.logo if info else "", assets.CHECK)


async def _send(request: web.Request, name: str, cache: str) -> web.StreamResponse:
    if not _NAME.fullmatch(name):
        raise web.HTTPNotFound
    path = context(request).settings.data_dir / "files" / name
    try:
        body = await asyncio.to_thread(path.read_bytes)
    except OSError:
        raise web.HTTPNotFound from None
    return await assets.send(request, assets.make(body, name, cache))


ENDPOINTS: Final = (
    Endpoint(method="POST", path="/api/event/logo", run=upload_logo, tag="files", takes=_TYPES, answer=Logo),
    Endpoint(
        method="GET",
        path="/api/files/{name}",
        run=picture,
        tag="files",
        in_path=(("name", "As in the event’s facts."),),
        answers_with="image/png",
        signed_in=False,
    ),
)


def routes() -> list[web.RouteDef]:
    """What is no part of the API."""
    return [web.get("/event/logo", logo)]
