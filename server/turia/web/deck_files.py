"""Slides over HTTP: handing in a PDF, its pages as pictures and text, the file itself, and notes from a file.

Who may see what is said by :mod:`turia.event.deck_reading`, who may hand in by :mod:`turia.event.deck_commands`.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from pathlib import Path
from typing import Final

import msgspec
from aiohttp import web

from turia.errors import Refused
from turia.event.commands import THE_SYSTEM, Actor, Mid
from turia.event.deck_commands import AddDeck, WriteNotes, may_add
from turia.event.deck_reading import deck_for, file_for
from turia.event.decks import Deck, DeckState, deck_of
from turia.event.entries import EVENT
from turia.event.programme import Session
from turia.event.talks import of_session
from turia.slides import notes
from turia.slides.folder import DecksFolder, Drawn, DrawnPage, discard
from turia.slides.limits import MOST_NOTES_BYTES, SIDES
from turia.web import assets
from turia.web.auth import not_signed_in
from turia.web.context import Context, context
from turia.web.deck_upload import Upload, receive
from turia.web.endpoints import Endpoint
from turia.web.guards import acting, check_often, check_read, check_write, read_bytes
from turia.web.kept_pictures import KeptPictures
from turia.web.rates import Rates
from turia.web.wire import struct_answer

#: Files that arrive at once, from everybody and from one person.
_MOST_UPLOADS: Final = 6
_MOST_OF_ONE: Final = 2
#: Files of one person a minute, and pictures: a list of all pages of a long file, and more.
_UPLOADS_PER_MINUTE: Final = 6
_PICTURES_PER_MINUTE: Final = 1_200
_KEPT_BYTES: Final = 64 * 1024**2
#: A browser may keep it: the address never means other pixels.
_MINE_FOREVER: Final = "private, max-age=31536000, immutable"
_ASK_FIRST: Final = "private, no-cache"

Picture = tuple[str, int, int]


class DeckUploaded(msgspec.Struct, frozen=True):
    """``deck``: its id; how it is drawn is told by its value in the room's stream. ``before``: files that are drawn
    before it."""

    deck: str
    before: int


class DeckNow(msgspec.Struct, frozen=True):
    """A deck, and how many files are drawn before it."""

    deck: str
    state: DeckState
    pages: int
    done_pages: int
    message: str
    before: int


class DeckText(msgspec.Struct, frozen=True):
    """Its pages in order: what they say, and the size of their larger pictures."""

    deck: str
    pages: tuple[DrawnPage, ...]


class NotesTaken(msgspec.Struct, frozen=True):
    """Pages that have notes now."""

    pages: tuple[int, ...]


class _Desk:
    """What the handlers share between requests."""

    def __init__(self, folder: DecksFolder) -> None:
        def load(key: Picture) -> assets.Asset:
            return assets.make(folder.picture(*key), "page.webp", _MINE_FOREVER)

        self.folder = folder
        self.pictures = KeptPictures(load, _KEPT_BYTES)
        self.arriving: Counter[str] = Counter()
        self.upload_rates = Rates(_UPLOADS_PER_MINUTE, burst=2 * _UPLOADS_PER_MINUTE)
        self.picture_rates = Rates(_PICTURES_PER_MINUTE)


DESK: web.AppKey[_Desk] = web.AppKey("decks", _Desk)


async def upload(request: web.Request) -> web.Response:
    """POST /api/decks: hand in slides for a session: a form with ``session``, ``title``, ``mid``, and then ``file``, a
    PDF. ``mid``: as in commands; sent again with the same one, they are handed in once.

    For the session's speakers and chairs, and whoever directs it. At most 50 MB and 300 pages.
    """
    check_write(request)
    ctx, desk, by = context(request), request.app[DESK], acting(request)
    if not by.person:
        raise not_signed_in()
    check_often(request, desk.upload_rates, by.person)
    if desk.arriving.total() >= _MOST_UPLOADS or desk.arriving[by.person] >= _MOST_OF_ONE:
        raise Refused("try_again", "Other files are arriving. Try again in a moment.", retry=True)
    desk.arriving[by.person] += 1
    try:
        taken = await receive(request, desk.folder, lambda fields: _check_may_add(ctx, by, fields))
    finally:
        desk.arriving[by.person] -= 1
        desk.arriving += Counter()  # forgets those who have none
    deck = await _keep(ctx, desk, by, taken)
    return struct_answer(DeckUploaded(deck, _drawn_after(ctx, deck)))


def _check_may_add(ctx: Context, by: Actor, fields: dict[str, str]) -> None:
    """Before the file is taken. Raises Refused."""
    session = fields.get("session", "")
    if not session:
        raise Refused("bad_request", "The form has no field “session” before the file. Send it again with one.")
    _id_for(by, fields)
    state = ctx.journal.state
    if state.get(EVENT, Session, session) is None:
        raise Refused("unknown_session", "This session is not in the programme any more.")
    if not may_add(state, by.person, session, ctx.journal.moment()):
        raise Refused(
            "not_allowed", "Slides are handed in by the session’s speakers and chairs. Ask them, or the organisers."
        )


def _id_for(by: Actor, fields: dict[str, str]) -> str:
    """The id of the deck: the same each time that the same person sends the same mid; "" without one. Raises
    Refused."""
    if "mid" not in fields:
        return ""
    try:
        mid = msgspec.convert(fields["mid"], Mid)
    except msgspec.ValidationError:
        raise Refused("bad_request", "A mid has 8 to 64 characters: letters, digits, “-” and “_”.") from None
    return hashlib.sha256(msgspec.json.encode([by.person, mid])).hexdigest()[:32]


async def _keep(ctx: Context, desk: _Desk, by: Actor, taken: Upload) -> str:
    """The file first, then the deck in the event: so that no deck is without its file. The deck's id."""
    again = _id_for(by, taken.fields)
    deck = again or ctx.journal.moment().new_id()
    handed_in = await asyncio.to_thread(_is_here, ctx, desk.folder, deck)
    if handed_in:
        await asyncio.to_thread(discard, taken.path)
        return deck
    title = taken.fields.get("title", "").strip() or Path(taken.name).stem
    try:
        await asyncio.to_thread(desk.folder.keep_upload, taken.path, deck)
        given = AddDeck(
            session=taken.fields["session"], owner=by.person, title=title[:200], deck=deck, bytes=taken.bytes
        )
        await ctx.journal.do("deck.add", given, THE_SYSTEM, again)
    except OSError as error:
        await asyncio.to_thread(desk.folder.remove, deck)
        raise Refused("try_again", f"The file cannot be kept: {error.strerror}.", retry=True) from None
    except Refused as refused:
        if not (again and refused.retry):  # else it may have been added all the same: the next try tells
            await asyncio.to_thread(desk.folder.remove, deck)
        raise
    if deck_of(ctx.journal.state, deck) is None:
        await asyncio.to_thread(desk.folder.remove, deck)
        raise Refused("unknown_deck", "These slides were deleted meanwhile. Hand them in anew if they are needed.")
    return deck


