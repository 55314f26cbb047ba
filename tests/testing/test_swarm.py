"""Bots against a real server with the default venue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from turia.protocol.limits import NO_SEAT
from turia.testing.server_process import ServerProcess
from turia.testing.swarm import Swarm, SwarmOptions
from turia.testing.walkers import Mode

VENUE = Path(__file__).resolve().parents[2] / "world_assets" / "valencia" / "build"


@pytest.fixture
def server(tmp_path: Path) -> ServerProcess:
    assert (VENUE / "venue.json").exists(), "the venue is not baked: scripts/test bakes it"
    return ServerProcess(tmp_path, {"venue_dir": VENUE, "log_level": "warning"})


@asynccontextmanager
async def living(options: SwarmOptions) -> AsyncIterator[Swarm]:
    async with Swarm(options) as swarm:
        running = asyncio.ensure_future(swarm.run(float("inf")))
        await swarm.arrive()
        yield swarm
        running.cancel()


async def until(true: Callable[[], bool], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.05)


async def test_bots_walk_and_sit_by_the_rules_of_the_server(server: ServerProcess) -> None:
    with server:
        async with living(SwarmOptions(count=16, url=server.url, gather="plenary", probes=2)) as swarm:
            assert swarm.online() == 16
            await until(lambda: any(member.seat != NO_SEAT for member in swarm.members), 40)
            assert sum(member.fixes for member in swarm.members) == 0
            assert swarm.received()[2] > 0
            assert swarm.book.summary()["age_samples"] > 0


async def test_bots_come_back_to_place_and_seat_after_kill_9(server: ServerProcess) -> None:
    with server:
        async with living(SwarmOptions(count=12, url=server.url, gather="plenary")) as swarm:
            await until(lambda: sum(member.seat != NO_SEAT for member in swarm.members) >= 2, 40)
            swarm.walkers.until[:] = np.inf  # from here on everybody stays where he is
            walking = swarm.walkers.mode == Mode.WALK
            swarm.walkers.mode[walking] = Mode.STAND
            await until(lambda: not any(member.busy for member in swarm.members), 10)  # whoever is sitting down sits
            before, seats = swarm.walkers.position.copy(), [member.seat for member in swarm.members]
            tickets = [member.ticket for member in swarm.members]
            await until(lambda: all(m.ticket != old for m, old in zip(swarm.members, tickets, strict=True)), 15)
            entered = [member.entered for member in swarm.members]

            await asyncio.to_thread(server.kill)
            await until(lambda: swarm.online() == 0, 10)
            await asyncio.to_thread(server.start)
            back = [(member, count) for member, count in zip(swarm.members, entered, strict=True)]
            await until(lambda: all(member.entered > count for member, count in back), 10)
            assert [member.seat for member in swarm.members] == seats
            places = np.array([member.place for member in swarm.members])
            assert np.abs(places - before)[:, ::2].max() < 0.3
