"""Who is recorded: people who agreed, while they are heard by the whole room; and when what was."""

from __future__ import annotations

from typing import Any

import pytest

from turia.backbone.recording_tape import Tape
from turia.event.entries import EVENT, Change, person_stream, put, room_stream
from turia.event.microphones import MicGrant
from turia.event.people import Consent
from turia.event.programme import Room, Session
from turia.event.recordings import consent_key
from turia.event.rooms import Phase, SessionRun
from turia.event.settings import Document, EventClock
from turia.event.stage import OnAir, StageSource
from turia.protocol.media import TrackInfo
from turia.recording.records import MAGIC, Begun, ClockSet, Kind, key_of, mark_of, records, track_of
from turia.testing import backbone
from turia.testing.backbone import NOW, entries_of
from turia.testing.manual_clock import ManualClock
from turia.testing.media_plane_rig import piece

HALL = room_stream("hall")


def agreed(person: str, *, given: bool = True, version: int = 0) -> Change:
    return put(person_stream(person), consent_key("talk", version), Consent("recording", version, given, "talk"))


def air(person: str, *sources: StageSource) -> Change:
    return put(HALL, person, OnAir("talk", NOW, sources, person))


def info(person: str, source: str, track: int = 1, session: str = "talk") -> TrackInfo:
    media = "audio" if source in ("voice", "microphone") else "video"
    room, session = ("", "") if source == "voice" else ("hall", session)
    return TrackInfo(track, person, person, source, media, "opus" if media == "audio" else "vp8", room, session)


class Pages:
    """A writer that keeps what it is given."""

    def __init__(self) -> None:
        self.data = MAGIC
        self.keys: list[bool] = []

    def put(self, record: bytes, time: int, *, key: bool = False) -> None:
        self.data += record
        self.keys.append(key)

    def kinds(self) -> list[Kind]:
        return [each.kind for each in records(self.data)]


class OnTape:
    def __init__(self, tape: Tape, pages: Pages, book: Any, clock: ManualClock) -> None:
        self.tape = tape
        self.pages = pages
        self.book = book
        self.clock = clock

    def recorded(self, about: TrackInfo) -> bool:
        before = self.pages.kinds().count(Kind.PIECE)
        self.tape.push(about, piece(about.track), self.clock.monotonic())
        return self.pages.kinds().count(Kind.PIECE) > before

    async def put(self, *changes: Change) -> None:
        entries = entries_of(*changes, state=self.book.state)
        self.book.state.apply(entries)
        self.tape.heard(entries)


class _Opened:
    def __init__(self, *changes: Change) -> None:
        self.clock = ManualClock()
        self._book = backbone.journal(
            put(EVENT, "hall", Room("Hall")),
            put(EVENT, "talk", Session("Talk", NOW, NOW + 3_600_000, room="hall")),
            put(HALL, "talk", SessionRun(Phase.LIVE, NOW, NOW, NOW)),
            *changes,
            clock=self.clock,
        )

    async def __aenter__(self) -> OnTape:
        book, pages = await self._book.__aenter__(), Pages()
        tape = Tape(book, self.clock, "talk", "hall", pages, first=5)
        tape.turn(on=True)
        return OnTape(tape, pages, book, self.clock)

    async def __aexit__(self, *_: object) -> None:
        await self._book.__aexit__(None, None, None)


async def test_only_who_agreed_is_recorded_and_from_then_on() -> None:
    async with _Opened(air("ana", "camera"), air("ben", "camera"), agreed("ana")) as it:
        assert it.recorded(info("ana", "camera"))
        assert not it.recorded(info("ben", "camera", 2))
        await it.put(agreed("ben"))
        assert it.recorded(info("ben", "camera", 2))
        await it.put(agreed("ana", given=False))
        assert not it.recorded(info("ana", "camera"))


