from __future__ import annotations

import asyncio
from typing import Any

import msgpack
import pytest

from turia.clock import SystemClock
from turia.protocol.close_codes import CloseCode
from turia.protocol.media import HEAD_BYTES, MAX_MEDIA_MESSAGE_BYTES, MAX_PIECE_BYTES
from turia.testing.media_plane_rig import MEDIA_URL, MediaRig, event, piece
from turia.testing.wire import PING, PONG


async def test_a_picture_goes_over_sockets_from_one_to_the_other() -> None:
    async with MediaRig() as rig:
        await rig.join("ana")
        await rig.join("ben")
        ana, ben = await rig.join_media("ana"), await rig.join_media("ben")
        asked = {"source": "camera", "media": "video", "codec": "vp8", "room": "hall", "session": "s-1"}
        track = (await rig.ask(ana, "publish", asked))["track"]
        following = await rig.ask(ben, "follow", {"rooms": ["hall"]})
        (info,) = following["rooms"][0]["tracks"]
        assert (info["person"], info["source"], info["slot"]) == ("ana", "camera", 0)
        assert await rig.ask(ben, "want", {"tracks": [[track, 3]]}, 2) == {"tracks": [track], "refused": []}
        sent = piece(track, payload=bytes(range(256)) * 4)
        ana.emit("m", sent)
        await rig.settle()
        await rig.media.flush()
        assert await ben.event("m") == sent


async def test_nobody_is_taken_before_the_start_and_after_the_stop() -> None:
    async with MediaRig() as rig:
        await rig.join("ana")
        await rig.media.stop()
        client = await rig.open(path=MEDIA_URL)
        assert client.status == 503
        assert client.headers["retry-after"] == "5"


async def test_the_last_frame_and_the_reason_survive_unread_bytes() -> None:
    async with MediaRig() as rig:
        await rig.join("ana")
        client = await rig.join_media("ana")
        client.send_packet({"type": 2, "data": ["sit", {"seat": 1}], "nsp": "/"})
        client.send_bytes(b"\x82\xfe\x40\x00abcd" + b"x" * 200_000)
        end = await client.ending()
        assert end.reason is not None
        assert (end.reason["reason"], end.close_code) == ("UNKNOWN_EVENT", CloseCode.UNKNOWN_EVENT)


async def test_a_message_that_is_too_large_closes_the_line_and_says_how_large_is_right() -> None:
    async with MediaRig() as rig:
        await rig.join("ana")
        client = await rig.join_media("ana")
        client.send_frame(bytes(MAX_MEDIA_MESSAGE_BYTES + 1))
        end = await client.ending()
        assert end.reason is not None
        assert end.reason["reason"] == "TOO_LARGE"


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (b"\xc1", "MALFORMED"),
        (b"\x91" * 200, "MALFORMED"),
        (event("m", b"x" * 19), "MALFORMED"),
        (event("m", bytes(HEAD_BYTES + MAX_PIECE_BYTES + 1)), "MALFORMED"),
        (event("p", bytes(16)), "UNKNOWN_EVENT"),
        (event("connect", {}), "MALFORMED"),
        (msgpack.packb({"type": 5, "data": ["m"], "nsp": "/"}), "BINARY_ATTACHMENT"),
        (msgpack.packb({"type": 2, "data": ["m", b"x" * 30], "nsp": "/other"}), "MALFORMED"),
    ],
)
async def test_bytes_that_no_correct_client_sends_close_with_the_code_that_fits(message: bytes, reason: str) -> None:
    async with MediaRig() as rig:
        await rig.join("ana")
        client = await rig.join_media("ana")
        client.send_frame(message)
        end = await client.ending()
        assert end.reason is not None
        assert end.reason["reason"] == reason
        assert end.disconnected
        assert not rig.media._plane.viewers


async def test_whoever_signs_out_loses_sound_and_picture_with_the_venue() -> None:
    async with MediaRig() as rig:
        await rig.join("ana")
        client = await rig.join_media("ana")
        rig.gateway.renew("ana")
        end = await client.ending()
        assert end.reason is not None
        assert (end.reason["reason"], end.reason["retry_after"]) == ("TOKEN_EXPIRED", 0.0)


async def test_whoever_says_goodbye_to_the_venue_leaves_here_as_well() -> None:
    async with MediaRig() as rig:
        venue = await rig.join("ana")
        client = await rig.join_media("ana")
        venue.emit("bye", {}, identifier=1)
        end = await client.ending()
        assert end.reason is not None
        assert end.reason["reason"] == "LEFT"


async def test_pings_of_websocket_are_answered_and_too_many_are_strikes() -> None:
    async with MediaRig() as rig:
        await rig.join("ana")
        client = await rig.join_media("ana")
        client.send_frame(b"there?", PING)
        await rig.settle()
        await rig.media.flush()
        assert await client.frame() == (PONG, b"there?")
        for _ in range(40):
            client.send_frame(b"x", PING)
        end = await client.ending()
        assert end.reason is not None
        assert end.reason["reason"] == "TOO_MANY_REFUSED"


async def test_a_viewer_who_never_reads_keeps_nobody_waiting_and_nothing_in_memory() -> None:
    async with asyncio.timeout(60), MediaRig(clock=SystemClock(), run_ticks=True, run_flushes=True) as rig:
        for person in ("ana", "ben", "eva"):
            await rig.join(person)
        ana, ben, eva = [await rig.join_media(person) for person in ("ana", "ben", "eva")]
        transport: Any = ben.writer.transport
        asked = {"source": "camera", "media": "video", "codec": "vp8", "room": "hall", "session": "s-1"}
        tracks = []
        for quality in (0, 1):
            ana.emit("publish", {**asked, "quality": quality}, identifier=quality)
            tracks.append((await ana.answer(quality))["track"])
        for viewer in (ben, eva):
            viewer.emit("follow", {"rooms": ["hall"]}, identifier=1)
            viewer.emit("want", {"tracks": [[track, 3] for track in tracks]}, identifier=2)
            await viewer.answer(2)
        transport.pause_reading()
        sent = 0
        for group in range(30):
            for track in tracks:  # a megabyte and a half in all: more than lies between the two ends
                for each in range(2):
                    ana.emit("m", piece(track, group=group, payload=bytes(12_500), piece=each, pieces=2))
                    sent += 1
            for _ in range(4):
                assert len(await eva.event("m")) == 12_520
        (stuck,) = [each for each in rig.media._plane.viewers.values() if each.person and each.person.id == "ben"]
        assert stuck.outbox.transport.get_write_buffer_size() < 300_000
        assert stuck.outbox.pending_bytes < 10_000
        assert sent == 120
