"""The flush: every 20 ms what the relay has for each viewer, and the answers that wait for him, in one write.

It shares the event loop with the tick, which must not wait for it: after a few milliseconds of writing it lets others
run. If flushes take too long for their period, there is one every 40 ms: half the writes, each of twice the bytes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from turia.gateway.connection import State
from turia.gateway.media_connection import MediaConnection
from turia.gateway.media_interims import Interims
from turia.gateway.media_points import Points
from turia.gateway.media_publishing import Publishing
from turia.gateway.media_reports import Reports
from turia.gateway.media_state import MediaState
from turia.gateway.media_voices import Hearing
from turia.gateway.media_watching import Watching
from turia.protocol import limits
from turia.protocol.close_codes import CloseCode
from turia.protocol.media import FLUSH_MS

PERIOD_S: Final = FLUSH_MS / 1_000
#: Seconds after the tick that flushes fall, as far from it as two clocks of 20 and 50 ms allow.
SHIFT_S: Final = 0.005
#: Others get their turn after so many writes, and after so many seconds of writing (looked at every few writes).
_WRITES, _SECONDS, _LOOK_EVERY = 200, 0.004, 16
#: A line with answers to take that took nothing for so long is closed, seconds.
BLOCKED_S: Final = 8.0


class Pace:
    """20 or 40 ms: the longer one when flushes are full, the shorter one again when half of it would do. Pure."""

    __slots__ = ("_calm", "_full", "stretched")

    def __init__(self) -> None:
        self.stretched = False
        self._full = self._calm = 0

    @property
    def period_s(self) -> float:
        """Seconds from one flush to the next."""
        return 2 * PERIOD_S if self.stretched else PERIOD_S

    def took(self, seconds: float) -> bool:
        """A flush took so long, with what others did in between; True when the period changes."""
        before = self.stretched
        if not self.stretched:
            self._full = self._full + 1 if seconds > 0.8 * PERIOD_S else max(0, self._full - 1)
            if self._full >= 10:
                self.stretched, self._calm = True, 0
        else:
            self._calm = self._calm + 1 if seconds < 0.5 * PERIOD_S else 0
            if self._calm >= 50:
                self.stretched, self._full = False, 0
        return self.stretched != before


class Flush:
    """``look``: called with each connection once a second."""

    def __init__(
        self,
        plane: MediaState,
        publishing: Publishing,
        watching: Watching,
        hearing: Hearing,
        reports: Reports,
        interims: Interims,
        points: Points,
        look: Callable[[MediaConnection, float], None],
    ) -> None:
        self._plane = plane
        self._publishing = publishing
        self._watching = watching
        self._hearing = hearing
        self._reports = reports
        self._interims = interims
        self._points = points
        self._look = look
        self._round = 0
        self._blocked_since: dict[int, float] = {}
        self.pace = Pace()

    # -- one flush -------------------------------------------------------------------------------
    async def flush(self) -> None:
        """Everything that is due. A part that fails is logged and skipped: the others run."""
        plane = self._plane
        begin = plane.clock.monotonic()
        self._round += 1
        self._part("voices", lambda: self._hearing.turn(begin))
        await asyncio.sleep(0)  # that may have taken a while; from here on to the first writes nobody comes between
        self._part("rights", self._publishing.review_stale)
        self._part("viewers' rights", self._watching.review_stale)
        self._part("tracks", self._watching.tell_changes)
        plane.flushing = True
        try:
            await self._deliver(begin)
        finally:
            plane.flushing = False
            plane.skip.clear()
        self._part("last frames", self._publishing.end_the_ended)
        self._part("keyframes", lambda: self._publishing.ask_keys(begin))
        self._part("drops", lambda: self._reports.tell_drops(begin))
        self._part("advice", lambda: self._reports.advise(begin))
        self._part("interim captions", lambda: self._interims.tell(begin))
        self._part("points", lambda: self._points.tell(begin))
        self._part("housekeeping", lambda: self._keep_house(begin))
        self._part("answers", lambda: self._answers(begin))
        self._account(plane.clock.monotonic() - begin)

    def _part(self, name: str, run: Callable[[], None]) -> None:
        try:
            run()
        except Exception as error:  # one bad part must not silence the venue
            self._plane.log.error(f"part {name} of a flush failed", f"flush {self._round}", error)

    async def _deliver(self, now: float) -> None:
        """Frames for everybody whose line is free."""
        plane = self._plane
        viewers = plane.viewers
        blocked = {each.number for each in viewers.values() if not each.outbox.line_free()}
        plane.stats.blocked = len(blocked)
        try:
            # the relay's lists are its own, and others run in between
            batches = [(batch.payload, list(batch.viewers)) for batch in plane.relay.flush(now, blocked)]
        except Exception as error:
            plane.log.error("the relay failed", f"flush {self._round}", error)
            return
        written, since = 0, plane.clock.monotonic()
        for payload, numbers in batches:
            for number in numbers:
                connection = viewers.get(number)
                if connection is not None and number not in plane.skip:
                    self._write(connection, payload)
                written += 1
                if written % _LOOK_EVERY == 0 and (
                    written % _WRITES < _LOOK_EVERY or plane.clock.monotonic() - since > _SECONDS
                ):
                    plane.stats.pauses += 1
                    await asyncio.sleep(0)
                    since = plane.clock.monotonic()

    def _write(self, connection: MediaConnection, payload: bytes) -> None:
        """Answers and frames as one; what the line does not take waits in the transport."""
        stats, outbox = self._plane.stats, connection.outbox
        data = outbox.taken_with(payload) if outbox.pending else payload
        try:
            if outbox in self._plane.held and not outbox.line_free():
                outbox.write(data)  # somebody else wrote meanwhile: behind it, in order
                return
            try:
                sent = outbox.send(data)
            except OSError:
                sent = 0
            if sent != len(data):
                stats.partial_writes += 1
                outbox.rest(data, sent)
        except Exception as error:  # whatever is wrong with a line, the others get theirs
            self._plane.log.error("a line is broken", connection.address, error)
            self._plane.abort(connection, CloseCode.INTERNAL)
            return
        stats.writes += 1
        stats.bytes_out += len(data)

    def _answers(self, now: float) -> None:
        """Answers of those who got no frames in this flush; what a blocked line keeps waiting is bounded."""
        plane = self._plane
        waiting = [outbox for outbox in plane.dirty if outbox.pending]
        plane.dirty.clear()
        for outbox in waiting:
            try:
                if not outbox.transport.is_closing() and not outbox.flush(now):
                    plane.dirty.append(outbox)
            except Exception as error:  # see _write
                plane.log.error("a line is broken", "while flushing", error)
                outbox.transport.abort()
        self._evict(now)

    def _evict(self, now: float) -> None:
        waiting = {id(outbox) for outbox in self._plane.dirty}
        slow = [each for each in self._plane.connections if waiting and id(each.outbox) in waiting]
        since = {each.number: self._blocked_since.get(each.number, now) for each in slow}
        self._blocked_since = since
        for each in slow:
            outbox = each.outbox
            full = len(outbox.pending) > limits.OUTBOX_MAX_MESSAGES or outbox.pending_bytes > limits.OUTBOX_MAX_BYTES
            if full or now - since[each.number] > BLOCKED_S:
                self._plane.abort(each, CloseCode.SLOW_CONSUMER)

    # -- once a second ---------------------------------------------------------------------------
    def _keep_house(self, now: float) -> None:
        """A fiftieth of all connections and tracks each time (a twenty-fifth when flushes are stretched)."""
        rounds = round(1.0 / self.pace.period_s)
        turn = self._round % rounds
        for connection in [each for each in self._plane.connections if each.number % rounds == turn]:
            self._heartbeat(connection, now)
            if connection.state is State.JOINED:
                self._look(connection, now)
        for track in [each for each in self._plane.tracks.by_number.values() if each.number % rounds == turn]:
            self._publishing.look_at(track, now)

    def _heartbeat(self, connection: MediaConnection, now: float) -> None:
        plane = self._plane
        if connection.join_missed(now):
            plane.close(connection, CloseCode.JOIN_TIMEOUT)
        elif connection.state is State.JOINED and connection.ping_missed(now):
            plane.close(connection, CloseCode.PING_TIMEOUT)
        elif connection.state is State.JOINED and connection.ping_due(now):
            connection.ping(now)

    def _account(self, seconds: float) -> None:
        plane, stats = self._plane, self._plane.stats
        if self.pace.took(seconds):
            period = self.pace.period_s * 1_000
            plane.log.warning("load", f"flushes every {period:.0f} ms, the last one took {seconds * 1_000:.1f} ms")
        stats.flushes += 1
        stats.flush_seconds.observe(seconds)
        stats.stretched = int(self.pace.stretched)
        stats.connections = len(plane.connections)
        stats.viewers = len(plane.viewers)
        stats.tracks = len(plane.tracks.by_number)

    # -- the clockwork ---------------------------------------------------------------------------
    async def run(self) -> None:
        """Flush for ever, at due times; those that cannot be kept are skipped, not caught up with."""
        loop = asyncio.get_running_loop()
        due = loop.time() + SHIFT_S
        while True:
            due += self.pace.period_s
            late = loop.time() - due
            await asyncio.sleep(max(0.0, -late))
            late = loop.time() - due
            self._plane.stats.flush_lateness_seconds.observe(max(0.0, late))
            if late > PERIOD_S:
                skipped = int(late / PERIOD_S)
                self._plane.stats.skipped_flushes += skipped
                due += skipped * PERIOD_S
            await self.flush()
