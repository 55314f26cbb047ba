"""When a publisher is told that a track's frames are not taken, and when he is not heard any more at all. Pure."""

from __future__ import annotations

from enum import Enum
from typing import Final

#: Seconds between two ``refused`` of one track, and how long frames may keep coming after the first one: what was on
#: its way, and what an encoder had in hand.
_TELL_EVERY_S: Final = 1.0
_GRACE_S: Final = 2.0
#: A track of which nothing was refused for so long starts anew.
_FORGET_AFTER_S: Final = 2.0
_MOST: Final = 32


class Next(Enum):
    """What to do about a refused frame."""

    NOTHING = 0
    TELL = 1
    STRIKE = 2


class Refusals:
    """Of one connection, by track; never more than a few dozen."""

    __slots__ = ("_tracks",)

    def __init__(self) -> None:
        #: track -> [first refused, last refused, last told]
        self._tracks: dict[int, list[float]] = {}

    def add(self, track: int, now: float) -> Next:
        """A frame of ``track`` was not taken. A stranger to the list who comes when it is full strikes at once."""
        times = self._tracks.get(track)
        if times is None or now - times[1] > _FORGET_AFTER_S:
            if times is None and len(self._tracks) >= _MOST and not self._forget(now):
                return Next.STRIKE
            self._tracks[track] = [now, now, now]
            return Next.TELL
        times[1] = now
        if now - times[0] > _GRACE_S:
            return Next.STRIKE
        if now - times[2] >= _TELL_EVERY_S:
            times[2] = now
            return Next.TELL
        return Next.NOTHING

    def told(self, track: int, now: float) -> None:
        """He was just told so for another reason than a frame: what is on its way is not his fault."""
        if track in self._tracks or len(self._tracks) < _MOST or self._forget(now):
            self._tracks[track] = [now, now, now]

    def _forget(self, now: float) -> bool:
        """Make room; False when there is none to make."""
        old = [track for track, times in self._tracks.items() if now - times[1] > _FORGET_AFTER_S]
        for track in old:
            del self._tracks[track]
        return bool(old)
