"""Draws the slides that were handed in, one file after the other, and says in the event how far it is.

A deck that was being drawn when the server was killed is drawn anew at the next start; one whose file never arrived
fails then, so that none stays half drawn. What is deleted in the event goes from the disk.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Final

from turia.backbone.journal import Journal
from turia.errors import BundleError, Refused
from turia.event.deck_commands import DeckFailed, DeckProgress
from turia.event.decks import Deck, Decks, DeckState, deck_of
from turia.event.entries import Entry, talk_stream
from turia.event.state import State
from turia.slides import safely
from turia.slides.folder import DecksFolder

log = logging.getLogger(__name__)

#: A file that is not here belongs to another server with the same database, or was lost; so long it gets to appear.
LOST_MS: Final = 3_600_000
#: When the disk or the database does not take something, it is tried again after this long, so often.
AGAIN_S: Final = 5.0
_ATTEMPTS: Final = 20

_DONE: Final = (DeckState.READY, DeckState.FAILED)
_STOPPED: Final = "The server stopped before the file had arrived. Upload it again."
_FULL: Final = "The server could not keep the pages ({}). Tell the organiser, and upload the file again later."
_OURS: Final = "Something went wrong while the pages were drawn. Tell the organiser, and upload the file again."

Tell = Callable[[int, int], None]
#: ``(source, draft, tell)``: see :func:`turia.slides.safely.draw`.
Draw = Callable[[Path, Path, Tell], Awaitable[None]]


class Drawing:
    """``await start()`` when the journal is open and before anybody can hand in a file, ``await close()`` before the
    journal is closed."""

    def __init__(
        self, journal: Journal, folder: DecksFolder, draw: Draw = safely.draw, again_s: float = AGAIN_S
    ) -> None:
        self.folder = folder
        self._journal = journal
        self._draw = draw
        self._again_s = again_s
        self._wake = asyncio.Event()
        self._queue: list[str] = []
        #: What is drawn now, and the task that does it.
        self._now = ""
        self._task: asyncio.Task[None] | None = None
        self._at_work: asyncio.Task[None] | None = None
        #: Whose files are to be removed, and whose never came.
        self._gone: list[str] = []
        self._lost: list[str] = []

    async def start(self) -> None:
        """Go on where the last server stopped, then wait for more."""
        try:
            await asyncio.to_thread(self.folder.tidy)
            self._take_up(await asyncio.to_thread(self.folder.decks))
        except OSError as error:
            log.warning("the folder of slides cannot be read: %s", error)
        self._deaf = self._journal.listen(self._heard)
        self._task = asyncio.create_task(self._run(), name="turia drawing")

    async def close(self) -> None:
        """What is not drawn yet is drawn after the next start."""
        if self._task is None:
            return
        self._deaf()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None

    def add(self, deck: str) -> int:
        """A deck whose file is in the folder; how many files are drawn before it."""
        if deck not in self._queue and deck != self._now:
            self._queue.append(deck)
            self._wake.set()
        return self.before(deck)

    def before(self, deck: str) -> int:
        """How many files are drawn before this one; 0 also for what does not wait."""
        return self._queue.index(deck) + bool(self._now) if deck in self._queue else 0

    def _heard(self, entries: list[Entry]) -> None:
        gone = [entry.key for entry in entries if entry.kind == Deck.kind and entry.value is None]
        gone = [key for key in gone if deck_of(self._journal.state, key) is None]  # else it is there again
        if not gone:
            return
        self._gone += gone
        self._queue = [each for each in self._queue if each not in gone]
        if self._now in gone and self._at_work is not None:
            self._at_work.cancel()
        self._wake.set()

    async def _run(self) -> None:
        for deck in self._lost:
            await self._fail(deck, _STOPPED)
        while True:
            await self._remove_gone()
            if self._queue:
                self._now = self._queue.pop(0)
                self._at_work = asyncio.create_task(self._draw_one(self._now), name="turia drawing one")
                await self._finish(self._at_work)
                self._now, self._at_work = "", None
            elif not self._gone:
                await self._wake.wait()
                self._wake.clear()

    async def _finish(self, work: asyncio.Task[None]) -> None:
        """Wait for it; it may be cancelled because its deck was deleted. Whoever cancels us ends it."""
        try:
            await asyncio.wait([work])
        except asyncio.CancelledError:
            work.cancel()
            await asyncio.wait([work])
            raise
        if not work.cancelled() and work.exception() is not None:
            log.error("slides could not be drawn", exc_info=work.exception())
            await self._fail(self._now, _OURS)

    # -- one file ----------------------------------------------------------------------------------
    async def _draw_one(self, deck: str) -> None:
        telling = _Telling(self._journal, deck)
        try:
            draft = await asyncio.to_thread(self.folder.new_draft, deck)
            await self._draw(self.folder.original(deck), draft, telling.tell)
            await telling.finish()
            await asyncio.to_thread(self.folder.keep_draft, deck)
            await self._ready(deck)
        except BundleError as error:
            await telling.finish()
            await self._fail(deck, error.message)
        except OSError as error:
            log.warning("slides could not be kept", extra={"deck": deck, "error": str(error)})
            await telling.finish()
            await self._fail(deck, _FULL.format(error.strerror or "it is damaged"))
        finally:
            telling.stop()
            await asyncio.to_thread(self.folder.drop_draft, deck)

    async def _ready(self, deck: str) -> None:
        drawn = await asyncio.to_thread(self.folder.drawn, deck)
        count, first = len(drawn.pages), drawn.pages[0]
        await self._persist(
            "deck.progress",
            DeckProgress(
                deck=deck,
                state=DeckState.READY,
                pages=count,
                done_pages=count,
                width=first.width,
                height=first.height,
            ),
        )

    async def _fail(self, deck: str, message: str) -> None:
        await self._persist("deck.fail", DeckFailed(deck, message))

    async def _persist(self, name: str, given: DeckProgress | DeckFailed) -> None:
        """Do it, however busy the database is; nothing is to be done once the deck is gone."""
        for _ in range(_ATTEMPTS):
            try:
                await self._journal.do(name, given)
                return
            except Refused as refused:
                if not refused.retry:
                    return
            await asyncio.sleep(self._again_s)
        log.warning("the event could not be told what became of slides", extra={"deck": given.deck})

    # -- the start, and what is gone ---------------------------------------------------------------
    def _take_up(self, here: set[str]) -> None:
        """What was under way when the last server stopped. ``here``: decks that have their folder."""
        state, now = self._journal.state, self._journal.moment().at
        known = {key for key in here if deck_of(state, key) is not None}
        for key, deck, at in _all(state):
            if deck.state in _DONE:
                continue
            if key in here:
                self.add(key)
            elif now - at > LOST_MS:
                self._lost.append(key)
        if known or not here:
            self._gone += sorted(here - known)  # deleted while no server ran
        else:  # an event that knows none of them may be another one: they are not ours to remove
            log.warning("slides of another event lie in %s", self.folder.path)

    async def _remove_gone(self) -> None:
        while self._gone:
            deck = self._gone.pop()
            there = deck_of(self._journal.state, deck)
            if there is not None:  # it is there again, which was heard of later
                if there.state not in _DONE:
                    self.add(deck)
                continue
            try:
                await asyncio.to_thread(self.folder.remove, deck)
            except (OSError, ValueError) as error:
                log.warning("slides could not be removed", extra={"deck": deck, "error": str(error)})


class _Telling:
    """Tells the event how far a file is, one entry at a time; what is newer meanwhile takes the place of what waits."""

    def __init__(self, journal: Journal, deck: str) -> None:
        self._journal = journal
        self._deck = deck
        self._task: asyncio.Task[None] | None = None

    def tell(self, done: int, pages: int) -> None:
        """So many of all pages are done. Drawing calls it at most once a second."""
        if pages and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._say(done, pages))

    async def finish(self) -> None:
        """Wait for what is on its way, so that it does not come after the end."""
        if self._task is not None:
            await asyncio.wait([self._task])

    def stop(self) -> None:
        """Nothing more is said."""
        if self._task is not None:
            self._task.cancel()

    async def _say(self, done: int, pages: int) -> None:
        given = DeckProgress(deck=self._deck, state=DeckState.RENDERING, pages=pages, done_pages=done)
        with contextlib.suppress(Refused):  # the next one says more
            await self._journal.do("deck.progress", given)


def _all(state: State) -> Iterator[tuple[str, Deck, int]]:
    """(key, deck, when it changed last) of all decks of all sessions."""
    decks = state.view(Decks)
    for key in decks.all():
        item = state.item(talk_stream(decks.session_of(key)), Deck, key)
        assert item is not None
        assert isinstance(item.value, Deck)
        yield key, item.value, item.at
