"""Recordings over HTTP: which there are, and what is needed to watch one: files with ranges, captions, chapters, pages.

Whoever may look up what was said in a session may watch its recording; taking the files away needs ``recording.read``.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec
from aiohttp import web

from turia.errors import Refused
from turia.event import captions_text
from turia.event.captions_text import Cue
from turia.event.commands import Actor
from turia.event.entries import EVENT
from turia.event.permissions import permits
from turia.event.programme import Session
from turia.event.recordings import Recording, RecordingState, recording_of
from turia.event.roles import Permission
from turia.event.scopes import EVENT_SCOPE, Scope
from turia.event.state import State
from turia.event.talks import name_of
from turia.event.visibility import may_follow
from turia.recording.folder import Finished, RecordingsFolder
from turia.slides.folder import DecksFolder, Drawn
from turia.web.auth import not_signed_in
from turia.web.context import Context, context
from turia.web.endpoints import Endpoint
from turia.web.guards import acting, check_read
from turia.web.recording_cues import cues_of
from turia.web.wire import struct_answer

_ASK_FIRST: Final = "private, no-cache"
_MOST_TITLE_CHARS: Final = 80
_TYPES: Final = {"webm": "video/webm", "mp4": "video/mp4"}
#: A recording that is deleted, or of which there never was one.
_GONE: Final = "This recording was deleted, or never existed."


class RecordingNow(msgspec.Struct, frozen=True):
    """Where the recording of a session stands. ``watchable``: there is something to watch, of ``duration_ms`` and
    ``bytes``, which are 0 else; ``done`` of ``steps``: how far its files are; ``message``: why it failed, for whoever
    may do something about it."""

    session: str
    title: str
    room: str
    state: RecordingState
    watchable: bool
    since: int
    duration_ms: int
    bytes: int
    keep_until: int
    message: str
    done: int
    steps: int
    may_arm: bool
    may_download: bool


class RecordingList(msgspec.Struct, frozen=True):
    """All that one may see, by the start of their sessions."""

    recordings: tuple[RecordingNow, ...]


class Heard(msgspec.Struct, frozen=True):
    """Whose sound a file holds, from when to when, milliseconds in the recording."""

    name: str
    start: int
    end: int


class RecordingFile(msgspec.Struct, frozen=True):
    """``kind``: main (picture and sound), sound (more sound, to be played in step with it), interpreter, or picture (in
    another codec). ``people``: names of those who are in it."""

    address: str
    kind: str
    mime: str
    bytes: int
    people: tuple[str, ...]
    heard: tuple[Heard, ...]


class RecordingChapter(msgspec.Struct, frozen=True):
    """A page of slides that is shown from ``at`` (milliseconds in the recording) on. ``picture``: its address, ""
    when no slides are shown."""

    at: int
    title: str
    picture: str


class RecordingTake(msgspec.Struct, frozen=True):
    """A part: a session that was recorded again has several. ``captions``, ``chapters_file``: addresses of WebVTT."""

    take: int
    duration_ms: int
    files: tuple[RecordingFile, ...]
    chapters: tuple[RecordingChapter, ...]
    cues: tuple[Cue, ...]
    captions: str
    chapters_file: str


class RecordingToWatch(msgspec.Struct, frozen=True):
    """All that is needed to watch it."""

    recording: RecordingNow
    takes: tuple[RecordingTake, ...]


async def every(request: web.Request) -> web.Response:
    """GET /api/recordings: recordings that one may see, and where they stand. With ``?person=``: those in which
    somebody is seen or heard, for himself and for whoever may erase him."""
    check_read(request)
    ctx, by = context(request), _known(request)
    state = ctx.journal.state
    person = request.query.get("person", "")
    manages = bool(person) and _holds(ctx, by, Permission.PEOPLE_MANAGE, EVENT_SCOPE)
    if person not in ("", by.person) and not manages:
        raise Refused("not_allowed", "Only who manages people is told in which recordings somebody else is.")
    finished = await asyncio.to_thread(_finished_takes, ctx.recorder.folder)
    sessions = sorted(state.all(EVENT, Session).items(), key=lambda each: (each[1].start, each[0]))
    shown = [
        _now(ctx, by, key, session, finished.get(key, []))
        for key, session in sessions
        if (manages or _may_watch(ctx, by, key, session)) and (not person or _in(person, finished.get(key, [])))
    ]
    return struct_answer(RecordingList(tuple(each for each in shown if each.watchable or _stands(each.state))))


async def one(request: web.Request) -> web.Response:
    """GET /api/recordings/{session}: all that is needed to watch a recording; no takes while there is nothing yet."""
    check_read(request)
    ctx, by = context(request), _known(request)
    key, session = _session(request, ctx, by)
    done = await asyncio.to_thread(ctx.recorder.folder.finished, key)
    now = _now(ctx, by, key, session, done)
    if not now.watchable and not _stands(now.state):
        raise Refused("unknown_recording", _GONE)
    shown = done if now.watchable else []
    titles = await asyncio.to_thread(titles_of, ctx.drawing.folder, [each for _, each in shown])
    takes = tuple(_take(ctx.journal.state, key, number, each, titles) for number, each in shown)
    return struct_answer(RecordingToWatch(now, takes))


async def file(request: web.Request) -> web.StreamResponse:
    """GET /api/recordings/{session}/{take}/{file}: a file, by ranges. With ``?download=1`` to be kept: that needs
    ``recording.read``."""
    check_read(request)
    ctx, by = context(request), _known(request)
    key, session = _session(request, ctx, by)
    name = request.match_info["file"]
    path = await asyncio.to_thread(_path, ctx, key, _number(request), name)
    headers = {
        "Content-Type": _TYPES[path.suffix[1:]],
        "Cache-Control": _ASK_FIRST,
        "Content-Security-Policy": "sandbox",
    }
    if request.query.get("download"):
        if not _may_keep(ctx, by, key, session):
            raise Refused("not_allowed", "Recordings are downloaded by organisers. Ask them for a copy.")
        headers["Content-Disposition"] = f'attachment; filename="{_file_name(session.title, name)}"'
    return web.FileResponse(path, headers=headers)


async def captions(request: web.Request) -> web.Response:
    """GET /api/recordings/{session}/{take}/captions.vtt: captions as WebVTT, told from the beginning of the take."""
    check_read(request)
    ctx = context(request)
    key, take = await _finished(request, ctx)
    return _vtt(captions_text.vtt(cues_of(ctx.journal.state, key, take)))


async def chapters(request: web.Request) -> web.Response:
    """GET /api/recordings/{session}/{take}/chapters.vtt: pages of slides as WebVTT chapters."""
    check_read(request)
    ctx = context(request)
    _, take = await _finished(request, ctx)
    titles = await asyncio.to_thread(titles_of, ctx.drawing.folder, [take])
    return _vtt(captions_text.vtt(chapters_of(take, titles)))


async def page(request: web.Request) -> web.Response:
    """GET /api/recordings/{session}/{take}/pages/{deck}/{page}.webp: a page of slides that was shown, as a picture."""
    check_read(request)
    ctx = context(request)
    _, take = await _finished(request, ctx)
    deck, number = request.match_info["deck"], request.match_info["page"]
    if not any(each.deck == deck and str(each.page) == number for each in take.slides):
        raise Refused("unknown_page", "This page was not shown in the recording.")
    try:
        picture = await asyncio.to_thread(ctx.drawing.folder.picture, deck, int(number), 1_920)
    except (FileNotFoundError, ValueError):
        raise Refused("unknown_page", "These slides were deleted.") from None
    return web.Response(body=picture, content_type="image/webp", headers={"Cache-Control": "private, max-age=3600"})


# -- who may -------------------------------------------------------------------------------------


def _known(request: web.Request) -> Actor:
    by = acting(request)
    if not by.person:
        raise not_signed_in()
    return by


def _session(request: web.Request, ctx: Context, by: Actor) -> tuple[str, Session]:
    """The session of the address, for somebody who may watch its recording. Raises Refused."""
    key = request.match_info["session"]
    session = ctx.journal.state.get(EVENT, Session, key)
    if session is None:
        raise Refused("unknown_recording", _GONE)
    if not _may_watch(ctx, by, key, session):
        raise Refused("not_allowed", "This recording is for people whom the door of this room lets in. Ask there.")
    return key, session


def _may_watch(ctx: Context, by: Actor, key: str, session: Session) -> bool:
    event_at = ctx.journal.moment().event_at
    return may_follow(ctx.journal.state, by, key, event_at) or _may_keep(ctx, by, key, session)


def _may_keep(ctx: Context, by: Actor, key: str, session: Session) -> bool:
    return _holds(ctx, by, Permission.RECORDING_READ, Scope(session.room, key))


def _holds(ctx: Context, by: Actor, permission: Permission, scope: Scope) -> bool:
    event_at = ctx.journal.moment().event_at
    return permits(ctx.journal.state, by.person, permission, scope, event_at, guest=by.guest)


def _in(person: str, takes: list[tuple[int, Finished]]) -> bool:
    """Whether somebody is seen or heard in one of these."""
    return any(person in media.people for _, take in takes for media in take.files)


# -- what there is -------------------------------------------------------------------------------


def _stands(state: RecordingState) -> bool:
    return state not in (RecordingState.OFF, RecordingState.DELETED)


def _now(ctx: Context, by: Actor, key: str, session: Session, takes: list[tuple[int, Finished]]) -> RecordingNow:
    """``takes``: those that are finished. What is said of them is what is on disk: the event hears of it later."""
    now: Recording = recording_of(ctx.journal.state, key)
    # the first one is there a moment before the event knows that it is ready
    first = now.state is RecordingState.PROCESSING and not now.duration_ms
    done_takes = [] if first or now.state is RecordingState.DELETED else [each for _, each in takes]
    scope = Scope(session.room, key)
    may_arm, may_keep = (_holds(ctx, by, each, scope) for each in (Permission.RECORDING_ARM, Permission.RECORDING_READ))
    done, steps = ctx.recorder.progress.get(key, (0, 0))
    return RecordingNow(
        session=key,
        title=session.title,
        room=session.room,
        state=now.state,
        watchable=bool(done_takes),
        since=now.since,
        duration_ms=sum(each.duration_ms for each in done_takes),
        bytes=sum(each.bytes for each in done_takes),
        keep_until=now.keep_until,
        message=now.message if may_arm or may_keep else "",
        done=done,
        steps=steps,
        may_arm=may_arm,
        may_download=may_keep,
    )


def _take(state: State, key: str, number: int, take: Finished, titles: dict[tuple[str, int], str]) -> RecordingTake:
    here = f"/api/recordings/{key}/{number}"
    return RecordingTake(
        take=number,
        duration_ms=take.duration_ms,
        files=tuple(
            RecordingFile(
                address=f"{here}/{each.name}",
                kind=each.kind,
                mime=each.mime,
                bytes=each.bytes,
                people=tuple(filter(None, (name_of(state, person) for person in each.people))),
                heard=tuple(Heard(name_of(state, part.person), part.start, part.end) for part in each.spoken),
            )
            for each in take.files
        ),
        chapters=tuple(
            RecordingChapter(
                each.at, titles[each.deck, each.page], f"{here}/pages/{each.deck}/{each.page}.webp" if each.deck else ""
            )
            for each in take.slides
        ),
        cues=tuple(cues_of(state, key, take)),
        captions=f"{here}/captions.vtt",
        chapters_file=f"{here}/chapters.vtt",
    )


def chapters_of(take: Finished, titles: dict[tuple[str, int], str]) -> list[Cue]:
    """Pages of slides, each until the next one; ``titles``: see :func:`titles_of`."""
    ends = [*(each.at for each in take.slides[1:]), take.duration_ms]
    return [
        Cue(each.at, end, titles[each.deck, each.page])
        for each, end in zip(take.slides, ends, strict=False)
        if each.deck and end > each.at
    ]


def titles_of(decks: DecksFolder, takes: Iterable[Finished]) -> dict[tuple[str, int], str]:
    """(deck, page) -> what the page begins with."""
    titles: dict[tuple[str, int], str] = {("", 0): "No slides"}
    drawn: dict[str, Drawn | None] = {}
    for each in (shown for take in takes for shown in take.slides if shown.deck):
        if each.deck not in drawn:
            try:
                drawn[each.deck] = decks.drawn(each.deck)
            except (OSError, ValueError, msgspec.MsgspecError):
                drawn[each.deck] = None
        pages = drawn[each.deck]
        text = pages.pages[each.page - 1].text if pages is not None and each.page <= len(pages.pages) else ""
        first = next((line.strip() for line in text.splitlines() if line.strip()), "")
        titles[each.deck, each.page] = first[:_MOST_TITLE_CHARS] or f"Page {each.page}"
    return titles


def _finished_takes(folder: RecordingsFolder) -> dict[str, list[tuple[int, Finished]]]:
    return {key: folder.finished(key) for key in folder.sessions()}


async def _finished(request: web.Request, ctx: Context) -> tuple[str, Finished]:
    """The session and the take of the address. Raises Refused."""
    key, _ = _session(request, ctx, _known(request))
    done = dict(await asyncio.to_thread(ctx.recorder.folder.finished, key))
    take = done.get(_number(request))
    if take is None or recording_of(ctx.journal.state, key).state is RecordingState.DELETED:
        raise Refused("unknown_recording", _GONE)
    return key, take


def _path(ctx: Context, key: str, take: int, name: str) -> Path:
    try:
        path = ctx.recorder.folder.file(key, take, name)
    except ValueError:
        raise Refused("unknown_recording", _GONE) from None
    if not path.is_file():
        raise Refused("unknown_recording", _GONE)
    return path


def _number(request: web.Request) -> int:
    text = request.match_info["take"]
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0


def _file_name(title: str, name: str) -> str:
    """As a file system takes it."""
    stem = re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-")[:60] or "recording"
    return f"{stem}.{name.partition('.')[2]}" if name.startswith("main.") else f"{stem}-{name}"


def _vtt(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/vtt", headers={"Cache-Control": _ASK_FIRST})


_SESSION: Final = ("session", "Key of the session.")
_TAKE: Final = ("take", "Number of the part, from 1.")

ENDPOINTS: Final = (
    Endpoint(
        method="GET",
        path="/api/recordings",
        run=every,
        tag="recordings",
        answer=RecordingList,
        in_query=(("person", "Id: only those in which this person is seen or heard."),),
    ),
    Endpoint(
        method="GET",
        path="/api/recordings/{session}",
        run=one,
        tag="recordings",
        in_path=(_SESSION,),
        answer=RecordingToWatch,
    ),
    Endpoint(
        method="GET",
        path="/api/recordings/{session}/{take}/captions.vtt",
        run=captions,
        tag="recordings",
        in_path=(_SESSION, _TAKE),
        answers_with="text/vtt",
    ),
    Endpoint(
        method="GET",
        path="/api/recordings/{session}/{take}/chapters.vtt",
        run=chapters,
        tag="recordings",
        in_path=(_SESSION, _TAKE),
        answers_with="text/vtt",
    ),
    Endpoint(
        method="GET",
        path="/api/recordings/{session}/{take}/pages/{deck}/{page}.webp",
        run=page,
        tag="recordings",
        in_path=(_SESSION, _TAKE, ("deck", "Id of the deck."), ("page", "Number of the page, from 1.")),
        answers_with="image/webp",
    ),
    Endpoint(
        method="GET",
        path="/api/recordings/{session}/{take}/{file}",
        run=file,
        tag="recordings",
        in_path=(_SESSION, _TAKE, ("file", "Name of the file.")),
        in_query=(("download", "1: to be kept."),),
        answers_with="video/webm",
    ),
)
