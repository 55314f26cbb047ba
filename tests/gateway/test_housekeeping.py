from __future__ import annotations

from typing import Any

from turia.gateway.line import REVIEW_TICKS
from turia.protocol import limits
from turia.protocol.close_codes import CloseCode


def names(read: list[Any]) -> list[str]:
    return [name for name, _ in read if name != "s"]


def test_a_transport_without_join_ends_after_ten_seconds_and_no_sooner(inside: Any) -> None:
    idle = inside.connection()
    inside.tick(int(limits.JOIN_DEADLINE_S * limits.TICK_HZ) - limits.TICK_HZ)
    assert not idle.link.hung_up
    inside.tick(limits.TICK_HZ)
    assert idle.link.hung_up
    (name, error), (closed, code) = inside.read(idle)
    assert (name, error["data"]["reason"], closed, code) == ("connect_error", "JOIN_TIMEOUT", "close", 4105)


def test_pings_every_five_seconds_while_they_are_answered(inside: Any) -> None:
    ana = inside.join()
    pings = 0
    for _ in range(30):
        inside.tick(limits.TICK_HZ)
        new = names(inside.read(ana)).count("ping")
        pings += new
        if new:
            ana.pong(inside.clock.monotonic())
    assert pings == 6
    assert not ana.link.hung_up


def test_an_unanswered_ping_closes_after_eight_seconds(inside: Any) -> None:
    ana = inside.join()
    inside.tick(limits.TICK_HZ * 6)
    assert "ping" in names(inside.read(ana))
    inside.tick(limits.TICK_HZ * 6)
    assert not ana.link.hung_up
    inside.tick(limits.TICK_HZ * 2)
    assert ana.link.hung_up
    assert ("close", 4002) in inside.read(ana)
    assert inside.house.farewell("ana").code == "ping_timeout"


def test_a_step_of_the_wall_clock_disconnects_nobody(inside: Any) -> None:
    ana = inside.join()
    for step in (30.0, -30.0, 3_600.0, -3_600.0):
        inside.clock.step_wall(step)
        inside.tick(limits.TICK_HZ)
        ana.pong(inside.clock.monotonic())
    assert not ana.link.hung_up


def test_a_pong_measures_the_round_trip_and_the_least_counts(inside: Any) -> None:
    ana = inside.join()
    for seconds in (0.2, 0.1, 0.9):
        ana.ping(inside.clock.monotonic())
        inside.clock.advance(seconds)
        ana.pong(inside.clock.monotonic())
    assert round(ana.round_trip, 3) == 0.1


def test_a_ticket_every_five_seconds(inside: Any) -> None:
    ana = inside.join()
    keep_up(inside, ana, limits.TICK_HZ * 20)
    assert names(inside.read(ana)).count("ticket") == 4


def test_the_work_of_many_spreads_over_ticks(inside: Any) -> None:
    everybody = [inside.join(f"p{i}") for i in range(60)]
    at: list[int] = []
    for tick in range(int(limits.TICKET_EVERY_S * limits.TICK_HZ)):
        inside.tick()
        at += [tick for each in everybody if "ticket" in names(inside.read(each))]
    assert len(at) == 60
    assert max(at.count(tick) for tick in set(at)) <= 3


def hold_back(inside: Any, connection: Any, ticks: int) -> None:
    """The line of one client takes bytes only every tenth tick."""
    for index in range(ticks):
        transport = inside.transports[connection]
        if index % 10:
            inside.block(connection)
        else:
            transport.free()
        inside.tick()
        connection.pong(inside.clock.monotonic())
    inside.transports[connection].free()


def keep_up(inside: Any, connection: Any, ticks: int) -> None:
    for _ in range(ticks):
        inside.tick()
        connection.pong(inside.clock.monotonic())


def test_the_tier_is_lowered_step_by_step_and_raised_again_never_above_what_was_asked(inside: Any) -> None:
    ana = inside.join(tier="full")
    hold_back(inside, ana, REVIEW_TICKS + limits.TICK_HZ)
    assert inside.space.tiers[ana.slot] == "light"
    assert "tier" in names(inside.read(ana))
    hold_back(inside, ana, REVIEW_TICKS)
    assert inside.space.tiers[ana.slot] == "flat"
    hold_back(inside, ana, REVIEW_TICKS)
    assert inside.space.tiers[ana.slot] == "flat"
    keep_up(inside, ana, 100 * limits.TICK_HZ)
    assert inside.space.tiers[ana.slot] in ("light", "full")
    keep_up(inside, ana, 200 * limits.TICK_HZ)
    assert inside.space.tiers[ana.slot] == "full"
    assert inside.house.stats.tiers_lowered == 2
    assert inside.house.stats.tiers_raised == 2


def test_who_asked_for_less_is_not_raised(inside: Any) -> None:
    ana = inside.join(tier="flat")
    keep_up(inside, ana, 60 * limits.TICK_HZ)
    assert inside.space.tiers[ana.slot] == "flat"
    assert "tier" not in names(inside.read(ana))


def test_reasons_nobody_came_back_for_are_forgotten(inside: Any) -> None:
    ana = inside.join()
    inside.house.abort(ana, CloseCode.SLOW_CONSUMER)
    inside.tick(2 * limits.TICK_HZ, seconds=2.0)
    assert inside.house.farewell("ana") is None
