"""Tells everybody which doors are closed to him, and which zones: the world decides, this only lets clients know before
they walk."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from turia.gateway import ws_frames
from turia.gateway.connection import Connection
from turia.gateway.house import House
from turia.protocol import codec
from turia.protocol.messages import Doors

Bool = NDArray[np.bool_]


class DoorSigns:
    """What each slot was told last; people with the same doors and zones share the bytes."""

    def __init__(self, house: House) -> None:
        layout = house.space.layout
        self._house = house
        self._doors = len(layout.doors)
        self._told: Bool = np.zeros((len(house.live), self._doors + len(layout.zones)), np.bool_)

    def closed_to(self, slot: int) -> list[int]:
        """Doors that are closed to somebody."""
        return np.flatnonzero(self._house.space.closed_to(np.array([slot]))[0]).tolist()

    def greet(self, connection: Connection, slot: int) -> None:
        """Tell a newcomer, or a second screen of whoever has the slot."""
        now = self._now(np.array([slot]))[0]
        if connection.slot == slot:
            self._told[slot] = now
        connection.send_frame(self._frame(now))

    def tell(self) -> None:
        """Tell those for whom something changed."""
        house = self._house
        slots = np.flatnonzero(house.live)
        if not slots.size:
            return
        now = self._now(slots)
        changed = np.flatnonzero((now != self._told[slots]).any(axis=1))
        self._told[slots[changed]] = now[changed]
        frames: dict[bytes, bytes] = {}
        for index in changed.tolist():
            pattern = now[index].tobytes()
            frame = frames.get(pattern)
            if frame is None:
                frame = frames[pattern] = self._frame(now[index])
            connection = house.by_slot[int(slots[index])]
            connection.send_frame(frame)
            for each in house.companions_of(connection):
                each.send_frame(frame)

    def _now(self, slots: NDArray[np.integer]) -> Bool:
        space = self._house.space
        return np.concatenate([space.closed_to(slots), space.kept_off(slots)], axis=1)

    def _frame(self, closed: Bool) -> bytes:
        doors, zones = (np.flatnonzero(each).tolist() for each in (closed[: self._doors], closed[self._doors :]))
        return ws_frames.binary(codec.encode_event("doors", Doors(closed=doors, zones=zones)))
