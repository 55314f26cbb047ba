"""Whether the data is whole: no gaps, and what is so now is what happened. The same questions to both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import and_, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from turia.store.tables import ENTRIES, STREAMS, THINGS

#: Sentences at most; a damaged file has thousands of them.
_MOST = 5


async def problems(connection: AsyncConnection) -> list[str]:
    """What is wrong, a sentence each; nothing if it is whole. Reads everything once."""
    found = [each async for each in _all(connection)]
    return found[:_MOST]


async def _all(connection: AsyncConnection) -> AsyncIterator[str]:
    if connection.dialect.name == "sqlite":
        for row in await connection.execute(text("PRAGMA integrity_check(5)")):
            if row[0] != "ok":
                yield f"The file is damaged: {row[0]}."
    async for each in _gaps(connection):
        yield each
    async for each in _differences(connection):
        yield each


async def _gaps(connection: AsyncConnection) -> AsyncIterator[str]:
    """Offsets of a stream count from 1 to its top."""
    counted = (
        select(
            ENTRIES.c.stream,
            func.count().label("held"),
            func.min(ENTRIES.c.offset).label("first"),
            func.max(ENTRIES.c.offset).label("last"),
        )
        .group_by(ENTRIES.c.stream)
        .subquery()
    )
    bad = (
        select(STREAMS.c.stream, STREAMS.c.top, counted.c.held, counted.c.last)
        .outerjoin(counted, counted.c.stream == STREAMS.c.stream)
        .where(
            or_(
                counted.c.held.is_(None),
                counted.c.held != STREAMS.c.top,
                counted.c.first != 1,
                counted.c.last != STREAMS.c.top,
            )
        )
        .order_by(STREAMS.c.stream)
        .limit(_MOST)
    )
    for row in await connection.execute(bad):
        yield f"The stream {row.stream} should hold {row.top} entries and holds {row.held or 0}."
    strays = select(ENTRIES.c.stream).where(ENTRIES.c.stream.not_in(select(STREAMS.c.stream))).distinct().limit(_MOST)
    for row in await connection.execute(strays):
        yield f"There are entries of the stream {row.stream}, which does not exist."


async def _differences(connection: AsyncConnection) -> AsyncIterator[str]:
    """Every thing is what the last entry about it says, and there are no others."""
    key = (ENTRIES.c.stream, ENTRIES.c.kind, ENTRIES.c.key)
    last = select(*key, func.max(ENTRIES.c.offset).label("offset")).group_by(*key).subquery()
    of_entry = and_(ENTRIES.c.stream == last.c.stream, ENTRIES.c.offset == last.c.offset)
    standing = select(func.count()).select_from(last.join(ENTRIES, of_entry)).where(ENTRIES.c.value.is_not(None))
    same = and_(
        *(THINGS.c[name] == last.c[name] for name in ("stream", "kind", "key", "offset")),
    )
    right = (
        select(func.count())
        .select_from(THINGS.join(last, same).join(ENTRIES, of_entry))
        .where(ENTRIES.c.value == THINGS.c.value)
    )
    wanted = (await connection.execute(standing)).scalar_one()
    held = (await connection.execute(select(func.count()).select_from(THINGS))).scalar_one()
    agreed = (await connection.execute(right)).scalar_one()
    if not wanted == held == agreed:
        yield f"{wanted} things should stand by the history; {held} do, and {agreed} of them as they should."
