"""The composition root over real sockets: starting, what stops a start, and stopping with people inside."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import ssl
import subprocess
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from tests.fair_clock import FairClock

from turia.app import Server
from turia.bench.hall import make_hall
from turia.errors import BundleError, StartError
from turia.protocol import limits
from turia.protocol.close_codes import CloseCode
from turia.settings import Settings
from turia.testing.lean_client import LeanClient, connect
from turia.testing.server_process import free_port
from turia.web import tls


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_hall(tmp_path_factory.mktemp("hall"), 400)


@pytest.fixture
def settings(hall: Path, tmp_path: Path) -> Callable[..., Settings]:
    client = tmp_path / "client"
    client.mkdir()
    (client / "index.html").write_text("<!doctype html><title>Turia</title>")

    def make(**overrides: Any) -> Settings:
        given = {
            "port": 0,
            "venue_dir": hall,
            "client_dir": client,
            "data_dir": tmp_path / "data",
            "guests": True,
            **overrides,
        }
        return Settings(**given)

    return make


class Listener:
    """Remembers what a connection was told."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Any]] = []
        self.came: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.closed = asyncio.Event()

    def on_snapshot(self, client: LeanClient, body: memoryview) -> None: ...

    def on_crowd(self, client: LeanClient, body: memoryview) -> None: ...

    def on_event(self, client: LeanClient, name: str, payload: Any) -> None:
        self.events.append((name, payload))
        self.came[name].set()

    def on_closed(self, client: LeanClient) -> None:
        self.closed.set()

    def of(self, name: str) -> list[Any]:
        return [payload for each, payload in self.events if each == name]


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


async def walk_in(http: aiohttp.ClientSession, url: str, **more: Any) -> Listener:
    """Enter by name and connect; returns when the welcome has come."""
    async with http.post(f"{url}api/enter", json={"name": "Ada"}) as answer:
        token = (await answer.json())["token"]
    listener = Listener()
    await connect(url.rstrip("/"), {"token": token, "protocol": limits.PROTOCOL_VERSION, **more}, listener)
    await asyncio.wait_for(listener.came["welcome"].wait(), 60)
    return listener


async def test_people_walk_in_and_are_told_to_come_back_when_it_stops(
    settings: Callable[..., Settings], http: aiohttp.ClientSession
) -> None:
    server = Server(settings())
    await server.start()
    url = server.urls[0]
    async with http.get(f"{url}readyz") as answer:
        assert answer.status == 200
    async with http.get(f"{url}api/venue") as answer:
        venue = await answer.json()
    inside = await walk_in(http, url)
    assert inside.of("welcome")[0]["venue"] == venue["venue"]
    loop = asyncio.get_running_loop()
    begin = loop.time()
    await server.stop()
    await asyncio.wait_for(inside.closed.wait(), 60)
    assert loop.time() - begin < 10
    assert [each["code"] for each in inside.of("closing")] == [CloseCode.SERVER_RESTART]
    with pytest.raises(aiohttp.ClientConnectionError):
        await http.get(f"{url}readyz")


async def test_everything_offered_as_a_file_can_be_had(
    settings: Callable[..., Settings], http: aiohttp.ClientSession, hall: Path
) -> None:
    server = Server(settings())
    await server.start()
    try:
        url = server.urls[0].rstrip("/")
        async with http.get(f"{url}/api/venue") as answer:
            files = (await answer.json())["files"]
        for name, offered in files.items():
            async with http.get(url + offered["url"]) as answer:
                assert await answer.read() == (hall / name).read_bytes()
        async with http.get(f"{url}/") as answer:
            assert "<title>Turia</title>" in await answer.text()
            assert "Content-Security-Policy" in answer.headers
    finally:
        await server.stop()


async def test_a_ticket_outlives_the_server(settings: Callable[..., Settings], http: aiohttp.ClientSession) -> None:
    first = Server(settings())
    await first.start()
    async with http.post(f"{first.urls[0]}api/enter", json={"name": "Ada"}) as answer:
        cookie = answer.cookies["turia_session"].value
        token = (await answer.json())["token"]
    one = Listener()
    auth = {"token": token, "protocol": limits.PROTOCOL_VERSION}
    await connect(first.urls[0].rstrip("/"), auth, one)
    await asyncio.wait_for(one.came["ticket"].wait(), 60)
    await first.stop()

    second = Server(settings())
    await second.start()
    try:
        origin = second.urls[0].rstrip("/")
        headers = {"Origin": origin, "Cookie": f"turia_session={cookie}"}
        async with http.post(f"{origin}/api/token", headers=headers) as answer:
            token = (await answer.json())["token"]
        two = Listener()
        await connect(origin, {**auth, "token": token, "ticket": one.of("ticket")[-1]["ticket"]}, two)
        await asyncio.wait_for(two.came["welcome"].wait(), 60)
        assert two.of("welcome")[0]["resumed"] is True
        assert two.of("welcome")[0]["place"] == one.of("welcome")[0]["place"]
        assert two.of("welcome")[0]["person"] == one.of("welcome")[0]["person"]
    finally:
        await second.stop()


