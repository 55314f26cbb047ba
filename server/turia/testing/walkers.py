"""The bodies of a swarm of bots as a structure of arrays: walking along distance maps, standing, sitting, emotes.

Pure: time (seconds) and the random generator are arguments.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.protocol import frames, limits, state
from turia.testing.routes import RouteMap, descend

F32 = NDArray[np.float32]
I32 = NDArray[np.int32]
Bool = NDArray[np.bool_]

#: Steps before the goal at which a walker may stop: a crowd gathers round a place, it does not stack on a point.
_GATHER_STEPS: Final = 14
_EMOTE_S: Final = 3.0


class Mode(IntEnum):
    """What a bot is about."""

    AWAY = 0
    WALK = 1
    STAND = 2
    SEATED = 3


class Walkers:
    """n bodies. ``goals``: surfaces to walk to (int32 (g,)); ``seat_goal``: which of them lead to seats (bool (g,)).

    With ``restless`` nobody ever stands: every arrival picks the next goal (benches).
    """

    def __init__(
        self, n: int, routes: RouteMap, goals: I32, seat_goal: Bool, rng: np.random.Generator, *, restless: bool = False
    ) -> None:
        self.routes, self.goals, self.seat_goal, self.rng, self.restless = routes, goals, seat_goal, rng, restless
        self.maps = np.stack([np.minimum(routes.distance(int(g)), 32_000) for g in goals]).astype(np.int16)
        self.mode = np.full(n, Mode.AWAY, dtype=np.int8)
        self.position = np.zeros((n, 3), dtype=np.float32)
        self.surface = np.zeros(n, dtype=np.int32)
        self.next_surface = np.zeros(n, dtype=np.int32)
        self.yaw = np.zeros(n, dtype=np.float32)
        self.goal = np.zeros(n, dtype=np.int32)
        self.stop_within = np.zeros(n, dtype=np.int32)
        self.until = np.zeros(n, dtype=np.float64)
        self.emote = np.zeros(n, dtype=np.uint8)
        self.emote_until = np.zeros(n, dtype=np.float64)
        self.speed = rng.uniform(1.1, limits.WALK_SPEED_M_S, n).astype(np.float32)
        self.sequence = np.zeros(n, dtype=np.uint16)

    # -- placed by the server --------------------------------------------------------------------
    def place(self, i: int, x: float, y: float, z: float, yaw: int, *, seated: bool, now: float) -> None:
        """Bot ``i`` is where the server says; a seated one stays so for a while."""
        self.position[i] = (x, y, z)
        self.yaw[i] = yaw * (2 * np.pi / limits.YAW_STEPS)
        self.surface[i] = self.next_surface[i] = self.routes.surface_at(x, y, z)
        if seated:
            self.mode[i] = Mode.SEATED
            self.until[i] = now + self.rng.uniform(30, 120)
        else:
            self._choose(np.array([i]))

    def gone(self, i: int) -> None:
        """Bot ``i`` has no connection."""
        self.mode[i] = Mode.AWAY

    def _choose(self, who: I32 | NDArray[np.intp]) -> None:
        """New goals, reachable ones only, and off."""
        reachable = self.maps[:, self.surface[who]].T < 32_000
        weight = self.rng.random(reachable.shape) * reachable
        self.goal[who] = np.argmax(weight, axis=1)
        self.stop_within[who] = self.rng.integers(0, _GATHER_STEPS, len(who))
        self.mode[who] = Mode.WALK

    # -- time passes -----------------------------------------------------------------------------
    def step(self, who: NDArray[np.intp], seconds: float, now: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Move ``who`` by ``seconds``; returns (want to sit down here, want to stand up), indices."""
        walking = who[self.mode[who] == Mode.WALK]
        arrived = self._walk(walking, seconds)
        sit = np.zeros(0, dtype=np.intp)
        if self.restless:
            self._choose(arrived)
        else:
            sit = arrived[self.seat_goal[self.goal[arrived]]]
            self.mode[arrived] = Mode.STAND
            self.until[arrived] = now + self.rng.uniform(6, 40, len(arrived))
        self._emotes(who, now)
        due = who[self.until[who] < now]
        self._choose(due[self.mode[due] == Mode.STAND])
        return sit, due[self.mode[due] == Mode.SEATED]

    def _walk(self, who: NDArray[np.intp], seconds: float) -> NDArray[np.intp]:
        """One stretch towards the next surface; returns those who reached their goal."""
        budget = self.speed[who] * np.float32(seconds)
        arrived = np.zeros(len(who), dtype=bool)
        for _ in range(3):  # a stretch of one step crosses at most two cells at these speeds
            target = self.routes.centre[self.next_surface[who]]
            way = target - self.position[who]
            gap = np.hypot(way[:, 0], way[:, 2])
            share = np.minimum(1.0, budget / np.maximum(gap, 1e-6))[:, None]
            self.position[who] += way * share
            budget = np.maximum(budget - gap, 0)
            turn = gap > 1e-3
            self.yaw[who[turn]] = np.arctan2(-way[turn, 0], -way[turn, 2])
            there = share[:, 0] >= 1.0
            arrived |= self._advance(who, there)
        return who[arrived]

    def _advance(self, who: NDArray[np.intp], there: Bool) -> Bool:
        """Walkers at their next surface get another one; True for those near enough to their goal."""
        at = self.next_surface[who]
        self.surface[who[there]] = at[there]
        left = self.maps[self.goal[who], at]
        done = there & (left <= self.stop_within[who])
        move = np.flatnonzero(there & ~done)
        options = self.routes.options(at[move])
        distances = self.maps[self.goal[who[move]][:, None], np.maximum(options, 0)].astype(np.int32)
        jitter = self.rng.random(options.shape, dtype=np.float32)
        self.next_surface[who[move]] = descend(options, distances, jitter)
        return done

    def _emotes(self, who: NDArray[np.intp], now: float) -> None:
        self.emote[who[self.emote_until[who] < now]] = 0
        idle = who[(self.mode[who] >= Mode.STAND) & (self.emote[who] == 0)]
        starts = idle[self.rng.random(len(idle)) < 0.002]
        self.emote[starts] = self.rng.integers(1, 5, len(starts))
        self.emote_until[starts] = now + _EMOTE_S

    # -- poses -----------------------------------------------------------------------------------
    def poses(self, who: NDArray[np.intp], ticks: NDArray[np.uint32]) -> NDArray[np.void]:
        """Poses (frames.POSE, (k,)) of ``who``; ``ticks`` are the last ticks they received."""
        self.sequence[who] += 1
        out = np.zeros(len(who), dtype=frames.POSE)
        centimetres = np.rint(self.position[who] * limits.CM_PER_M)
        out["seq"], out["tick"] = self.sequence[who], ticks
        out["x"], out["y"], out["z"] = centimetres[:, 0], centimetres[:, 1], centimetres[:, 2]
        turn = np.rint(self.yaw[who] * (limits.YAW_STEPS / (2 * np.pi))).astype(np.int64) % limits.YAW_STEPS
        out["yaw"] = out["view"] = turn
        motion = np.where(self.mode[who] == Mode.WALK, state.WALKING, state.STANDING)
        out["state"] = motion | (self.emote[who] << state.EMOTE_SHIFT)
        # Half of a step lies in the next cell already, where the stack may be another one.
        feet = self.routes.below(
            centimetres[:, 0] / 100, centimetres[:, 2] / 100, self.surface[who], self.next_surface[who]
        )
        out["layer"] = self.routes.layer[feet]
        return out
