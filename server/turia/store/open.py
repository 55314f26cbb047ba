"""The store that the settings ask for."""

from __future__ import annotations

from typing import Final

from turia.clock import Clock, SystemClock
from turia.settings import Settings
from turia.store.database import Database
from turia.store.lock import FolderLock
from turia.store.postgresql import postgresql_database
from turia.store.sql_store import SqlStore
from turia.store.sqlite import sqlite_database

#: The SQLite database in the data folder.
FILE_NAME: Final = "turia.sqlite3"


def open_database(settings: Settings) -> Database:
    """The database of the settings; nothing is connected yet. Raises StartError."""
    if settings.database:
        return postgresql_database(settings.database)
    return sqlite_database(settings.data_dir / FILE_NAME)


def open_store(settings: Settings, clock: Clock | None = None) -> SqlStore:
    """The store of the settings, not yet opened. Raises StartError."""
    return SqlStore(open_database(settings), clock or SystemClock(), FolderLock(settings.data_dir))
