"""Which clients get a new interest set, and which a snapshot, in a tick: tiers, withheld lines, budgets."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.protocol import limits
from turia.protocol.frames import UPDATE_BYTES
from turia.world.arrays import I32, I64, Bool
from turia.world.avatars import Avatars
from turia.world.views import Views

#: Interest sets of everybody are renewed within so many ticks.
REFRESH_TICKS: Final = 4
TURN_SLOTS: Final = 16
#: A client with nothing new gets the bare header at least so often, ticks.
HEADER_EVERY: Final = 5
#: Overload never takes a snapshot below so many entries: the near ones and some others in turn.
LEAST_ENTRIES: Final = 20
#: What overload takes, by level: of so many ticks each client sits one out (0: of none), and the share of entries
#: that is left. Writes cost the most by far and their length hardly anything (docs/decisions/0005): rate goes first.
SITS_OUT: Final = (0, 3, 2, 2)
KEEPS_ENTRIES: Final = (1.0, 1.0, 1.0, 0.5)

#: Ticks between snapshots (0: none), entries in one, neighbours.
TIERS: Final[dict[str, tuple[int, int, int]]] = {
    "full": (limits.FULL_EVERY, limits.FULL_BYTES // UPDATE_BYTES, limits.FULL_NEIGHBOURS),
    "light": (limits.LIGHT_EVERY, limits.LIGHT_BYTES // UPDATE_BYTES, limits.LIGHT_NEIGHBOURS),
    "flat": (limits.FLAT_EVERY, limits.FLAT_BYTES // UPDATE_BYTES, limits.FLAT_NEIGHBOURS),
    "companion": (0, 0, 0),
}


class Schedule:
    """Arrays by client slot. ``neighbours`` int32 (slots,): columns of each client.

    ``level`` is 0 normally, to 3 when overloaded.
    """

    def __init__(self, avatars: Avatars, views: Views) -> None:
        n = avatars.slots
        self._avatars, self._views = avatars, views
        self._every = np.zeros(n, np.int64)
        self._entries = np.zeros(n, np.int64)
        self.neighbours: I32 = np.zeros(n, np.int32)
        self._chosen = np.zeros(n, np.int64)
        self._sent = np.zeros(n, np.int64)
        self._refresh_soon: Bool = np.zeros(n + 1, np.bool_)
        self._send_soon: Bool = np.zeros(n, np.bool_)
        # neighbouring slots take turns together: their rows lie together in memory
        self._turn = np.arange(n) // TURN_SLOTS % REFRESH_TICKS
        self._group = np.arange(n) // TURN_SLOTS
        self.level = 0

    def begin(self, slot: int, tick: int) -> None:
        """A new connection: a set and a snapshot at once, later ones spread over the ticks."""
        self._chosen[slot] = self._sent[slot] = tick - 1
        self.hurry(slot)

    def set_tier(self, slot: int, tier: str) -> None:
        """Other detail from the next tick on; raises KeyError for an unknown tier."""
        self._every[slot], self._entries[slot], self.neighbours[slot] = TIERS[tier]
        self._refresh_soon[slot] = True

    def hurry(self, slots: int | NDArray[np.integer]) -> None:
        """A set and a snapshot in this tick, whatever the tier: they were moved, or are new."""
        self._refresh_soon[slots] = True
        self._send_soon[slots] = True

    def renew_all(self) -> None:
        """New sets for everybody in this tick: doors opened or closed."""
        self._refresh_soon[:-1] = True

    def listening(self) -> Bool:
        """Clients that get snapshots and crowd frames, bool (slots,)."""
        mask: Bool = self._avatars.attached[:-1] & (self._every > 0)
        return mask

    def to_refresh(self, tick: int) -> Bool:
        """Clients whose set is renewed now, bool (slots + 1,); who still has to hear of the last one can wait."""
        due = np.zeros(len(self._refresh_soon), np.bool_)
        routine = (self._turn == tick % REFRESH_TICKS) & (self._views.gone_n == 0)
        due[:-1] = self.listening() & (routine | self._refresh_soon[:-1])
        self._refresh_soon[due] = False
        return due

    def to_send(self, tick: int, ready: Bool) -> tuple[Bool, I64]:
        """Clients due by tier and ready, bool (slots,), and the ticks since each was last due; counts them as due."""
        behind = tick - self._chosen
        routine = behind >= self._every
        if SITS_OUT[self.level]:
            routine &= (self._group + tick) % SITS_OUT[self.level] != 0
        due = self.listening() & ready & (routine | self._send_soon)
        self._chosen[due] = tick
        return due, behind

    def worth_sending(self, clients: NDArray[np.intp], entries: I64, tick: int) -> Bool:
        """Which of the clients get a body: something to say, or silent for HEADER_EVERY ticks; counts them as sent."""
        worth: Bool = (entries > 0) | self._send_soon[clients] | (tick - self._sent[clients] >= HEADER_EVERY)
        sent = clients[worth]
        self._sent[sent] = tick
        self._send_soon[sent] = False
        return worth

    def budget(self) -> I64:
        """Entries each client's snapshot may hold, int64 (slots,), after overload took its part of the far ones."""
        kept = (self._entries * KEEPS_ENTRIES[self.level]).astype(np.int64)
        return np.maximum(kept, np.minimum(self._entries, LEAST_ENTRIES))
