"""The venue's pose exchange on unmodified python-socketio, as a careful author would write it: a peer to measure.

aiohttp under uvloop, msgpack packets, WebSocket only; every 50 ms each client is sent its 64 nearest by a k-d tree.
Run as ``python -m turia.bench.stock_server PORT``.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any, Final

import numpy as np
import socketio
import uvloop
from aiohttp import web
from scipy.spatial import cKDTree

from turia.protocol import frames, limits

NEAR: Final = 64

server = socketio.AsyncServer(async_mode="aiohttp", serializer="msgpack", transports=["websocket"])
poses: dict[str, bytes] = {}
slots: dict[str, int] = {}


@server.event  # type: ignore[untyped-decorator]
async def connect(sid: str, environ: dict[str, Any], auth: Any) -> None:  # noqa: ARG001
    """A slot for the newcomer."""
    slots[sid] = len(slots)
    poses[sid] = bytes(frames.POSE_BYTES)
    await server.emit("welcome", {"slot": slots[sid]}, to=sid)


@server.event  # type: ignore[untyped-decorator]
async def disconnect(sid: str) -> None:
    """Gone."""
    poses.pop(sid, None)


@server.on("p")  # type: ignore[untyped-decorator]
async def pose(sid: str, data: bytes) -> None:
    """The newest pose counts."""
    poses[sid] = data


async def beat(tick: int) -> None:
    """One tick: everybody's nearest, one emit each."""
    sids = list(poses)
    if len(sids) < 2:
        return
    world = np.frombuffer(b"".join(poses.values()), dtype=frames.POSE)
    updates = np.zeros(len(sids), dtype=frames.UPDATE)
    updates["slot"] = [slots[sid] for sid in sids]
    for name in ("x", "y", "z", "yaw", "state"):
        updates[name] = world[name]
    xz = np.stack([world["x"], world["z"]], axis=1) / limits.CM_PER_M
    k = min(NEAR + 1, len(sids))
    _, near = cKDTree(xz).query(xz, k=k)
    head = np.zeros(1, dtype=frames.SNAPSHOT_HEAD)
    head["tick"], head["updates"] = tick, k
    for sid, neighbours in zip(sids, near, strict=True):
        await server.emit("s", head.tobytes() + updates[neighbours].tobytes(), to=sid)


async def main(port: int) -> None:
    """Serve for ever."""
    app = web.Application()
    server.attach(app)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    loop = asyncio.get_running_loop()
    due, tick = loop.time(), 0
    while True:
        tick += 1
        await beat(tick)
        due = max(due + limits.TICK_MS / 1000, loop.time())
        await asyncio.sleep(due - loop.time())


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
