"""A panel in real browsers: several speakers at once, one microphone each, layouts, and a film."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, FloatRect, Locator, Playwright, ViewportSize, expect
from tests.e2e.conftest import Shoot, launch, make_server
from tests.e2e.people import Contexts, Person, organiser
from tests.e2e.visitor import PATIENCE_S

from turia.testing.server_process import ServerProcess

pytestmark = pytest.mark.e2e

HALL: Final = "Plenary auditorium"
#: Cameras that show something green turning, screens that do alike, microphones that beep; people say yes to all.
MADE_UP: Final = ("--use-fake-device-for-media-stream=fps=8", "--use-fake-ui-for-media-stream")
WIDE: Final[ViewportSize] = {"width": 1_000, "height": 640}
UPRIGHT: Final[ViewportSize] = {"width": 480, "height": 640}
#: What the canvas of a picture shows, as a number; null before anything was drawn.
_SHOWS: Final = """(id) => {
  const canvas = document.querySelector(`canvas[data-picture="${id}"]`);
  // 300 wide: nothing was drawn yet.
  if (!canvas || canvas.width === 300) return null;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let i = 0; i < data.length; i += 28) sum = (sum * 31 + data[i + 1]) % 1000000007;
  return sum;
}"""


@pytest.fixture(scope="module")
def browser(playwright_session: Playwright) -> Iterator[Browser]:
    with_devices = launch(playwright_session, *MADE_UP)
    yield with_devices
    with_devices.close()


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with make_server(tmp_path_factory.mktemp("panel"), profile="event") as running:
        yield running


def test_several_speakers_at_once_and_a_film(
    venue: ServerProcess, contexts: Contexts, tmp_path: Path, shoot: Shoot
) -> None:
    olga = organiser(Person(contexts(), venue), venue)
    session = olga.run_session("Cities that learn", "plenary")
    ana, ben, vera = (
        olga.admit(Person(contexts(viewport=size), venue), name)
        for name, size in (("Ana", WIDE), ("Ben", UPRIGHT), ("Vera", UPRIGHT))
    )
    for person, role in ((ana, "speaker"), (ben, "speaker")):
        olga.do("roles.grant", person=person.person, role=role, scope={"room": "plenary", "session": session})
    for person in (ana, ben, vera):
        person.enter_registered(flat=True)
        person.go_from_card(HALL)
        person.is_in(HALL)

    goes_on_air(ana, "Camera", "Microphone")
    goes_on_air(ben, "Camera", "Microphone")
    for speaker in (ana, ben):
        moves(vera, speaker, "camera")
        hears(vera, speaker, "microphone")
    has_one_microphone(ana, vera)
    shows_layouts(olga, session, vera, shoot)
    shows_a_film(ana, vera, make_film(tmp_path / "film.webm"))


# -- what people do --------------------------------------------------------------------------------------
def goes_on_air(person: Person, *devices: str) -> None:
    """From the desk, with these."""
    person.bar("Talk")
    person.page.get_by_role("tab", name="Desk").click()
    for device in devices:
        person.button(f"{device} on").click()
    person.page.get_by_role("meter", name="Loudness of your microphone").wait_for()
    person.button("Go on air").click()
    person.page.get_by_role("group", name="You are on air").wait_for()


def has_one_microphone(ana: Person, vera: Person) -> None:
    """The button of the bar mutes the microphone of the stage, and opens no other one."""
    mic = ana.button("Mic", ana.page.get_by_role("navigation", name="Actions"))
    expect(mic).to_have_attribute("aria-pressed", "true")
    mic.click()
    ana.button("Unmute", ana.page.get_by_role("group", name="You are on air")).wait_for()
    until(lambda: sound_of(vera, ana, "microphone") < 0.001)
    mic.click()
    hears(vera, ana, "microphone")
    assert not [each for each in media(ana)["publications"] if each["source"] == "voice"]


def shows_layouts(olga: Person, session: str, vera: Person, shoot: Shoot) -> None:
    """As the chair says, each one is on every screen."""
    tiles = vera.page.get_by_role("group", name="Talk").locator("canvas[data-picture]")
    expect(tiles).to_have_count(2)
    left, right = box(tiles.nth(0)), box(tiles.nth(1))
    assert apart(left, right)
    assert abs(left["width"] - right["width"]) < 2
    shoot(vera.page, "panel-gallery")
    olga.do("stage.layout", session=session, layout="speaker", focus="")
    expect(tiles).to_have_count(1)
    assert box(tiles.first)["width"] > left["width"] * 1.8
    shoot(vera.page, "panel-speaker")
    olga.do("stage.layout", session=session, layout=None, focus="")
    expect(tiles).to_have_count(2)


def make_film(file: Path) -> Path:
    """Two minutes of moving colours and a tone."""
    pictures = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=8:duration=120")
    sound = ("-f", "lavfi", "-i", "sine=frequency=880:duration=120")
    codecs = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "300k", "-c:a", "libopus")
    subprocess.run(["ffmpeg", "-loglevel", "error", *pictures, *sound, *codecs, file], check=True)
    return file


def shows_a_film(ana: Person, vera: Person, film: Path) -> None:
    """From her desk, while she is on air: picture and tone arrive."""
    ana.page.get_by_label("A video file").set_input_files(film)
    ana.button("Play the film").click()
    moves(vera, ana, "film")
    hears(vera, ana, "film_audio")


# -- what people see and hear ----------------------------------------------------------------------------
def media(person: Person) -> Any:
    """What arrives at somebody and leaves him."""
    return person.page.evaluate("() => window.__turia.getMedia()") or {"tracks": [], "publications": [], "heard": 0}


def tracks_of(viewer: Person, whose: Person, source: str) -> list[Any]:
    """Tracks of one that reach the other."""
    return [each for each in media(viewer)["tracks"] if (each["person"], each["source"]) == (whose.person, source)]


def sound_of(ears: Person, whose: Person, source: str) -> float:
    """How loud it leaves the loudspeaker, 0 to 1."""
    return max((float(each["heard"]) for each in tracks_of(ears, whose, source)), default=0.0)


def hears(ears: Person, whose: Person, source: str) -> None:
    until(lambda: sound_of(ears, whose, source) > 0.01)


def moves(eyes: Person, whose: Person, source: str) -> None:
    """A picture of somebody is there, and becomes another."""
    look = partial(eyes.page.evaluate, _SHOWS, f"{whose.person}/{source}")
    first = until(look)
    until(lambda: look() not in (first, None))


def box(of: Locator) -> FloatRect:
    """Where it stands, CSS pixels."""
    found = of.bounding_box()
    assert found is not None, f"{of} is not there"
    return found


def apart(one: FloatRect, other: FloatRect) -> bool:
    """Neither covers the other."""
    beside = one["x"] + one["width"] <= other["x"] + 1 or other["x"] + other["width"] <= one["x"] + 1
    return beside or one["y"] + one["height"] <= other["y"] + 1 or other["y"] + other["height"] <= one["y"] + 1


def until(look: Callable[[], Any]) -> Any:
    """The first answer that counts as true."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := look()):
        assert time.monotonic() < deadline, f"not within {PATIENCE_S:.0f} s"
        time.sleep(0.05)
    return found
