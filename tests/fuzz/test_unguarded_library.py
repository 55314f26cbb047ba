"""Controls: python-socketio as it comes accepts what the gateway refuses. If one of these fails, a guard may go."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any

import msgpack
import pytest
import socketio
from aiohttp import web

from turia.testing.wire import WireClient


class Unguarded:
    """A stock server with one handler that nobody should reach from outside."""

    def __init__(self) -> None:
        self.server = socketio.AsyncServer(
            async_mode="aiohttp", serializer="msgpack", transports=["websocket"], async_handlers=False
        )
        self.connects: list[Any] = []
        self.unknown: list[str] = []
        self.seen = asyncio.Event()
        self.port = 0
        self._runner: web.AppRunner | None = None

        async def connect(sid: str, environ: Any, auth: Any = None) -> None:
            self.connects.append(environ)
            self.seen.set()

        async def anything(event: str, sid: str, *data: Any) -> None:
            self.unknown.append(event)
            self.seen.set()

        self.server.on("connect", connect)
        self.server.on("*", anything)

    async def __aenter__(self) -> Unguarded:
        app = web.Application()
        self.server.attach(app)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = int(self._runner.addresses[0][1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        await self.server.shutdown()
        await self._runner.cleanup()

    async def client(self) -> WireClient:
        client = await WireClient.open(self.port)
        await client.frame()
        client.connect(token="x")
        assert (await client.packet())["type"] == 0
        await self.next()
        return client

    async def next(self) -> None:
        async with asyncio.timeout(60):
            await self.seen.wait()
        self.seen.clear()


async def test_a_client_can_call_the_connect_handler_with_forged_data() -> None:
    async with Unguarded() as stock:
        client = await stock.client()
        client.emit("connect", {"REMOTE_ADDR": "forged"})
        await stock.next()
        assert stock.connects[1] == {"REMOTE_ADDR": "forged"}
        await client.close()


async def test_any_event_reaches_the_application() -> None:
    async with Unguarded() as stock:
        client = await stock.client()
        client.emit("x" * 5_000, {})
        await stock.next()
        assert stock.unknown == ["x" * 5_000]
        await client.close()


async def test_thousands_of_empty_maps_are_built() -> None:
    async with Unguarded() as stock:
        client = await stock.client()
        client.send_frame(msgpack.packb({"type": 2, "nsp": "/", "data": ["bomb", [{}] * 60_000]}))
        await stock.next()
        assert stock.unknown == ["bomb"]
        await client.close()


async def test_binary_events_are_kept_waiting_for_attachments() -> None:
    async with Unguarded() as stock:
        client = await stock.client()
        client.send_frame(msgpack.packb({"type": 5, "nsp": "/", "data": ["x" * 60_000], "id": 1}))
        client.emit("after", {})
        client.emit("after", {})
        async with asyncio.timeout(60):
            while not stock.server._binary_packet:  # noqa: ASYNC110 - the library tells nobody
                await asyncio.sleep(0.01)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await stock.seen.wait()
        assert len(stock.server._binary_packet) == 1
        await client.close()


async def test_every_broken_packet_is_a_traceback_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async with Unguarded() as stock:
        client = await stock.client()
        for _ in range(20):
            client.send_frame(b"\xc1")
        client.emit("after", {})
        await stock.next()
        assert len([record for record in caplog.records if record.exc_info is not None]) == 20
        await client.close()


async def test_compression_is_agreed_on() -> None:
    async with Unguarded() as stock:
        client = await WireClient.open(stock.port, headers={"Sec-WebSocket-Extensions": "permessage-deflate"})
        assert "permessage-deflate" in client.headers["sec-websocket-extensions"]
        await client.close()
