"""A server that is killed while it records: what was sent until four seconds before is there, and plays."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
import socketio
from tests.recording.encoded import Encoded, framed, greys, loudness, packets, pictures, read_whole, tone
from tests.test_slides_kill import Organiser

from turia.bench.hall import make_hall
from turia.protocol.media import MEDIA_PATH
from turia.recording.folder import RECORDINGS, read_finished
from turia.testing.server_process import ServerProcess

PICTURES: Final = pictures(250)
TONE: Final = tone(500)
#: No more than one segment, and what was on its way.
LOST_S: Final = 4.2


class Speaker:
    """Somebody on air with a camera and a microphone."""

    def __init__(self, media: socketio.AsyncClient) -> None:
        self.media = media

    async def send(self, seconds: float, room: str, session: str) -> float:
        """Frames as fast as they are due; how many seconds of them were sent."""
        place = {"room": room, "session": session}
        camera = {"source": "camera", "media": "video", "codec": "vp8", "width": 160, "height": 90, **place}
        sound = {"source": "microphone", "media": "audio", "codec": "opus", "channels": 1, **place}
        tracks = [(await self.media.call("publish", each))["track"] for each in (camera, sound)]
        rows: list[tuple[int, list[Encoded], int]] = [(tracks[0], PICTURES, 0), (tracks[1], TONE, 100)]
        clock = int(time.monotonic() * 1_000_000)
        every = sorted(each for track, row, level in rows for each in framed(track, row, clock_us=clock, level=level))
        begins = time.monotonic()
        for ms, piece in every:
            if ms > seconds * 1_000:
                break
            await asyncio.sleep(max(0.0, begins + ms / 1_000 - time.monotonic()))
            await self.media.emit("m", piece)
        return seconds


@asynccontextmanager
async def speaking(organiser: Organiser) -> AsyncIterator[Speaker]:
    """The organiser, inside and on the media plane."""
    async with organiser.http.post(f"{organiser.url}/api/enter", json={}, headers=organiser.headers) as answer:
        assert answer.status == 200, await answer.text()
        token = (await answer.json())["token"]
    venue, media = (socketio.AsyncClient(serializer="msgpack", reconnection=False) for _ in range(2))
    options = {"auth": {"token": token, "protocol": 1}, "transports": ["websocket"]}
    await venue.connect(organiser.url, **options)
    await media.connect(organiser.url, socketio_path=MEDIA_PATH, **options)
    try:
        yield Speaker(media)
    finally:
        for each in (media, venue):
            with contextlib.suppress(Exception):
                await each.disconnect()


async def until(organiser: Organiser, state: str) -> Any:
    async with asyncio.timeout(60):
        while True:
            (now,) = (await organiser.get("/api/recordings"))["recordings"]
            if now["state"] == state:
                return now
            assert now["state"] != "failed", now["message"]
            await asyncio.sleep(0.05)


@pytest.mark.counted
async def test_what_was_recorded_outlives_the_server(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, {"venue_dir": make_hall(tmp_path / "hall", 100), "profile": "event"})
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        organiser = Organiser(http, server)
        try:
            await asyncio.to_thread(server.start)
            await organiser.sign_in(await asyncio.to_thread(server.said, r"/sign-in#(\S+)\n"))
            room = (await organiser.do("programme.add_room", title="Hall"))["key"]
            now = int(time.time() // 60) * 60_000
            times = {"start": now - 60_000, "end": now + 3_600_000}
            session = (await organiser.do("programme.add_session", title="Talk", room=room, **times))["key"]
            await organiser.do("session.go_live", session=session)
            version = (await organiser.get(f"/api/ask/recording.text?session={session}"))["version"]
            await organiser.do("recording.consent", session=session, version=version)
            await organiser.do("recording.arm", session=session)
            await until(organiser, "recording")
            sent = 0.0
            for number in range(2):
                async with speaking(organiser) as speaker:
                    await organiser.do("stage.go_on_air", session=session, sources=["camera", "microphone"])
                    sent += await speaker.send(5.0, room, session)
                    if number == 0:
                        server.kill()
                if number == 0:
                    await asyncio.to_thread(server.start)
                    await until(organiser, "recording")
            await organiser.do("session.end", session=session)
            done = await until(organiser, "ready")
        finally:
            server.kill()
    take = tmp_path / "data" / RECORDINGS / session / "1"
    for media in read_finished(take).files:
        read_whole(take / media.name)
    main = packets(take / "main.webm")
    for kind in ("video", "audio"):
        at = [ms for ms, _, _ in main[kind]]
        assert all(b >= a for a, b in pairwise(at))
    seen = greys(take / "main.webm")
    recorded_s = len(seen) / 25
    assert sent - LOST_S <= recorded_s <= sent + 0.5
    heard = sum(level > 1_000 for level in loudness(take / "main.webm")) / 10
    assert heard >= sent - LOST_S
    first, second = read_finished(take).spans
    assert second.begins > first.ends
    assert second.at == first.ends - first.begins, "the time without a server is no part of it"
    assert done["duration_ms"] == (second.at + second.ends - second.begins) // 1_000
    assert not (take / "segments").exists()
