from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.fair_clock import FairClock

from turia.clock import SystemClock
from turia.gateway.connection import State
from turia.gateway.media_connection import MediaConnection
from turia.gateway.media_flush import BLOCKED_S, PERIOD_S, Pace
from turia.protocol import limits
from turia.protocol.close_codes import CloseCode
from turia.protocol.media import AskKey
from turia.testing.media_plane_rig import MediaRig, Plane, event, piece


@pytest.fixture
def plane() -> Plane:
    return Plane()


def watched(plane: Plane, count: int) -> tuple[MediaConnection, list[MediaConnection], int]:
    """A publisher, viewers who are in step, and the track."""
    ana = plane.join("ana")
    track = plane.publish(ana)
    viewers = [plane.join(f"v{index}") for index in range(count)]
    for each in viewers:
        plane.watch(each, track)
    plane.flush()
    for each in viewers:
        plane.read(each)
    return ana, viewers, track


def block(plane: Plane, connection: MediaConnection) -> None:
    plane.transports[connection].block()
    plane.state.held.add(connection.outbox)


def test_answers_and_frames_leave_in_one_write(plane: Plane) -> None:
    ana, (ben,), track = watched(plane, 1)
    plane.send(ana, piece(track))
    ben.send("keyframe", AskKey(track=track))
    plane.flush()
    assert len(plane.transports[ben].written) == 1
    assert [each[0] for each in plane.read(ben)] == ["keyframe", "m"]


def test_everybody_in_step_gets_the_very_same_bytes(plane: Plane) -> None:
    ana, viewers, track = watched(plane, 5)
    plane.send(ana, piece(track, payload=bytes(9_000)))
    plane.send(ana, piece(track, frame=1))
    plane.flush()
    written = [plane.transports[each].written for each in viewers]
    assert {len(each) for each in written} == {1}
    assert len({each[0] for each in written}) == 1


def test_a_line_that_breaks_while_it_is_written_to_is_nobody_elses_trouble(plane: Plane) -> None:
    ana, (ben, eva), track = watched(plane, 2)

    def broken(_data: Any) -> int:
        raise RuntimeError("this line is made of string")

    ben.outbox.send = broken
    plane.send(ana, piece(track))
    plane.flush()
    assert plane.frames(eva) == [(track, 0, 0)]
    assert ben.state is State.CLOSING
    assert plane.state.stats.closed[CloseCode.INTERNAL.name] == 1


def test_what_the_system_does_not_take_waits_in_order(plane: Plane) -> None:
    ana, (ben,), track = watched(plane, 1)
    taken: list[bytes] = []

    def little(data: Any) -> int:
        taken.append(bytes(data[:100]))
        return 100

    ben.outbox.send = little
    plane.send(ana, piece(track, payload=bytes(5_000)))
    plane.flush()
    rest = b"".join(plane.transports[ben].written)
    assert (b"".join(taken) + rest).count(bytes(5_000)) == 1
    assert plane.state.stats.partial_writes == 1


