"""Work that is written for an asynchronous connection, run on a synchronous one in whatever thread this is.

SQLite answers when it is asked, so that nothing has to wait for anything: each ``await`` returns at once, and a whole
transaction is one piece of work for one thread. An event loop would hand over between threads for each statement.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar, cast

from sqlalchemy import Connection
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")


class DrivenConnection:
    """The part of :class:`sqlalchemy.ext.asyncio.AsyncConnection` that work uses. Its coroutines never suspend."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def dialect(self) -> Dialect:
        """See :class:`sqlalchemy.ext.asyncio.AsyncConnection`."""
        return self._connection.dialect

    async def execute(self, statement: Any, parameters: Any = None) -> Any:
        """See :class:`sqlalchemy.ext.asyncio.AsyncConnection`."""
        return self._connection.execute(statement, parameters)

    async def scalar(self, statement: Any, parameters: Any = None) -> Any:
        """See :class:`sqlalchemy.ext.asyncio.AsyncConnection`."""
        return self._connection.scalar(statement, parameters)

    async def run_sync(self, fn: Callable[..., T], *args: Any, **kw: Any) -> T:
        """See :class:`sqlalchemy.ext.asyncio.AsyncConnection`."""
        return fn(self._connection, *args, **kw)


def driven(work: Callable[[AsyncConnection], Awaitable[T]], connection: Connection) -> T:
    """What ``work`` returns. Raises what it raises, and RuntimeError if it awaits anything but its connection."""

    async def whole() -> T:
        return await work(cast("AsyncConnection", DrivenConnection(connection)))

    coroutine: Coroutine[Any, Any, T] = whole()
    try:
        coroutine.send(None)
    except StopIteration as ended:
        return cast("T", ended.value)
    finally:
        coroutine.close()
    raise RuntimeError(f"{work!r} awaits something other than its connection, which work on SQLite must not")
