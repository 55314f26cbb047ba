"""Places are kept for a minute, by the clock of whoever asks."""

from __future__ import annotations

from turia.backbone.absences import KEEP_S, Absences
from turia.testing.manual_clock import ManualClock


def test_a_minute_counts_from_when_somebody_was_last_seen() -> None:
    clock, here = ManualClock(), {"ana"}
    absences = Absences(clock, here.__contains__)
    assert absences.gone(["ana", "ben"]) == set()
    clock.advance(KEEP_S)
    assert absences.gone(["ana", "ben"]) == {"ben"}
    here.discard("ana")
    clock.advance(KEEP_S - 1)
    assert absences.gone(["ana"]) == set()
    clock.advance(1)
    assert absences.gone(["ana"]) == {"ana"}


def test_who_gave_up_his_place_and_comes_again_has_a_minute_anew() -> None:
    clock = ManualClock()
    absences = Absences(clock, set().__contains__)
    absences.gone(["ana"])
    absences.gone([])
    clock.advance(KEEP_S)
    assert absences.gone(["ana"]) == set()
