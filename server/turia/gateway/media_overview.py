"""How talks get on, measured when one of the staff looks: who sends, who gets it, what is left out, and how flushes go.

Looking at a hall is a walk over its viewers, in slices: the loop gets its turn after each. What they get is worked out
once for all who are in step together, so that a viewer costs a microsecond or two; and whoever asks again within a
second is told the same. *Measured*: 2,000 viewers in 1 ms (tests/gateway/test_media_overview.py holds it under 10).
"""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Final

from turia.gateway.media_connection import MediaConnection
from turia.gateway.media_state import MediaState, Refusal
from turia.gateway.media_tracks import Track
from turia.gateway.media_watching import HEALED, KEYS
from turia.media.health import AudienceSeen, Named, PublisherSeen, RefusedSeen, RoomSeen, ServerSeen, SourceSeen
from turia.media.meters import added
from turia.media.viewer import Mode

#: Others run after so many viewers.
SLICE: Final = 200
#: What was looked at is told again for so long, seconds.
KEPT_S: Final = 1.0
#: He is stuck who has got nothing of a medium for so long, or whose line has taken nothing; seconds. Reports come once
#: a second, and a line may need a moment.
STUCK_S: Final = 2.5
#: What was refused is told for so long, seconds; a report counts for so long.
REFUSED_S: Final = 30.0
_REPORT_S: Final = 10.0
#: Names of people who are stuck, longest round trips, people who send, and refusals, at most.
MOST_NAMES: Final = 20
_WORST: Final = 3
MOST_PUBLISHERS: Final = 50
_MOST_REFUSED: Final = 20

#: ``full``, ``reduced``, ``sound_only`` or ``idle``; whether sound, and whether pictures are wanted.
Wishes = tuple[str, bool, bool]


class Overview:
    """See :class:`turia.media.health.Monitor`. ``period_s``: seconds between two flushes at the moment."""

    def __init__(self, plane: MediaState, period_s: Callable[[], float]) -> None:
        self._plane = plane
        self._period_s = period_s
        self._kept: dict[str, tuple[float, RoomSeen]] = {}
        self._looking: dict[str, asyncio.Future[RoomSeen]] = {}

    def busy(self) -> Collection[str]:
        """Rooms to which something is sent, or something was refused just now."""
        now = self._plane.clock.monotonic()
        refused = {each.room for each in self._plane.refusals if each.room and now - each.at < REFUSED_S}
        return refused.union(self._plane.tracks.rooms())

    async def look(self, room: str) -> RoomSeen:
        """See Monitor. People who ask at the same time share one walk."""
        now = self._plane.clock.monotonic()
        kept = self._kept.get(room)
        if kept is not None and now - kept[0] < KEPT_S:
            return kept[1]
        looking = self._looking.get(room)
        if looking is None:
            looking = self._looking[room] = asyncio.ensure_future(self._look(room))
            looking.add_done_callback(lambda _: self._looking.pop(room, None))
        return await asyncio.shield(looking)

    async def _look(self, room: str) -> RoomSeen:
        tracks = self._plane.tracks.of_room(room)
        audience = await self._audience(room, tracks)
        now = self._plane.clock.monotonic()
        seen = RoomSeen(self._publishers(tracks, now), self._refused(room, now), audience)
        self._kept = {key: each for key, each in self._kept.items() if now - each[0] < KEPT_S}
        self._kept[room] = (now, seen)
        return seen

    def server(self) -> ServerSeen:
        """See Monitor."""
        plane, stats = self._plane, self._plane.stats
        beat = plane.pulse.beat(stats.flush_seconds.bounds)
        return ServerSeen(
            flush_ms=round(beat.mean_ms, 2),
            flush_p99_ms=round(beat.p99_ms, 1),
            period_ms=round(self._period_s() * 1_000),
            skipped=beat.skipped,
            bit_rate=round(beat.bit_rate),
            lines=len(plane.viewers),
            blocked=stats.blocked,
            tracks=len(plane.tracks.by_number),
        )

    # -- who sends -------------------------------------------------------------------------------
    def _publishers(self, tracks: list[Track], now: float) -> tuple[PublisherSeen, ...]:
        by_person: dict[str, list[Track]] = {}
        for track in tracks:
            by_person.setdefault(track.person, []).append(track)
        return tuple(
            PublisherSeen(person, own[0].info.name, _round_trip(own[0].connection, now), self._sources(own, now))
            for person, own in list(by_person.items())[:MOST_PUBLISHERS]
        )

    def _sources(self, tracks: list[Track], now: float) -> tuple[SourceSeen, ...]:
        return tuple(self._source(track, now) for track in sorted(tracks, key=lambda each: each.number))

    def _source(self, track: Track, now: float) -> SourceSeen:
        info, meter = track.info, track.meter
        video = info.media == "video"
        audience = self._plane.relay.audience(track.number)
        return SourceSeen(
            track=track.number,
            source=info.source,
            media=info.media,
            codec=info.codec,
            quality=info.quality,
            width=info.width,
            height=info.height,
            frame_rate=round(meter.frame_rate, 1),
            bit_rate=round(meter.bit_rate),
            begun=meter.came_at is not None,
            idle_ms=_ms(meter.idle_s(now)),
            key_ms=_ms(now - meter.key_at) if video and meter.key_at is not None else None,
            level=None if video else meter.level,
            silent_ms=None if video else _ms(meter.silent_s(now)),
            viewers=audience.viewers,
            behind=audience.behind,
            asked_bit_rate=track.advice.bit_rate,
        )

    def _refused(self, room: str, now: float) -> tuple[RefusedSeen, ...]:
        """Each kind once, the newest first."""
        newest: dict[tuple[str, str, str], Refusal] = {}
        times: Counter[tuple[str, str, str]] = Counter()
        for each in reversed(self._plane.refusals):
            if each.room != room or now - each.at >= REFUSED_S:
                continue
            kind = each.person, each.source, each.no.code
            newest.setdefault(kind, each)
            times[kind] += 1
        return tuple(
            RefusedSeen(
                each.person, each.name, each.source, each.no.code, each.no.message, _ms(now - each.at), times[kind]
            )
            for kind, each in list(newest.items())[:_MOST_REFUSED]
        )

    # -- who gets it -----------------------------------------------------------------------------
    async def _audience(self, room: str, tracks: list[Track]) -> AudienceSeen:
        count = _Count({track.number: track for track in tracks}, self._plane.relay.modes)
        followers = list(self._plane.followers.get(room, ()))
        for begin in range(0, len(followers), SLICE):
            now = self._plane.clock.monotonic()
            for connection in followers[begin : begin + SLICE]:
                count.take(connection, now)
            await asyncio.sleep(0)
        now = self._plane.clock.monotonic()
        lately = added(track.lately.counts(now) for track in tracks)
        return count.seen(lately)


