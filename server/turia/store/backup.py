"""A backup is one SQLite file, whatever database the event is kept in, made while the server runs.

It holds all tables as they were at one moment, and in a table of its own the files of the data folder that belong to
them: the signing key, uploaded pictures, and slides. It is written under another name, checked as a whole, and then
renamed.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from turia.errors import Refused, StartError
from turia.settings import Settings
from turia.store import credential_tables
from turia.store.database import PATIENT_S, Database, Work
from turia.store.integrity import problems
from turia.store.migrate import head, migrate, revision
from turia.store.open import FILE_NAME
from turia.store.postgresql import postgresql_database
from turia.store.sqlite import copy_sqlite, sqlite_database, sync_folder
from turia.store.tables import ENTRIES, METADATA, STREAMS

assert credential_tables  # its tables belong to METADATA

#: SQLite's mark of whose file it is: "Tria".
MARK: Final = 0x54726961
#: Where files of the data folder lie that belong to the data.
KEY_FILE: Final = "signing.key"
FILES_FOLDER: Final = "files"
DECKS_FOLDER: Final = "decks"
#: Rows that are copied at once.
PAGE: Final = 2_000

Page = list[dict[str, Any]]


class Summary(msgspec.Struct, frozen=True):
    """What an event's data holds. ``last_at``: time of the last entry, milliseconds UTC, 0 if there is none."""

    streams: int
    entries: int
    last_at: int


async def make_backup(settings: Settings, target: Path) -> Summary:
    """Write a backup of the event to ``target``; an older backup there is replaced. Raises StartError."""
    _check_target(target)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        if settings.database:
            await _dump(settings.database, draft)
        else:
            _copy(settings.data_dir / FILE_NAME, draft)
        _add_files(draft, settings.data_dir)
        summary = await examine(draft)
        publish(draft, target)
        return summary
    except (OSError, sqlite3.Error) as error:
        raise StartError(f"The backup could not be written to {target}: {error}. Nothing was changed.") from None
    except Refused as refused:
        raise StartError(f"The database does not give what is to be saved: {refused.message}") from None
    finally:
        remove_database(draft)


def _check_target(target: Path) -> None:
    """Refuse what a slip of the pen could destroy."""
    if target.is_dir():
        raise StartError(f"{target} is a folder. Name the file to write, for example {target / 'event.backup'}")
    if not target.parent.is_dir():
        raise StartError(f"There is no folder {target.parent}. Make it, or write the backup elsewhere.")
    if target.exists() and not is_backup(target):
        raise StartError(f"{target} is there and is no backup of Turia: it is not overwritten. Choose another name.")


def is_backup(path: Path) -> bool:
    """Whether the file carries the mark of a backup."""
    with contextlib.suppress(OSError), path.open("rb") as file:
        start = file.read(72)
        return start.startswith(b"SQLite format 3\x00") and int.from_bytes(start[68:72], "big") == MARK
    return False


def _copy(source: Path, draft: Path) -> None:
    if not source.is_file():
        raise StartError(f"There is nothing to save: {source} does not exist. Check data_dir.")
    copy_sqlite(source, draft)


async def _dump(address: str, draft: Path) -> None:
    """PostgreSQL's tables, as they are at one moment, into a SQLite file with the same tables."""
    source, target = postgresql_database(address), sqlite_database(draft)
    try:
        now = await source.read(revision, limit_s=PATIENT_S)
        if now is None:
            raise StartError("There is nothing to save: the database is empty. Check the setting database.")
        if now != head():
            raise StartError("The database was not used by this version of Turia yet. Start it once, then try again.")
        await migrate(target)
        await source.read(lambda connection: copy_tables(connection, target), limit_s=PATIENT_S)
    finally:
        await source.close()
        await target.close()


