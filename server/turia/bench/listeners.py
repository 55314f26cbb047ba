"""The audience of the bench ``streams``: a process of its own, on a core of its own, with a connection for everybody.

Told by lines on its standard input (JSON), it answers each with a line. The clock is the machine's monotonic one, so
that times written by one process can be read by the other.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from typing import Any, Final

import numpy as np
import uvloop

from turia.bench.far_end import FarEnd
from turia.protocol import limits
from turia.protocol.messages import CLIENT_EVENTS
from turia.testing.event_house import PUT_NOTE
from turia.testing.lean_client import LeanClient, RefusalError, connect

#: Key of the notes whose text is the time at which they were sent.
TIMED: Final = "timed"
_PERIOD_S: Final = 1.0 / CLIENT_EVENTS["do"].per_second


class Listeners(FarEnd):
    """Starts and talks to the process; ``ask`` takes the name of a method of :class:`Audience`."""

    module = "turia.bench.listeners"


# -- inside the process ------------------------------------------------------------------------------


class Audience:
    """Also the sink of every connection. ``last``: offset of the last entry by tag."""

    def __init__(self) -> None:
        self.clients: list[LeanClient] = []
        self.last: list[int] = []
        self.gaps = 0
        self.closed = 0
        self.delays: list[float] = []
        self._joins: dict[int, tuple[asyncio.Future[float], int]] = {}

    # -- sink ------------------------------------------------------------------------------------
    def on_snapshot(self, client: LeanClient, body: memoryview) -> None:
        """See Sink."""

    def on_crowd(self, client: LeanClient, body: memoryview) -> None:
        """See Sink."""

    def on_event(self, client: LeanClient, name: str, payload: Any) -> None:
        """See Sink."""
        if name == "entries":
            self._entries(client.tag, payload)
        elif name == "state" and payload["last"]:
            if client.tag >= 0:
                self.last[client.tag] = payload["top"]
            else:
                self._joined(client.tag)

    def on_closed(self, client: LeanClient) -> None:
        """See Sink."""
        self.closed += client.tag >= 0

    def _entries(self, tag: int, payload: dict[str, Any]) -> None:
        now = time.monotonic()
        rows = payload["entries"]
        if tag < 0:
            return
        self.gaps += rows[0][0] > self.last[tag] + 1
        self.last[tag] = rows[-1][0]
        self.delays += [now - float(row[5]["text"]) for row in rows if row[4] == TIMED]

    def _joined(self, tag: int) -> None:
        done, left = self._joins[tag]
        self._joins[tag] = (done, left - 1)
        if left == 1 and not done.done():
            done.set_result(time.monotonic())

    # -- orders ----------------------------------------------------------------------------------
    async def open(self, port: int, count: int, stream: str) -> dict[str, Any]:
        """``count`` people who follow ``stream``."""
        self.last += [0] * count
        for index in range(count):
            self.clients.append(await self._connect(port, f"p{index}", index))
        for client in self.clients:
            await client.subscribe([{"stream": stream}], lambda _answer: None)
        return {"open": len(self.clients)}

    async def talk(self, stream: str, per_second: float, seconds: float, speakers: int) -> dict[str, Any]:
        """Say something ``per_second``, in turns; seconds from the command to each receipt."""
        self.delays.clear()
        begin = time.monotonic()
        sent = []
        for turn in range(int(per_second * seconds)):
            await asyncio.sleep(max(0.0, begin + turn / per_second - time.monotonic()))
            body = {"stream": stream, "kind": "notice", "key": TIMED, "text": repr(time.monotonic())}
            sent.append(asyncio.ensure_future(self.clients[turn % speakers].do(PUT_NOTE, body)))
        refused = sum(isinstance(each, RefusalError) for each in await asyncio.gather(*sent, return_exceptions=True))
        await asyncio.sleep(0.3)
        delays = np.array(self.delays or [float("nan")]) * 1_000
        return {
            "sent": len(sent) - refused,
            "received": len(self.delays),
            "p50_ms": float(np.percentile(delays, 50)),
            "p99_ms": float(np.percentile(delays, 99)),
            "max_ms": float(delays.max()),
            **await self.missing(),
        }

    async def write(self, stream: str, seconds: float, writers: int) -> dict[str, Any]:
        """``writers`` write for so long, each again when it is answered, and not more often than they may."""
        refused = 0

        async def keep_writing(client: LeanClient) -> None:
            nonlocal refused
            begin = time.monotonic()
            while (now := time.monotonic()) - begin < seconds:
                body = {"stream": stream, "kind": "notice", "key": "note", "text": "something that was said"}
                try:
                    await client.do(PUT_NOTE, body, timeout_s=30.0)
                except RefusalError:
                    refused += 1
                await asyncio.sleep(max(0.0, now + _PERIOD_S - time.monotonic()))

        await asyncio.gather(*(keep_writing(client) for client in self.clients[:writers]))
        return {"refused": refused}

    async def wait(self, top: int, seconds: float) -> dict[str, Any]:
        """Until everybody has everything up to ``top``; how long that took, and who had not."""
        begin = time.monotonic()
        while min(self.last) < top and time.monotonic() - begin < seconds:  # noqa: ASYNC110 - cheaper than an event
            await asyncio.sleep(0.01)
        behind = sum(last < top for last in self.last)
        return {"seconds": time.monotonic() - begin, "behind": behind, **await self.missing()}

    async def missing(self) -> dict[str, Any]:
        """Entries that did not come, and lines that were closed."""
        return {"gaps": self.gaps, "closed": self.closed}

    async def join(self, port: int, person: str, streams: list[str], times: int) -> dict[str, Any]:
        """Subscribe to all ``streams`` so many times: milliseconds until all is there, and bytes of it."""
        spent, size = [], 0
        for turn in range(times):
            tag = -1 - turn
            client = await self._connect(port, person, tag)
            self._joins[tag] = (asyncio.get_running_loop().create_future(), len(streams))
            before, begin = client.bytes_in, time.monotonic()
            await client.subscribe([{"stream": stream} for stream in streams], lambda _answer: None)
            spent.append(await asyncio.wait_for(self._joins[tag][0], 30) - begin)
            size = client.bytes_in - before
            client.close()
            await asyncio.sleep(0.03)
        return {"ms": float(np.median(spent)) * 1_000, "bytes": size}

    async def _connect(self, port: int, person: str, tag: int) -> LeanClient:
        auth = {"token": person, "protocol": limits.PROTOCOL_VERSION, "tier": "companion"}
        return await connect(f"http://127.0.0.1:{port}", auth, self, tag=tag)


async def _serve() -> None:
    audience = Audience()
    loop = asyncio.get_running_loop()
    while text := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(text)
        answer = await getattr(audience, order.pop("do"))(**order)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    os.sched_setaffinity(0, {int(sys.argv[1])})
    uvloop.run(_serve())
