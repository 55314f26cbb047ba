"""One session that is being recorded: what goes to its room, of people who agreed to it, to the writer's queue.

``push`` is called by the relay for each piece and does not wait for anything.
"""

from __future__ import annotations

from typing import Final, Protocol

from turia.backbone.journal import Journal
from turia.clock import Clock
from turia.event import airing
from turia.event.decks import SlideShow
from turia.event.entries import Entry
from turia.event.recordings import may_record
from turia.event.settings import EventClock
from turia.event.stage import ScreenLayout, on_air
from turia.protocol.media import KEY, TrackInfo
from turia.recording.records import (
    Begun,
    ClockSet,
    Mark,
    Paused,
    Picture,
    Slide,
    pack_ended,
    pack_mark,
    pack_piece,
    pack_track,
)

#: A verdict on somebody is asked again after so long, seconds: a microphone that was given ends by time alone.
_VERDICT_S: Final = 1.0
_FLAGS_AT: Final = 2


class Writes(Protocol):
    """See :class:`turia.recording.writer.Writer`."""

    def put(self, record: bytes, time: int, *, key: bool = False) -> None: ...  # noqa: D102


class Tape:
    """``first``: the number of its first track; no two servers that write to the same take use the same."""

    def __init__(self, journal: Journal, clock: Clock, session: str, room: str, writer: Writes, first: int) -> None:
        self.session = session
        self.room = room
        self.on = False
        #: Whether it was ever on.
        self.ran = False
        self.writer = writer
        self._journal = journal
        self._clock = clock
        self._next = first
        #: Records are told by the event's clock as it is now, and go on evenly from here.
        self._base_us = journal.moment().event_at * 1_000
        self._base_s = clock.monotonic()
        self._keys: dict[int, tuple[TrackInfo, int]] = {}
        self._verdicts: dict[tuple[str, str], tuple[float, bool]] = {}

    # -- what the relay calls ----------------------------------------------------------------------
    def push(self, info: TrackInfo, data: bytes, now: float) -> None:
        """See :class:`turia.gateway.media_ports.Tap`."""
        if not self.on or not self._wanted(info, now):
            return
        time = self._time(now)
        known = self._keys.get(info.track)
        if known is None or known[0] != info:
            known = self._keys[info.track] = info, self._next
            self._next += 1
            self.writer.put(pack_track(known[1], info, time), time)
        key = bool(data[_FLAGS_AT] & KEY) and info.media == "video"
        self.writer.put(pack_piece(known[1], data, time), time, key=key)

    def ended(self, info: TrackInfo, now: float) -> None:
        """See :class:`turia.gateway.media_ports.Tap`."""
        known = self._keys.pop(info.track, None)
        if known is not None:
            time = self._time(now)
            self.writer.put(pack_ended(known[1], time), time)

    # -- what the event says -----------------------------------------------------------------------
    def turn(self, *, on: bool) -> bool:
        """On the record, or off it; whether that changed anything."""
        if on == self.on:
            return False
        self._mark(Begun() if on else Paused())
        self.on = on
        self.ran = True
        return True

    def heard(self, entries: list[Entry]) -> None:
        """What is shown, and that verdicts may have changed."""
        self._verdicts.clear()
        for entry in entries:
            if entry.kind == EventClock.kind:
                self.tell_clock()
            if (entry.kind, entry.key) == (SlideShow.kind, self.session):
                self.show(entry.value if isinstance(entry.value, SlideShow) else None)
            elif (entry.kind, entry.key) == (ScreenLayout.kind, self.room):
                self.lay_out(entry.value if isinstance(entry.value, ScreenLayout) else None)

    def show(self, value: SlideShow | None) -> None:
        """This page is on the screen."""
        self._mark(Slide() if value is None or value.black else Slide(value.deck, value.page))

    def tell_clock(self) -> None:
        """The event's clock was set, or this is where the tape begins: captions are told by it."""
        now_us = self._time(self._clock.monotonic())
        self._mark(ClockSet(round((self._journal.moment().event_at * 1_000 - now_us) / 1_000)))

    def lay_out(self, value: ScreenLayout | None) -> None:
        """This is what the screen shows."""
        self._mark(Picture() if value is None else Picture(value.layout, value.focus))

    def _mark(self, mark: Mark) -> None:
        time = self._time(self._clock.monotonic())
        self.writer.put(pack_mark(mark, time), time)

    # -- who is recorded ---------------------------------------------------------------------------
    def _wanted(self, info: TrackInfo, now: float) -> bool:
        until, wanted = self._verdicts.get((info.person, info.source), (0.0, False))
        if now >= until:
            wanted = self._verdict(info)
            self._verdicts[info.person, info.source] = now + _VERDICT_S, wanted
        return wanted

    def _verdict(self, info: TrackInfo) -> bool:
        """People who agreed; of voices those that the whole room hears, unless they come by a better microphone."""
        state = self._journal.state
        if not may_record(state, info.person, self.session):
            return False
        if info.source != "voice":
            return info.session == self.session
        air = on_air(state, self.room, info.person, self.session)
        if air is not None and "microphone" in air.sources:
            return False
        return airing.voice_reach(state, info.person, self.room, self._journal.moment().event_at) == "room"

    def _time(self, now: float) -> int:
        return self._base_us + int((now - self._base_s) * 1_000_000)
