"""Connection caps and the header deadline, over real sockets. T20 of SECURITY.md."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from tests.fair_clock import FairClock

from turia.settings import Settings
from turia.testing.entrance import Entrance
from turia.web.addresses import Proxies
from turia.web.connections import Gate, Site, make_runner, watch

GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


def gate(**overrides: Any) -> Gate:
    settings = Settings(**overrides)
    return Gate(settings, Proxies(settings.trusted_proxies))


def test_each_address_and_all_together_are_capped() -> None:
    guarded = gate(max_connections=16, max_connections_per_address=2)
    assert [guarded.take("203.0.113.5") for _ in range(3)] == [True, True, False]
    assert guarded.take("203.0.113.6")
    guarded.give_back("203.0.113.5")
    assert guarded.take("203.0.113.5")
    assert [guarded.take(f"198.51.100.{n}") for n in range(13)] == [True] * 13
    assert not guarded.take("198.51.100.99")
    assert (guarded.open, guarded.refused) == (16, 2)


def test_this_machine_and_listed_proxies_are_only_counted_in_all() -> None:
    guarded = gate(max_connections=16, max_connections_per_address=1, trusted_proxies=("10.0.0.0/8",))
    assert [guarded.take(address) for address in ("127.0.0.1", "::1", "10.0.0.1") * 2] == [True] * 6
    assert guarded.open == 6


def test_one_ipv6_customer_counts_as_one_address() -> None:
    guarded = gate(max_connections_per_address=1)
    assert guarded.take("2001:db8::1")
    assert not guarded.take("2001:db8::2")


def test_nothing_is_left_behind_when_all_have_gone() -> None:
    guarded = gate()
    for n in range(100):
        assert guarded.take(f"203.0.113.{n}")
    for n in range(100):
        guarded.give_back(f"203.0.113.{n}")
    assert (guarded.open, len(guarded._each)) == (0, 0)


@asynccontextmanager
async def listening(entrance: Entrance, header_timeout_s: float = 10.0) -> AsyncIterator[tuple[int, Gate]]:
    """The site over our own Site and watch, as the composition root does it."""
    runner = make_runner(entrance.application(), replace(entrance.settings, header_timeout_s=header_timeout_s), 1.0)
    await runner.setup()
    assert runner.server is not None
    watch(runner.server, entrance.context.gate)
    sock = socket.create_server(("127.0.0.1", 0))
    sock.setblocking(False)
    try:
        await Site(runner, sock, None).start()
        yield sock.getsockname()[1], entrance.context.gate
    finally:
        await runner.cleanup()


async def ask(port: int, text: bytes = GET) -> bytes:
    """Everything the server sends until it closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text)
    try:
        async with asyncio.timeout(60):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_connections_over_the_cap_are_cut_and_room_is_found_again() -> None:
    async with listening(Entrance({"max_connections": 16})) as (port, gate):
        opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(16)]
        for reader, writer in opened:
            writer.write(GET)
            assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")
        assert gate.open == 16
        assert await ask(port) == b""
        assert gate.refused == 1
        for _, writer in opened:
            writer.close()
            await writer.wait_closed()
        answer = b""
        async with asyncio.timeout(60):
            while not answer:
                answer = await ask(port, GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        assert b"200 OK" in answer
    assert gate.open == 0


@pytest.mark.parametrize(
    "begin",
    [b"", b"GET", b"GET /healthz HTTP/1.1\r\nHost: local", GET + b"GET /healthz HTTP/1.1\r\nX-Slow: "],
    ids=["nothing", "half a line", "half the headers", "half the headers of a second request"],
)
async def test_t20_unfinished_headers_end_at_the_deadline(begin: bytes) -> None:
    async with listening(Entrance(), header_timeout_s=0.2) as (port, gate):
        loop = asyncio.get_running_loop()
        started = loop.time()
        with FairClock() as clock:
            await ask(port, begin)
            assert loop.time() - started > 0.1
            assert clock.now() < 4
    assert gate.open == 0


async def test_t20_drops_of_headers_do_not_buy_time() -> None:
    async with listening(Entrance(), header_timeout_s=0.2) as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        closed = asyncio.ensure_future(reader.read())
        drops = 0
        async with asyncio.timeout(60):
            while not closed.done():
                writer.write(b"GET / HTTP/1.1\r\nX-Slow: " if drops == 0 else b"a")
                drops += 1
                await asyncio.wait([closed], timeout=0.02)
        assert drops < 100
        writer.close()


async def test_t21_rubbish_and_giant_headers_get_a_short_answer(caplog: pytest.LogCaptureFixture) -> None:
    async with listening(Entrance()) as (port, _):
        for text in (
            b"\x16\x03\x01\x02\x00\r\n\r\n",
            b"GET / HTTP/9\r\n\r\n",
            b"GET / HTTP/1.1\r\nX: " + b"a" * 20_000,
        ):
            answer = await ask(port, text)
            assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400"))
            assert b"Traceback" not in answer
            assert len(answer) < 4_000
    assert {record.getMessage() for record in caplog.records} == {"a request that is no HTTP"}
    assert not [record for record in caplog.records if record.exc_info or record.levelname != "WARNING"]


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: +5\r\n",
        b"Content-Length: 0x5\r\n",
        b"Content-Length : 5\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"X: a\r\n b\r\nContent-Length: 5\n\r\n",
    ],
)
async def test_t12_requests_that_a_proxy_may_read_otherwise_are_refused(head: bytes) -> None:
    """Whatever two readers could divide differently ends the connection: no second request is found in it."""
    smuggled = b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    async with listening(Entrance(), header_timeout_s=0.5) as (port, _):
        answer = await ask(port, b"POST /api/leave HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n" + smuggled)
        assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400"))
        assert answer.count(b"HTTP/1.") == 1
