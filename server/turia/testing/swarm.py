"""A swarm of bots against a running server: it enters, walks, sits, comes back after a restart, and counts."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
import numpy as np
from numpy.typing import NDArray

from turia.clock import Clock, SystemClock
from turia.protocol import close_codes, limits
from turia.testing.ages import AgeBook
from turia.testing.bundle_client import fetch_venue
from turia.testing.goals import goals_of
from turia.testing.lean_client import LeanClient, RefusalError, connect
from turia.testing.routes import RouteMap
from turia.testing.walkers import Mode, Walkers
from turia.world.rights import GUARDED

log = logging.getLogger("turia.bots")

#: The swarm wakes this many times for one pose of each bot, a share of the bots each time: load comes evenly.
_PHASES: Final = 5
_IDLE_POSE_S: Final = 1.0
_SIT_REACH_M: Final = limits.SIT_REACH_M - 0.3


@dataclass(frozen=True, slots=True)
class SwarmOptions:
    """``restless``: all walk all the time. ``probes``: bots whose snapshots are looked into (see ages)."""

    count: int
    url: str
    seed: int = 1
    restless: bool = False
    probes: int = 0
    arrivals_per_s: float = 100.0
    insecure: bool = False
    spread: bool = True
    pose_hz: float = float(limits.POSE_HZ)
    tier: str = "full"
    name: str = "Demo guest"
    #: Id of a place where all begin and near which they stay; "" lets them spread over the venue.
    gather: str = ""


@dataclass(slots=True)
class Member:
    """What the swarm keeps of one bot besides its body."""

    cookies: dict[str, str] = field(default_factory=dict)
    client: LeanClient | None = None
    ticket: str | None = None
    slot: int = -1
    seat: int = limits.NO_SEAT
    #: Where the server last put the bot, metres.
    place: tuple[float, float, float] = (0.0, 0.0, 0.0)
    closing: dict[str, Any] | None = None
    entered: int = 0
    fixes: int = 0
    busy: bool = False
    person: str = ""


class Swarm:
    """Use ``async with Swarm(options) as swarm: await swarm.run(seconds)``."""

    def __init__(self, options: SwarmOptions, clock: Clock | None = None) -> None:
        self.options = options
        self.clock = clock or SystemClock()
        self.rng = np.random.default_rng(options.seed)
        self.members = [Member() for _ in range(options.count)]
        self.book = AgeBook(options.count)
        self.errors: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._last_pose = np.zeros(options.count)
        self._closing = False

    async def __aenter__(self) -> Swarm:
        self.session = aiohttp.ClientSession(
            cookie_jar=aiohttp.DummyCookieJar(), connector=aiohttp.TCPConnector(limit=16, ssl=not self.options.insecure)
        )
        _, self.layout, walk = await fetch_venue(self.session, self.options.url)
        guarded = [i for i, zone in enumerate(self.layout.zones) if zone.kind in GUARDED]
        routes = await asyncio.to_thread(RouteMap, walk, guarded)
        goals, seat_goal = goals_of(self.layout, routes, self.rng, self.options.gather)
        self.walkers = await asyncio.to_thread(
            lambda: Walkers(self.options.count, routes, goals, seat_goal, self.rng, restless=self.options.restless)
        )
        self.seats = np.array(self.layout.seats.position, dtype=np.float32).reshape(-1, 3)
        return self

    async def __aexit__(self, *error: object) -> None:
        self._closing = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for member in self.members:
            if member.client is not None:
                member.client.close()
        await self.session.close()

    # -- coming in -------------------------------------------------------------------------------
    async def arrive(self) -> None:
        """Everybody enters, paced; returns when all have been welcomed or given up on for the moment."""
        pace = 1.0 / self.options.arrivals_per_s
        arriving = []
        for i in range(self.options.count):
            arriving.append(self._spawn(self._come(i)))
            await asyncio.sleep(pace)
        await asyncio.gather(*arriving, return_exceptions=True)

    async def _come(self, i: int) -> None:
        """Enter or come back, again and again with growing pauses, until welcomed or told to stop."""
        pause = 0.5
        while not self._closing:
            try:
                await self._connect(i)
            except RefusalError as refusal:
                self._count(str(refusal.data.get("code", "refused")))
                if not close_codes.comes_back(int(refusal.data.get("code", 4000) or 4000)):
                    self.members[i].cookies.clear()
            except (OSError, TimeoutError, aiohttp.ClientError) as error:
                self._count(type(error).__name__)
            else:
                return
            await asyncio.sleep(pause * float(self.rng.uniform(0.5, 1.0)))
            pause = min(pause * 1.7, 5.0)

    async def _connect(self, i: int) -> None:
        member, options = self.members[i], self.options
        token = await self._token(i)
        auth = {"token": token, "protocol": limits.PROTOCOL_VERSION, "tier": options.tier, "client": "bot/0.1"}
        if member.ticket:
            auth["ticket"] = member.ticket
        member.closing = None
        member.client = await connect(options.url, auth, self, tag=i, insecure=options.insecure)

    async def _token(self, i: int) -> str:
        member, base = self.members[i], self.options.url.rstrip("/")
        headers = {"Origin": base}
        if member.cookies:
            async with self.session.post(f"{base}/api/token", headers=headers, cookies=member.cookies) as answer:
                if answer.status == 200:
                    return str((await answer.json())["token"])
            member.cookies.clear()
        look = [int(v) for v in self.rng.integers(0, 8, 8)]
        profile = {"name": f"{self.options.name} {i + 1}", "affiliation": "Demonstration", "look": look}
        async with self.session.post(f"{base}/api/enter", json=profile, headers=headers) as answer:
            body = await answer.json()
            if answer.status != 200:
                raise RefusalError({**body, "code": 4100 if body.get("retry") else 4205})
            member.cookies = {name: morsel.value for name, morsel in answer.cookies.items()}
            return str(body["token"])

    # -- what a connection tells (Sink) ------------------------------------------------------------
    def on_snapshot(self, client: LeanClient, body: memoryview) -> None:
        """See lean_client.Sink."""
        if client.tag < self.options.probes:
            walkers, now = self.walkers, self.clock.monotonic()
            self.book.received(client.tag, body, walkers.mode == Mode.WALK, walkers.position[:, ::2], now)

    def on_crowd(self, client: LeanClient, body: memoryview) -> None:
        """See lean_client.Sink."""

    def on_event(self, client: LeanClient, name: str, payload: Any) -> None:
        """See lean_client.Sink."""
        i = client.tag
        member = self.members[i]
        if name == "welcome":
            member.client = client  # the welcome can arrive before connect() returns
            member.slot, member.entered, member.person = payload["slot"], member.entered + 1, payload["person"]
            self.book.bot_of_slot[member.slot] = i
            self._placed(i, payload["place"])
            if self.options.spread and not payload["resumed"]:
                self._spawn(self._spread(i))
        elif name == "fix":
            member.fixes += 1
            self._placed(i, payload["place"])
        elif name == "ticket":
            member.ticket = payload["ticket"]
        elif name == "closing":
            member.closing = payload
            self._count(str(payload["reason"]))

    def on_closed(self, client: LeanClient) -> None:
        """See lean_client.Sink."""
        i = client.tag
        member = self.members[i]
        if member.client is not client:
            return
        member.client = None
        self.walkers.gone(i)
        if not self._closing and (member.closing is None or close_codes.comes_back(int(member.closing["code"]))):
            self._spawn(self._come(i))

    # -- living ----------------------------------------------------------------------------------
    async def run(self, seconds: float) -> None:
        """Move everybody for so long (float('inf') for ever)."""
        wake_s = 1.0 / (self.options.pose_hz * _PHASES)
        start = due = self.clock.monotonic()
        turn = 0
        while due - start < seconds:
            self._move(turn % _PHASES, wake_s * _PHASES)
            turn += 1
            due += wake_s
            late = self.clock.monotonic() - due
            if late > 1.0:  # a stopped machine: do not race after it
                due += late
            await asyncio.sleep(max(0.0, -late))

    def _move(self, phase: int, seconds: float) -> None:
        now = self.clock.monotonic()
        who = np.arange(phase, self.options.count, _PHASES)
        who = who[self.walkers.mode[who] != Mode.AWAY]
        sit, stand = self.walkers.step(who, seconds, now)
        for i in sit:
            self._spawn(self._sit(int(i)))
        for i in stand:
            self._spawn(self._stand(int(i)))
        moving = (self.walkers.mode[who] == Mode.WALK) | (self.walkers.emote_until[who] > now - 0.2)
        self._send(who[moving | (now - self._last_pose[who] > _IDLE_POSE_S)], now)

    def _send(self, who: NDArray[np.intp], now: float) -> None:
        # as every client: whoever waits to be placed says nothing, for it would be meant from the old place
        who = who[[not self.members[i].busy for i in who]] if len(who) else who
        clients = [self.members[i].client for i in who]
        ticks = np.array([client.tick if client else 0 for client in clients], dtype=np.uint32)
        poses = self.walkers.poses(who, ticks)
        self._last_pose[who] = now
        self.book.sent(who, poses, now)
        raw, size = poses.tobytes(), poses.itemsize
        for k, client in enumerate(clients):
            if client is not None:
                client.send_pose(raw[k * size : k * size + size])

    async def _sit(self, i: int) -> None:
        gap = np.linalg.norm(self.seats - self.walkers.position[i], axis=1)
        near = np.flatnonzero(gap < _SIT_REACH_M)
        if len(near):
            await self._command(i, "sit", {"seat": int(self.rng.choice(near))})

    async def _stand(self, i: int) -> None:
        await self._command(i, "stand", {})

    async def _spread(self, i: int) -> None:
        """Start somewhere else than at the entrance, so that a big swarm need not walk for minutes."""
        places = [self.options.gather] if self.options.gather else [room.id for room in self.layout.rooms[1:]]
        await self._command(i, "go", {"place": str(self.rng.choice(places or ["safe"]))})

    async def _command(self, i: int, name: str, payload: dict[str, Any]) -> None:
        member = self.members[i]
        if member.client is None or member.busy:
            return
        member.busy = True
        try:
            answer = await member.client.command(name, payload)
        except RefusalError as refusal:
            self._count(str(refusal.data["code"]))
        except (OSError, TimeoutError) as error:
            self._count(type(error).__name__)
        else:
            self._placed(i, answer["place"])
        finally:
            member.busy = False

    def _placed(self, i: int, place: dict[str, Any]) -> None:
        self.members[i].seat = place["seat"]
        self.members[i].place = (place["x"], place["y"], place["z"])
        seated = place["seat"] != limits.NO_SEAT
        now = self.clock.monotonic()
        self.walkers.place(i, place["x"], place["y"], place["z"], place["yaw"], seated=seated, now=now)

    # -- reporting -------------------------------------------------------------------------------
    def online(self) -> int:
        """Bots with a connection that has been welcomed."""
        return sum(member.client is not None and member.slot >= 0 for member in self.members)

    def received(self) -> tuple[int, int, int]:
        """(bytes, frames, snapshots) received by the connections open now."""
        clients = [member.client for member in self.members if member.client is not None]
        return (
            sum(client.bytes_in for client in clients),
            sum(client.frames_in for client in clients),
            sum(client.snapshots for client in clients),
        )

    def _count(self, what: str) -> None:
        self.errors[what] = self.errors.get(what, 0) + 1

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
