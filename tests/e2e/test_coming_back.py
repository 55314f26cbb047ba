"""Nothing that breaks throws people out: a killed server, a lost line, a second tab."""

from __future__ import annotations

import signal
from collections.abc import Callable
from os import kill
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext
from tests.e2e.conftest import Shoot, make_server
from tests.e2e.test_together import walk_to_a_seat
from tests.e2e.visitor import Visitor, distance
from tests.fair_clock import FairClock

from turia.testing.server_process import ServerProcess

pytestmark = pytest.mark.e2e

Contexts = Callable[..., BrowserContext]

#: The promise is 10 s; software rendering on a shared machine gets as much again to show it.
BACK_WITHIN_S = 20.0


def test_a_killed_server_brings_people_back_to_place_and_seat(tmp_path: Path, contexts: Contexts, shoot: Shoot) -> None:
    with make_server(tmp_path) as server:
        standing = Visitor(contexts(), server.url).enter("Visitor D")
        start = standing.state()["self"]
        standing.hold("ArrowUp", lambda state: distance(state["self"], start) > 2)
        place = standing.stands()
        seated = Visitor(contexts(), server.url).enter("Visitor E")
        seated.go_to("Plenary auditorium")
        walk_to_a_seat(seated)
        seat = seated.state()["self"]["seat"]
        for visitor in (standing, seated):
            visitor.page.evaluate("() => (window.__mark = 'the same page')")
            visitor.page.wait_for_timeout(6_000)  # a resume ticket is renewed every five seconds

        server.kill()
        for visitor in (standing, seated):
            visitor.until(lambda state: state["connection"] != "connected")
        shoot(standing.page, "server-gone")
        server.start()
        with FairClock() as clock:
            for visitor in (standing, seated):
                visitor.until(lambda state: state["connection"] == "connected")
            assert clock.now() < BACK_WITHIN_S
        for visitor in (standing, seated):
            assert visitor.page.evaluate("() => window.__mark") == "the same page"
        assert distance(standing.until(lambda state: state["self"] is not None)["self"], place) < 1.5
        assert seated.until(lambda state: state["self"] is not None)["self"]["seat"] == seat
        shoot(seated.page, "back-in-the-seat")


def test_a_frozen_server_shows_a_banner_and_people_come_back(tmp_path: Path, contexts: Contexts, shoot: Shoot) -> None:
    with make_server(tmp_path) as server:
        visitor = Visitor(contexts(), server.url).enter("Visitor F")
        kill(server.pid, signal.SIGSTOP)
        try:
            visitor.until(lambda state: state["connection"] in {"shaky", "reconnecting", "offline"})
            shoot(visitor.page, "frozen")
        finally:
            kill(server.pid, signal.SIGCONT)
        visitor.until(lambda state: state["connection"] == "connected")


def test_a_second_tab_takes_over_and_gives_back(server: ServerProcess, contexts: Contexts, shoot: Shoot) -> None:
    context = contexts()
    first = Visitor(context, server.url).enter("Visitor G")
    second = Visitor(context, server.url).enter("Visitor G")
    dialog = first.page.get_by_role("alertdialog")
    dialog.wait_for()
    shoot(first.page, "second-tab")
    assert second.state()["self"]["slot"] == first.state()["self"]["slot"], "one avatar a person"
    dialog.get_by_role("button", name="Use here instead").click()
    first.until(lambda state: state["connection"] == "connected")
    second.page.get_by_role("alertdialog").wait_for()


def test_people_who_lose_the_network_are_told(server: ServerProcess, contexts: Contexts) -> None:
    context = contexts()
    visitor = Visitor(context, server.url).enter("Visitor H")
    context.set_offline(True)
    visitor.until(lambda state: state["connection"] in {"shaky", "offline", "reconnecting"})
    context.set_offline(False)
    visitor.until(lambda state: state["connection"] == "connected")


def test_loading_the_page_anew_leads_back_inside_to_the_same_place(
    tmp_path: Path, contexts: Contexts, shoot: Shoot
) -> None:
    with make_server(tmp_path) as server:
        visitor = Visitor(contexts(), server.url).enter("Visitor F")
        visitor.go_to("Foyer")
        visitor.page.wait_for_timeout(6_000)  # a resume ticket is renewed every five seconds
        place = visitor.state()["self"]
        visitor.page.reload()
        visitor.until(lambda state: state["route"] == "hall" and state["self"] is not None)
        assert distance(visitor.state()["self"], place) < 0.5
        shoot(visitor.page, "after-reload")
