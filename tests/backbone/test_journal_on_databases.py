"""The journal on real databases that are frozen, killed and locked while people go on issuing commands."""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.fair_clock import FairClock

from turia.backbone.journal import Journal
from turia.clock import SystemClock
from turia.errors import Refused
from turia.event.commands import COMMANDS, Actor, Answer, Command, Decision, Moment, command, decided
from turia.event.entries import EVENT, Entry, put
from turia.event.permissions import Permission
from turia.event.settings import Block
from turia.event.state import State
from turia.settings import Settings
from turia.store.integrity import problems
from turia.store.open import FILE_NAME, open_store
from turia.store.sql_store import SqlStore
from turia.testing.backbone import picture, whole_log
from turia.testing.postgres import PostgresProcess

#: People who issue commands, each one after the other.
PEOPLE = 25
#: A refusal comes within a second of the command, and all works within two of the end of the trouble; this machine
#: runs the database, the journal and other tests at once.
REFUSED_S, BACK_S = 1.3, 3.0


class Note(Command, frozen=True):
    """Writes down that it was done, under its own name and in the common place."""

    text: str


def note(state: State, given: Note, by: Actor, moment: Moment) -> Decision:
    return decided(
        put(f"person/{by.person}", given.text, Block(given.text, "")),
        put(EVENT, f"{by.person}.{given.text}", Block(given.text, "")),
    )


@pytest.fixture(autouse=True)
def _test_command() -> Iterator[None]:
    command("test.note", permission=Permission.ANYBODY)(note)
    yield
    del COMMANDS["test.note"]


class Crowd:
    """People with an outbox each: a command is repeated under its id until it is answered."""

    def __init__(self, book: Journal) -> None:
        self.book = book
        self.acknowledged: dict[str, list[str]] = {f"p{n}": [] for n in range(PEOPLE)}
        self.refusals = 0
        self.slowest = 0.0
        self.over = False
        self.clock = FairClock()

    async def live(self, person: str) -> None:
        number = 0
        while not self.over:
            number += 1
            await self.until_answered(Note(f"n{number}"), Actor(person))
            self.acknowledged[person].append(f"n{number}")
            await asyncio.sleep(0.005)

    async def until_answered(self, given: Note, by: Actor) -> Answer:
        mid = secrets.token_urlsafe(16)
        while True:
            begin = self.clock.now()
            try:
                answer = await self.book.do("test.note", given, by, mid)
            except Refused as refused:
                if refused.code != "try_again":
                    raise
                self.refusals += 1
                self.slowest = max(self.slowest, self.clock.now() - begin)
                await asyncio.sleep(0.02)
            else:
                return answer

    async def some_go_through(self) -> float:
        """Seconds until commands succeed that were begun after now."""
        begin = self.clock.now()
        await self.until_answered(Note(f"after-{secrets.token_urlsafe(8)}"), Actor("watch"))
        return self.clock.now() - begin


@asynccontextmanager
async def living(settings: Settings) -> AsyncIterator[tuple[Crowd, list[Entry]]]:
    """A crowd at work on a journal; (crowd, what a listener was told)."""
    book = Journal(open_store(settings), SystemClock())
    await book.open()
    told: list[Entry] = []
    book.listen(told.extend)
    crowd = Crowd(book)
    with crowd.clock:
        async with asyncio.TaskGroup() as people:
            for person in crowd.acknowledged:
                people.create_task(crowd.live(person))
            try:
                yield crowd, told
            finally:
                crowd.over = True
    await book.close()


async def check(settings: Settings, crowd: Crowd, told: list[Entry]) -> None:
    """Nothing acknowledged is lost, doubled or reordered; the journal's state and what was told are the log."""
    store: SqlStore = open_store(settings)
    _, saved = await store.open()
    try:
        assert await store.database.read(problems) == []
        folded = State()
        for each in saved:
            entries = await whole_log(store, each.stream)
            folded.apply(entries)
            assert [entry for entry in told if entry.stream == each.stream] == entries
        assert picture(crowd.book.state) == picture(folded)
        for person, done in crowd.acknowledged.items():
            keys = [entry.key for entry in await whole_log(store, f"person/{person}")]
            assert keys == done
        assert len(set(folded.all(EVENT, Block))) == folded.top(EVENT)
    finally:
        await store.close()


def verdict(crowd: Crowd, back: list[float]) -> None:
    done = sum(map(len, crowd.acknowledged.values()))
    print(f"{done} done, {crowd.refusals} refused within {crowd.slowest:.2f} s, back within {max(back):.2f} s")
    assert crowd.refusals > 0
    assert crowd.slowest < REFUSED_S
    assert max(back) < BACK_S


@pytest.mark.counted
async def test_a_postgresql_that_is_killed_and_frozen_under_load(
    postgres: PostgresProcess, tmp_path: Path, rounds: Callable[..., int]
) -> None:
    settings = Settings(data_dir=tmp_path, database=postgres.create_database())
    rng = random.Random(7)
    back: list[float] = []
    async with living(settings) as (crowd, told):
        for number in range(rounds(short=4, long=60)):
            await asyncio.sleep(rng.uniform(0.05, 0.4))  # at any point of a commit
            if number % 2:
                postgres.kill()
                await asyncio.sleep(rng.uniform(0, 0.3))
                await asyncio.to_thread(postgres.start)
            else:
                postgres.freeze()
                await asyncio.sleep(rng.uniform(0.5, 2.0))
                postgres.thaw()
            back.append(await crowd.some_go_through())
    await check(settings, crowd, told)
    verdict(crowd, back)


@pytest.mark.counted
async def test_a_sqlite_file_that_others_lock_under_load(tmp_path: Path, rounds: Callable[..., int]) -> None:
    settings = Settings(data_dir=tmp_path)
    rng = random.Random(7)
    back: list[float] = []
    async with living(settings) as (crowd, told):
        for _ in range(rounds(short=4, long=60)):
            await asyncio.sleep(rng.uniform(0.05, 0.4))
            await asyncio.to_thread(hold, tmp_path / FILE_NAME, rng.uniform(0.3, 2.0))
            back.append(await crowd.some_go_through())
    await check(settings, crowd, told)
    verdict(crowd, back)


def hold(path: Path, seconds: float) -> None:
    """Another program locks the file for so long."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=5)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        other.execute("ROLLBACK")
