"""SQLite: a transaction is one piece of work for a thread. One thread writes, some read.

The threads know nothing of asyncio: they get a piece of work from their queue and leave what became of it in a future.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar, Final, TypeVar
from urllib.parse import quote

from sqlalchemy import create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL, Engine

from turia.store.database import BUSY_MS, LIMIT_S, POOL_S, Database, Insert, Piece, Work, worth_another
from turia.store.driven import driven
from turia.store.lock import unusable
from turia.store.ports import unavailable

T = TypeVar("T")

_READERS: Final = 3


class SqliteDatabase(Database):
    """Made by :func:`sqlite_database`. The writer has a connection of its own, which keeps the pages that it wrote."""

    is_sqlite: ClassVar[bool] = True

    def __init__(self, path: Path, *, wal: bool) -> None:
        super().__init__()
        self.path: Path = path
        self.insert: Insert = sqlite.insert
        self._for_writing = _engine(path, wal, 1, "BEGIN IMMEDIATE")
        self._for_reading = _engine(path, wal, _READERS, "BEGIN")
        self._writer = ThreadPoolExecutor(1, "turia write")
        self._readers = ThreadPoolExecutor(_READERS, "turia read")
        self._inode: tuple[int, int] | None = None

    async def forget_old_pages(self) -> None:
        """See :class:`turia.store.database.Database`."""
        await self._limited(_begin(self._writer, self._truncate), LIMIT_S)

    def _reading(self, work: Work[T]) -> Piece[T]:
        return _begin(self._readers, lambda: self._read(work))

    def _writing(self, work: Work[T]) -> Piece[T]:
        return _begin(self._writer, lambda: self._write(work))

    async def _dispose(self) -> None:
        """In the threads, because the last connection that closes moves what was written into the file. One after the
        other: of two that close at once neither is the last."""
        try:
            await _begin(self._readers, self._for_reading.dispose).ended
            await _begin(self._writer, self._for_writing.dispose).ended
        finally:
            for threads in (self._readers, self._writer):
                threads.shutdown(wait=False, cancel_futures=True)

    # -- in the threads ------------------------------------------------------------------------------
    def _read(self, work: Work[T]) -> T:
        for attempt in (1, 2):
            try:
                with self._for_reading.connect() as connection:
                    return driven(work, connection)
            except Exception as error:
                if attempt == 2 or not worth_another(error):
                    raise
        raise AssertionError("unreachable")

    def _write(self, work: Work[T]) -> T:
        for attempt in (1, 2):
            committing = False
            try:
                with self._for_writing.connect() as connection:
                    result = driven(work, connection)
                    self._check_file()
                    committing = True
                    connection.commit()
                    return result
            except Exception as error:
                if committing or attempt == 2 or not worth_another(error):
                    raise
        raise AssertionError("unreachable")

    def _check_file(self) -> None:
        """A file that was deleted or replaced under us still takes what we write, and loses it."""
        try:
            found = os.stat(self.path)  # noqa: PTH116 - one call a commit
        except OSError:
            raise unavailable("the database file is gone: put it back, or restart Turia") from None
        here = (found.st_dev, found.st_ino)
        if self._inode is None:
            self._inode = here
        if here != self._inode:
            raise unavailable("the database file was replaced: restart Turia")

    def _truncate(self) -> None:
        with contextlib.closing(self._for_writing.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            [(busy, *_)] = cursor.fetchall()
            cursor.close()
        if busy:
            raise unavailable("the database is being read")


def _begin(threads: ThreadPoolExecutor, run: Callable[[], T]) -> Piece[T]:
    """Give it to the threads. What none of them has taken up can still be taken back."""
    try:
        promised = threads.submit(run)
    except RuntimeError:  # shut down
        raise unavailable("the database is closed") from None
    return Piece(asyncio.wrap_future(promised), promised.cancel)


def _engine(path: Path, wal: bool, connections: int, begin: str) -> Engine:
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        pool_size=connections,
        max_overflow=0,
        pool_timeout=POOL_S,
        connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        pragmas = (
            f"journal_mode = {'WAL' if wal else 'DELETE'}",
            "synchronous = FULL",
            f"busy_timeout = {BUSY_MS}",
            "foreign_keys = ON",
            "secure_delete = ON",  # what is blanked on request is not to be found in the file either
        )
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begun(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


def sqlite_database(path: Path, *, create: bool = True, wal: bool = True) -> SqliteDatabase:
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
    return SqliteDatabase(path, wal=wal)


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
