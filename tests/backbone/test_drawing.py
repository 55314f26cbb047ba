"""Slides are drawn one file after the other, and no deck stays half drawn, whatever is killed, deleted or full."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from turia.backbone.drawing import LOST_MS, Drawing
from turia.backbone.journal import Journal
from turia.errors import BundleError
from turia.event.commands import Actor
from turia.event.deck_commands import OfDeck
from turia.event.decks import Deck, DeckState, deck_of
from turia.event.entries import EVENT, Change, Entry, person_stream, put, talk_stream
from turia.event.erasing import EraseMine
from turia.event.people import Registration, Status
from turia.event.programme import Room, Session
from turia.slides.folder import DecksFolder, Drawn, DrawnPage, picture_name
from turia.store.memory import MemoryStore
from turia.testing import backbone
from turia.testing.backbone import NOW
from turia.testing.manual_clock import ManualClock

RENDERING = Deck("talk", "Slides", "ana", DeckState.RENDERING)


def event(**decks: Deck) -> list[Change]:
    """A session in the hall, and decks of it."""
    return [
        put(EVENT, "hall", Room("Hall")),
        put(EVENT, "talk", Session("Talk", NOW, NOW + 1, room="hall")),
        put(person_stream("ana"), "ana", Registration(Status.CONFIRMED, "Ana", "ana@example.org", "individual")),
        *(put(talk_stream("talk"), key, deck) for key, deck in decks.items()),
    ]


class Painter:
    """Draws when it is told to. ``begun``: decks in the order in which they were begun; ``at_once``: at most so many
    were drawn at the same time."""

    def __init__(self, pages: int = 3) -> None:
        self.pages = pages
        self.begun: list[str] = []
        self.most_at_once = self.now = 0
        self.go = asyncio.Event()
        self.error: Exception | None = None
        self.tell: Callable[[int, int], None] = lambda done, pages: None

    async def __call__(self, source: Path, draft: Path, tell: Callable[[int, int], None]) -> None:
        self.begun.append(source.parent.name)
        self.now += 1
        self.most_at_once = max(self.most_at_once, self.now)
        self.tell = tell
        try:
            await self.go.wait()
        finally:
            self.now -= 1
        if self.error is not None:
            raise self.error
        drawn = Drawn(tuple(DrawnPage(1_920, 1_080, 0, f"Page {page}") for page in range(1, self.pages + 1)))
        for page in range(1, self.pages + 1):
            (draft / picture_name(page, 640)).write_bytes(b"picture")
        (draft / "pages.json").write_bytes(msgspec.json.encode(drawn))


@pytest.fixture
def painter() -> Painter:
    return Painter()


@pytest.fixture
def folder(tmp_path: Path) -> DecksFolder:
    return DecksFolder(tmp_path)


def hand_in(folder: DecksFolder, *decks: str) -> None:
    for deck in decks:
        upload = folder.new_upload()
        upload.write_bytes(b"%PDF-1.7")
        folder.keep_upload(upload, deck)


@asynccontextmanager
async def drawing(book: Journal, folder: DecksFolder, painter: Painter) -> AsyncIterator[Drawing]:
    shell = Drawing(book, folder, painter, again_s=0.0)
    await shell.start()
    try:
        yield shell
    finally:
        await shell.close()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110 - files are written in threads
            await asyncio.sleep(0.001)


def state(book: Journal, deck: str) -> DeckState | None:
    there = deck_of(book.state, deck)
    return there.state if there else None


def names(folder: DecksFolder) -> list[str]:
    return sorted(path.name for path in folder.path.iterdir()) if folder.path.is_dir() else []


async def test_files_are_drawn_one_after_the_other_in_their_order(folder: DecksFolder, painter: Painter) -> None:
    async with backbone.journal(*event(a=RENDERING, b=RENDERING, c=RENDERING)) as book:
        async with drawing(book, folder, painter) as shell:
            hand_in(folder, "a", "b", "c")
            assert [shell.add(deck) for deck in "a"] == [0]
            await until(lambda: painter.begun == ["a"])
            assert [shell.add(deck) for deck in "bcb"] == [1, 2, 1]
            assert [shell.before(deck) for deck in "abc"] == [0, 1, 2]
            painter.go.set()
            await until(lambda: all(state(book, deck) is DeckState.READY for deck in "abc"))
        assert painter.begun == ["a", "b", "c"]
        assert painter.most_at_once == 1
        there = deck_of(book.state, "b")
        assert there is not None
        assert (there.pages, there.done_pages, there.width, there.height) == (3, 3, 1_920, 1_080)
        assert folder.drawn("b").pages[2].text == "Page 3"
        assert names(folder) == ["a", "b", "c"]


async def test_how_far_it_is_is_told_in_the_event(folder: DecksFolder, painter: Painter) -> None:
    async with backbone.journal(*event(a=RENDERING)) as book:
        told: list[tuple[int, int]] = []

        def hear(entries: list[Entry]) -> None:
            told.extend((each.value.done_pages, each.value.pages) for each in entries if isinstance(each.value, Deck))

        async with drawing(book, folder, painter) as shell:
            book.listen(hear)
            hand_in(folder, "a")
            shell.add("a")
            await until(lambda: bool(painter.begun))
            painter.tell(0, 0)
            painter.tell(1, 3)
            painter.tell(2, 3)
            await until(lambda: told == [(1, 3)])
            painter.tell(2, 3)
            painter.go.set()
            await until(lambda: state(book, "a") is DeckState.READY)
        assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (BundleError("The file is protected by a password. Save it without one."), "protected by a password"),
        (OSError(28, "No space left on device"), "could not keep the pages (No space left on device)"),
        (RuntimeError("a mistake of ours"), "Something went wrong"),
    ],
)
async def test_what_cannot_be_drawn_fails_with_a_sentence_and_the_next_goes_on(
    folder: DecksFolder, painter: Painter, error: Exception, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    async with backbone.journal(*event(a=RENDERING, b=RENDERING)) as book:
        async with drawing(book, folder, painter) as shell:
            hand_in(folder, "a", "b")
            painter.error = error
            painter.go.set()
            shell.add("a")
            await until(lambda: state(book, "a") is DeckState.FAILED)
            there = deck_of(book.state, "a")
            assert there is not None
            assert message in there.message
            painter.error = None
            shell.add("b")
            await until(lambda: state(book, "b") is DeckState.READY)
        assert names(folder) == ["a", "b"]


async def test_a_deck_that_is_deleted_is_drawn_no_more_and_nothing_of_it_stays(
    folder: DecksFolder, painter: Painter
) -> None:
    changes = event(a=RENDERING, b=RENDERING, c=RENDERING)
    async with backbone.journal(*changes) as book, drawing(book, folder, painter) as shell:
        hand_in(folder, "a", "b", "c")
        for deck in "abc":
            shell.add(deck)
        await until(lambda: painter.begun == ["a"])
        for deck in "ab":
            await book.do("deck.delete", OfDeck(deck), Actor("ana"))
        await until(lambda: painter.begun == ["a", "c"])
        await until(lambda: folder.decks() == {"c"})
        assert shell.before("c") == 0
        painter.go.set()
        await until(lambda: state(book, "c") is DeckState.READY)
        await book.do("deck.delete", OfDeck("c"), Actor("ana"))
        await until(lambda: names(folder) == [])


@pytest.mark.parametrize("together", [True, False])
async def test_a_deck_that_was_deleted_and_handed_in_again_keeps_its_files(
    folder: DecksFolder, painter: Painter, together: bool
) -> None:
    """On another server: then it looks deleted for a moment."""
    store = MemoryStore()
    async with backbone.journal(*event(a=RENDERING), store=store) as book, drawing(book, folder, painter) as shell:
        hand_in(folder, "a")
        shell.add("a")
        await until(lambda: painter.begun == ["a"])
        again = [Change(talk_stream("talk"), Deck.kind, "a", None), put(talk_stream("talk"), "a", RENDERING)]
        entries = backbone.entries_of(*again, state=book.state)
        await store.commit(entries, [])
        for part in [entries] if together else [[entry] for entry in entries]:
            book.state.apply(part)
            shell._heard(part)
        painter.go.set()
        await until(lambda: state(book, "a") is DeckState.READY)
    assert painter.begun == (["a"] if together else ["a", "a"])
    assert names(folder) == ["a"]


async def test_after_a_kill_it_is_drawn_anew_and_what_was_on_its_way_is_gone(
    folder: DecksFolder, painter: Painter
) -> None:
    done = Deck("talk", "Slides", "ana", DeckState.READY, pages=1, done_pages=1)
    hand_in(folder, "a", "b", "orphan")
    folder.new_upload()
    folder.new_draft("a")
    async with backbone.journal(*event(a=RENDERING, b=done)) as book:
        painter.go.set()
        async with drawing(book, DecksFolder(folder.path.parent), painter):
            await until(lambda: state(book, "a") is DeckState.READY)
            await until(lambda: names(folder) == ["a", "b"])
    assert painter.begun == ["a"], "what is ready stays as it is"


async def test_a_stop_in_the_middle_is_quick_and_the_next_server_goes_on(folder: DecksFolder, painter: Painter) -> None:
    async with backbone.journal(*event(a=RENDERING)) as book:
        hand_in(folder, "a")
        async with drawing(book, folder, painter):
            await until(lambda: painter.begun == ["a"])
        assert state(book, "a") is DeckState.RENDERING
        assert painter.now == 0
        assert names(folder) == ["a"], "the draft is gone"
        painter.go.set()
        async with drawing(book, folder, painter):
            await until(lambda: state(book, "a") is DeckState.READY)


async def test_a_deck_whose_file_never_came_fails_in_the_end(folder: DecksFolder, painter: Painter) -> None:
    clock = ManualClock()
    async with backbone.journal(*event(a=RENDERING), clock=clock) as book:
        async with drawing(book, folder, painter):
            assert state(book, "a") is DeckState.RENDERING, "another server may have it"
        clock.advance(LOST_MS / 1_000 + 1)
        async with drawing(book, folder, painter):
            await until(lambda: state(book, "a") is DeckState.FAILED)
        there = deck_of(book.state, "a")
        assert there is not None
        assert there.message == "The server stopped before the file had arrived. Upload it again."


async def test_slides_of_another_event_are_left_alone(
    folder: DecksFolder, painter: Painter, caplog: pytest.LogCaptureFixture
) -> None:
    """Else a slip of the pen in the settings of the database would destroy them."""
    hand_in(folder, "a")
    async with backbone.journal(*event()) as book, drawing(book, folder, painter):
        await asyncio.sleep(0.02)
    assert names(folder) == ["a"]
    assert "slides of another event" in caplog.text


async def test_whoever_has_his_data_deleted_leaves_no_file(folder: DecksFolder, painter: Painter) -> None:
    done = Deck("talk", "Slides", "ana", DeckState.READY, pages=1, done_pages=1)
    hand_in(folder, "a", "b")
    async with backbone.journal(*event(a=done, b=RENDERING)) as book, drawing(book, folder, painter):
        await until(lambda: painter.begun == ["b"])
        await book.do("people.erase_mine", EraseMine(sure=True), Actor("ana"))
        await until(lambda: names(folder) == [])