def _is_here(ctx: Context, folder: DecksFolder, deck: str) -> bool:
    return deck_of(ctx.journal.state, deck) is not None and folder.original(deck).is_file()


def _drawn_after(ctx: Context, deck: str) -> int:
    """How many files are drawn before it; one that was handed in before may be drawn already."""
    there = deck_of(ctx.journal.state, deck)
    waits = there is not None and there.state in (DeckState.UPLOADING, DeckState.RENDERING)
    return ctx.drawing.add(deck) if waits else 0


async def now(request: web.Request) -> web.Response:
    """GET /api/decks/{deck}: how far the drawing of a deck is, and how many files are drawn before it."""
    check_read(request)
    ctx, key = context(request), request.match_info["deck"]
    deck = _deck(request, ctx, acting(request))
    answer = DeckNow(key, deck.state, deck.pages, deck.done_pages, deck.message, ctx.drawing.before(key))
    return struct_answer(answer)


async def page(request: web.Request) -> web.StreamResponse:
    """GET /api/decks/{deck}/pages/{page}.webp: a page as a picture, from 1."""
    ctx, desk = context(request), request.app[DESK]
    by = ctx.identity.actor(request)
    check_often(request, desk.picture_rates if by.person else ctx.read_rates, by.person)
    deck = _deck(request, ctx, by)
    number, side = _number(request.match_info["page"], deck), _side(request.query.get("width", ""))
    try:
        return await assets.send(request, await desk.pictures.get((request.match_info["deck"], number, side)))
    except FileNotFoundError:
        _ready(deck)  # else a new server draws it anew
        raise _elsewhere() from None


async def text(request: web.Request) -> web.Response:
    """GET /api/decks/{deck}/text: what the pages say, for reading, search and screen readers."""
    check_read(request)
    ctx, desk, key = context(request), request.app[DESK], request.match_info["deck"]
    _ready(_deck(request, ctx, acting(request)))
    try:
        drawn: Drawn = await asyncio.to_thread(desk.folder.drawn, key)
    except FileNotFoundError:
        raise _elsewhere() from None
    answer = assets.make(msgspec.json.encode(DeckText(key, drawn.pages)), "text.json", _ASK_FIRST)
    headers = {"ETag": answer.etag, "Cache-Control": _ASK_FIRST}
    if answer.etag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    return web.Response(body=answer.body, content_type="application/json", headers=headers)


