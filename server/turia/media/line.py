"""One viewer: what he wants, where he is, and what his line takes. Pure.

He is in step (in a cohort), or has a :class:`Cursor` of his own on each track, because he just came, or because his
line did not take what came. How late he is, is how long the oldest frame has waited that is still to come; what he
loses by it:

============ ==========================================================
later than   lost
============ ==========================================================
150 ms       upper layers; they come back one by one in quiet times
400 ms       pictures up to the next keyframe
800 ms       sound up to now
============ ==========================================================

Whoever came just now is not late because he begins with what is older than he. But sound is too late by its own age,
for him too: players go at most 800 ms behind, so nobody would hear it at its time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from turia.media.track import Track
from turia.media.viewer import WAITING, Mode
from turia.protocol.media import DROP_AUDIO_MS, DROP_GROUP_MS, DROP_LAYERS_MS

if TYPE_CHECKING:
    from turia.media.cohorts import Cohort

#: No layer is kept back.
NO_CAP: Final = 3
#: A layer comes back after so long without a wait worth mentioning, seconds.
CALM_S: Final = 5.0
_WORTH_MENTIONING_S: Final = DROP_LAYERS_MS / 2_000
#: A line that loses group after group is no reason to send keyframes, the largest frames there are, to everybody else.
OWN_KEY_EVERY_S: Final = 1.0


class Cursor:
    """A place on a track: the number of the frame that comes next. ``since``: when it became due, at the soonest."""

    __slots__ = ("mode", "seq", "since", "track")

    def __init__(self, track: Track, seq: int, mode: Mode, since: float) -> None:
        self.track = track
        self.seq = seq
        self.mode = mode
        self.since = since

    def lateness(self, now: float) -> float:
        """Seconds that something has waited for the line."""
        return min(self.track.age(self.seq, now), now - self.since)

    def too_late(self, now: float) -> bool:
        """Whether what waits is to be left out. Tells the ages that :meth:`Track.settle` goes by: what is kept back
        here is kept there."""
        if self.track.video:
            return self.lateness(now) > DROP_GROUP_MS / 1_000
        return self.track.age(self.seq, now) > DROP_AUDIO_MS / 1_000

    def jump(self, now: float) -> int:
        """Leave out what waits, as far as must be; how many frames that were."""
        track, before = self.track, self.seq
        if not track.video:
            self.seq = max(before, track.start(now))
        else:
            fresh = track.key > before and track.age(track.key, now) <= DROP_GROUP_MS / 1_000
            self.seq = track.key if fresh else track.end
        missed = track.missed(before, self.seq, self.mode)
        if track.video:
            self.mode = self.mode.lost()
        return missed


class Line:
    """``wants``: track -> top layer; ``cohort``: where he is in step, else ``cursors``; ``cap``: highest layer his line
    takes; ``left``: (track, reason) -> frames left out since they were last told."""

    __slots__ = ("_calm_since", "_key_at", "cap", "cohort", "cursors", "late", "left", "viewer", "wants")

    def __init__(self, viewer: int) -> None:
        self.viewer = viewer
        self.wants: dict[int, int] = {}
        self.cohort: Cohort | None = None
        self.cursors: dict[int, Cursor] = {}
        self.cap = NO_CAP
        self.late = False
        self.left: dict[tuple[int, str], int] = {}
        self._calm_since = float("-inf")
        self._key_at = float("-inf")

    def lose(self, track: int, why: str, frames: int) -> None:
        """``frames`` of ``track`` were left out."""
        self.left[track, why] = self.left.get((track, why), 0) + frames

    def fall_behind(self, now: float) -> int:
        """His line took nothing up to now: leave out what is too late; how many frames that were. See the module."""
        self.late = True
        latest, lost = 0.0, 0
        for cursor in self.cursors.values():
            latest = max(latest, cursor.lateness(now))
            if cursor.too_late(now):
                why = "audio" if not cursor.track.video else "waiting_key" if cursor.mode.now == WAITING else "group"
                missed = cursor.jump(now)
                if missed:
                    lost += missed
                    self.lose(cursor.track.number, why, missed)
        if latest > _WORTH_MENTIONING_S:
            self._calm_since = now
        if latest > DROP_LAYERS_MS / 1_000 and self.cap:
            self.cap = 0
            for cursor in self.cursors.values():
                cursor.mode = cursor.mode.limited(0)
        return lost

    def recovers(self, now: float) -> bool:
        """Whether one more layer may come again; then ``cap`` is higher by it."""
        if now - self._calm_since < CALM_S:
            return False
        self._calm_since = now
        self.cap = NO_CAP if self.cap >= NO_CAP - 2 else self.cap + 1
        return True

    def ask_keys(self, now: float) -> None:
        """His line is free: now a key is worth something to him where he waits for one."""
        waits = [cursor.track for cursor in self.cursors.values() if cursor.mode.now == WAITING and cursor.track.video]
        if not waits:
            return
        due = now
        if self.late:  # one that is to come already is not put off
            due = self._key_at if self._key_at > now else max(now, self._key_at + OWN_KEY_EVERY_S)
        for track in waits:
            track.ask_key(due)
        self._key_at = due
