"""PostgreSQL: asynchronous connections, which are cut when the server does not answer in time."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Final, TypeVar

from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from turia.store.database import BUSY_MS, POOL_S, Database, Insert, Piece, Work, worth_another

T = TypeVar("T")

#: Transactions that write at the same time.
_WRITERS: Final = 8


class _Line:
    """The connection that a piece of work uses, once it does."""

    def __init__(self) -> None:
        self.begun = False
        self.wire: Any = None

    def give_up(self, task: asyncio.Task[Any]) -> None:
        """What has not begun never does; a frozen server would hold its connection for ever."""
        if not self.begun:
            task.cancel()
        elif self.wire is not None:
            self.wire.terminate()

    async def hold(self, connection: AsyncConnection) -> None:
        """Remember the driver's connection, which can be cut."""
        raw = await connection.get_raw_connection()
        self.wire = raw.driver_connection


class PostgresqlDatabase(Database):
    """Made by :func:`postgresql_database`."""

    is_sqlite: ClassVar[bool] = False

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__()
        self.engine = engine
        self.insert: Insert = postgresql.insert
        self._writer = asyncio.Semaphore(_WRITERS)

    async def forget_old_pages(self) -> None:
        """PostgreSQL's own files are for whoever runs it."""

    def _reading(self, work: Work[T]) -> Piece[T]:
        line = _Line()
        task = asyncio.create_task(self._read(work, line), name="turia database")
        return Piece(task, lambda: line.give_up(task))

    def _writing(self, work: Work[T]) -> Piece[T]:
        line = _Line()
        task = asyncio.create_task(self._write(work, line), name="turia database")
        return Piece(task, lambda: line.give_up(task))

    async def _dispose(self) -> None:
        await self.engine.dispose()

    async def _read(self, work: Work[T], line: _Line) -> T:
        line.begun = True
        for attempt in (1, 2):
            try:
                async with self.engine.connect() as connection:
                    await line.hold(connection)
                    await connection.execution_options(isolation_level="REPEATABLE READ")
                    return await work(connection)
            except Exception as error:
                if attempt == 2 or not worth_another(error):
                    raise
        raise AssertionError("unreachable")

    async def _write(self, work: Work[T], line: _Line) -> T:
        async with self._writer:
            line.begun = True
            for attempt in (1, 2):
                committing = False
                try:
                    async with self.engine.connect() as connection:
                        await line.hold(connection)
                        result = await work(connection)
                        committing = True
                        await connection.commit()
                        return result
                except Exception as error:
                    if committing or attempt == 2 or not worth_another(error):
                        raise
        raise AssertionError("unreachable")


def postgresql_database(address: str) -> PostgresqlDatabase:
    """The PostgreSQL database at ``postgresql://user:password@host:port/name``."""
    engine = create_async_engine(
        make_url(address).set(drivername="postgresql+asyncpg"),
        pool_size=4,
        max_overflow=8,
        pool_timeout=POOL_S,
        connect_args={
            "timeout": POOL_S,
            "server_settings": {
                "application_name": "turia",
                "synchronous_commit": "on",  # what was acknowledged is on disk, whatever the server's default
                "lock_timeout": str(BUSY_MS),
                "idle_in_transaction_session_timeout": "10000",  # a frozen node must not lock out the others
                "jit": "off",
            },
        },
    )
    return PostgresqlDatabase(engine)
