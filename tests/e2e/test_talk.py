"""A talk in real browsers with a camera and a microphone that are made up: on air, seen, heard, turned, taken off."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright
from tests.e2e.conftest import Shoot, launch, make_server
from tests.e2e.people import Contexts, Person, organiser
from tests.e2e.visitor import PATIENCE_S

from turia.testing.pdf_file import Sheet, pdf
from turia.testing.server_process import ServerProcess

pytestmark = pytest.mark.e2e

HALL = "Plenary auditorium"
PICTURE_WITHIN_S = 2.0
#: Of everything, from the press on; two of the browsers draw a hall in software meanwhile.
OFF_WITHIN_S = 1.0
#: A camera that shows something green turning, and a microphone that beeps once a second; people say yes to both.
MADE_UP = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")

#: How many points of a picture are of a colour, and where: a number that changes with each of them.
_COUNT = """async ([data, colour]) => {
  const bytes = Uint8Array.from(atob(data), (each) => each.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(image.width, image.height);
  const c = canvas.getContext("2d");
  c.drawImage(image, 0, 0);
  const p = c.getImageData(0, 0, image.width, image.height).data;
  const is = colour === "green" ? (r, g, b) => g > 200 && r < 130 && b < 90 : (r, g, b) => r > 180 && g < 70 && b < 70;
  let count = 0, where = 0;
  for (let i = 0; i < p.length; i += 4)
    if (is(p[i], p[i + 1], p[i + 2])) { count++; where = (where * 31 + i) % 1000000007; }
  return [count, where];
}"""
#: What a canvas in the page shows, as a number.
_CANVAS = """() => {
  const canvas = document.querySelector("canvas[data-picture]");
  // 300 wide: nothing was drawn yet.
  if (!canvas || canvas.width === 300) return null;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let i = 0; i < data.length; i += 28) sum = (sum * 31 + data[i + 1]) % 1000000007;
  return sum;
}"""
#: Time is counted in beats of a timer of the page: they stand while a busy machine does something else, and go on
#: while the page waits for the server.
BEAT_MS = 10
#: Counts from when he is inside until the first picture is there.
_WATCH_THE_ARRIVAL = """([hall, beat]) => {
  window.arrival = { inside: false, seen: false, beats: 0 };
  const timer = setInterval(() => {
    const { arrival } = window;
    arrival.inside ||= window.__turia.getState().self.room === hall;
    if (!arrival.inside) return;
    arrival.beats++;
    const canvas = document.querySelector("canvas[data-picture]");
    if (!canvas || canvas.width === 300) return;
    arrival.seen = true;
    clearInterval(timer);
  }, beat);
}"""
#: How much of the talk arrives or leaves.
_TALKS = """() => {
  const { tracks, publications } = window.__turia.getMedia();
  return tracks.length + publications.length;
}"""
#: Counts until nothing of the talk arrives or leaves any more.
_WATCH_THE_END = """(beat) => {
  window.end = { over: false, beats: [] };
  const timer = setInterval(() => {
    const { end } = window;
    end.beats.push(Date.now());
    const { tracks, publications } = window.__turia.getMedia();
    if (tracks.length + publications.length > 0) return;
    end.over = true;
    clearInterval(timer);
  }, beat);
}"""


@pytest.fixture(scope="module")
def browser(playwright_session: Playwright) -> Iterator[Browser]:
    with_devices = launch(playwright_session, *MADE_UP)
    yield with_devices
    with_devices.close()


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with make_server(tmp_path_factory.mktemp("talk"), profile="event") as running:
        yield running


def test_a_talk_is_seen_and_heard_everywhere_and_ends_at_once(
    venue: ServerProcess, contexts: Contexts, tmp_path: Path, shoot: Shoot
) -> None:
    olga = organiser(Person(contexts(), venue), venue)
    session = olga.run_session("How cities learn", "plenary")
    ana, ben, cleo, dan = (olga.admit(Person(contexts(), venue), name) for name in ("Ana", "Ben", "Cleo", "Dan"))
    for person, role in ((ana, "speaker"), (dan, "chair")):
        olga.do("roles.grant", person=person.person, role=role, scope={"room": "plenary", "session": session})
    for person in (ana, dan):
        person.enter_registered(flat=True)
    for person in (ben, cleo):
        person.enter_registered()
    for person in (ana, ben, cleo):
        person.go_from_card(HALL)
        person.is_in(HALL)

    goes_on_air(ana, shoot)
    arrives_in_the_middle(dan)
    for person in (ben, cleo):
        moves(partial(in_the_hall, person, "green"))
        hears(person)
    shoot(cleo.page, "talk-hall")
    moves(lambda: dan.page.evaluate(_CANVAS))
    hears(dan)
    shoot(dan.page, "talk-flat")
    # Her own voice never comes back to her.
    assert ana.page.evaluate("() => window.__turia.getMedia().heard") == 0
    ben.bar("Talk")
    ben.button("Show the player").click()

    shows_slides(ana, slides(tmp_path), shoot)
    for person in (ben, dan):
        person.page.get_by_role("img", name="Page 1 of 2: What cities know").first.wait_for()
    ana.page.keyboard.press("PageDown")
    for person in (ben, dan):
        person.page.get_by_role("img", name="Page 2 of 2").first.wait_for()
    shoot(ben.page, "talk-player")
    until(lambda: in_the_hall(cleo, "red")[0] > 100)
    shoot(cleo.page, "talk-hall-slides")

    takes_off(dan, ana, (ana, ben, cleo, dan), shoot)


def goes_on_air(ana: Person, shoot: Shoot) -> None:
    """From the desk, with camera and microphone."""
    ana.panel(f"Talk: {HALL}", "Talk").get_by_role("tab", name="Desk").click()
    ana.button("Camera on").click()
    ana.button("Microphone on").click()
    ana.page.get_by_role("meter", name="Loudness of your microphone").wait_for()
    shoot(ana.page, "talk-desk")
    ana.button("Go on air").click()
    ana.page.get_by_role("group", name="You are on air").wait_for()
    shoot(ana.page, "talk-on-air")


def slides(folder: Path) -> Path:
    """Two pages; the second one is red all over."""
    file = folder / "cities.pdf"
    red = b"0.9 0.05 0.05 rg 0 0 960 540 re f"
    file.write_bytes(pdf(Sheet(lines=["What cities know"]), Sheet(content=red)))
    return file


def shows_slides(ana: Person, file: Path, shoot: Shoot) -> None:
    """Handed in while on air, and put on the screen from the presenter's view."""
    ana.page.get_by_role("tab", name="Slides").click()
    ana.page.get_by_label("Hand in slides").set_input_files(file)
    ana.button("Present cities").click()
    ana.button("Put on the screen").click()
    ana.page.get_by_role("button", name="Dark screen").wait_for()
    shoot(ana.page, "talk-presenter")


