"""Bench ``isolation``: does media make control wait?

A whole server: people inside with snapshots at every tick, a journal on SQLite, and the media plane, all in one process
on one core. Everybody watches a talk of 1 Mbit/s, and some of them never read it. Meanwhile others send commands:
``sync``, and one that is answered when it is on disk (``do``). Their p99, from the sending to the answer, against the
same people and commands without any media before.
"""

from __future__ import annotations

import asyncio
import math
import os
import socket
import sys
import time
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from turia.bench import report
from turia.bench.media_client import MediaLine, Sender
from turia.bench.media_server import MediaServer
from turia.bench.relay import Watch, audience, on_air, stage
from turia.bench.sinks import Sink
from turia.event.entries import room_stream
from turia.protocol import limits
from turia.testing.event_house import PUT_NOTE
from turia.testing.lean_client import LeanClient, RefusalError, connect

LIMIT_MS: Final = 100.0
VENUE_PATH: Final = "/socket.io/"
_ROOM: Final = room_stream("hall")
_WARM_S: Final = 3.0
#: What those who never read let the system hold for them, bytes.
_STALLED_BUFFER: Final = 4_096
_STALLED_FOR_S: Final = 6.0
#: People who send commands, and commands a second of each: as many syncs as one may send.
_COMMANDERS: Final = 20
_SYNC_EVERY_S: Final = 0.5
_DO_EVERY_S: Final = 0.25


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of ``scripts/bench isolation``."""
    parse = report.parser("isolation", "Control commands while many watch a talk and some never read it.")
    parse.add_argument("--viewers", type=int, help="people who watch (default 500)")
    parse.add_argument("--stalled", type=int, help="of them, who never read (default 20)")
    parse.add_argument("--seconds", type=float, help="how long to measure, without and with media (default 15)")
    chosen = parse.parse_args(argv)
    report.many_files()
    viewers = chosen.viewers or (20 if chosen.quick else 500)
    stalled = chosen.stalled or (2 if chosen.quick else 20)
    figures = asyncio.run(measure(viewers, stalled, chosen.seconds or (3.0 if chosen.quick else 15.0)))
    rows = figures["rows"]
    print(report.table(list(rows[0]), [list(row.values()) for row in rows]))
    report.finish("isolation", figures, chosen.json)
    return 0


async def measure(viewers: int, stalled: int, seconds: float) -> dict[str, Any]:
    """The figures of the bench."""
    core, load_core = report.cores()
    usable, load_before = os.sched_getaffinity(0), os.getloadavg()[0]
    async with MediaServer(core) as server:
        os.sched_setaffinity(0, {load_core})
        try:
            with Sink(load_core) as venue_sink, Sink(load_core) as sink:
                opened = await server.ask("open", kind="venue", people=viewers + 1 + _COMMANDERS)
                port = opened["port"]
                for index in range(viewers + 1):
                    line = MediaLine(port, f"p{index}", path=VENUE_PATH)
                    venue_sink.add("W", [line.socket])
                commanders = await Commanders.come(port)
                speaker, camera, microphone = stage(port)
                sink.add("w", [speaker.socket])
                await asyncio.sleep(_WARM_S)
                without = await _watch("without", server, sink, opened["pid"], commanders, seconds)
                tracks = [camera, microphone]
                # in a thread, so that the commanders' pings are answered meanwhile
                await asyncio.to_thread(audience, port, viewers - stalled, tracks, sink, first=stalled + 1)
                deaf = await asyncio.to_thread(Stalled, port, stalled, tracks)
                async with on_air(camera, microphone), deaf:
                    await asyncio.sleep(_WARM_S)
                    during = await _watch("with", server, sink, opened["pid"], commanders, seconds)
        finally:
            os.sched_setaffinity(0, usable)
    return {
        "viewers": viewers,
        "stalled": stalled,
        "control_p99_ms": max(during["sync_ms_p99"], during["do_ms_p99"]),
        "control_p99_ms_without": max(without["sync_ms_p99"], without["do_ms_p99"]),
        "media_delay_p99_ms": during["media_delay_ms_p99"],
        "load_before": load_before,
        "rows": [without, during],
    }


class Stalled:
    """Viewers p1 and on who never read, while this is open. The server closes them for it after some seconds, which who
    does not read cannot see; so each comes anew before that, and there are as many all the time."""

    def __init__(self, port: int, count: int, tracks: Sequence[Sender]) -> None:
        self._port = port
        self._tracks = tracks
        self._lines = [self._come(index + 1) for index in range(count)]
        self._keeping: asyncio.Future[None] | None = None

    async def __aenter__(self) -> None:
        self._keeping = asyncio.ensure_future(self._keep())

    async def __aexit__(self, *_error: object) -> None:
        assert self._keeping is not None
        self._keeping.cancel()
        await asyncio.gather(self._keeping, return_exceptions=True)
        for line in self._lines:
            line.close()

    def _come(self, index: int) -> MediaLine:
        (line,) = audience(self._port, 1, self._tracks, None, first=index)
        line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _STALLED_BUFFER)
        return line

    async def _keep(self) -> None:
        while True:
            for index, line in enumerate(self._lines):
                await asyncio.sleep(_STALLED_FOR_S / len(self._lines))
                line.close()
                self._lines[index] = await asyncio.to_thread(self._come, index + 1)


class Commanders:
    """People who send commands at a steady pace. ``took``: seconds from sending to answer, by kind of command, infinite
    for those that were not answered."""

    def __init__(self, clients: list[LeanClient]) -> None:
        self._clients = clients
        self.took: dict[str, list[float]] = {"sync": [], "do": []}
        self.failed = 0

    @classmethod
    async def come(cls, port: int) -> Commanders:
        """So many of them, inside."""
        auth = {"protocol": limits.PROTOCOL_VERSION, "tier": "companion"}
        url = f"http://127.0.0.1:{port}"
        commanders = cls([])
        for index in range(_COMMANDERS):
            commanders._clients.append(await connect(url, auth | {"token": f"c{index}"}, commanders))
        return commanders

    async def command(self, seconds: float) -> None:
        """Send for so long, each spread over his period."""
        self.took = {"sync": [], "do": []}
        self.failed = 0
        share = 1 / len(self._clients)
        await asyncio.gather(
            *(self._repeat("sync", each, _SYNC_EVERY_S, i * share, seconds) for i, each in enumerate(self._clients)),
            *(self._repeat("do", each, _DO_EVERY_S, i * share, seconds) for i, each in enumerate(self._clients)),
        )

    async def _repeat(self, name: str, client: LeanClient, every_s: float, shift: float, seconds: float) -> None:
        """Whatever the answer takes, the next command is sent in its time."""
        begin = time.monotonic() + shift * every_s
        sent = []
        for turn in range(int(seconds / every_s)):
            await asyncio.sleep(max(0.0, begin + turn * every_s - time.monotonic()))
            sent.append(asyncio.ensure_future(self._once(name, client)))
        await asyncio.gather(*sent)

    async def _once(self, name: str, client: LeanClient) -> None:
        begin = time.monotonic()
        try:
            if name == "sync":
                await client.command("sync", {"t": begin * 1_000})
            else:
                await client.do(PUT_NOTE, {"stream": _ROOM, "kind": "notice", "key": "note", "text": "something"})
        except (RefusalError, TimeoutError, ConnectionResetError):
            self.failed += 1
            begin = -math.inf
        self.took[name].append(time.monotonic() - begin)

    # -- sink: what the venue says to them is dropped --------------------------------------------
    def on_snapshot(self, client: LeanClient, body: memoryview) -> None:
        """See Sink."""

    def on_crowd(self, client: LeanClient, body: memoryview) -> None:
        """See Sink."""

    def on_event(self, client: LeanClient, name: str, payload: Any) -> None:
        """See Sink."""

    def on_closed(self, client: LeanClient) -> None:
        """See Sink."""


def quantile(took: Sequence[float], percent: float) -> float:
    """One of the values that at least so many per cent of all do not exceed; infinite without any."""
    return float(np.percentile(took, percent, method="higher")) if took else math.inf


async def _watch(
    name: str, server: MediaServer, sink: Sink, pid: int, commanders: Commanders, seconds: float
) -> dict[str, Any]:
    before = await server.ask("figures")
    sink.reset()
    watch, own = Watch(pid), time.process_time()
    await commanders.command(seconds)
    cpu_s, waited_s, took_s = watch.spent()
    seen, after, own = sink.report(), await server.ask("figures"), time.process_time() - own
    row: dict[str, Any] = {"media": name}
    for kind, took in commanders.took.items():
        for share in (50, 99):
            row[f"{kind}_ms_p{share}"] = round(quantile(took, share) * 1_000, 1)
        row[f"{kind}s"] = len(took)
    return row | {
        "failed": commanders.failed,
        "server_cpu_pct": round(100 * cpu_s / took_s, 1),
        "waited_pct": round(100 * waited_s / took_s, 1),
        "load_cpu_pct": round(100 * (own + seen["cpu_s"]) / took_s, 1),
        "overruns": int(after["venue_overruns"] - before["venue_overruns"]),
        "media_delay_ms_p99": seen["p99_ms"],
        "media_blocked": after["media_blocked"],
        "media_viewers": after["media_viewers"],
    }


if __name__ == "__main__":
    sys.exit(main())
