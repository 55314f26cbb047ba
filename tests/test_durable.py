"""The running server on a database in trouble: people are told to try again, and everything else goes on."""

from __future__ import annotations

import asyncio
import contextlib
import io
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from PIL import Image
from tests.fair_clock import FairClock

from turia.app import Server
from turia.bench.hall import make_hall
from turia.errors import StartError
from turia.event.configuring import SetInfo
from turia.event.entries import EVENT
from turia.event.founding import Founded, FoundOrganiser
from turia.event.settings import Info
from turia.settings import Settings
from turia.store.open import FILE_NAME
from turia.testing.postgres import PostgresProcess
from turia.web.identity import COOKIE

MID = "mid-of-this-test"


@pytest.fixture
def settings(tmp_path: Path) -> Callable[..., Settings]:
    hall = make_hall(tmp_path / "hall", 400)
    return lambda **given: Settings(
        **{"port": 0, "venue_dir": hall, "data_dir": tmp_path / "data", "guests": True, **given}
    )


@contextlib.asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Server]:
    server = Server(settings)
    try:
        await server.start()
        yield server
    finally:
        await server.stop()


class Guest:
    """Somebody inside, who asks for a new address of his calendar: a command like any other."""

    def __init__(self, http: aiohttp.ClientSession, server: Server) -> None:
        self.http, self.server = http, server
        self.url = server.urls[0].rstrip("/")
        self.headers = {"Origin": self.url}

    async def enter(self) -> None:
        async with self.http.post(f"{self.url}/api/enter", json={"name": "Ana"}, headers=self.headers) as answer:
            assert answer.status == 200
            cookies = answer.cookies.values()
            self.headers["Cookie"] = "; ".join(f"{each.key}={each.value}" for each in cookies)

    async def do(self, mid: str = MID) -> tuple[int, dict[str, Any], float]:
        """(status, answer, seconds)."""
        body = {"mid": mid, "body": {}}
        with FairClock() as clock:
            path = f"{self.url}/api/do/programme.renew_feed"
            async with self.http.post(path, json=body, headers=self.headers) as answer:
                return answer.status, await answer.json(), clock.now()

    async def is_told_to_try_again(self) -> None:
        ticks = self.server._parts.gateway.stats.tick
        status, answer, seconds = await self.do()
        assert (status, answer["code"], answer["retry"]) == (503, "try_again", True)
        assert seconds < 1.3
        assert self.server._parts.gateway.stats.tick >= ticks + seconds * 10
        async with self.http.get(f"{self.url}/readyz") as ready:
            assert ready.status == 200
        async with self.http.get(f"{self.url}/api/ask/my.permissions", headers=self.headers) as asked:
            assert asked.status == 200


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


