from __future__ import annotations

from typing import Any

import msgspec
import pytest

from turia.errors import BundleError
from turia.testing.halls import two_rooms
from turia.world.layout import layout_from_json


def as_json(**changes: Any) -> bytes:
    data = msgspec.json.decode(msgspec.json.encode(two_rooms().layout))
    for path, value in changes.items():
        *steps, last = path.split("__")
        target = data
        for step in steps:
            target = target[int(step) if step.isdigit() else step]
        target[int(last) if last.isdigit() else last] = value
    return msgspec.json.encode(data)


def test_a_right_file_is_the_layout() -> None:
    assert layout_from_json(as_json()) == two_rooms().layout


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"format": "gltf"}, "format"),
        ({"version": 2}, "version"),
        ({"rooms": []}, "rooms"),
        ({"spawns": []}, "spawns"),
        ({"rooms__1__polygon": "square"}, "rooms"),
        ({"rooms__1__storey": 3}, "rooms[1].storey"),
        ({"rooms__1__id": "east"}, "rooms"),
        ({"doors__0__rooms__1": 9}, "doors[0].rooms[1]"),
        ({"portals__0__door": None}, "portals[0].door"),
        ({"portals__0__door": 4}, "portals[0].door"),
        ({"seats__room__3": 7}, "seats.room[3]"),
        ({"seats__yaw": [1]}, "seats"),
        ({"zones__0__room": -1}, "zones[0].room"),
        ({"title": 5}, "title"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(BundleError) as caught:
        layout_from_json(as_json(**changes))
    assert named in str(caught.value)
    assert "turia venue bake" in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe"])
def test_what_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(BundleError, match=r"venue\.json"):
        layout_from_json(data)
