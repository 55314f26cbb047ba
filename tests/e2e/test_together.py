"""The main job: people in real browsers walk the venue together."""

from __future__ import annotations

import asyncio
import itertools
import math
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext
from tests.e2e.conftest import Shoot
from tests.e2e.visitor import PATIENCE_S, State, Visitor, distance

from turia.protocol import state as bits
from turia.testing.server_process import ServerProcess
from turia.testing.swarm import Swarm, SwarmOptions

pytestmark = pytest.mark.e2e

Contexts = Callable[..., BrowserContext]


#: A wave is over in two seconds, which is one look on a busy machine: the page looks itself.
_NOTE_STATES = """(name) => {
  window.states = new Set();
  setInterval(() => {
    const pose = window.__turia.getState().others[name];
    if (pose) window.states.add(pose.state);
  }, 40);
}"""


def wait_for_emote(visitor: Visitor, wanted: int) -> None:
    """Until his page has seen it, since it began to note states."""

    def seen(_: State) -> bool:
        states: list[int] = visitor.page.evaluate("() => [...window.states]")
        return any(emote({"state": each}) == wanted for each in states)

    visitor.until(seen)


def motion(pose: dict[str, int]) -> int:
    return pose["state"] & bits.MOTION_MASK


def emote(pose: dict[str, int]) -> int:
    return (pose["state"] & bits.EMOTE_MASK) >> bits.EMOTE_SHIFT


def test_two_people_see_each_other_walk_wave_sit_and_leave(
    server: ServerProcess, contexts: Contexts, shoot: Shoot
) -> None:
    ada = Visitor(contexts(), server.url).enter("Visitor A", "Delegation A")
    ben = Visitor(contexts(), server.url).enter("Visitor B")
    ada.sees("Visitor B")
    start = ben.sees("Visitor A")

    ada.hold("ArrowUp", lambda state: distance(state["self"], start) > 3)
    ben.until(lambda state: distance(state["others"]["Visitor A"], start) > 2.5)
    at = ada.stands()
    seen = ben.until(lambda state: distance(state["others"]["Visitor A"], at) < 0.3)["others"]["Visitor A"]
    assert seen["x"] == pytest.approx(at["x"], abs=0.3)
    shoot(ben.page, "walk-together")

    ben.page.evaluate(_NOTE_STATES, "Visitor A")
    ada.press("1")
    wait_for_emote(ben, 1)
    shoot(ben.page, "wave")
    ada.press("h")
    ben.until(lambda state: state["others"]["Visitor A"]["state"] & bits.HAND_UP)
    ada.press("h")

    for visitor in (ada, ben):
        visitor.go_to("Plenary auditorium")
    walk_to_a_seat(ada)
    ben.until(lambda state: motion(state["others"].get("Visitor A", {"state": 0})) == bits.SEATED)
    shoot(ada.page, "seated")
    ada.press("x")
    ada.until(lambda state: state["self"]["seat"] < 0)

    ada.page.get_by_role("button", name="More", exact=True).click()
    ada.page.get_by_role("button", name="Leave", exact=True).click()
    ada.page.get_by_role("alertdialog").get_by_role("button", name="Leave").click()
    ada.until(lambda state: state["route"] == "left")
    ben.until(lambda state: "Visitor A" not in state["others"])
    shoot(ada.page, "left")


def walk_to_a_seat(visitor: Visitor) -> None:
    """Walk on until the page offers a seat, and take it by the key that it names."""
    visitor.page.locator("canvas#scene").focus()
    prompt = visitor.page.get_by_role("region", name="What you can do here").get_by_role("button", name="Sit")
    deadline = time.monotonic() + PATIENCE_S
    for key in itertools.cycle(("ArrowUp", "ArrowRight")):
        # Who still walks may pass the seat that is offered.
        visitor.stands()
        if prompt.first.is_visible():
            break
        assert time.monotonic() < deadline, f"no seat was offered; {visitor.state()['self']}"
        visitor.page.keyboard.down(key)
        visitor.page.wait_for_timeout(1500)
        visitor.page.keyboard.up(key)
    visitor.press("x")
    visitor.until(lambda state: state["self"]["seat"] >= 0)


def test_a_phone_walks_by_touch(server: ServerProcess, contexts: Contexts, shoot: Shoot) -> None:
    phone = contexts(viewport={"width": 390, "height": 700}, has_touch=True, is_mobile=True)
    visitor = Visitor(phone, server.url).enter("Visitor on a phone")
    watcher = Visitor(contexts(), server.url).enter("Watcher")
    watcher.sees("Visitor on a phone")
    visitor.page.touchscreen.tap(195, 200)
    stick = visitor.page.locator(".joystick")
    stick.wait_for()
    box = stick.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = visitor.state()["self"]
    touch = visitor.context.new_cdp_session(visitor.page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y - 45}]})
    moved = visitor.until(lambda state: distance(state["self"], before) > 2)["self"]
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    watcher.until(lambda state: distance(state["others"]["Visitor on a phone"], before) > 1.5)
    assert math.isfinite(moved["x"])
    shoot(visitor.page, "phone")


@pytest.fixture
def three_hundred(server: ServerProcess) -> Iterator[None]:
    """300 bots in the venue of ``server``, driven by a thread of their own."""
    inside, done = threading.Event(), threading.Event()

    async def drive() -> None:
        async with Swarm(SwarmOptions(count=300, url=server.url, arrivals_per_s=60)) as swarm:
            running = asyncio.ensure_future(swarm.run(float("inf")))
            await swarm.arrive()
            inside.set()
            await asyncio.to_thread(done.wait)
            running.cancel()

    thread = threading.Thread(target=lambda: asyncio.run(drive()))
    thread.start()
    try:
        assert inside.wait(240), "the bots did not all get in"
        yield
    finally:
        done.set()
        thread.join()


@pytest.mark.usefixtures("three_hundred")
def test_a_third_person_joins_three_hundred(server: ServerProcess, contexts: Contexts, shoot: Shoot) -> None:
    visitor = Visitor(contexts(viewport={"width": 960, "height": 600}), server.url).enter("Visitor C")
    state = visitor.until(lambda state: state["people"] >= 301 and state["crowd"] + state["near"] > 100)
    assert state["connection"] in {"connected", "shaky"}, state
    visitor.go_to("Foyer")
    visitor.until(lambda state: state["avatars"] > 20)
    shoot(visitor.page, "three-hundred")
    visitor.page.get_by_role("button", name="People", exact=True).click()
    visitor.page.get_by_role("searchbox").fill("guest 77")
    visitor.page.get_by_text("Demo guest 77", exact=True).first.wait_for()
    shoot(visitor.page, "people")
