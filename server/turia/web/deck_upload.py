"""Takes a form with a large file apart while it arrives, and writes the file to disk piece by piece."""

from __future__ import annotations

import asyncio
import os
import shutil
import warnings
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.multipart import BadContentDispositionHeader, BadContentDispositionParam

from turia.errors import Refused
from turia.event.decks import MOST_BYTES
from turia.slides.folder import DecksFolder, discard

#: So much stays free on the disk.
KEPT_FREE_BYTES: Final = 512 * 1024**2
_FORM_BYTES: Final = 65_536
_FIELD_BYTES: Final = 4_096
_MOST_FIELDS: Final = 8
_PIECE_BYTES: Final = 256 * 1024
#: A line that brings nothing for so long is given up; the whole file has the time that a slow line needs.
_STALL_S: Final = 30.0
_WHOLE_S: Final = 1_800.0
#: A PDF file begins with this, or nearly so.
_HEAD: Final = b"%PDF-"
_HEAD_WITHIN: Final = 1_024

# Heads of forms are what strangers write: Python would keep each warning about one for ever.
for _kind in (BadContentDispositionHeader, BadContentDispositionParam):
    warnings.filterwarnings("ignore", category=_kind)

#: Called with the fields before the file, when the file begins; raises Refused if it is not to be taken.
Check = Callable[[dict[str, str]], None]


class Upload:
    """A file that arrived: ``path`` (remove it, or keep it elsewhere), ``bytes``, ``name``, ``fields``."""

    def __init__(self, path: Path, size: int, name: str, fields: dict[str, str]) -> None:
        self.path = path
        self.bytes = size
        self.name = name
        self.fields = fields


async def receive(request: web.Request, folder: DecksFolder, check: Check) -> Upload:
    """The form's fields and its ``file``, which comes after them. Raises Refused; nothing is left behind then."""
    if request.content_type != "multipart/form-data":
        raise _broken("send it as multipart/form-data, with the fields session, title and file")
    if (request.content_length or 0) > MOST_BYTES + _FORM_BYTES:
        raise too_large(request.content_length or 0)
    await asyncio.to_thread(_check_space, folder.path.parent)
    try:
        async with asyncio.timeout(_WHOLE_S):
            return await _take(request, folder, check)
    except TimeoutError:
        raise Refused("too_slow", "The file took too long to arrive. Please try again.", retry=True) from None
    except (ValueError, AssertionError, LookupError) as error:  # what aiohttp says of broken forms
        raise _broken(str(error)[:100] or "it ends too early") from None
    except HttpProcessingError:
        raise _broken("a field has no proper head") from None
    except OSError as error:
        if isinstance(error, ConnectionError):
            raise
        raise Refused("try_again", f"The file cannot be kept: {error.strerror}.", retry=True) from None


async def _take(request: web.Request, folder: DecksFolder, check: Check) -> Upload:
    fields = dict(request.query)
    form = await request.multipart()
    for _ in range(_MOST_FIELDS):
        part: Any = await _in_time(form.next())
        if part is None:
            raise _broken("it has no field “file”")
        if not isinstance(part, BodyPartReader) or not part.name:
            raise _broken("a field has no name")
        if part.name == "file":
            check(fields)
            path = await asyncio.to_thread(folder.new_upload)
            try:
                size = await _write(part, path)
            except BaseException:
                discard(path)
                raise
            return Upload(path, size, part.filename or "", fields)
        fields[part.name] = await _text(part)
    raise _broken("it has too many fields; the file comes after session and title")


async def _text(part: BodyPartReader) -> str:
    data = bytearray()
    while not part.at_eof():
        data += await _in_time(part.read_chunk(_FIELD_BYTES))
        if len(data) > _FIELD_BYTES:
            raise _broken(f"the field “{part.name}” is too long")
    return data.decode("utf-8", "replace")


async def _write(part: BodyPartReader, path: Path) -> int:
    size, head = 0, b""
    with path.open("wb") as file:
        while not part.at_eof():
            piece = await _in_time(part.read_chunk(_PIECE_BYTES))
            size += len(piece)
            if size > MOST_BYTES:
                raise too_large(size)
            head = head if len(head) >= _HEAD_WITHIN else head + piece[:_HEAD_WITHIN]
            if len(head) >= _HEAD_WITHIN:
                _check_head(head)
            await asyncio.to_thread(file.write, piece)
    _check_head(head)
    return size


def too_large(size: int) -> Refused:
    """``size``: bytes, as far as they are known."""
    most = MOST_BYTES // 1_000_000
    return Refused(
        "too_large",
        f"The file has {size / 1e6:,.0f} MB or more; at most {most} MB are taken. Make its pictures smaller.",
    )


def _check_head(head: bytes) -> None:
    if _HEAD not in head[:_HEAD_WITHIN]:
        raise Refused("not_a_pdf", "This is no PDF file. Export your slides as PDF, and upload that.")


def _check_space(folder: Path) -> None:
    folder = next((each for each in (folder, *folder.parents) if each.exists()), Path(os.sep))
    if shutil.disk_usage(folder).free < KEPT_FREE_BYTES + MOST_BYTES:
        raise Refused("try_again", "The server has no room left for files. Tell the organiser.", retry=True)


async def _in_time(coming: Awaitable[Any]) -> Any:
    async with asyncio.timeout(_STALL_S):
        return await coming


def _broken(why: str) -> Refused:
    return Refused("bad_request", f"The form cannot be read: {why}. Send the file again.")
