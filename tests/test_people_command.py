"""The first organiser's link, printed at the start, and a new one from the machine, while the server runs or not."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from turia import app, cli
from turia.app import Server
from turia.bench.hall import make_hall
from turia.settings import Settings

FOUNDER = {"name": "Olga", "email": "olga@example.org"}


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_hall(tmp_path_factory.mktemp("hall"), 400)


@pytest.fixture
def settings(hall: Path, tmp_path: Path) -> Settings:
    return Settings(port=0, venue_dir=hall, data_dir=tmp_path / "data")


async def use(server: Server, link: str, **more: Any) -> tuple[int, Any]:
    url, _, token = link.partition("#")
    assert url == f"{server.urls[0]}sign-in"
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
        http.post(f"{server.urls[0]}api/sign-in/link", json={"token": token, **more}) as answer,
    ):
        return answer.status, await answer.json()


async def test_the_link_is_printed_until_there_is_an_organiser(
    settings: Settings, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="turia")
    links = []
    for _ in range(2):
        server = Server(settings)
        await server.start()
        await app._announce(server)
        found = re.search(r"\S+/sign-in#\S+", capsys.readouterr().out)
        assert found is not None
        links.append(found[0])
        if len(links) < 2:
            await server.stop()
    assert links[0] != links[1]
    status, answer = await use(server, links[1], founder=FOUNDER)
    assert (status, answer["badge"]) == (200, "organiser")
    await app._announce(server)
    assert "sign-in" not in capsys.readouterr().out
    await server.stop()
    for link in links:
        assert link.partition("#")[2] not in caplog.text, "printed once, logged never"


async def test_whoever_has_the_machine_gets_a_new_link_while_the_server_runs(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    server = Server(settings)
    await server.start()
    assert (await use(server, await server.organiser_link(), founder=FOUNDER))[0] == 200
    arguments = ["people", "link", "--data", str(settings.data_dir), "--port", str(server.settings.port)]
    assert await asyncio.to_thread(cli.main, arguments) == 0
    link = capsys.readouterr().out.strip()
    status, answer = await use(server, link, founder={"name": "Paul", "email": "paul@example.org"})
    assert (status, answer["name"], answer["badge"]) == (200, "Paul", "organiser")
    assert (await use(server, link, founder=FOUNDER))[0] == 410
    await server.stop()


def test_without_an_event_the_command_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["people", "link", "--data", str(tmp_path / "data")]) == 2
    assert "turia serve" in capsys.readouterr().err


def test_the_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["people"]) == 2
    assert "turia people link" in capsys.readouterr().err
    assert cli.main(["people", "--help"]) == 0
    assert "works once" in capsys.readouterr().out