async def file(request: web.Request) -> web.StreamResponse:
    """GET /api/decks/{deck}/file: the PDF as it was handed in, if its owner shares it."""
    check_read(request)
    ctx, desk, key, by = context(request), request.app[DESK], request.match_info["deck"], acting(request)
    file_for(ctx.journal.state, key, by, ctx.journal.moment(), inside=_inside(ctx, key, by))
    path = desk.folder.original(key)
    if not await asyncio.to_thread(path.is_file):
        raise _elsewhere()
    headers = {
        "Content-Type": "application/pdf",
        "Content-Disposition": 'attachment; filename="slides.pdf"',
        "Cache-Control": _ASK_FIRST,
        # Whoever opens it in the browser nonetheless gets a document that can do nothing here.
        "Content-Security-Policy": "sandbox",
    }
    return web.FileResponse(path, headers=headers)


async def read_notes(request: web.Request) -> web.Response:
    """POST /api/decks/{deck}/notes: take notes from a text or Markdown file; the body is the file. For oneself alone.

    The notes of each page begin with a line like ``# 3``, or are separated by lines ``---``. They take the place of all
    notes to this deck that one had.
    """
    check_write(request)
    ctx, by = context(request), acting(request)
    if not by.person:
        raise not_signed_in()
    deck = _ready(_deck(request, ctx, by))
    read = notes.read(await read_bytes(request, MOST_NOTES_BYTES), deck.pages)
    every = tuple(read.pages.get(number, "") for number in range(1, deck.pages + 1))
    await ctx.journal.do("note.write_all", WriteNotes(deck=request.match_info["deck"], notes=every), by)
    return struct_answer(NotesTaken(tuple(sorted(read.pages))))


def _deck(request: web.Request, ctx: Context, by: Actor) -> Deck:
    """The deck of the address, for somebody who may see it. Raises Refused."""
    key = request.match_info["deck"]
    return deck_for(ctx.journal.state, key, by, ctx.journal.moment(), inside=_inside(ctx, key, by))


def _inside(ctx: Context, key: str, by: Actor) -> bool:
    deck = deck_of(ctx.journal.state, key)
    room = "" if deck is None else of_session(ctx.journal.state, deck).room
    return bool(room and by.person) and ctx.stands_in(by.person) == room


def _ready(deck: Deck) -> Deck:
    if deck.state is not DeckState.READY:
        failed = deck.state is DeckState.FAILED
        raise Refused(
            "deck_not_ready", deck.message if failed else "The pages are still being drawn.", retry=not failed
        )
    return deck


def _number(text: str, deck: Deck) -> int:
    """The number of a page that is drawn; others need not wait for the whole file."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0
    if not 1 <= number <= deck.done_pages:
        _ready(deck)
        raise Refused("unknown_page", f"There is no page {text[:20]}; the slides have {deck.pages}.")
    return number


def _side(text: str) -> int:
    """The smallest picture that is not smaller than what is asked for, or the largest."""
    if text and not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise Refused("bad_request", "width must be a number of pixels.")
    return min((side for side in SIDES if side >= int(text or SIDES[0])), default=max(SIDES))


def _elsewhere() -> Refused:
    return Refused("unknown_file", "The pages are not on this server. Upload the slides again.")


_DECK: Final = ("deck", "Id of the deck.")

ENDPOINTS: Final = (
    Endpoint(
        method="POST",
        path="/api/decks",
        run=upload,
        tag="slides",
        takes=("multipart/form-data",),
        answer=DeckUploaded,
    ),
    Endpoint(method="GET", path="/api/decks/{deck}", run=now, tag="slides", in_path=(_DECK,), answer=DeckNow),
    Endpoint(
        method="GET",
        path="/api/decks/{deck}/pages/{page}.webp",
        run=page,
        tag="slides",
        in_path=(_DECK, ("page", "Number of the page, from 1.")),
        in_query=(("width", "640 or 1920: pixels of the longer side. Without it the larger one."),),
        answers_with="image/webp",
    ),
    Endpoint(method="GET", path="/api/decks/{deck}/text", run=text, tag="slides", in_path=(_DECK,), answer=DeckText),
    Endpoint(
        method="GET",
        path="/api/decks/{deck}/file",
        run=file,
        tag="slides",
        in_path=(_DECK,),
        answers_with="application/pdf",
    ),
    Endpoint(
        method="POST",
        path="/api/decks/{deck}/notes",
        run=read_notes,
        tag="slides",
        takes=("text/plain", "text/markdown"),
        in_path=(_DECK,),
        answer=NotesTaken,
    ),
)


def set_up(app: web.Application, folder: DecksFolder) -> None:
    """What the handlers keep between requests."""
    app[DESK] = _Desk(folder)
