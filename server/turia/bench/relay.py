"""Bench ``relay``: a talk of 1 Mbit/s to many viewers. What one costs, how late frames come, how many fit.

The media plane has one core; the publisher and the viewers (``sink.c``) have the other one. ``largest_viewers``: the
largest number with a p99 of at most 100 ms, from the publisher's clock to the receipt, all frames with everybody, and
the same for all smaller numbers. Beside it, in the same run, in turns, with the same stream: Janus's videoroom with
``rtp_forward`` (plain against plain, and SRTP against TLS in front of ours), and aiortc's MediaRelay, which is spared
decoding and encoding. ``cpu_us_per_viewer_s``: CPU of all of a system's processes in a second, for each viewer.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final, NamedTuple

from turia.bench import report, webrtc
from turia.bench.media_client import MediaLine, Sender, publish, speak
from turia.bench.media_server import ROOM, MediaServer
from turia.bench.sinks import Sink
from turia.bench.talk import talk
from turia.errors import StartError

SIZES: Final = (50, 200, 500, 1_000, 1_500, 2_000)
DELAY_LIMIT_MS: Final = 100.0
#: Of all frames; those on their way at the ends of a measurement are among them.
LOST_LIMIT_PCT: Final = 1.0
#: Of rows that are compared: a key frame on its way at the end of a short measurement is much of what few viewers got.
_COMPARABLE_PCT: Final = 5.0
#: Viewers of the comparisons.
_BESIDE: Final = 200
_BESIDE_S: Final = 3.0
_OF_AIORTC: Final = (2, 10)
_WARM_S: Final = 2.0
#: Lines that are opened before somebody reads them and answers their pings.
AT_ONCE: Final = 25
#: Seconds between two answers to pings that nobody sees; the server's come every five.
_PONG_S: Final = 4.5


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of ``scripts/bench relay``."""
    parse = report.parser("relay", "A talk to many viewers, against Janus and aiortc.")
    parse.add_argument("--sizes", type=int, nargs="+", help="numbers of viewers to try")
    parse.add_argument("--seconds", type=float, help="how long to measure each size (default 4)")
    parse.add_argument("--rounds", type=int, help="rounds of the comparison (default 3)")
    parse.add_argument("--beside", type=int, help="viewers of the comparison (default 200)")
    parse.add_argument("--only-ours", action="store_true", help="leave Janus and aiortc out")
    chosen = parse.parse_args(argv)
    sizes = chosen.sizes or ((5, 10) if chosen.quick else SIZES)
    seconds = chosen.seconds or (1.5 if chosen.quick else 4.0)
    report.many_files()
    load_before = os.getloadavg()[0]
    rows = [row for size in sizes for row in asyncio.run(_tried(f"ours with {size} viewers", ours(size, seconds)))]
    figures = {"largest_viewers": largest(rows), **_at(rows, 500), **_at(rows, 1_000)}
    if not chosen.only_ours:
        beside = chosen.beside or (5 if chosen.quick else _BESIDE)
        rounds = chosen.rounds or (1 if chosen.quick else 3)
        more = asyncio.run(compared(beside, min(seconds, _BESIDE_S), rounds, (2,) if chosen.quick else _OF_AIORTC))
        rows += more
        figures |= ratios(more)
    report.finish("relay", {**figures, "load_before": load_before, "rows": rows}, chosen.json)
    return 0


def fits(row: dict[str, Any]) -> bool:
    """Whether everybody saw everything in time."""
    return bool(
        row["open"] == row["viewers"]
        and 0 <= row["delay_ms_p99"] <= DELAY_LIMIT_MS
        and row["lost_pct"] <= LOST_LIMIT_PCT
    )


def largest(rows: Sequence[dict[str, Any]]) -> int:
    """Viewers of the last row before the first that does not fit."""
    best = 0
    for row in sorted(rows, key=lambda row: int(row["viewers"])):
        if not fits(row):
            break
        best = int(row["viewers"])
    return best


