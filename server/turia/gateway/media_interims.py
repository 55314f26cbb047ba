"""Captions while they are written: to everybody who follows the room, a few times a second, and kept nowhere."""

from __future__ import annotations

from typing import Final

from turia.errors import Refused
from turia.gateway.media_state import MediaState
from turia.protocol import codec
from turia.protocol.media import INTERIM_EVERY_MS, Interim

_EVERY_S: Final = INTERIM_EVERY_MS / 1_000
#: Writers of whom is known when they were heard last; the oldest are forgotten.
_MOST: Final = 1_000

_Writer = tuple[str, str, str]


class Interims:
    """Part of the plane: the newest text of each writer (session, person, source) waits until its turn."""

    def __init__(self, plane: MediaState) -> None:
        self._plane = plane
        self._waiting: dict[_Writer, Interim] = {}
        self._told_at: dict[_Writer, float] = {}

    def take(self, person: str, text: Interim) -> None:
        """Somebody's text as it is now; replaces what he sent before. Raises Refused."""
        no = self._plane.rights.may_caption(person, text.room, text.session, text.source)
        if no is not None:
            raise Refused(no.code, no.message)
        self._waiting[text.session, person, text.source] = text

    def tell(self, now: float) -> None:
        """With each flush: what is due. ``now``: monotonic seconds."""
        for writer in [each for each in self._waiting if now >= self._told_at.get(each, -1e9) + _EVERY_S]:
            text = self._waiting.pop(writer)
            self._told_at.pop(writer, None)
            self._told_at[writer] = now
            if len(self._told_at) > _MOST:
                del self._told_at[next(iter(self._told_at))]
            packet = codec.encode_event("interim", text)
            for follower in self._plane.followers.get(text.room, ()):
                follower.send_packet(packet)
