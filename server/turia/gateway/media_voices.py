"""Voices of people where they stand: five times a second, who hears whom. Who is near is for Audibility to say."""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np

from turia.gateway.media_connection import MediaConnection
from turia.gateway.media_ports import Audibility
from turia.gateway.media_publishing import Publishing
from turia.gateway.media_state import NOWHERE, MediaState
from turia.gateway.media_tracks import Track
from turia.gateway.media_watching import Watching
from turia.protocol.media import MAX_VOICES, Hear, TrackInfo, Voices
from turia.world.audibility import SPEAKING_LEVEL

#: Seconds between two looks, and between the last one and the next when somebody speaks up.
EVERY_S: Final = 0.2
_SOON_S: Final = 0.06
#: A microphone from which nothing came for so long is off, seconds. Whoever pauses in a talk stays with his listeners,
#: so that they get his next word from its beginning.
_ON_S: Final = 5.0
#: Whoever was loud is shown as speaking for so long after; seconds.
_HANG_S: Final = 0.6
_SHOWN: Final = frozenset({"voice", "microphone"})


class Hearing:
    """Part of the plane: voices. Without ``audibility`` only those are heard that reach a whole room."""

    def __init__(
        self, plane: MediaState, publishing: Publishing, watching: Watching, audibility: Audibility | None
    ) -> None:
        self._plane = plane
        self._publishing = publishing
        self._watching = watching
        self._audibility = audibility
        self._next = self._last = 0.0

    def hear(self, connection: MediaConnection, asked: Hear) -> None:
        """How many voices he wants; none any more takes effect at once."""
        connection.most_voices = asked.voices
        if not asked.voices:
            self._give(connection, {})
        self._next = 0.0

    def turn(self, now: float) -> None:
        """With each flush; works five times a second, and when somebody speaks up."""
        if now < (min(self._next, self._last + _SOON_S) if self._plane.spoke_up else self._next):
            return
        self._last, self._next = now, now + EVERY_S
        self._plane.spoke_up = False
        self._follow_speakers()
        self._show_speaking(now)
        voices = {track.info.slot: track for track in self._plane.tracks.voices() if now - track.heard_at < _ON_S}
        voices.pop(NOWHERE, None)
        listeners = [each for each in self._plane.everybody() if each.most_voices or each.voices]
        if listeners:
            self._settle(listeners, voices, now)
        for track in self._plane.tracks.voices():
            track.level = 0
        self._plane.stats.voices_heard = sum(len(each.voices) for each in listeners)

    def _follow_speakers(self) -> None:
        """Whoever walked into another room may have no right to speak there, or to be heard by all of it."""
        for track in list(self._plane.tracks.voices()):
            if self._plane.room_of(track.person) != track.room:
                self._publishing.review(track)

    def _settle(self, listeners: list[MediaConnection], voices: dict[int, Track], now: float) -> None:
        rights = self._plane.rights
        loud: dict[str, list[Track]] = {}
        near: dict[int, Track] = {}
        for slot, track in voices.items():
            if track.room and rights.carries(track.person, track.room):
                loud.setdefault(track.room, []).append(track)
            else:
                near[slot] = track
        around = self._around(listeners, near, now)
        for connection, heard in zip(listeners, around, strict=True):
            assert connection.person is not None
            person = connection.person.id
            got = {voices[slot].number: (voices[slot], False) for slot in heard if voices[slot].person != person}
            if loud and connection.most_voices:
                for room in {self._plane.room_of(person), *connection.following} & loud.keys():
                    whole = [track for track in loud[room] if track.person != person]
                    got |= {track.number: (track, True) for track in whole[:MAX_VOICES]}
            self._give(connection, got)

    def _around(self, listeners: list[MediaConnection], near: dict[int, Track], now: float) -> list[list[int]]:
        """Slots of the speakers near each listener."""
        if self._audibility is None or not near:
            return [[] for _ in listeners]
        slots = [self._plane.slot_of(each.person.id) if each.person else NOWHERE for each in listeners]
        placed = [index for index, slot in enumerate(slots) if slot != NOWHERE]
        found = self._audibility.heard_by(
            np.array([slots[index] for index in placed], dtype=np.int32),
            np.array([listeners[index].most_voices for index in placed], dtype=np.uint8),
            np.array(list(near), dtype=np.int32),
            np.array([track.level for track in near.values()], dtype=np.uint8),
            now,
        )
        around: list[list[int]] = [[] for _ in listeners]
        for index, heard in zip(placed, found, strict=True):
            around[index] = [slot for slot in heard if slot in near][: listeners[index].most_voices]
        return around

    def _give(self, connection: MediaConnection, got: dict[int, tuple[Track, bool]]) -> None:
        hears = frozenset((number, whole) for number, (_, whole) in got.items())
        if hears == connection.hears:
            return
        connection.hears = hears
        connection.voices = tuple(got)
        self._watching.subscribe(connection)
        connection.send("voices", Voices(voices=tuple(_info(track, whole) for track, whole in got.values())))

    def _show_speaking(self, now: float) -> None:
        for track in list(self._plane.tracks.by_number.values()):
            if track.info.media != "audio" or track.info.source not in _SHOWN:
                continue
            if track.level >= SPEAKING_LEVEL:
                track.loud_at = now
            speaking = now - track.loud_at < _HANG_S
            if speaking != track.speaking:
                self._publishing.show_speaking(track, speaking=speaking)
            if track.info.source != "voice":
                track.level = 0


def _info(track: Track, whole_room: bool) -> TrackInfo:
    return msgspec.structs.replace(track.info, whole_room=True) if whole_room else track.info
