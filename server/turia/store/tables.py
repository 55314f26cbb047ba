"""The tables. One definition for SQLite and PostgreSQL; what changes them are the files in ``migrations/versions``.

Values are JSON text, times are milliseconds UTC. ``things`` is what ``entries`` add up to: a start reads it instead of
the whole history. The parts that keep something of their own here (credentials) add their tables to :data:`METADATA`.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, LargeBinary, MetaData, Table, Text

#: Names for constraints, so that a migration can change them on both databases.
METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: ``epoch``: changes when a backup is restored; ``created``: when this data was begun.
META: Final = Table(
    "meta",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

#: The last offset of each stream.
STREAMS: Final = Table(
    "streams",
    METADATA,
    Column("stream", Text, primary_key=True),
    Column("top", BigInteger, nullable=False),
)

#: Everything that happened; no ``value``: the thing was deleted.
ENTRIES: Final = Table(
    "entries",
    METADATA,
    Column("stream", Text, primary_key=True),
    Column("offset", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("value", Text),
    sqlite_with_rowid=False,
)

#: Everything that is so now. ``created``: offset of the entry that created it, which gives the order.
THINGS: Final = Table(
    "things",
    METADATA,
    Column("stream", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("created", BigInteger, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

#: Commands that were done, for those who ask again.
ANSWERS: Final = Table(
    "answers",
    METADATA,
    Column("mid", Text, primary_key=True),
    Column("actor", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Index(None, "at"),
    sqlite_with_rowid=False,
)
