"""Bots beside a demo: a process of their own, started when the server listens and stopped with it."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import logging
import signal
import sys
from typing import Final

log = logging.getLogger(__name__)

_STOP_S: Final = 2.0
_PR_SET_PDEATHSIG: Final = 1
_libc: Final = ctypes.CDLL(None)


def _end_with_parent() -> None:
    """In the child, before it becomes the bots: a server that is killed outright takes its bots along."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class BotsProcess:
    """``turia bots --count N --url URL``."""

    def __init__(self, count: int, url: str, *, insecure: bool) -> None:
        self._arguments = ["-m", "turia", "bots", "--count", str(count), "--url", url]
        if insecure:
            self._arguments.append("--insecure")
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start them; what they print is not shown."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *self._arguments,
            stdout=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
        log.info("bots started", extra={"pid": self._process.pid})

    async def stop(self) -> None:
        """End them, kindly at first."""
        if self._process is None or self._process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), _STOP_S)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
