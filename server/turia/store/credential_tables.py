"""Tables of :mod:`turia.store.credentials`."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text

from turia.store.tables import METADATA

CREDENTIALS: Final = Table(
    "credentials",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("person", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("uses", Integer, nullable=False),
    Column("address", Text, nullable=False),
    Index(None, "secret"),
    Index(None, "person"),
)

SIGN_INS: Final = Table(
    "sign_ins",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("person", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("agent", Text, nullable=False),
    Column("revoked", BigInteger, nullable=False),
    Index(None, "person"),
)
