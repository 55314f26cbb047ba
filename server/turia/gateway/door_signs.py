"""Tells everybody which doors are closed to him: the world decides, this only lets clients know before they walk."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from turia.gateway import ws_frames
from turia.gateway.house import House
from turia.protocol import codec
from turia.protocol.messages import Doors

Bool = NDArray[np.bool_]


class DoorSigns:
    """What each slot was told last; people with the same doors share the bytes."""

    def __init__(self, house: House, doors: int) -> None:
        self._house = house
        self._doors = doors
        self._told: Bool = np.zeros((len(house.live), doors), np.bool_)

    def closed_to(self, slot: int, *, told: bool) -> list[int]:
        """Doors that are closed to somebody; ``told``: he is told so now (and not only a second screen of his)."""
        closed = self._house.space.closed_to(np.array([slot]))[0]
        if told:
            self._told[slot] = closed
        return np.flatnonzero(closed).tolist()

    def tell(self) -> None:
        """Tell those for whom something changed."""
        house = self._house
        slots = np.flatnonzero(house.live)
        if not slots.size or not self._doors:
            return
        closed = house.space.closed_to(slots)
        changed = np.flatnonzero((closed != self._told[slots]).any(axis=1))
        self._told[slots[changed]] = closed[changed]
        frames: dict[bytes, bytes] = {}
        for index in changed.tolist():
            pattern = closed[index].tobytes()
            frame = frames.get(pattern)
            if frame is None:
                doors = Doors(closed=np.flatnonzero(closed[index]).tolist())
                frame = frames[pattern] = ws_frames.binary(codec.encode_event("doors", doors))
            connection = house.by_slot[int(slots[index])]
            connection.send_frame(frame)
            for each in house.companions_of(connection):
                each.send_frame(frame)
