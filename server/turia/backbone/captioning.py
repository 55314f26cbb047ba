"""Captions by this machine: who is on air in a live session is heard, and what he says is written as it is understood.

Only what the whole room hears is listened to: the stage, and people with the microphone. No sound is kept.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final, Protocol

from turia.backbone.journal import Journal
from turia.captioning.ear import Ear
from turia.captioning.ports import Decoders, Heard, Recognisers
from turia.errors import Refused
from turia.event.caption_commands import MOST_LINE_CHARS, WriteCaption
from turia.event.entries import EVENT, SYSTEM, Entry
from turia.event.programme import Room, Session
from turia.event.rooms import Phase, SessionRun
from turia.event.sessions import current, phase_of
from turia.protocol.media import HEAD_BYTES, MAX_INTERIM_CHARS, Interim, TrackInfo

log = logging.getLogger(__name__)

#: Voices at once: each takes a good part of a processor core.
MOST_EARS: Final = 4
_SOURCES: Final = frozenset({"microphone", "film_audio", "screen_audio"})
_KINDS: Final = frozenset({SessionRun.kind, Session.kind, Room.kind})


class Media(Protocol):
    """The media plane."""

    def tap(self, room: str, tap: RoomEars) -> Callable[[], None]:
        """From now on ``tap`` gets what goes to a room; returns how to end that."""
        ...

    def interim(self, person: str, text: Interim) -> None:
        """Shows what is understood so far. Raises Refused."""
        ...


class RoomEars:
    """What is heard in one room, by track. See :class:`turia.gateway.media_ports.Tap`."""

    def __init__(self, room: str, listen: Callable[[TrackInfo, str], Ear | None], event_at: Callable[[], int]) -> None:
        self._room = room
        self._listen = listen
        self._event_at = event_at
        self._ears: dict[int, Ear] = {}

    def __len__(self) -> int:
        return len(self._ears)

    def push(self, info: TrackInfo, data: bytes, now: float) -> None:
        """See Tap."""
        del now
        if info.codec != "opus" or not (info.source in _SOURCES or (info.source == "voice" and info.whole_room)):
            return
        ear = self._ears.get(info.track)
        if ear is None:
            ear = self._listen(info, self._room)
            if ear is None:
                return
            self._ears[info.track] = ear
        ear.put(data[HEAD_BYTES:], self._event_at())

    def ended(self, info: TrackInfo, now: float) -> None:
        """See Tap."""
        del now
        ear = self._ears.pop(info.track, None)
        if ear is not None:
            ear.close()

    def close(self) -> None:
        """Nobody is heard any more; last lines are still told."""
        for ear in self._ears.values():
            ear.close()
        self._ears.clear()


class Captioning:
    """``start()`` when the journal is open, ``await close()`` before it closes."""

    def __init__(self, journal: Journal, media: Media, recognisers: Recognisers, decoders: Decoders) -> None:
        self._journal = journal
        self._media = media
        self._recognisers = recognisers
        self._decoders = decoders
        self._taps: dict[str, tuple[RoomEars, Callable[[], None]]] = {}
        self._full = False
        self._deaf: Callable[[], None] = _nothing
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Listen wherever a session is live, from now on."""
        self._loop = asyncio.get_running_loop()
        self._deaf = self._journal.listen(self._heard_of)
        self._follow()

    async def close(self) -> None:
        """Listen no more; lines that are being kept are kept."""
        self._deaf()
        for room in list(self._taps):
            self._leave(room)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- which rooms -------------------------------------------------------------------------------
    def _heard_of(self, entries: list[Entry]) -> None:
        if any(entry.kind in _KINDS for entry in entries):
            self._follow()

    def _follow(self) -> None:
        live = {room for room in self._journal.state.all(EVENT, Room) if self._session(room)}
        for room in self._taps.keys() - live:
            self._leave(room)
        for room in live - self._taps.keys():
            ears = RoomEars(room, self._listen_to, lambda: self._journal.moment().event_at)
            self._taps[room] = ears, self._media.tap(room, ears)

    def _leave(self, room: str) -> None:
        ears, untap = self._taps.pop(room)
        untap()
        ears.close()

    def _session(self, room: str) -> str:
        """The session that is live in a room, "" none."""
        now = current(self._journal.state, room)
        return now[0] if now is not None and phase_of(self._journal.state, now[0]) is Phase.LIVE else ""

    # -- what was understood -----------------------------------------------------------------------
    def _listen_to(self, info: TrackInfo, room: str) -> Ear | None:
        if sum(len(ears) for ears, _ in self._taps.values()) >= MOST_EARS:
            if not self._full:
                log.warning("more than %d people speak at once: the others get no captions by this machine", MOST_EARS)
            self._full = True
            return None

        def told(heard: Heard, at: int, ends: int) -> None:
            self._loop.call_soon_threadsafe(self._told, info, room, heard, at, ends)

        return Ear(self._decoders, self._recognisers, told)

    def _told(self, info: TrackInfo, room: str, heard: Heard, at: int, ends: int) -> None:
        session = self._session(room)
        if not session:
            return
        if heard.final:
            text = heard.text[:MOST_LINE_CHARS]
            line = WriteCaption(
                session=session,
                text=text,
                at=at,
                end_at=ends,
                speaker=info.name,
                person=info.person,
                source="recogniser",
            )
            task = self._loop.create_task(self._write(line))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            return
        text = heard.text[-MAX_INTERIM_CHARS:]
        try:
            self._media.interim(SYSTEM, Interim(room, session, text, info.name, info.person, "recogniser"))
        except Refused as refused:
            log.warning("captions were not shown: %s", refused.message)

    async def _write(self, line: WriteCaption) -> None:
        try:
            await self._journal.do("caption.write", line)
        except Refused as refused:
            log.warning("a line of captions was not kept: %s", refused.message)


def _nothing() -> None:
    """Not started."""
