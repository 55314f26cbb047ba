"""Databases that are locked, full, gone or frozen: a refusal within a second, and work again once they are back."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import subprocess
import tempfile
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from tests.fair_clock import FairClock

from turia.errors import Refused
from turia.event.entries import EVENT, put
from turia.event.people import Star
from turia.settings import Settings
from turia.store.database import Database
from turia.store.integrity import problems
from turia.store.open import FILE_NAME, open_store
from turia.store.ports import Answered
from turia.store.postgresql import PostgresqlDatabase, postgresql_database
from turia.store.sql_store import SqlStore
from turia.store.sqlite import SqliteDatabase
from turia.testing.backbone import entries_of
from turia.testing.postgres import PostgresProcess

#: A refusal comes within this, seconds; and so does the first success after the cause is gone.
REFUSED_S, BACK_S = 1.0, 2.0

FIRST = entries_of(put(EVENT, "a", Star()))


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[SqlStore]:
    store = open_store(Settings(data_dir=tmp_path))
    await store.open()
    yield store
    await store.close()


@pytest.fixture
async def in_postgres(postgres: PostgresProcess, tmp_path: Path) -> AsyncIterator[SqlStore]:
    store = open_store(Settings(data_dir=tmp_path, database=postgres.create_database()))
    await store.open()
    yield store
    await store.close()


async def refused(work: Callable[[], Awaitable[Any]], *words: str) -> None:
    """It is refused in time, with a reason, and may be tried again."""
    with FairClock() as clock:
        with pytest.raises(Refused) as caught:
            await work()
        assert clock.now() < REFUSED_S
    assert caught.value.code == "try_again"
    assert caught.value.retry
    assert any(word in caught.value.message for word in words), caught.value.message


async def works_again(store: SqlStore) -> None:
    """A commit succeeds in time; what was refused before is not there."""
    with FairClock() as clock:
        while True:
            try:
                await store.commit(FIRST, [])
            except Refused:
                assert clock.now() < BACK_S
                continue
            break
        assert clock.now() < BACK_S
    assert await store.tops() == {EVENT: 1}


async def everything(store: SqlStore) -> None:
    await store.commit(FIRST, [Answered("ana", "mid-0001", 1, b"{}")])


# -- SQLite ----------------------------------------------------------------------------------------


async def test_a_database_locked_by_another_program(sqlite: SqlStore, tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await refused(lambda: everything(sqlite), "locked")
        await refused(lambda: everything(sqlite), "locked")
        assert await sqlite.answers([("ana", "mid-0001")]) == {}
        assert await sqlite.entries(EVENT, 0, 10) == []
        other.execute("ROLLBACK")
    await works_again(sqlite)


def tell_the_writer(store: SqlStore, pragma: str) -> None:
    """Say it to the connection that writes, outside any transaction."""
    assert isinstance(store.database, SqliteDatabase)
    with contextlib.closing(store.database._for_writing.raw_connection()) as connection:
        connection.cursor().execute(pragma)


async def test_a_full_disk(sqlite: SqlStore) -> None:
    """SQLite says the same when it may not take more pages as when the disk has none."""
    big = entries_of(*(put(EVENT, f"{n:0100}", Star()) for n in range(2_000)))
    tell_the_writer(sqlite, "PRAGMA max_page_count = 1")
    await refused(lambda: sqlite.commit(big, []), "the disk is full")
    assert await sqlite.entries(EVENT, 0, 10) == []
    tell_the_writer(sqlite, "PRAGMA max_page_count = 1000000")
    await works_again(sqlite)


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A real file system of 3 MB, not among the folders that pytest clears away."""
    folder = Path(tempfile.mkdtemp(prefix="turia-disk-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        folder.rmdir()
        pytest.skip("only root can mount a small file system; the test before this one stands for it")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
    folder.rmdir()


async def test_a_real_disk_that_is_full(small_disk: Path) -> None:
    store = open_store(Settings(data_dir=small_disk / "data"))
    await store.open()
    with contextlib.suppress(OSError), (small_disk / "filler").open("wb", buffering=0) as filler:
        while filler.write(b"0" * 4_096) == 4_096:
            pass
    big = entries_of(*(put(EVENT, f"{n:0100}", Star()) for n in range(500)))
    for _ in range(3):
        await refused(lambda: store.commit(big, []), "the disk is full")
    assert await store.entries(EVENT, 0, 10) == []
    (small_disk / "filler").unlink()
    await works_again(store)
    assert await store.database.read(problems) == []
    await store.close()


async def test_a_disk_that_cannot_be_written_to(sqlite: SqlStore) -> None:
    tell_the_writer(sqlite, "PRAGMA query_only = ON")
    await refused(lambda: everything(sqlite), "cannot be written to")
    assert await sqlite.entries(EVENT, 0, 10) == []
    tell_the_writer(sqlite, "PRAGMA query_only = OFF")
    await works_again(sqlite)


async def test_a_file_that_was_taken_away_or_replaced(sqlite: SqlStore, tmp_path: Path) -> None:
    """What SQLite writes to a file without a name is lost with the process: nothing of it may be acknowledged."""
    path = tmp_path / FILE_NAME
    await sqlite.commit([], [Answered("ana", "mid-0001", 1, b"{}")])
    path.rename(tmp_path / "away")
    await refused(lambda: sqlite.commit(FIRST, []), "file is gone")
    path.write_bytes((tmp_path / "away").read_bytes())
    await refused(lambda: sqlite.commit(FIRST, []), "replaced")
    path.unlink()
    (tmp_path / "away").rename(path)
    await works_again(sqlite)


async def test_a_slow_disk_is_not_waited_for_and_its_write_may_still_come(sqlite: SqlStore) -> None:
    go_on = threading.Event()
    database = sqlite.database

    async def slow(connection: Any) -> None:
        await connection.execute(text("INSERT INTO meta VALUES ('slow', '1')"))
        go_on.wait()

    await refused(lambda: database.write(slow), "does not answer")
    await refused(lambda: sqlite.commit(FIRST, []), "does not answer")
    go_on.set()
    assert await sqlite.tops() == {}  # what never began is not done later

    async def look(connection: Any) -> Any:
        return (await connection.execute(text("SELECT value FROM meta WHERE name = 'slow'"))).scalar()

    assert await database.read(look) == "1"


async def test_somebody_who_leaves_in_the_middle_breaks_nothing(sqlite: SqlStore) -> None:
    for _ in range(10):
        task = asyncio.ensure_future(everything(sqlite))
        await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    assert await sqlite.tops() == {EVENT: 1}
    assert isinstance(sqlite.database, SqliteDatabase)
    for engine in (sqlite.database._for_writing, sqlite.database._for_reading):
        assert engine.pool.status().endswith("Current Checked out connections: 0")


async def test_trouble_is_logged_with_the_databases_own_words_and_not_each_time(
    sqlite: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    tell_the_writer(sqlite, "PRAGMA query_only = ON")
    for _ in range(5):
        await refused(lambda: everything(sqlite), "cannot be written to")
    (record,) = [each for each in caplog.records if each.name == "turia.store.database"]
    assert record.__dict__["why"] == "attempt to write a readonly database"


async def test_a_mistake_in_the_work_undoes_it_and_is_raised_as_it_is(sqlite: SqlStore) -> None:
    async def wrong(connection: Any) -> None:
        await connection.execute(text("INSERT INTO meta VALUES ('x', '1')"))
        raise KeyError("ours")

    with pytest.raises(KeyError):
        await sqlite.database.write(wrong)

    async def look(connection: Any) -> Any:
        return (await connection.execute(text("SELECT count(*) FROM meta WHERE name = 'x'"))).scalar()

    assert await sqlite.database.read(look) == 0


async def test_what_is_acknowledged_is_on_disk(sqlite: SqlStore) -> None:
    async def look(connection: Any) -> tuple[Any, Any]:
        journal = (await connection.execute(text("PRAGMA journal_mode"))).scalar()
        return journal, (await connection.execute(text("PRAGMA synchronous"))).scalar()

    assert await sqlite.database.read(look) == ("wal", 2)
    assert await sqlite.database.write(look) == ("wal", 2)


# -- PostgreSQL ------------------------------------------------------------------------------------


async def test_a_postgresql_that_was_killed(in_postgres: SqlStore, postgres: PostgresProcess) -> None:
    await in_postgres.commit([], [Answered("ana", "mid-0000", 1, b"{}")])
    postgres.kill()
    try:
        await refused(lambda: everything(in_postgres), "cannot be reached", "does not answer", "was stopped")
        await refused(lambda: in_postgres.entries(EVENT, 0, 1), "cannot be reached")
    finally:
        postgres.start()
    await works_again(in_postgres)
    assert list(await in_postgres.answers([("ana", "mid-0000")])) == [("ana", "mid-0000")]


async def test_a_postgresql_that_was_restarted_between_two_commands_is_not_noticed(
    in_postgres: SqlStore, postgres: PostgresProcess
) -> None:
    await in_postgres.commit([], [Answered("ana", "mid-0000", 1, b"{}")])
    postgres.kill()
    postgres.start()
    await in_postgres.commit(FIRST, [])
    assert await in_postgres.tops() == {EVENT: 1}


@pytest.fixture
def frozen(postgres: PostgresProcess) -> Iterator[Callable[[], None]]:
    yield postgres.freeze
    postgres.thaw()


async def test_a_frozen_postgresql(
    in_postgres: SqlStore, postgres: PostgresProcess, frozen: Callable[[], None]
) -> None:
    await in_postgres.commit([], [Answered("ana", "mid-0000", 1, b"{}")])
    frozen()
    for _ in range(3):
        await refused(lambda: everything(in_postgres), "does not answer")
    await refused(lambda: in_postgres.entries(EVENT, 0, 1), "does not answer")
    postgres.thaw()
    await works_again(in_postgres)


async def test_a_row_that_somebody_else_holds(in_postgres: SqlStore) -> None:
    await in_postgres.commit(entries_of(put("room/a", "a", Star())), [])
    assert isinstance(in_postgres.database, PostgresqlDatabase)
    other = postgresql_database(in_postgres.database.engine.url.render_as_string().replace("+asyncpg", ""))
    async with other.engine.begin() as connection:
        await connection.execute(text("UPDATE streams SET top = top WHERE stream = 'room/a'"))
        await refused(lambda: in_postgres.commit([FIRST[0], *second_of_room()], []), "locked")
    await in_postgres.commit([FIRST[0], *second_of_room()], [])
    await other.close()


def second_of_room() -> list[Any]:
    return entries_of(put("room/a", "a", Star()), put("room/a", "b", Star()))[1:]


async def test_all_connections_busy(in_postgres: SqlStore) -> None:
    database, enough, busy = in_postgres.database, asyncio.Event(), asyncio.Semaphore(0)

    async def hold(connection: Any) -> None:
        await connection.execute(text("SELECT 1"))
        busy.release()
        await enough.wait()

    async def hold_one() -> None:
        while not enough.is_set():
            with contextlib.suppress(Refused):  # on a busy machine a connection takes long to make
                await database.read(hold, limit_s=30)

    holders = [asyncio.ensure_future(hold_one()) for _ in range(12)]
    for _ in holders:
        await busy.acquire()
    await refused(lambda: everything(in_postgres), "busy")
    enough.set()
    await asyncio.gather(*holders)
    await works_again(in_postgres)


async def test_a_wait_for_a_commit_under_way_ends_with_it(in_postgres: SqlStore) -> None:
    """``tops`` tells of a commit that another connection has not finished, once it has."""
    database: Database = in_postgres.database
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def commit(connection: Any) -> None:
        await in_postgres._move_tops(connection, FIRST)
        begun.set()
        await go_on.wait()

    committing = asyncio.ensure_future(database.write(commit))
    await begun.wait()
    asking = asyncio.ensure_future(in_postgres.tops())
    await in_postgres.entries(EVENT, 0, 1)
    assert not asking.done()
    go_on.set()
    await committing
    assert await asking == {EVENT: 1}