async def test_a_new_text_is_agreed_to_anew() -> None:
    async with _Opened(agreed("ana")) as it:
        await it.put(put(EVENT, "recording", Document("New", "Text", version=1)))
        assert not it.recorded(info("ana", "interpreter"))
        await it.put(agreed("ana", version=1))
        assert it.recorded(info("ana", "interpreter"))


async def test_what_belongs_to_another_session_is_not_recorded() -> None:
    async with _Opened(agreed("ana")) as it:
        assert not it.recorded(info("ana", "camera", session="other"))


async def test_a_voice_is_recorded_while_the_whole_room_hears_it() -> None:
    async with _Opened(agreed("eva")) as it:
        voice = info("eva", "voice")
        assert not it.recorded(voice)
        await it.put(put(HALL, "eva", MicGrant("talk", NOW, NOW + 60_000)))
        assert it.recorded(voice)
        it.clock.advance(59)
        assert it.recorded(voice)
        it.clock.advance(1)
        assert not it.recorded(voice), "time alone ends it"


@pytest.mark.parametrize(("sources", "recorded"), [(("camera",), True), (("camera", "microphone"), False)])
async def test_somebody_on_air_is_recorded_once(sources: tuple[StageSource, ...], recorded: bool) -> None:
    """By his microphone; his voice is the same again."""
    async with _Opened(air("ana", *sources), agreed("ana")) as it:
        assert it.recorded(info("ana", "voice")) is recorded
        assert it.recorded(info("ana", "microphone", 2))


async def test_off_the_record_nothing_is_written_but_that() -> None:
    async with _Opened(agreed("ana")) as it:
        assert it.tape.turn(on=False)
        assert not it.tape.turn(on=False)
        assert not it.recorded(info("ana", "camera"))
        assert it.pages.kinds() == [Kind.MARK, Kind.MARK]


async def test_a_track_is_told_once_and_a_number_that_is_given_again_is_another_one() -> None:
    async with _Opened(agreed("ana")) as it:
        first, second = info("ana", "camera"), info("ana", "screen")
        for about in (first, first, second):
            assert it.recorded(about)
        it.tape.ended(second, it.clock.monotonic())
        it.tape.ended(second, it.clock.monotonic())
        data = it.pages.data
        every = [each for each in records(data) if each.kind is not Kind.MARK]
        assert [(each.kind, key_of(data, each)) for each in every] == [
            (Kind.TRACK, 5),
            (Kind.PIECE, 5),
            (Kind.PIECE, 5),
            (Kind.TRACK, 6),
            (Kind.PIECE, 6),
            (Kind.ENDED, 6),
        ]
        assert [track_of(data, each) for each in every if each.kind is Kind.TRACK] == [first, second]
        assert it.pages.keys == [False, False, True, True, False, True, False]


async def test_records_are_told_by_the_events_clock() -> None:
    async with _Opened(agreed("ana")) as it:
        it.clock.advance(2.5)
        assert it.recorded(info("ana", "camera"))
        assert [each.time for each in records(it.pages.data)] == [NOW * 1_000, *2 * [NOW * 1_000 + 2_500_000]]


async def test_records_run_on_evenly_when_the_events_clock_is_set_and_say_by_how_much() -> None:
    async with _Opened(agreed("ana")) as it:
        it.tape.tell_clock()
        it.clock.advance(1)
        await it.put(put(EVENT, "clock", EventClock(90_000)))
        it.clock.advance(1)
        assert it.recorded(info("ana", "camera"))
        await it.put(put(EVENT, "clock", EventClock(0)))
        marks = [mark_of(it.pages.data, each) for each in records(it.pages.data) if each.kind is Kind.MARK]
        assert marks == [Begun(), ClockSet(0), ClockSet(90_000), ClockSet(0)]
        assert [(each.time - NOW * 1_000) // 1_000 for each in records(it.pages.data)] == [
            0, 0, 1_000, 2_000, 2_000, 2_000,
        ]  # fmt: skip