def test_one_part_that_fails_does_not_silence_the_others(plane: Plane, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, (ben,), track = watched(plane, 1)

    def fails(*_: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(plane.state.relay, "key_requests", fails)
    monkeypatch.setattr(plane.state.relay, "drops", fails)
    plane.send(ana, piece(track))
    plane.flush(2)
    assert plane.frames(ben) == [(track, 0, 0)]


def test_a_relay_that_fails_leaves_the_answers_alive(plane: Plane, monkeypatch: pytest.MonkeyPatch) -> None:
    _, (ben,), _ = watched(plane, 1)

    def fails(*_: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(plane.state.relay, "flush", fails)
    plane.media.message(ben, event("sync", {"t": 1.0}, 9))
    plane.flush()
    assert plane.read(ben)[0][1]["t"] == 1.0


# -- giving way ----------------------------------------------------------------------------------


async def test_others_run_between_writes_to_many(plane: Plane) -> None:
    ana, viewers, track = watched(plane, 40)
    seen: list[int] = []

    def slow(data: Any) -> int:
        plane.clock.advance(0.001)
        seen.append(1)
        return len(data)

    for each in viewers:
        each.outbox.send = slow
    plane.send(ana, piece(track))
    at: list[int] = []

    async def other() -> None:
        while len(seen) < 40:
            at.append(len(seen))
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    await plane.media.flush()
    await task
    assert plane.state.stats.pauses >= 2
    assert max(b - a for a, b in zip(at, [*at[1:], 40], strict=True)) <= 20, "never long at a stretch"


async def test_who_loses_a_right_while_a_flush_gives_way_gets_nothing_more(plane: Plane) -> None:
    ana, viewers, track = watched(plane, 40)
    last = viewers[-1]
    other = plane.publish(ana, "screen", room="foyer")
    plane.ask(last, "follow", {"rooms": ["hall", "foyer"]})
    plane.ask(last, "want", {"tracks": [[track, 3], [other, 3]]})
    await plane.media.flush()

    writing = asyncio.Event()

    def slow(data: Any) -> int:
        plane.clock.advance(0.001)
        writing.set()
        return len(data)

    for each in viewers[:-1]:
        each.outbox.send = slow
    plane.send(ana, piece(track))
    plane.send(ana, piece(other))

    async def loses() -> None:
        await writing.wait()
        plane.rights.keep_out("v39", "hall")
        plane.media._watching.review_stale()

    flush = asyncio.create_task(plane.media.flush())
    task = asyncio.create_task(loses())
    await asyncio.gather(flush, task)
    plane.read(last)
    await plane.media.flush()
    assert plane.frames(last) == [(other, 0, 0)], "what he keeps begins anew"


async def test_a_viewer_who_leaves_while_a_flush_gives_way_is_skipped(plane: Plane) -> None:
    ana, viewers, track = watched(plane, 40)
    last = viewers[-1]

    writing = asyncio.Event()

    def slow(data: Any) -> int:
        plane.clock.advance(0.001)
        writing.set()
        return len(data)

    for each in viewers[:-1]:
        each.outbox.send = slow
    plane.send(ana, piece(track))

    async def leaves() -> None:
        await writing.wait()
        plane.media.gone(last)

    flush, task = asyncio.create_task(plane.media.flush()), asyncio.create_task(leaves())
    await asyncio.gather(flush, task)
    assert plane.frames(last) == []


# -- lines that do not take it -------------------------------------------------------------------


def test_answers_behind_a_blocked_line_are_bounded_in_number_and_time(plane: Plane) -> None:
    _, (ben, eva), track = watched(plane, 2)
    block(plane, ben)
    for _ in range(limits.OUTBOX_MAX_MESSAGES + 1):
        ben.send("keyframe", AskKey(track=track))
    block(plane, eva)
    eva.send("keyframe", AskKey(track=track))
    plane.flush()
    assert list(plane.state.viewers.values())[1:] == [eva]
    plane.flush(10, seconds=BLOCKED_S / 10 - 0.05)
    assert eva in plane.state.viewers.values()
    plane.flush(2, seconds=0.5)
    assert eva not in plane.state.viewers.values()
    assert plane.state.stats.closed[CloseCode.SLOW_CONSUMER.name] == 2


def test_a_line_that_frees_itself_in_time_is_forgiven(plane: Plane) -> None:
    _, (ben,), track = watched(plane, 1)
    for _ in range(3):
        block(plane, ben)
        ben.send("keyframe", AskKey(track=track))
        plane.flush(10, seconds=0.3)
        plane.transports[ben].free()
        plane.flush()
        plane.media.text(ben, "3") if not ben.ponged else None
    assert ben.state is State.JOINED


# -- pace ----------------------------------------------------------------------------------------


def test_the_period_is_stretched_when_flushes_are_full_and_taken_back_when_they_are_calm() -> None:
    pace = Pace()
    for _ in range(9):
        pace.took(0.019)
    assert pace.period_s == PERIOD_S
    pace.took(0.019)
    assert pace.period_s == 2 * PERIOD_S
    for _ in range(49):
        pace.took(0.005)
    pace.took(0.015)
    for _ in range(49):
        pace.took(0.005)
    assert pace.stretched
    pace.took(0.005)
    assert not pace.stretched


def test_a_single_hiccup_stretches_nothing() -> None:
    pace = Pace()
    for _ in range(100):
        pace.took(0.5)
        pace.took(0.001)
    assert not pace.stretched


async def test_the_clockwork_flushes_by_itself_and_stops_within_its_time() -> None:
    async with MediaRig(clock=SystemClock(), run_ticks=True, run_flushes=True, drain_s=0.3) as rig:
        await rig.join("ana")
        ana = await rig.join_media("ana")
        ana.emit("sync", {"t": 4.0}, identifier=1)
        async with asyncio.timeout(60):
            assert (await ana.answer(1))["t"] == 4.0
        ending = asyncio.create_task(ana.ending())
        with FairClock() as clock:
            await rig.media.stop()
            assert clock.now() < 2.0
        end = await ending
        assert end.reason is not None
        assert end.reason["reason"] == "SERVER_RESTART"
        assert end.reason["retry_after"] is not None
        assert not end.disconnected, "stock clients come back by themselves"
        await rig.media.stop()
        assert rig.media.stats.flushes > 0
