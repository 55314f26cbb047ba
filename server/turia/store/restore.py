"""Puts a backup in the place of the event's data, with a new epoch: clients that remember the old one start anew.

It is made ready beside what is there (which is kept), so that until the last step nothing has changed.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import secrets
import sqlite3
from pathlib import Path
from typing import Final

from sqlalchemy import delete, inspect, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from turia.errors import Refused, StartError
from turia.settings import Settings
from turia.store.backup import (
    DECKS_FOLDER,
    FILES_FOLDER,
    KEY_FILE,
    Summary,
    copy_file,
    examine,
    is_backup,
    make_backup,
    pages_of,
    publish,
    remove_database,
)
from turia.store.database import Database
from turia.store.lock import FolderLock
from turia.store.migrate import migrate
from turia.store.open import FILE_NAME
from turia.store.postgresql import postgresql_database
from turia.store.sql_store import new_epoch
from turia.store.sqlite import sqlite_database
from turia.store.tables import META, METADATA, STREAMS

#: Names of files that a backup may hold; nothing else is written.
_NAME: Final = re.compile(
    rf"{KEY_FILE}|{FILES_FOLDER}/[A-Za-z0-9_][A-Za-z0-9_.-]{{0,120}}"
    rf"|{DECKS_FOLDER}/[A-Za-z0-9_-]{{1,64}}/(original\.pdf|drawn/(pages\.json|\d{{1,4}}-\d{{1,5}}\.webp))"
)
#: Pages that nothing uses any more: so many are worth writing the whole database anew.
_MANY_FREE_PAGES: Final = 500
#: Rewriting a large PostgreSQL database takes its time.
_LONG_S: Final = 3_600.0


class Restored(Summary, frozen=True):
    """``kept``: where the former data lies now, "" if there was none."""

    kept: str = ""


async def restore_backup(settings: Settings, source: Path, *, force: bool = False) -> Restored:
    """Bring the event back to what ``source`` holds. Raises StartError; nothing has changed then.

    ``force``: also where there is an event already.
    """
    _check_source(source)
    lock = FolderLock(settings.data_dir)
    lock.take()
    draft = settings.data_dir / f".restoring-{secrets.token_hex(4)}.sqlite3"
    try:
        copy_file(source, draft)
        files = _take_files(draft)
        summary = await _make_ready(draft)
        kept = await (_into_postgresql if settings.database else _into_sqlite)(settings, draft, force)
        _write_files(source, files, settings.data_dir)
        return Restored(summary.streams, summary.entries, summary.last_at, kept)
    except (OSError, sqlite3.Error) as error:
        raise StartError(f"The backup {source} could not be restored: {error}.") from None
    except Refused as refused:
        raise StartError(f"The database does not take the backup: {refused.message} Nothing was changed.") from None
    finally:
        remove_database(draft)
        lock.release()


def _check_source(source: Path) -> None:
    if not source.is_file():
        raise StartError(f"There is no file {source}.")
    if not is_backup(source):
        raise StartError(f"{source} is no backup of Turia. Backups are made by: turia backup FILE")


def _take_files(draft: Path) -> list[str]:
    """The files out of the copy, which is an ordinary database afterwards; their names."""
    with contextlib.closing(sqlite3.connect(draft)) as file:
        names = [str(name) for (name,) in file.execute("SELECT name FROM files ORDER BY name")]
        file.execute("DROP TABLE files")
        file.execute("PRAGMA application_id = 0")
        file.commit()
        if file.execute("PRAGMA freelist_count").fetchone()[0] > _MANY_FREE_PAGES:
            file.execute("VACUUM")
    for name in names:
        if not _NAME.fullmatch(name):
            raise StartError(f"The backup holds a file {name!r} that Turia never writes: it was made by somebody else.")
    return names


async def _make_ready(draft: Path) -> Summary:
    """Today's tables, a new epoch; checked as a whole."""
    database = sqlite_database(draft, create=False, wal=False)
    try:
        await migrate(database, keep=False)
        await database.write(_draw_epoch)
    finally:
        await database.close()
    return await examine(draft)


