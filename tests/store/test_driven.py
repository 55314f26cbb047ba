"""Asynchronous work on a synchronous connection: the same values and exceptions, and no waiting for anything else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text

from turia.store.driven import driven

COUNT = text("SELECT count(*) FROM t")


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as found:
        found.execute(text("CREATE TABLE t (n INTEGER)"))
        yield found
    engine.dispose()


def test_work_reads_and_writes_without_an_event_loop(connection: Connection) -> None:
    async def work(given: Any) -> list[Any]:
        await given.execute(text("INSERT INTO t VALUES (:n)"), [{"n": 1}, {"n": 2}])
        rows = await given.execute(text("SELECT n FROM t ORDER BY n"))
        return [*rows.scalars(), await given.scalar(COUNT), given.dialect.name]

    assert driven(work, connection) == [1, 2, 2, "sqlite"]


def test_work_may_be_made_of_other_work(connection: Connection) -> None:
    async def numbers(given: Any) -> AsyncIterator[int]:
        for query in (text("SELECT 1"), text("SELECT 2")):
            yield await given.run_sync(Connection.scalar, query)

    async def work(given: Any) -> list[int]:
        return [each async for each in numbers(given)]

    assert driven(work, connection) == [1, 2]
    assert driven(lambda given: given.scalar(COUNT), connection) == 0


def test_what_it_raises_is_raised(connection: Connection) -> None:
    async def work(given: Any) -> None:
        await given.execute(COUNT)
        raise KeyError("ours")

    with pytest.raises(KeyError, match="ours"):
        driven(work, connection)


def test_work_that_waits_for_something_else_is_ended_and_named(connection: Connection) -> None:
    ended: list[str] = []

    async def waits(given: Any) -> None:
        try:
            await asyncio.sleep(0)
        finally:
            ended.append("tidied")

    with pytest.raises(RuntimeError, match=r"waits.*other than its connection"):
        driven(waits, connection)
    assert ended == ["tidied"]
