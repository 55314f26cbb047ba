"""For all tests: how many rounds counted runs take, and a line at the end that says so; one PostgreSQL server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from turia.testing.postgres import PostgresProcess

_taken = pytest.StashKey[dict[str, int]]()


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> Callable[..., int]:
    """``rounds(short=20, long=2_000)``: the number that TURIA_COUNTS (short or long) asks for, shown at the end."""
    assert request.node.get_closest_marker("counted"), "a test with rounds carries @pytest.mark.counted"
    counts = os.environ.get("TURIA_COUNTS", "short")
    assert counts in {"short", "long"}, f"TURIA_COUNTS is {counts!r}; write short or long"

    def choose(*, short: int, long: int) -> int:
        chosen = long if counts == "long" else short
        request.config.stash.setdefault(_taken, {})[request.node.nodeid] = chosen
        return chosen

    return choose


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresProcess]:
    """A PostgreSQL server, running when a test begins; ``postgres.create_database()`` makes an empty database."""
    with PostgresProcess() as server:
        yield server


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    taken = config.stash.get(_taken, {})
    if taken:
        terminalreporter.section(f"rounds ({os.environ.get('TURIA_COUNTS', 'short')} counts)")
        for name, count in sorted(taken.items()):
            terminalreporter.line(f"{count:>8,}  {name}")