def ratios(rows: Sequence[dict[str, Any]]) -> dict[str, float | None]:
    """Medians over the rounds of what ours costs against Janus in the same round, and of what aiortc costs against
    ours; None for what was not measured. A row that lost frames costs little for the wrong reason: it does not
    count."""
    cost: dict[str, list[float | None]] = {}
    for row in rows:
        whole = (row["lost_pct"] or 0) <= _COMPARABLE_PCT
        cost.setdefault(row["system"], []).append(row["cpu_us_per_viewer_s"] if whole else None)

    def ratio(above: str, below: str) -> float | None:
        pairs = zip(cost.get(above, ()), cost.get(below, ()), strict=False)
        found = [a / b for a, b in pairs if a and b]
        return statistics.median(found) if found else None

    aiortc, plain = ([each for each in cost.get(system, ()) if each] for system in ("aiortc", "ours"))
    return {
        "ratio_to_janus": ratio("ours", "janus"),
        "ratio_tls_to_srtp": ratio("ours tls", "janus srtp"),
        # its cheapest size, so that what it costs to be there at all does not count against it
        "gain_over_aiortc": min(aiortc) / statistics.median(plain) if aiortc and plain else None,
    }


def _at(rows: Sequence[dict[str, Any]], viewers: int) -> dict[str, Any]:
    """Figures of one size, by name."""
    found = [row for row in rows if row["viewers"] == viewers]
    names = ("cpu_us_per_viewer_s", "us_per_write", "delay_ms_p99", "server_cpu_pct")
    return {f"{name}_{viewers}": row[name] for row in found for name in names}


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    print(report.table(list(row), [list(row.values())]), flush=True)
    return row


# -- ours --------------------------------------------------------------------------------------------


async def ours(viewers: int, seconds: float, *, tls: bool = False) -> dict[str, Any]:
    """One row: the talk through our media plane."""
    core, load_core = report.cores()
    usable = os.sched_getaffinity(0)
    async with MediaServer(core) as server:
        os.sched_setaffinity(0, {load_core})
        try:
            with Sink(load_core) as sink:
                opened = await server.ask("open", kind="still", people=viewers + 1, tls=tls)
                speaker, camera, microphone = stage(opened["port"], tls=tls)
                sink.add("T" if tls else "w", [speaker.socket])
                blind = Blind([speaker]) if tls else None
                lines = audience(opened["port"], viewers, [camera, microphone], sink, blind)
                with closing_all([speaker, *lines]):
                    async with on_air(camera, microphone, blind):
                        system = "ours tls" if tls else "ours"
                        return await _watch(system, server, sink, opened, camera, microphone, seconds)
        finally:
            os.sched_setaffinity(0, usable)


@contextmanager
def closing_all(lines: Sequence[MediaLine]) -> Iterator[None]:
    """They are closed in the end."""
    try:
        yield
    finally:
        for line in lines:
            line.close()


def stage(port: int, *, tls: bool = False) -> tuple[MediaLine, Sender, Sender]:
    """Somebody (p0) with a camera and a microphone in the room."""
    speaker = MediaLine(port, "p0", tls=tls)
    return (
        speaker,
        publish(speaker, "camera", "video", ROOM, layers=2),
        publish(speaker, "microphone", "audio", ROOM),
    )


class Blind:
    """Lines over TLS: nobody sees their pings, so they are answered now and then, by :meth:`turn`."""

    def __init__(self, lines: list[MediaLine]) -> None:
        self.lines = lines
        self._last = time.monotonic()

    def turn(self) -> None:
        """Call it at least once a second."""
        if time.monotonic() - self._last > _PONG_S:
            self._last = time.monotonic()
            for line in self.lines:
                line.pong()


