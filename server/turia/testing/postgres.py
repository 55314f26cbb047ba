"""A PostgreSQL server of one's own for tests and benches: in a temporary folder, on a free port of the loopback."""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Final

from turia.errors import StartError
from turia.testing.server_process import free_port

_USER: Final = "turia"
_POLL_S: Final = 0.02
_START_S: Final = 30.0
#: Small: many tests share a machine. What makes commits durable stays as it is by default. After a kill the disk is
#: synchronised as a whole: file by file it takes half a minute where the tests before made a hundred databases.
_OPTIONS: Final = (
    "shared_buffers=16MB",
    "max_connections=40",
    "unix_socket_directories=",
    "log_min_messages=error",
    "recovery_init_sync_method=syncfs",
)


class PostgresProcess:
    """``with PostgresProcess() as server``: ``server.create_database()`` gives the address of an empty database."""

    def __init__(self) -> None:
        self.port = free_port()
        self._binaries = _binaries()
        self._folder = Path(tempfile.mkdtemp(prefix="turia-postgres-"))
        self._names = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = _owner()
        if self._owner is not None:
            shutil.chown(self._folder, self._owner)
        options = ["--pgdata", str(self._data), "--username", _USER, "--auth", "trust", "--encoding", "UTF8"]
        self._call("initdb", *options, "--locale", "C", "--no-sync")

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def create_database(self) -> str:
        """Address of a new, empty database. Starts the server if a test left it stopped."""
        if self._process is None:
            self.start()
        name = f"turia_{next(self._names)}"
        self._call("createdb", "--host", "127.0.0.1", "--port", str(self.port), "--username", _USER, name)
        return f"postgresql://{_USER}@127.0.0.1:{self.port}/{name}"

    # -- life ----------------------------------------------------------------------------------------
    def start(self) -> PostgresProcess:
        """Start and wait until it takes connections. Raises StartError."""
        settings = [part for option in _OPTIONS for part in ("-c", option)]
        command = [str(self._binaries / "postgres"), "-D", str(self._data), "-p", str(self.port), "-h", "127.0.0.1"]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, *settings], stdout=log, stderr=log, user=self._owner, cwd=self._folder
            )
        deadline = time.monotonic() + _START_S
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                log_end = (self._folder / "log").read_text(errors="replace")[-2_000:]
                self.kill()
                raise StartError(f"PostgreSQL did not start:\n{log_end}")
            time.sleep(_POLL_S)
        return self

    def _ready(self) -> bool:
        """The third line of its lock file is there once; the last one says when it is ready."""
        with contextlib.suppress(OSError, IndexError):
            lines = (self._data / "postmaster.pid").read_text().splitlines()
            if lines[0] == str(self._pid) and lines[7].strip() == "ready":
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return True
        return False

    def kill(self) -> None:
        """kill -9 of all its processes; what was committed is still there after the next start."""
        process, self._process = self._process, None
        if process is None:
            return
        children = _children(process.pid)
        for pid in (process.pid, *children):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()
        while any(_alive(pid) for pid in children):  # they hold memory that the next start wants
            time.sleep(_POLL_S)

    def freeze(self) -> None:
        """All its processes stand still: connections stay open, nobody answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """They go on."""
        self._signal(signal.SIGCONT)

    def close(self) -> None:
        """Kill it and remove its folder."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> PostgresProcess:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- helpers -------------------------------------------------------------------------------------
    @property
    def _pid(self) -> int:
        if self._process is None:
            raise StartError("PostgreSQL was not started")
        return self._process.pid

    def _signal(self, number: signal.Signals) -> None:
        for pid in (self._pid, *_children(self._pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def _call(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._binaries / program), *arguments],
            user=self._owner,
            cwd=self._folder,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise StartError(f"{program} failed:\n{done.stderr.decode(errors='replace')}")


def _binaries() -> Path:
    """The newest PostgreSQL of Debian, else the one in PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    in_path = shutil.which("postgres")
    if in_path is None:
        raise StartError("PostgreSQL is not installed. On Debian: apt-get install postgresql")
    return Path(in_path).resolve().parent


def _owner() -> str | None:
    """PostgreSQL does not run as root: the user to run it as there, else None (oneself)."""
    if os.getuid() != 0:
        return None
    names = {each.pw_name for each in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _alive(pid: int) -> bool:
    """Whether it runs; one that nobody has waited for yet (a zombie) does not."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []
