from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import ClientConnectionResetError

from turia.gateway.poses import BURST
from turia.protocol import codec, limits
from turia.protocol.messages import Place
from turia.testing.gateway_rig import Rig
from turia.testing.wire import PING, PONG, TEXT


async def test_nobody_is_taken_before_the_start_and_after_the_stop() -> None:
    async with Rig() as rig:
        assert rig.gateway.ready
        await rig.gateway.stop()
        client = await rig.open()
        assert client.status == 503
        assert client.headers["retry-after"] == "5"


async def test_stopping_tells_everybody_to_come_back_at_different_times() -> None:
    async with Rig(joins_per_second=4.0) as rig:
        clients = []
        for index in range(20):
            if index % 4 == 0:
                rig.clock.advance(1.0)
            clients.append(await rig.join(f"p{index}"))
        waiting = await rig.open()
        begin = asyncio.get_running_loop().time()
        await rig.gateway.stop()
        assert asyncio.get_running_loop().time() - begin < limits.PING_TIMEOUT_S
        ends = [await client.ending() for client in clients]
        assert {end.reason["reason"] for end in ends if end.reason} == {"SERVER_RESTART"}
        times = {end.reason["retry_after"] for end in ends if end.reason}
        assert len(times) > 10
        assert max(times) <= 1.0 + 21 / 4.0
        assert not any(end.disconnected for end in ends)
        unjoined = await waiting.ending()
        assert unjoined.reason is not None
        assert unjoined.reason["reason"] == "SERVER_RESTART"


async def test_stopping_does_not_wait_for_somebody_who_reads_nothing() -> None:
    async with Rig(drain_s=0.2) as rig:
        client = await rig.join("ana")
        transport: Any = client.writer.transport
        transport.pause_reading()
        begin = asyncio.get_running_loop().time()
        await rig.gateway.stop()
        assert asyncio.get_running_loop().time() - begin < 2.0


async def test_places_survive_a_stop_of_the_gateway_in_the_space() -> None:
    async with Rig() as rig:
        await rig.join("ana")
        await rig.gateway.stop()
        assert ("detach", (0, 0)) in rig.space.calls


async def test_an_event_to_everybody_is_encoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[str] = []
    original = codec.encode_event

    def count(event: str, payload: Any) -> bytes:
        encoded.append(event)
        return original(event, payload)

    async with Rig() as rig:
        clients = [await rig.join(name) for name in ("a", "b", "c")]
        monkeypatch.setattr(codec, "encode_event", count)
        rig.gateway.set_doors({1})
        assert encoded == ["doors"]
        rig.ticks(1)
        for client in clients:
            assert (await client.event("doors"))["closed"] == [1]


async def test_a_pong_counts_as_contact_and_as_a_measurement() -> None:
    async with Rig() as rig:
        client = await rig.join("ana")
        rig.ticks(6 * limits.TICK_HZ, seconds=0.05)
        (connection,) = rig.gateway._house.connections
        assert connection.ping_missed(rig.clock.monotonic() + 60)
        rig.clock.advance(0.25)
        client.send_frame(b"3", TEXT)
        await rig.settle()
        assert not connection.ping_missed(rig.clock.monotonic() + 60)
        rig.ticks(1)
        assert rig.space.calls[-1][0] == "contact"


async def test_pongs_nobody_asked_for_are_strikes() -> None:
    async with Rig() as rig:
        client = await rig.join("ana")
        for _ in range(10):
            client.send_frame(b"3", TEXT)
        end = await client.ending()
        assert end.reason is not None
        assert end.reason["reason"] == "TOO_MANY_REFUSED"


async def test_websocket_pings_are_answered_but_not_a_flood_of_them() -> None:
    async with Rig() as rig:
        client = await rig.join("ana")
        client.send_frame(b"hello", PING)
        await rig.settle()
        rig.ticks(1)
        while True:
            opcode, payload = await client.frame()
            if opcode == PONG:
                break
        assert payload == b"hello"
        for _ in range(30):
            client.send_frame(b"x", PING)
        end = await client.ending()
        assert end.reason is not None
        assert end.reason["reason"] == "TOO_MANY_REFUSED"


@pytest.mark.parametrize("goodbye", ["packet", "engine", "frame"])
async def test_every_goodbye_of_a_client_keeps_the_place(goodbye: str) -> None:
    async with Rig() as rig:
        client = await rig.join("ana")
        if goodbye == "packet":
            client.send_packet({"type": 1, "nsp": "/"})
        elif goodbye == "engine":
            client.send_frame(b"1", TEXT)
        else:
            client.send_frame(b"\x03\xe8", 8)
        end = await client.ending()
        assert end.reason is None
        await rig.settle()
        assert ("detach", (0, 0)) in rig.space.calls
        assert not rig.gateway._house.connections


async def test_a_flood_of_poses_in_one_tick_costs_strikes() -> None:
    pose = bytes.fromhex("83a47479706502a46461746192a170c4100102030201002efb9600c409401101c8a36e7370a12f")
    async with Rig() as rig:
        client = await rig.join("ana")
        for _ in range(BURST + 20):
            client.send_frame(pose)
        end = await client.ending()
        assert end.reason is not None
        assert end.reason["reason"] == "TOO_MANY_REFUSED"


async def test_everything_is_back_at_the_baseline_when_all_are_gone() -> None:
    async with Rig() as rig:
        tasks = len(asyncio.all_tasks())
        clients = [await rig.join(f"p{index}") for index in range(30)]
        for client in clients:
            await client.close()
        await rig.settle()
        rig.ticks(25, seconds=0.05)
        house, server = rig.gateway._house, rig.gateway._server
        assert not house.connections
        assert not house.by_slot
        assert not house.by_person
        assert not house.live.any()
        assert not server.eio.sockets
        assert not server.environ
        assert len(server.manager) == 0
        assert len(asyncio.all_tasks()) <= tasks + 1


@pytest.mark.parametrize("error", [ConnectionResetError("reset by peer"), ClientConnectionResetError("closing")])
async def test_a_line_lost_while_it_is_opened_is_counted_and_nothing_else(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def prepare(self: Any, request: Any) -> None:
        raise error

    async with Rig() as rig:
        monkeypatch.setattr("turia.gateway.fast_lane.Response.prepare", prepare)
        assert (await rig.open()).status == 400
        assert rig.gateway.stats.lost_lines == 1
        assert not rig.gateway._server.eio.sockets
        assert not rig.gateway._house.connections
    assert not caplog.records


async def test_a_stop_sends_a_ticket_of_the_place_where_one_is() -> None:
    async with Rig() as rig:
        client = await rig.join("ana")
        first = (await client.event("ticket"))["ticket"]
        rig.space.places[0] = Place(4.0, 0.0, -2.0, 0, 0)
        await rig.gateway.stop()
        assert first == "ana 0.0 0.0"
        assert (await client.event("ticket"))["ticket"] == "ana 4.0 -2.0"
