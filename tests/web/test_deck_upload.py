"""Forms with large files, broken in every way: taken whole, or refused and nothing left behind."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from turia.errors import Refused
from turia.slides.folder import DecksFolder
from turia.web import deck_upload
from turia.web.deck_upload import receive

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40
HEAD = b'--x\r\nContent-Disposition: form-data; name="session"\r\n\r\ntalk\r\n'
FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
GOOD = HEAD + FILE + PDF + b"\r\n--x--\r\n"


class Site:
    """A site that takes forms. ``post``: (status, answer) of a body sent as it is."""

    def __init__(self, folder: DecksFolder) -> None:
        self.folder = folder
        self.client: TestClient[web.Request, web.Application]
        self.ended = asyncio.Event()

    async def handle(self, request: web.Request) -> web.Response:
        try:
            taken = await receive(request, self.folder, self.check)
        except Refused as refused:
            return web.json_response({"code": refused.code, "error": refused.message}, status=400)
        finally:
            self.ended.set()
        data = await asyncio.to_thread(taken.path.read_bytes)
        taken.path.unlink()
        same = data == PDF
        return web.json_response({"bytes": taken.bytes, "name": taken.name, "same": same, "fields": taken.fields})

    def check(self, fields: dict[str, str]) -> None:
        if fields.get("session") != "talk":
            raise Refused("unknown_session", "There is no such session.")

    async def post(self, body: Any, kind: str = "multipart/form-data; boundary=x") -> tuple[int, Any]:
        answer = await self.client.post("/", data=body, headers={"Content-Type": kind})
        return answer.status, await answer.json()

    def left(self) -> list[Path]:
        return list(self.folder.path.iterdir()) if self.folder.path.is_dir() else []


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    site = Site(DecksFolder(tmp_path))
    app = web.Application()
    app.router.add_post("/", site.handle)
    site.client = TestClient(TestServer(app))
    await site.client.start_server()
    yield site
    await site.client.close()


async def test_a_good_form_is_taken_whole(site: Site) -> None:
    taken = {"bytes": len(PDF), "name": "a.pdf", "same": True, "fields": {"session": "talk"}}
    assert await site.post(GOOD) == (200, taken)
    assert site.left() == []


async def test_it_may_come_in_small_pieces(site: Site) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(GOOD), 17):
            yield GOOD[start : start + 17]

    assert (await site.post(pieces()))[1]["same"]


NESTED = b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\na\r\n--y--\r\n--x--\r\n"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bad_request"),
        (b"--x--\r\n", "bad_request"),
        (b"no form at all", "bad_request"),
        (HEAD + b"--x--\r\n", "bad_request"),
        (GOOD.replace(b'name="session"', b'name="s"'), "unknown_session"),
        (GOOD.replace(b'; name="session"', b""), "bad_request"),
        (HEAD.replace(b"talk", b"t" * 5_000) + FILE + PDF + b"\r\n--x--\r\n", "bad_request"),
        (HEAD * 9 + FILE + PDF + b"\r\n--x--\r\n", "bad_request"),
        (NESTED, "bad_request"),
        (GOOD.replace(b"%PDF", b"%DOC"), "not_a_pdf"),
    ],
)
async def test_broken_forms_are_refused_and_leave_nothing(site: Site, body: bytes, code: str) -> None:
    status, answer = await site.post(body)
    assert (status, answer["code"]) == (400, code)
    assert answer["error"].endswith(".")
    assert site.left() == []


@pytest.mark.parametrize("kind", ["application/pdf", "multipart/form-data", "multipart/form-data; boundary=", "text/x"])
async def test_other_kinds_of_bodies_are_refused(site: Site, kind: str) -> None:
    status, answer = await site.post(GOOD, kind)
    assert (status, answer["code"]) == (400, "bad_request")


@pytest.mark.counted
@pytest.mark.filterwarnings("ignore::aiohttp.multipart.BadContentDispositionHeader")
@pytest.mark.filterwarnings("ignore::aiohttp.multipart.BadContentDispositionParam")
async def test_spoiled_forms_are_taken_or_refused(site: Site, rounds: Callable[..., int]) -> None:
    for seed in range(rounds(short=60, long=5_000)):
        dice = random.Random(seed)
        body = bytearray(GOOD)
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(min(len(body), dice.choice([200, 20_000])))
            body[at : at + dice.choice([0, 1, 1, 30])] = dice.choice(
                [
                    b"",
                    b"\0",
                    b"\r\n",
                    b"--x",
                    b"--x--",
                    b'"',
                    b"Content-Length: -1\r\n",
                    b": ",
                    b"\xff",
                    dice.randbytes(9),
                ]
            )
        status, answer = await site.post(bytes(body))
        assert status in (200, 400), (seed, answer)
        assert site.left() == [], seed


async def test_whoever_leaves_in_the_middle_leaves_nothing(site: Site) -> None:
    async def half() -> AsyncIterator[bytes]:
        yield HEAD + FILE + PDF
        async with asyncio.timeout(60):
            while not site.left():  # noqa: ASYNC110 - a thread writes it
                await asyncio.sleep(0.001)
        raise ConnectionResetError("the browser was closed")

    with pytest.raises(aiohttp.ClientError):
        await site.post(half())
    await asyncio.wait_for(site.ended.wait(), 60)
    assert site.left() == []


async def test_a_line_that_stalls_is_given_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deck_upload, "_STALL_S", 0.05)
    stop = asyncio.Event()

    async def stalled() -> AsyncIterator[bytes]:
        yield HEAD + FILE + PDF
        await stop.wait()

    sending = asyncio.create_task(site.post(stalled()))
    await asyncio.wait_for(site.ended.wait(), 60)
    stop.set()
    status, answer = await sending
    assert (status, answer["code"]) == (400, "too_slow")
    assert site.left() == []
