"""A site over HTTP on the loopback address, made with the settings a test asks for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from turia.testing.entrance import Entrance

Client = TestClient[web.Request, web.Application]
Open = Callable[[Entrance], Awaitable[Client]]


@pytest.fixture
async def visit() -> AsyncIterator[Open]:
    """``client = await visit(Entrance(...))``: an HTTP client of that site, closed after the test."""
    clients: list[Client] = []

    async def visit(entrance: Entrance) -> Client:
        client = TestClient(TestServer(entrance.application()))
        await client.start_server()
        clients.append(client)
        return client

    yield visit
    for client in clients:
        await client.close()
