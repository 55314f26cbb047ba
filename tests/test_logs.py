"""One line a record, in two forms, that nobody outside can forge."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from turia import logs


@pytest.fixture(autouse=True)
def _restore_root() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def written(form: str, level: str = "info") -> tuple[logging.Logger, io.StringIO]:
    stream = io.StringIO()
    logs.set_up(form, level, stream)
    return logging.getLogger("turia.test"), stream


def test_text_is_for_people() -> None:
    log, stream = written("text")
    log.info("listening", extra={"port": 8000, "host": "::1"})
    assert stream.getvalue().endswith(" info turia.test: listening port=8000 host=::1\n")


def test_json_is_one_object_a_line() -> None:
    log, stream = written("json")
    log.warning("joined %s", "Ada", extra={"slot": 3, "ratio": 0.5, "ok": True, "none": None})
    data = json.loads(stream.getvalue())
    assert data.pop("time").endswith("+00:00")
    assert data == {
        "level": "warning",
        "logger": "turia.test",
        "message": "joined Ada",
        "slot": 3,
        "ratio": 0.5,
        "ok": True,
        "none": None,
    }


@pytest.mark.parametrize("form", ["text", "json"])
def test_text_from_outside_cannot_make_a_line_of_its_own(form: str) -> None:
    log, stream = written(form)
    log.info("name", extra={"value": "Ada\n12:00:00 error forged\x1b[2J\u2028"})
    log.info("Ada\nforged")
    assert stream.getvalue().count("\n") == 2
    assert "\x1b" not in stream.getvalue()
    assert "\u2028" not in stream.getvalue()


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_stack_trace_is_one_line_too(form: str) -> None:
    log, stream = written(form)
    try:
        raise ValueError("inside")
    except ValueError:
        log.exception("failed")
    assert stream.getvalue().count("\n") == 1
    assert "inside" in stream.getvalue()


@pytest.mark.parametrize("form", ["text", "json"])
def test_long_values_are_cut(form: str) -> None:
    log, stream = written(form)
    log.info("x", extra={"value": "y" * 1_000_000})
    assert len(stream.getvalue()) < 2_000


def test_levels_below_the_set_one_are_left_out() -> None:
    log, stream = written("text", "warning")
    log.info("quiet")
    log.warning("loud")
    assert stream.getvalue().count("\n") == 1


def test_t21_a_flood_of_complaints_is_one_line_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    log, stream = written("text")
    now = 1_000.0
    monkeypatch.setattr(logging.time, "time", lambda: now)  # type: ignore[attr-defined]
    for _ in range(500):
        log.warning("refused", extra={"address": "x"})
    log.warning("something else")
    log.info("and news")
    assert stream.getvalue().count("\n") == 3
    now += 1.0
    log.warning("refused")
    assert stream.getvalue().splitlines()[-1].endswith("refused left_out=499")


def test_kinds_made_up_by_others_do_not_fill_the_memory() -> None:
    limit = logs.OnePerSecond()
    for n in range(5_000):
        record = logging.LogRecord("x", logging.ERROR, "", 0, f"kind {n}", None, None)
        assert limit.filter(record)
    assert len(limit._seen) <= 1_000
