"""Tables of every age become today's; what is of a later version is left alone."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from turia.errors import StartError
from turia.event.entries import EVENT, put
from turia.event.settings import Block
from turia.settings import Settings
from turia.store import credential_tables, migrate
from turia.store.database import Database
from turia.store.open import FILE_NAME, open_database, open_store
from turia.store.tables import METADATA
from turia.testing.backbone import entries_of
from turia.testing.postgres import PostgresProcess

assert credential_tables  # they belong to METADATA


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    address = ""
    if request.param == "postgresql":
        server: PostgresProcess = request.getfixturevalue("postgres")
        address = server.create_database()
    found = open_database(Settings(data_dir=tmp_path, database=address))
    yield found
    await found.close()


def test_the_newest_file_is_alembics_head_and_the_numbers_form_one_line() -> None:
    scripts = ScriptDirectory(str(migrate._MIGRATIONS))
    line = [each.revision for each in scripts.walk_revisions()]
    assert line[0] == migrate.head()
    assert line == [f"{number:04}" for number in range(len(line), 0, -1)]


async def test_the_migrations_make_the_tables_that_the_code_uses(database: Database) -> None:
    await migrate.migrate(database)

    def compare(connection: Any) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(connection), METADATA))

    async def work(connection: Any) -> list[Any]:
        found: list[Any] = await connection.run_sync(compare)
        return found

    assert await database.read(work) == []


async def test_migrating_again_changes_nothing(database: Database) -> None:
    await migrate.migrate(database)
    await migrate.migrate(database)
    assert await database.read(migrate.revision) == migrate.head()


async def test_data_of_a_later_version_stops_the_start(database: Database) -> None:
    await migrate.migrate(database)

    async def later(connection: Any) -> None:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    await database.write(later)
    with pytest.raises(StartError, match=r"later version of Turia.*9999"):
        await migrate.migrate(database)


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """A version of Turia that has one more migration, with these lines in it."""

    def make(lines: str) -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(migrate._MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        head = migrate.head()
        revision = f"{int(head) + 1:04}"
        code = f'revision = "{revision}"\ndown_revision = "{head}"\nfrom alembic import op\nimport sqlalchemy as sa\n'
        body = "".join(f"    {line}\n" for line in lines.splitlines())
        (folder / "versions" / f"m{revision}_next.py").write_text(f"{code}def upgrade():\n{body}")
        monkeypatch.setattr(migrate, "_MIGRATIONS", folder)

    return make


async def some_data(folder: Path) -> None:
    store = open_store(Settings(data_dir=folder))
    await store.open()
    await store.commit(entries_of(put(EVENT, "a", Block("A", "a"))), [])
    await store.close()


async def test_an_upgrade_keeps_the_data_and_a_copy_of_the_file(
    tmp_path: Path, next_version: Callable[[str], None]
) -> None:
    await some_data(tmp_path)
    old = migrate.head()
    next_version(
        "with op.batch_alter_table('streams') as table:\n"
        "    table.add_column(sa.Column('note', sa.Text(), nullable=False, server_default='x'))\n"
        "    table.alter_column('top', existing_type=sa.BigInteger(), nullable=True)"
    )
    for _ in range(2):
        store = open_store(Settings(data_dir=tmp_path))
        await store.open()
        assert await store.tops() == {EVENT: 1}
        await store.close()
    copy = tmp_path / f"turia-before-{old}.sqlite3"
    with contextlib.closing(sqlite3.connect(copy)) as before:
        assert before.execute("SELECT version_num FROM alembic_version").fetchall() == [(old,)]
        assert before.execute("SELECT kind, key FROM things").fetchall() == [("block", "a")]
    assert copy.stat().st_mode & 0o077 == 0


async def test_an_upgrade_that_fails_leaves_everything_as_it_was(
    tmp_path: Path, next_version: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    await some_data(tmp_path)
    now = migrate._MIGRATIONS
    next_version("op.drop_table('things')\nraise RuntimeError('half way')")
    with pytest.raises(RuntimeError, match="half way"):
        await open_store(Settings(data_dir=tmp_path)).open()
    monkeypatch.setattr(migrate, "_MIGRATIONS", now)
    store = open_store(Settings(data_dir=tmp_path))
    _, saved = await store.open()
    assert [each.stream for each in saved] == [EVENT]
    assert [key for _, key, _ in saved[0].things] == ["a"]
    await store.close()


async def test_no_room_for_the_copy_stops_the_upgrade(
    tmp_path: Path, next_version: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    await some_data(tmp_path)
    next_version("op.drop_table('things')")

    def full(_source: Path, _target: Path) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(migrate, "copy_sqlite", full)
    with pytest.raises(StartError, match="Make room on the disk"):
        await open_store(Settings(data_dir=tmp_path)).open()
    with contextlib.closing(sqlite3.connect(tmp_path / FILE_NAME)) as file:
        assert file.execute("SELECT count(*) FROM things").fetchall() == [(1,)]
