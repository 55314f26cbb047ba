"""What the staff sees of a room and of the server, beside what was really sent and got; and what looking costs."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from turia.gateway import media_overview
from turia.gateway.media_connection import MediaConnection
from turia.media.health import AudienceSeen, RoomSeen, SourceSeen
from turia.testing.media_plane_rig import FreeRights, Plane, piece


@pytest.fixture
def plane() -> Plane:
    return Plane()


async def look(plane: Plane, room: str = "hall") -> RoomSeen:
    """As it is now, not as it was a moment ago."""
    plane.clock.advance(media_overview.KEPT_S)
    return await plane.media.overview.look(room)


async def audience(plane: Plane) -> AudienceSeen:
    return (await look(plane)).audience


def alive(plane: Plane) -> None:
    for each in plane.state.viewers.values():
        if not each.ponged:
            plane.media.text(each, "3")


def talk(plane: Plane, ana: MediaConnection, camera: int, microphone: int, seconds: int, *, group: int = 0) -> None:
    """25 pictures of 2,000 bytes and 50 packets of sound a second."""
    for second in range(group, group + seconds):
        for frame in range(25):
            plane.send(ana, piece(camera, second, frame, bytes(1_980)))
            for half in (0, 1):
                plane.send(ana, piece(microphone, second, 2 * frame + half, bytes(80), level=90))
            plane.flush(2)
            alive(plane)


def reports(plane: Plane, viewer: MediaConnection, *tracks: tuple[int, int], **more: Any) -> None:
    told = [{"track": track, "frames": frames, "decoded": frames} for track, frames in tracks]
    assert plane.ask(viewer, "report", {"round_trip_ms": 40, "tracks": told, **more}) == {"ok": True}


@pytest.fixture
def on_air(plane: Plane) -> tuple[MediaConnection, int, int]:
    """Ana, her camera and her microphone."""
    ana = plane.join("ana")
    camera = plane.publish(ana, width=1_280, height=720, layers=1)
    return ana, camera, plane.publish(ana, "microphone")


def source(seen: RoomSeen, name: str) -> SourceSeen:
    return next(each for each in seen.publishers[0].sources if each.source == name)


async def test_the_staff_sees_what_comes_from_a_speaker(plane: Plane, on_air: tuple[MediaConnection, int, int]) -> None:
    ana, camera, microphone = on_air
    ana.round_trip = 0.055
    talk(plane, ana, camera, microphone, 5)
    seen = await look(plane)
    [who] = seen.publishers
    assert (who.person, who.name, who.round_trip_ms) == ("ana", "ana", 55)
    picture, sound = source(seen, "camera"), source(seen, "microphone")
    assert (picture.codec, picture.width, picture.height, picture.begun) == ("vp8", 1_280, 720, True)
    assert picture.frame_rate == pytest.approx(25, rel=0.1)
    assert picture.bit_rate == pytest.approx(25 * 2_000 * 8, rel=0.1)
    assert sound.frame_rate == pytest.approx(50, rel=0.1)
    assert (sound.level, sound.key_ms, picture.level, picture.silent_ms) == (90, None, None, None)
    assert 0 < picture.idle_ms < 1_100
    assert (sound.silent_ms or 0) < 1_100
    plane.flush(200)
    later = source(await look(plane), "camera")
    assert (later.frame_rate, later.idle_ms > 4_000) == (0.0, True)
    assert later.key_ms == pytest.approx(6_960, abs=200)


async def test_who_follows_is_counted_by_what_he_gets(plane: Plane, on_air: tuple[MediaConnection, int, int]) -> None:
    ana, camera, microphone = on_air
    plane.rights.loud.add(("ana", "hall"))
    small = plane.publish(ana, quality=1)
    talk(plane, ana, camera, microphone, 1)
    wishes = {"ben": (camera, microphone), "cleo": (small, microphone), "dan": (microphone,), "eva": ()}
    for name, tracks in wishes.items():
        plane.watch(plane.join(name), *tracks)
    plane.flush()
    seen = await audience(plane)
    assert (seen.viewers, seen.full, seen.reduced, seen.sound_only, seen.idle, seen.stuck) == (4, 1, 1, 1, 1, 0)
    assert (seen.hears, seen.wants_sound) == (3, 3)
    fay = plane.join("fay")
    plane.ask(fay, "follow", {"rooms": ["hall"]})
    plane.ask(fay, "want", {"tracks": [[camera, 3]]})
    plane.state.release(next(each for each in plane.state.viewers.values() if each.person and each.person.id == "dan"))
    seen = await audience(plane)
    assert (seen.viewers, seen.full, seen.sound_only, seen.wants_sound) == (4, 2, 0, 2), (
        "those who left are not counted"
    )


async def test_a_room_without_pictures_is_heard_in_full(plane: Plane) -> None:
    ana = plane.join("ana")
    microphone = plane.publish(ana, "microphone")
    plane.watch(plane.join("ben"), microphone)
    assert (await audience(plane)).full == 1


async def test_who_says_that_nothing_comes_is_stuck_while_it_comes_to_us(
    plane: Plane, on_air: tuple[MediaConnection, int, int]
) -> None:
    ana, camera, microphone = on_air
    ben, cleo = plane.join("ben"), plane.join("cleo")
    for viewer in (ben, cleo):
        plane.watch(viewer, camera, microphone)
    for second in range(4):
        talk(plane, ana, camera, microphone, 1, group=second)
        reports(plane, ben, (camera, 0), (microphone, 50), round_trip_ms=400)
        reports(plane, cleo, (camera, 25), (microphone, 50))
    seen = await audience(plane)
    assert (seen.stuck, seen.full, seen.hears) == (1, 1, 2), "he hears, but sees nothing"
    assert [each.name for each in seen.stuck_people] == ["Ben"]
    assert seen.round_trips_ms == (400, 40)
    for _ in range(4):  # ana's line is cut: nobody's own line is to blame
        plane.flush(50)
        alive(plane)
        reports(plane, ben, (camera, 0), (microphone, 0))
        reports(plane, cleo, (camera, 0), (microphone, 0))
    assert (await audience(plane)).stuck == 0


async def test_who_does_not_read_is_stuck_and_neither_hears_nor_sees(
    plane: Plane, on_air: tuple[MediaConnection, int, int]
) -> None:
    ana, camera, microphone = on_air
    ben = plane.join("ben")
    plane.watch(ben, camera, microphone)
    talk(plane, ana, camera, microphone, 1)
    plane.transports[ben].block()
    plane.state.held.add(ben.outbox)
    talk(plane, ana, camera, microphone, 1, group=1)
    assert (await audience(plane)).stuck == 0, "a line may need a moment"
    talk(plane, ana, camera, microphone, 4, group=2)
    seen = await audience(plane)
    assert (seen.stuck, seen.hears, seen.wants_sound) == (1, 0, 1)
    assert seen.left_out["group"] > 0
    assert seen.left_out["audio"] > 0
    plane.transports[ben].free()
    talk(plane, ana, camera, microphone, 2, group=6)
    assert (await audience(plane)).stuck == 0


async def test_what_pages_ask_for_anew_is_counted(plane: Plane, on_air: tuple[MediaConnection, int, int]) -> None:
    ana, camera, microphone = on_air
    ben = plane.join("ben")
    plane.watch(ben, camera)
    talk(plane, ana, camera, microphone, 1)
    plane.ask(ben, "want", {"tracks": [[camera, 3]], "restart": [camera]})
    plane.ask(ben, "keyframe", {"track": camera})
    seen = await audience(plane)
    assert (seen.healed, seen.keys, seen.left_out) == (1, 1, {})


async def test_what_is_refused_is_seen_once_with_how_often_and_for_half_a_minute(plane: Plane) -> None:
    ana = plane.join("ana")
    plane.rights.no_sending["ana", "camera"] = FreeRights.MUTED
    basics = {"source": "camera", "media": "video", "codec": "vp8", "room": "hall", "session": "s-1"}
    for _ in range(2):
        assert plane.ask(ana, "publish", basics)["code"] == "muted"
    assert plane.media.overview.busy() == {"hall"}
    [refused] = (await look(plane)).refused
    assert (refused.person, refused.source, refused.code, refused.times) == ("ana", "camera", "muted", 2)
    assert refused.message == "You were muted."
    microphone = plane.publish(ana, "microphone")
    plane.send(ana, piece(microphone))
    plane.send(ana, piece(microphone))
    plane.rights.mute("ana", "microphone")
    plane.flush()
    plane.send(ana, piece(microphone, 1))
    codes = [each.code for each in (await look(plane)).refused]
    assert codes == ["muted", "order", "muted"], (
        "the newest first; frames after the end of their track tell nothing new"
    )
    plane.clock.advance(31)
    assert (await look(plane)).refused == ()
    assert plane.media.overview.busy() == set()


async def test_a_room_that_is_busy_has_tracks(plane: Plane) -> None:
    assert plane.media.overview.busy() == set()
    ana = plane.join("ana")
    track = plane.publish(ana)
    plane.publish(plane.join("vic"), "voice")
    assert plane.media.overview.busy() == {"hall"}
    plane.ask(ana, "unpublish", {"track": track})
    assert plane.media.overview.busy() == set()
    assert await look(plane) == RoomSeen()


async def test_the_server_tells_of_the_last_seconds(plane: Plane, on_air: tuple[MediaConnection, int, int]) -> None:
    ana, camera, microphone = on_air
    plane.watch(plane.join("ben"), camera, microphone)
    talk(plane, ana, camera, microphone, 8)
    server = plane.media.overview.server()
    assert (server.lines, server.tracks, server.period_ms, server.skipped, server.blocked) == (2, 2, 20, 0, 0)
    assert server.bit_rate == pytest.approx(8 * (25 * 2_000 + 50 * 100), rel=0.2)
    assert server.flush_ms >= 0


async def test_who_asks_at_the_same_time_or_again_at_once_is_told_the_same(
    plane: Plane, on_air: tuple[MediaConnection, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    overview = plane.media.overview
    walks = 0
    walk = overview._look

    async def counted(room: str) -> RoomSeen:
        nonlocal walks
        walks += 1
        return await walk(room)

    monkeypatch.setattr(overview, "_look", counted)
    first = await asyncio.gather(*(overview.look("hall") for _ in range(5)))
    assert all(each is first[0] for each in first)
    assert await overview.look("hall") is first[0]
    assert walks == 1
    await look(plane)
    assert walks == 2


async def test_two_thousand_viewers_are_looked_at_in_slices_and_in_less_than_ten_milliseconds() -> None:
    plane = Plane(capacity=4_000, joins_per_second=100_000, max_connections=10_000, max_connections_per_address=10_000)
    ana = plane.join("ana")
    camera, microphone = plane.publish(ana), plane.publish(ana, "microphone")
    viewer = plane.join("ben")
    plane.watch(viewer, camera, microphone)
    crowd = [viewer]
    for number in range(1_999):  # lines that stand for many: what is looked at is each one's own
        each = MediaConnection(10_000 + number, "192.0.2.7", viewer.link, viewer.outbox, 0.0)
        each.person = viewer.person
        plane.state.viewers[each.number] = each
        plane.state.followers["hall"].add(each)
        plane.state.relay.subscribe(each.number, {camera: 3, microphone: 3}, 0.0)
        crowd.append(each)
    talk(plane, ana, camera, microphone, 1)
    best, turns = float("inf"), 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(others())
    for _ in range(5):
        plane.clock.advance(media_overview.KEPT_S)
        begin, turns = time.perf_counter(), 0
        seen = await plane.media.overview.look("hall")
        best = min(best, time.perf_counter() - begin)
        assert turns >= 2_000 / media_overview.SLICE
    task.cancel()
    assert (seen.audience.viewers, seen.audience.full) == (2_000, 2_000)
    print(f"2,000 viewers: {best * 1_000:.1f} ms")
    assert best < 0.010
