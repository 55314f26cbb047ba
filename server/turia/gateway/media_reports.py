"""How media arrives: what viewers report and what the relay left out, into figures and advice for publishers."""

from __future__ import annotations

from typing import Final

from turia.gateway.media_advice import EVERY_S
from turia.gateway.media_connection import MediaConnection
from turia.gateway.media_state import MediaState
from turia.gateway.media_tracks import Track
from turia.media.meters import Mark
from turia.protocol.media import DROP_GROUP_MS, Dropped, Rate, Report

#: Of a track from which nothing came for so long nobody can get anything, seconds.
DUE_S: Final = 1.0


class Reports:
    """Part of the plane: figures, ``dropped`` and ``rate``."""

    def __init__(self, plane: MediaState) -> None:
        self._plane = plane
        self._advised_at = plane.clock.monotonic()

    def report(self, connection: MediaConnection, told: Report) -> None:
        """Somebody says how he gets on. What he says of tracks that he does not get counts for nothing."""
        stats = self._plane.stats
        stats.reports += 1
        now = self._plane.clock.monotonic()
        connection.viewing.told(told, self._due(connection, now), now)
        if told.round_trip_ms:
            stats.report_round_trip_ms.observe(told.round_trip_ms)
        for each in told.tracks:
            track = self._plane.tracks.by_number.get(each.track)
            if track is None or not (each.track in connection.wants or each.track in connection.voices):
                continue
            stats.reported_frames += each.frames
            stats.reported_lost_groups += each.lost_groups
            stats.reported_decoded += each.decoded
            stats.reported_dropped += each.dropped
            stats.report_late_ms.observe(each.late_ms)
            # a page in the background is late because it sleeps, not because too much comes
            if not told.hidden and (each.lost_groups or each.late_ms > DROP_GROUP_MS):
                track.suffering.add(connection.number)

    def _due(self, connection: MediaConnection, now: float) -> list[tuple[int, str]]:
        """Tracks that he wants and that come to us now. Sound and pictures never pause for longer, not even still
        ones."""
        by_number = self._plane.tracks.by_number
        wanted = [track for number in connection.wants if (track := by_number.get(number))]
        return [(track.number, track.info.media) for track in wanted if track.meter.idle_s(now) < DUE_S]

    def tell_drops(self, now: float) -> None:
        """Once a second: what was left out for whom."""
        plane = self._plane
        for viewer, lost in plane.relay.drops(now).items():
            tracks = tuple(lost)
            for each in tracks:
                plane.stats.frames_left_out += each.frames
                plane.stats.left_out[each.reason] += each.frames
                track = plane.tracks.by_number.get(each.track)
                if track is not None:
                    track.lately.add(each.reason, each.frames, now)
            connection = plane.viewers.get(viewer)
            if connection is not None:
                connection.send("dropped", Dropped(tracks=tracks))

    def advise(self, now: float) -> None:
        """Every two seconds: what the lines of a publisher's viewers take."""
        seconds = now - self._advised_at
        if seconds < EVERY_S:
            return
        self._advised_at = now
        self._plane.pulse.mark(self._mark(now))
        for track in list(self._plane.tracks.by_number.values()):
            self._advise(track, seconds)

    def _mark(self, now: float) -> Mark:
        stats = self._plane.stats
        flushes = stats.flush_seconds
        buckets = tuple(flushes.buckets)
        return Mark(now, flushes.total, flushes.count, buckets, stats.bytes_out, stats.skipped_flushes)

    def _advise(self, track: Track, seconds: float) -> None:
        audience = self._plane.relay.audience(track.number)
        behind = min(audience.viewers, max(audience.behind, len(track.suffering)))
        sent, track.bytes_in = track.bytes_in * 8 / seconds, 0
        track.suffering.clear()
        if track.advice.look(sent, audience.viewers, behind):
            rate = Rate(track=track.number, bit_rate=track.advice.bit_rate, viewers=audience.viewers, behind=behind)
            track.connection.send("rate", rate)
