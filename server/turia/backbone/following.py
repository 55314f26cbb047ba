"""Looks every two seconds at what other processes on the same database wrote, whether or not anybody said so.

A message between servers is a hint, and may be lost: this costs two seconds then, and never data.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from turia.errors import Refused

log = logging.getLogger(__name__)

EVERY_S: Final = 2.0

Look = Callable[[], Awaitable[None]]


class Following:
    """``start()`` once everything that looks is open, ``await close()`` before it is closed. A look raises Refused when
    the database does not answer."""

    def __init__(self, *looks: Look, every_s: float = EVERY_S) -> None:
        self._looks = looks
        self._every_s = every_s
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look from now on."""
        self._task = asyncio.create_task(self._run(), name="turia following")

    async def close(self) -> None:
        """Stop looking. Safe to call twice."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def look(self) -> None:
        """Once; what goes wrong with one look holds up no other."""
        for each in self._looks:
            try:
                await each()
            except Refused as refused:  # the database has complained already
                log.debug("what others wrote is looked at later: %s", refused.message)
            except Exception:
                log.exception("looking at what others wrote failed")

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            await self.look()
