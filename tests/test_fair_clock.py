"""The clock for claims about time goes, and never faster than time."""

from __future__ import annotations

import time

from tests.fair_clock import FairClock


def test_it_goes_and_never_faster_than_time() -> None:
    begin = time.monotonic()
    with FairClock() as clock:
        while clock.now() < 0.1:
            time.sleep(0.01)
        assert clock.now() <= time.monotonic() - begin