class _Count:
    """Viewers of a room, one after the other. ``tracks``: of the room, by number; ``modes``: see Relay."""

    def __init__(self, tracks: Mapping[int, Track], modes: Callable[[int], Mapping[int, Mode]]) -> None:
        self._tracks = tracks
        self._modes = modes
        #: What the last one of each kind wished, by the object that tells it: kept alive, so that no other has its id.
        self._known: dict[int, tuple[Mapping[int, Mode], Wishes]] = {}
        self._kinds: Counter[str] = Counter()
        self._stuck: list[Named] = []
        self._round_trips: list[int] = []
        self._hears = self._wants_sound = self._viewers = 0

    def take(self, connection: MediaConnection, now: float) -> None:
        """One viewer."""
        modes = self._modes(connection.number)
        known = self._known.get(id(modes))
        if known is None:
            known = self._known[id(modes)] = (modes, self._wishes(modes))
        kind, sound, pictures = known[1]
        without = connection.viewing.without
        blocked = connection.blocked_since is not None and now - connection.blocked_since >= STUCK_S
        deaf = blocked or ("audio" in without and now - without["audio"] >= STUCK_S)
        blind = blocked or ("video" in without and now - without["video"] >= STUCK_S)
        self._viewers += 1
        if sound:
            self._wants_sound += 1
            self._hears += not deaf
        if (sound and deaf) or (pictures and blind):
            kind = "stuck"
            person = connection.person
            if person is not None and len(self._stuck) < MOST_NAMES:
                self._stuck.append(Named(person.id, person.name))
        self._kinds[kind] += 1
        if kind != "idle" and now - connection.viewing.told_at < _REPORT_S:
            self._round_trips.append(connection.viewing.round_trip_ms or 0)

    def _wishes(self, modes: Mapping[int, Mode]) -> Wishes:
        mine = [(self._tracks[number], mode) for number, mode in modes.items() if number in self._tracks]
        pictures = [(track, mode) for track, mode in mine if track.info.media == "video"]
        sound = len(pictures) < len(mine)
        if not mine:
            return "idle", False, False
        if not pictures:
            shown = any(track.info.media == "video" for track in self._tracks.values())
            return ("sound_only" if shown else "full"), True, False
        less = any(track.info.quality > 0 or mode.allowed < track.info.layers - 1 for track, mode in pictures)
        return ("reduced" if less else "full"), sound, True

    def seen(self, lately: Mapping[str, int]) -> AudienceSeen:
        """All of them. ``lately``: what was counted of the room's tracks."""
        kinds = self._kinds
        return AudienceSeen(
            viewers=self._viewers,
            full=kinds["full"],
            reduced=kinds["reduced"],
            sound_only=kinds["sound_only"],
            stuck=kinds["stuck"],
            idle=kinds["idle"],
            hears=self._hears,
            wants_sound=self._wants_sound,
            stuck_people=tuple(self._stuck),
            round_trips_ms=tuple(each for each in heapq.nlargest(_WORST, self._round_trips) if each),
            left_out={name: count for name, count in lately.items() if name not in (HEALED, KEYS)},
            healed=lately.get(HEALED, 0),
            keys=lately.get(KEYS, 0),
        )


def _round_trip(connection: MediaConnection, now: float) -> int | None:
    """As the page tells, else the least that was measured here."""
    viewing = connection.viewing
    if viewing.round_trip_ms is not None and now - viewing.told_at < _REPORT_S:
        return viewing.round_trip_ms
    return None if connection.round_trip is None else _ms(connection.round_trip)


def _ms(seconds: float) -> int:
    return round(seconds * 1_000)
