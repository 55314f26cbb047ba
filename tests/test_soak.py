"""Coming and going for long leaves nothing behind: connections, tasks, descriptors, slots, memory."""

from __future__ import annotations

import asyncio
import gc
import resource
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest

from turia.app import Server
from turia.bench.hall import make_hall
from turia.protocol import limits
from turia.settings import Settings
from turia.testing.lean_client import LeanClient, connect

#: People at once.
GROUP = 20
#: What one visit may leave behind, bytes: less than anything that is kept for a visitor.
LEFT_BYTES = 2_048


class Quiet:
    """Waits for a welcome and for the end."""

    def __init__(self) -> None:
        self.welcome, self.closed = asyncio.Event(), asyncio.Event()

    def on_snapshot(self, client: LeanClient, body: memoryview) -> None: ...

    def on_crowd(self, client: LeanClient, body: memoryview) -> None: ...

    def on_event(self, client: LeanClient, name: str, payload: object) -> None:
        if name == "welcome":
            self.welcome.set()

    def on_closed(self, client: LeanClient) -> None:
        self.closed.set()


async def visit(http: aiohttp.ClientSession, url: str) -> None:
    """Enter, walk in, say goodbye."""
    async with http.post(f"{url}/api/enter", json={"name": "Ada"}) as answer:
        token = (await answer.json())["token"]
    sink = Quiet()
    client = await connect(url, {"token": token, "protocol": limits.PROTOCOL_VERSION}, sink)
    await asyncio.wait_for(sink.welcome.wait(), 60)
    await client.command("bye", {})
    client.close()
    await asyncio.wait_for(sink.closed.wait(), 60)


def descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


@pytest.mark.counted
async def test_visits_leave_nothing_behind(tmp_path: Path, rounds: Callable[..., int]) -> None:
    hall = make_hall(tmp_path / "hall", 400)
    server = Server(Settings(port=0, venue_dir=hall, data_dir=tmp_path / "data", guests=True, capacity=GROUP + 1))
    await server.start()
    url = server.urls[0].rstrip("/")
    stats, gate = server._parts.gateway.stats, server._parts.gate
    count = rounds(short=4, long=500)
    try:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            for number in range(count + 2):
                await asyncio.gather(*(visit(http, url) for _ in range(GROUP)))
                if number == 1:  # caches and pools are warm now
                    gc.collect()
                    baseline = len(asyncio.all_tasks()), descriptors(), resident_bytes()
        async with asyncio.timeout(60):
            while stats.connections or gate.open:
                await asyncio.wait_for(_tick(), 60)
        gc.collect()
        assert stats.joins == GROUP * (count + 2)
        assert (stats.connections, stats.joined, stats.people, gate.open, len(gate._each)) == (0, 0, 0, 0, 0)
        assert len(asyncio.all_tasks()) <= baseline[0]
        assert descriptors() <= baseline[1]
        assert resident_bytes() - baseline[2] <= max(8_000_000, LEFT_BYTES * GROUP * count)
    finally:
        await server.stop()


async def _tick() -> None:
    """Let the loop go round until the next timer."""
    done = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(0.05, done.set_result, None)
    await done