async def copy_tables(source: AsyncConnection, target: Database) -> None:
    """All rows of all tables, page by page."""

    async def read(work: Work[Page]) -> Page:
        return await work(source)

    for table in METADATA.sorted_tables:
        async for page in pages_of(read, table):
            await target.write(_inserting(target.insert(table), page), limit_s=PATIENT_S)


def _inserting(statement: Any, page: Page) -> Work[None]:
    async def work(connection: AsyncConnection) -> None:
        await connection.execute(statement, page)

    return work


async def pages_of(read: Callable[[Work[Page]], Awaitable[Page]], table: Any) -> AsyncIterator[Page]:
    """Rows of a table as dictionaries, in the order of its key. ``read``: reads once, for each page."""
    page = await read(_page(table))
    while page:
        yield page
        page = await read(_page(table, page[-1]))


def _page(table: Any, after: dict[str, Any] | None = None) -> Work[Page]:
    key = list(table.primary_key.columns)
    query = select(table).order_by(*key).limit(PAGE)
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*(literal(after[column.name], column.type) for column in key)))
    names = [column.name for column in table.columns]

    async def work(source: AsyncConnection) -> Page:
        return [dict(zip(names, row, strict=True)) for row in await source.execute(query)]

    return work


def _add_files(draft: Path, data_dir: Path) -> None:
    """Put the files in, mark it, and make it one file."""
    draft.chmod(0o600)
    with contextlib.closing(sqlite3.connect(draft, isolation_level=None)) as file:
        file.execute("PRAGMA journal_mode = DELETE")
        file.execute("BEGIN")
        file.execute("CREATE TABLE files (name TEXT PRIMARY KEY, content BLOB NOT NULL)")
        for name, path in files_of(data_dir):
            with contextlib.suppress(FileNotFoundError):  # slides are deleted meanwhile, as a server may run
                file.execute("INSERT INTO files VALUES (?, ?)", (name, path.read_bytes()))
        file.execute("COMMIT")
        file.execute(f"PRAGMA application_id = {MARK}")


def files_of(data_dir: Path) -> Iterator[tuple[str, Path]]:
    """Files of the data folder that belong to the data, as (name in the backup, path)."""
    if (data_dir / KEY_FILE).is_file():
        yield KEY_FILE, data_dir / KEY_FILE
    for path in sorted((data_dir / FILES_FOLDER).glob("[!.]*")):
        if path.is_file():
            yield f"{FILES_FOLDER}/{path.name}", path
    for pattern in ("[!.]*/*.pdf", "[!.]*/drawn/[!.]*"):
        for path in sorted((data_dir / DECKS_FOLDER).glob(pattern)):
            yield path.relative_to(data_dir).as_posix(), path


async def examine(path: Path) -> Summary:
    """What is in a SQLite file, checked as a whole. Raises StartError when it is damaged."""
    database = sqlite_database(path, create=False, wal=False)
    try:
        wrong = await database.read(problems, limit_s=PATIENT_S)
        if wrong:
            raise StartError(f"What was to be saved is damaged. {' '.join(wrong)} Run turia doctor.")
        return await database.read(summary_of, limit_s=PATIENT_S)
    finally:
        await database.close()


async def summary_of(connection: AsyncConnection) -> Summary:
    """Counts of a database, SQLite or PostgreSQL."""
    streams = (await connection.execute(select(func.count()).select_from(STREAMS))).scalar_one()
    query = select(func.count(), func.coalesce(func.max(ENTRIES.c.at), 0)).select_from(ENTRIES)
    entries, last_at = (await connection.execute(query)).one()
    return Summary(streams, entries, last_at)


def publish(draft: Path, target: Path) -> None:
    """Give the finished file its name, on disk when this returns."""
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(target)
    sync_folder(target.parent)


def remove_database(path: Path) -> None:
    """A SQLite file with what lies beside it."""
    for ending in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def copy_file(source: Path, target: Path) -> None:
    """For the owner's eyes alone."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    shutil.copyfile(source, target)
