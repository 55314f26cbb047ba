"""At most one log line a second of each kind: whoever can make the server log must not be able to fill its disk."""

from __future__ import annotations

import logging
from typing import Final

from turia.clock import Clock

_EVERY_S: Final = 1.0


class LimitedLog:
    """Writes to ``logger``. Kinds are constants of the program, so memory is bounded."""

    def __init__(self, logger: logging.Logger, clock: Clock) -> None:
        self._logger = logger
        self._clock = clock
        self._next: dict[str, float] = {}
        self._suppressed: dict[str, int] = {}

    def warning(self, kind: str, message: str) -> None:
        """Log ``message`` unless a line of this ``kind`` was written within the last second; then count it."""
        self._write(logging.WARNING, kind, message, None)

    def error(self, kind: str, message: str, error: BaseException) -> None:
        """Log a bug with its traceback, limited likewise."""
        self._write(logging.ERROR, kind, message, error)

    def _write(self, level: int, kind: str, message: str, error: BaseException | None) -> None:
        now = self._clock.monotonic()
        if now < self._next.get(kind, 0.0):
            self._suppressed[kind] = self._suppressed.get(kind, 0) + 1
            return
        self._next[kind] = now + _EVERY_S
        more = self._suppressed.pop(kind, 0)
        extra = f" ({more} more like this were not logged)" if more else ""
        self._logger.log(level, "%s: %s%s", kind, message, extra, exc_info=error)


class OncePerSecond(logging.Filter):
    """For a library's logger, whose messages hold what strangers sent: one line a second of each level."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._next: dict[int, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """See logging.Filter."""
        now = self._clock.monotonic()
        if now < self._next.get(record.levelno, 0.0):
            return False
        self._next[record.levelno] = now + _EVERY_S
        return True
