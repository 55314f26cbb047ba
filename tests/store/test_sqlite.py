"""SQLite's threads: one piece of work a transaction, one writer, and readers beside it. Trouble: test_database.py."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from turia.errors import Refused
from turia.event.entries import EVENT, Entry, put
from turia.event.people import Star
from turia.settings import Settings
from turia.store.open import open_store
from turia.store.ports import Answered
from turia.store.sql_store import SqlStore
from turia.store.sqlite import SqliteDatabase, sqlite_database
from turia.testing.backbone import entries_of

WRITE = text("INSERT INTO t VALUES (1)")
COUNT = text("SELECT count(*) FROM t")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    found = sqlite_database(tmp_path / "file.sqlite3")
    await found.write(lambda connection: connection.execute(text("CREATE TABLE t (n INTEGER)")))
    yield found
    await found.close()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    found = open_store(Settings(data_dir=tmp_path))
    await found.open()
    yield found
    await found.close()


def star(number: int) -> list[Entry]:
    entry = entries_of(put(EVENT, f"k{number}", Star()))[0]
    return [Entry(EVENT, number, entry.at, entry.actor, entry.kind, entry.key, entry.value)]


async def test_a_commit_is_one_piece_of_work_of_few_statements(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a commit costs on the core that serves the hall: each hand-over and statement is CPU time."""
    database = store.database
    assert isinstance(database, SqliteDatabase)
    await store.commit(star(1), [Answered("ana", "mid-0001", 1, b"{}")])
    pieces, statements = 0, []
    submit = ThreadPoolExecutor.submit

    def counted(threads: Any, run: Callable[[], Any]) -> Any:
        nonlocal pieces
        pieces += 1
        return submit(threads, run)

    monkeypatch.setattr(ThreadPoolExecutor, "submit", counted)

    @event.listens_for(database._for_writing, "before_cursor_execute")
    def executed(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement.split()[0])

    await store.commit(star(2), [Answered("ana", "mid-0002", 1, b"{}")])
    assert pieces == 1
    assert statements == ["BEGIN", "SELECT", "UPDATE", "INSERT", "INSERT", "INSERT"]


async def test_nothing_runs_in_the_thread_of_the_event_loop(database: SqliteDatabase) -> None:
    async def where(_connection: Any) -> threading.Thread:
        with pytest.raises(RuntimeError, match="no running event loop"):
            asyncio.get_running_loop()
        return threading.current_thread()

    writers = {await database.write(where) for _ in range(5)}
    assert len(writers) == 1
    assert not ({await database.read(where), threading.current_thread()} & writers)


async def test_others_read_what_was_there_while_somebody_writes(database: SqliteDatabase) -> None:
    written, go_on = threading.Event(), threading.Event()

    async def slow(connection: Any) -> None:
        await connection.execute(WRITE)
        written.set()
        go_on.wait()

    writing = asyncio.create_task(database.write(slow, limit_s=30))
    await asyncio.to_thread(written.wait)
    assert await database.read(lambda connection: connection.scalar(COUNT)) == 0
    go_on.set()
    await writing
    assert await database.read(lambda connection: connection.scalar(COUNT)) == 1


async def test_writes_are_done_one_after_the_other_in_their_order(database: SqliteDatabase) -> None:
    async def write(connection: Any) -> int:
        before: int = await connection.scalar(COUNT)
        await connection.execute(WRITE)
        return before

    assert await asyncio.gather(*(database.write(write, limit_s=30) for _ in range(50))) == list(range(50))


async def test_a_read_is_of_one_moment(database: SqliteDatabase) -> None:
    begun, go_on = threading.Event(), threading.Event()

    async def twice(connection: Any) -> tuple[int, int]:
        first = await connection.scalar(COUNT)
        begun.set()
        go_on.wait()
        return first, await connection.scalar(COUNT)

    reading = asyncio.create_task(database.read(twice, limit_s=30))
    await asyncio.to_thread(begun.wait)
    await database.write(lambda connection: connection.execute(WRITE))
    go_on.set()
    assert await reading == (0, 0)


async def test_work_that_awaits_something_else_is_undone_and_told(database: SqliteDatabase) -> None:
    async def wrong(connection: Any) -> None:
        await connection.execute(WRITE)
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="other than its connection"):
        await database.write(wrong)
    assert await database.read(lambda connection: connection.scalar(COUNT)) == 0


async def test_a_connection_that_was_closed_is_replaced(database: SqliteDatabase) -> None:
    for engine in (database._for_writing, database._for_reading):
        with contextlib.closing(engine.raw_connection()) as connection:
            raw = connection.driver_connection
        assert raw is not None
        raw.close()
    await database.write(lambda connection: connection.execute(WRITE))
    assert await database.read(lambda connection: connection.scalar(COUNT)) == 1


async def test_closing_waits_for_what_is_under_way_and_takes_nothing_after_it(
    database: SqliteDatabase, tmp_path: Path
) -> None:
    go_on = threading.Event()

    async def slow(connection: Any) -> None:
        go_on.wait()
        await connection.execute(WRITE)

    writing = asyncio.create_task(database.write(slow, limit_s=30))
    await asyncio.sleep(0)
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(writing, closing)
    assert os.listdir(tmp_path) == ["file.sqlite3"], "the log was taken into the file"  # noqa: PTH208 - at once
    with pytest.raises(Refused, match="the database is closed"):
        await database.write(slow)
    with pytest.raises(Refused, match="the database is closed"):
        await database.forget_old_pages()
    await database.close()
