"""Brings the tables to this version's form: Alembic over the one connection, after a copy of a SQLite file."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from turia.errors import StartError
from turia.store.database import PATIENT_S, Database
from turia.store.sqlite import copy_sqlite
from turia.store.tables import METADATA

log = logging.getLogger(__name__)

_MIGRATIONS: Final = Path(__file__).parent / "migrations"


def head() -> str:
    """Revision of the newest migration: the number in its file's name. Alembic is loaded only when there is work."""
    return max(path.stem[1:5] for path in (_MIGRATIONS / "versions").glob("m[0-9][0-9][0-9][0-9]_*.py"))


async def revision(connection: AsyncConnection) -> str | None:
    """Revision of the tables, None where there are none."""
    if not await connection.run_sync(lambda sync: inspect(sync).has_table("alembic_version")):
        return None
    found = await connection.execute(text("SELECT version_num FROM alembic_version"))
    return found.scalar()


async def migrate(database: Database, *, keep: bool = True) -> None:
    """``keep``: a copy of a file that is of an older form. Raises StartError when the data is of a later version, or
    cannot be changed."""
    now, wanted = await database.read(revision, limit_s=PATIENT_S), head()
    if now == wanted:
        return
    if now is not None and now > wanted:
        raise StartError(
            f"The database is of a later version of Turia (its form is {now}, this version knows {wanted}). "
            "Install that version again, or restore a backup made with this one: turia restore FILE"
        )
    if keep and now is not None and database.path is not None:
        _keep_copy(database.path, now)
    await database.write(_upgrade, limit_s=PATIENT_S)
    log.info("the tables of the database were brought up to date", extra={"before": now or "none", "now": wanted})


def _keep_copy(path: Path, now: str) -> None:
    """The file as it was, beside it; an older copy of the same form makes room."""
    target = path.with_name(f"{path.stem}-before-{now}{path.suffix}")
    try:
        target.unlink(missing_ok=True)
        copy_sqlite(path, target)
        target.chmod(0o600)
    except (OSError, sqlite3.Error) as error:
        raise StartError(
            f"The copy of the database before its upgrade could not be written to {target}: {error}. "
            "Make room on the disk, then start again."
        ) from None


async def _upgrade(connection: AsyncConnection) -> None:
    await connection.run_sync(upgrade)


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the migrations up to ``to`` over this connection."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes |= {"connection": connection, "metadata": METADATA}
    command.upgrade(config, to)
