"""Drives a Space as the gateway does, with a strict client behind every slot."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from turia.protocol.frames import POSE
from turia.protocol.messages import Place
from turia.testing.halls import Building
from turia.testing.view import ClientView, Snapshot, decode_crowd
from turia.world.space import Correction, Entered, Person, Space

Bool = NDArray[np.bool_]


class Audience:
    """People in a building, by slot.

    ``tick`` is the last tick that ran; ``heard`` and ``crowd`` are the snapshots and crowd frames of it, by slot.
    """

    def __init__(self, building: Building, *, capacity: int = 300, seed: int = 1) -> None:
        self.space = Space(building.layout, building.walk, capacity=capacity)
        self.capacity = capacity
        self.rng = np.random.default_rng(seed)
        self.tick = 0
        self.views: dict[int, ClientView] = {}
        self.heard: dict[int, Snapshot] = {}
        self.crowd: dict[int, set[int]] = {}
        self.corrections: list[Correction] = []
        self._seq: dict[int, int] = {}
        self._entered = 0

    def enter(
        self,
        *,
        tier: str = "full",
        at: tuple[float, float] | None = None,
        id_: str = "",
        badge: str = "",
        name: str = "",
    ) -> int:
        """Somebody enters, at (x, z) if given; his slot."""
        return self.enter_as(self.person(id_=id_, badge=badge, name=name), tier=tier, at=at).slot

    def person(self, *, id_: str = "", badge: str = "", name: str = "") -> Person:
        """Somebody nobody met before, unless ``id_`` says who."""
        self._entered += 1
        return Person(id_ or f"person-{self._entered}", name or f"Person {self._entered}", badge=badge)

    def enter_as(self, person: Person, *, tier: str = "full", at: tuple[float, float] | None = None) -> Entered:
        """A given person enters; the slot has a fresh client."""
        resume = None if at is None else Place(x=at[0], y=0.0, z=at[1], yaw=0, layer=0)
        entered = self.space.enter(person, tier=tier, tick=self.tick, resume=resume, rng=self.rng)
        self.views[entered.slot] = ClientView()
        self._seq.setdefault(entered.slot, 0)
        return entered

    def leave(self, slot: int) -> None:
        """Somebody says goodbye."""
        self.space.leave(slot)
        del self.views[slot]

    def detach(self, slot: int) -> None:
        """Somebody's line breaks."""
        self.space.detach(slot, self.tick)
        del self.views[slot]

    def pose(self, slot: int, dx: float = 0.0, dz: float = 0.0, **fields: int) -> None:
        """A pose (dx, dz) metres from where the server has him; ``fields`` are further fields of POSE."""
        place = self.space.place_of(slot)
        self._seq[slot] = (self._seq[slot] + 1) & 0xFFFF
        pose = np.zeros(1, POSE)
        for name, value in (("x", place.x + dx), ("y", place.y), ("z", place.z + dz)):
            pose[name] = round(value * 100)
        pose["yaw"] = pose["view"] = place.yaw
        pose["layer"], pose["seq"], pose["tick"] = place.layer, self._seq[slot], self.tick
        for name, value in fields.items():
            pose[name] = value
        self.space.ingest(np.array([slot], np.int32), pose)

    def walk(self, slots: list[int] | None = None, step: float = 0.1) -> None:
        """Everybody takes a random step."""
        for slot in slots if slots is not None else list(self.views):
            dx, dz = self.rng.uniform(-step, step, 2).tolist()
            self.pose(slot, dx, dz, yaw=int(self.rng.integers(256)), state=1)

    def run(self, ready: Callable[[], Bool] | None = None, *, sign_of_life: bool = True, periods: float = 1.0) -> None:
        """One tick; ``ready``: mask of lines that are not behind (default: all); ``periods``: see Space.move."""
        self.tick += 1
        space, tick = self.space, self.tick
        if sign_of_life:
            space.contact(np.array(sorted(self.views), np.int32), tick)
        self.corrections = space.move(tick, periods)
        for slot in space.expire(tick):
            self.views.pop(slot, None)
        space.refresh(tick)
        mask = ready() if ready is not None else np.ones(self.capacity, np.bool_)
        packed = space.select_and_pack(tick, mask, head=13, tail=1)
        self.heard = {}
        for index, slot in enumerate(packed.slots.tolist()):
            view, start = self.views[slot], int(packed.start[index])
            view.introduce(packed.introductions.get(index, []))
            self.heard[slot] = view.apply(packed.buffer[start : start + int(packed.length[index])].tobytes())
        self.crowd = {}
        for frame in space.crowd(tick):
            _, entries = decode_crowd(frame.body)
            for slot in frame.slots.tolist():
                self.crowd[slot] = set(entries["slot"].tolist())

    def stand_still(self, ticks: int, ready: Callable[[], Bool] | None = None) -> None:
        """Nobody moves for so many ticks."""
        for _ in range(ticks):
            self.run(ready)

    def truth(self, slot: int) -> tuple[int, int, int, int, int]:
        """What is true of an avatar, as a client would hold it."""
        row = self.space.avatars.row[slot]
        x, z, y, yaw, state = (int(row[name]) for name in ("x", "z", "y", "yaw", "state"))
        return x, z, y, yaw, state

    def interest(self, slot: int) -> set[int]:
        """The interest set of a client."""
        columns = self.space.views.slot[slot]
        return set(columns[columns != self.space.avatars.empty].tolist())
