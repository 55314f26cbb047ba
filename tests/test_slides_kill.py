"""A server that is killed while it draws slides: the next one draws them, and nothing half drawn is left."""

from __future__ import annotations

import asyncio
import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image

from turia.bench.hall import make_hall
from turia.testing.pdf_file import Sheet, pdf
from turia.testing.server_process import ServerProcess

PAGES = 6
SHEETS = [Sheet(lines=[f"Page {page}", "- something to draw"]) for page in range(1, PAGES + 1)]


class Organiser:
    """A browser of the organiser."""

    def __init__(self, http: aiohttp.ClientSession, server: ServerProcess) -> None:
        self.http = http
        self.url = server.url
        self.headers = {"Origin": server.url}
        self.mids = 0

    async def sign_in(self, token: str) -> None:
        founder = {"name": "Olga", "email": "olga@example.org"}
        body = {"token": token, "founder": founder}
        async with self.http.post(f"{self.url}/api/sign-in/link", json=body, headers=self.headers) as answer:
            assert answer.status == 200, await answer.text()
            self.headers["Cookie"] = "; ".join(f"{each.key}={each.value}" for each in answer.cookies.values())

    async def get(self, path: str) -> Any:
        async with self.http.get(f"{self.url}{path}", headers=self.headers) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json() if answer.content_type == "application/json" else await answer.read()

    async def do(self, name: str, **body: Any) -> Any:
        self.mids += 1
        order = {"mid": f"mid-{self.mids:06}", "body": body}
        async with self.http.post(f"{self.url}/api/do/{name}", json=order, headers=self.headers) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def hand_in(self, session: str, title: str) -> str:
        form = aiohttp.FormData()
        form.add_field("session", session)
        form.add_field("title", title)
        form.add_field("file", io.BytesIO(pdf(*SHEETS)), filename="x.pdf", content_type="application/pdf")
        async with self.http.post(f"{self.url}/api/decks", data=form, headers=self.headers) as answer:
            assert answer.status == 200, await answer.text()
            return str((await answer.json())["deck"])

    async def until(self, deck: str, true: Callable[[Any], bool]) -> Any:
        """The deck as soon as it is so."""
        async with asyncio.timeout(60):
            while not true(now := await self.get(f"/api/decks/{deck}")):  # noqa: ASYNC110 - on the server
                await asyncio.sleep(0.05)
        return now


@pytest.mark.counted
async def test_decks_are_drawn_though_the_server_is_killed(tmp_path: Path, rounds: Callable[..., int]) -> None:
    rng = random.Random(5)
    server = ServerProcess(tmp_path, {"venue_dir": make_hall(tmp_path / "hall", 100)})
    folder = tmp_path / "data" / "decks"
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        organiser = Organiser(http, server)
        try:
            await asyncio.to_thread(server.start)
            await organiser.sign_in(await asyncio.to_thread(server.said, r"/sign-in#(\S+)\n"))
            room = await organiser.do("programme.add_room", title="Hall")
            times = {"start": 1_900_000_020_000, "end": 1_900_003_620_000}
            session = (await organiser.do("programme.add_session", title="Talk", room=room["key"], **times))["key"]
            for number in range(rounds(short=1, long=15)):
                first = await organiser.hand_in(session, f"First {number}")
                second = await organiser.hand_in(session, f"Second {number}")
                await organiser.until(first, lambda now: now["done_pages"] > 0 or now["state"] != "rendering")
                await asyncio.sleep(rng.random())
                server.kill()
                await asyncio.to_thread(server.start)
                for deck in (first, second):
                    now = await organiser.until(deck, lambda now: now["state"] != "rendering")
                    assert (now["state"], now["pages"]) == ("ready", PAGES)
                    await look(organiser, deck)
                assert sorted(path.name for path in folder.iterdir()) == sorted([first, second]), "nothing else is left"
                for deck in (first, second):
                    await organiser.do("deck.delete", deck=deck)
        finally:
            server.kill()


async def look(organiser: Organiser, deck: str) -> None:
    """Every page is there, as a picture and as text."""
    texts = (await organiser.get(f"/api/decks/{deck}/text"))["pages"]
    assert [each["text"].split("\n")[0] for each in texts] == [f"Page {page}" for page in range(1, PAGES + 1)]
    for page in (1, PAGES):
        picture = Image.open(io.BytesIO(await organiser.get(f"/api/decks/{deck}/pages/{page}.webp")))
        assert picture.size == (1_920, 1_080)
