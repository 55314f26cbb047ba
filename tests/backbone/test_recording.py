"""Sessions are recorded as the event says, over kills, full disks and chairs who press at the same moment."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from turia.backbone import recording as recording_module
from turia.backbone.journal import Journal
from turia.backbone.recording import NOTHING, Recorder, Tell
from turia.backbone.recording_tape import Tape
from turia.errors import BundleError
from turia.event.decks import SlideShow
from turia.event.entries import EVENT, Change, put, room_stream, talk_stream
from turia.event.programme import Room, Session
from turia.event.recordings import Recording, RecordingState, recording_of
from turia.event.rooms import Phase, SessionRun
from turia.event.settings import Policies
from turia.event.talks import OfSession
from turia.protocol.media import TrackInfo
from turia.recording.folder import Finished, Media, RecordingsFolder, keep_draft, segments_of
from turia.recording.index import read
from turia.recording.records import Begun, Paused, Slide
from turia.recording.writer import FULL
from turia.store.memory import MemoryStore
from turia.testing import backbone
from turia.testing.backbone import NOW
from turia.testing.manual_clock import ManualClock
from turia.testing.media_plane_rig import piece

S = RecordingState
DAY_MS = 24 * 3_600_000
CAMERA = TrackInfo(3, "ana", "Ana", "camera", "video", "vp8", "hall", "talk", 160, 90)


def event(state: S = S.ARMED, phase: Phase = Phase.LIVE, **fields: Any) -> list[Change]:
    value = Recording(state, "cher", NOW, text_version=0, **fields)
    return [
        put(EVENT, "hall", Room("Hall")),
        put(EVENT, "talk", Session("Talk", NOW, NOW + 3_600_000, room="hall")),
        put(room_stream("hall"), "talk", SessionRun(phase, NOW, NOW, NOW)),
        put(room_stream("hall"), "talk", value),
    ]


class Plane:
    """Rooms that are listened to, and which were asked for whole pictures."""

    def __init__(self) -> None:
        self.taps: dict[str, Tape] = {}
        self.asked: list[str] = []

    def tap(self, room: str, tap: Tape) -> Callable[[], None]:
        self.taps[room] = tap

        def end() -> None:
            self.taps.pop(room, None)

        return end

    def ask_keys(self, room: str) -> None:
        self.asked.append(room)


class Maker:
    """Makes files when it is told to."""

    def __init__(self) -> None:
        self.takes: list[str] = []
        self.go = asyncio.Event()
        self.go.set()
        self.error: Exception | None = None
        self.tell: Tell = lambda done, steps: None

    async def __call__(self, take: Path, tell: Tell) -> None:
        self.takes.append(take.name)
        self.tell = tell
        await self.go.wait()
        if self.error is not None:
            raise self.error
        (take / "draft").mkdir()
        (take / "draft" / "main.webm").write_bytes(b"1234")
        media = Media("main.webm", "main", "video/webm", 4)
        keep_draft(take, Finished(2_000, (), (media,), (), len(segments_of(take)), 0))


class Hall:
    """A room that is recorded."""

    def __init__(self, book: Journal, clock: ManualClock, data_dir: Path) -> None:
        self.book = book
        self.clock = clock
        self.plane = Plane()
        self.maker = Maker()
        self.folder = RecordingsFolder(data_dir)
        self.recorder = self.new_recorder()

    def new_recorder(self, **more: Any) -> Recorder:
        more = {"finish": self.maker, "again_s": 0, "least_free": 0, **more}
        return Recorder(self.book, self.folder, self.plane, self.clock, **more)

    @property
    def now(self) -> Recording:
        return recording_of(self.book.state, "talk")

    async def do(self, name: str) -> None:
        await self.book.do(name, OfSession("talk"))

    async def put(self, *changes: Change) -> None:
        await self.book._store.commit(backbone.entries_of(*changes, state=self.book.state), [])
        await self.book.look()

    async def until(self, state: S) -> Recording:
        async with asyncio.timeout(60):
            while self.now.state is not state:  # noqa: ASYNC110 - a thread is waited for, too
                await asyncio.sleep(0.001)
        return self.now

    async def on_tape(self) -> Tape:
        async with asyncio.timeout(60):
            while not (tape := self.plane.taps.get("hall")) or not tape.on:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        return tape

    def off(self, tape: Tape) -> bool:
        return not tape.on

    def send(self, number: int) -> None:
        self.clock.advance(0.04)
        self.plane.taps["hall"].push(CAMERA, piece(3, frame=number), self.clock.monotonic())

    def marks(self) -> list[Any]:
        return [mark for _, mark in read(self.folder.takes("talk")[-1]).marks if isinstance(mark, Begun | Paused)]


@asynccontextmanager
async def hall(tmp_path: Path, *changes: Change, started: bool = True) -> AsyncIterator[Hall]:
    clock = ManualClock()
    async with backbone.journal(*changes, clock=clock, store=MemoryStore()) as book:
        it = Hall(book, clock, tmp_path)
        if started:
            await it.recorder.start()
        try:
            yield it
        finally:
            await it.recorder.close()


@pytest.fixture(autouse=True)
def all_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is recorded is a question of tests/backbone/test_recording_tape.py."""
    monkeypatch.setattr(Tape, "_verdict", lambda self, info: True)


