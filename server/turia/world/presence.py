"""One avatar per person: who is inside, who has been quiet for how long, whose place is still kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.protocol import state
from turia.protocol.limits import HIDE_AFTER_S, KEEP_PLACE_S, TICK_HZ
from turia.protocol.messages import Look
from turia.world.avatars import Avatars

HIDE_TICKS: Final = int(HIDE_AFTER_S * TICK_HZ)
KEEP_TICKS: Final = int(KEEP_PLACE_S * TICK_HZ)
#: Badges of people who help: heroes for whoever is near.
STEWARD_BADGES: Final = frozenset({"staff", "steward"})


@dataclass(frozen=True, slots=True)
class Person:
    """Who stands behind an avatar. ``id`` is public, unguessable (128 bits); ``badge`` is "" or speaker, staff, ..."""

    id: str
    name: str
    affiliation: str = ""
    badge: str = ""
    look: Look = Look()  # noqa: RUF009 - frozen


class Presence:
    """People by slot and slots by person, and their contact."""

    def __init__(self, avatars: Avatars) -> None:
        self._avatars = avatars
        self._people: dict[int, Person] = {}
        self._slots: dict[str, int] = {}

    def slot_of(self, person: str) -> int | None:
        """Slot of a person who is inside."""
        return self._slots.get(person)

    def person_of(self, slot: int) -> Person:
        """Who stands behind a slot in use; raises KeyError for a free one."""
        return self._people[slot]

    def put(self, slot: int, person: Person) -> bool:
        """Note who is behind a slot; whether that is news (then everyone is to be introduced again)."""
        if self._people.get(slot) == person:
            return False
        self._people[slot] = person
        self._slots[person.id] = slot
        self._avatars.steward[slot] = person.badge in STEWARD_BADGES
        self._avatars.changed_owner(slot)
        return True

    def remove(self, slot: int) -> None:
        """He is gone."""
        del self._slots[self._people.pop(slot).id]

    def touch(self, slots: NDArray[np.integer], tick: int) -> NDArray[np.integer]:
        """Signs of life; those who were hidden and now show again."""
        a = self._avatars
        a.contact[slots] = tick
        woken: NDArray[np.integer] = slots[a.hidden[slots] & a.attached[slots]]
        self._show(woken, hidden=False)
        return woken

    def hide_quiet(self, tick: int) -> None:
        """Hide whoever has been quiet for HIDE_AFTER_S."""
        a = self._avatars
        quiet = np.flatnonzero(a.used & ~a.hidden & (tick - a.contact >= HIDE_TICKS))
        self._show(quiet, hidden=True)

    def longest_gone(self) -> int | None:
        """The slot kept for the person whose connection has been gone the longest, if any is."""
        gone = np.flatnonzero(self._avatars.used & ~self._avatars.attached)
        return int(gone[self._avatars.left[gone].argmin()]) if gone.size else None

    def lapsed(self, tick: int) -> NDArray[np.intp]:
        """Slots whose connection has been gone for KEEP_PLACE_S."""
        a = self._avatars
        return np.flatnonzero(a.used & ~a.attached & (tick - a.left >= KEEP_TICKS))

    def _show(self, slots: NDArray[np.integer], *, hidden: bool) -> None:
        if not slots.size:
            return
        a = self._avatars
        a.hidden[slots] = hidden
        rows = a.row[slots]
        rows["state"] = rows["state"] & np.uint8(0xFF & ~state.AWAY) | np.uint8(state.AWAY if hidden else 0)
        a.write(slots, rows)
