"""``turia bots --count N --url URL``: people of straw for demonstrations, tests and benches."""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import sys
from collections.abc import Sequence

import aiohttp
import uvloop

from turia.arguments import Arguments
from turia.testing.swarm import Swarm, SwarmOptions


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    parse = Arguments(prog="turia bots", description="Send bots to a running venue: they walk, meet, sit, wave.")
    parse.add_argument("--count", type=int, default=50, metavar="N", help="how many bots (default 50)")
    parse.add_argument("--url", default="http://127.0.0.1:8000", help="address of the venue (default %(default)s)")
    parse.add_argument("--seconds", type=float, default=math.inf, help="stop after so many seconds (default: never)")
    parse.add_argument("--seed", type=int, default=1, help="same seed, same bots")
    parse.add_argument("--restless", action="store_true", help="all bots walk all the time")
    parse.add_argument("--insecure", action="store_true", help="accept a self-signed certificate")
    parse.add_argument(
        "--arrivals", type=float, default=50.0, metavar="PER_S", help="how many enter a second (default 50)"
    )
    parse.add_argument("--json", action="store_true", help="report as one JSON line at the end")
    return parse


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit status."""
    chosen = parser().parse_args(argv)
    if not 1 <= chosen.count <= 20_000:
        print("turia bots: --count must be between 1 and 20000", file=sys.stderr)
        return 2
    options = SwarmOptions(
        count=chosen.count,
        url=chosen.url,
        seed=chosen.seed,
        restless=chosen.restless,
        insecure=chosen.insecure,
        arrivals_per_s=chosen.arrivals,
        probes=min(8, chosen.count),
    )
    try:
        uvloop.run(_run(options, chosen.seconds, as_json=chosen.json))
    except KeyboardInterrupt:
        return 0
    except aiohttp.ClientError as error:
        print(f"turia bots: no venue answers at {chosen.url} ({error}). Is the server running?", file=sys.stderr)
        return 2
    return 0


async def _run(options: SwarmOptions, seconds: float, *, as_json: bool) -> None:
    async with Swarm(options) as swarm:
        arriving = asyncio.ensure_future(swarm.arrive())
        running = asyncio.ensure_future(swarm.run(seconds))
        if not as_json:
            await asyncio.wait({arriving}, timeout=seconds)
            print(
                f"turia bots: {swarm.online()} of {options.count} are in the venue. Ctrl+C takes them out.", flush=True
            )
        await running
        arriving.cancel()
        _report(swarm, as_json=as_json)


def _report(swarm: Swarm, *, as_json: bool) -> None:
    received, frames, snapshots = swarm.received()
    figures = {
        "online": swarm.online(),
        "bytes": received,
        "frames": frames,
        "snapshots": snapshots,
        "fixes": sum(member.fixes for member in swarm.members),
        "errors": swarm.errors,
        **swarm.book.summary(),
    }
    if as_json:
        print(json.dumps(figures))
    else:
        print("\n".join(f"{name:>16}  {value}" for name, value in figures.items()))


if __name__ == "__main__":
    sys.exit(main())
