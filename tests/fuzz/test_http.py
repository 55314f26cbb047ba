"""Any bytes over HTTP: a short answer or a closed connection, never a stack trace, and the next one is served."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from turia.testing.entrance import ORIGIN, Entrance
from turia.web.connections import Site, make_runner

PIECES = st.sampled_from(
    [
        b"GET / HTTP/1.1\r\n",
        b"POST /api/enter HTTP/1.1\r\n",
        b"HEAD /api/venue HTTP/1.0\r\n",
        b"OPTIONS * HTTP/1.1\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\n",
        b"GET /%00%ff%2e%2e/ HTTP/1.1\r\n",
        b"Host: localhost\r\n",
        f"Origin: {ORIGIN}\r\n".encode(),
        b"Content-Type: application/json\r\n",
        b"Content-Length: 14\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: 99999999999\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Encoding: gzip\r\n",
        b"Cookie: turia_session=a.b.c; =; ;;\r\n",
        b"X-Forwarded-For: [::1, ,\r\n",
        b"Upgrade: websocket\r\nConnection: Upgrade\r\n",
        b'If-None-Match: "x"\r\n',
        b"Accept-Encoding: br;q=x, gzip;;\r\n",
        b"Connection: close\r\n",
        b"\r\n",
        b'{"name":"Ada"}',
        b'{"name":"\\ud800"}',
        b"5\r\nhello\r\n0\r\n\r\n",
    ]
)
REQUESTS = st.lists(st.one_of(PIECES, st.binary(max_size=40)), min_size=1, max_size=12).map(b"".join)


@asynccontextmanager
async def listening() -> AsyncIterator[int]:
    """The site over the runner of the composition root; the port."""
    entrance = Entrance()
    runner = make_runner(entrance.application(), entrance.settings, 1.0)
    await runner.setup()
    sock = socket.create_server(("127.0.0.1", 0))
    sock.setblocking(False)
    try:
        await Site(runner, sock, None).start()
        yield sock.getsockname()[1]
    finally:
        await runner.cleanup()


async def exchange(port: int, data: bytes, *, end: bool, patience_s: float) -> bytes:
    """Send everything, and the end of it or not; what came back until the server closed or fell silent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = b""
    try:
        writer.write(data)
        if end:
            writer.write_eof()
        while more := await asyncio.wait_for(reader.read(65_536), patience_s):
            answer += more
    except (ConnectionError, TimeoutError):
        pass
    finally:
        writer.close()
    return answer


@pytest.mark.counted
async def test_any_bytes_get_a_short_answer_or_none(
    rounds: Callable[..., int], caplog: pytest.LogCaptureFixture
) -> None:
    async with listening() as port:
        loop = asyncio.get_running_loop()

        def check(data: bytes, end: bool) -> None:
            sent = exchange(port, data, end=end, patience_s=0.02)
            answer = asyncio.run_coroutine_threadsafe(sent, loop).result(20)
            assert b"Traceback" not in answer
            assert answer == b"" or answer.startswith((b"HTTP/1.1 ", b"HTTP/1.0 "))

        examples = rounds(short=150, long=20_000)
        fuzz: Callable[[], Any] = settings(
            max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck)
        )(given(REQUESTS, st.booleans())(check))
        await asyncio.to_thread(fuzz)
        good = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        assert b"200 OK" in await exchange(port, good, end=False, patience_s=10)
    assert not [record for record in caplog.records if record.exc_info]
