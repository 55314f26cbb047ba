"""A whole server over real sockets: sessions run by the clock, doors follow, and a restart opens none."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from turia.app import Server
from turia.event.door_commands import SetDoor
from turia.event.programme import DoorPolicy
from turia.event.waiting import AdmitAll
from turia.protocol import limits
from turia.settings import Settings
from turia.testing.bundle_files import write_building
from turia.testing.halls import two_rooms
from turia.testing.lean_client import LeanClient, RefusalError, connect

EVENT = """
[info]
title = "A day"
zone = "Europe/Madrid"
[rooms.hall]
title = "Hall"
place = "east"
capacity = 20
[sessions.opening]
title = "Opening"
type = "opening"
room = "hall"
start = 2025-11-03T10:00:00
minutes = 60
[sessions.talk]
title = "A talk"
room = "hall"
start = 2025-11-03T11:00:00
minutes = 60
"""


class Visitor:
    """Somebody with a browser: his cookie, and what his connection was told."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self.http = http
        self.url = url.rstrip("/")
        self.cookie = ""
        self.told: defaultdict[str, list[Any]] = defaultdict(list)
        self.client: LeanClient
        self._news = asyncio.Event()

    async def enter(self, ticket: str | None = None) -> Visitor:
        """Over the page's own requests, then the socket."""
        headers = {"Origin": self.url, "Cookie": f"turia_session={self.cookie}"}
        path, body = ("/api/token", {}) if self.cookie else ("/api/enter", {"name": "Ana"})
        async with self.http.post(self.url + path, headers=headers, json=body) as answer:
            token = (await answer.json())["token"]
            if not self.cookie:
                self.cookie = answer.cookies["turia_session"].value
        self.told.clear()
        auth = {"token": token, "protocol": limits.PROTOCOL_VERSION, "tier": "flat", "ticket": ticket}
        self.client = await connect(self.url, auth, self)
        await self.until(lambda: bool(self.told["welcome"]))
        return self

    async def until(self, so: Callable[[], bool]) -> None:
        """Wait for news until something is so."""
        async with asyncio.timeout(60):
            while not so():
                self._news.clear()
                await self._news.wait()

    async def go(self, place: str) -> float:
        """Be taken somewhere; where he stands then (x, metres: the hall is where it is positive)."""
        return float((await self.client.command("go", {"place": place}))["place"]["x"])

    def hall(self) -> list[Any]:
        """The hall as it was told last."""
        rows = [row for rooms in self.told["rooms"] for row in rooms["rooms"] if row[0] == "hall"]
        return list(rows[-1])

    def on_snapshot(self, client: LeanClient, body: memoryview) -> None: ...

    def on_crowd(self, client: LeanClient, body: memoryview) -> None: ...

    def on_closed(self, client: LeanClient) -> None: ...

    def on_event(self, client: LeanClient, name: str, payload: Any) -> None:
        self.told[name].append(payload)
        self._news.set()


@pytest.fixture
def make(tmp_path: Path) -> Callable[[], Server]:
    venue = write_building(tmp_path / "venue", two_rooms())
    (venue / "event.toml").write_text(EVENT)
    client = tmp_path / "client"
    client.mkdir()
    (client / "index.html").write_text("<!doctype html><title>Turia</title>")
    settings = Settings(
        port=0, profile="demo", venue_dir=venue, client_dir=client, data_dir=tmp_path / "data", guests=True
    )
    return lambda: Server(settings)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


async def set_door(server: Server, policy: DoorPolicy) -> None:
    await server._parts.journal.do("room.set_door", SetDoor("hall", policy))


async def test_the_opening_is_live_and_its_doors_are_kept(
    make: Callable[[], Server], http: aiohttp.ClientSession
) -> None:
    server = make()
    await server.start()
    try:
        ana = await Visitor(http, server.urls[0]).enter()
        await ana.until(lambda: bool(ana.told["rooms"] and ana.hall()[5] == "opening"))
        assert ana.told["rooms"][0]["whole"]
        assert ana.hall()[2:] == [20, False, "open", "opening", "live", "talk"]
        assert await ana.go("east") > 0
        await ana.until(lambda: ana.hall()[1] == 1)
        assert await ana.go("west") < 0
        await set_door(server, DoorPolicy.WAITING_ROOM)
        await ana.until(lambda: ana.told["doors"][-1]["closed"] == [0])
        with pytest.raises(RefusalError, match="closed"):
            await ana.go("east")
        answer = await ana.client.command("do", {"name": "room.ask_in", "mid": "ask-in-1", "body": {"room": "hall"}})
        assert answer["answer"]["waiting"] is True
        await server._parts.journal.do("room.admit_all", AdmitAll("hall"))
        await ana.until(lambda: ana.told["doors"][-1]["closed"] == [])
        assert await ana.go("east") > 0
    finally:
        await server.stop()


async def test_over_a_restart_a_locked_room_keeps_its_people_and_lets_in_nobody_else(
    make: Callable[[], Server], http: aiohttp.ClientSession
) -> None:
    first = make()
    await first.start()
    ana, ben = Visitor(http, first.urls[0]), Visitor(http, first.urls[0])
    for each in (ana, ben):
        await each.enter()
        assert await each.go("east") > 0
        seen = len(each.told["ticket"])
        await each.until(lambda each=each, seen=seen: len(each.told["ticket"]) > seen)  # type: ignore[misc]
    inside = ana.told["ticket"][-1]["ticket"]
    old = ben.told["ticket"][-1]["ticket"]
    await set_door(first, DoorPolicy.LOCKED)
    assert await ben.go("west") < 0
    await ben.client.command("bye", {})
    await ben.enter(old)
    assert not ben.told["welcome"][0]["resumed"], "his ticket from inside opens nothing"
    await first.stop()
    second = make()
    await second.start()
    try:
        ana.url = second.urls[0].rstrip("/")
        await ana.enter(inside)
        welcome = ana.told["welcome"][0]
        assert welcome["resumed"]
        assert welcome["place"]["x"] > 0
        await ana.until(lambda: bool(ana.told["rooms"] and ana.hall()[4] == "locked"))
        await ana.client.command("bye", {})
        await ana.enter(inside)
        assert ana.told["welcome"][0]["place"]["x"] < 0, "once"
    finally:
        await second.stop()