async def _draw_epoch(connection: AsyncConnection) -> None:
    await connection.execute(update(META).where(META.c.name == "epoch").values(value=str(new_epoch())))


def _free_name(settings: Settings) -> Path:
    """Where the former data goes: the first name that is not taken."""
    number = 1
    while (path := settings.data_dir / f"before-restore-{number}.sqlite3").exists():
        number += 1
    return path


def _refuse_to_replace(where: str) -> StartError:
    return StartError(
        f"There is an event already in {where}. Add --force to replace it; what is there is kept beside it, as "
        "before-restore-N.sqlite3 in the data folder."
    )


# -- SQLite ----------------------------------------------------------------------------------------


async def _into_sqlite(settings: Settings, draft: Path, force: bool) -> str:
    target = settings.data_dir / FILE_NAME
    kept = ""
    if target.exists():
        if not force and not _is_empty(target):
            raise _refuse_to_replace(str(target))
        path = _free_name(settings)
        _keep(target, path)
        kept = str(path)
    publish(draft, target)
    return kept


def _keep(target: Path, path: Path) -> None:
    """Give the former file a second name; it loses its first only when the new one takes that, so that a crash in
    between leaves one of the two and never nothing, which the next start would take for an empty event."""
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(target)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path.hardlink_to(target)
    for ending in ("-wal", "-shm"):  # of a damaged file, which could not take them in
        with contextlib.suppress(FileNotFoundError):
            target.with_name(target.name + ending).replace(path.with_name(path.name + ending))


def _is_empty(path: Path) -> bool:
    """Whether a file holds no event; what cannot be read may be one."""
    if not path.stat().st_size:
        return True
    with contextlib.closing(sqlite3.connect(path)) as file:
        try:
            tables = {name for (name,) in file.execute("SELECT name FROM sqlite_master")}
            return "streams" not in tables or not file.execute("SELECT 1 FROM streams LIMIT 1").fetchall()
        except sqlite3.DatabaseError:
            return False


# -- PostgreSQL ------------------------------------------------------------------------------------


async def _into_postgresql(settings: Settings, draft: Path, force: bool) -> str:
    target = postgresql_database(settings.database)
    kept = ""
    try:
        if await target.read(_has_streams):
            if not force:
                raise _refuse_to_replace("the database of the setting database")
            path = _free_name(settings)
            await make_backup(settings, path)
            kept = str(path)
        await migrate(target)
        await target.write(lambda connection: _replace_rows(connection, target, draft), limit_s=_LONG_S)
        return kept
    finally:
        await target.close()


async def _has_streams(connection: AsyncConnection) -> bool:
    if not await connection.run_sync(lambda sync: inspect(sync).has_table(STREAMS.name)):
        return False
    return (await connection.execute(select(STREAMS.c.stream).limit(1))).first() is not None


async def _replace_rows(connection: AsyncConnection, target: Database, draft: Path) -> None:
    """All in one transaction: either the whole backup, or what was there."""
    source = sqlite_database(draft, create=False, wal=False)
    try:
        for table in METADATA.sorted_tables:
            await connection.execute(delete(table))
            async for page in pages_of(functools.partial(source.read, limit_s=_LONG_S), table):
                await connection.execute(target.insert(table), page)
    finally:
        await source.close()


# -- files -----------------------------------------------------------------------------------------


def _write_files(source: Path, names: list[str], data_dir: Path) -> None:
    """Out of the backup, one at a time: slides are large."""
    with contextlib.closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as file:
        for name in names:
            (content,) = file.execute("SELECT content FROM files WHERE name = ?", (name,)).fetchone()
            _write_file(data_dir / name, content)


def _write_file(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    publish(draft, path)