def audience(
    port: int,
    viewers: int,
    tracks: Sequence[Sender],
    sink: Sink | None,
    blind: Blind | None = None,
    *,
    first: int = 1,
) -> list[MediaLine]:
    """People p1 (or ``first``) and on who want these tracks. ``sink`` reads from then on; None: nobody does. With
    ``blind`` over TLS, and it gets them."""
    lines: list[MediaLine] = []
    for begin in range(first, first + viewers, AT_ONCE):
        numbers = range(begin, min(begin + AT_ONCE, first + viewers))
        some = []
        for index in numbers:
            some.append(MediaLine(port, f"p{index}", tls=blind is not None))
            if blind is not None:
                blind.lines.append(some[-1])
                blind.turn()
        for line in some:
            line.ask("follow", {"rooms": [ROOM]}, 1)
            line.ask("want", {"tracks": [[track.number, 3] for track in tracks]}, 2)
        for line in some:
            granted = line.answer(2)["tracks"]
            if len(granted) != len(tracks):
                raise StartError(f"a viewer was not given what he wants: {granted}")
        if sink is not None:
            sink.add("W" if blind is None else "T", [line.socket for line in some])
        lines += some
    return lines


@asynccontextmanager
async def on_air(camera: Sender, microphone: Sender, blind: Blind | None = None) -> AsyncIterator[None]:
    """The talk goes on in between."""

    async def pongs() -> None:
        while blind is not None:
            blind.turn()
            await asyncio.sleep(0.5)

    working = [asyncio.ensure_future(speak(camera, microphone, talk())), asyncio.ensure_future(pongs())]
    try:
        yield
        for each in working:
            if each.done():
                each.result()
    finally:
        for each in working:
            each.cancel()
        await asyncio.gather(*working, return_exceptions=True)


async def _watch(
    system: str,
    server: MediaServer,
    sink: Sink,
    opened: dict[str, Any],
    camera: Sender,
    microphone: Sender,
    seconds: float,
) -> dict[str, Any]:
    await asyncio.sleep(_WARM_S)
    sink.reset()
    before, own, pieces = await server.ask("figures"), time.process_time(), camera.pieces + microphone.pieces
    watch = Watch(opened["pid"])
    await asyncio.sleep(seconds)
    spent = watch.spent()
    seen, after = sink.report(), await server.ask("figures")
    own, pieces = time.process_time() - own, camera.pieces + microphone.pieces - pieces
    viewers = seen["lines"] - 1
    writes = after["media_writes"] - before["media_writes"]
    return row_of(
        system,
        viewers,
        seen,
        spent=spent,
        expected=None if system.endswith("tls") else pieces * viewers,
        load_s=own + seen["cpu_s"],
        writes=writes,
        stretched=after["media_stretched"],
    )


class Spent(NamedTuple):
    """Seconds of CPU, of waiting for the core, and of time."""

    cpu_s: float
    waited_s: float
    took_s: float


