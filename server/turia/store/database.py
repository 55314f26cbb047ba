"""One database, SQLite or PostgreSQL: connections, transactions, and an end to waiting.

::

    names = await database.read(work)     # work(connection) -> anything, in one consistent view
    await database.write(work)            # committed when it returns, or nothing happened

``work`` may be run a second time when a connection turned out to be dead, so it only talks to the database. Whatever is
wrong with the database for now (locked, full, gone, frozen) is raised as Refused ``try_again`` within
:data:`LIMIT_S`. A write whose end was not seen may still have happened: :class:`turia.backbone.journal.Journal` looks.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import quote

from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from turia.store.lock import unusable
from turia.store.ports import unavailable
from turia.store.trouble import refusal, words

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]

#: Longest wait for the database before a person is told to try again, seconds.
LIMIT_S: Final = 0.8
#: Shorter waits inside it, so that the reason is the true one.
_BUSY_MS: Final = 500
_POOL_S: Final = 0.6
#: For reading everything at the start, and migrating.
PATIENT_S: Final = 600.0
_LINGER_S: Final = 2.0

_COMPLAIN_EVERY_S: Final = 10.0

log = logging.getLogger(__name__)

_WRITING: Final = {"turia_writing": True}


class Insert(Protocol):
    """``insert(table)`` of the dialect, which knows ON CONFLICT."""

    def __call__(self, table: Any) -> Any:
        """The statement."""
        ...


class _Piece:
    """One piece of work under way. ``wire``: the driver's connection, where it can be cut."""

    def __init__(self) -> None:
        self.begun = False
        self.wire: Any = None

    def give_up(self, task: asyncio.Task[Any]) -> None:
        """Its time is over: what has not begun never does; a frozen PostgreSQL would hold its connection for ever."""
        if not self.begun:
            task.cancel()
        elif self.wire is not None:
            self.wire.terminate()


class Database:
    """Made by :func:`sqlite_database` and :func:`postgresql_database`; ``await close()`` at the end."""

    def __init__(self, engine: AsyncEngine, *, path: Path | None = None) -> None:
        self.engine = engine
        self.path = path
        self.is_sqlite = path is not None
        self.insert: Insert = sqlite.insert if self.is_sqlite else postgresql.insert
        #: SQLite has one writer; waiting for it here is fairer than in the file.
        self._writer = asyncio.Semaphore(1 if self.is_sqlite else 8)
        self._under_way: set[asyncio.Task[Any]] = set()
        self._inode: tuple[int, int] | None = None
        self._complained_at = -_COMPLAIN_EVERY_S

    async def read(self, work: Work[T], *, limit_s: float = LIMIT_S) -> T:
        """What ``work`` returns, from one consistent view of the data."""
        return await self._limited(lambda piece: self._reading(work, piece), limit_s)

    async def write(self, work: Work[T], *, limit_s: float = LIMIT_S) -> T:
        """Do ``work`` in one transaction, on disk when this returns. Exceptions of ``work`` undo it and are raised."""
        return await self._limited(lambda piece: self._writing(work, piece), limit_s)

    async def forget_old_pages(self) -> None:
        """SQLite: empty the write-ahead log, in which overwritten data would still be found. Raises Refused
        ``try_again`` while somebody reads."""
        if self.is_sqlite:
            await self._limited(self._truncating, LIMIT_S)

    async def close(self) -> None:
        """Let what is under way end, then close all connections."""
        if self._under_way:
            await asyncio.wait(set(self._under_way), timeout=_LINGER_S)
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self.engine.dispose(), _LINGER_S)

    # -- one piece of work ---------------------------------------------------------------------------
    async def _limited(self, start: Callable[[_Piece], Coroutine[Any, Any, T]], limit_s: float) -> T:
        """Wait for it at most so long. It runs in a task of its own: stopped in the middle, a connection would be
        left in a state that nobody knows, and the caller's going away must not do that either."""
        piece = _Piece()
        task = asyncio.create_task(start(piece), name="turia database")
        self._under_way.add(task)
        timer = asyncio.get_running_loop().call_later(limit_s, piece.give_up, task)
        task.add_done_callback(lambda _: timer.cancel())
        task.add_done_callback(self._ended)
        await asyncio.wait({task}, timeout=limit_s)
        if not task.done() or task.cancelled():
            self._complain(f"no answer within {limit_s} s")
            raise unavailable("the database does not answer")
        return task.result()

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # read, in case nobody waits any more

    async def _reading(self, work: Work[T], piece: _Piece) -> T:
        piece.begun = True
        for attempt in (1, 2):
            try:
                async with self.engine.connect() as connection:
                    await self._hold(connection, piece)
                    if not self.is_sqlite:
                        await connection.execution_options(isolation_level="REPEATABLE READ")
                    return await work(connection)
            except Exception as error:
                self._judge(error, attempt)
        raise AssertionError("unreachable")

    async def _writing(self, work: Work[T], piece: _Piece) -> T:
        async with self._writer:
            piece.begun = True
            for attempt in (1, 2):
                committing = False
                try:
                    async with self.engine.connect() as connection:
                        await self._hold(connection, piece)
                        await connection.execution_options(**_WRITING)
                        result = await work(connection)
                        self._check_file()
                        committing = True
                        await connection.commit()
                        return result
                except Exception as error:
                    self._judge(error, 2 if committing else attempt)
        raise AssertionError("unreachable")

    async def _truncating(self, piece: _Piece) -> None:
        async with self._writer:
            piece.begun = True
            async with self.engine.connect() as connection:
                raw = await connection.get_raw_connection()
                cursor = await raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
                busy, *_ = await cursor.fetchone()
                await cursor.close()
        if busy:
            raise unavailable("the database is being read")

    async def _hold(self, connection: AsyncConnection, piece: _Piece) -> None:
        if not self.is_sqlite:
            raw = await connection.get_raw_connection()
            piece.wire = raw.driver_connection

    def _judge(self, error: Exception, attempt: int) -> None:
        """Raise what it means; return where a dead connection makes a second attempt worth it."""
        if attempt == 1 and getattr(error, "connection_invalidated", False):
            return
        refused = refusal(error)
        if refused is None:
            raise error
        self._complain(refused.message if error is refused else words(error))
        raise refused from error

    def _complain(self, why: str) -> None:
        """For whoever runs the server, and not as often as people try again."""
        now = asyncio.get_running_loop().time()
        if now - self._complained_at >= _COMPLAIN_EVERY_S:
            self._complained_at = now
            log.warning("the database does not take or give something", extra={"why": why})

    def _check_file(self) -> None:
        """A file that was deleted or replaced under us still takes what we write, and loses it."""
        if self.path is None:
            return
        try:
            found = os.stat(self.path)  # noqa: PTH116 - one call a commit
        except OSError:
            raise unavailable("the database file is gone: put it back, or restart Turia") from None
        here = (found.st_dev, found.st_ino)
        if self._inode is None:
            self._inode = here
        if here != self._inode:
            raise unavailable("the database file was replaced: restart Turia")