async def test_an_armed_session_is_recorded_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    async with hall(tmp_path, *event(S.OFF, Phase.OPEN)) as it:
        await it.do("recording.arm")
        await asyncio.sleep(0)
        assert it.plane.taps == {}, "nothing is recorded before it is live"
        await it.do("session.go_live")
        await it.until(S.RECORDING)
        await it.on_tape()
        assert it.plane.asked == ["hall"]
        for number in range(5):
            it.send(number)
        await it.do("session.end")
        done = await it.until(S.READY)
        assert (done.duration_ms, done.bytes, done.segments) == (2_000, 4, 1)
        assert done.keep_until == it.book.moment().at + Policies().recording_days * DAY_MS
        assert it.plane.taps == {}
        assert it.recorder.progress == {}


async def test_off_the_record_holds_at_once(tmp_path: Path) -> None:
    async with hall(tmp_path, *event()) as it:
        tape = await it.on_tape()
        it.send(0)
        await it.do("recording.pause")
        assert it.off(tape), "before anybody else runs"
        it.send(1)
        await it.do("recording.resume")
        assert not it.off(tape)
        assert it.plane.asked == ["hall", "hall"]
        it.send(2)
        await it.do("session.pause")
        assert it.off(tape), "a break is not recorded, either"
        it.send(3)
        await it.do("session.resume")
        await it.recorder.close()
        assert [len(track) for track in read(it.folder.takes("talk")[0]).tracks] == [2]
        assert it.marks() == [Begun(), Paused(), Begun(), Paused(), Begun(), Paused()]


async def test_the_next_server_goes_on_with_what_a_killed_one_left(tmp_path: Path) -> None:
    async with hall(tmp_path, *event()) as it:
        await it.on_tape()
        it.send(0)
        (tape, writer, _) = it.recorder._tapes.pop("talk")  # nobody says that it stops
        writer.close()
        for task in it.recorder._tasks:
            task.cancel()
        second = it.new_recorder()
        it.plane.taps.clear()
        await second.start()
        again = await it.on_tape()
        assert again is not tape
        it.send(1)
        await second.close()
        (take,) = it.folder.takes("talk")
        index = read(take)
        assert [len(track) for track in index.tracks] == [1, 1], "tracks of two servers are not taken for each other"
        assert it.marks() == [Begun(), Paused(), Begun(), Paused()]


async def test_what_ended_while_no_server_ran_is_finished_at_the_next_start(tmp_path: Path) -> None:
    async with hall(tmp_path, *event(S.PROCESSING, Phase.ENDED), started=False) as it:
        (it.folder.begin("talk") / "segments" / "000001.part").write_bytes(b"x")
        await it.recorder.start()
        await it.until(S.READY)


async def test_files_that_were_made_before_the_kill_are_not_made_again(tmp_path: Path) -> None:
    async with hall(tmp_path, *event(S.PROCESSING, Phase.ENDED), started=False) as it:
        await it.maker(it.folder.begin("talk"), lambda *_: None)
        await it.recorder.start()
        await it.until(S.READY)
        assert it.maker.takes == ["1"]


