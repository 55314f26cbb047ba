"""A real server, real Chromium. Screenshots of every stage go to tests/e2e/shots for people to look at."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, expect, sync_playwright
from tests.e2e.visitor import PATIENCE_S
from tests.e2e.witness import Witness

from turia.testing.chromium import FLAGS, executable
from turia.testing.server_process import ServerProcess

ROOT = Path(__file__).resolve().parents[2]
SHOTS = Path(__file__).with_name("shots")
#: The built client; the variable names another. It does not begin with TURIA_: a server would take it for a setting.
CLIENT = Path(os.environ.get("E2E_CLIENT") or ROOT / "client_web" / "dist")
VENUE = ROOT / "world_assets" / "valencia" / "build"


Shoot = Callable[[Page, str], None]


@pytest.fixture(scope="package")
def playwright_session() -> Iterator[Playwright]:
    with sync_playwright() as session:
        # What is expected comes sooner or later: a busy machine takes its time.
        expect.set_options(timeout=PATIENCE_S * 1000)
        yield session


def launch(session: Playwright, *more: str) -> Browser:
    return session.chromium.launch(executable_path=executable(), headless=True, args=[*FLAGS, *more])


@pytest.fixture(scope="package")
def browser(playwright_session: Playwright) -> Iterator[Browser]:
    with_webgl = launch(playwright_session)
    yield with_webgl
    with_webgl.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One server for the tests that do not kill it."""
    with make_server(tmp_path_factory.mktemp("venue")) as running:
        yield running


def make_server(folder: Path, **settings: object) -> ServerProcess:
    assert (CLIENT / "index.html").exists(), "the client is not built: scripts/test builds it"
    assert (VENUE / "venue.json").exists(), "the venue is not baked: scripts/test bakes it"
    return ServerProcess(folder, {"client_dir": CLIENT, "venue_dir": VENUE, **settings})


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What the pages of a failed test showed and said, and the end of their server's log; pictures of them, too."""
    report = yield
    given = getattr(item, "funcargs", {})
    witnesses: list[Witness] = getattr(given.get("contexts"), "witnesses", [])
    if report.when == "call" and report.failed:
        report.sections += [(f"browser {number}", each.tell()) for number, each in enumerate(witnesses)]
        servers = [each for each in given.values() if isinstance(each, ServerProcess)]
        report.sections += [("end of the server's log", each.tail()) for each in servers]
        SHOTS.mkdir(exist_ok=True)
        for number, page in enumerate(page for each in witnesses for page in each.context.pages):
            with suppress(Error):
                page.screenshot(path=SHOTS / f"failed-{item.name}-{number}.png", timeout=5_000)
    return report


@pytest.fixture
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts (a person each) that are closed at the end and must not have logged errors."""
    witnesses: list[Witness] = []

    def make(**options: object) -> BrowserContext:
        # Small pictures keep two browsers and a server alive on two cores.
        arguments = {"viewport": {"width": 640, "height": 420}, "reduced_motion": "reduce", **options}
        context = browser.new_context(**arguments)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_S * 1000)
        witnesses.append(Witness(context))
        return context

    make.witnesses = witnesses  # type: ignore[attr-defined]
    yield make
    for each in witnesses:
        each.context.close()
    errors = [error for each in witnesses for error in each.errors]
    assert not errors, f"uncaught errors in the page: {errors}"


@pytest.fixture
def shoot() -> Shoot:
    SHOTS.mkdir(exist_ok=True)

    def take(page: Page, name: str) -> None:
        page.screenshot(path=SHOTS / f"{name}.png")

    return take
