"""The way in, over real loopback sockets; time stands still unless a test moves it."""

from __future__ import annotations

from typing import Any

import pytest

from turia.protocol import limits
from turia.protocol.close_codes import CloseCode
from turia.testing.gateway_rig import Rig
from turia.testing.still_space import StillSpace


async def turned_away(rig: Rig, headers: dict[str, str] | None = None, **auth: Any) -> dict[str, Any]:
    client = await rig.open(headers=headers)
    client.connect(**{"token": "ana", **auth})
    end = await client.ending()
    assert end.reason is not None
    assert end.close_code == end.reason["code"]
    assert [packet["type"] for packet in end.packets] == [4]
    return end.reason


# -- CONNECT -------------------------------------------------------------------------------------


async def test_a_person_is_welcomed_with_place_and_ticket() -> None:
    async with Rig() as rig:
        client = await rig.join("ana")
        welcome = await client.event("welcome")
        assert (welcome["person"], welcome["slot"], welcome["resumed"], welcome["venue"]) == ("ana", 0, False, "rig")
        assert (welcome["people"], welcome["capacity"], welcome["tier"]) == (1, 64, "full")
        assert (await client.event("ticket"))["ticket"] == "ana 0.0 0.0"


@pytest.mark.parametrize(
    ("auth", "reason", "comes_back"),
    [
        ({"token": "old"}, "TOKEN_EXPIRED", True),
        ({"token": "forged"}, "NOT_SIGNED_IN", False),
        ({"token": "ana", "protocol": 99}, "WRONG_PROTOCOL", False),
    ],
)
async def test_connect_is_refused_with_a_reason(auth: dict[str, Any], reason: str, comes_back: bool) -> None:
    async with Rig() as rig:
        away = await turned_away(rig, **auth)
        assert away["reason"] == reason
        assert (away["code"] < 4200) == comes_back
        assert not rig.space.people
        assert rig.gateway.stats.turned_away[reason] == 1


async def test_connect_without_auth_is_not_signed_in() -> None:
    async with Rig() as rig:
        client = await rig.open()
        client.send_packet({"type": 0, "nsp": "/"})
        end = await client.ending()
        assert end.reason is not None
        assert end.reason["reason"] == "NOT_SIGNED_IN"


async def test_a_full_venue_says_when_to_come_back() -> None:
    async with Rig(StillSpace(capacity=1)) as rig:
        await rig.join("ana")
        away = await turned_away(rig, token="ben")
        assert away["reason"] == "FULL"
        assert 10 <= away["retry_after"] <= 20


async def test_arrivals_are_spread_when_too_many_come_at_once() -> None:
    async with Rig(joins_per_second=3.0) as rig:
        for name in ("a", "b", "c"):
            await rig.join(name)
        away = await turned_away(rig, token="d")
        assert away["reason"] == "OVERLOADED"
        assert away["retry_after"] > 0
        rig.clock.advance(1.0)
        await rig.join("d")


async def test_a_bug_while_joining_is_answered(caplog: pytest.LogCaptureFixture) -> None:
    async with Rig() as rig:

        def broken(*_args: Any, **_options: Any) -> None:
            raise RuntimeError("bug")

        rig.space.enter = broken
        assert (await turned_away(rig))["reason"] == "INTERNAL"
    assert "bug" in caplog.text


# -- coming back ---------------------------------------------------------------------------------


async def test_a_resume_ticket_brings_back_to_the_place() -> None:
    async with Rig() as rig:
        client = await rig.join("ana", ticket="ana 7.5 -3.0")
        welcome = await client.event("welcome")
        assert welcome["resumed"]
        assert (welcome["place"]["x"], welcome["place"]["z"]) == (7.5, -3.0)


async def test_the_ticket_of_another_person_is_worth_nothing() -> None:
    async with Rig() as rig:
        client = await rig.join("ana", ticket="ben 7.5 -3.0")
        assert not (await client.event("welcome"))["resumed"]


async def test_the_older_connection_of_a_person_is_replaced_and_told_to_stop() -> None:
    async with Rig() as rig:
        first = await rig.join("ana")
        second = await rig.join("ana")
        end = await first.ending()
        assert end.reason is not None
        assert end.reason["reason"] == "REPLACED"
        assert end.disconnected
        assert (await second.event("welcome"))["slot"] == 0
        await rig.settle()
        assert not any(name == "detach" for name, _ in rig.space.calls)
        rig.ticks(1)
        assert await second.event("s")
        assert rig.gateway.stats.joined == 1


async def test_a_lost_connection_keeps_its_place() -> None:
    async with Rig() as rig:
        client = await rig.join("ana")
        await client.close()
        await rig.settle()
        assert ("detach", (0, 0)) in rig.space.calls
        again = await rig.join("ana")
        assert (await again.event("welcome"))["resumed"]


async def test_the_reason_of_an_abort_is_told_on_the_next_connect() -> None:
    async with Rig() as rig:
        await rig.join("ana")
        (connection,) = rig.gateway._house.connections
        rig.gateway._house.abort(connection, CloseCode.SLOW_CONSUMER)
        again = await rig.join("ana")
        notice = await again.event("notice")
        assert notice["code"] == "slow_consumer"
        third = await rig.join("ana")
        assert [(await third.packet())["data"][0] for _ in range(2)] == ["welcome", "ticket"]


# -- companions ----------------------------------------------------------------------------------


