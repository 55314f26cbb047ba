"""How far it is, for sound, from each speaker to each listener, and how far a voice carries between them.

Sound follows sight: within a region it goes straight; into another one it goes through doors that are open and through
openings (glass keeps it out), and the way through the portal counts. Nothing is heard from another storey, but for
people who are near each other on stairs. Inside a private area only its people hear each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.world.arrays import F32, I32, Bool
from turia.world.avatars import Avatars
from turia.world.layout import Layout
from turia.world.portals import Regions, View

#: How far a voice carries where no zone says otherwise, metres.
CARRIES_M: Final = 12.0
#: People of different storeys hear each other only within this height, metres: they meet on stairs.
STAIRS_M: Final = 2.0
#: Who is heard already is heard up to this much farther: 12 m in, 14 m out.
EDGE: Final = np.float32(7 / 6)
_FAR: Final = np.float32(np.inf)
_EVERYWHERE: Final = -1


@dataclass(frozen=True, slots=True)
class Carry:
    """Metres: how far voices carry that are spoken in a zone, and from how far one hears others there."""

    spoken: float = CARRIES_M
    heard: float = np.inf


#: By kind of zone. Whoever stands on a stage means the audience; at stands there is one talk beside the other.
ZONES: Final = {
    "stage": Carry(spoken=20.0),
    "quiet": Carry(spoken=3.0, heard=3.0),
    "private": Carry(spoken=8.0),
    "stand": Carry(spoken=8.0),
}


class Earshot:
    """``regions`` is the space's own, so that doors count as they are now."""

    def __init__(self, layout: Layout, avatars: Avatars, regions: Regions) -> None:
        self._avatars = avatars
        self._regions = regions
        self._storey = np.array([room.storey for room in layout.rooms], np.int32)
        self._spoken: F32 = np.full(256, CARRIES_M, np.float32)
        self._heard: F32 = np.full(256, np.inf, np.float32)
        self._private: I32 = np.full(256, _EVERYWHERE, np.int32)
        for index, zone in enumerate(layout.zones):
            carry = ZONES.get(zone.kind, Carry())
            self._spoken[index], self._heard[index] = carry.spoken, carry.heard
            if zone.kind == "private":
                self._private[index] = index

    def between(self, listeners: I32, speakers: I32) -> tuple[F32, F32]:
        """(distance, reach) float32 (listeners, speakers), metres, of slots: a voice is heard where the distance is at
        most the reach; it is infinite where no sound goes, for hidden people, and to oneself."""
        a = self._avatars
        metres = self._straight(listeners, speakers)
        regions = self._regions.of_room[a.room[listeners]], self._regions.of_room[a.room[speakers]]
        apart = regions[0][:, None] != regions[1][None, :]
        if apart.any():
            metres[apart] = _FAR
            self._through_portals(metres, listeners, speakers, regions)
        metres[self._severed(listeners, speakers)] = _FAR
        zones = a.zone[listeners], a.zone[speakers]
        return metres, np.minimum(self._heard[zones[0]][:, None], self._spoken[zones[1]][None, :])

    def _straight(self, listeners: I32, speakers: I32) -> F32:
        a = self._avatars
        square: F32 = np.zeros((len(listeners), len(speakers)), np.float32)
        for axis in (a.x, a.y, a.z):
            away = axis[speakers][None, :] - axis[listeners][:, None]
            away *= away
            square += away
        return np.sqrt(square, out=square)

    def _severed(self, listeners: I32, speakers: I32) -> Bool:
        """Pairs between whom no sound goes however near they are."""
        a = self._avatars
        severed: Bool = listeners[:, None] == speakers[None, :]
        severed |= (~a.used | a.hidden)[listeners][:, None]
        severed |= (~a.used | a.hidden)[speakers][None, :]
        private = self._private[a.zone[listeners]], self._private[a.zone[speakers]]
        if private[0].max() >= 0 or private[1].max() >= 0:
            severed |= private[0][:, None] != private[1][None, :]
        storey = self._storey[a.room[listeners]], self._storey[a.room[speakers]]
        other = storey[0][:, None] != storey[1][None, :]
        if other.any():
            severed |= other & (np.abs(a.y[listeners][:, None] - a.y[speakers][None, :]) > STAIRS_M)
        return severed

    def _through_portals(self, metres: F32, listeners: I32, speakers: I32, regions: tuple[I32, I32]) -> None:
        """Shorten ``metres`` between people of two regions to the way through what is open between these."""
        rows, columns = _by_region(regions[0]), _by_region(regions[1])
        for view in self._regions.views:
            if view.kind == "glass":
                continue
            for here, there in (view.regions, view.regions[::-1]):
                if here in rows and there in columns:
                    self._through(metres, view, (listeners, rows[here]), (speakers, columns[there]))

    def _through(
        self, metres: F32, view: View, ears: tuple[I32, NDArray[np.intp]], mouths: tuple[I32, NDArray[np.intp]]
    ) -> None:
        to_ear, row = self._near(view, *ears)
        to_mouth, column = self._near(view, *mouths)
        if row.size and column.size:
            at = np.ix_(row, column)
            metres[at] = np.minimum(metres[at], to_ear[:, None] + to_mouth[None, :])

    def _near(self, view: View, slots: I32, which: NDArray[np.intp]) -> tuple[F32, NDArray[np.intp]]:
        """Of the people ``slots[which]`` those who are so near a portal that a voice may come through: how far they
        are, and which."""
        a, who = self._avatars, slots[which]
        x, y, z = (np.float32(metres) for metres in view.position)
        away: F32 = np.sqrt((a.x[who] - x) ** 2 + (a.y[who] - y) ** 2 + (a.z[who] - z) ** 2)
        near = away <= _FARTHEST
        return away[near], which[near]


_FARTHEST: Final = np.float32(max(CARRIES_M, *(zone.spoken for zone in ZONES.values()))) * EDGE


def _by_region(region: I32) -> dict[int, NDArray[np.intp]]:
    return {int(number): np.flatnonzero(region == number) for number in np.unique(region)}
