"""The bots' lean client says and hears what the stock Python client says and hears."""

from __future__ import annotations

import asyncio
from typing import Any

import msgpack
import pytest
import socketio

from turia.clock import SystemClock
from turia.testing.gateway_rig import Rig
from turia.testing.lean_client import LeanClient, RefusalError, connect

pytestmark = pytest.mark.stock

POSE = bytes.fromhex("0102030201002efb9600c409401101c8")


class Ears:
    """A Sink that keeps everything and wakes who waits for it."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Any]] = []
        self.news = asyncio.Event()

    def note(self, name: str, value: Any) -> None:
        self.events.append((name, value))
        self.news.set()

    def on_snapshot(self, client: LeanClient, body: memoryview) -> None:
        self.note("s", bytes(body))

    def on_crowd(self, client: LeanClient, body: memoryview) -> None:
        self.note("k", bytes(body))

    def on_event(self, client: LeanClient, name: str, payload: Any) -> None:
        self.note(name, payload)

    def on_closed(self, client: LeanClient) -> None:
        self.note("closed", None)

    async def wait(self, name: str, count: int = 1) -> Any:
        async with asyncio.timeout(60):
            while len(found := [value for event, value in self.events if event == name]) < count:
                self.news.clear()
                await self.news.wait()
        return found[count - 1]


async def lean(rig: Rig, token: str) -> tuple[LeanClient, Ears]:
    ears = Ears()
    return await connect(f"http://127.0.0.1:{rig.port}", {"token": token, "protocol": 1}, ears), ears


async def stock(rig: Rig, token: str) -> tuple[socketio.AsyncClient, Ears]:
    ears, client = Ears(), socketio.AsyncClient(serializer="msgpack", reconnection=False)
    for name in ("welcome", "ticket", "s", "k", "closing"):
        client.on(name, lambda payload, name=name: ears.note(name, payload))
    await client.connect(f"http://127.0.0.1:{rig.port}", auth={"token": token, "protocol": 1}, transports=["websocket"])
    return client, ears


async def test_both_are_welcomed_and_told_the_same() -> None:
    async with Rig(clock=SystemClock(), run_ticks=True) as rig:
        _, lean_ears = await lean(rig, "ana")
        client, stock_ears = await stock(rig, "ben")
        one, other = await lean_ears.wait("welcome"), await stock_ears.wait("welcome")
        assert one.keys() == other.keys()
        assert len(await lean_ears.wait("s", 3)) == len(await stock_ears.wait("s", 3))
        await client.disconnect()


async def test_both_send_the_same_bytes_for_a_pose() -> None:
    async with Rig(clock=SystemClock(), run_ticks=True) as rig:
        client, ears = await lean(rig, "ana")
        await ears.wait("welcome")
        sent: list[bytes] = []
        transport, client.transport = client.transport, None

        class Recorder:
            is_disconnected = False

            def send(self, kind: object, data: bytes) -> None:
                sent.append(data)

        client.transport = Recorder()  # type: ignore[assignment]
        client.send_pose(POSE)
        client.transport = transport
        stock_bytes = socketio.msgpack_packet.MsgPackPacket(data=["p", POSE], namespace="/").encode()
        assert sent == [stock_bytes]
        assert msgpack.unpackb(sent[0]) == {"type": 2, "data": ["p", POSE], "nsp": "/"}
        client.send_pose(POSE)
        await ears.wait("s", 3)
        assert ("ingest", ([0], [513])) in rig.space.calls


async def test_both_get_the_same_answers() -> None:
    async with Rig(clock=SystemClock(), run_ticks=True) as rig:
        client, ears = await lean(rig, "ana")
        other, other_ears = await stock(rig, "ben")
        await ears.wait("welcome")
        await other_ears.wait("welcome")
        answer = await client.command("sync", {"t": 1.0})
        assert answer.keys() == (await other.call("sync", {"t": 1.0})).keys()
        with pytest.raises(RefusalError) as refused:
            await client.command("find", {"limit": 10_000})
        assert refused.value.data == await other.call("find", {"limit": 10_000})
        await other.disconnect()


async def test_both_are_told_why_they_may_not_enter() -> None:
    async with Rig(clock=SystemClock(), run_ticks=True) as rig:
        with pytest.raises(RefusalError, match="out of date"):
            await lean(rig, "old")
        with pytest.raises(socketio.exceptions.ConnectionError):
            await stock(rig, "old")


async def test_a_closed_line_is_told_once_and_ends_what_waits() -> None:
    async with Rig(clock=SystemClock(), run_ticks=True) as rig:
        client, ears = await lean(rig, "ana")
        await ears.wait("welcome")
        await rig.gateway.stop()
        assert (await ears.wait("closing"))["reason"] == "SERVER_RESTART"
        await ears.wait("closed")
        with pytest.raises(ConnectionResetError):
            await client.command("sync", {"t": 1.0})
        assert [name for name, _ in ears.events].count("closed") == 1
