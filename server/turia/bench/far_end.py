"""The other end of measured lines: a process of its own on a core of its own, told by lines of JSON, answering each."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from typing import Any, ClassVar, Self

#: Longest wait for an answer, seconds.
_PATIENCE_S = 120


class FarEnd:
    """Base of what starts such a process (``python -m module core``) and talks to it."""

    module: ClassVar[str]

    def __init__(self, core: int) -> None:
        self._core = core
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *self._command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            limit=1 << 20,
        )
        return self

    def _command(self) -> list[str]:
        return [sys.executable, "-m", self.module, str(self._core)]

    async def __aexit__(self, *_error: object) -> None:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def ask(self, do: str, **order: Any) -> dict[str, Any]:
        """Tell the process to ``do`` something; its answer. Raises ConnectionError when it has ended."""
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"do": do, **order}).encode() + b"\n")
        await process.stdin.drain()
        line = await asyncio.wait_for(process.stdout.readline(), _PATIENCE_S)
        if not line:
            raise ConnectionError("the process at the other end of the lines has ended")
        answer: dict[str, Any] = json.loads(line)
        return answer
