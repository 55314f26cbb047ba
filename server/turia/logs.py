"""Structured logs: one line a record, as text for people or JSON for collectors. The only file that sets up logging.

Fields go in ``extra``: ``log.info("listening", extra={"port": 8000})``. Values from outside are written escaped, so
that nobody can forge a line.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Final, TextIO

#: What every record has by itself; everything else came as ``extra``.
_OWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
#: A single field is cut at this length: logs are for reading.
_MAX_FIELD_CHARS: Final = 1_000
#: Kinds of complaints remembered; beyond that all are forgotten.
_MAX_KINDS: Final = 1_000


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in _OWN}


def _shortened(value: Any) -> Any:
    if isinstance(value, int | float | bool) or value is None:
        return value
    text = str(value)
    return text if len(text) <= _MAX_FIELD_CHARS else f"{text[:_MAX_FIELD_CHARS]}..."


def _trace(record: logging.LogRecord) -> str:
    return "".join(traceback.format_exception(*record.exc_info)).rstrip() if record.exc_info else ""


class JsonFormatter(logging.Formatter):
    """``{"time", "level", "logger", "message", ...fields, "trace"}`` on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """See logging.Formatter."""
        data: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _shortened(record.getMessage()),
        }
        data |= {name: _shortened(value) for name, value in _fields(record).items()}
        if trace := _trace(record):
            data["trace"] = trace
        return json.dumps(data, ensure_ascii=True)


class TextFormatter(logging.Formatter):
    """``12:00:00.000 info turia.app: listening port=8000``; a stack trace is one line too, its breaks escaped."""

    def format(self, record: logging.LogRecord) -> str:
        """See logging.Formatter."""
        time = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S.%f")[:-3]
        line = f"{time} {record.levelname.lower()} {record.name}: {_escaped(record.getMessage())}"
        fields = "".join(f" {name}={_escaped(_shortened(value))}" for name, value in _fields(record).items())
        trace = f" trace={_escaped(_trace(record))}" if record.exc_info else ""
        return line + fields + trace


def _escaped(value: Any) -> str:
    """Line breaks and control characters become escapes; quotes go round what has spaces."""
    text = str(value)
    if text.isprintable():
        return text
    return text.encode("unicode_escape").decode("ascii")


class OnePerSecond(logging.Filter):
    """Warnings and errors of one kind (logger and wording) are written once a second; the next one says how many more.

    Who can make the server complain must not be able to fill its disk.
    """

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """See logging.Filter."""
        if record.levelno < logging.WARNING:
            return True
        kind = (record.name, str(record.msg)[:200])
        last, left_out = self._seen.get(kind, (float("-inf"), 0))
        if 0 <= record.created - last < 1.0:
            self._seen[kind] = (last, left_out + 1)
            return False
        if len(self._seen) >= _MAX_KINDS:
            self._seen.clear()
        self._seen[kind] = (record.created, 0)
        if left_out:
            record.left_out = left_out
        return True


def set_up(form: str, level: str, stream: TextIO | None = None) -> None:
    """Send every log to ``stream`` (standard error) as ``form`` (text or json) from ``level`` on."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    handler.addFilter(OnePerSecond())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # A line for every request says little and costs much at thousands of connections; metrics count them.
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    for chatty in ("socketio", "engineio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
