"""Links, codes and sign-ins in a database. Writes that come while one is under way share the next transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

import msgspec
from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from turia.store.credential_tables import CREDENTIALS, SIGN_INS
from turia.store.credentials import Credential, SignIn
from turia.store.database import PATIENT_S, Database

T = TypeVar("T", Credential, SignIn)
Work = Callable[[AsyncConnection], Awaitable[Any]]

#: Writes of one transaction at most, and keys of one statement.
_BATCH: Final = 200


class SqlCredentials:
    """Implements :class:`turia.store.credentials.Credentials` on the tables of an open store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[Work, asyncio.Future[Any]]] = []
        self._writer: asyncio.Task[None] | None = None

    # -- links and codes ---------------------------------------------------------------------------
    async def add(self, credentials: Sequence[Credential]) -> None:
        """See :class:`turia.store.credentials.Credentials`."""
        if credentials:
            rows = [msgspec.structs.asdict(each) for each in credentials]
            await self._write(lambda connection: connection.execute(self._database.insert(CREDENTIALS), rows))

    async def by_secret(self, secret: bytes) -> Credential | None:
        """See :class:`turia.store.credentials.Credentials`."""
        found = await self._credentials(CREDENTIALS.c.secret == secret, CREDENTIALS.c.form == "link")
        return found[0] if found else None

    async def codes_of(self, person: str, now: int) -> list[Credential]:
        """See :class:`turia.store.credentials.Credentials`."""
        table = CREDENTIALS.c
        return await self._credentials(
            table.person == person, table.form == "code", table.uses > 0, table.expires > now
        )

    async def _credentials(self, *where: Any) -> list[Credential]:
        async def work(connection: AsyncConnection) -> list[Credential]:
            found = await connection.execute(select(CREDENTIALS).where(*where))
            return [_struct(row, Credential) for row in found]

        return await self._database.read(work)

    async def use(self, credential: str, now: int) -> bool:
        """See :class:`turia.store.credentials.Credentials`."""
        table = CREDENTIALS.c
        alive = (table.id == credential, table.uses > 0, table.expires > now)

        async def work(connection: AsyncConnection) -> bool:
            taken = await connection.execute(update(CREDENTIALS).where(*alive).values(uses=table.uses - 1))
            return bool(taken.rowcount)

        return bool(await self._write(work))

    async def void(self, person: str, purposes: Sequence[str] = ()) -> None:
        """See :class:`turia.store.credentials.Credentials`."""
        where = [CREDENTIALS.c.person == person]
        if purposes:
            where.append(CREDENTIALS.c.purpose.in_(list(purposes)))
        await self._write(lambda connection: connection.execute(delete(CREDENTIALS).where(*where)))

    async def blank(self, purpose: str) -> None:
        """See :class:`turia.store.credentials.Credentials`."""
        change = update(CREDENTIALS).where(CREDENTIALS.c.purpose == purpose).values(address="")
        await self._write(lambda connection: connection.execute(change))

    async def erase(self, person: str) -> None:
        """See :class:`turia.store.credentials.Credentials`."""
        await self.void(person)
        gone = delete(SIGN_INS).where(SIGN_INS.c.person == person)
        await self._write(lambda connection: connection.execute(gone))

    # -- sign-ins ----------------------------------------------------------------------------------
    async def signed_in(self) -> list[SignIn]:
        """See :class:`turia.store.credentials.Credentials`."""

        async def work(connection: AsyncConnection) -> list[SignIn]:
            found = await connection.execute(select(SIGN_INS).where(SIGN_INS.c.revoked == 0))
            return [_struct(row, SignIn) for row in found]

        return await self._database.read(work, limit_s=PATIENT_S)

    async def changed_since(self, at: int) -> list[SignIn]:
        """See :class:`turia.store.credentials.Credentials`."""
        table = SIGN_INS.c
        changed = or_(table.created >= at, table.seen >= at, table.revoked >= at)

        async def work(connection: AsyncConnection) -> list[SignIn]:
            return [_struct(row, SignIn) for row in await connection.execute(select(SIGN_INS).where(changed))]

        return await self._database.read(work)

    async def add_sign_in(self, sign_in: SignIn) -> None:
        """See :class:`turia.store.credentials.Credentials`."""
        row = msgspec.structs.asdict(sign_in)
        await self._write(lambda connection: connection.execute(self._database.insert(SIGN_INS).values(**row)))

    async def seen(self, sign_in: str, at: int) -> None:
        """See :class:`turia.store.credentials.Credentials`."""
        change = update(SIGN_INS).where(SIGN_INS.c.id == sign_in).values(seen=at)
        await self._write(lambda connection: connection.execute(change))

    async def revoke(self, sign_ins: Sequence[str], at: int) -> None:
        """See :class:`turia.store.credentials.Credentials`."""
        for start in range(0, len(sign_ins), _BATCH):
            page = list(sign_ins[start : start + _BATCH])
            change = update(SIGN_INS).where(SIGN_INS.c.id.in_(page), SIGN_INS.c.revoked == 0).values(revoked=at)
            await self._write(lambda connection, change=change: connection.execute(change))  # type: ignore[misc]

    async def ever_signed_in(self, people: Sequence[str]) -> bool:
        """See :class:`turia.store.credentials.Credentials`."""

        async def work(connection: AsyncConnection) -> bool:
            query = select(SIGN_INS.c.id).where(SIGN_INS.c.person.in_(list(people)[:_BATCH])).limit(1)
            return (await connection.execute(query)).first() is not None

        return await self._database.read(work)

    async def forget(self, before: int) -> None:
        """See :class:`turia.store.credentials.Credentials`."""
        old = or_(SIGN_INS.c.seen < before, (SIGN_INS.c.revoked > 0) & (SIGN_INS.c.revoked < before))

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(delete(CREDENTIALS).where(CREDENTIALS.c.expires < before))
            await connection.execute(delete(SIGN_INS).where(old))

        await self._write(work)

    # -- writing together --------------------------------------------------------------------------
    async def _write(self, work: Work) -> Any:
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all(), name="turia credentials")
        return await asyncio.shield(done)

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_BATCH], self._waiting[_BATCH:]

            async def together(connection: AsyncConnection, batch: list[Any] = batch) -> list[Any]:
                return [await work(connection) for work, _ in batch]

            try:
                results = await self._database.write(together)
            except Exception as error:
                _fail([done for _, done in batch], error)
                continue
            for (_, done), result in zip(batch, results, strict=True):
                if not done.done():
                    done.set_result(result)


def _fail(waiting: list[asyncio.Future[Any]], error: Exception) -> None:
    for done in waiting:
        if not done.done():
            done.set_exception(error)
            done.exception()  # read, so that nobody complains if the caller has left


def _struct(row: Any, cls: type[T]) -> T:
    """A row as a struct; SQLAlchemy's names of columns are more than the plain texts that msgspec takes for keys."""
    return msgspec.convert({str(name): value for name, value in row._mapping.items()}, cls)
