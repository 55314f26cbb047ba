from __future__ import annotations

import asyncio
import logging
from typing import Any

import numpy as np
import pytest

from turia.clock import SystemClock
from turia.gateway.gateway import Gateway
from turia.gateway.settings import GatewaySettings
from turia.protocol import limits
from turia.protocol.messages import Introduction, Look, Notice, Place
from turia.testing.gateway_rig import NameTokens, PlainTickets
from turia.testing.still_space import StillSpace
from turia.world.space import Correction, CrowdFrame

POSE = bytes.fromhex("0102030201002efb9600c409401101c8")


def names(read: list[Any]) -> list[str]:
    return [name for name, _ in read]


def test_everything_of_a_tick_is_one_write_with_the_reliable_lane_first(inside: Any) -> None:
    ana = inside.join()
    inside.space.introductions[ana.slot] = [Introduction(3, 1, "ben", "Ben", "", "", Look())]
    inside.space.crowds = [CrowdFrame(b"\x01\x00\x00\x00\x00\x00", np.array([ana.slot], dtype=np.int32))]
    ana.answer(4, Notice("a", "b"))
    inside.tick()
    (written,) = inside.transports[ana].written
    assert names(inside.read(ana)) == ["ack", "who", "s", "k"]
    assert isinstance(written, bytes)


def test_poses_go_into_the_space_as_arrays(inside: Any) -> None:
    ana, ben = inside.join("ana"), inside.join("ben")
    inside.house.inbox.put(ana.slot, POSE)
    inside.house.inbox.put(ben.slot, POSE)
    inside.tick()
    assert inside.space.calls[-1] == ("ingest", ([ana.slot, ben.slot], [513, 513]))
    assert inside.house.stats.poses == 2


def test_phases_run_in_order(inside: Any) -> None:
    ana = inside.join()
    order: list[str] = []
    for name in ("ingest", "move", "expire", "refresh", "select_and_pack", "crowd"):
        original = getattr(inside.space, name)

        def spy(*args: Any, name: str = name, original: Any = original, **kwargs: Any) -> Any:
            order.append(name)
            return original(*args, **kwargs)

        setattr(inside.space, name, spy)
    inside.house.inbox.put(ana.slot, POSE)
    inside.tick()
    assert order == ["ingest", "move", "expire", "refresh", "select_and_pack", "crowd"]


def test_movers_are_given_the_time_that_really_passed(inside: Any) -> None:
    inside.join()
    given: list[float] = []

    def move(tick: int, periods: float) -> list[Any]:
        given.append(periods)
        return []

    inside.space.move = move
    inside.tick()
    inside.clock.advance(0.2)
    inside.tick()
    assert given == [1.0, pytest.approx(5.0)], "the tick itself advances the clock by one period"


def test_a_correction_becomes_a_fix(inside: Any) -> None:
    ana = inside.join()
    inside.space.corrections = [
        Correction(ana.slot, 9, Place(1.0, 0.0, 2.0, 0, 0), "wall"),
        Correction(60, 1, Place(0, 0, 0, 0, 0), "x"),
    ]
    inside.tick()
    fix = dict(inside.read(ana))["fix"]
    assert (fix["seq"], fix["reason"], fix["place"]["x"]) == (9, "wall", 1.0)


def test_volatile_data_is_withheld_from_a_blocked_line_and_reliable_data_waits(inside: Any) -> None:
    ana, ben = inside.join("ana"), inside.join("ben")
    inside.block(ana)
    ana.send("notice", Notice("a", "b"))
    inside.tick(3)
    assert inside.writes(ana) == []
    assert len(inside.writes(ben)) == 3
    inside.transports[ana].free()
    inside.tick(2)
    assert names(inside.read(ana)) == ["notice", "s", "s"]


def test_a_slow_consumer_is_aborted_and_told_when_coming_back(inside: Any) -> None:
    ana = inside.join()
    inside.block(ana)
    for _ in range(limits.OUTBOX_MAX_MESSAGES + 1):
        ana.send("notice", Notice("a", "b"))
    inside.tick()
    assert inside.transports[ana].aborted
    assert inside.house.stats.closed["SLOW_CONSUMER"] == 1
    assert ("detach", (0, 1)) in inside.space.calls
    assert inside.house.farewell("ana").code == "slow_consumer"


def test_a_line_blocked_for_three_seconds_is_aborted_and_no_sooner(inside: Any) -> None:
    ana = inside.join()
    inside.block(ana)
    ana.send("notice", Notice("a", "b"))
    inside.tick(60)
    assert not inside.transports[ana].aborted
    inside.tick(5)
    assert inside.transports[ana].aborted


def test_a_blocked_line_is_noticed_even_if_nothing_reliable_waits(inside: Any) -> None:
    ana = inside.join()
    inside.block(ana)
    inside.tick(85)
    assert inside.transports[ana].aborted


def test_others_are_not_disturbed_by_a_phase_that_fails(inside: Any, caplog: pytest.LogCaptureFixture) -> None:
    ana = inside.join()

    def broken(_tick: int) -> None:
        raise RuntimeError("bug")

    inside.space.refresh = broken
    inside.tick(10)
    assert len(inside.writes(ana)) == 10
    assert [record.levelno for record in caplog.records].count(logging.ERROR) == 1


def test_an_expired_slot_takes_its_connection_along(inside: Any) -> None:
    ana = inside.join()
    inside.space.expired = [ana.slot]
    inside.tick()
    assert names(inside.read(ana))[:1] == ["closing"]
    assert not inside.house.by_slot


