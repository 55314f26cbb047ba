"""The proxy that behaves like a bad network, between real sockets; times are milliseconds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from turia.testing.chaos_line import Conditions
from turia.testing.chaos_proxy import ChaosProxy


@dataclass
class Ends:
    """Both ends of one connection through the proxy."""

    proxy: ChaosProxy
    client: asyncio.StreamReader
    to_server: asyncio.StreamWriter
    server: asyncio.StreamReader
    to_client: asyncio.StreamWriter


@asynccontextmanager
async def connected(seed: int = 1) -> AsyncIterator[Ends]:
    """A connection."""
    arrived: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    target = await asyncio.start_server(lambda reader, writer: arrived.put_nowait((reader, writer)), "127.0.0.1", 0)
    port = target.sockets[0].getsockname()[1]
    async with target, ChaosProxy("127.0.0.1", port, seed=seed) as proxy:
        client, to_server = await asyncio.open_connection("127.0.0.1", proxy.port)
        server, to_client = await arrived.get()
        to_client.write(b"!")
        await client.readexactly(1)  # the proxy knows both ends now
        try:
            yield Ends(proxy, client, to_server, server, to_client)
        finally:
            to_server.close()
            to_client.close()


async def test_bytes_pass_both_ways_whole_and_in_order() -> None:
    sent = bytes(range(256)) * 1_000
    async with connected() as ends:
        ends.proxy.set(up=Conditions(jitter_s=0.002, loss=0.01, round_trip_s=0.001), down=Conditions(delay_s=0.001))
        ends.to_server.write(sent)
        ends.to_client.write(sent[::-1])
        up, down = await asyncio.gather(ends.server.readexactly(len(sent)), ends.client.readexactly(len(sent)))
        assert up == sent
        assert down == sent[::-1]
        assert ends.proxy.connections == 1


async def test_each_direction_has_conditions_of_its_own_that_may_change() -> None:
    loop = asyncio.get_running_loop()
    async with connected() as ends:
        ends.proxy.set(up=Conditions(delay_s=3_600))
        ends.to_server.write(b"some day")
        ends.to_client.write(b"now")
        assert await ends.client.readexactly(3) == b"now"
        ends.proxy.set(down=Conditions(delay_s=0.05))
        begin = loop.time()
        ends.to_client.write(b"soon")
        assert await ends.client.readexactly(4) == b"soon"
        assert loop.time() - begin >= 0.049


async def test_a_narrow_line_holds_no_more_than_its_buffer() -> None:
    async with connected() as ends:
        ends.proxy.set(up=Conditions(bytes_per_s=100_000, buffer_bytes=4_200))
        begin = asyncio.get_running_loop().time()
        ends.to_server.write(bytes(10_000_000))
        await ends.server.readexactly(5_000)
        assert asyncio.get_running_loop().time() - begin >= 0.045
        flow = next(iter(ends.proxy._pairs)).flows["up"]
        assert 0 < flow._waiting < 4_200 + 16 * 1_024, "one burst more at the most"
        ends.to_server.transport.abort()


async def test_a_black_hole_swallows_and_gives_back() -> None:
    async with connected() as ends:
        ends.proxy.black_hole("up")
        ends.to_server.write(b"lost")
        ends.to_client.write(b"found")
        assert await ends.client.readexactly(5) == b"found"
        reading = asyncio.ensure_future(ends.server.readexactly(4))
        await asyncio.sleep(0.01)
        assert not reading.done()
        ends.proxy.heal()
        assert await reading == b"lost"


async def test_a_cut_resets_both_ends() -> None:
    async with connected() as ends:
        assert ends.proxy.cut() == 1
        for reader in (ends.client, ends.server):
            with pytest.raises(ConnectionResetError):
                await reader.read()


async def test_a_half_closed_line_goes_on_the_other_way() -> None:
    async with connected() as ends:
        ends.to_client.write(b"last")
        await asyncio.sleep(0)
        assert await ends.client.readexactly(4) == b"last"
        ends.proxy.finish("down")
        assert await ends.client.read() == b""
        ends.to_server.write(b"still here")
        assert await ends.server.readexactly(10) == b"still here"


async def test_the_end_of_one_side_comes_through_after_what_it_sent() -> None:
    async with connected() as ends:
        ends.proxy.set(up=Conditions(delay_s=0.005))
        ends.to_server.write(b"goodbye")
        ends.to_server.write_eof()
        assert await ends.server.read() == b"goodbye"
        ends.to_client.write(b"and you")
        ends.to_client.write_eof()
        assert await ends.client.read() == b"and you"


async def test_corruption_changes_bits_and_nothing_else() -> None:
    async with connected(seed=5) as ends:
        ends.proxy.set(up=Conditions(corrupt=1.0))
        ends.to_server.write(bytes(1_000))
        assert sum(byte.bit_count() for byte in await ends.server.readexactly(1_000)) >= 1


async def test_a_server_that_is_away_is_a_reset() -> None:
    free = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = free.sockets[0].getsockname()[1]
    free.close()
    await free.wait_closed()
    async with ChaosProxy("127.0.0.1", port, seed=1) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        assert await reader.read() == b""
        writer.close()
