"""Bench ``streams``: entries committed and delivered to everybody in one room, with SQLite and with PostgreSQL.

1,000 people follow a room over real sockets. ``commits_per_s``: entries a second that are on disk and with all of them,
when 250 write as fast as they are answered (at most 10 a second each). ``p99_ms``: from a command on its way to its
receipt by each, at 50 messages a second. ``cpu_us_per_delivery``: CPU of the server's process, commits included, for
one message to one person then, what the idle venue takes left out. Beside it, in the same process and with the same
messages: python-socketio's ``emit`` to a room of as many. ``join_bytes`` and ``join_ms``: subscribing to the event, a
room with 10,000 entries and one's own stream, where 2,000 people are registered; ``join_..._growth`` is what that costs
against a room with 100 and 20.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any, Final

import uvloop

from turia.backbone.journal import Journal
from turia.bench import report
from turia.bench.lines import Lines
from turia.bench.listeners import TIMED, Listeners
from turia.bench.stock_lines import StockServer
from turia.clock import SystemClock
from turia.errors import StartError
from turia.event.commands import THE_SYSTEM
from turia.event.entries import EVENT, Change, person_stream, put, room_stream
from turia.event.people import Notice, Registration, Status
from turia.event.programme import Room, Session, Speaker
from turia.settings import Settings
from turia.store.open import open_store
from turia.testing.event_house import WRITE, TestingCommands, Write
from turia.testing.gateway_rig import Rig
from turia.testing.postgres import PostgresProcess
from turia.testing.still_space import StillSpace

ROOM: Final = room_stream("hall")
#: People who write as fast as they are answered, each at most as often as the gateway takes it.
_WRITERS: Final = 250
#: Of python-socketio: more take too long.
_STOCK_MESSAGES: Final = 100
_SPEAKERS: Final = 50
_PER_SECOND: Final = 50.0
_JOINS: Final = 15
_BATCH: Final = 500


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of ``scripts/bench streams``."""
    parse = report.parser("streams", "Entries committed and delivered to everybody in a room; what joining costs.")
    parse.add_argument("--subscribers", type=int, help="people in the room (default 1,000)")
    parse.add_argument("--seconds", type=float, help="of each measurement (default 10)")
    parse.add_argument("--rounds", type=int, help="of messages, ours and stock in turns (default 3)")
    parse.add_argument("--only", choices=["sqlite", "postgresql"], help="leave the other database out")
    chosen = parse.parse_args(argv)
    people = chosen.subscribers or (100 if chosen.quick else 1_000)
    seconds = chosen.seconds or (1.5 if chosen.quick else 10.0)
    rounds = chosen.rounds or (1 if chosen.quick else 3)
    history, registered = (1_000, 200) if chosen.quick else (10_000, 2_000)
    figures: dict[str, Any] = {}
    for database in ("sqlite", "postgresql"):
        if chosen.only in (None, database):
            figures |= {
                f"{name}{'' if database == 'sqlite' else '_postgresql'}": value
                for name, value in uvloop.run(measure(database, people, seconds, rounds, history, registered)).items()
            }
    report.finish("streams", figures, chosen.json)
    return 0


async def measure(
    database: str, people: int, seconds: float, rounds: int, history: int, registered: int
) -> dict[str, Any]:
    """The figures with one database."""
    usable = os.sched_getaffinity(0)
    server_core, load_core = report.cores()
    os.sched_setaffinity(0, {server_core})
    try:
        async with _venue(database, people, load_core) as (rig, journal, listeners):
            await _write(journal, [*_programme(), *_registrations(20)])
            await _history(journal, 100)
            few = await _join(rig, listeners)
            await listeners.ask("open", port=rig.port, count=people, stream=ROOM)
            figures = await _messages(listeners, people, seconds, rounds, load_core)
            figures |= await _commits(journal, listeners, people, seconds)
            await _write(journal, _registrations(registered))
            await _history(journal, history)
            many = await _join(rig, listeners)
    finally:
        os.sched_setaffinity(0, usable)
    return {
        "subscribers": people,
        **figures,
        "join_bytes": many["bytes"],
        "join_ms": many["ms"],
        "join_bytes_growth": many["bytes"] / few["bytes"],
        "join_ms_growth": many["ms"] / few["ms"],
    }


@asynccontextmanager
async def _venue(database: str, people: int, load_core: int) -> AsyncIterator[tuple[Rig, Journal, Listeners]]:
    """A gateway on a journal on a real database; its ticks run."""
    clock = SystemClock()
    with (
        tempfile.TemporaryDirectory(prefix="turia-streams-") as folder,
        PostgresProcess() if database == "postgresql" else nullcontext() as server,
        TestingCommands(),
    ):
        settings = Settings(data_dir=Path(folder), database=server.create_database() if server else "")
        journal = Journal(open_store(settings, clock), clock)
        await journal.open()
        rig = Rig(StillSpace(), clock=clock, run_ticks=True, journal=journal, capacity=people, joins_per_second=1e6)
        try:
            async with rig, Listeners(load_core) as listeners:
                yield rig, journal, listeners
        finally:
            await journal.close()


# -- messages ----------------------------------------------------------------------------------------


