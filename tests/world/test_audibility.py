"""Beside a naive twin that says the rules for one listener and one speaker at a time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turia.world import audibility
from turia.world.arrays import F32, I32
from turia.world.audibility import Audibility
from turia.world.earshot import EDGE

EVERY_S = 0.2
LOUD, QUIET = 100, 0


class Places:
    """Distances that a test decides: people on a line, at metres; nobody hears himself."""

    def __init__(self, at: list[float], reach: float = 12.0) -> None:
        self.at = np.array(at, np.float32)
        self.reach = reach

    def between(self, listeners: I32, speakers: I32) -> tuple[F32, F32]:
        metres = np.abs(self.at[listeners][:, None] - self.at[speakers][None, :])
        metres[listeners[:, None] == speakers[None, :]] = np.inf
        return metres, np.full_like(metres, self.reach)


@dataclass
class _Pair:
    since: float | None = None
    last: float = -np.inf
    turns: bool = False


@dataclass
class Twin:
    """The rules, pair by pair."""

    places: Places
    pairs: dict[tuple[int, int], _Pair] = field(default_factory=dict)
    loud_at: dict[int, float] = field(default_factory=dict)

    def heard_by(
        self, listeners: list[int], most: list[int], speaking: list[int], levels: list[int], now: float
    ) -> list[list[int]]:
        for slot, level in zip(speaking, levels, strict=True):
            if level >= audibility.SPEAKING_LEVEL:
                self.loud_at[slot] = now
        before, self.pairs = self.pairs, {}
        return [self._one(before, who, n, speaking, now) for who, n in zip(listeners, most, strict=True)]

    def _one(
        self, before: dict[tuple[int, int], _Pair], who: int, most: int, speaking: list[int], now: float
    ) -> list[int]:
        pairs = {slot: before.get((who, slot), _Pair()) for slot in speaking}
        self.pairs |= {(who, slot): pair for slot, pair in pairs.items()}
        away = {slot: abs(self.places.at[who] - self.places.at[slot]) for slot in speaking if slot != who}
        held = {slot for slot in speaking if pairs[slot].since is not None}
        reach = np.float32(self.places.reach)
        within = [slot for slot in away if away[slot] <= (reach * EDGE if slot in held else reach)]
        speaks = [slot for slot in within if self._speaks(slot, now, held=slot in held)]
        for slot in speaking:
            pairs[slot].turns &= slot in speaks and len(speaks) > most
        ranked = sorted(within, key=lambda slot: (self._cost(pairs[slot], away[slot], slot, speaks, now), slot))
        chosen = ranked[:most]
        if len(speaks) > most > 0:
            self._swap(pairs, chosen, away, speaks, now)
        for slot in speaking:
            pair = pairs[slot]
            if slot in speaks and (slot in held or slot in chosen):
                pair.last = now
            going_on = slot in speaks and pair.since is not None
            pair.since = (pair.since if going_on else now) if slot in chosen else None
        return chosen

    def _speaks(self, slot: int, now: float, *, held: bool) -> bool:
        hang = audibility.BREATH_S if held else audibility.HANG_S
        return self.loud_at.get(slot, -np.inf) >= now - hang

    def _cost(self, pair: _Pair, metres: np.float32, slot: int, speaks: list[int], now: float) -> int:
        cost = metres * np.float32(100)
        if pair.since is not None:
            cost = min(cost * audibility.NEARER, cost - np.float32(100))
        cost += np.float32(200)
        if slot not in speaks:
            return int(cost + np.float32(20_000))
        if pair.turns and pair.since is None:
            return int(cost + np.float32(10_000))
        fresh = pair.since is not None and pair.since > now - audibility.LEAST_S
        return int(cost / np.float32(1_000)) if fresh else int(cost)

    def _swap(
        self, pairs: dict[int, _Pair], chosen: list[int], away: dict[int, np.float32], speaks: list[int], now: float
    ) -> None:
        waiting = [slot for slot in speaks if slot not in chosen]
        beside = [slot for slot in waiting if away[slot] <= audibility.TOGETHER_M]
        waiting = beside or waiting
        had = [
            slot
            for slot in chosen
            if slot in speaks
            and pairs[slot].since is not None
            and pairs[slot].since <= now - audibility.TURN_S  # type: ignore[operator]
            and (beside or away[slot] > audibility.TOGETHER_M)
        ]
        if not had or not waiting:
            return
        order = list(pairs)
        giver = min(had, key=lambda slot: (pairs[slot].since, order.index(slot)))
        taker = min(waiting, key=lambda slot: (pairs[slot].last, away[slot], order.index(slot)))
        chosen[chosen.index(giver)] = taker
        pairs[giver].turns = True


class Ear:
    """One listener at 0 (slot 0) and speakers at places of their own; ``step`` is one look, 0.2 s after the last."""

    def __init__(self, at: list[float], most: int = 2) -> None:
        self.places = Places([0.0, *at])
        self.audibility = Audibility(self.places, len(at) + 1)
        self.most = most
        self.now = 100.0
        self.silent: set[int] = set()

    def step(self, seconds: float = EVERY_S) -> list[int]:
        heard: list[int] = []
        for _ in range(round(seconds / EVERY_S)):
            speakers = np.arange(1, len(self.places.at), dtype=np.int32)
            levels = np.array([QUIET if slot in self.silent else LOUD for slot in speakers.tolist()], np.uint8)
            (heard,) = self.audibility.heard_by(
                np.zeros(1, np.int32), np.array([self.most], np.uint8), speakers, levels, self.now
            )
            self.now += EVERY_S
        return heard


def test_the_nearest_are_heard_and_not_more_than_one_wants() -> None:
    ear = Ear([5.0, 1.0, 3.0, 11.0, 12.5], most=3)
    assert ear.step() == [2, 3, 1]
    ear.most = 0
    assert ear.step() == []
    ear.most = 12
    assert ear.step() == [2, 3, 1, 4]


def test_the_edge_of_hearing_is_steady() -> None:
    ear = Ear([12.1])
    assert ear.step() == []
    ear.places.at[1] = 11.9
    assert ear.step() == [1]
    ear.places.at[1] = 13.9
    assert ear.step(4.0) == [1]
    ear.places.at[1] = 14.1
    assert ear.step() == []
    ear.places.at[1] = 13.0
    assert ear.step(4.0) == []


def test_a_voice_stays_until_another_is_clearly_nearer_and_for_a_second_at_least() -> None:
    ear = Ear([6.0, 6.5], most=1)
    assert ear.step() == [1]
    ear.places.at[2] = 1.0
    assert ear.step(0.8) == [1], "he has only just begun to be heard"
    ear.places.at[2] = 5.5
    assert ear.step(2.0) == [1], "half a metre is not much"
    ear.places.at[2] = 4.5
    assert ear.step() == [2]


def test_who_is_silent_gives_his_place_to_who_speaks_and_keeps_it_through_a_breath() -> None:
    ear = Ear([3.0, 8.0], most=1)
    assert ear.step() == [1]
    ear.silent = {1}
    assert ear.step(0.8) == [1]
    assert ear.step(0.6) == [2]
    ear.silent = {1, 2}
    assert ear.step(2.0) == [1], "nobody speaks: the nearest microphone"


def test_open_microphones_fill_free_places_so_that_the_first_word_is_not_lost() -> None:
    ear = Ear([3.0, 8.0, 9.0], most=2)
    ear.silent = {1, 2}
    assert ear.step() == [3, 1]


def test_where_more_speak_than_one_can_hear_everybody_has_his_turn() -> None:
    ear = Ear([4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0], most=2)
    assert ear.step() == [1, 2]
    assert ear.step(audibility.TURN_S - EVERY_S) == [1, 2]
    heard = dict.fromkeys(range(1, 8), 0)
    changes, last = 0, set(ear.step())
    for _ in range(round(112 / EVERY_S)):
        now = set(ear.step())
        changes += now != last
        last = now
        for slot in now:
            heard[slot] += 1
    assert min(heard.values()) * EVERY_S >= 2 * audibility.TURN_S
    assert changes <= 2 * 112 / audibility.TURN_S + 2


def test_people_who_stand_together_are_not_cut_by_the_crowd_around() -> None:
    ear = Ear([1.0, 2.0, 5.0, 6.0], most=2)
    ear.step()
    assert {tuple(sorted(ear.step())) for _ in range(200)} == {(1, 2)}
    third = Ear([1.0, 1.5, 2.0, 5.0], most=2)
    third.step()
    heard = {slot for _ in range(200) for slot in third.step()}
    assert heard == {1, 2, 3}, "but among themselves they take turns"


def test_who_was_silent_long_begins_his_turn_when_he_speaks() -> None:
    ear = Ear([4.0, 5.0], most=1)
    ear.silent = {1, 2}
    ear.step(60.0)
    ear.silent = set()
    assert ear.step(audibility.TURN_S - 1.0) == [1]


def test_beyond_so_many_the_loudest_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audibility, "MAX_SPEAKERS", 2)
    ear = Ear([1.0, 2.0, 3.0], most=3)
    ear.silent = {1}
    assert ear.step() == [2, 3]


def test_nobody_listens_and_nobody_speaks() -> None:
    nobody, ears = np.empty(0, np.int32), np.zeros(1, np.int32)
    heard = Audibility(Places([0.0, 1.0]), 2)
    none = np.empty(0, np.uint8)
    assert heard.heard_by(nobody, none, np.ones(1, np.int32), np.full(1, LOUD, np.uint8), 1.0) == []
    assert heard.heard_by(ears, np.full(1, 6, np.uint8), nobody, none, 1.2) == [[]]
    assert heard.heard_by(ears, np.full(1, 6, np.uint8), np.ones(1, np.int32), np.full(1, LOUD, np.uint8), 1.4) == [[1]]


PEOPLE = 14
WALKS = st.lists(
    st.tuples(
        st.lists(st.sampled_from([0, 0, 0, 0, -40, 40, 150, -150, 900, -900]), min_size=PEOPLE, max_size=PEOPLE),
        st.integers(0, 2**PEOPLE - 1),
        st.integers(0, 2**PEOPLE - 1),
        st.integers(0, 2**PEOPLE - 1),
        st.integers(1, 30),
    ),
    min_size=2,
    max_size=6,
)


@settings(deadline=None, max_examples=40)
@given(walks=WALKS, most=st.lists(st.integers(0, 12), min_size=PEOPLE, max_size=PEOPLE))
def test_as_the_naive_twin_says(walks: list[tuple[list[int], int, int, int, int]], most: list[int]) -> None:
    places = Places([float(n) for n in range(PEOPLE)])
    fast, twin, now = Audibility(places, PEOPLE), Twin(places), 10.0
    for moves, ears, microphones, loud, looks in walks:
        places.at += np.array(moves, np.float32) / np.float32(100)
        listeners, speaking = bits(ears), bits(microphones)
        levels = [LOUD if loud >> slot & 1 else QUIET for slot in speaking]
        wanted = [most[slot] for slot in listeners]
        for _ in range(looks):
            now += EVERY_S
            heard = fast.heard_by(
                np.array(listeners, np.int32),
                np.array(wanted, np.uint8),
                np.array(speaking, np.int32),
                np.array(levels, np.uint8),
                now,
            )
            assert heard == twin.heard_by(listeners, wanted, speaking, levels, now)
            for who, n, slots in zip(listeners, wanted, heard, strict=True):
                assert len(set(slots)) == len(slots) <= n
                assert who not in slots


def bits(number: int) -> list[int]:
    return [slot for slot in range(PEOPLE) if number >> slot & 1]
