"""One track: its newest frames, once for all viewers. Pure.

Frames are numbered from 0 as they become whole. A viewer is a number and a mode (:class:`Cursor`): whoever never reads
costs nothing more. Kept are the current group, for people who arrive in the middle, and whatever is young enough that
somebody who is late may still get it; both together within GROUP_CACHE_BYTES. A group that outgrows that is not kept
whole any more: who comes then waits for the next one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from turia.media.intake import Frame, Intake
from turia.media.viewer import WAITING, Mode, reason, step
from turia.protocol.media import DROP_AUDIO_MS, DROP_GROUP_MS, GROUP_CACHE_BYTES, KEY_REQUEST_EVERY_MS

#: Sound that somebody who arrives gets at once, seconds: enough for a player to start with.
NEWEST_SOUND_S: Final = 0.1
#: Handed out at once to one viewer who is not in step, of one track (one frame at least). With a flush every 20 ms he
#: still catches up at six times the highest bit rate; what his line does not take waits here, where it can be dropped.
CATCH_UP_BYTES: Final = 65_536
_KEY_EVERY_S: Final = KEY_REQUEST_EVERY_MS / 1_000


class Run:
    """What a viewer at one place and in one mode gets at once. ``payload``: its bytes; ``missed``: reason -> frames
    left out; ``seq`` and ``mode``: where and how he is afterwards."""

    __slots__ = ("frames", "missed", "mode", "payload", "seq")

    def __init__(self, payload: bytes, frames: int, missed: dict[str, int], seq: int, mode: Mode) -> None:
        self.payload = payload
        self.frames = frames
        self.missed = missed
        self.seq = seq
        self.mode = mode


class Lane:
    """Viewers in step who get the same of one track. ``news``: bytes of this flush; ``after``: where they are
    afterwards."""

    __slots__ = ("after", "frames", "missed", "mode", "news", "track", "viewers")

    def __init__(self, track: Track, mode: Mode) -> None:
        self.track = track
        self.mode = mode
        self.viewers = 0
        self.settle()

    def settle(self) -> None:
        """The flush is over."""
        self.news = b""
        self.frames = 0
        self.missed: dict[str, int] = {}
        self.after: Mode = self.mode


class Track:
    """``first`` and ``end``: numbers of the oldest frame kept and of the next to come; ``news_from``: the first that
    came since the last flush; ``key``: the one that begins the current group, -1 when that is not kept whole."""

    __slots__ = (
        "_asked_at",
        "_frames",
        "_key_due",
        "_unanswered",
        "bytes",
        "first",
        "intake",
        "key",
        "lanes",
        "layers",
        "news_from",
        "number",
        "video",
    )

    def __init__(self, number: int, media: str, layers: int, encode: Callable[[bytes], bytes], now: float) -> None:
        self.number = number
        self.video = media == "video"
        self.layers = layers
        self.intake = Intake(number, media, layers, encode, now)
        self.lanes: dict[Mode, Lane] = {}
        self.first = 0
        self.news_from = 0
        self.key = -1
        self.bytes = 0
        self._frames: list[Frame] = []
        #: When a key is to be asked for; when one was asked for last, and whether none has come since.
        self._key_due: float | None = None
        self._asked_at = float("-inf")
        self._unanswered = False

    @property
    def end(self) -> int:
        """Number of the next frame."""
        return self.first + len(self._frames)

    @property
    def order(self) -> tuple[bool, int]:
        """Sound before pictures: it is small, and it is missed first."""
        return (self.video, self.number)

    # ---- frames

    def push(self, data: bytes, now: float) -> bool:
        """One piece (:meth:`Intake.take`); whether a frame became whole with it."""
        try:
            frame = self.intake.take(data, now)
        finally:
            if self.intake.wants_key:
                self.intake.wants_key = False
                self._ask(now)
        if frame is None:
            return False
        if frame.key:
            self.key = self.end if self.video else -1
            self._key_due = None
            self._unanswered = False
        elif self._unanswered and now - self._asked_at >= _KEY_EVERY_S:
            self._ask(now)  # he was asked, and goes on without
        self._frames.append(frame)
        self.bytes += len(frame.data)
        self._keep_the_bound()
        return True

    def settle(self, now: float) -> None:
        """The flush is over: each viewer has what came, or it waits for him. Drop what nobody may get any more; see the
        module. Only here, never when a frame comes: until a flush has seen to them, even those who came just now keep
        what they are to begin with, for then the server is late, not they."""
        self.news_from = self.end
        kept_s = (DROP_GROUP_MS if self.video else DROP_AUDIO_MS) / 1_000
        most = (self.end - 1 if self.key < 0 else self.key) - self.first
        count = 0
        while count < most and now - self._frames[count].arrived > kept_s:
            count += 1
        self._drop(count)

    def _keep_the_bound(self) -> None:
        """Whatever the age: no more than GROUP_CACHE_BYTES, or one frame."""
        count, size = 0, self.bytes
        while size > GROUP_CACHE_BYTES and count + 1 < len(self._frames):
            size -= len(self._frames[count].data)
            count += 1
        self._drop(count)

    def _drop(self, count: int) -> None:
        """The oldest ``count`` frames."""
        if not count:
            return
        self.bytes -= sum(len(frame.data) for frame in self._frames[:count])
        del self._frames[:count]
        self.first += count
        if self.key < self.first:
            self.key = -1

    # ---- viewers

    def mode(self, wanted: int, cap: int) -> Mode:
        """Of somebody who comes: nothing before a key; sound at once."""
        return Mode(WAITING if self.video else 0, min(wanted, cap), wanted)

    def start(self, now: float) -> int:
        """Number of the frame with which somebody who comes begins."""
        if self.video:
            return self.end if self.key < 0 else self.key
        return self.end - self._younger_than(now, NEWEST_SOUND_S)

    def _younger_than(self, now: float, seconds: float) -> int:
        count = 0
        for frame in reversed(self._frames):
            if now - frame.arrived >= seconds:
                break
            count += 1
        return count

    def age(self, seq: int, now: float) -> float:
        """Seconds that the frame ``seq`` has waited; 0 when there is none yet, infinite when it is not kept any
        more."""
        if seq < self.first:
            return float("inf")
        return now - self._frames[seq - self.first].arrived if seq < self.end else 0.0

    def missed(self, seq: int, until: int, mode: Mode) -> int:
        """How many frames from ``seq`` to ``until`` somebody in ``mode`` loses; those that are not kept any more
        count."""
        kept = self._frames[max(seq - self.first, 0) : max(until - self.first, 0)]
        return max(self.first - seq, 0) + sum(frame.layer <= mode.wanted for frame in kept)

    def run(self, seq: int, mode: Mode, most_bytes: float = float("inf")) -> Run:
        """What comes next from ``seq`` on in ``mode``; not much over ``most_bytes``."""
        missed: dict[str, int] = {}
        if seq < self.first:
            missed["group" if self.video else "audio"] = self.first - seq
            seq, mode = self.first, mode.lost() if self.video else mode
        if mode.now == WAITING and self.key > seq:
            _count(missed, "waiting_key", self.missed(seq, self.key, mode))
            seq = self.key
        parts: list[bytes] = []
        size = 0
        for frame in self._frames[seq - self.first :] if seq > self.first else self._frames:
            if size and size + len(frame.data) > most_bytes:
                break
            seq += 1
            take, mode = step(mode, frame)
            if take:
                parts.append(frame.data)
                size += len(frame.data)
            else:
                _count(missed, reason(mode, frame), 1)
        return Run(parts[0] if len(parts) == 1 else b"".join(parts), len(parts), missed, seq, mode)

    # ---- keys

    def ask_key(self, due: float) -> None:
        """A key is needed from ``due`` on; a sooner wish stands. Not of somebody who has yet to begin: he begins with
        one."""
        if self.end:
            self._ask(due)

    def _ask(self, due: float) -> None:
        if self.video and not self.intake.ended:
            self._key_due = due if self._key_due is None else min(due, self._key_due)

    def key_request(self, now: float) -> bool:
        """Whether the publisher is to be asked for a key now; at most every KEY_REQUEST_EVERY_MS."""
        if self._key_due is None or now < self._key_due or now - self._asked_at < _KEY_EVERY_S:
            return False
        self._key_due = None
        self._asked_at = now
        self._unanswered = True
        return True


def _count(missed: dict[str, int], why: str, frames: int) -> None:
    if why and frames:
        missed[why] = missed.get(why, 0) + frames
