"""What may be wrong with data is found: each kind of damage, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from turia.event.entries import EVENT, delete, put
from turia.event.settings import Block
from turia.settings import Settings
from turia.store.integrity import problems
from turia.store.open import open_store
from turia.store.sql_store import SqlStore
from turia.testing.backbone import entries_of
from turia.testing.postgres import PostgresProcess


@pytest.fixture(params=["sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqlStore]:
    address = ""
    if request.param == "postgresql":
        server: PostgresProcess = request.getfixturevalue("postgres")
        address = server.create_database()
    store = open_store(Settings(data_dir=tmp_path, database=address))
    await store.open()
    blocks = [put(EVENT, key, Block(key, "")) for key in "abcab"]
    await store.commit(entries_of(*blocks, delete(EVENT, Block, "c"), put("room/x", "a", Block("a", ""))), [])
    yield store
    await store.close()


async def test_whole_data_is_whole(store: SqlStore) -> None:
    assert await store.database.read(problems) == []


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("UPDATE streams SET top = 7 WHERE stream = 'event'", "event should hold 7 entries and holds 6"),
        ("DELETE FROM entries WHERE stream = 'event' AND \"offset\" = 2", "event should hold 6 entries and holds 5"),
        ('UPDATE entries SET "offset" = 9 WHERE "offset" = 6', "event should hold 6"),
        ("DELETE FROM entries WHERE stream = 'room/x'", "room/x should hold 1 entries and holds 0"),
        ("DELETE FROM streams WHERE stream = 'room/x'", "entries of the stream room/x, which does not exist"),
        ("DELETE FROM things WHERE stream = 'room/x'", "3 things should stand by the history; 2 do"),
        ("UPDATE things SET value = '{}' WHERE stream = 'room/x'", "3 do, and 2 of them as they should"),
        ("UPDATE things SET \"offset\" = 1 WHERE key = 'a' AND stream = 'event'", "3 do, and 2 of them as they should"),
    ],
)
async def test_each_kind_of_damage_is_found(store: SqlStore, damage: str, sentence: str) -> None:
    async def work(connection: Any) -> None:
        await connection.execute(text(damage))

    await store.database.write(work)
    assert sentence in " ".join(await store.database.read(problems))
