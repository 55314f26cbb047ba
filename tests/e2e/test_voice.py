"""Voices in real browsers with microphones that beep: near and far, muted, and with the microphone of the room."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright
from tests.e2e.conftest import Shoot, launch, make_server
from tests.e2e.people import Person, organiser
from tests.e2e.visitor import PATIENCE_S

from turia.protocol import state as bits
from turia.testing.server_process import ServerProcess

pytestmark = pytest.mark.e2e

Contexts = Callable[..., BrowserContext]
HALL = "Plenary auditorium"


@pytest.fixture(scope="module")
def browser(playwright_session: Playwright) -> Iterator[Browser]:
    """With a microphone that beeps once a second; asked for it, people say yes."""
    beeping = launch(playwright_session, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    yield beeping
    beeping.close()


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with make_server(tmp_path_factory.mktemp("voice"), profile="event") as running:
        yield running


def test_voices_near_and_far_muted_and_with_the_microphone(
    venue: ServerProcess, contexts: Contexts, shoot: Shoot
) -> None:
    olga = organiser(Person(contexts(), venue), venue)
    ana, ben = (olga.admit(Person(contexts(), venue), name) for name in ("Ana", "Ben"))
    ana.enter_registered()
    ben.enter_registered(flat=True)

    ana.button("Mic").click()
    hears(ben, ana)
    speaks(ana, ben)
    ben.page.get_by_label("People near you").get_by_text("speaks").wait_for()
    shoot(ana.page, "voice-on")
    shoot(ben.page, "voice-flat")
    turn_the_sound_of_a_person_off(ben, ana)

    ana.go_to(HALL)
    hears_nothing(ben, ana)
    ben.panel("People").get_by_role("button", name="Go to Ana").click()
    ben.is_in(HALL)
    hears(ben, ana)
    wait(ben, lambda: not whole_room(ben, ana), "she is heard in the whole room")

    olga.do("microphone.mute", person=ana.person, reason="Others speak.")
    line(ana, "You were muted: Others speak.")
    hears_nothing(ben, ana)
    ana.button("Mic").click()
    line(ana, "You were muted: Others speak.")
    shoot(ana.page, "voice-muted")
    assert not track_of(ben, ana), "a muted person is heard"
    olga.do("microphone.unmute", person=ana.person)

    session = olga.run_session("A talk", "plenary")
    olga.do("roles.grant", person=ben.person, role="chair", scope={"room": "plenary", "session": session})
    ana.button("Mic").click()
    line(ana, "only whoever is on stage or has the microphone is heard")
    assert not track_of(ben, ana)
    sends_nothing(ana)
    asks_for_the_microphone(ana, ben, shoot)
    line(ana, "You are now able to speak to the whole room")
    shoot(ana.page, "voice-granted")
    ana.button("Turn on").click()
    hears(ben, ana)
    wait(ben, lambda: whole_room(ben, ana), "she is heard from where she stands only")
    line(ana, re.compile(r"The whole room hears you\. [0-4]:\d\d left\."))
    shoot(ana.page, "voice-whole-room")
    # Before the door it is not heard, but by those who watch the room.
    ben.bar("Places")
    ben.page.get_by_role("dialog").get_by_role("button", name="Go to Foyer").first.click()
    ben.is_in("Foyer")
    hears_nothing(ben, ana)
    ben.page.evaluate("async () => (await window.__turia.openMedia()).watch('plenary')")
    hears(ben, ana)
    olga.do("microphone.end", session=session, person=ana.person)
    hears_nothing(ben, ana)
    sends_nothing(ana)


def asks_for_the_microphone(ana: Person, chair: Person, shoot: Shoot) -> None:
    """Her hand stands in the chair's list, in the flat view, too; it goes down when she gets the microphone."""
    ana.button("Raise hand").click()
    ana.page.get_by_text("Your hand is up: you are next.").wait_for()
    before = chair.page.viewport_size
    assert before is not None
    chair.page.set_viewport_size({"width": 1280, "height": 800})
    chair.button("Talk, 1 hand up").click()
    chair.page.get_by_role("tab", name="Stage").click()
    chair.button("Give Ana the microphone").wait_for()
    shoot(chair.page, "voice-hands")
    chair.page.set_viewport_size({"width": 390, "height": 844})
    shoot(chair.page, "voice-hands-phone")
    chair.page.set_viewport_size({"width": 1280, "height": 800})
    chair.button("Give Ana the microphone").click()
    ana.button("Raise hand").wait_for()
    chair.button("Talk").click()
    chair.page.set_viewport_size(before)


def media(person: Person) -> Any:
    """What arrives at him and leaves him; nothing before sound was loaded."""
    return person.page.evaluate("() => window.__turia.getMedia()") or {"tracks": [], "publications": []}


def track_of(ears: Person, mouth: Person) -> list[Any]:
    """Voices of one that reach the other."""
    return [each for each in media(ears)["tracks"] if each["person"] == mouth.person and each["source"] == "voice"]


def wait(person: Person, wanted: Callable[[], object], otherwise: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not wanted():
        assert time.monotonic() < deadline, f"{otherwise}; {media(person)}"
        person.page.wait_for_timeout(200)


def hears(ears: Person, mouth: Person) -> None:
    """The beep comes out of his loudspeaker."""
    wait(ears, lambda: any(each["heard"] > 0.01 for each in track_of(ears, mouth)), "nothing is heard")


def whole_room(ears: Person, mouth: Person) -> bool:
    """Whether it comes from the loudspeakers of the room, and not from where she stands."""
    look = """async (person) => (await window.__turia.openMedia()).voices.get()
        .some((each) => each.person === person && each.wholeRoom)"""
    return bool(ears.page.evaluate(look, mouth.person))


def hears_nothing(ears: Person, mouth: Person) -> None:
    """No sound of hers reaches him, and he is silent."""
    wait(ears, lambda: not track_of(ears, mouth) and media(ears)["heard"] < 0.01, "she is still heard")


def sends_nothing(mouth: Person) -> None:
    """Her device is off."""
    wait(mouth, lambda: not media(mouth)["publications"], "her microphone still sends")


def speaks(mouth: Person, eyes: Person) -> None:
    """Others see who speaks."""
    eyes.until(lambda state: state["others"].get("Ana", {"state": 0})["state"] & bits.SPEAKING)


def line(person: Person, words: str | re.Pattern[str]) -> None:
    """What stands about one's own microphone."""
    person.page.get_by_label("Microphone", exact=True).get_by_text(words).wait_for()


def turn_the_sound_of_a_person_off(ears: Person, mouth: Person) -> None:
    """For oneself alone: the track still comes, and is not heard."""
    button = ears.button("Mute Ana for me", ears.page.get_by_label("People near you"))
    button.click()
    wait(ears, lambda: media(ears)["heard"] < 0.001, "the muted person is heard")
    button.click()
    hears(ears, mouth)
