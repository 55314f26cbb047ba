"""Takes poses into the world: every step is swept over the walkable field and paid for from a distance credit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.protocol import state
from turia.protocol.frames import POSE
from turia.protocol.limits import CM_PER_M, MAX_SPEED_CREDIT_M, MAX_SPEED_M_S, TICK_HZ
from turia.world.arrays import F64, I32, U8, Bool
from turia.world.avatars import Avatars
from turia.world.quotas import Quotas
from turia.world.rights import Rights
from turia.world.walkable import FREE, REASONS, WalkField

Index = NDArray[np.intp]

#: A person is told at most so often that his poses are wrong, ticks.
CORRECT_EVERY: Final = 4
#: Poses made before a correction are void; a client that never echoes ticks is heard again after so many ticks.
VOID_AT_MOST: Final = 40
#: Height in a pose may differ from the surface's by this much, centimetres (a step, a blend).
HEIGHT_CM: Final = 50
#: Rounding of two positions to centimetres.
_ROUNDING_M: Final = 0.02
_FAST, _LAYER, _FULL = range(len(REASONS), len(REASONS) + 3)
_NAMES: Final = (*REASONS, "speed", "layer", "full")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A pose that was not taken."""

    slot: int
    seq: int
    reason: str


class Motion:
    """Poses since the last tick, and what is needed to judge them."""

    def __init__(self, avatars: Avatars, field: WalkField, rights: Rights, quotas: Quotas) -> None:
        self._avatars, self._field, self._rights, self._quotas = avatars, field, rights, quotas
        self._poses = np.zeros(avatars.slots, POSE)
        self._fresh: Bool = np.zeros(avatars.slots, np.bool_)
        self._credit = np.zeros(avatars.slots, np.float32)
        self._void_until = np.zeros(avatars.slots, np.int64)
        self._told = np.full(avatars.slots, -CORRECT_EVERY, np.int64)

    def ingest(self, slots: I32, poses: NDArray[np.void]) -> None:
        """Keep the poses for the next :meth:`move`."""
        self._poses[slots] = poses
        self._fresh[slots] = True

    def begin(self, slot: int) -> None:
        """A new connection: nothing received yet, and nothing to be void."""
        self._fresh[slot] = False
        self._credit[slot] = MAX_SPEED_CREDIT_M
        self._void_until[slot], self._told[slot] = 0, -CORRECT_EVERY

    def put(self, slot: int, tick: int) -> None:
        """The server moved somebody: poses that he made before he saw ``tick`` are void."""
        self._fresh[slot] = False
        self._void_until[slot] = tick

    def heard(self) -> Index:
        """Slots with a pose since the last tick."""
        return np.flatnonzero(self._fresh)

    def move(self, tick: int, periods: float = 1.0) -> list[Refusal]:
        """Take the poses that are right; those to be corrected. ``periods``: see Space.move."""
        slots = self.heard()
        self._fresh[slots] = False
        self._credit += np.float32(MAX_SPEED_M_S / TICK_HZ * periods)
        np.minimum(self._credit, np.float32(MAX_SPEED_CREDIT_M), out=self._credit)
        poses = self._poses[slots]
        void = self._void_until[slots]
        valid = self._avatars.used[slots] & ((poses["tick"] >= void) | (tick - void > VOID_AT_MOST))
        if not valid.all():
            slots, poses = slots[valid], poses[valid]
        seated = self._avatars.seat[slots] >= 0
        if seated.any():
            self._turn(slots[seated], poses[seated])
            slots, poses = slots[~seated], poses[~seated]
        return self._walk(slots, poses, tick)

    def _turn(self, slots: Index, poses: NDArray[np.void]) -> None:
        """Seated people look around, wave and raise hands; they go nowhere."""
        rows = self._avatars.row.take(slots)
        rows["yaw"] = poses["yaw"]
        rows["state"] = self._state(slots, poses, state.SEATED)
        self._take(slots, poses, rows)

    def _walk(self, slots: Index, poses: NDArray[np.void], tick: int) -> list[Refusal]:
        a = self._avatars
        x0, z0 = _metres(a.row["x"][slots]), _metres(a.row["z"][slots])
        x1, z1 = _metres(poses["x"]), _metres(poses["z"])
        distance = np.sqrt((x1 - x0) ** 2 + (z1 - z0) ** 2)
        surface = a.surface[slots]
        reason = np.where(distance > self._credit[slots] + _ROUNDING_M, _FAST, FREE).astype(np.uint8)
        go = np.flatnonzero((reason == FREE) & (distance > 0))
        surface[go], reason[go] = self._swept(slots[go], surface[go], x0[go], z0[go], x1[go], z1[go])
        off = np.abs(poses["y"].astype(np.int32) - self._field.height[surface]) > HEIGHT_CM
        reason[(reason == FREE) & (off | (poses["layer"] != self._field.layer[surface]))] = _LAYER
        self._count_in(slots, surface, reason)
        ok = reason == FREE
        self._arrive(slots[ok], poses[ok], surface[ok])
        self._credit[slots[ok]] -= distance[ok]
        return self._refused(slots[~ok], poses[~ok], reason[~ok], tick)

    def _count_in(self, slots: Index, surface: I32, reason: U8) -> None:
        """Whoever comes into a room takes a place there; those for whom there is none are refused."""
        room = self._field.room[surface]
        coming = np.flatnonzero((reason == FREE) & (room != self._avatars.room[slots]))
        if coming.size:
            admitted = self._quotas.admit(slots[coming], room[coming])
            reason[coming[~admitted]] = _FULL

    def _swept(self, slots: Index, surface: I32, x0: F64, z0: F64, x1: F64, z1: F64) -> tuple[I32, U8]:
        """Where each ends and why not. A straight line that is blocked is tried around the corner, one axis first.

        A client walks a curve between two poses; its chord may cut the jamb of a door that the curve did not touch.
        """
        forbidden = self._rights.forbidden(slots)
        swept = self._field.sweep(surface, x0, z0, x1, z1, forbidden)
        end, reason = swept.surface, swept.reason
        for turn_x, turn_z in ((x1, z0), (x0, z1)):
            bad = np.flatnonzero(reason != FREE)
            if not bad.size:
                break
            legs = forbidden.of(bad)
            first = self._field.sweep(surface[bad], x0[bad], z0[bad], turn_x[bad], turn_z[bad], legs)
            second = self._field.sweep(first.surface, turn_x[bad], turn_z[bad], x1[bad], z1[bad], legs)
            fine = (first.reason == FREE) & (second.reason == FREE)
            end[bad[fine]], reason[bad[fine]] = second.surface[fine], FREE
        return end, reason

    def _arrive(self, slots: Index, poses: NDArray[np.void], surface: I32) -> None:
        a, field = self._avatars, self._field
        rows = a.row.take(slots)
        for name in ("x", "y", "z", "yaw"):
            rows[name] = poses[name]
        motion = poses["state"] & np.uint8(state.MOTION_MASK)
        rows["state"] = self._state(slots, poses, np.where(motion == state.SEATED, state.STANDING, motion))
        self._take(slots, poses, rows)
        a.surface[slots], a.layer[slots] = surface, poses["layer"]
        a.room[slots], a.zone[slots] = field.room[surface], field.zone[surface]

    def _state(self, slots: Index, poses: NDArray[np.void], motion: NDArray[np.integer] | int) -> U8:
        own = np.uint8(state.CLIENT_MASK & ~state.MOTION_MASK)
        emote = (poses["state"] & np.uint8(state.EMOTE_MASK)) >> np.uint8(state.EMOTE_SHIFT)
        given = np.where(emote < len(state.EMOTES), poses["state"], poses["state"] & np.uint8(state.HAND_UP)) & own
        kept = self._avatars.row["state"][slots] & np.uint8(0xFF & ~state.CLIENT_MASK)
        return (given | kept | np.asarray(motion, np.uint8)).astype(np.uint8)

    def _take(self, slots: Index, poses: NDArray[np.void], rows: NDArray[np.void]) -> None:
        self._avatars.write(slots, rows)
        self._avatars.view[slots] = poses["view"]
        self._avatars.seq[slots] = poses["seq"]

    def _refused(self, slots: Index, poses: NDArray[np.void], reason: U8, tick: int) -> list[Refusal]:
        tell = tick - self._told[slots] >= CORRECT_EVERY
        slots, poses, reason = slots[tell], poses[tell], reason[tell]
        self._void_until[slots] = self._told[slots] = tick
        listed = zip(slots.tolist(), poses["seq"].tolist(), reason.tolist(), strict=True)
        return [Refusal(slot, seq, _NAMES[why]) for slot, seq, why in listed]


def _metres(cm: NDArray[np.integer]) -> F64:
    return cm.astype(np.float64) / CM_PER_M
