"""A real server in a process of its own, for end-to-end tests and benches: started, killed, restarted, measured."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final

from turia.errors import StartError

_POLL_S: Final = 0.05


def free_port() -> int:
    """A TCP port of the loopback address that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ServerProcess:
    """``turia serve`` on a port that stays the same over restarts. Settings are names of turia.settings.Settings."""

    def __init__(self, folder: Path, settings: Mapping[str, object], *, core: int | None = None) -> None:
        self.folder = folder
        self.port = int(str(settings.get("port") or free_port()))
        self.url = f"http://127.0.0.1:{self.port}"
        self.core = core
        self._settings = {"port": self.port, "data_dir": folder / "data", "profile": "demo", **settings}
        self._process: subprocess.Popen[bytes] | None = None
        self.log = folder / "server.log"

    @property
    def pid(self) -> int:
        """Process id; raises StartError when not running."""
        if self._process is None:
            raise StartError("the server process was not started")
        return self._process.pid

    def start(self, timeout_s: float = 90.0) -> ServerProcess:
        """Start and wait until /readyz answers; raises StartError with the end of the log otherwise."""
        self.folder.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, **{f"TURIA_{key.upper()}": str(value) for key, value in self._settings.items()}}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "turia", "serve"], cwd=self.folder, env=environment, stdout=log, stderr=log
            )
        if self.core is not None:
            os.sched_setaffinity(self._process.pid, {self.core})
        deadline = time.monotonic() + timeout_s
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise StartError(f"the server did not get ready:\n{self.tail()}")
            time.sleep(_POLL_S)
        return self

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self, timeout_s: float = 60.0) -> float:
        """Ask it to stop; returns the seconds it took. Raises subprocess.TimeoutExpired when it does not."""
        if self._process is None:
            return 0.0
        begin = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout_s)
        self._process = None
        return time.monotonic() - begin

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def tail(self, lines: int = 20) -> str:
        """The last lines of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""

    def said(self, pattern: str, timeout_s: float = 60.0) -> str:
        """The first group of the first place in its log that matches; raises StartError when it does not come."""
        deadline = time.monotonic() + timeout_s
        while not (found := re.search(pattern, self.log.read_text(errors="replace"))):
            if time.monotonic() > deadline:
                raise StartError(f"the server did not say {pattern!r}:\n{self.tail()}")
            time.sleep(_POLL_S)
        return found[1]

    def metric(self, name: str) -> float:
        """Value of a metric of /metrics, all labels added up; 0 if it is not there."""
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.split("{")[0].split(" ")[0] == name)

    def __enter__(self) -> ServerProcess:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
