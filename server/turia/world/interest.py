"""Interest sets: the people each client is told about, heroes first, then by closeness and view, with hysteresis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.protocol.limits import MAX_HEROES
from turia.world.arrays import F32, I32, U8, U16, U32, Bool
from turia.world.avatars import Avatars
from turia.world.partition import Leaves, split
from turia.world.portals import Population
from turia.world.views import COLUMNS, Views, weights

Index = NDArray[np.intp]

CHUNK: Final = 256
#: Closeness is measured from a point this far ahead of the eyes, metres: who is in front counts as nearer. In a crowd
#: of two people a square metre the 96 reach 3.9 m: with more than half a metre the 64 nearest are no longer all in.
AHEAD_M: Final = np.float32(0.4)
#: Square distance of who is in the set already counts this much: nobody flickers at the edge.
STAY: Final = np.float32(0.8)
#: Candidates that hysteresis may bring in from beyond the edge.
MARGIN: Final = 24
#: Stewards are heroes for people within this distance, metres.
STEWARD_REACH_M: Final = 30.0

#: Cost of nobody, and of who may not be chosen.
_NEVER: Final = np.float32(np.inf)
_LEAST: Final = np.float32(1e-2)
_HERO: Final = np.float32(1e-9)
#: Cost keys hold the column of the candidate in their low bits.
_COLUMN_BITS: Final = 9
_COLUMN: Final = np.uint32((1 << _COLUMN_BITS) - 1)

#: Codes of Views.replace, and what each does to a cost.
_OLD_COLUMN: Final = np.arange(1, COLUMNS + 1, dtype=np.uint8)
_GONE_PLACE: Final = np.arange(COLUMNS + 1, 2 * COLUMNS + 1, dtype=np.uint8)
_ADVANTAGE: Final = np.ones(2 * COLUMNS + 1, np.float32)
_ADVANTAGE[_OLD_COLUMN] = STAY


@dataclass(frozen=True, slots=True)
class Crowd:
    """Points of one population, with a gap at the end: ``slot`` uint16 (n + 1,), coordinates float32 (n + 1,) metres.

    ``candidates`` uint16 (leaves, c) are indices of points near each leaf; ``near_x, near_z, near_slot`` say it again.
    """

    slot: U16
    x: F32
    y: F32
    z: F32
    leaves: Leaves
    candidates: U16
    near_x: F32
    near_z: F32
    near_slot: U16
    tall: bool


def gather(avatars: Avatars, slots: Index) -> Crowd:
    """Split the people ``slots`` into leaves and lay out who is near each."""
    leaves = split(avatars.row["x"][slots], avatars.row["z"][slots])
    padded = np.append(slots, avatars.empty)
    x, y, z = avatars.x[padded], avatars.y[padded], avatars.z[padded]
    x[-1] = z[-1] = _NEVER
    candidates = leaves.members[leaves.near].reshape(len(leaves.near), -1)
    slot = padded.astype(np.uint16)
    tall = bool(np.ptp(y[:-1]) > 1.0)
    return Crowd(slot, x, y, z, leaves, candidates, x.take(candidates), z.take(candidates), slot.take(candidates), tall)


class Refresher:
    """Renews interest sets; owns the scratch memory for it.

    ``heroes`` bool (slots + 1,) marks people on stage; ``neighbours`` int32 (slots,): how many each client is shown.
    """

    def __init__(self, avatars: Avatars, views: Views, neighbours: I32) -> None:
        self._avatars, self._views, self._neighbours = avatars, views, neighbours
        self.heroes: Bool = np.zeros(avatars.slots + 1, np.bool_)
        # what each slot is to each client of the chunk at hand, see Views.replace; zero between calls
        self._code: U8 = np.zeros(CHUNK * (avatars.slots + 1), np.uint8)
        self._code_row: U32 = (np.arange(CHUNK, dtype=np.uint32) * np.uint32(avatars.slots + 1))[:, None]

    def refresh(self, population: Population, due: Bool) -> None:
        """New sets for the members of a population that are due (bool (slots + 1,))."""
        members = population.members
        clients = np.flatnonzero(due[members])
        if not clients.size:
            return
        crowd = gather(self._avatars, np.concatenate([members, population.beyond]))
        heroes = members[(self.heroes | self._avatars.steward)[members]]
        for start in range(0, len(clients), CHUNK):
            self._chunk(crowd, clients[start : start + CHUNK], heroes)

    def _chunk(self, crowd: Crowd, points: Index, heroes: Index) -> None:
        clients = crowd.slot[points].astype(np.intp)
        leaf = crowd.leaves.of[points]
        cost, slots, row = self._cost(crowd, points, clients, leaf), crowd.near_slot, leaf
        first = np.zeros(len(clients), np.intp)
        if heroes.size:
            cost, slots, first = self._with_heroes(cost, slots[leaf], clients, heroes)
            row = np.arange(len(clients), dtype=np.int32)
        key = _keys(cost)
        reach = min(COLUMNS + MARGIN, key.shape[1])
        if reach < key.shape[1]:
            key.partition(reach - 1, axis=1)
            key = np.ascontiguousarray(key[:, :reach])
        near = slots.reshape(-1).take((key & _COLUMN) + (row * slots.shape[1]).astype(np.uint32)[:, None])
        self._keep(clients, key, near, self._codes(clients, near), first)

    def _cost(self, crowd: Crowd, points: Index, clients: Index, leaf: I32) -> F32:
        """Square distance (m, c), m^2, from a point ahead of each client's eyes; infinite for himself and gaps."""
        turn = self._avatars.view[clients] * np.float32(2 * np.pi / 256)
        ahead_x = crowd.x[points] - AHEAD_M * np.sin(turn)
        ahead_z = crowd.z[points] - AHEAD_M * np.cos(turn)
        cost: F32 = crowd.near_x[leaf]
        cost -= ahead_x[:, None]
        cost *= cost
        away = crowd.near_z[leaf]
        away -= ahead_z[:, None]
        away *= away
        cost += away
        if crowd.tall:
            # another storey is farther than its height says
            cost += (np.float32(2) * (crowd.y[crowd.candidates[leaf]] - crowd.y[points][:, None])) ** 2
        np.maximum(cost, _LEAST, out=cost)
        leaves = crowd.leaves
        self_at = leaves.self_at[leaf] * leaves.members.shape[1] + leaves.place[points]
        cost[np.arange(len(points)), self_at] = _NEVER
        return cost

    def _with_heroes(self, cost: F32, slots: U16, clients: Index, heroes: Index) -> tuple[F32, U16, Index]:
        """Candidates with the nearest 16 heroes of the region appended, at a cost below everybody else's."""
        a = self._avatars
        dx = a.x[heroes][None, :] - a.x[clients][:, None]
        dz = a.z[heroes][None, :] - a.z[clients][:, None]
        away = dx * dx + dz * dz
        away[heroes[None, :] == clients[:, None]] = _NEVER
        away[(away > STEWARD_REACH_M**2) & ~self.heroes[heroes]] = _NEVER
        order = np.argsort(away, axis=1, kind="stable")[:, :MAX_HEROES]
        chosen = np.take_along_axis(away, order, axis=1)
        who = np.where(np.isfinite(chosen), heroes[order], a.empty).astype(np.uint16)
        # who is a hero is not a candidate a second time
        row, column = np.nonzero((self.heroes | a.steward).take(slots))
        twice = (slots[row, column][:, None] == who[row]).any(axis=1)
        cost[row[twice], column[twice]] = _NEVER
        room = (1 << _COLUMN_BITS) - who.shape[1]
        cost, slots = cost[:, :room], slots[:, :room]
        count = np.isfinite(chosen).sum(axis=1)
        return np.hstack([cost, chosen * _HERO]), np.hstack([slots, who]), count

    def _codes(self, clients: Index, slots: U16) -> U8:
        """What each of ``slots`` (m, c) is to its client now: see Views.replace."""
        view, table, row = self._views, self._code, self._code_row[: len(clients)]
        old = (view.slot[clients] + row).astype(np.intp)
        table[old] = _OLD_COLUMN
        waiting = np.flatnonzero(view.gone_n[clients])
        gone = view.gone[clients[waiting]] + row[waiting]
        table[gone] = _GONE_PLACE
        table[row[:, 0] + self._avatars.empty] = 0
        code = table.take(slots + row)
        table[old] = 0
        table[gone] = 0
        return code

    def _keep(self, clients: Index, key: U32, slots: U16, code: U8, first: Index) -> None:
        """Rank the candidates, those in the set with their advantage, and hand the best to the view."""
        cost = (key & ~_COLUMN).view(np.float32)
        cost *= _ADVANTAGE.take(code)
        key = _keys(cost)
        key.sort(axis=1)
        key = key[:, :COLUMNS]
        order = (key & _COLUMN) + (np.arange(len(key)) * slots.shape[1]).astype(np.uint32)[:, None]
        cost, slots, code = (key & ~_COLUMN).view(np.float32), slots.take(order), code.take(order)
        if cost.shape[1] < COLUMNS:
            cost, slots, code = _widened(cost, slots, code, self._avatars.empty)
        wanted = self._neighbours[clients]
        if wanted.min() < COLUMNS or cost[:, -1].max() == _NEVER:
            out = (cost == _NEVER) | (np.arange(COLUMNS) >= wanted[:, None])
            np.copyto(slots, np.uint16(self._avatars.empty), where=out)
            np.copyto(code, np.uint8(0), where=out)
        self._views.replace(clients, slots, weights(cost, first), code)


def _keys(cost: F32) -> U32:
    """Sortable keys uint32, in place: the bits of a cost >= 0 above, its column below."""
    key = cost.view(np.uint32)
    key &= ~_COLUMN
    key |= np.arange(key.shape[1], dtype=np.uint32)
    return key


def _widened(cost: F32, slots: U16, code: U8, empty: int) -> tuple[F32, U16, U8]:
    more = ((0, 0), (0, COLUMNS - cost.shape[1]))
    return (
        np.pad(cost, more, constant_values=_NEVER),
        np.pad(slots, more, constant_values=empty),
        np.pad(code, more, constant_values=0),
    )
