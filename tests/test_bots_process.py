"""Bots beside a demo start and end with their server."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import pytest

from turia import bots_process
from turia.bots_process import BotsProcess

WAIT = "import signal; print('up', flush=True); signal.pause()"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {WAIT}"


def stand_in(code: str) -> BotsProcess:
    bots = BotsProcess(3, "http://127.0.0.1:1/", insecure=False)
    bots._arguments = ["-c", code]
    return bots


def test_they_are_told_where_to_go() -> None:
    bots = BotsProcess(3, "https://127.0.0.1:1/", insecure=True)
    assert bots._arguments[1:] == ["turia", "bots", "--count", "3", "--url", "https://127.0.0.1:1/", "--insecure"]


@pytest.mark.parametrize("code", [WAIT, DEAF, "pass"], ids=["willing", "deaf", "gone already"])
async def test_stopping_ends_them_in_any_case(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bots_process, "_STOP_S", 0.3)
    bots = stand_in(code)
    await bots.start()
    assert bots._process is not None
    await bots.stop()
    assert await asyncio.wait_for(bots._process.wait(), 60) is not None


async def test_stopping_what_never_started_is_nothing() -> None:
    await stand_in(WAIT).stop()


async def test_a_killed_server_takes_its_bots_along() -> None:
    parent = """
import asyncio, sys
from turia.bots_process import BotsProcess
async def main():
    bots = BotsProcess(1, "x", insecure=False)
    bots._arguments = ["-c", "import signal; signal.pause()"]
    await bots.start()
    print(bots._process.pid, flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""
    server = await asyncio.create_subprocess_exec(sys.executable, "-c", parent, stdout=asyncio.subprocess.PIPE)
    assert server.stdout is not None
    bots_pid = int(await asyncio.wait_for(server.stdout.readline(), 60))
    watch = os.pidfd_open(bots_pid)
    gone = asyncio.Event()
    asyncio.get_running_loop().add_reader(watch, gone.set)
    server.send_signal(signal.SIGKILL)
    await server.wait()
    await asyncio.wait_for(gone.wait(), 60)
    asyncio.get_running_loop().remove_reader(watch)
    os.close(watch)
