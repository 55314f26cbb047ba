"""What the staff sees of a talk that a program sends: who speaks, whom it reaches, and what is wrong when it stops."""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.conftest import Shoot, make_server
from tests.e2e.looks import Looks, violations
from tests.e2e.people import Contexts, Person, organiser
from tests.e2e.visitor import PATIENCE_S

from turia.bench.media_client import MediaLine
from turia.gateway.gateway import PATH
from turia.protocol.media import Head, flags, write_head
from turia.testing.server_process import ServerProcess

pytestmark = pytest.mark.e2e

HALL = "Plenary auditorium"
_PACKET_S = 0.02
_PATIENCE_MS = PATIENCE_S * 1_000
#: Numbers of commands, apart from those of the handshake.
_COMMANDS = itertools.count(100)


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with make_server(tmp_path_factory.mktemp("monitor"), profile="event") as running:
        yield running


class Line:
    """Somebody inside with a program instead of a page: his line to the venue, and the one for sound and pictures. What
    comes is read by threads, as long as it lives."""

    def __init__(self, person: Person) -> None:
        for document in ("privacy", "conduct"):
            person.do("people.consent", document=document, version=1)
        token = person.post("/api/enter", {})["token"]
        port = int(person.url.rpartition(":")[2])
        self.venue = MediaLine(port, token, path=PATH)
        self.media = MediaLine(port, token)
        self.over = threading.Event()
        self._answers: dict[int, Any] = {}
        self._came = threading.Condition()
        self._threads = [threading.Thread(target=self._read, args=(line,)) for line in (self.venue, self.media)]
        for each in self._threads:
            each.start()

    def _read(self, line: MediaLine) -> None:
        try:
            while True:
                packet = line.packet()
                if line is self.media and packet["type"] == 3:
                    with self._came:
                        self._answers[packet["id"]] = packet["data"][0]
                        self._came.notify_all()
        except OSError:
            assert self.over.is_set(), "the server has closed a line"

    def ask(self, name: str, payload: Any) -> Any:
        """The answer to a command on the media plane."""
        number = next(_COMMANDS)
        self.media.ask(name, payload, number)
        with self._came:
            assert self._came.wait_for(lambda: number in self._answers, 20), f"no answer to {name}"
            return self._answers.pop(number)

    def run(self, work: Any) -> None:
        """Until it is over."""
        self._threads.append(threading.Thread(target=work))
        self._threads[-1].start()

    def close(self) -> None:
        self.over.set()
        for line in (self.venue, self.media):
            line.socket.shutdown(2)
        for each in self._threads:
            each.join()
        for line in (self.venue, self.media):
            line.close()


