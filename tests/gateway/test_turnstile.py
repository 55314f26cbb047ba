from __future__ import annotations

import asyncio

from turia.gateway.turnstile import Turnstile
from turia.testing.gateway_rig import Rig


async def started(turnstile: Turnstile, count: int) -> list[asyncio.Task[bool]]:
    tasks = [asyncio.create_task(turnstile.admit()) for _ in range(count)]
    await asyncio.sleep(0)
    return tasks


async def passed(tasks: list[asyncio.Task[bool]]) -> int:
    await asyncio.sleep(0)
    return sum(task.done() and task.result() for task in tasks)


async def test_it_is_open_while_ticks_begin_in_time() -> None:
    turnstile = Turnstile()
    turnstile.turn(0.01)
    assert await passed(await started(turnstile, 1_000)) == 1_000


async def test_late_ticks_let_fewer_and_fewer_in_but_always_somebody() -> None:
    turnstile = Turnstile()
    seen = []
    for _ in range(7):
        turnstile.turn(0.1)
        seen.append(turnstile.limit)
    assert seen == [16, 8, 4, 2, 1, 1, 1]
    tasks = await started(turnstile, 10)
    assert await passed(tasks) == 1
    turnstile.turn(0.1)
    assert await passed(tasks) == 2


async def test_it_opens_again_step_by_step() -> None:
    turnstile = Turnstile()
    for _ in range(5):
        turnstile.turn(0.1)
    for _ in range(16):
        turnstile.turn(0.0)
    assert turnstile.limit is None


async def test_who_would_wait_too_long_is_told_at_once() -> None:
    turnstile = Turnstile()
    for _ in range(5):
        turnstile.turn(0.1)
    tasks = await started(turnstile, 50)
    told = [task for task in tasks if task.done() and not task.result()]
    assert len(told) == 50 - 1 - 40


async def test_who_gave_up_takes_nobodys_turn() -> None:
    turnstile = Turnstile()
    for _ in range(5):
        turnstile.turn(0.1)
    tasks = await started(turnstile, 4)
    tasks[1].cancel()
    await asyncio.sleep(0)
    turnstile.turn(0.1)
    await asyncio.sleep(0)
    assert [task.done() for task in tasks] == [True, True, True, False]
    turnstile.close()
    assert not await tasks[3]


async def test_a_newcomer_who_is_put_off_is_told_when_to_come_back() -> None:
    async with Rig() as rig:
        turnstile = rig.gateway._house.turnstile
        for _ in range(5):
            turnstile.turn(0.1)
        tasks = await started(turnstile, 41)
        client = await rig.open()
        client.connect(token="ana")
        ending = await client.ending()
        assert ending.reason is not None
        assert ending.reason["reason"] == "OVERLOADED"
        assert 1 <= ending.reason["retry_after"] <= 5
        assert rig.gateway.stats.put_off == 1
        for task in tasks:
            task.cancel()


async def test_a_newcomer_waits_for_his_turn_and_gets_in() -> None:
    async with Rig() as rig:
        turnstile = rig.gateway._house.turnstile
        for _ in range(5):
            turnstile.turn(0.1)
        assert await turnstile.admit()
        opening = asyncio.create_task(rig.join("ana"))
        await rig.settle()
        assert not opening.done()
        while not opening.done():
            rig.ticks(1)
            await rig.settle()
        assert (await opening).status == 101


async def test_who_queued_up_when_more_passed_is_told_as_soon_as_fewer_do() -> None:
    turnstile = Turnstile()
    turnstile.turn(0.1)
    tasks = await started(turnstile, 16 + 600)
    for _ in range(4):
        turnstile.turn(0.1)
    await asyncio.sleep(0)
    waiting = [task for task in tasks if not task.done()]
    assert len(waiting) <= 40
    turnstile.close()
    await asyncio.sleep(0)
    assert all(task.done() for task in tasks)
