"""This machine writes captions of whoever the whole room hears, in the session that is live, and of nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from turia.backbone.captioning import MOST_EARS, Captioning, RoomEars
from turia.backbone.captioning_engine import recognisers_of
from turia.backbone.journal import Journal
from turia.captioning.ports import Heard
from turia.errors import StartError
from turia.event.all_commands import COMMANDS
from turia.event.captions import Caption
from turia.event.entries import talk_stream
from turia.event.programme import Room, Session
from turia.event.seeding import Seed
from turia.event.settings import Info
from turia.protocol.media import HEAD_BYTES, Interim, TrackInfo
from turia.store.memory import MemoryStore
from turia.testing.manual_clock import ManualClock

MINUTE = 60_000


class Echo:
    """Every packet is a word, "." ends the line."""

    def __init__(self) -> None:
        self._line: list[str] = []

    def decode(self, packet: bytes) -> bytes:
        return packet.ljust(3_200, b" ")

    def feed(self, pcm: bytes) -> Heard | None:
        word = pcm.decode().strip()
        if word == ".":
            return self.finish()
        self._line.append(word)
        return Heard(" ".join(self._line), final=False)

    def finish(self) -> Heard | None:
        text, self._line = " ".join(self._line), []
        return Heard(text, final=True) if text else None


class Plane:
    """A media plane of which only taps and interim captions are there."""

    def __init__(self) -> None:
        self.taps: dict[str, RoomEars] = {}
        self.interims: list[tuple[str, Interim]] = []

    def tap(self, room: str, tap: RoomEars) -> Callable[[], None]:
        self.taps[room] = tap
        return lambda: self.taps.__delitem__(room)

    def interim(self, person: str, text: Interim) -> None:
        self.interims.append((person, text))

    def say(self, *words: str, track: int = 1, source: str = "microphone", **more: object) -> None:
        fields = {"name": "Spe", "media": "audio", "codec": "opus", "room": "hall", "session": "talk", **more}
        info = TrackInfo(track=track, person="spe", source=source, **fields)  # type: ignore[arg-type]
        for word in words:
            self.taps["hall"].push(info, bytes(HEAD_BYTES) + word.encode(), 0.0)


class Event:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.journal = Journal(MemoryStore(), self.clock)
        self.plane = Plane()
        self.captioning = Captioning(self.journal, self.plane, Echo, Echo)

    async def do(self, name: str) -> None:
        await self.journal.do(name, COMMANDS[name].payload("talk"))

    def lines(self) -> list[Caption]:
        return list(self.journal.state.all(talk_stream("talk"), Caption).values())

    async def until(self, wanted: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while True:
                if wanted():
                    return
                await asyncio.sleep(0.002)


@pytest.fixture
async def event() -> AsyncIterator[Event]:
    event = Event()
    await event.journal.open()
    now = event.journal.moment().at
    seed = Seed(
        info=Info("An event"),
        rooms={"hall": Room("Hall"), "lab": Room("Lab")},
        sessions={"talk": Session("Talk", now, now + 60 * MINUTE, room="hall")},
        speakers={},
    )
    await event.journal.do("event.seed", seed)
    event.captioning.start()
    yield event
    await event.captioning.close()
    await event.journal.close()


async def test_what_is_said_is_shown_while_it_is_understood_and_kept_when_it_is(event: Event) -> None:
    assert not event.plane.taps
    await event.do("session.go_live")
    assert list(event.plane.taps) == ["hall"]
    event.plane.say("good", "morning", ".")
    await event.until(lambda: bool(event.lines()))
    assert [text.text for _, text in event.plane.interims] == ["good", "good morning"]
    assert event.plane.interims[0] == ("system", Interim("hall", "talk", "good", "Spe", "spe", "recogniser"))
    [line] = event.lines()
    assert (line.text, line.speaker, line.person, line.source) == ("good morning", "Spe", "spe", "recogniser")


async def test_people_in_the_audience_are_not_listened_to(event: Event) -> None:
    await event.do("session.go_live")
    event.plane.say("private", ".", source="voice", room="")
    event.plane.say("picture", ".", source="camera", media="video", codec="vp8")
    event.plane.say("Question", ".", track=2, source="voice", room="", whole_room=True)
    await event.until(lambda: bool(event.lines()))
    assert [line.text for line in event.lines()] == ["Question"]


async def test_the_last_words_are_kept_when_the_microphone_ends_and_nobody_listens_after_the_session(
    event: Event,
) -> None:
    await event.do("session.go_live")
    event.plane.say("bye")
    event.plane.taps["hall"].ended(
        TrackInfo(track=1, person="spe", name="Spe", source="microphone", media="audio", codec="opus"), 0.0
    )
    await event.until(lambda: bool(event.lines()))
    await event.do("session.end")
    assert not event.plane.taps


async def test_only_so_many_voices_at_once(event: Event, caplog: pytest.LogCaptureFixture) -> None:
    await event.do("session.go_live")
    for track in range(MOST_EARS + 2):
        event.plane.say(f"word{track}", ".", track=track)
    await event.until(lambda: len(event.lines()) == MOST_EARS)
    assert len(event.plane.taps["hall"]) == MOST_EARS
    assert caplog.text.count("the others get no captions") == 1


def test_a_setting_that_cannot_be_used_stops_the_start_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="Unpack a Vosk model there"):
        recognisers_of(tmp_path / "none")
    with pytest.raises(StartError, match=r"install turia\[captions\]|no model that Vosk can read"):
        recognisers_of(tmp_path)
