"""A server that is killed outright: people come back to their places with what their browsers hold."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from turia.bench.hall import make_hall
from turia.protocol import limits
from turia.testing.lean_client import LeanClient, connect
from turia.testing.server_process import ServerProcess

PEOPLE = 5


class Browser:
    """What a browser keeps over a crash: the cookie and the newest ticket."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self.http, self.url = http, url
        self.cookie = ""
        self.ticket: str | None = None
        self.welcome: dict[str, Any] = {}
        self.ready = asyncio.Event()
        self.client: LeanClient | None = None

    def on_snapshot(self, client: LeanClient, body: memoryview) -> None: ...

    def on_crowd(self, client: LeanClient, body: memoryview) -> None: ...

    def on_event(self, client: LeanClient, name: str, payload: Any) -> None:
        if name == "welcome":
            self.welcome = payload
        if name == "ticket":
            self.ticket = payload["ticket"]
        if self.welcome and self.ticket:
            self.ready.set()

    def on_closed(self, client: LeanClient) -> None: ...

    async def arrive(self) -> dict[str, Any]:
        """Enter or come back; the welcome."""
        path, headers = ("token", {"Cookie": self.cookie}) if self.cookie else ("enter", {})
        body = None if self.cookie else {"name": "Ada"}
        async with self.http.post(
            f"{self.url}/api/{path}", json=body, headers={"Origin": self.url, **headers}
        ) as answer:
            token = (await answer.json())["token"]
            for morsel in answer.cookies.values():
                self.cookie = f"{morsel.key}={morsel.value}"
        auth: dict[str, Any] = {"token": token, "protocol": limits.PROTOCOL_VERSION}
        if self.ticket:
            auth["ticket"] = self.ticket
        self.welcome, self.ticket = {}, None
        self.ready.clear()
        self.client = await connect(self.url, auth, self)
        await asyncio.wait_for(self.ready.wait(), 10)
        return self.welcome


@pytest.mark.counted
async def test_everybody_comes_back_to_the_place_after_each_kill(tmp_path: Path, rounds: Callable[..., int]) -> None:
    server = ServerProcess(tmp_path, {"venue_dir": make_hall(tmp_path / "hall", 400)})
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        browsers = [Browser(http, server.url) for _ in range(PEOPLE)]
        try:
            await asyncio.to_thread(server.start)
            before = [await browser.arrive() for browser in browsers]
            for _ in range(rounds(short=2, long=100)):
                server.kill()
                begin = asyncio.get_running_loop().time()
                await asyncio.to_thread(server.start)
                after = [await browser.arrive() for browser in browsers]
                assert asyncio.get_running_loop().time() - begin < 10
                assert [each["resumed"] for each in after] == [True] * PEOPLE
                for key in ("person", "place", "venue"):
                    assert [each[key] for each in after] == [each[key] for each in before]
        finally:
            for browser in browsers:
                if browser.client is not None:
                    browser.client.close()
            server.kill()