def sqlite_database(path: Path, *, create: bool = True, wal: bool = True) -> Database:
    """The SQLite file; made (mode 0600) if it is not there. Raises StartError.

    ``wal=False`` writes no second file beside it, for files that are to be moved.
    """
    try:
        if create:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            sync_folder(path.parent)
    except OSError as error:
        raise unusable(path.parent, error) from None
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        pool_size=3,
        max_overflow=5,
        pool_timeout=_POOL_S,
        connect_args={"timeout": _BUSY_MS / 1000},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        pragmas = (
            f"journal_mode = {'WAL' if wal else 'DELETE'}",
            "synchronous = FULL",
            f"busy_timeout = {_BUSY_MS}",
            "foreign_keys = ON",
            "secure_delete = ON",  # what is blanked on request is not to be found in the file either
        )
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begun(connection: Any) -> None:
        writing = "turia_writing" in connection.get_execution_options()
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return Database(engine, path=path)


def postgresql_database(address: str) -> Database:
    """The PostgreSQL database at ``postgresql://user:password@host:port/name``."""
    engine = create_async_engine(
        make_url(address).set(drivername="postgresql+asyncpg"),
        pool_size=4,
        max_overflow=8,
        pool_timeout=_POOL_S,
        connect_args={
            "timeout": _POOL_S,
            "server_settings": {
                "application_name": "turia",
                "synchronous_commit": "on",  # what was acknowledged is on disk, whatever the server's default
                "lock_timeout": str(_BUSY_MS),
                "idle_in_transaction_session_timeout": "10000",  # a frozen node must not lock out the others
                "jit": "off",
            },
        },
    )
    return Database(engine)


def sync_folder(folder: Path) -> None:
    """Names of files in it are on disk when this returns."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def copy_sqlite(source: Path, target: Path) -> None:
    """A consistent copy of a SQLite file that may be in use. Raises sqlite3.Error, OSError."""
    with (
        contextlib.closing(sqlite3.connect(f"file:{quote(str(source))}?mode=rw", uri=True)) as old,
        contextlib.closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)
