"""A site over HTTP on the loopback address, made with the settings a test asks for, and people who use it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp.test_utils import TestClient, TestServer

from turia.testing.entrance import Entrance
from turia.testing.event_site import Client, EventSite

Open = Callable[[Entrance], Awaitable[Client]]


@pytest.fixture
async def visit() -> AsyncIterator[Open]:
    """``client = await visit(Entrance(...))``: an HTTP client of that site, closed after the test."""
    clients: list[Client] = []

    async def visit(entrance: Entrance) -> Client:
        client: Client = TestClient(TestServer(entrance.application()))
        await client.start_server()
        clients.append(client)
        return client

    yield visit
    for client in clients:
        await client.close()


@pytest.fixture
async def event(visit: Open) -> EventSite:
    """The event profile: only registered people enter."""
    entrance = Entrance({"guests": False})
    return EventSite(entrance, await visit(entrance))
