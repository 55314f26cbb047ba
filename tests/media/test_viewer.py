"""The table of what a viewer gets, and what layers do to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turia.media.intake import Frame
from turia.media.viewer import STEPS, WAITING, Mode, kind, reason, step

KEY = Frame(b"", 0, key=True, arrived=0.0)
BASE, FIRST, SECOND = (Frame(b"", layer, key=False, arrived=0.0) for layer in range(3))


def taken(mode: Mode, *frames: Frame) -> tuple[list[bool], Mode]:
    found = []
    for frame in frames:
        take, mode = step(mode, frame)
        found.append(take)
    return found, mode


def test_the_table_has_every_case() -> None:
    assert set(STEPS) == {(waiting, of) for waiting in (True, False) for of in ("key", "base", "upper")}
    assert [kind(frame) for frame in (KEY, BASE, FIRST, SECOND)] == ["key", "base", "upper", "upper"]


def test_who_waits_begins_with_a_key() -> None:
    found, mode = taken(Mode(WAITING, 2, 2), BASE, FIRST, KEY, SECOND)
    assert found == [False, False, True, True]
    assert mode == Mode(2, 2, 2)


def test_a_layer_comes_back_with_the_base_and_goes_at_once() -> None:
    low = Mode(2, 2, 2).limited(0)
    assert low == Mode(0, 0, 2)
    found, mode = taken(low.limited(1), FIRST, BASE, FIRST, SECOND)
    assert found == [False, True, True, False]
    assert mode == Mode(1, 1, 2)


def test_nobody_gets_more_than_he_asked_for() -> None:
    assert Mode(0, 0, 1).limited(3) == Mode(0, 1, 1)


def test_why_a_frame_was_left_out() -> None:
    assert reason(Mode(WAITING, 2, 2), BASE) == "waiting_key"
    assert reason(Mode(0, 0, 2), SECOND) == "layers"
    assert reason(Mode(0, 0, 0), SECOND) == "", "he did not ask for it"
    assert reason(Mode(WAITING, 0, 0), SECOND) == ""


@given(st.lists(st.sampled_from([KEY, BASE, FIRST, SECOND])), st.integers(0, 2), st.integers(0, 2))
def test_after_a_lost_base_nothing_comes_before_a_key(frames: list[Frame], cap: int, wanted: int) -> None:
    found, _ = taken(Mode(min(cap, wanted), min(cap, wanted), wanted).lost(), *frames)
    until = next((at for at, frame in enumerate(frames) if frame.key), len(frames))
    assert not any(found[:until])


@pytest.mark.parametrize("frame", [KEY, BASE])
def test_the_base_is_for_everybody_who_follows(frame: Frame) -> None:
    assert taken(Mode(0, 0, 0), frame)[0] == [True]