async def test_two_companions_and_no_more() -> None:
    async with Rig() as rig:
        walker = await rig.join("ana")
        phones = [await rig.join("ana", tier="companion") for _ in range(limits.MAX_COMPANIONS)]
        welcome = await phones[0].event("welcome")
        assert (welcome["tier"], welcome["slot"], welcome["person"]) == ("companion", limits.NO_SLOT, "ana")
        away = await turned_away(rig, token="ana", tier="companion")
        assert away["reason"] == "TOO_MANY_COMPANIONS"
        assert len(rig.space.people) == 1
        await phones[0].close()
        await rig.settle()
        await rig.join("ana", tier="companion")
        rig.ticks(1)
        assert await walker.event("s")


async def test_a_companion_hears_of_doors_but_gets_no_snapshots() -> None:
    async with Rig() as rig:
        phone = await rig.join("ana", tier="companion")
        assert (await phone.event("welcome"))["slot"] == limits.NO_SLOT
        rig.ticks(5)
        rig.gateway.set_doors({2, 1})
        rig.ticks(1)
        packet = await phone.packet()
        assert packet["data"] == ["doors", {"closed": [1, 2], "zones": []}]


async def test_welcome_tells_which_doors_are_closed() -> None:
    async with Rig() as rig:
        rig.gateway.set_doors({3})
        rig.gateway.set_doors({3})
        client = await rig.join("ana")
        assert (await client.event("welcome"))["closed_doors"] == [3]


# -- origins -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://venue.example", True),
        ("HTTPS://VENUE.EXAMPLE", True),
        ("https://evil.example", False),
        ("https://venue.example.evil.example", False),
        ("http://venue.example", False),
        ("null", False),
        ("https://evil.example/https://venue.example", False),
    ],
)
async def test_only_listed_origins_may_connect(origin: str, allowed: bool) -> None:
    async with Rig(allowed_origins=("https://venue.example",)) as rig:
        client = await rig.open(headers={"Origin": origin})
        client.connect(token="ana")
        packet = await client.packet()
        assert packet["type"] == (0 if allowed else 4)
        if not allowed:
            assert packet["data"]["data"]["reason"] == "WRONG_ORIGIN"


async def test_forwarded_hosts_do_not_make_an_origin_right() -> None:
    async with Rig(same_origin=True) as rig:
        headers = {"Origin": "https://evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
        assert (await turned_away(rig, headers))["reason"] == "WRONG_ORIGIN"


async def test_the_same_origin_may_connect_when_configured() -> None:
    async with Rig(same_origin=True) as rig:
        own = {"Origin": f"http://127.0.0.1:{rig.port}"}
        client = await rig.open(headers=own)
        client.connect(token="ana")
        assert (await client.packet())["type"] == 0
        other_port = {"Origin": "http://127.0.0.1:1"}
        assert (await turned_away(rig, other_port))["reason"] == "WRONG_ORIGIN"
    async with Rig() as rig:
        assert (await turned_away(rig, {"Origin": f"http://127.0.0.1:{rig.port}"}))["reason"] == "WRONG_ORIGIN"


# -- addresses and caps --------------------------------------------------------------------------

PROXY = ("127.0.0.0/8",)


async def test_the_address_is_the_real_one_behind_listed_proxies() -> None:
    async with Rig(trusted_proxies=PROXY) as rig:
        await rig.open(headers={"X-Forwarded-For": "203.0.113.9, 127.0.0.1"})
        (connection,) = rig.gateway._house.connections
        assert connection.address == "203.0.113.9"


async def test_forwarded_headers_of_strangers_count_for_nothing() -> None:
    async with Rig() as rig:
        await rig.open(headers={"X-Forwarded-For": "203.0.113.9"})
        (connection,) = rig.gateway._house.connections
        assert connection.address == "127.0.0.1"


async def test_connections_of_one_address_are_capped_and_given_back() -> None:
    async with Rig(trusted_proxies=PROXY, max_connections_per_address=4) as rig:
        headers = {"X-Forwarded-For": "203.0.113.9"}
        clients = [await rig.open(headers=headers) for _ in range(4)]
        away = await turned_away(rig, headers)
        assert away["reason"] == "TOO_MANY_CONNECTIONS"
        assert away["retry_after"] > 0
        other = await rig.open(headers={"X-Forwarded-For": "203.0.113.10"})
        other.connect(token="ben")
        assert (await other.packet())["type"] == 0
        await clients[0].close()
        await rig.settle()
        again = await rig.open(headers=headers)
        again.connect(token="ana")
        assert (await again.packet())["type"] == 0


async def test_one_network_of_ipv6_is_one_address() -> None:
    async with Rig(trusted_proxies=PROXY, max_connections_per_address=1) as rig:
        await rig.open(headers={"X-Forwarded-For": "2001:db8:1:2::1"})
        away = await turned_away(rig, {"X-Forwarded-For": "2001:db8:1:2:ffff::9"})
        assert away["reason"] == "TOO_MANY_CONNECTIONS"


async def test_far_too_many_are_refused_before_the_handshake() -> None:
    async with Rig(trusted_proxies=PROXY, max_connections_per_address=1) as rig:
        headers = {"X-Forwarded-For": "203.0.113.9"}
        statuses = [(await rig.open(headers=headers)).status for _ in range(5)]
        assert statuses == [101, 101, 101, 503, 503]


async def test_connections_in_all_are_capped() -> None:
    async with Rig(max_connections=2) as rig:
        await rig.open()
        await rig.open()
        assert (await turned_away(rig))["reason"] == "FULL"
