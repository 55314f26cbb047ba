"""Ending a sign-in ends its connection to the venue, too; the person's other browsers come back at once. T2."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from turia.app import Server
from turia.bench.hall import make_hall
from turia.event.founding import Founded, FoundOrganiser
from turia.protocol import limits
from turia.protocol.close_codes import CloseCode
from turia.settings import Settings
from turia.testing.lean_client import LeanClient, RefusalError, connect
from turia.web.identity import COOKIE


class Listener:
    """Remembers what a connection was told."""

    def __init__(self) -> None:
        self.events: defaultdict[str, list[Any]] = defaultdict(list)
        self.came: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.closed = asyncio.Event()

    def on_snapshot(self, client: LeanClient, body: memoryview) -> None: ...

    def on_crowd(self, client: LeanClient, body: memoryview) -> None: ...

    def on_event(self, client: LeanClient, name: str, payload: Any) -> None:
        self.events[name].append(payload)
        self.came[name].set()

    def on_closed(self, client: LeanClient) -> None:
        self.closed.set()


async def test_revoking_a_browser_puts_it_out_and_lets_the_others_come_back(tmp_path: Path) -> None:
    hall = make_hall(tmp_path / "hall", 100)
    server = Server(Settings(port=0, venue_dir=hall, data_dir=tmp_path / "data"))
    await server.start()
    url, reception = server.urls[0], server._parts.reception
    founded = await server._parts.journal.do(
        "people.found_organiser", FoundOrganiser(name="Olga", email="olga@example.org")
    )
    assert isinstance(founded, Founded)
    jars = [{COOKIE: (await reception.sign_ins.start(founded.person))[1]} for _ in range(2)]
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:

        async def ask(path: str, jar: dict[str, str], body: Any) -> tuple[int, Any]:
            headers = {"Origin": url.rstrip("/")}
            async with http.post(f"{url}api/{path}", json=body, cookies=jar, headers=headers) as answer:
                return answer.status, await answer.json()

        async def join(token: str, tier: str = "full") -> Listener:
            listener = Listener()
            auth = {"token": token, "protocol": limits.PROTOCOL_VERSION, "tier": tier}
            await connect(url.rstrip("/"), auth, listener)
            return listener

        stolen_token = (await ask("enter", jars[0], {}))[1]["token"]
        inside = await join(stolen_token)
        await asyncio.wait_for(inside.came["welcome"].wait(), 60)
        companion = await join((await ask("token", jars[1], {}))[1]["token"], "companion")
        await asyncio.wait_for(companion.came["welcome"].wait(), 60)
        assert (await ask("sign-ins/revoke", jars[1], {}))[0] == 200
        for each in (inside, companion):
            await asyncio.wait_for(each.closed.wait(), 60)
            assert each.events["closing"][0]["code"] == CloseCode.TOKEN_EXPIRED
        assert (await ask("token", jars[0], {}))[0] == 401
        with pytest.raises(RefusalError, match="not signed in"):
            await join(stolen_token)
        status, fresh = await ask("token", jars[1], {})
        assert status == 200
        back = await join(fresh["token"])
        await asyncio.wait_for(back.came["welcome"].wait(), 60)
    await server.stop()
