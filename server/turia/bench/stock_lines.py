"""Python-socketio as it comes, for ``fanout`` and ``receive``: aiohttp, msgpack, WebSocket only, nothing compressed."""

from __future__ import annotations

from typing import Any

import socketio
from aiohttp import web

from turia.protocol import frames


class StockServer:
    """``async with StockServer() as stock``: listens on ``stock.port``; ``sids`` in the order people came."""

    def __init__(self) -> None:
        # the lines offer no compression, so none is agreed on; the ping interval outlasts the bench
        self.server = socketio.AsyncServer(
            async_mode="aiohttp",
            serializer="msgpack",
            transports=["websocket"],
            ping_interval=3_600,
            ping_timeout=3_600,
            cors_allowed_origins=[],
        )
        self.sids: list[str] = []
        self.slots: dict[str, int] = {}
        self.port = 0
        self.received = 0
        self._runner: web.AppRunner | None = None
        self.server.on("connect", self._connect)

    def take_poses(self, poses: memoryview, fresh: bytearray) -> None:
        """Copy every pose that comes into ``poses`` (16 bytes a slot) and mark it in ``fresh``."""

        async def pose(sid: str, data: bytes) -> None:
            slot = self.slots[sid]
            start = slot * frames.POSE_BYTES
            poses[start : start + frames.POSE_BYTES] = data
            fresh[slot] = 1
            self.received += 1

        self.server.on(frames.POSE_EVENT, pose)

    async def _connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:  # noqa: ARG002
        self.slots[sid] = len(self.sids)
        self.sids.append(sid)

    async def __aenter__(self) -> StockServer:
        app = web.Application()
        self.server.attach(app)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = int(self._runner.addresses[0][1])
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()
