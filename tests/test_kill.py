"""A server that is killed outright: people come back to their places with what their browsers hold, and what was
acknowledged to them is there, once, and in order."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from turia.bench.hall import make_hall
from turia.event.entries import EVENT, EVENT_STAFF, Entry, person_stream
from turia.event.permissions import Grant
from turia.event.state import State
from turia.protocol import limits
from turia.settings import Settings
from turia.store.open import open_store
from turia.store.sql_store import SqlStore
from turia.testing.backbone import picture, whole_log
from turia.testing.commanders import Commander, Granter, Stargazer, left_in_log
from turia.testing.lean_client import LeanClient, RefusalError, connect
from turia.testing.postgres import PostgresProcess
from turia.testing.replica import Replicas
from turia.testing.server_process import ServerProcess

PEOPLE = 5
#: Bots that issue commands: guests, and hands of the organiser. Some guests follow their streams on a socket, too.
GUESTS, GRANTERS, FOLLOWERS = 190, 10, 5
#: Commands that are acknowledged between a start and the kill, at most.
MOST_BETWEEN = 250
#: A start takes two seconds; this machine may have other things to do.
READY_S = 90.0


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
        await asyncio.wait_for(self.ready.wait(), 60)
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


# -- commands under kills --------------------------------------------------------------------------

EVENT_TOML = """
[info]
title = "Day of kills"
zone = "Europe/Madrid"
first_day = "2030-05-01"
last_day = "2030-05-01"

[rooms.hall]
title = "Hall"
""" + "".join(
    f"""
[sessions.s{hour}]
title = "Session {hour}"
room = "hall"
start = 2030-05-01T{hour:02}:00:00
minutes = 50
"""
    for hour in range(8, 18)
)
SESSIONS = [f"s{hour}" for hour in range(8, 18)]


class Follower(Browser):
    """A browser that follows its streams over all kills, and asks again from where it stood."""

    def __init__(self, http: aiohttp.ClientSession, url: str, cookie: str, person: str) -> None:
        super().__init__(http, url)
        self.cookie = cookie
        self.replicas = Replicas()
        self.streams = (EVENT, person_stream(person))
        self.gone, self.came = asyncio.Event(), asyncio.Event()
        self.recovered = 0

    def on_event(self, client: LeanClient, name: str, payload: Any) -> None:
        super().on_event(client, name, payload)
        if client is self.client or self.client is None:
            self.replicas.event(name, payload)
            self.came.set()

    async def reaches(self, stream: str, offset: int) -> None:
        """Until it holds so much of a stream."""
        while self.replicas.of[stream].offset < offset:
            self.came.clear()
            await self.came.wait()

    def on_closed(self, client: LeanClient) -> None:
        self.gone.set()

    def told(self, answer: dict[str, Any]) -> None:
        self.recovered += sum(each["how"] == "recovered" for each in answer["streams"])
        self.replicas.told(answer)

    async def follow(self) -> None:
        """Until cancelled: come, subscribe, and come again."""
        while True:
            with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError, KeyError, RefusalError):
                self.gone.clear()
                self.replicas.lost()
                await self.arrive()
                assert self.client is not None
                await self.client.subscribe(self.replicas.points(*self.streams), self.told)
                await self.gone.wait()
            await asyncio.sleep(0.2)  # as a browser pauses before it tries again


class Crowd:
    """All bots, and how many commands were acknowledged so far."""

    def __init__(self, server: ServerProcess, http: aiohttp.ClientSession) -> None:
        self.server, self.http = server, http
        self.rng = random.Random(4)
        self.commanders: list[Commander] = []
        self.followers: list[Follower] = []
        self.organiser = ""
        self.count = 0
        self._wanted = 0
        self._reached = asyncio.Event()
        self._over = False

    async def post(self, path: str, body: Any) -> tuple[str, Any]:
        """(cookie, answer); again, as a page does, when the server says that it is busy."""
        url = self.server.url
        while True:
            async with self.http.post(f"{url}/api/{path}", json=body, headers={"Origin": url}) as answer:
                if answer.status not in (429, 503):
                    answer.raise_for_status()
                    cookie = "; ".join(f"{morsel.key}={morsel.value}" for morsel in answer.cookies.values())
                    return cookie, await answer.json()
            await asyncio.sleep(0.2)

    async def gather(self) -> None:
        """The organiser by the link that the first start prints, and the guests."""
        token = await asyncio.to_thread(self.server.said, r"/sign-in#(\S+)\n")
        founder = {"name": "Ana", "email": "ana@example.org"}
        cookie, who = await self.post("sign-in/link", {"token": token, "founder": founder})
        self.organiser = who["person"]
        for number in range(GRANTERS):
            self.commanders.append(Granter(*self.bot(cookie, self.organiser), number=number))
        for number in range(GUESTS):
            cookie, who = await self.post("enter", {"name": "Ben"})
            self.commanders.append(Stargazer(*self.bot(cookie, who["person"]), sessions=SESSIONS))
            if number < FOLLOWERS:
                self.followers.append(Follower(self.http, self.server.url, cookie, who["person"]))

    def bot(self, cookie: str, person: str) -> tuple[Any, ...]:
        return self.http, self.server.url, cookie, person, random.Random(self.rng.random())

    def acknowledged(self) -> None:
        self.count += 1
        if self.count >= self._wanted:
            self._reached.set()

    async def more(self, commands: int) -> None:
        """Until so many more commands were acknowledged."""
        self._wanted = self.count + commands
        self._reached.clear()
        async with asyncio.timeout(READY_S):
            await self._reached.wait()

    async def live(self, rounds: int) -> None:
        """Everybody commands while the server is killed so often; returns when all have their last answer."""
        async with asyncio.timeout(120 + 30 * rounds), asyncio.TaskGroup() as everybody:
            following = [everybody.create_task(each.follow()) for each in self.followers]
            for each in self.commanders:
                everybody.create_task(each.live(lambda: not self._over, self.acknowledged))
            for _ in range(rounds):
                await self.more(self.rng.randint(1, MOST_BETWEEN))
                await asyncio.sleep(self.rng.uniform(0, 0.03))  # at any point of a commit
                self.server.kill()
                await asyncio.to_thread(self.server.start, READY_S)
            await self.more(MOST_BETWEEN)
            self._over = True
            await self.all_caught_up()
            for task in following:
                task.cancel()

    async def all_caught_up(self) -> None:
        """The commanders have their last answers, and the followers what these wrote."""
        async with asyncio.timeout(60):
            for each in self.followers:
                commander = next(c for c in self.commanders if person_stream(c.person) == each.streams[1])
                await each.reaches(each.streams[1], len(commander.acknowledged) + 1)


async def entries_of_stream(store: SqlStore, stream: str, top: int) -> list[Entry]:
    """All of them; no gaps."""
    entries = await whole_log(store, stream)
    assert [entry.offset for entry in entries] == list(range(1, top + 1)), stream
    return entries


async def check_log(crowd: Crowd, settings: Settings) -> None:
    """Nothing acknowledged is lost, doubled or reordered; what is so now is what happened; clients hold the same."""
    store = open_store(settings)
    _, saved = await store.open()
    try:
        state, folded = State(), State()
        log = {each.stream: await entries_of_stream(store, each.stream, each.top) for each in saved}
        for each in saved:
            state.load(each.stream, each.top, each.things)
            folded.apply(log[each.stream])
        assert picture(state) == picture(folded)
        for bot in crowd.commanders:
            if isinstance(bot, Granter):
                assert left_in_log(log[EVENT_STAFF], granted_by(bot)) == bot.acknowledged
            else:
                stars = left_in_log(log[person_stream(bot.person)], lambda entry: entry.kind == "star")
                assert stars == bot.acknowledged
        granted = sum(len(bot.acknowledged) for bot in crowd.commanders if isinstance(bot, Granter))
        founding = 1
        assert len([entry for entry in log[EVENT_STAFF] if entry.kind == "grant"]) == granted + founding
        for follower in crowd.followers:
            for stream in follower.streams:
                assert held(follower, stream) == things_of(folded, stream)
    finally:
        await store.close()


def granted_by(bot: Granter) -> Callable[[Entry], bool]:
    """Picks a granter's entries: what he put by its time, what he took away by its key."""
    keys: set[str] = set()

    def picks(entry: Entry) -> bool:
        if isinstance(entry.value, Grant) and entry.value.since and entry.value.since % 1_000 == bot.number:
            keys.add(entry.key)
        return entry.key in keys

    return picks