def test_too_many_poses_cost_a_strike_each_tick_and_then_the_connection(inside: Any) -> None:
    ana = inside.join()
    for _ in range(40):
        for _ in range(20):
            inside.house.inbox.put(0, POSE)
        inside.tick()
    read = inside.read(ana)
    assert (
        "notice",
        {"code": "too_often", "message": "Too many messages of the kind 'pose' at once. Wait a moment."},
    ) in read
    assert ("close", 4101) in read


def test_signs_of_life_other_than_poses_reach_the_space(inside: Any) -> None:
    ana = inside.join()
    inside.house.heard.add(ana.slot)
    inside.tick(2)
    assert [call for call in inside.space.calls if call[0] == "contact"] == [("contact", ([ana.slot], 1))]


def test_introductions_are_shown_to_companions_as_well(inside: Any) -> None:
    ana, phone = inside.join("ana"), inside.join("ana", tier="companion")
    inside.space.introductions[ana.slot] = [Introduction(3, 1, "ben", "Ben", "", "", Look())]
    inside.tick(2)
    assert names(inside.read(phone)) == ["who"]


def test_overload_degrades_far_detail_and_never_the_reliable_lane(inside: Any) -> None:
    ana = inside.join()
    clock = inside.clock

    def slow(_tick: int) -> None:
        clock.advance(0.06)

    inside.space.refresh = slow
    inside.tick(60)
    assert [call[1] for call in inside.space.calls if call[0] == "overrun"] == [1, 2, 3, 3]
    assert inside.house.stats.overruns == 60
    assert inside.loop.load.ticks_a_round == 2
    ana.send("notice", Notice("a", "b"))
    inside.read(ana)
    ana.send("notice", Notice("a", "b"))
    inside.tick()
    assert "notice" in names(inside.read(ana))


def test_figures_name_every_number(inside: Any) -> None:
    inside.join()
    inside.tick(3)
    figures = inside.house.stats.figures()
    assert figures["joined"] == 1
    assert figures["tick"] == 3
    assert figures["tick_seconds_count"] == 3
    assert figures["phase_select_seconds"] == 0.0
    assert all(isinstance(value, int | float) for value in figures.values())


class FakeTime:
    """loop.time and asyncio.sleep of a loop in which only sleeping and ticking take time."""

    def __init__(self, tick_takes: dict[int, float]) -> None:
        self.now = 100.0
        self.tick_takes = tick_takes
        self.ticks: list[float] = []

    def time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    def tick(self, _late_s: float = 0.0) -> None:
        self.ticks.append(self.now)
        self.now += self.tick_takes.get(len(self.ticks), 0.003)
        if len(self.ticks) == 40:
            raise asyncio.CancelledError


async def clockwork(monkeypatch: pytest.MonkeyPatch, inside: Any, tick_takes: dict[int, float]) -> FakeTime:
    fake = FakeTime(tick_takes)
    monkeypatch.setattr("turia.gateway.tick_loop.asyncio.get_running_loop", lambda: fake)
    monkeypatch.setattr("turia.gateway.tick_loop.asyncio.sleep", fake.sleep)
    monkeypatch.setattr(inside.loop, "tick", fake.tick)
    with pytest.raises(asyncio.CancelledError):
        await inside.loop.run()
    return fake


async def test_the_clockwork_does_not_drift(monkeypatch: pytest.MonkeyPatch, inside: Any) -> None:
    fake = await clockwork(monkeypatch, inside, {})
    assert fake.ticks == pytest.approx([100.0 + 0.05 * (i + 1) for i in range(40)])


async def test_a_late_tick_does_not_move_the_next_and_lost_ones_are_skipped(
    monkeypatch: pytest.MonkeyPatch, inside: Any
) -> None:
    fake = await clockwork(monkeypatch, inside, {3: 0.06, 10: 0.5})
    after = np.array(fake.ticks) - 100.0
    assert after[3] == pytest.approx(0.21)
    assert after[4] == pytest.approx(0.25)
    assert np.allclose(after[12:] % 0.05, 0.0, atol=1e-6) or np.allclose(after[12:] % 0.05, 0.05, atol=1e-6)
    assert inside.house.stats.skipped_ticks == 9
    assert np.diff(after).min() > 0.03


async def test_start_and_stop_run_and_end_the_ticks() -> None:
    space: Any = StillSpace()
    gateway = Gateway(
        space,
        authenticator=NameTokens(),
        tickets=PlainTickets(),
        settings=GatewaySettings(venue="v", capacity=8),
        clock=SystemClock(),
        rng=np.random.default_rng(1),
    )
    ticked = asyncio.Event()
    space.refresh = lambda _tick: ticked.set()
    await gateway.start()
    await asyncio.wait_for(ticked.wait(), 60)
    await gateway.stop()
    await gateway.stop()
    assert not gateway.ready


def test_a_line_that_breaks_in_the_middle_of_the_writes_harms_no_other(
    inside: Any, caplog: pytest.LogCaptureFixture
) -> None:
    people = [inside.join(name) for name in ("ana", "ben", "eva")]
    inside.tick()
    for each in people:
        inside.read(each)

    def broken(_data: bytes) -> int:
        raise RuntimeError("unexpected")

    people[0].outbox.send = inside.house.sends[people[0].slot] = broken
    people[1].outbox.send = inside.house.sends[people[1].slot] = broken
    people[1].send("notice", Notice("a", "b"))
    inside.tick()
    assert names(inside.read(people[2]))[-1] == "s"
    assert inside.transports[people[0]].aborted
    assert inside.transports[people[1]].aborted
    assert not [record for record in caplog.records if "tick phase" in record.message]