class Speaker(Line):
    """Camera and microphone; ``pictures`` may be stopped and go on."""

    def __init__(self, person: Person, session: str) -> None:
        super().__init__(person)
        self.pictures = threading.Event()
        self.pictures.set()
        where = {"room": "plenary", "session": session}
        camera = {"source": "camera", "media": "video", "codec": "vp8", "width": 1_280, "height": 720, **where}
        self.camera = self.ask("publish", camera)["track"]
        self.microphone = self.ask("publish", {"source": "microphone", "media": "audio", "codec": "opus", **where})[
            "track"
        ]
        self.run(self._talk)

    def _talk(self) -> None:
        """A group of pictures a second."""
        groups = itertools.count()
        begin = time.monotonic()
        video, frame = next(groups), 0
        for packet in itertools.count():
            due = begin + packet * _PACKET_S
            if self.over.wait(max(0.0, due - time.monotonic())):
                return
            self._send(self.microphone, packet // 50, packet % 50, 80, level=100)
            if packet % 2:
                continue
            if not self.pictures.is_set():
                frame = 0
                continue
            if not frame:
                video = next(groups)
            self._send(self.camera, video, frame, 4_000)
            frame = (frame + 1) % 25

    def _send(self, track: int, group: int, frame: int, size: int, level: int = 0) -> None:
        bits = flags(key=frame == 0)
        now = time.monotonic_ns() // 1_000
        self.media.send_frame(write_head(Head(track, bits, 0, 1, level, 0, group, frame, now)) + bytes(size))


class Watcher(Line):
    """Somebody who gets both, and tells once a second that they come."""

    def __init__(self, person: Person) -> None:
        super().__init__(person)
        [room] = self.ask("follow", {"rooms": ["plenary"]})["rooms"]
        self._tracks = [each["track"] for each in room["tracks"]]
        self.ask("want", {"tracks": [[track, 3] for track in self._tracks]})
        self.run(self._report)

    def _report(self) -> None:
        told = [{"track": track, "frames": 25, "decoded": 25} for track in self._tracks]
        while not self.over.wait(1.0):
            self.ask("report", {"round_trip_ms": 40, "tracks": told})


def shot(page: Page, shoot: Shoot, name: str) -> None:
    """At the size of a phone and of a desk."""
    before = page.viewport_size
    assert before is not None
    for width, height in ((360, 740), (1_280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        shoot(page, f"{name}-{width}")
    page.set_viewport_size(before)


def test_the_staff_sees_who_speaks_whom_it_reaches_and_what_is_wrong(
    venue: ServerProcess, contexts: Contexts, shoot: Shoot
) -> None:
    olga = organiser(Person(contexts(viewport={"width": 1_280, "height": 800}), venue), venue)
    session = olga.run_session("How cities learn", "plenary")
    ana, ben, dan = (olga.admit(Person(contexts(), venue), name) for name in ("Ana", "Ben", "Dan"))
    for person, role in ((ana, "speaker"), (dan, "chair")):
        olga.do("roles.grant", person=person.person, role=role, scope={"room": "plenary", "session": session})
    dan.enter_registered(flat=True)
    page = olga.at("/organise/monitor", "Organise").page
    olga.reads("Nothing is on air")
    shot(page, shoot, "monitor-empty")

    ana.do("stage.go_on_air", session=session, sources=["camera", "microphone"])
    speaker = Speaker(ana, session)
    watcher = Watcher(ben)
    try:
        hall = page.get_by_role("region", name=HALL)
        expect(hall.get_by_text("Comes", exact=True)).to_have_count(2, timeout=_PATIENCE_MS)
        hall.get_by_text("Sound reaches the one person who listens.").wait_for()
        hall.get_by_text(re.compile(r"[1-9]\d* pictures a second")).wait_for()
        shot(page, shoot, "monitor-well")

        speaker.pictures.clear()
        wrong = hall.get_by_role("list", name=f"What to look at in {HALL}")
        wrong.get_by_text("Ana’s picture has not come for").wait_for()
        wrong.get_by_text("Ask Ana to turn the camera off and on.").wait_for()
        hall.get_by_text(re.compile(r"^\d problems?$")).wait_for()
        shot(page, shoot, "monitor-stopped")
        looks = Looks(shoot)
        looks.check(page, "monitor")
        assert not looks.found, looks.report()
        the_chair_sees_it_in_the_hall(dan, shoot)

        speaker.pictures.set()
        expect(wrong.get_by_text("Ana’s picture has not come for")).to_have_count(0, timeout=_PATIENCE_MS)
    finally:
        watcher.close()
        speaker.close()
    hall.get_by_text("Ana is on air with camera and microphone, but nothing comes.").wait_for()


def the_chair_sees_it_in_the_hall(dan: Person, shoot: Shoot) -> None:
    """From where he manages his room; nobody else can look."""
    card = dan.room_card(HALL)
    dan.button("Manage", card).click()
    dan.button(f"Monitor {HALL}", card).click()
    panel = dan.panel(f"Talk: {HALL}")
    panel.get_by_role("tab", name="Monitor", selected=True).wait_for()
    panel.get_by_text("Ana’s picture has not come for").first.wait_for()
    shot(dan.page, shoot, "monitor-chair")
    assert violations(dan.page) == []
