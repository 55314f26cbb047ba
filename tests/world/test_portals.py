from __future__ import annotations

import msgspec
import numpy as np

from turia.testing.halls import two_rooms
from turia.world.avatars import Avatars
from turia.world.layout import Layout, Portal
from turia.world.portals import Regions

OPEN = np.zeros(256, np.bool_)
CLOSED = OPEN.copy()
CLOSED[0] = True


def with_portal(layout: Layout, kind: str) -> Layout:
    portal = Portal(id="p", kind=kind, rooms=(1, 2), position=(0.0, 0.0, 0.0), width=2.0)
    return msgspec.structs.replace(layout, portals=[*layout.portals, portal])


def people(*at: tuple[float, int]) -> Avatars:
    """Avatars at (x, room)."""
    avatars = Avatars(len(at))
    for x, room in at:
        slot = avatars.allocate()
        row = np.zeros(1, avatars.row.dtype)
        row["x"] = round(100 * x)
        avatars.write(np.array([slot]), row)
        avatars.room[slot] = room
    return avatars


def seen(regions: Regions, avatars: Avatars) -> dict[int, tuple[list[int], list[int]]]:
    found = regions.populations(avatars)
    return {each.region: (each.members.tolist(), each.beyond.tolist()) for each in found}


def test_a_door_is_a_portal_while_it_is_open() -> None:
    regions = Regions(two_rooms().layout)
    avatars = people((-25.0, 1), (-15.0, 1), (10.0, 2), (21.0, 2))
    west, east = regions.of_room[[1, 2]].tolist()
    assert seen(regions, avatars) == {west: ([0, 1], [2]), east: ([2, 3], [1])}
    regions.set_closed(CLOSED)
    assert seen(regions, avatars) == {west: ([0, 1], []), east: ([2, 3], [])}
    assert regions.component[west] != regions.component[east]
    regions.set_closed(OPEN)
    assert regions.component[west] == regions.component[east]


def test_a_door_without_a_portal_of_its_own_gets_one() -> None:
    layout = msgspec.structs.replace(two_rooms().layout, portals=[])
    regions = Regions(layout)
    assert len(regions.views) == 1
    regions.set_closed(CLOSED)
    assert not regions.views


def test_glass_shows_what_a_closed_door_hides() -> None:
    regions = Regions(with_portal(two_rooms().layout, "glass"))
    regions.set_closed(CLOSED)
    avatars = people((-5.0, 1), (5.0, 2))
    assert [each.beyond.tolist() for each in regions.populations(avatars)] == [[1], [0]]


def test_an_opening_joins_rooms_without_walls_and_is_a_portal_between_others() -> None:
    assert len(set(Regions(with_portal(two_rooms(enclosed=False).layout, "opening")).of_room[1:].tolist())) == 1
    assert len(set(Regions(with_portal(two_rooms().layout, "opening")).of_room[1:].tolist())) == 2


def test_hidden_people_are_in_no_population() -> None:
    regions = Regions(two_rooms().layout)
    avatars = people((-1.0, 1), (1.0, 2))
    avatars.hidden[1] = True
    assert [(each.members.tolist(), each.beyond.tolist()) for each in regions.populations(avatars)] == [([0], [])]
