"""Files of the client and the building: cached right, compressed, and nothing outside the folder."""

from __future__ import annotations

import asyncio
import gzip
import re
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from aiohttp import web

from turia.testing.entrance import Entrance
from turia.web import assets, pages

PAGE = b"<!doctype html><title>Turia</title>" + b" " * 1_000
PAGES = b"<!doctype html><title>Pages</title>" + b" " * 900
SCRIPT = b"export const answer = 42;\n" * 200


@pytest.fixture
def built(tmp_path: Path) -> dict[str, assets.Asset]:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_bytes(PAGE)
    (tmp_path / "pages.html").write_bytes(PAGES)
    (tmp_path / "assets" / "main-abc123.js").write_bytes(SCRIPT)
    (tmp_path / "assets" / "main-abc123.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "assets" / "main-abc123.js.br").write_bytes(b"as if brotli")
    (tmp_path / ".turia").write_text("stamp")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "secret.txt").write_text("secret")
    return assets.read_tree(tmp_path, immutable="assets")


async def test_the_page_is_checked_every_time_and_hashed_files_are_kept(visit: Any, built: Any) -> None:
    client = await visit(Entrance(client=built))
    page = await client.get("/enter")
    assert await page.read() == PAGE
    assert page.headers["Cache-Control"] == "no-cache"
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    script = await client.get("/assets/main-abc123.js")
    assert await script.read() == SCRIPT
    assert script.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert script.headers["Content-Type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "coding"),
    [("br, gzip", "br"), ("gzip, deflate", "gzip"), ("gzip;q=0, br;q=0", None), ("", None), ("GZIP;q=0.5", "gzip")],
)
async def test_the_best_twin_the_browser_takes_is_sent(visit: Any, built: Any, accept: str, coding: str | None) -> None:
    client = await visit(Entrance(client=built))
    answer = await client.session.get(
        client.make_url("/assets/main-abc123.js"), headers={"Accept-Encoding": accept}, auto_decompress=False
    )
    assert answer.headers.get("Content-Encoding") == coding
    assert answer.headers["Vary"] == "Accept-Encoding"
    body = {"br": b"as if brotli", "gzip": gzip.compress(SCRIPT), None: SCRIPT}[coding]
    assert len(await answer.read()) == len(body)


async def test_an_unchanged_file_is_not_sent_again(visit: Any, built: Any) -> None:
    client = await visit(Entrance(client=built))
    tag = (await client.get("/")).headers["ETag"]
    answer = await client.get("/", headers={"If-None-Match": tag})
    assert (answer.status, await answer.read()) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/.turia",
        "/.hidden/secret.txt",
        "/assets/main-abc123.js.gz",
        "/assets/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%2f..%2fetc%2fpasswd",
        "//etc/passwd",
        "/assets",
        "/venue/0123456789abcdef/..%2fsigning.key",
        "/venue/0123456789abcdef/signing.key",
        "/venue/ffffffffffffffff/venue.glb",
    ],
)
async def test_nothing_else_is_served(visit: Any, built: Any, path: str) -> None:
    client = await visit(Entrance(client=built))
    answer = await client.session.get(f"{str(client.make_url('/')).rstrip('/')}{path}")
    assert answer.status == 404


async def test_the_building_is_kept_for_ever_under_its_id(visit: Any) -> None:
    client = await visit(Entrance())
    url = client.make_url("/venue/0123456789abcdef/venue.glb")
    plain = await client.session.get(url, headers={"Accept-Encoding": "identity"})
    assert await plain.read() == b"glTF" * 50_000
    assert plain.headers["Content-Type"] == "model/gltf-binary"
    assert plain.headers["Content-Length"] == "200000"
    assert "immutable" in plain.headers["Cache-Control"]
    small = await client.session.get(url, headers={"Accept-Encoding": "gzip"}, auto_decompress=False)
    assert gzip.decompress(await small.read()) == b"glTF" * 50_000
    head = await client.session.head(url, headers={"Accept-Encoding": "identity"})
    assert (head.headers["Content-Length"], await head.read()) == ("200000", b"")


async def test_a_client_that_was_not_built_is_explained(visit: Any) -> None:
    client = await visit(Entrance(client=None))
    page = await client.get("/")
    text = await page.text()
    assert page.status == 503
    assert "The web client is missing" in text
    assert "scripts/serve" in text
    assert (await client.get("/assets/x.js")).status == 404
    assert (await client.get("/error.css")).content_type == "text/css"


class _Stalled(web.StreamResponse):
    """Takes the first piece and never another."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces = 0

    async def write(self, data: Any) -> None:
        self.pieces += 1
        if self.pieces > 1:
            await asyncio.get_running_loop().create_future()


async def test_a_reader_that_stalls_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "_STALL_S", 0.01)
    transport = Mock(spec=asyncio.Transport)
    response = _Stalled()
    with pytest.raises(ConnectionResetError):
        await assets.write_pieces(transport, response, memoryview(bytes(200_000)))
    assert response.pieces == 2
    transport.abort.assert_called_once_with()


async def test_large_files_go_in_pieces_and_arrive_whole(visit: Any) -> None:
    entrance = Entrance()
    body = bytes(range(256)) * 20_000
    object.__setattr__(entrance.context.venue, "files", {"venue.glb": assets.make(body, "venue.glb", assets.FOREVER)})
    answer = await (await visit(entrance)).get("/venue/0123456789abcdef/venue.glb")
    assert await answer.read() == body


@pytest.mark.parametrize(
    ("path", "profile", "document"),
    [
        ("/", "event", PAGES),
        ("/", "demo", PAGE),
        ("/enter", "event", PAGE),
        ("/event", "demo", PAGES),
        ("/programme", "event", PAGES),
        ("/programme/opening", "event", PAGES),
        ("/recordings", "event", PAGES),
        ("/sign-in", "event", PAGES),
        ("/organise/people", "event", PAGES),
        ("/my/", "event", PAGES),
    ],
)
async def test_each_address_shows_its_document(
    visit: Any, built: Any, path: str, profile: str, document: bytes
) -> None:
    client = await visit(Entrance({"profile": profile}, client=built))
    answer = await client.get(path)
    assert (answer.status, await answer.read()) == (200, document)


@pytest.mark.parametrize("path", ["/nothing", "/event/more", "/organise/people/more", "/enter/more", "/my/secret"])
async def test_other_addresses_show_nothing(visit: Any, built: Any, path: str) -> None:
    client = await visit(Entrance(client=built))
    assert (await client.get(path)).status == 404


async def test_a_client_with_one_document_shows_it_everywhere(visit: Any, built: Any) -> None:
    client = await visit(Entrance(client={path: file for path, file in built.items() if path != "/pages.html"}))
    assert await (await client.get("/event")).read() == PAGE


def test_the_client_knows_the_same_pages() -> None:
    router = Path(__file__).parents[2] / "client_web" / "src" / "app" / "router.ts"
    table = re.search(r"const PAGES[^{]*= \{(.*?)\};", router.read_text(), re.DOTALL)
    assert table is not None
    found = dict(re.findall(r'"?([\w-]+)"?: (true|false),', table[1]))
    assert found == {name: str(more).lower() for name, more in pages.PAGES.items()}
