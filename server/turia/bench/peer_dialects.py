"""How a walker of the ``peers`` bench connects to each system: Turia, Socket.IO (Node or Python), Colyseus."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import aiohttp
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from turia.bench.peer_load import Load
from turia.protocol import close_codes, limits
from turia.testing.lean_client import LeanClient, RefusalError, connect

_JOIN_ROOM: Final = 10
_DATA_BYTES: Final = b"\x11\xa1p"


class _Ears:
    """Sink of a LeanClient that feeds the load's age book."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.welcomed: dict[int, asyncio.Future[dict[str, Any]]] = {}

    def on_snapshot(self, client: LeanClient, body: memoryview) -> None:
        self.load.snapshot(client.tag, body)

    def on_crowd(self, client: LeanClient, body: memoryview) -> None:
        pass

    def on_event(self, client: LeanClient, name: str, payload: Any) -> None:
        if name == "welcome":
            self.load.book.bot_of_slot[payload["slot"]] = client.tag
            self.welcomed[client.tag].set_result(payload)

    def on_closed(self, client: LeanClient) -> None:
        self.load.lines[client.tag] = None


async def _open_socket_io(load: Load, ears: _Ears, url: str, i: int, auth: dict[str, Any]) -> dict[str, Any]:
    ears.welcomed[i] = asyncio.get_running_loop().create_future()
    client = await connect(url, auth, ears, tag=i)
    welcome = await asyncio.wait_for(ears.welcomed[i], 20)
    load.lines[i] = client
    return welcome


def socket_io(url: str) -> Callable[[Load, int], Any]:
    """Plain Socket.IO with msgpack, Node or Python."""
    ears: list[_Ears] = []

    async def open_line(load: Load, i: int) -> None:
        if not ears:
            ears.append(_Ears(load))
        await _open_socket_io(load, ears[0], url, i, {})

    return open_line


def turia(url: str, session: aiohttp.ClientSession) -> Callable[[Load, int], Any]:
    """Enters by the HTTP API; the walker's circle begins where the server put him."""
    ears: list[_Ears] = []

    async def open_line(load: Load, i: int) -> None:
        if not ears:
            ears.append(_Ears(load))
        profile = {"name": f"Walker {i + 1}", "affiliation": "", "look": [0] * 8}
        async with session.post(f"{url}/api/enter", json=profile, headers={"Origin": url}) as answer:
            token = (await answer.json())["token"]
        auth = {"token": token, "protocol": limits.PROTOCOL_VERSION, "tier": "full", "client": "bench"}
        welcome = await _patiently(lambda: _open_socket_io(load, ears[0], url, i, auth))
        load.walk.begin_at(i, welcome["place"]["x"], welcome["place"]["z"])

    return open_line


async def _patiently(attempt: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
    """Comes back when told to come back later, as every client of Turia does."""
    while True:
        try:
            return await attempt()
        except RefusalError as refusal:
            if not close_codes.comes_back(int(refusal.data.get("code", 0))):
                raise
            await asyncio.sleep(float(refusal.data.get("retry_after") or 1.0))
        except TimeoutError:
            await asyncio.sleep(1.0)


class _ColyseusLine(WSListener):
    """One raw Colyseus connection: acknowledges the join, sends poses as bytes, counts what comes."""

    def __init__(self) -> None:
        self.tick = 0
        self.bytes_in = 0
        self.transport: WSTransport | None = None
        self.joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        size = frame.payload_size
        self.bytes_in += size + (4 if size > 125 else 2)
        if frame.msg_type is WSMsgType.BINARY and not self.joined.done():
            if frame.get_payload_as_memoryview()[0] & 0x1F == _JOIN_ROOM:
                transport.send(WSMsgType.BINARY, bytes([_JOIN_ROOM]))
                self.joined.set_result(None)
        elif frame.msg_type is WSMsgType.CLOSE:
            transport.disconnect()

    def send_pose(self, pose: bytes) -> None:
        if self.transport is not None and not self.transport.is_disconnected:
            self.transport.send(WSMsgType.BINARY, _DATA_BYTES + pose)


def colyseus(url: str, session: aiohttp.ClientSession) -> Callable[[Load, int], Any]:
    """Match-making over HTTP, then a raw connection."""

    async def open_line(load: Load, i: int) -> None:
        async with session.post(f"{url}/matchmake/joinOrCreate/hall", json={"index": i}) as answer:
            seat = await answer.json()
        address = url.replace("http", "ws", 1)
        address += f"/{seat['processId']}/{seat['roomId']}?sessionId={seat['sessionId']}"
        _, line = await ws_connect(_ColyseusLine, address)
        assert isinstance(line, _ColyseusLine)
        await asyncio.wait_for(line.joined, 20)
        load.lines[i] = line

    return open_line
