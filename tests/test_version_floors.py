"""Dependencies are never older than the versions whose known holes were closed. See docs/security.md.

An advisory scanner reported nothing for a known-bad version, so the floors are held by hand; the canary below proves
that this test would notice.
"""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = {
    "aiohttp": (3, 14, 3),
    "cryptography": (50, 0, 0),
    "python-engineio": (4, 13, 3),
    "python-socketio": (5, 16, 3),
}
LOCKS = ["server/requirements.txt", "tests/requirements.txt"]


def numbers(version: str) -> tuple[int, ...]:
    """``3.14.5`` as (3, 14, 5); short ones are filled up."""
    parts = [int(part) for part in re.findall(r"\d+", version)[:3]]
    return tuple(parts + [0] * (3 - len(parts)))


def too_old(versions: dict[str, str]) -> list[str]:
    return [name for name, floor in FLOORS.items() if numbers(versions[name]) < floor]


def locked(path: str) -> dict[str, str]:
    text = (ROOT / path).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", text, re.MULTILINE))


def test_what_is_installed_is_new_enough() -> None:
    assert too_old({name: metadata.version(name) for name in FLOORS}) == []


@pytest.mark.parametrize("path", LOCKS)
def test_what_is_locked_is_new_enough(path: str) -> None:
    assert too_old(locked(path)) == []


def test_pip_is_told_the_same_floors() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    told = dict(line.split(">=") for line in wanted)
    assert too_old(told) == []


def test_canary_a_known_bad_version_is_noticed() -> None:
    bad = {"aiohttp": "3.14.2", "cryptography": "49.0.1", "python-engineio": "4.13.2", "python-socketio": "5.16.2"}
    assert too_old(bad) == list(FLOORS)
    assert too_old({name: ".".join(map(str, floor)) for name, floor in FLOORS.items()}) == []
