"""Where the presenter points reaches whoever follows the room, fifteen times a second, from him alone."""

from __future__ import annotations

from typing import Any

import pytest

from turia.gateway.media_connection import MediaConnection
from turia.testing.media_plane_rig import Plane


@pytest.fixture
def plane() -> Plane:
    plane = Plane()
    plane.rights.presenters["hall"] = "ana"
    return plane


def told(plane: Plane, connection: MediaConnection) -> list[Any]:
    return [payload for name, payload in plane.read(connection) if name == "point"]


def test_whoever_follows_the_room_sees_it_with_the_next_flush(plane: Plane) -> None:
    ana, ben, cem = (plane.join(each) for each in ("ana", "ben", "cem"))
    plane.ask(ben, "follow", {"rooms": ["hall"]})
    plane.ask(cem, "follow", {"rooms": ["lab"]})
    assert plane.ask(ana, "point", {"room": "hall", "x": 1000, "y": 65535}) == {"ok": True}
    plane.flush()
    assert told(plane, ben) == [{"room": "hall", "x": 1000, "y": 65535, "away": False}]
    assert told(plane, cem) == []


def test_of_many_the_newest_comes_and_the_last_is_never_lost(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    plane.ask(ben, "follow", {"rooms": ["hall"]})
    plane.flush()
    plane.read(ben)
    for number in range(25):
        plane.ask(ana, "point", {"room": "hall", "x": number, "y": 0})
        plane.flush(2)
    plane.ask(ana, "point", {"room": "hall", "away": True})
    plane.flush(10)
    points = told(plane, ben)
    assert 11 <= len(points) <= 17, "a second"
    assert points[-1]["away"]


@pytest.mark.parametrize("bad", [{"x": -1}, {"x": 65_536}, {"y": "1"}, {"x": 0.5}])
def test_a_point_beside_the_page_is_none(plane: Plane, bad: dict[str, object]) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    plane.ask(ben, "follow", {"rooms": ["hall"]})
    plane.ask(ana, "point", {"room": "hall", **bad})
    plane.flush(10)
    assert told(plane, ben) == []


def test_only_whoever_has_the_slides_in_hand_points(plane: Plane) -> None:
    ben, cem = plane.join("ben"), plane.join("cem")
    plane.ask(cem, "follow", {"rooms": ["hall"]})
    assert plane.ask(ben, "point", {"room": "hall", "x": 1})["code"] == "not_presenter"
    plane.flush(10)
    assert told(plane, cem) == []
