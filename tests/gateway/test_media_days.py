"""Random days on the media plane: people come and go, rights come and go, some forge; nobody gets what he may not."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from turia.gateway.connection import State
from turia.gateway.media_connection import MediaConnection
from turia.gateway.media_ports import No
from turia.testing.media_plane_rig import FreeRights, Plane, piece

PEOPLE = [f"p{index}" for index in range(6)]
ROOMS = ["hall", "foyer"]
SOURCES = ["camera", "microphone", "screen"]
KEPT_OUT = No("locked", "This room is locked.")


class Day:
    """What happened, beside what it may lead to."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.plane = Plane()
        self.lines: dict[str, MediaConnection] = {}
        #: Every track there ever was: number -> (person, source, room); numbers rest for longer than a day here lasts.
        self.tracks: dict[int, tuple[str, str, str]] = {}
        self.group = 0
        self.delivered = 0

    def line(self, person: str) -> MediaConnection:
        line = self.lines.get(person)
        if line is None or line.state is not State.JOINED:
            line = self.lines[person] = self.plane.join(person)
        return line

    # -- what people do --------------------------------------------------------------------------
    def publish(self, person: str) -> None:
        source, room = self.chance.choice(SOURCES), self.chance.choice(ROOMS)
        media, codec = ("audio", "opus") if source == "microphone" else ("video", "vp8")
        asked = {"source": source, "media": media, "codec": codec, "room": room, "session": "s"}
        answer = self.plane.ask(self.line(person), "publish", asked)
        if "track" in answer:
            assert (person, source) not in self.plane.rights.no_sending
            assert answer["track"] not in self.tracks, "a number is not given twice"
            self.tracks[answer["track"]] = (person, source, room)

    def send(self, person: str) -> None:
        mine = list(self.line(person).tracks)
        if mine:
            self.group += 1
            self.plane.send(self.line(person), piece(self.chance.choice(mine), self.group, payload=person.encode()))

    def forge(self, person: str) -> None:
        if self.tracks and self.chance.random() < 0.2:
            self.group += 1
            number = self.chance.choice(list(self.tracks))
            if number not in self.line(person).tracks:
                self.plane.send(self.line(person), piece(number, self.group, payload=b"forged"))

    def watch(self, person: str) -> None:
        rooms = self.chance.sample(ROOMS, self.chance.randint(0, 2))
        self.plane.ask(self.line(person), "follow", {"rooms": rooms})
        wanted = [*self.plane.state.tracks.by_number, *self.chance.sample(list(self.tracks), min(len(self.tracks), 3))]
        self.plane.ask(self.line(person), "want", {"tracks": [[each, 3] for each in dict.fromkeys(wanted)]})

    def leave(self, person: str) -> None:
        if person in self.lines and self.chance.random() < 0.3:
            self.plane.media.gone(self.lines.pop(person))

    # -- what the event does ---------------------------------------------------------------------
    def mute(self, person: str) -> None:
        source, muted = self.chance.choice(SOURCES), self.plane.rights.no_sending
        if muted.pop((person, source), None) is None and self.chance.random() < 0.5:
            muted[person, source] = FreeRights.MUTED
        self.plane.rights.tell(people=[person])

    def bar(self, person: str) -> None:
        room, barred = self.chance.choice(ROOMS), self.plane.rights.no_watching
        if barred.pop((person, room), None) is None and self.chance.random() < 0.5:
            barred[person, room] = KEPT_OUT
        self.plane.rights.tell(rooms=[room])

    # -- what must hold --------------------------------------------------------------------------
    def flush(self, _person: str = "") -> None:
        self.plane.flush()
        for viewer, line in self.lines.items():
            if not line.ponged:
                self.plane.media.text(line, "3")
            for what, *rest in self.plane.read(line):
                if what == "m":
                    self.check(viewer, rest[0].track, rest[1])

    def check(self, viewer: str, number: int, payload: bytes) -> None:
        person, source, room = self.tracks[number]
        self.delivered += 1
        assert payload == person.encode(), "of its publisher and of nobody else"
        assert (person, source) not in self.plane.rights.no_sending
        assert (viewer, room) not in self.plane.rights.no_watching

    def ends_well(self) -> None:
        """Everything is allowed again: everybody sees everybody."""
        rights = self.plane.rights
        rights.no_sending.clear()
        rights.no_watching.clear()
        rights.tell(everything=True)
        self.plane.clock.advance(11)
        for person in PEOPLE:
            line = self.lines.pop(person, None)
            if line is not None and line.state is State.JOINED:
                self.plane.media.gone(line)
        camera = {person: self.plane.publish(self.line(person)) for person in PEOPLE}
        for person in PEOPLE:
            self.plane.watch(self.line(person), *camera.values())
        for person, number in camera.items():
            self.plane.send(self.line(person), piece(number, payload=person.encode()))
        self.plane.flush()
        for person in PEOPLE:
            assert {each[0] for each in self.plane.frames(self.line(person))} == set(camera.values())


@pytest.mark.parametrize("seed", range(12))
def test_nobody_ever_gets_what_he_may_not_and_everything_works_afterwards(seed: int) -> None:
    day = Day(seed)
    acts: list[Callable[[str], None]] = [
        day.publish,
        day.send,
        day.send,
        day.send,
        day.forge,
        day.watch,
        day.leave,
        day.mute,
        day.bar,
        day.flush,
    ]
    for _ in range(1_500):
        day.chance.choice(acts)(day.chance.choice(PEOPLE))
        if day.chance.random() < 0.05:
            day.plane.clock.advance(day.chance.uniform(0.0, 2.0))
    assert day.delivered > 50, "a day on which something happens"
    day.ends_well()