async def test_how_far_it_is_can_be_asked(tmp_path: Path) -> None:
    async with hall(tmp_path, *event()) as it:
        await it.on_tape()
        it.maker.go.clear()
        await it.do("recording.stop")
        async with asyncio.timeout(60):
            while not it.maker.takes:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        assert it.recorder.progress == {"talk": (0, 1)}
        it.maker.tell(2, 5)
        assert it.recorder.progress == {"talk": (2, 5)}
        it.maker.go.set()
        await it.until(S.READY)


async def test_recorded_again_it_has_two_takes(tmp_path: Path) -> None:
    async with hall(tmp_path, *event()) as it:
        for _ in range(2):
            await it.on_tape()
            await it.do("recording.stop")
            done = await it.until(S.READY)
            await it.do("recording.arm")
        assert (done.duration_ms, done.bytes) == (4_000, 8)
        assert it.maker.takes == ["1", "2"]


async def test_a_disk_that_is_full_ends_it_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with hall(tmp_path, *event()) as it:
        await it.on_tape()

        def write(handle: int, data: bytes) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        it.send(0)
        monkeypatch.setattr(os, "write", write)
        it.send(1)
        failed = await it.until(S.FAILED)
        monkeypatch.undo()
        assert failed.message == FULL
        assert it.plane.taps == {}
        async with asyncio.timeout(60):
            while not it.folder.finished("talk"):  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        assert it.now.message == FULL, "what was written can be watched, but it failed"


async def test_what_failed_is_no_obstacle_to_recording_again_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hall(tmp_path, *event()) as it:
        await it.on_tape()
        it.maker.go.clear()
        it.send(0)
        it.recorder._failed("talk", FULL)
        await it.until(S.FAILED)
        await it.do("recording.arm")
        await it.on_tape()
        it.send(0)
        assert [take.name for take in it.folder.takes("talk")] == ["1", "2"], "the first is still being finished"
        it.maker.go.set()
        await it.do("recording.stop")
        assert (await it.until(S.READY)).duration_ms == 4_000
        assert it.maker.takes == ["1", "2"]


async def test_a_disk_that_is_full_from_the_beginning_is_said(tmp_path: Path) -> None:
    async with hall(tmp_path, *event(), started=False) as it:
        it.recorder = it.new_recorder(least_free=1 << 62)
        await it.recorder.start()
        assert (await it.until(S.FAILED)).message == FULL


@pytest.mark.parametrize("error", [BundleError("It cannot be."), OSError(errno.EIO, "broken"), KeyError("ours")])
async def test_files_that_cannot_be_made_are_said_and_segments_kept(tmp_path: Path, error: Exception) -> None:
    async with hall(tmp_path, *event()) as it:
        it.maker.error = error
        await it.on_tape()
        await it.do("recording.stop")
        failed = await it.until(S.FAILED)
        expected = "It cannot be." if isinstance(error, BundleError) else "turia recordings finalise talk"
        assert expected in failed.message
        assert segments_of(it.folder.takes("talk")[0])


async def test_one_that_failed_is_prepared_again_when_somebody_asks(tmp_path: Path) -> None:
    async with hall(tmp_path, *event()) as it:
        it.maker.error = BundleError("It cannot be.")
        await it.on_tape()
        it.send(0)
        await it.do("recording.stop")
        await it.until(S.FAILED)
        await it.do("recording.prepare")
        await it.until(S.PROCESSING)
        assert (await it.until(S.FAILED)).message == "It cannot be.", "as long as it cannot be"
        it.maker.error = None
        await it.do("recording.prepare")
        done = await it.until(S.READY)
        assert (done.message, done.duration_ms, it.maker.takes) == ("", 2_000, ["1", "1", "1"])


async def test_what_could_be_saved_of_one_that_failed_becomes_ready_without_being_made_again(tmp_path: Path) -> None:
    async with hall(tmp_path, *event()) as it:
        await it.on_tape()
        it.send(0)
        it.recorder._failed("talk", FULL)
        await it.until(S.FAILED)
        await it.do("recording.prepare")
        assert (await it.until(S.READY)).duration_ms == 2_000
        assert it.maker.takes == ["1"]