async def test_a_locked_sqlite(settings: Callable[..., Settings], http: aiohttp.ClientSession) -> None:
    async with running(settings()) as server:
        guest = Guest(http, server)
        await guest.enter()
        with contextlib.closing(sqlite3.connect(settings().data_dir / FILE_NAME, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await guest.is_told_to_try_again()
        first = await guest.do()
        assert first[0] == 200
        assert (await guest.do())[:2] == first[:2]


async def test_a_frozen_and_killed_postgresql(
    settings: Callable[..., Settings], http: aiohttp.ClientSession, postgres: PostgresProcess
) -> None:
    async with running(settings(database=postgres.create_database())) as server:
        guest = Guest(http, server)
        await guest.enter()
        postgres.freeze()
        try:
            await guest.is_told_to_try_again()
        finally:
            postgres.thaw()
        first = await guest.do()
        assert first[0] == 200
        postgres.kill()
        try:
            status, answer, _ = await guest.do("mid-of-another-one")
            assert (status, answer["code"]) == (503, "try_again")
        finally:
            postgres.start()
        assert (await guest.do())[:2] == first[:2]


async def test_a_second_server_on_the_folder_is_refused_and_nothing_stays_open(
    settings: Callable[..., Settings],
) -> None:
    async with running(settings()):
        with pytest.raises(StartError, match="in use by another Turia"):
            async with running(settings()):
                pass
    async with running(settings()):
        pass


async def test_it_stops_while_the_database_does_not_answer(
    settings: Callable[..., Settings], http: aiohttp.ClientSession, postgres: PostgresProcess
) -> None:
    try:
        with FairClock() as clock:
            async with running(settings(database=postgres.create_database())) as server:
                guest = Guest(http, server)
                await guest.enter()
                postgres.freeze()
                asking = asyncio.ensure_future(guest.do())
                await asyncio.wait({asking}, timeout=0.05)
                begin = clock.now()
            assert clock.now() - begin < 10
        with contextlib.suppress(aiohttp.ClientError):
            assert (await asking)[0] != 200
    finally:
        postgres.thaw()


class Desk:
    """An organiser's browser, which uploads files."""

    def __init__(self, http: aiohttp.ClientSession, server: Server) -> None:
        self.http, self.server = http, server
        self.url = server.urls[0].rstrip("/")
        self.headers = {"Origin": self.url}

    async def sign_in(self) -> None:
        parts = self.server._parts
        given = FoundOrganiser(name="Olga", email="olga@example.org", again=True)
        founded = await parts.journal.do("people.found_organiser", given)
        assert isinstance(founded, Founded)
        made, cookie = await parts.reception.sign_ins.start(founded.person)
        self.headers["Cookie"] = f"{COOKIE}={cookie}"
        # so long ago that its next use is worth writing down
        parts.reception.sign_ins._take(msgspec.structs.replace(made, seen=made.seen - 3_600_000))
        self.sign_in_id, self.seen = made.id, made.seen - 3_600_000

    async def post(self, path: str, body: bytes = b"{}", kind: str = "application/json") -> tuple[int, Any, str, float]:
        """(status, answer, Retry-After, seconds)."""
        headers = {**self.headers, "Content-Type": kind}
        with FairClock() as clock:
            async with self.http.post(f"{self.url}{path}", data=body, headers=headers) as answer:
                return answer.status, await answer.json(), answer.headers.get("Retry-After", ""), clock.now()


LIST = b"name,email,category,country\nAna,ana@example.org,individual,ES\n"
APPLY = f"/api/people/csv/apply?mid={MID}&write=false"


def small_png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(out, "PNG")
    return out.getvalue()


async def test_files_are_told_to_try_again_as_commands_are_and_nothing_is_half_done(
    settings: Callable[..., Settings], http: aiohttp.ClientSession
) -> None:
    uploads = [(APPLY, LIST, "text/csv"), ("/api/event/logo", small_png(), "image/png")]
    async with running(settings(guests=False)) as server:
        desk = Desk(http, server)
        await desk.sign_in()
        state = server._parts.journal.state
        with contextlib.closing(sqlite3.connect(settings().data_dir / FILE_NAME, isolation_level=None)) as other:
            before = dict(state.tops)
            other.execute("BEGIN IMMEDIATE")
            for path, body, kind in uploads:
                status, answer, retry_after, seconds = await desk.post(path, body, kind)
                assert (status, answer["code"], answer["retry"], retry_after) == (503, "try_again", True, "1")
                assert seconds < 1.3 or "logo" in path, "a picture is looked at first, in a process of its own"
                assert state.tops == before
        for path, body, kind in uploads * 2:  # the same twice has one effect
            assert (await desk.post(path, body, kind))[0] == 200
        people = [stream for stream in state.tops if stream.startswith("person/")]
        assert len(people) == 2, "Olga and Ana, once"
        assert len(list((settings().data_dir / "files").iterdir())) == 1


async def test_a_token_is_given_while_nothing_can_be_written_and_its_use_is_noted_later(
    settings: Callable[..., Settings], http: aiohttp.ClientSession
) -> None:
    async with running(settings(guests=False)) as server:
        desk = Desk(http, server)
        await desk.sign_in()
        assert (await desk.post("/api/enter"))[0] == 200
        sign_ins = server._parts.reception.sign_ins

        def seen() -> int:
            found = sign_ins.get(desk.sign_in_id)
            assert found is not None
            return found.seen

        with contextlib.closing(sqlite3.connect(settings().data_dir / FILE_NAME, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for path in ("/api/token", "/api/bearer"):
                status, _, _, seconds = await desk.post(path)
                assert (status, seen()) == (200, desk.seen), path
                assert seconds < 1.3
            other.execute("ROLLBACK")
        assert (await desk.post("/api/bearer"))[0] == 200
        assert seen() > desk.seen
        (kept,) = await sign_ins._kept.signed_in()
        assert kept.seen == seen()


async def test_a_second_server_on_the_same_postgresql_follows_within_seconds(
    settings: Callable[..., Settings], http: aiohttp.ClientSession, postgres: PostgresProcess, tmp_path: Path
) -> None:
    address = postgres.create_database()
    async with (
        running(settings(database=address)) as first,
        running(settings(database=address, data_dir=tmp_path / "other")) as second,
    ):
        desk = Desk(http, first)
        await desk.sign_in()
        there = second.urls[0].rstrip("/")

        async def until(path: str, wanted: Callable[[int, Any], bool]) -> float:
            with FairClock() as clock:
                while True:
                    async with http.get(f"{there}{path}", headers={"Cookie": desk.headers["Cookie"]}) as answer:
                        if wanted(answer.status, await answer.json()):
                            return clock.now()
                    assert clock.now() < 5.0, path
                    await asyncio.sleep(0.05)

        await until("/api/me", lambda status, _: status == 200)
        state = first._parts.journal.state
        info = state.get(EVENT, Info, "info") or Info("An event")
        item = state.item(EVENT, Info, "info")
        wanted = SetInfo(info=msgspec.structs.replace(info, title="Another day"), seen=item.offset if item else 0)
        await first._parts.journal.do("settings.set_info", wanted)
        seconds = await until("/api/ask/event.public", lambda _, told: "Another day" in str(told))
        assert seconds < 3.0
        await first._parts.reception.sign_ins.revoke_all(next(iter(first._parts.reception.sign_ins.people())))
        assert await until("/api/me", lambda status, _: status == 401) < 5.0
