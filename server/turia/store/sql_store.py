"""The store in a database: SQLite or PostgreSQL, the same statements. See :class:`turia.store.ports.Store`."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import and_, delete, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from turia.clock import Clock
from turia.errors import Refused, StartError
from turia.event.entries import Entry
from turia.event.state import Item
from turia.store import rows, statements
from turia.store.database import LIMIT_S, PATIENT_S, Database
from turia.store.lock import FolderLock
from turia.store.migrate import migrate
from turia.store.ports import Answered, MovedError, Saved, unavailable
from turia.store.tables import ANSWERS, ENTRIES, META, STREAMS, THINGS
from turia.store.trouble import words

T = TypeVar("T")

#: Rows of one SELECT with a list of keys: SQLite takes some thousand parameters.
_PAGE: Final = 500
#: Entries of a commit for which the usual time is enough; further ones get a second for each so many.
_ORDINARY: Final = 500
_PER_S: Final = 500


class SqlStore:
    """Implements :class:`turia.store.ports.Store`. ``lock``: held from ``open`` to ``close``."""

    def __init__(self, database: Database, clock: Clock, lock: FolderLock | None = None) -> None:
        self.database = database
        self._clock = clock
        self._lock = lock
        self._epoch = 0
        self._inserts = statements.Inserts(database.insert)

    # -- life ----------------------------------------------------------------------------------------
    async def open(self) -> tuple[int, list[Saved]]:
        """See :class:`turia.store.ports.Store`."""
        if self._lock is not None:
            self._lock.take()
        try:
            await migrate(self.database)
            self._epoch = await self.database.write(self._begin, limit_s=PATIENT_S)
            return self._epoch, await self.database.read(_load, limit_s=PATIENT_S)
        except BaseException as error:
            await self.close()
            if isinstance(error, Refused):
                raise StartError(_no_start(error)) from error
            raise

    async def close(self) -> None:
        """See :class:`turia.store.ports.Store`."""
        await self.database.close()
        if self._lock is not None:
            self._lock.release()

    async def _begin(self, connection: AsyncConnection) -> int:
        """The epoch; drawn at the very first start."""
        born = {"epoch": str(new_epoch()), "created": str(int(self._clock.wall() * 1_000))}
        for name, value in born.items():
            await connection.execute(self.database.insert(META).values(name=name, value=value).on_conflict_do_nothing())
        return int((await connection.execute(statements.EPOCH)).scalar_one())

    # -- writing -------------------------------------------------------------------------------------
    async def commit(self, entries: list[Entry], answered: list[Answered]) -> None:
        """See :class:`turia.store.ports.Store`."""

        async def work(connection: AsyncConnection) -> None:
            await self._move_tops(connection, entries)
            await self._write(connection, entries, answered)

        try:
            await self.database.write(work, limit_s=_time_for(len(entries)))
        except IntegrityError:  # another node began the same stream, or did the same command
            raise MovedError from None

    async def _move_tops(self, connection: AsyncConnection, entries: list[Entry]) -> None:
        """Compare the epoch and the tops with what was decided on, and move the tops."""
        first: dict[str, int] = {}
        last: dict[str, int] = {}
        for entry in entries:
            first.setdefault(entry.stream, entry.offset)
            last[entry.stream] = entry.offset
        find = self._tops_of_sqlite if self.database.is_sqlite else self._tops_of_postgresql
        tops = await find(connection, sorted(first))
        if any(tops.get(stream, 0) + 1 != offset for stream, offset in first.items()):
            raise MovedError
        await _many(connection, statements.MOVE_TOP, [{"of": stream, "to": last[stream]} for stream in tops])
        fresh = [{"stream": stream, "top": top} for stream, top in last.items() if stream not in tops]
        await _many(connection, self._inserts.top, fresh)

    async def _tops_of_sqlite(self, connection: AsyncConnection, streams: list[str]) -> dict[str, int]:
        tops: dict[str, int] = {}
        for page in _pages(streams) or [[]]:
            found = (await connection.execute(statements.EPOCH_AND_TOPS, {"these": page})).all()
            self._check_epoch(found[0].value if found else None)
            tops |= {row.stream: row.top for row in found if row.stream is not None}
        return tops

    async def _tops_of_postgresql(self, connection: AsyncConnection, streams: list[str]) -> dict[str, int]:
        self._check_epoch((await connection.execute(statements.EPOCH_SHARED)).scalar())
        tops: dict[str, int] = {}
        for page in _pages(streams):
            tops |= {row.stream: row.top for row in await connection.execute(statements.TOPS, {"these": page})}
        return tops

    def _check_epoch(self, epoch: str | None) -> None:
        if epoch != str(self._epoch):
            raise unavailable("a backup was restored under it: restart Turia")

    async def _write(self, connection: AsyncConnection, entries: list[Entry], answered: list[Answered]) -> None:
        written = [_row(entry) for entry in entries]
        gone, there = _outcome(written)
        await _many(connection, self._inserts.entry, written)
        await _many(connection, statements.DELETE_THING, gone)
        await _many(connection, self._inserts.thing, there)
        rows_of_answers = [{"mid": a.mid, "actor": a.actor, "at": a.at, "answer": a.answer} for a in answered]
        await _many(connection, self._inserts.answer, rows_of_answers)

    async def blank(self, things: list[tuple[str, str, str]]) -> None:
        """See :class:`turia.store.ports.Store`."""
        whole = {stream for stream, kind, _ in things if not kind}
        parts: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for stream, kind, key in things:
            if stream not in whole:
                parts[stream].append((kind, key))

        async def work(connection: AsyncConnection) -> None:
            blank = update(ENTRIES).where(ENTRIES.c.value.is_not(None)).values(value=None)
            for stream in sorted(whole):
                await connection.execute(blank.where(ENTRIES.c.stream == stream))
            for stream, all_pairs in sorted(parts.items()):
                for pairs in _pages(all_pairs, 100):
                    these = or_(*(and_(ENTRIES.c.kind == kind, ENTRIES.c.key == key) for kind, key in pairs))
                    await connection.execute(blank.where(ENTRIES.c.stream == stream, these))

        await self.database.write(work, limit_s=PATIENT_S)
        await self.database.forget_old_pages()

    async def forget_answers(self, before: int) -> bool:
        """See :class:`turia.store.ports.Store`."""
        key = (ANSWERS.c.mid, ANSWERS.c.actor)
        some = select(*key).where(ANSWERS.c.at < before).order_by(ANSWERS.c.at).limit(_PAGE)

        async def work(connection: AsyncConnection) -> bool:
            return (await connection.execute(delete(ANSWERS).where(tuple_(*key).in_(some)))).rowcount == _PAGE

        return await self.database.write(work)

    # -- reading -------------------------------------------------------------------------------------
    async def answers(self, asked: list[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
        """See :class:`turia.store.ports.Store`."""

        async def work(connection: AsyncConnection) -> dict[tuple[str, str], bytes]:
            wanted, found = set(asked), {}
            for page in _pages([mid for _, mid in asked]):
                for row in await connection.execute(statements.THESE_ANSWERS, {"mids": page}):
                    if (row.actor, row.mid) in wanted:
                        found[row.actor, row.mid] = bytes(row.answer)
            return found

        return await self.database.read(work) if asked else {}

    async def entries(self, stream: str, after: int, limit: int) -> list[Entry]:
        """See :class:`turia.store.ports.Store`."""
        query = (
            select(ENTRIES)
            .where(ENTRIES.c.stream == stream, ENTRIES.c.offset > after)
            .order_by(ENTRIES.c.offset)
            .limit(limit)
        )

        async def work(connection: AsyncConnection) -> list[Entry]:
            return [rows.entry(row) for row in await connection.execute(query)]

        return await self.database.read(work)

    async def height(self) -> int:
        """See :class:`turia.store.ports.Store`."""

        async def work(connection: AsyncConnection) -> int:
            self._check_epoch((await connection.execute(statements.EPOCH)).scalar())
            return int((await connection.execute(statements.HEIGHT)).scalar_one())

        return await self.database.read(work)

    async def tops(self) -> dict[str, int]:
        """See :class:`turia.store.ports.Store`."""

        async def work(connection: AsyncConnection) -> dict[str, int]:
            self._check_epoch((await connection.execute(statements.EPOCH_ALONE)).scalar())
            return {row.stream: row.top for row in await connection.execute(select(STREAMS))}

        return await self.database.write(work)


def _no_start(refused: Refused) -> str:
    return (
        f"The database cannot be used: {words(refused)}. Mend that, or change the setting database, then start again."
    )


def new_epoch() -> int:
    """A number that was never drawn before, as far as anybody can tell; exact in JavaScript."""
    return secrets.randbits(48) + 1


async def _load(connection: AsyncConnection) -> list[Saved]:
    things: defaultdict[str, list[tuple[str, str, Item]]] = defaultdict(list)
    order = (THINGS.c.stream, THINGS.c.kind, THINGS.c.created)
    for row in await connection.execute(select(THINGS).order_by(*order)):
        value = rows.decode_current(row.stream, row.kind, row.key, row.value)
        things[row.stream].append((row.kind, row.key, Item(row.offset, row.at, row.actor, value, row.created)))
    streams = await connection.execute(select(STREAMS).order_by(STREAMS.c.stream))
    return [Saved(row.stream, row.top, things[row.stream]) for row in streams]


def _row(entry: Entry) -> dict[str, Any]:
    value = None if entry.value is None else rows.encode(entry.value)
    return {
        "stream": entry.stream,
        "offset": entry.offset,
        "at": entry.at,
        "actor": entry.actor,
        "kind": entry.kind,
        "key": entry.key,
        "value": value,
    }


def _outcome(written: list[dict[str, Any]]) -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
    """(things that were deleted on the way, things that stand at the end). What is deleted and made again is new."""
    gone: dict[tuple[str, str, str], dict[str, str]] = {}
    there: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in written:
        thing = (row["stream"], row["kind"], row["key"])
        if row["value"] is None:
            gone[thing] = {"in_stream": thing[0], "of_kind": thing[1], "of_key": thing[2]}
            there.pop(thing, None)
        else:
            there[thing] = {**row, "created": there[thing]["created"] if thing in there else row["offset"]}
    return list(gone.values()), list(there.values())


async def _many(connection: AsyncConnection, statement: Any, parameters: list[dict[str, Any]]) -> None:
    if parameters:
        await connection.execute(statement, parameters)


def _time_for(entries: int) -> float:
    """How long a commit may take, seconds. One command may import a whole programme: it would never be done within
    the time of an ordinary one on a machine that is busy."""
    return LIMIT_S + max(0, entries - _ORDINARY) / _PER_S


def _pages(keys: Sequence[T], size: int = _PAGE) -> list[Sequence[T]]:
    return [keys[at : at + size] for at in range(0, len(keys), size)]