async def test_of_two_servers_one_records(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    async with hall(tmp_path, *event(S.OFF, Phase.OPEN)) as it:
        second = Hall(it.book, it.clock, tmp_path / "b")
        await second.recorder.start()
        await it.do("recording.arm")
        await it.do("session.go_live")
        await it.until(S.RECORDING)
        one, none = (it, second) if it.now.server == it.folder.server() else (second, it)
        tape = await one.on_tape()
        one.send(0)
        await it.do("session.pause")
        assert one.off(tape)
        await it.do("session.resume")
        one.send(1)
        async with asyncio.timeout(60):
            while none.plane.taps or none.folder.sessions():  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        await it.do("session.end")
        await it.until(S.READY)
        assert (one.maker.takes, none.maker.takes) == (["1"], [])
        await second.recorder.close()


async def test_what_another_server_records_is_not_touched_until_it_must_be_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording_module, "KEEP_EVERY_S", 0.001)
    async with hall(tmp_path, *event(S.PROCESSING, Phase.ENDED, server="another"), started=False) as it:
        it.folder.begin("talk")
        await it.recorder.start()
        it.clock.advance(recording_module.LOST_MS / 1_000)
        await asyncio.sleep(0.02)
        assert it.now.state is S.PROCESSING
        it.clock.advance(1)
        assert "not on the server" in (await it.until(S.FAILED)).message


async def test_files_of_this_server_that_are_lost_are_said_at_once(tmp_path: Path) -> None:
    here = RecordingsFolder(tmp_path).server()
    async with hall(tmp_path, *event(S.PROCESSING, Phase.ENDED, server=here)) as it:
        assert "not on the server" in (await it.until(S.FAILED)).message


async def test_disarmed_at_the_moment_of_beginning_nothing_is_left_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hall(tmp_path, *event(S.READY, Phase.LIVE, keep_until=NOW + DAY_MS)) as it:
        await it.maker(it.folder.begin("talk"), lambda *_: None)
        begin = it.folder.begin

        def slow(session: str, *, new: bool = False) -> Path:
            disarmed = asyncio.run_coroutine_threadsafe(it.do("recording.disarm"), it.recorder._loop)
            disarmed.result(5)
            return begin(session, new=new)

        monkeypatch.setattr(it.folder, "begin", slow)
        await it.do("recording.arm")
        await it.until(S.READY)
        async with asyncio.timeout(60):
            while it.recorder._tapes or len(it.folder.takes("talk")) > 1:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        assert len(it.folder.finished("talk")) == 1


async def test_nothing_recorded_is_said(tmp_path: Path) -> None:
    async with hall(tmp_path, *event(S.PROCESSING, Phase.ENDED), started=False) as it:
        it.folder.begin("talk")
        await it.recorder.start()
        assert (await it.until(S.FAILED)).message == NOTHING


async def test_a_recording_whose_time_is_over_is_deleted_with_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording_module, "KEEP_EVERY_S", 0.001)
    async with hall(tmp_path, *event(S.READY, Phase.ENDED, keep_until=NOW + DAY_MS), started=False) as it:
        await it.maker(it.folder.begin("talk"), lambda *_: None)
        await it.recorder.start()
        await asyncio.sleep(0.02)
        assert it.now.state is S.READY
        it.clock.advance(24 * 3_600)
        await it.until(S.DELETED)
        async with asyncio.timeout(60):
            while it.folder.sessions():  # noqa: ASYNC110
                await asyncio.sleep(0.001)


async def test_one_that_failed_is_kept_as_long_as_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording_module, "KEEP_EVERY_S", 0.001)
    async with hall(tmp_path, *event(S.FAILED, Phase.ENDED)) as it:
        it.clock.advance((Policies().recording_days * DAY_MS) / 1_000 - 1)
        await asyncio.sleep(0.02)
        assert it.now.state is S.FAILED
        it.clock.advance(1)
        await it.until(S.DELETED)


async def test_slides_are_noted_from_the_first_on(tmp_path: Path) -> None:
    def page(number: int, *, black: bool = False) -> Change:
        return put(talk_stream("talk"), "talk", SlideShow("talk", "d", number, "ana", NOW, black))

    async with hall(tmp_path, *event(), page(3)) as it:
        await it.on_tape()
        await it.put(page(4))
        await it.put(page(4, black=True))
        await it.recorder.close()
        marks = [mark for _, mark in read(it.folder.takes("talk")[0]).marks if isinstance(mark, Slide)]
        assert marks == [Slide("d", 3), Slide("d", 4), Slide()]
