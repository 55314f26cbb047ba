"""A server that is killed while letters are leaving: whoever was told that he is registered gets his letter."""

from __future__ import annotations

import asyncio
import email
import random
import re
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from turia.bench.hall import make_hall
from turia.testing.memory_post import text_of
from turia.testing.server_process import ServerProcess

#: Registrations between a start and the kill.
EACH = 6


def letters(folder: Path) -> dict[str, list[EmailMessage]]:
    """Letters by address, complete ones only."""
    found: dict[str, list[EmailMessage]] = {}
    for path in folder.glob("*.eml"):
        message = email.message_from_bytes(path.read_bytes(), policy=default)
        assert isinstance(message, EmailMessage)
        assert text_of(message).rstrip().endswith("/"), "whole, down to its last line"
        found.setdefault(message["To"].addresses[0].addr_spec, []).append(message)
    return found


async def register(http: aiohttp.ClientSession, url: str, address: str) -> None:
    """Ask until it is acknowledged, as a browser's outbox does."""
    body = {"name": "Ana", "email": address, "category": "individual", "country": "ES", "contribute": True}
    order = {"mid": f"mid-{address.partition('@')[0]}", "body": body}
    async with http.post(f"{url}/api/do/people.register", json=order) as answer:
        assert answer.status == 200, await answer.text()


@pytest.mark.counted
async def test_every_acknowledged_registration_has_its_letter_after_kills(
    tmp_path: Path, rounds: Callable[..., int]
) -> None:
    rng = random.Random(4)
    settings = {"venue_dir": make_hall(tmp_path / "hall", 100), "profile": "event"}
    server = ServerProcess(tmp_path, settings)
    acknowledged: list[str] = []
    async with aiohttp.ClientSession() as http:
        try:
            for number in range(rounds(short=2, long=40)):
                await asyncio.to_thread(server.start)
                last = rng.randrange(1, EACH + 1)
                for n in range(last):
                    address = f"p{number:03}x{n}@example.org"
                    await register(http, server.url, address)
                    acknowledged.append(address)
                server.kill()  # while the last letters leave
            await asyncio.to_thread(server.start)
            await _all_left(http, server, tmp_path, len(acknowledged))
            found = letters(tmp_path / "data" / "mail")
            assert set(found) == set(acknowledged)
            for address in acknowledged:
                link = re.search(r"/sign-in#(\S+)", text_of(found[address][-1]))
                assert link is not None
                async with http.post(f"{server.url}/api/sign-in/link", json={"token": link[1]}) as answer:
                    assert answer.status == 200, "the link in it works"
                http.cookie_jar.clear()
        finally:
            server.kill()


async def _all_left(http: aiohttp.ClientSession, server: ServerProcess, folder: Path, count: int) -> None:
    """Until the mailer has taken up what was left."""
    deadline = asyncio.get_running_loop().time() + 20
    seen: Any = 0
    while (seen := len(letters(folder / "data" / "mail"))) < count:
        assert asyncio.get_running_loop().time() < deadline, f"{seen} of {count} letters\n{server.tail()}"
        async with http.get(f"{server.url}/healthz"):
            pass
