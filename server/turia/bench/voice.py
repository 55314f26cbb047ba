"""Bench ``voice``: 500 people in one hall, 50 of them speak at once, each hears the six nearest at most.

Who hears whom is chosen as in the venue (``world/audibility.py``), five times a second and at each word; more speak
within earshot than one hears, so turns change all the time. The server has one core and does nothing but media;
speakers and listeners (``sink.c``) have the other one. ``delay``: from a speaker's clock to the receipt.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import time
from collections.abc import Sequence
from typing import Any, Final

from turia.bench import report
from turia.bench.media_client import MediaLine, Sender, publish
from turia.bench.media_server import MediaServer
from turia.bench.relay import AT_ONCE, Watch
from turia.bench.sinks import Sink
from turia.bench.talk import AUDIO_GROUP, PACKET_BYTES, PACKETS_PER_SECOND, Frame
from turia.protocol.media import DEFAULT_VOICES

_WARM_S: Final = 3.0
#: Loud, as somebody who speaks is.
_LEVEL: Final = 100


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of ``scripts/bench voice``."""
    parse = report.parser("voice", "A foyer in which many speak at once.")
    parse.add_argument("--people", type=int, help="listeners, speakers among them (default 500)")
    parse.add_argument("--speakers", type=int, help="who speak at once (default 50)")
    parse.add_argument("--seconds", type=float, help="how long to measure (default 10)")
    chosen = parse.parse_args(argv)
    report.many_files()
    people = chosen.people or (40 if chosen.quick else 500)
    speakers = chosen.speakers or (8 if chosen.quick else 50)
    figures = asyncio.run(measure(people, min(people, speakers), chosen.seconds or (2.0 if chosen.quick else 10.0)))
    report.finish("voice", figures, chosen.json)
    return 0


async def measure(people: int, speakers: int, seconds: float) -> dict[str, Any]:
    """The figures of the bench."""
    core, load_core = report.cores()
    usable, load_before = os.sched_getaffinity(0), os.getloadavg()[0]
    async with MediaServer(core) as server:
        os.sched_setaffinity(0, {load_core})
        try:
            with Sink(load_core) as sink:
                opened = await server.ask("open", kind="foyer", people=people)
                senders = _come(opened["port"], people, speakers, sink)
                talking = asyncio.ensure_future(_talk(senders))
                figures = await _watch(server, sink, opened["pid"], senders, seconds)
                if talking.done():
                    talking.result()
                talking.cancel()
        finally:
            os.sched_setaffinity(0, usable)
    return {"people": people, "speakers": speakers, **figures, "load_before": load_before}


def _come(port: int, people: int, speakers: int, sink: Sink) -> list[Sender]:
    """Everybody listens; the first ones may speak."""
    senders = []
    for first in range(0, people, AT_ONCE):
        lines = [MediaLine(port, f"p{index}") for index in range(first, min(first + AT_ONCE, people))]
        for line in lines:
            line.ask("hear", {"voices": DEFAULT_VOICES})
        for line in lines:
            line.answer()
        senders += [publish(line, "voice", "audio", "") for line in lines[: max(0, speakers - first)]]
        sink.add("W", [line.socket for line in lines])
    return senders


async def _talk(senders: Sequence[Sender]) -> None:
    """A packet of each every 20 ms, evenly spread over these."""
    begin, between = time.monotonic(), 1 / PACKETS_PER_SECOND / len(senders)
    for turn in itertools.count():
        await asyncio.sleep(max(0.0, begin + turn * between - time.monotonic()))
        round_, index = divmod(turn, len(senders))
        group, number = divmod(round_, AUDIO_GROUP)
        senders[index].send(Frame(0.0, False, number == 0, 0, group, number, PACKET_BYTES), _LEVEL)


async def _watch(
    server: MediaServer, sink: Sink, pid: int, senders: Sequence[Sender], seconds: float
) -> dict[str, Any]:
    await asyncio.sleep(_WARM_S)
    sink.reset()
    before, pieces, own = await server.ask("figures"), sum(each.pieces for each in senders), time.process_time()
    watch = Watch(pid)
    await asyncio.sleep(seconds)
    cpu_s, waited_s, took_s = watch.spent()
    seen, after = sink.report(), await server.ask("figures")
    own, pieces = time.process_time() - own, sum(each.pieces for each in senders) - pieces
    writes = after["media_writes"] - before["media_writes"]
    people = seen["lines"]
    return {
        "open": seen["open"],
        "server_cpu_pct": round(100 * cpu_s / took_s, 1),
        "waited_pct": round(100 * waited_s / took_s, 1),
        "load_cpu_pct": round(100 * (own + seen["cpu_s"]) / took_s, 1),
        "cpu_us_per_listener_s": round(cpu_s / took_s / people * 1e6, 1),
        "us_per_send": round(cpu_s / writes * 1e6, 2) if writes else None,
        "sends_per_listener_s": round(writes / took_s / people, 2),
        "voices_per_listener": round(seen["frames"] / took_s / people / PACKETS_PER_SECOND, 2),
        "packets_in_per_s": round(pieces / took_s),
        "delay_ms_p50": seen["p50_ms"],
        "delay_ms_p99": seen["p99_ms"],
        "delay_ms_max": seen["max_ms"],
        "stretched": int(after["media_stretched"]),
    }


if __name__ == "__main__":
    sys.exit(main())
