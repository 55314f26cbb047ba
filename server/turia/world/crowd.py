"""The crowd layer: everybody who is in one part of the space, 6 bytes each, the same bytes for all of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from turia.protocol.frames import CROWD, CROWD_HEAD
from turia.protocol.limits import CM_PER_M, DM_PER_M
from turia.world.arrays import I32
from turia.world.avatars import Avatars


def components(avatars: Avatars, component_of_room: I32) -> list[NDArray[np.intp]]:
    """Slots of the visible people of each component that has any."""
    visible = avatars.visible()
    component = component_of_room[avatars.room[visible]]
    return [visible[component == number] for number in np.unique(component)]


def body(avatars: Avatars, slots: NDArray[np.intp], tick: int) -> bytes:
    """The frame (layout in protocol/frames.py) with these people."""
    head = np.zeros((), CROWD_HEAD)
    head["tick"], head["n"] = tick & 0xFFFFFFFF, len(slots)
    entries = np.empty(len(slots), CROWD)
    rows = avatars.row[slots]
    entries["slot"] = slots
    for axis in ("x", "z"):
        entries[axis] = np.rint(rows[axis] / (CM_PER_M // DM_PER_M))
    return head.tobytes() + entries.tobytes()
