from __future__ import annotations

import numpy as np

from turia.protocol import state
from turia.world.avatars import Avatars
from turia.world.presence import HIDE_TICKS, KEEP_TICKS, Person, Presence


def one() -> tuple[Avatars, Presence, int]:
    avatars = Avatars(4)
    presence = Presence(avatars)
    slot = avatars.allocate()
    presence.put(slot, Person("id", "Name"))
    avatars.attached[slot] = True
    return avatars, presence, slot


def test_people_are_found_both_ways_until_removed() -> None:
    _, presence, slot = one()
    assert presence.slot_of("id") == slot
    assert presence.person_of(slot).name == "Name"
    presence.remove(slot)
    assert presence.slot_of("id") is None


def test_only_news_makes_a_new_revision() -> None:
    avatars, presence, slot = one()
    before = int(avatars.revision[slot])
    assert not presence.put(slot, Person("id", "Name"))
    assert presence.put(slot, Person("id", "Name", badge="staff"))
    assert avatars.revision[slot] == before + 1
    assert avatars.steward[slot]


def test_quiet_people_are_hidden_and_wake() -> None:
    avatars, presence, slot = one()
    slots = np.array([slot])
    assert not presence.touch(slots, 10).size
    presence.hide_quiet(10 + HIDE_TICKS - 1)
    assert not avatars.hidden[slot]
    presence.hide_quiet(10 + HIDE_TICKS)
    assert avatars.hidden[slot]
    assert avatars.row["state"][slot] & state.AWAY
    assert presence.touch(slots, 400).tolist() == [slot]
    assert not avatars.hidden[slot]
    assert not avatars.row["state"][slot] & state.AWAY


def test_a_place_is_kept_only_for_the_detached_and_only_so_long() -> None:
    avatars, presence, slot = one()
    assert not presence.lapsed(10**6).size
    assert presence.longest_gone() is None
    avatars.attached[slot], avatars.left[slot] = False, 100
    assert not presence.lapsed(100 + KEEP_TICKS - 1).size
    assert presence.lapsed(100 + KEEP_TICKS).tolist() == [slot]
    assert presence.longest_gone() == slot