async def test_self_signed_tls_serves_pages_and_sockets(
    settings: Callable[..., Settings], http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    server = Server(settings(tls_self_signed=True))
    await server.start()
    try:
        context = ssl.create_default_context(cafile=str(tmp_path / "data" / tls.CERT_NAME))
        assert server.urls[0].startswith("https://127.0.0.1:")
        async with http.post(f"{server.urls[0]}api/enter", json={"name": "Ada"}, ssl=context) as answer:
            assert answer.cookies["turia_session"]["secure"]
            token = (await answer.json())["token"]
        listener = Listener()
        auth = {"token": token, "protocol": limits.PROTOCOL_VERSION}
        await connect(server.urls[0].rstrip("/"), auth, listener, insecure=True)
        await asyncio.wait_for(listener.came["welcome"].wait(), 60)
    finally:
        await server.stop()


def test_origins_and_port_are_filled_in(settings: Callable[..., Settings]) -> None:
    server = Server(settings())
    port = server.settings.port
    assert port > 0
    assert f"http://localhost:{port}" in server.settings.allowed_origins
    server._parts.sock.close()


def test_a_missing_bundle_is_explained_and_nothing_stays_open(
    settings: Callable[..., Settings], tmp_path: Path
) -> None:
    with pytest.raises(BundleError, match="turia venue bake"):
        Server(settings(venue_dir=tmp_path / "absent"))


@pytest.mark.parametrize("name", ["venue.glb", "venue.json", "walk.npz"])
@pytest.mark.parametrize("damage", ["gone", "cut", "changed", "rubbish"])
def test_a_broken_bundle_is_explained(
    settings: Callable[..., Settings], hall: Path, tmp_path: Path, name: str, damage: str
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    for file in ("venue.glb", "venue.json", "walk.npz"):
        (broken / file).write_bytes((hall / file).read_bytes())
    data = (broken / name).read_bytes()
    if damage == "gone":
        (broken / name).unlink()
    else:
        changed = data[:20] + bytes([data[20] ^ 1]) + data[21:]
        (broken / name).write_bytes(
            {"cut": data[: len(data) // 2], "changed": changed, "rubbish": b"\xff" * 50}[damage]
        )
    with pytest.raises(BundleError) as caught:
        Server(settings(venue_dir=broken))
    assert name in caught.value.message
    assert "turia venue bake" in caught.value.message


def test_a_taken_port_is_explained(settings: Callable[..., Settings]) -> None:
    first = Server(settings())
    with pytest.raises(StartError, match="another program listens there"):
        Server(settings(port=first.settings.port))
    first._parts.sock.close()


# -- as a process ----------------------------------------------------------------------------------


def environment(settings: Settings, **more: str) -> dict[str, str]:
    given = {
        "TURIA_PORT": str(settings.port),
        "TURIA_VENUE_DIR": str(settings.venue_dir),
        "TURIA_CLIENT_DIR": str(settings.client_dir),
        "TURIA_DATA_DIR": str(settings.data_dir),
        "TURIA_GUESTS": "true",
    }
    return {**os.environ, **given, **more}


def serve(settings: Settings, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a start that is expected to fail."""
    return subprocess.run(
        [sys.executable, "-m", "turia", "serve"],
        env=environment(settings, **more),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("TURIA_PORT", "taken", "another program listens there"),
        ("TURIA_VENUE_DIR", "absent", "There is no baked venue in absent"),
        ("TURIA_PROT", "1", "Did you mean port?"),
        ("TURIA_DATA_DIR", "/proc/turia", "data_dir"),
    ],
)
def test_a_start_that_fails_says_one_sentence_and_exits_with_2(
    settings: Callable[..., Settings], variable: str, value: str, sentence: str
) -> None:
    holder = Server(settings())
    value = str(holder.settings.port) if value == "taken" else value
    done = serve(settings(), **{variable: value})
    holder._parts.sock.close()
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert done.stdout == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_process_stops_within_10_s_with_a_socket_open(
    settings: Callable[..., Settings], http: aiohttp.ClientSession, number: signal.Signals
) -> None:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "turia",
        "serve",
        env=environment(settings(port=port), TURIA_LOG_FORMAT="json"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), 60)
        assert line.decode() == f"Turia is open: http://127.0.0.1:{port}/\n"
        inside = await walk_in(http, f"http://127.0.0.1:{port}/")
        stalled = await asyncio.open_connection("127.0.0.1", port)
        stalled[1].write(
            b"POST /api/enter HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
        )
        with FairClock() as clock:
            process.send_signal(number)
            assert await asyncio.wait_for(process.wait(), 60) == 0
            assert clock.now() < 10
        await asyncio.wait_for(inside.closed.wait(), 60)
        assert [each["code"] for each in inside.of("closing")] == [CloseCode.SERVER_RESTART]
        stalled[1].close()
        assert process.stderr is not None
        records = [json.loads(line) for line in (await process.stderr.read()).splitlines()]
        assert [each["message"] for each in records if each["logger"] == "turia.app"] == [
            "listening",
            "stopping",
            "stopped",
        ]
        assert not [each for each in records if each["level"] in {"error", "critical"} or "trace" in each]
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