def arrives_in_the_middle(dan: Person) -> None:
    """Counted by his own page, from the moment at which he is inside."""
    took = []
    for _ in range(3):
        dan.page.evaluate(_WATCH_THE_ARRIVAL, [HALL, BEAT_MS])
        dan.go_from_card(HALL)
        until(lambda: dan.page.evaluate("() => window.arrival.seen"))
        took.append(dan.page.evaluate("() => window.arrival.beats") * BEAT_MS)
        if took[-1] < PICTURE_WITHIN_S * 1_000:
            return
        # The machine did something else meanwhile: another time.
        dan.go_from_card("Auditorium 2")
        dan.is_in("Auditorium 2")
    raise AssertionError(f"the picture came after {took} ms")


def takes_off(dan: Person, ana: Person, everybody: tuple[Person, ...], shoot: Shoot) -> None:
    """By the chair's panel: nothing comes or goes any more anywhere."""
    dan.bar("Talk")
    dan.page.get_by_role("tab", name="Stage").click()
    shoot(dan.page, "talk-stage")
    took = []
    for _ in range(3):
        took.append(off_after(dan, everybody))
        ana.page.keyboard.press("Escape")
        ana.page.get_by_text("You are off air.").first.wait_for()
        if max(took[-1]) < OFF_WITHIN_S * 1_000:
            return
        # The machine did something else meanwhile: another time.
        goes_on_air(ana, shoot)
    raise AssertionError(f"it was over after {took} ms")


def off_after(dan: Person, everybody: tuple[Person, ...]) -> list[float]:
    """Milliseconds from the press until nothing comes or goes any more, at each of them."""
    for person in everybody:
        until(partial(person.page.evaluate, _TALKS))
        person.page.evaluate(_WATCH_THE_END, BEAT_MS)
    off = dan.button("Take Ana off air")
    off.evaluate("button => button.addEventListener('click', () => (window.pressedAt = Date.now()))")
    off.click()
    for person in everybody:
        until(partial(person.page.evaluate, "() => window.end.over"))
    pressed = dan.page.evaluate("() => window.pressedAt")
    since = "(pressed) => window.end.beats.filter((at) => at > pressed).length"
    return [person.page.evaluate(since, pressed) * BEAT_MS for person in everybody]


def in_the_hall(person: Person, colour: str) -> list[int]:
    """How many points of that colour the whole page shows, and a number for where."""
    shown = base64.b64encode(person.page.screenshot()).decode()
    found: list[int] = person.page.evaluate(_COUNT, [shown, colour])
    return found


def moves(look: Callable[[], Any]) -> None:
    """A picture is there, and becomes another."""
    first = until(lambda: (seen := look()) and seen != [0, 0] and seen)
    until(lambda: look() not in (first, None, [0, 0]))


def hears(person: Person) -> None:
    """The tone of the microphone leaves his loudspeaker."""
    until(lambda: person.page.evaluate("() => window.__turia.getMedia().heard") > 0.01)


def until(look: Callable[[], Any]) -> Any:
    """The first answer that counts as true."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := look()):
        assert time.monotonic() < deadline, f"not within {PATIENCE_S:.0f} s"
        time.sleep(0.05)
    return found