async def _messages(listeners: Listeners, people: int, seconds: float, rounds: int, load_core: int) -> dict[str, Any]:
    """50 messages a second to everybody, ours and stock in turns."""
    heard: list[dict[str, Any]] = []
    ours: list[float] = []
    stock: list[float] = []
    async with Lines(load_core) as lines, StockServer() as peer:
        auth = [{"token": f"p{index}"} for index in range(people)]
        await lines.open("stock", peer.port, people, auth)
        for sid in peer.sids:
            await peer.server.enter_room(sid, ROOM)
        await _talk(listeners, min(seconds, 2.0), people)
        for _ in range(rounds):
            idle = await _idle(seconds)
            begin = time.process_time()
            talked = await _talk(listeners, seconds, people)
            ours.append((time.process_time() - begin - idle) / (talked["sent"] * people) * 1e6)
            heard.append(talked)
            stock.append(await _stock(peer, idle / seconds, people))
    return {
        "p50_ms": statistics.median(each["p50_ms"] for each in heard),
        "p99_ms": max(each["p99_ms"] for each in heard),
        "max_ms": max(each["max_ms"] for each in heard),
        "cpu_us_per_delivery": statistics.median(ours),
        "stock_us_per_delivery": statistics.median(stock),
        "gain_over_stock": statistics.median(b / a for a, b in zip(ours, stock, strict=True)),
    }


async def _idle(seconds: float) -> float:
    """CPU seconds that the venue takes when nothing is said."""
    begin = time.process_time()
    await asyncio.sleep(seconds)
    return time.process_time() - begin


async def _talk(listeners: Listeners, seconds: float, people: int) -> dict[str, Any]:
    heard = await listeners.ask(
        "talk", stream=ROOM, per_second=_PER_SECOND, seconds=seconds, speakers=min(people, _SPEAKERS)
    )
    if heard["gaps"] or heard["closed"] or heard["received"] != heard["sent"] * people:
        raise StartError(f"Not everything arrived: {heard}. Is the machine busy with something else?")
    return heard


async def _stock(peer: StockServer, idle_share: float, people: int) -> float:
    """Microseconds of CPU for each message and person: the same messages, nothing saved."""
    start, begin = time.perf_counter(), time.process_time()
    for turn in range(_STOCK_MESSAGES):
        await asyncio.sleep(max(0.0, start + turn / _PER_SECOND - time.perf_counter()))
        value = {"code": "note", "text": repr(time.monotonic())}
        entry = [turn, int(time.time() * 1_000), "p1", "notice", TIMED, value]
        await peer.server.emit("entries", {"stream": ROOM, "epoch": 1, "entries": [entry]}, room=ROOM)
    await asyncio.sleep(0.3)
    spent = time.process_time() - begin - idle_share * (time.perf_counter() - start)
    return spent / (_STOCK_MESSAGES * people) * 1e6


# -- commits -----------------------------------------------------------------------------------------


async def _commits(journal: Journal, listeners: Listeners, people: int, seconds: float) -> dict[str, Any]:
    """As many as there is time for, while everybody gets them all."""
    before, begin = journal.state.top(ROOM), time.perf_counter()
    wrote = await listeners.ask("write", stream=ROOM, seconds=seconds, writers=min(people, _WRITERS))
    top = journal.state.top(ROOM)
    told = await listeners.ask("wait", top=top, seconds=30.0)
    spent = time.perf_counter() - begin
    if told["gaps"] or told["closed"] or told["behind"] or wrote["refused"]:
        raise StartError(f"Not everything arrived: {wrote}, {told}. Is the machine busy with something else?")
    return {"commits_per_s": (top - before) / spent, "entries_delivered_per_s": (top - before) * people / spent}


# -- joining -----------------------------------------------------------------------------------------


async def _join(rig: Rig, listeners: Listeners) -> dict[str, Any]:
    return await listeners.ask("join", port=rig.port, person="r0", streams=[EVENT, ROOM, person_stream("r0")], times=21)


async def _history(journal: Journal, top: int) -> None:
    """The room has had so many entries, each of a thing of its own."""
    while (have := journal.state.top(ROOM)) < top:
        some = range(have, min(top, have + _BATCH))
        await _write(journal, [put(ROOM, f"n{index}", Notice("note", "something that was said")) for index in some])


async def _write(journal: Journal, changes: Sequence[Change]) -> None:
    for first in range(0, len(changes), _BATCH):
        await journal.do(WRITE, Write(tuple(changes[first : first + _BATCH])), THE_SYSTEM)


def _registrations(count: int) -> list[Change]:
    value = Registration(Status.CHECKED_IN, "Ana", "ana@example.org", "individual", country="ES")
    return [put(person_stream(f"r{index}"), f"r{index}", value) for index in range(count)]


def _programme() -> list[Change]:
    """A day with 10 rooms, 60 sessions and 80 speakers."""
    rooms = [put(EVENT, f"room{index}", Room(f"Room {index}", description="x" * 200)) for index in range(10)]
    speakers = [put(EVENT, f"sp{index}", Speaker(f"Speaker {index}", biography="x" * 600)) for index in range(80)]
    sessions = [
        put(
            EVENT,
            f"s{index}",
            Session(f"Session {index}", index, index + 1, abstract="x" * 1_200, room=f"room{index % 10}"),
        )
        for index in range(60)
    ]
    return [*rooms, *speakers, *sessions]


if __name__ == "__main__":
    sys.exit(main())
