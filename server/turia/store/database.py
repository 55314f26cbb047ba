"""One database, SQLite or PostgreSQL: transactions, and an end to waiting.

::

    names = await database.read(work)     # work(connection) -> anything, in one consistent view
    await database.write(work)            # committed when it returns, or nothing happened

``work`` may be run a second time when a connection turned out to be dead, and on SQLite it runs in another thread: it
only talks to the database, and awaits nothing else. Whatever is wrong with the database for now (locked, full, gone,
frozen) is raised as Refused ``try_again`` within :data:`LIMIT_S`. A write whose end was not seen may still have
happened: :class:`turia.backbone.journal.Journal` looks.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, ClassVar, Final, Generic, NamedTuple, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from turia.store.ports import unavailable
from turia.store.trouble import refusal, words

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]

#: Longest wait for the database before a person is told to try again, seconds.
LIMIT_S: Final = 0.8
#: Shorter waits inside it, so that the reason is the true one.
BUSY_MS: Final = 500
POOL_S: Final = 0.6
#: For reading everything at the start, and migrating.
PATIENT_S: Final = 600.0
LINGER_S: Final = 2.0

_COMPLAIN_EVERY_S: Final = 10.0

log = logging.getLogger(__name__)


class Insert(Protocol):
    """``insert(table)`` of the dialect, which knows ON CONFLICT."""

    def __call__(self, table: Any) -> Any:
        """The statement."""
        ...


class Piece(NamedTuple, Generic[T]):
    """One piece of work under way. ``give_up``: called when its time is over; what has not begun never does then."""

    ended: asyncio.Future[T]
    give_up: Callable[[], object]


class Database(ABC):
    """Made by :func:`turia.store.sqlite.sqlite_database` and :func:`turia.store.postgresql.postgresql_database`;
    ``await close()`` at the end. ``path``: of the file, where it is one."""

    is_sqlite: ClassVar[bool]
    path: Path | None = None
    insert: Insert

    def __init__(self) -> None:
        self._under_way: set[asyncio.Future[Any]] = set()
        self._complained_at = -_COMPLAIN_EVERY_S

    async def read(self, work: Work[T], *, limit_s: float = LIMIT_S) -> T:
        """What ``work`` returns, from one consistent view of the data."""
        return await self._limited(self._reading(work), limit_s)

    async def write(self, work: Work[T], *, limit_s: float = LIMIT_S) -> T:
        """Do ``work`` in one transaction, on disk when this returns. Exceptions of ``work`` undo it and are raised."""
        return await self._limited(self._writing(work), limit_s)

    @abstractmethod
    async def forget_old_pages(self) -> None:
        """SQLite: empty the write-ahead log, in which overwritten data would still be found. Raises Refused
        ``try_again`` while somebody reads."""

    async def close(self) -> None:
        """Let what is under way end, then close all connections."""
        if self._under_way:
            await asyncio.wait(set(self._under_way), timeout=LINGER_S)
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self._dispose(), LINGER_S)

    # -- of each kind of database --------------------------------------------------------------------
    @abstractmethod
    def _reading(self, work: Work[T]) -> Piece[T]:
        """Begin to read."""

    @abstractmethod
    def _writing(self, work: Work[T]) -> Piece[T]:
        """Begin to write."""

    @abstractmethod
    async def _dispose(self) -> None:
        """Close all connections."""

    # -- an end to waiting ---------------------------------------------------------------------------
    async def _limited(self, piece: Piece[T], limit_s: float) -> T:
        """Wait for it at most so long. It goes on by itself: stopped in the middle, a connection would be left in a
        state that nobody knows, and the caller's going away must not do that either."""
        ended = piece.ended
        self._under_way.add(ended)
        timer = asyncio.get_running_loop().call_later(limit_s, piece.give_up)
        ended.add_done_callback(lambda _: timer.cancel())
        ended.add_done_callback(self._ended)
        await asyncio.wait({ended}, timeout=limit_s)
        if not ended.done() or ended.cancelled():
            self._complain(f"no answer within {limit_s} s")
            raise unavailable("the database does not answer")
        try:
            return ended.result()
        except Exception as error:
            refused = refusal(error)
            if refused is None:
                raise
            self._complain(refused.message if error is refused else words(error))
            raise refused from error

    def _ended(self, ended: asyncio.Future[Any]) -> None:
        self._under_way.discard(ended)
        if not ended.cancelled():
            ended.exception()  # read, in case nobody waits any more

    def _complain(self, why: str) -> None:
        """For whoever runs the server, and not as often as people try again."""
        now = asyncio.get_running_loop().time()
        if now - self._complained_at >= _COMPLAIN_EVERY_S:
            self._complained_at = now
            log.warning("the database does not take or give something", extra={"why": why})


def worth_another(error: Exception) -> bool:
    """Whether the connection was dead already, so that a new one may do. Never asked about a commit."""
    return bool(getattr(error, "connection_invalidated", False))
