"""A talk is recorded, and watched afterwards: by its chair, its speaker and somebody who was not there."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright, expect
from tests.e2e.conftest import Shoot, launch, make_server
from tests.e2e.people import Person, organiser
from tests.e2e.visitor import PATIENCE_S

from turia.testing.pdf_file import Sheet, pdf
from turia.testing.server_process import ServerProcess

pytestmark = pytest.mark.e2e

FAKE: Final = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
ROOM: Final = "Plenary auditorium"
#: So long the talk is on, milliseconds.
TALK_MS: Final = 8_000
#: What the captions say: before the first picture, meanwhile, and after the end of the session.
WORDS: Final = ("Good morning", "The river was moved", "Thank you")
_MEAN: Final = """video => {
  const canvas = Object.assign(document.createElement("canvas"), {width: 64, height: 36});
  const draw = canvas.getContext("2d");
  draw.drawImage(video, 0, 0, 64, 36);
  return [...draw.getImageData(0, 0, 64, 36).data];
}"""


@pytest.fixture(scope="module")
def browser(playwright_session: Playwright) -> Iterator[Browser]:
    with_devices = launch(playwright_session, *FAKE)
    yield with_devices
    with_devices.close()


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """A machine that is busy with other tests takes its time."""
    expect.set_options(timeout=PATIENCE_S * 1_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with make_server(tmp_path_factory.mktemp("recorded"), profile="event") as running:
        yield running


def test_a_talk_is_recorded_and_watched(
    venue: ServerProcess, contexts: Callable[..., BrowserContext], shoot: Shoot
) -> None:
    olga = organiser(Person(contexts(), venue), venue)
    ana, ben = (
        olga.admit(Person(contexts(viewport=size), venue), name)
        for name, size in (("Ana", {"width": 1_000, "height": 700}), ("Ben", {"width": 1_200, "height": 800}))
    )
    session = olga.run_session("How cities learn", "plenary")
    olga.do("roles.grant", person=ana.person, role="speaker", scope={"room": "plenary", "session": session})
    deck = hand_in(ana, session)
    olga.enter_registered(flat=True)
    arm(olga)
    ana.enter_registered(flat=True)
    go_on_air(ana)
    olga.do("caption.write", session=session, text="Good morning.", speaker="Ana")
    soon(lambda: on_tape(venue, session))
    talk(olga, ana, session, deck)
    olga.do("session.end", session=session)
    olga.do("caption.write", session=session, text="Thank you.", speaker="Ana")
    ready(olga, session)
    watch(ben, session, shoot)


def hand_in(ana: Person, session: str) -> str:
    """Slides of two pages, drawn."""
    content = pdf(Sheet(lines=["Cities are slow"]), Sheet(lines=["Rivers are slower"]))
    file: Any = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": content}
    form = {"session": session, "title": "Slides", "file": file}
    answer = ana.context.request.post(f"{ana.url}/api/decks", multipart=form, headers={"Origin": ana.url})
    assert answer.ok, answer.text()
    deck = str(answer.json()["deck"])
    soon(lambda: ana.context.request.get(f"{ana.url}/api/decks/{deck}").json()["state"] == "ready")
    return deck


def arm(olga: Person) -> None:
    """As chairs do: in the panel of the rooms."""
    olga.bar("Rooms")
    card = olga.room_card(ROOM)
    card.get_by_role("button", name="Manage").click()
    card.get_by_role("button", name="Record this session").click()
    expect(card.get_by_role("button", name="Off the record")).to_be_visible()


def go_on_air(ana: Person) -> None:
    """By her desk; she agrees to being recorded."""
    ana.go_from_card(ROOM)
    ana.is_in(ROOM)
    ana.bar("Talk")
    ana.page.get_by_role("tab", name="Desk").click()
    ana.button("Camera on").click()
    ana.button("Microphone on").click()
    ana.button("Go on air").click()
    ana.button("I agree: go on air").click()
    expect(ana.page.get_by_role("group", name="You are on air")).to_be_visible()
    expect(ana.page.get_by_text("This session is being recorded.").first).to_be_visible()


def on_tape(venue: ServerProcess, session: str) -> bool:
    """Whether pictures are written to the disk: browsers on a busy machine begin seconds later than they say."""
    segments = (venue.folder / "data" / "recordings" / session).rglob("*.part")
    return sum(path.stat().st_size for path in segments) > 30_000


def talk(olga: Person, ana: Person, session: str, deck: str) -> None:
    """Two pages of slides, and captions to what is said."""
    ana.do("slides.show", session=session, deck=deck, page=1)
    ana.page.wait_for_timeout(TALK_MS / 2)
    ana.do("slides.show", session=session, deck=deck, page=2)
    olga.do("caption.write", session=session, text="The river was moved.", speaker="Ana")
    ana.page.wait_for_timeout(TALK_MS / 2)


def ready(olga: Person, session: str) -> None:
    """As organisers see it: in the list, without doing anything."""
    olga.page.goto(f"{olga.url}/watch")
    card = olga.page.get_by_role("listitem").filter(has_text="How cities learn")
    expect(card.get_by_role("link", name="Watch")).to_be_visible()
    expect(card.get_by_text("Ready", exact=True)).to_be_visible()
    answer = olga.context.request.get(f"{olga.url}/api/recordings/{session}").json()
    assert answer["recording"]["state"] == "ready"
    assert answer["recording"]["duration_ms"] > TALK_MS * 0.8
    assert answer["recording"]["bytes"] > 0


def watch(ben: Person, session: str, shoot: Shoot) -> None:
    """It plays, in pictures that move, with captions, chapters and a transcript that leads to what was said."""
    page = ben.page
    page.goto(f"{ben.url}/watch/{session}")
    video = page.locator("video").first
    expect(page.get_by_role("heading", name="How cities learn")).to_be_visible()
    chapters = page.get_by_role("region", name="Slides").get_by_role("listitem")
    expect(chapters.filter(has_text="Cities are slow")).to_be_visible()
    chapters.filter(has_text="Rivers are slower").get_by_role("button").click()
    expect(page.get_by_role("img", name="Slide: Rivers are slower")).to_be_visible()
    assert video.evaluate("video => video.currentTime") > 2
    transcript = page.get_by_role("region", name="Transcript")
    transcript.get_by_label("Search what was said").fill("good morning")
    expect(transcript.get_by_role("listitem")).to_have_count(1)
    transcript.get_by_role("button").first.click()
    transcript.get_by_label("Search what was said").fill("")
    expect(transcript.get_by_role("listitem")).to_have_text([*map(re.compile, WORDS)])
    video.evaluate("async video => { video.muted = true; await video.play(); }")
    plays(page, video)
    cues = video.evaluate("video => [...(video.textTracks[0].activeCues ?? [])].map(cue => cue.text).join()")
    assert "Good morning" in cues or video.evaluate("video => video.textTracks[0].cues.length") == 3
    shoot(page, "recording-watch")
    page.set_viewport_size({"width": 360, "height": 740})
    expect(video).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    shoot(page, "recording-watch-phone")


def plays(page: Page, video: Locator) -> None:
    begins: float = video.evaluate("video => video.currentTime")
    first: list[int] = video.evaluate(_MEAN)
    assert sum(first) > 0, "a black picture"

    def moved() -> bool:
        now: list[int] = video.evaluate(_MEAN)
        return sum(abs(a - b) for a, b in zip(first, now, strict=True)) > 2_000

    # a busy machine plays sound first, and pictures as soon as it has decoded them
    soon(lambda: video.evaluate("video => video.currentTime") > begins + 1.0 and moved(), page)
    assert video.evaluate("video => video.error") is None
    assert video.evaluate("video => video.textTracks[0].mode") == "showing"


def soon(true: Callable[[], Any], page: Page | None = None) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it did not come"
        if page is None:
            time.sleep(0.1)
        else:
            page.wait_for_timeout(100)
