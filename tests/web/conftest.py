"""A site over HTTP on the loopback address, made with the settings a test asks for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp.test_utils import TestClient, TestServer

from turia.testing.entrance import Entrance

Open = Callable[[Entrance], Awaitable[TestClient]]


@pytest.fixture
async def visit() -> AsyncIterator[Open]:
    """``client = await visit(Entrance(...))``: an HTTP client of that site, closed after the test."""
    clients: list[TestClient] = []

    async def visit(entrance: Entrance) -> TestClient:
        client = TestClient(TestServer(entrance.application()))
        await client.start_server()
        clients.append(client)
        return client

    yield visit
    for client in clients:
        await client.close()
