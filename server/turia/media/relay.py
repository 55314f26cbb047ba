"""The relay: frames of publishers in, bytes for viewers out. Pure: ``now`` (monotonic seconds) is an argument.

Words are those of Media over QUIC: a track is cut into groups, a group begins with a key frame, a frame travels in
pieces. Rights are not asked here: what is pushed may be sent, what is subscribed to may be seen.

**Whole frames only.** Pieces are held until their frame is whole, and only then go on. Sent on as they come they would
save nothing, for a sender writes all pieces of a frame at once and viewers are written to every 20 ms; but a publisher
who vanishes, is muted or is refused in the middle of a frame would leave a thousand decoders with half of one.

**In step or not.** Who has got all that came up to the last flush is in step, and in a cohort with all who get the
same bytes (:mod:`turia.media.cohorts`). A flush is one join per cohort. Only those who just came, and those whose line
does not take what came, have a place of their own (:mod:`turia.media.line`); it is numbers, never a copy: however many
never read, what is kept is one ring per track (:mod:`turia.media.track`).

**What a viewer can rely on**, for each track and from one ``subscribe`` (or ``restart``) to the next: frames come in
order, each at most once, each whole; the first picture is a key frame; no frame comes whose group lost one that it
depends on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

import msgspec

from turia.errors import Refused
from turia.media.cohorts import Batch, Cohort, Cohorts
from turia.media.line import NO_CAP, Cursor, Line
from turia.media.track import CATCH_UP_BYTES, Lane, Run, Track
from turia.media.viewer import WAITING, Mode
from turia.protocol.media import DroppedTrack

_TOLD_EVERY_S = 1.0


class Figures(msgspec.Struct, frozen=True):
    """Counts since the relay began (``pushed``, ``refused`` pieces, ``forwarded`` frames times viewers,
    ``forwarded_bytes``, ``left_out`` frames times viewers) and now (the others); ``kept_bytes``: of all tracks'
    frames."""

    pushed: int
    refused: int
    forwarded: int
    forwarded_bytes: int
    left_out: int
    tracks: int
    viewers: int
    cohorts: int
    behind: int
    kept_bytes: int


class Audience(msgspec.Struct, frozen=True):
    """Of one track: how many want it, and how many of their lines do not take what comes."""

    viewers: int
    behind: int


class Relay:
    """``encode``: a piece (head and payload) -> what goes on the line for it; asked once per piece."""

    def __init__(self, encode: Callable[[bytes], bytes]) -> None:
        self._encode = encode
        self._tracks: dict[int, Track] = {}
        self._lines: dict[int, Line] = {}
        self._cohorts = Cohorts()
        #: Viewers who are not in step; whose layers are kept back; who lost something that they were not told of yet.
        self._alone: dict[int, Line] = {}
        self._capped: dict[int, Line] = {}
        self._losers: dict[int, Line] = {}
        #: Tracks with frames that no flush has seen.
        self._fresh: dict[int, Track] = {}
        self._told_at = float("-inf")
        self._pushed = self._refused = self._forwarded = self._forwarded_bytes = self._left_out = 0

    # ---- tracks

    def open_track(self, track: int, media: str, layers: int, now: float) -> None:
        """A publisher may push on ``track`` from now on. ``media``: audio or video; ``layers``: temporal ones, 1 to 3,
        of sound 1. ValueError for anything else, and for a number that is in use."""
        if track in self._tracks:
            raise ValueError(f"track {track} is open")
        if media not in {"audio", "video"} or not 1 <= layers <= (3 if media == "video" else 1):
            raise ValueError(f"no track has media {media!r} and {layers} layers")
        self._tracks[track] = Track(track, media, layers, self._encode, now)

    def close_track(self, track: int, now: float) -> None:  # noqa: ARG002, as all that happens has a time
        """Nothing of ``track`` comes to anybody any more, not even what was pushed before; its viewers' wish for it is
        forgotten. Unknown: nothing happens."""
        closed = self._tracks.pop(track, None)
        if closed is None:
            return
        self._fresh.pop(track, None)
        if closed.lanes:
            others = [cohort for cohort in self._cohorts if any(lane.track is closed for lane in cohort.lanes)]
            self._move(others, lambda lane: None if lane.track is closed else lane.mode)
        for line in self._lines.values():
            if line.wants.pop(track, None) is not None:
                line.cursors.pop(track, None)

    def push(self, track: int, data: bytes, now: float) -> None:
        """One piece of a frame, from the publisher of ``track``. Refused (codes unknown_track, ended, size, head,
        order, time, no_key, too_much) when it is wrong; then nothing has changed, except that after too much nothing
        is taken for a second."""
        known = self._tracks.get(track)
        if known is None:
            self._refused += 1
            raise Refused("unknown_track", f"There is no track {track}; publish it first.")
        try:
            whole = known.push(data, now)
        except Refused:
            self._refused += 1
            raise
        self._pushed += 1
        if whole:
            self._fresh[track] = known

    # ---- viewers

    def subscribe(self, viewer: int, wants: Mapping[int, int], now: float, restart: Collection[int] = ()) -> None:
        """All that ``viewer`` wants from now on: track -> highest temporal layer (0 or more). What he had already goes
        on, except for tracks in ``restart``: those begin anew, like new ones, with the current group's key frame
        (sound: with the newest tenth of a second), and where that is not kept, a key is asked for. Unknown tracks are
        ignored."""
        line = self._lines.get(viewer)
        if line is None:
            line = self._lines[viewer] = Line(viewer)
        known = {
            number: min(top, track.layers - 1) for number, top in wants.items() if (track := self._tracks.get(number))
        }
        if known == line.wants and not any(track in known for track in restart):
            return
        self._set_apart(line)
        line.wants = known
        before, line.cursors = line.cursors, {}
        for number, top in known.items():
            cursor = before.get(number)
            if cursor is None or number in restart:
                cursor = self._begin(line, self._tracks[number], top, now)
            else:
                cursor.mode = cursor.mode._replace(wanted=top).limited(line.cap)
            line.cursors[number] = cursor

    def _begin(self, line: Line, track: Track, top: int, now: float) -> Cursor:
        if track.video and track.key < 0:
            track.ask_key(now)
        return Cursor(track, track.start(now), track.mode(top, line.cap), since=now)

    def forget(self, viewer: int) -> None:
        """He has gone. Unknown: nothing happens."""
        line = self._lines.pop(viewer, None)
        if line is None:
            return
        if line.cohort is not None:
            self._cohorts.leave(line.cohort, {viewer: line})
        for index in (self._alone, self._capped, self._losers):
            index.pop(viewer, None)

    # ---- what goes out

    def flush(self, now: float, blocked: Collection[int]) -> Iterable[Batch]:
        """Everything for everybody since the last flush. ``blocked``: viewers whose lines have not taken what they were
        given; they get nothing, and lose what is too late by now. A viewer is in one batch at most."""
        blocked = set(blocked)
        self._part_with(blocked)
        batches = self._cohorts.batches() if self._look_at_news(now) else []
        for payload, viewers in batches:
            self._forwarded_bytes += len(payload) * len(viewers)
        self._settle_news()
        batches += self._catch_up(now, blocked)
        for track in self._fresh.values():
            track.settle(now)
        self._fresh.clear()
        self._raise_caps(now)
        return batches

    def _part_with(self, blocked: Collection[int]) -> None:
        """Blocked viewers for whom there is something are not in step any more."""
        if not self._fresh:
            return
        for viewer in blocked:
            line = self._lines.get(viewer)
            if line is None or line.cohort is None:
                continue
            if any(lane.track.number in self._fresh for lane in line.cohort.lanes):
                self._set_apart(line)

    def _set_apart(self, line: Line) -> None:
        """Out of his cohort, with a place of his own: where the last flush left him."""
        if line.cohort is not None:
            line.cursors = {
                lane.track.number: Cursor(lane.track, lane.track.news_from, lane.mode, since=float("-inf"))
                for lane in line.cohort.lanes
            }
            self._cohorts.leave(line.cohort, {line.viewer: line})
        self._alone[line.viewer] = line

    def _look_at_news(self, now: float) -> bool:
        """Work out once what each lane gets; whether any gets something."""
        found = False
        for track in self._fresh.values():
            for lane in track.lanes.values():
                run = track.run(track.news_from, lane.mode)
                lane.news, lane.frames, lane.missed, lane.after = run.payload, run.frames, run.missed, run.mode
                found = found or bool(run.payload)
                if run.mode.now == WAITING != lane.mode.now:  # the server was late, and the ring too small
                    track.ask_key(now)
        return found

    def _settle_news(self) -> None:
        """Count, and move cohorts on whose modes changed."""
        touched = [lane for track in self._fresh.values() for lane in track.lanes.values()]
        for lane in touched:
            self._forwarded += lane.frames * lane.viewers
        if any(lane.missed for lane in touched):
            self._tell_missed()
        if any(lane.after != lane.mode for lane in touched):
            moving = [cohort for cohort in self._cohorts if any(lane.after != lane.mode for lane in cohort.lanes)]
            self._move(moving, lambda lane: lane.after)
        for lane in touched:
            lane.settle()

    def _tell_missed(self) -> None:
        for cohort in self._cohorts:
            for lane in cohort.lanes:
                for why, frames in lane.missed.items():
                    for line in cohort.lines.values():
                        self._lose(line, lane.track.number, why, frames)

    def _move(self, cohorts: Iterable[Cohort], mode_on: Callable[[Lane], Mode | None]) -> None:
        """All of these cohorts, to what ``mode_on`` says of each of their lanes (None: away from it). First all leave,
        then all enter, so that nobody moves twice."""
        moving = []
        for cohort in cohorts:
            places = [(lane.track, mode) for lane in cohort.lanes if (mode := mode_on(lane)) is not None]
            lines = dict(cohort.lines)
            self._cohorts.leave(cohort, lines)
            moving.append((lines, places))
        for lines, places in moving:
            self._cohorts.enter(lines, [self._lane(track, mode) for track, mode in places])

    def _lane(self, track: Track, mode: Mode) -> Lane:
        lane = track.lanes.get(mode)
        if lane is None:
            lane = track.lanes[mode] = Lane(track, mode)
        return lane

    def _catch_up(self, now: float, blocked: Collection[int]) -> Iterable[Batch]:
        """Those who are not in step: some wait, the others get a portion, and are in step when nothing is left. Many
        who are at the same place (a hall that fills, a stall that ends) share the work."""
        runs: dict[tuple[int, int, Mode], Run] = {}
        together: dict[tuple[Run, ...], list[int]] = {}
        for line in list(self._alone.values()):
            waits = line.viewer in blocked
            if waits or line.late:
                self._note(line, line.fall_behind(now))
            if waits:
                continue
            portion = tuple(self._portion(line, runs))
            if any(run.payload for run in portion):
                together.setdefault(portion, []).append(line.viewer)
            if all(cursor.seq == cursor.track.end for cursor in line.cursors.values()):
                line.ask_keys(now)
                self._fall_in(line)
        for portion, viewers in together.items():
            payload = b"".join(run.payload for run in portion)
            self._forwarded += sum(run.frames for run in portion) * len(viewers)
            self._forwarded_bytes += len(payload) * len(viewers)
            yield Batch(payload, viewers)

    def _portion(self, line: Line, runs: dict[tuple[int, int, Mode], Run]) -> Iterable[Run]:
        for cursor in sorted(line.cursors.values(), key=lambda cursor: cursor.track.order):
            at = (cursor.track.number, cursor.seq, cursor.mode)
            run = runs.get(at)
            if run is None:
                run = runs[at] = cursor.track.run(cursor.seq, cursor.mode, CATCH_UP_BYTES)
            cursor.seq, cursor.mode = run.seq, run.mode
            for why, frames in run.missed.items():
                self._lose(line, cursor.track.number, why, frames)
            yield run

    def _fall_in(self, line: Line) -> None:
        """In step with others from the next flush on."""
        del self._alone[line.viewer]
        lanes = [self._lane(cursor.track, cursor.mode) for cursor in line.cursors.values()]
        line.cursors = {}
        line.late = False
        self._cohorts.enter({line.viewer: line}, lanes)

    def _note(self, line: Line, missed: int) -> None:
        self._left_out += missed
        if missed:
            self._losers[line.viewer] = line
        if line.cap < NO_CAP:
            self._capped[line.viewer] = line

    def _lose(self, line: Line, track: int, why: str, frames: int) -> None:
        self._left_out += frames
        line.lose(track, why, frames)
        self._losers[line.viewer] = line

    def _raise_caps(self, now: float) -> None:
        """Layers come back, one by one, to those whose lines have been quiet."""
        for line in list(self._capped.values()):
            if not line.recovers(now):
                continue
            if line.cap == NO_CAP:
                del self._capped[line.viewer]
            if line.cohort is None:
                for cursor in line.cursors.values():
                    cursor.mode = cursor.mode.limited(line.cap)
                continue
            places = [(lane.track, lane.mode.limited(line.cap)) for lane in line.cohort.lanes]
            self._cohorts.leave(line.cohort, {line.viewer: line})
            self._cohorts.enter({line.viewer: line}, [self._lane(track, mode) for track, mode in places])

    # ---- what else is told

    def ask_key(self, track: int, now: float) -> None:
        """Somebody cannot go on with ``track`` without a key frame. Unknown: nothing happens."""
        known = self._tracks.get(track)
        if known is not None:
            known.ask_key(now)

    def key_requests(self, now: float) -> list[int]:
        """Tracks whose publishers are to be asked for a key frame now; each at most twice a second, however many
        asked."""
        return [track.number for track in self._tracks.values() if track.key_request(now)]

    def drops(self, now: float) -> dict[int, list[DroppedTrack]]:
        """What was left out for each viewer since the last time; at most once a second, else empty."""
        if now - self._told_at < _TOLD_EVERY_S:
            return {}
        self._told_at = now
        told = {}
        for line in self._losers.values():
            told[line.viewer] = [DroppedTrack(track, frames, why) for (track, why), frames in line.left.items()]
            line.left = {}
        self._losers.clear()
        return told

    def audience(self, track: int) -> Audience:
        """Who watches ``track``: for its publisher's rate."""
        known = self._tracks.get(track)
        if known is None:
            return Audience(0, 0)
        alone = [line for line in self._alone.values() if track in line.cursors]
        in_step = sum(lane.viewers for lane in known.lanes.values())
        return Audience(in_step + len(alone), sum(line.late for line in alone))

    def modes(self, viewer: int) -> Mapping[int, Mode]:
        """Track -> what ``viewer`` gets of it now; nothing of unknown viewers. For all who are in step together it is
        one and the same object, so that whoever looks at thousands need not look into each."""
        line = self._lines.get(viewer)
        if line is None:
            return {}
        if line.cohort is not None:
            return line.cohort.modes()
        return {number: cursor.mode for number, cursor in line.cursors.items()}

    def figures(self) -> Figures:
        """For statistics."""
        return Figures(
            pushed=self._pushed,
            refused=self._refused,
            forwarded=self._forwarded,
            forwarded_bytes=self._forwarded_bytes,
            left_out=self._left_out,
            tracks=len(self._tracks),
            viewers=len(self._lines),
            cohorts=len(self._cohorts),
            behind=sum(line.late for line in self._alone.values()),
            kept_bytes=sum(track.bytes for track in self._tracks.values()),
        )