class Watch:
    """What a process spends from now on."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._before = self._now()

    def spent(self) -> Spent:
        """Since the beginning."""
        return Spent(*(now - before for now, before in zip(self._now(), self._before, strict=True)))

    def _now(self) -> Spent:
        return Spent(report.cpu_seconds(self._pid), report.waited_seconds(self._pid), time.monotonic())


def row_of(
    system: str,
    viewers: int,
    seen: dict[str, Any],
    *,
    spent: Spent,
    expected: int | None,
    load_s: float,
    writes: float,
    stretched: float = 0,
) -> dict[str, Any]:
    """A row of the table. ``expected``: frames (of RTP: packets) that all together should have got."""
    lost = None if not expected else round(max(0.0, 100 * (1 - seen["frames"] / expected)), 2)
    cpu_s, waited_s, took_s = spent
    return {
        "system": system,
        "viewers": viewers,
        "open": seen["open"] - (seen["lines"] - viewers),
        "cpu_us_per_viewer_s": round(cpu_s / took_s / viewers * 1e6, 1),
        "server_cpu_pct": round(100 * cpu_s / took_s, 1),
        "waited_pct": round(100 * waited_s / took_s, 1),
        "load_cpu_pct": round(100 * load_s / took_s, 1),
        "sends_per_viewer_s": round(writes / took_s / viewers, 1),
        "us_per_write": round(cpu_s / writes * 1e6, 2) if writes else None,
        "delay_ms_p50": seen["p50_ms"],
        "delay_ms_p99": seen["p99_ms"],
        "delay_ms_max": seen["max_ms"],
        "lost_pct": lost,
        "kbit_per_viewer_s": round(seen["bytes"] * 8 / took_s / viewers / 1_000),
        "stretched": int(stretched),
    }


# -- beside it ---------------------------------------------------------------------------------------


async def compared(viewers: int, seconds: float, rounds: int, of_aiortc: Sequence[int]) -> list[dict[str, Any]]:
    """Rows of all systems in turns; what is not installed is said and left out."""
    rows: list[dict[str, Any]] = []
    for _ in range(rounds):
        for tls in (False, True):
            rows += await _tried("ours", ours(viewers, seconds, tls=tls))
            rows += await _tried("janus", janus_row(viewers, seconds, srtp=tls))
    for count in of_aiortc:
        rows += await _tried("aiortc", aiortc_row(count, seconds))
    return rows


async def _tried(what: str, measured: Awaitable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The row, shown; nothing but a line that says why when it cannot be had, so that the others are not lost."""
    try:
        return [_shown(await measured)]
    except (StartError, OSError, TimeoutError) as error:
        print(f"left out: {what}: {error or type(error).__name__}", file=sys.stderr, flush=True)
        return []


async def janus_row(viewers: int, seconds: float, *, srtp: bool = False) -> dict[str, Any]:
    """One row: the talk through Janus to UDP sockets."""
    core, load_core = report.cores()
    async with webrtc.Janus(core) as janus, webrtc.Peer(load_core) as peer:
        with Sink(load_core) as sink, webrtc.UdpSockets(viewers) as sockets:
            sink.add("U", sockets.all)
            await janus.take(peer)
            for each in sockets.all:
                await janus.forward(each.getsockname()[1], srtp=srtp)
            await asyncio.sleep(_WARM_S)
            sink.reset()
            sent, watch = await peer.ask("figures"), Watch(janus.pid)
            await asyncio.sleep(seconds)
            spent = watch.spent()
            seen, after = sink.report(), await peer.ask("figures")
    if srtp and seen["timed"]:
        raise StartError("Janus did not encrypt what it was asked to encrypt.")
    packets = after["packets"] - sent["packets"]
    return row_of(
        "janus srtp" if srtp else "janus",
        viewers,
        seen,
        spent=spent,
        expected=packets * viewers,
        load_s=seen["cpu_s"] + after["cpu_s"] - sent["cpu_s"],
        writes=float(seen["frames"]),
    )


async def aiortc_row(viewers: int, seconds: float) -> dict[str, Any]:
    """One row: the talk through aiortc's MediaRelay to aiortc viewers."""
    core, load_core = report.cores()
    async with webrtc.Peer(core) as server, webrtc.Peer(load_core) as peers:
        offers = (await peers.ask("view", count=viewers))["offers"]
        answers = [(await server.ask("serve", offer=offer))["answer"] for offer in offers]
        await peers.ask("answer", answers=answers)
        await asyncio.sleep(_WARM_S)
        before, load = await server.ask("figures"), await peers.ask("figures")
        watch = Watch(before["pid"])
        await asyncio.sleep(seconds)
        spent = watch.spent()
        after, load_after = await server.ask("figures"), await peers.ask("figures")
    received = load_after["received"] - load["received"]
    packets = after["packets"] - before["packets"]
    unseen = {"open": viewers, "lines": viewers, "frames": received, "p50_ms": -1, "p99_ms": -1, "max_ms": -1}
    return row_of(
        "aiortc",
        viewers,
        {**unseen, "bytes": load_after["bytes"] - load["bytes"]},
        spent=spent,
        expected=packets,
        load_s=load_after["cpu_s"] - load["cpu_s"],
        writes=float(packets),
    )


if __name__ == "__main__":
    sys.exit(main())
