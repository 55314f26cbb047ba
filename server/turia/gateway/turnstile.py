"""Lets newcomers in a few each tick while the server is late, so that those who are inside do not wait for them. Pure.

A newcomer costs as much as a hundred poses. If many come at once, or come again because nobody answered, a server that
is nearly full does nothing but handshakes, answers none of them in time, and never recovers.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final

from turia.gateway.load import LATE_S

_MOST, _LEAST = 16, 1
#: Who would have to wait longer than this, in ticks, is told to come back.
_PATIENCE: Final = 40


class Turnstile:
    """Open to all until :meth:`turn` hears of a late tick; then ``limit`` newcomers pass a tick."""

    def __init__(self) -> None:
        self.limit: int | None = None
        self._passes = 0
        self._waiting: deque[asyncio.Future[bool]] = deque()

    async def admit(self) -> bool:
        """Wait for one's turn; False, at once, when there are too many before."""
        if self.limit is None or (self._passes > 0 and not self._waiting):
            self._passes -= 1
            return True
        if len(self._waiting) >= _PATIENCE * self.limit:
            return False
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        return await turn

    def turn(self, late_s: float) -> None:
        """A tick begins, so late: let the next ones through."""
        if late_s > LATE_S:
            self.limit = max(_LEAST, _MOST if self.limit is None else self.limit // 2)
        elif self.limit is not None:
            self.limit = self.limit + 1 if self.limit < _MOST or self._waiting else None
        if self.limit is not None:
            self._send_back(_PATIENCE * self.limit)
        self._passes = len(self._waiting) if self.limit is None else self.limit
        while self._passes > 0 and self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():  # who gave up takes nobody's turn
                turn.set_result(True)
                self._passes -= 1

    def _send_back(self, most: int) -> None:
        """Fewer pass now than when they queued up: the last ones would wait for longer than they were let believe."""
        while len(self._waiting) > most:
            turn = self._waiting.pop()
            if not turn.done():
                turn.set_result(False)

    def close(self) -> None:
        """The server stops: nobody waits any more."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(False)
