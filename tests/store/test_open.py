"""The store of the settings: where the data lies, and what stops a start."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from turia.backbone.journal import Journal
from turia.errors import StartError
from turia.event.commands import THE_SYSTEM
from turia.event.configuring import SetBlock
from turia.event.entries import EVENT
from turia.event.reading import ReadStream, StreamNow
from turia.event.settings import Block
from turia.settings import Settings
from turia.store.open import FILE_NAME, open_store
from turia.testing.manual_clock import ManualClock
from turia.testing.postgres import PostgresProcess
from turia.testing.server_process import free_port


async def test_sqlite_lies_in_the_data_folder_readable_by_its_owner_alone(tmp_path: Path) -> None:
    store = open_store(Settings(data_dir=tmp_path / "new" / "data"))
    await store.open()
    files = sorted((tmp_path / "new" / "data").iterdir())
    assert FILE_NAME in [path.name for path in files]
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)
    await store.close()


async def test_a_second_server_on_the_same_folder_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    first, second = open_store(Settings(data_dir=tmp_path)), open_store(Settings(data_dir=tmp_path))
    await first.open()
    with pytest.raises(StartError, match="in use by another Turia"):
        await second.open()
    assert await first.tops() == {}
    await first.close()
    await second.open()
    await second.close()


async def test_things_of_a_later_version_are_kept_and_do_not_hurt(tmp_path: Path) -> None:
    """Somebody went back to an earlier version: what only the later one understands must be there when he returns."""
    settings = Settings(data_dir=tmp_path)
    book = Journal(open_store(settings), ManualClock())
    await book.open()
    await book.close()
    with contextlib.closing(sqlite3.connect(tmp_path / FILE_NAME)) as file:
        top = file.execute("SELECT count(*) FROM entries").fetchall()[0][0]
        row = (EVENT, top + 1, 5, "ana", "hologram", "h1", '{"shape":{"corners":[1,2,3]}}')
        file.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        file.execute("INSERT INTO streams VALUES ('event', ?)", (top + 1,))
        file.execute("INSERT INTO things VALUES ('event', 'hologram', 'h1', 1, ?, 5, 'ana', ?)", (row[1], row[6]))
        file.commit()
    book = Journal(open_store(settings), ManualClock())
    await book.open()
    block = SetBlock(block="about", value=Block("About", "us"), seen=0)
    await book.do("settings.set_block", block, THE_SYSTEM)
    answer = book.ask("stream.read", ReadStream(EVENT), THE_SYSTEM)
    assert isinstance(answer, StreamNow)
    assert [(each.kind, each.key) for each in answer.things] == [("block", "about")]
    assert [entry.kind for entry in await book.entries(EVENT, 0, 9)] == ["hologram", "block"]
    await book.close()
    with contextlib.closing(sqlite3.connect(tmp_path / FILE_NAME)) as file:
        kept = file.execute("SELECT value FROM things WHERE kind = 'hologram'").fetchall()
    assert kept == [('{"shape":{"corners":[1,2,3]}}',)]


async def test_a_file_that_is_no_database_is_explained(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"something else entirely" * 100)
    with pytest.raises(StartError, match="file is not a database"):
        await open_store(Settings(data_dir=tmp_path)).open()


async def test_a_folder_that_cannot_be_written_to_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StartError, match="data_dir"):
        open_store(Settings(data_dir=tmp_path / "file"))


@pytest.mark.parametrize(
    ("change", "words"), [("port", "Connect call failed|refused"), ("name", 'database "absent" does not exist')]
)
async def test_a_postgresql_that_is_not_there_is_explained(
    postgres: PostgresProcess, tmp_path: Path, change: str, words: str
) -> None:
    port, name = (free_port(), "x") if change == "port" else (postgres.port, "absent")
    store = open_store(Settings(data_dir=tmp_path, database=f"postgresql://turia:secret@127.0.0.1:{port}/{name}"))
    with pytest.raises(StartError, match=words) as caught:
        await store.open()
    assert "secret" not in caught.value.message
    assert "start again" in caught.value.message
