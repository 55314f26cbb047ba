"""Sign-ins of two processes on one database: what one of them ends opens nothing at the other within seconds. T24."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from turia.backbone.following import EVERY_S
from turia.errors import Refused
from turia.settings import Settings
from turia.store.credentials import Credentials, MemoryCredentials
from turia.store.open import open_store
from turia.store.ports import unavailable
from turia.store.sql_credentials import SqlCredentials
from turia.testing.manual_clock import ManualClock
from turia.testing.postgres import PostgresProcess
from turia.web.sign_ins import SIGN_IN_S, SignIns


class Process:
    """One server's sign-ins; ``ended``: whose connections it was told to close."""

    def __init__(self, kept: Credentials, clock: ManualClock) -> None:
        self.sign_ins = SignIns(kept, clock)
        self.ended: list[str] = []
        self.sign_ins.ended = self.ended.append

    def opens(self, cookie: str) -> bool:
        return self.sign_ins.find(cookie) is not None


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(params=["memory", "postgresql"])
async def processes(
    request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock
) -> AsyncIterator[tuple[Process, Process]]:
    async with AsyncExitStack() as stack:
        kept: list[Credentials] = [MemoryCredentials()] * 2
        if request.param == "postgresql":
            server: PostgresProcess = request.getfixturevalue("postgres")
            address = server.create_database()
            stores = [open_store(Settings(data_dir=tmp_path / name, database=address)) for name in ("a", "b")]
            for store in stores:
                await store.open()
                stack.push_async_callback(store.close)
            kept = [SqlCredentials(store.database) for store in stores]
        both = [Process(each, clock) for each in kept]
        for each in both:
            await each.sign_ins.open()
        yield both[0], both[1]


def test_it_is_looked_at_more_often_than_every_five_seconds() -> None:
    assert EVERY_S + 1.0 < 5.0


async def test_t24_what_one_process_revokes_opens_nothing_at_the_other(
    processes: tuple[Process, Process], clock: ManualClock
) -> None:
    here, there = processes
    made, cookie = await here.sign_ins.start("ana")
    _, other = await here.sign_ins.start("ben")
    await there.sign_ins.follow()
    assert there.opens(cookie), "who signed in at one of them is signed in at both"
    assert there.opens(other)
    clock.advance(600)
    await here.sign_ins.revoke("ana", made.id)
    assert there.opens(cookie)
    await there.sign_ins.follow()
    assert not there.opens(cookie)
    assert there.sign_ins.get(made.id) is None
    assert there.ended == ["ana"], "his connections come back, and get no token"
    assert there.opens(other)
    await there.sign_ins.follow()
    assert there.ended == ["ana"]


async def test_signing_out_everywhere_is_everywhere(processes: tuple[Process, Process]) -> None:
    here, there = processes
    cookies = [(await process.sign_ins.start("ana"))[1] for process in (here, there, here)]
    for process in processes:
        await process.sign_ins.follow()
    assert await there.sign_ins.revoke_all("ana") == 3
    await here.sign_ins.follow()
    assert not any(process.opens(cookie) for process in processes for cookie in cookies)


@pytest.mark.parametrize("late", [-30, 30])
async def test_a_clock_that_differs_by_half_a_minute_hides_nothing(
    processes: tuple[Process, Process], clock: ManualClock, late: int
) -> None:
    here, there = processes
    made, cookie = await here.sign_ins.start("ana")
    await there.sign_ins.follow()
    clock.step_wall(late)
    await here.sign_ins.revoke("ana", made.id)
    clock.step_wall(-late)
    await there.sign_ins.follow()
    assert not there.opens(cookie)


async def test_its_use_at_one_process_keeps_it_alive_at_the_other(
    processes: tuple[Process, Process], clock: ManualClock
) -> None:
    here, there = processes
    made, cookie = await here.sign_ins.start("ana")
    await there.sign_ins.follow()
    clock.advance(SIGN_IN_S - 10)
    assert await here.sign_ins.note_use(made)
    await there.sign_ins.follow()
    clock.advance(20)
    assert there.opens(cookie)


async def test_what_ended_here_stays_so_though_the_database_did_not_take_it(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = MemoryCredentials()
    process = Process(kept, clock)
    made, cookie = await process.sign_ins.start("ana")

    async def refuse(*_: Any) -> None:
        raise unavailable("locked")

    with monkeypatch.context() as broken:
        broken.setattr(kept, "revoke", refuse)
        with pytest.raises(Refused, match="locked"):
            await process.sign_ins.revoke("ana", made.id)
    await process.sign_ins.follow()
    assert not process.opens(cookie)
    with monkeypatch.context() as broken:
        broken.setattr(kept, "changed_since", refuse)
        with pytest.raises(Refused, match="locked"):
            await process.sign_ins.follow()
