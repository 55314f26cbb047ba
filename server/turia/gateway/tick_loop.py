"""The tick: ingest, move, expire, streams, refresh, select and pack, flush; and the clockwork that runs it at 20 Hz."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.gateway import snapshot_frames, ws_frames
from turia.gateway.entrance import Entrance
from turia.gateway.house import House, too_often
from turia.gateway.housekeeping import housekeeping
from turia.gateway.load import LoadGovernor
from turia.protocol import codec, limits
from turia.protocol.close_codes import CloseCode
from turia.protocol.messages import Fix, Who
from turia.world.space import CrowdFrame, Packed

PERIOD_S: Final = limits.TICK_MS / 1_000

Bool = NDArray[np.bool_]


class TickLoop:
    """``tick`` is synchronous: nothing else runs between its phases."""

    def __init__(self, house: House, entrance: Entrance) -> None:
        self._house = house
        self._entrance = entrance
        self._last_at = house.clock.monotonic()
        self._periods = 1.0
        self.load = LoadGovernor()

    # -- one tick --------------------------------------------------------------------------------
    def tick(self, late_s: float = 0.0) -> None:
        """Everything of one tick, which begins so late. A phase that fails is logged and skipped: the others run."""
        house = self._house
        house.turnstile.turn(late_s)
        begin = house.clock.monotonic()
        house.tick += 1
        house.lines.advance()
        now = self._phase("ingest", begin, self._ingest)
        now = self._phase("rooms", now, self._rooms)
        now = self._phase("move", now, self._move)
        now = self._phase("expire", now, self._expire)
        now = self._phase("housekeeping", now, self._keep_house)
        now = self._phase("streams", now, self._publish)
        now = self._phase("refresh", now, self._refresh)
        now = self._phase("select", now, self._select)
        end = self._phase("flush", now, self._flush)
        self._account(end - begin, late_s)

    def _phase(self, name: str, begin: float, run: Callable[[], None]) -> float:
        house = self._house
        try:
            run()
        except Exception as error:  # one bad phase must not stop the venue
            house.log.error(f"tick phase {name} failed", f"tick {house.tick}", error)
        end = house.clock.monotonic()
        house.stats.phase_seconds[name] += end - begin
        return end

    def _ingest(self) -> None:
        house = self._house
        now = house.clock.monotonic()
        slots, poses, too_fast, count = house.inbox.take(now - self._last_at)
        self._periods = max(1.0, (now - self._last_at) / PERIOD_S)
        self._last_at = now
        house.stats.poses += count
        if len(slots):
            house.lines.poses(house.tick, slots, poses["tick"])
            house.space.ingest(slots, poses)
        for slot in too_fast.tolist():
            connection = house.by_slot.get(slot)
            if connection is not None:
                house.refuse(connection, None, too_often("pose"))

    def _rooms(self) -> None:
        if self._house.faces is not None:
            self._house.faces.tick()
        if self._house.rooms is not None:
            self._house.rooms.tick()

    def _move(self) -> None:
        house = self._house
        for correction in house.space.move(house.tick, self._periods):
            house.stats.corrections += 1
            connection = house.by_slot.get(correction.slot)
            if connection is not None:
                connection.send("fix", Fix(seq=correction.seq, place=correction.place, reason=correction.reason))
                if correction.reason == "full" and house.rooms is not None:
                    house.rooms.full(connection)

    def _expire(self) -> None:
        house = self._house
        if house.heard:
            house.space.contact(np.array(sorted(house.heard), dtype=np.int32), house.tick)
            house.heard.clear()
        for slot in house.space.expire(house.tick):
            connection = house.forget_slot(slot)
            if connection is not None:
                house.close(connection, CloseCode.PING_TIMEOUT)

    def _publish(self) -> None:
        if self._house.streams is not None:
            self._house.streams.publish()

    def _refresh(self) -> None:
        self._house.space.refresh(self._house.tick)

    def _select(self) -> None:
        house = self._house
        ready = self._ready()
        head, tail = snapshot_frames.HEAD, snapshot_frames.TAIL
        packed = house.space.select_and_pack(house.tick, ready, head=head, tail=tail)
        self._introduce(packed)
        self._write(packed, self._crowd(house.space.crowd(house.tick), ready))

    def _ready(self) -> Bool:
        """Who gets volatile data in this tick."""
        house = self._house
        free = np.ones(len(house.live), dtype=np.bool_)
        free[[each.slot for each in list(house.held) if not each.line_free() and each.slot >= 0]] = False
        return house.lines.ready(house.tick, house.clock.monotonic(), free, house.live)

    def _introduce(self, packed: Packed) -> None:
        """Names before faces: ``who`` stands on the reliable lane, which is written before the snapshot."""
        house = self._house
        for index, people in packed.introductions.items():
            connection = house.by_slot.get(int(packed.slots[index]))
            if connection is not None:
                frame = ws_frames.binary(codec.encode_event("who", Who(people)))
                connection.send_frame(frame)
                if house.companions:
                    for each in house.companions_of(connection):
                        each.send_frame(frame)

    def _crowd(self, crowd: list[CrowdFrame], ready: Bool) -> dict[int, bytes]:
        """The frame of the crowd layer by slot: the same object for all who share one."""
        frames: dict[int, bytes] = {}
        for each in crowd:
            frame = ws_frames.binary(codec.encode_binary(codec.CROWD_PREFIX, each.body))
            slots = each.slots[ready[each.slots]]
            frames |= dict.fromkeys(slots.tolist(), frame)
        return frames

    def _write(self, packed: Packed, crowd: dict[int, bytes]) -> None:
        """One write for each client: answers and entries, snapshot, crowd."""
        house = self._house
        begin, end = snapshot_frames.frame_in_place(packed)
        data = packed.buffer.data  # views, no copies: the operating system reads them during the call
        sends = house.sends
        joined = {outbox.slot for outbox in house.dirty if outbox.pending} | crowd.keys()
        for slot, first, last in zip(packed.slots.tolist(), begin.tolist(), end.tolist(), strict=True):
            frame: bytes | memoryview = data[first:last]
            if slot in joined:
                frame = house.by_slot[slot].outbox.taken_with(frame, crowd.pop(slot, b""))
            try:
                sent = sends[slot](frame)
            except OSError:
                sent = 0
            except Exception as error:  # whatever is wrong with a line, the others get theirs
                self._broken(slot, error)
                continue
            if sent != len(frame):
                house.by_slot[slot].outbox.rest(frame, sent)
        for slot, rest in crowd.items():
            if slot in house.by_slot:
                try:
                    house.by_slot[slot].outbox.flush_with(rest)
                except Exception as error:  # as above
                    self._broken(slot, error)
        house.lines.sent(packed.slots)
        house.stats.snapshots += len(packed.slots)
        house.stats.snapshot_bytes += int((end - begin).sum())

    def _broken(self, slot: int, error: Exception) -> None:
        """A line failed in a way that lines do not: it ends, and its owner may come back."""
        connection = self._house.by_slot[slot]
        self._house.log.error("a line is broken", connection.address, error)
        self._house.abort(connection, CloseCode.INTERNAL)

    def _flush(self) -> None:
        """Reliable frames of those who got no snapshot in this tick; what a blocked line keeps waiting is bounded."""
        house = self._house
        now = house.clock.monotonic()
        dirty = [outbox for outbox in house.dirty if outbox.pending]
        house.dirty.clear()
        for outbox in dirty:
            try:
                if not outbox.transport.is_closing() and not outbox.flush(now):
                    house.dirty.append(outbox)
            except Exception as error:  # see _write
                house.log.error("a line is broken", "while flushing", error)
                outbox.transport.abort()
        if house.dirty:
            self._evict(now)

    def _evict(self, now: float) -> None:
        waiting = set(map(id, self._house.dirty))
        for connection in [each for each in self._house.connections if id(each.outbox) in waiting]:
            if connection.outbox.slow(now):
                self._house.abort(connection, CloseCode.SLOW_CONSUMER)

    def _keep_house(self) -> None:
        housekeeping(self._house, self._entrance)

    def _account(self, seconds: float, late_s: float) -> None:
        house = self._house
        stats = house.stats
        stats.tick = house.tick
        stats.tick_seconds.observe(seconds)
        stats.overruns += seconds > PERIOD_S
        stats.connections = len(house.connections)
        stats.joined = len(house.by_slot)
        stats.companions = sum(map(len, house.companions.values()))
        stats.people = len(house.by_slot)
        stats.places = house.space.population()
        stats.behind = int(house.lines.behind[house.live].sum())
        if self.load.tick_took(seconds, late_s):
            stats.overload_level = self.load.level
            house.space.count_overrun(self.load.detail)
            took = f"the last tick took {seconds * 1_000:.1f} ms and began {late_s * 1_000:.1f} ms late"
            house.log.warning("load", f"level {self.load.level}, {took}")

    # -- the clockwork ---------------------------------------------------------------------------
    async def run(self) -> None:
        """Tick for ever. Due times are multiples of the period, so nothing drifts; ticks that cannot be kept are
        skipped, not caught up with."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due += PERIOD_S * self.load.ticks_a_round
            late = loop.time() - due
            if late < 0:
                await asyncio.sleep(-late)
                late = loop.time() - due
            else:
                await asyncio.sleep(0)
            self._house.stats.tick_lateness_seconds.observe(late)
            if late > PERIOD_S:
                skipped = int(late / PERIOD_S)
                self._house.stats.skipped_ticks += skipped
                due += skipped * PERIOD_S
            self.tick(late)
