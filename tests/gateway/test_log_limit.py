from __future__ import annotations

import logging

import pytest

from turia.gateway.log_limit import LimitedLog, OncePerSecond
from turia.testing.manual_clock import ManualClock


def test_one_line_a_second_of_each_kind_with_a_count_of_the_others(caplog: pytest.LogCaptureFixture) -> None:
    clock = ManualClock()
    log = LimitedLog(logging.getLogger("turia.test"), clock)
    for _ in range(4_000):
        log.warning("malformed", "bytes")
    log.warning("origin", "page")
    clock.advance(1.0)
    log.warning("malformed", "bytes")
    lines = [record.getMessage() for record in caplog.records]
    assert lines == ["malformed: bytes", "origin: page", "malformed: bytes (3999 more like this were not logged)"]


def test_bugs_are_logged_with_their_traceback_but_limited(caplog: pytest.LogCaptureFixture) -> None:
    log = LimitedLog(logging.getLogger("turia.test"), ManualClock())
    for _ in range(10):
        log.error("tick", "tick 5", ValueError("x"))
    assert len(caplog.records) == 1
    assert caplog.records[0].levelno == logging.ERROR
    assert caplog.records[0].exc_info is not None


def test_a_library_gets_one_line_a_second_of_each_level() -> None:
    clock = ManualClock()
    limit = OncePerSecond(clock)

    def record(text: str) -> logging.LogRecord:
        return logging.LogRecord("x", logging.ERROR, "", 0, text, None, None)

    assert [limit.filter(record(f"stranger {i}")) for i in range(5)] == [True, False, False, False, False]
    clock.advance(1.0)
    assert limit.filter(record("again"))
