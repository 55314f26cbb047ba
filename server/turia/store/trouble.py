"""What databases complain of, as refusals that say why and that trying again may help."""

from __future__ import annotations

from typing import Final

from sqlalchemy import exc

from turia.errors import Refused
from turia.store.ports import unavailable

#: Words of SQLite and PostgreSQL, and what they mean to an organiser.
_REASONS: Final = (
    ("locked", "the database is locked by another program"),
    ("is full", "the disk is full"),
    ("no space", "the disk is full"),
    ("disk_full", "the disk is full"),
    ("could not extend", "the disk is full"),
    ("readonly", "the database cannot be written to"),
    ("read-only", "the database cannot be written to"),
    ("disk i/o", "the disk does not answer properly"),
    ("unable to open", "the database file cannot be opened"),
    ("lock timeout", "the database is locked by another program"),
    ("too many", "the database has too many connections"),
    ("remaining connection slots", "the database has too many connections"),
    ("starting up", "the database is starting"),
    ("shutting down", "the database is being stopped"),
    ("terminating", "the database was stopped"),
    ("malformed", "the database file is damaged: run turia doctor"),
    ("not a database", "the database file is damaged: run turia doctor"),
)
#: Mistakes of ours, which trying again does not mend.
_OURS: Final = (exc.ProgrammingError, exc.DataError, exc.IntegrityError, exc.NotSupportedError)


def refusal(error: BaseException) -> Refused | None:
    """The refusal for what went wrong with the database; None if it is nothing that passes by itself."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, exc.TimeoutError):
        return unavailable("all connections to the database are busy")
    if isinstance(error, exc.DBAPIError) and not isinstance(error, _OURS):
        return unavailable(_reason(error))
    if isinstance(error, TimeoutError):
        return unavailable("the database does not answer")
    if isinstance(error, OSError | exc.DisconnectionError):
        return unavailable("the database cannot be reached")
    # A connection that was cut while in use may surface as the driver's own exceptions.
    if type(error).__module__.startswith(("asyncpg", "sqlite3")):
        return unavailable(_reason(error))
    return None


def _reason(error: BaseException) -> str:
    text = str(getattr(error, "orig", None) or error).lower()
    return next((reason for word, reason in _REASONS if word in text), "the database does not answer")


def words(error: BaseException | None) -> str:
    """The database's own words, or those of a refusal's cause: whoever runs a server can act on them."""
    cause = error.__cause__ if isinstance(error, Refused) else error
    said = str(getattr(cause, "orig", None) or cause or "").strip()
    return said.splitlines()[0].rstrip(".") if said else "it does not answer"