def held(follower: Follower, stream: str) -> dict[str, Any]:
    replica = follower.replicas.of[stream]
    things = {kind: [(key, each[3]) for key, each in of.items()] for kind, of in replica.things.items() if of}
    return {"offset": replica.offset, **things}


def things_of(state: State, stream: str) -> dict[str, Any]:
    """The same of a state, as it looks on the wire."""
    things = {kind: list(state._items[stream, kind].items()) for kind in state.kinds(stream)}
    plain = {kind: [(key, item.value) for key, item in of] for kind, of in things.items()}
    return {
        "offset": state.top(stream),
        **{kind: [(key, json.loads(msgspec.json.encode(value))) for key, value in of] for kind, of in plain.items()},
    }


@pytest.mark.counted
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_nothing_acknowledged_is_lost_by_kills(
    tmp_path: Path, rounds: Callable[..., int], database: str, request: pytest.FixtureRequest
) -> None:
    address, kills = "", rounds(short=10, long=200)
    if database == "postgresql":
        postgres: PostgresProcess = request.getfixturevalue("postgres")
        address, kills = postgres.create_database(), rounds(short=5, long=50)
    (tmp_path / "event.toml").write_text(EVENT_TOML)
    given = {"venue_dir": make_hall(tmp_path / "hall", 400), "event_file": tmp_path / "event.toml", "profile": "event"}
    server = ServerProcess(tmp_path, {**given, "guests": True, "database": address})
    async with aiohttp.ClientSession(
        cookie_jar=aiohttp.DummyCookieJar(), connector=aiohttp.TCPConnector(limit=0)
    ) as http:
        crowd = Crowd(server, http)
        try:
            await asyncio.to_thread(server.start)
            await crowd.gather()
            await crowd.live(kills)
            server.stop()
        finally:
            for follower in crowd.followers:
                if follower.client is not None:
                    follower.client.close()
            server.kill()
    await check_log(crowd, Settings(data_dir=tmp_path / "data", database=address))
    repeated = sum(bot.repeated for bot in crowd.commanders)
    recovered = sum(follower.recovered for follower in crowd.followers)
    print(f"{kills} kills, {database}: {crowd.count} commands acknowledged, {repeated} repeated, {recovered} resumed")
    assert repeated > 0
    assert recovered > 0
