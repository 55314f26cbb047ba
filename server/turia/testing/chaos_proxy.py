"""A TCP proxy that behaves like a bad network, in user space: for benches, and tests of what people on it live through.

What delays, loss and the rest mean is told in :mod:`turia.testing.chaos_line`. Conditions may be changed at any time,
for each direction by itself; they hold for what is read from then on.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import struct
from collections import deque
from types import TracebackType
from typing import Final, Literal

from turia.testing.chaos_line import CLEAN, ChaosLine, Conditions, segments

log = logging.getLogger(__name__)

Direction = Literal["up", "down"]
DIRECTIONS: Final[tuple[Direction, ...]] = ("up", "down")
#: Read at once; what waits in sockets is not under our control, so they hold little.
_BURST: Final = 16 * 1_024
_SOCKET_BYTES: Final = 32 * 1_024
#: A connection that is closed so is reset.
_RESET: Final = struct.pack("ii", 1, 0)


class _Flow:
    """One direction of one connection: reads bursts, holds segments until they are due, writes them."""

    def __init__(self, proxy: ChaosProxy, direction: Direction, seed: int) -> None:
        self._proxy = proxy
        self._direction: Direction = direction
        self._loop = asyncio.get_running_loop()
        self._queue: deque[tuple[float, bytes]] = deque()
        self._waiting = 0
        self._changed = asyncio.Event()
        self._over = False
        self._finished = False
        self.line = ChaosLine(seed)

    def finish(self) -> None:
        """Half-close: what is read from now on is thrown away; the receiver hears the end after what was sent."""
        self._finished = True
        self.wake()

    def wake(self) -> None:
        """Something changed."""
        self._changed.set()

    async def read(self, reader: asyncio.StreamReader) -> None:
        """From the sender, as long as there is room."""
        proxy, direction = self._proxy, self._direction
        while True:
            while not proxy.open[direction] or self._waiting >= proxy.conditions[direction].buffer_bytes:
                await self._change()
            burst = await reader.read(_BURST)
            if not burst:
                break
            if not self._finished:
                self._take(segments(burst), proxy.conditions[direction])
        self._over = True
        self.wake()

    async def write(self, writer: asyncio.StreamWriter) -> None:
        """To the receiver, each segment in its time, then the end."""
        while True:
            if not self._proxy.open[self._direction]:
                await self._change()
            elif self._queue:
                await self._one(writer)
            elif self._over or self._finished:
                break
            else:
                await self._change()
        if writer.can_write_eof():
            writer.write_eof()

    def _take(self, burst: list[bytes], conditions: Conditions) -> None:
        now = self._loop.time()
        for number, data in enumerate(burst, 1):
            due = self.line.send(len(data), len(burst) - number, now, conditions)
            self._queue.append((due, self.line.damage(data, conditions)))
            self._waiting += len(data)
        self.wake()

    async def _one(self, writer: asyncio.StreamWriter) -> None:
        due, data = self._queue[0]
        wait = due - self._loop.time()
        if wait > 0:
            await asyncio.sleep(wait)
            return  # the hole may have opened meanwhile
        self._queue.popleft()
        writer.write(data)
        await writer.drain()
        self._waiting -= len(data)
        self.wake()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()


class _Pair:
    """One connection through the proxy."""

    def __init__(self, proxy: ChaosProxy, seed: int, writers: dict[Direction, asyncio.StreamWriter]) -> None:
        # by direction: the writer that its bytes leave through
        self.flows = {each: _Flow(proxy, each, seed + number) for number, each in enumerate(DIRECTIONS)}
        self._writers = writers

    async def run(self, readers: dict[Direction, asyncio.StreamReader]) -> None:
        """Until both directions are over, or one is broken."""
        flows = self.flows
        parts = [flows[each].read(readers[each]) for each in DIRECTIONS]
        parts += [flows[each].write(self._writers[each]) for each in DIRECTIONS]
        tasks = [asyncio.ensure_future(part) for part in parts]
        try:
            await asyncio.gather(*tasks)
        except OSError:
            self.cut()
        finally:
            for writer in self._writers.values():
                writer.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def cut(self) -> None:
        """Reset towards both ends."""
        for writer in self._writers.values():
            sock = writer.get_extra_info("socket")
            if sock is not None:
                with contextlib.suppress(OSError):
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()


class ChaosProxy:
    """``async with ChaosProxy("127.0.0.1", 8080, seed=7) as proxy``: listens on ``proxy.port``, a free one
    unless ``listen_port`` names it.

    The seed is logged: the same one, the same connections in the same order and the same bytes meet the same luck.
    """

    def __init__(self, host: str, port: int, *, seed: int, listen_port: int = 0) -> None:
        self._target = (host, port)
        self._listen_port = listen_port
        self._seed = seed
        self._server: asyncio.Server | None = None
        self._pairs: set[_Pair] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._count = 0
        #: By direction; ``up`` is what clients send.
        self.conditions: dict[Direction, Conditions] = dict.fromkeys(DIRECTIONS, CLEAN)
        #: Directions that are not open are black holes: nothing arrives, nobody hears of it.
        self.open: dict[Direction, bool] = dict.fromkeys(DIRECTIONS, True)
        self.port = 0
        #: Of connections that are over.
        self._stalls = 0

    async def __aenter__(self) -> ChaosProxy:
        listener = socket.create_server(("127.0.0.1", self._listen_port))
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SOCKET_BYTES)  # the accepted ones inherit it
        self.port = listener.getsockname()[1]
        self._server = await asyncio.start_server(self._connected, sock=listener, limit=_BURST)
        log.info("bad network", extra={"port": self.port, "seed": self._seed})
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- what happens to the line ------------------------------------------------------------------
    def set(self, up: Conditions = CLEAN, down: Conditions = CLEAN) -> None:
        """How it is from now on."""
        self.conditions = {"up": up, "down": down}
        self._wake()

    def black_hole(self, *directions: Direction) -> None:
        """Nothing arrives any more in these directions, in both unless told: no end, no error."""
        self._open(directions, is_open=False)

    def heal(self, *directions: Direction) -> None:
        """What got lost in a black hole arrives now, and what follows."""
        self._open(directions, is_open=True)

    def cut(self) -> int:
        """Reset all connections; how many there were."""
        for pair in list(self._pairs):
            pair.cut()
        return len(self._pairs)

    def finish(self, direction: Direction) -> None:
        """Half-close all connections in one direction: its receivers hear the end, the other direction goes on."""
        for pair in self._pairs:
            pair.flows[direction].finish()

    @property
    def connections(self) -> int:
        """Open now."""
        return len(self._pairs)

    @property
    def stalls(self) -> int:
        """Segments lost so far."""
        return self._stalls + sum(flow.line.stalls for pair in self._pairs for flow in pair.flows.values())

    # -- within --------------------------------------------------------------------------------------
    def _open(self, directions: tuple[Direction, ...], *, is_open: bool) -> None:
        for each in directions or DIRECTIONS:
            self.open[each] = is_open
        self._wake()

    def _wake(self) -> None:
        for pair in self._pairs:
            for flow in pair.flows.values():
                flow.wake()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._carry(reader, writer), name="turia chaos proxy")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number, self._count = self._count, self._count + 1
        try:
            target_reader, target_writer = await self._reach()
        except OSError as error:
            log.warning("the other end of the bad network cannot be reached: %s", error)
            writer.transport.abort()
            return
        pair = _Pair(self, (self._seed << 20) + 2 * number, {"up": target_writer, "down": writer})
        self._pairs.add(pair)
        try:
            await pair.run({"up": reader, "down": target_reader})
        finally:
            self._pairs.discard(pair)
            self._stalls += sum(flow.line.stalls for flow in pair.flows.values())

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SOCKET_BYTES)
        sock.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(sock, self._target)
            return await asyncio.open_connection(sock=sock, limit=_BURST)
        except OSError:
            sock.close()
            raise
