"""The far end of media benches: ``sink.c`` compiled and run on a core of its own, given lines that are open already."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal

from turia.errors import StartError

#: ``W``: WebSockets with media frames; ``w``: the same, not counted among those who should get frames; ``T``: bytes are
#: counted only; ``U``: UDP sockets with RTP.
Kind = Literal["W", "w", "T", "U"]
#: Eight bytes that stand before the time of sending (u64, little-endian, microseconds) in RTP payloads.
MAGIC: Final = b"TuriaRTP"
_SOURCE: Final = Path(__file__).with_name("sink.c")
_AT_ONCE: Final = 200
_ANSWER_BYTES: Final = 4_096
_PATIENCE_S: Final = 60.0


class Sink:
    """``with Sink(core) as sink``; raises StartError where there is no compiler."""

    def __init__(self, core: int) -> None:
        self._core = core
        self._folder = tempfile.TemporaryDirectory(prefix="turia-sink-")
        self._ours, self._theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._ours.settimeout(_PATIENCE_S)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Sink:
        program = compiled(Path(self._folder.name))
        number = self._theirs.fileno()
        self._process = subprocess.Popen([str(program), str(number)], pass_fds=[number])
        self._theirs.close()
        os.sched_setaffinity(self._process.pid, {self._core})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._ours.close()
        self._theirs.close()
        self._folder.cleanup()

    def add(self, kind: Kind, lines: Sequence[socket.socket]) -> None:
        """Read these from now on, from where they are: at the beginning of a message."""
        for first in range(0, len(lines), _AT_ONCE):
            numbers = [line.fileno() for line in lines[first : first + _AT_ONCE]]
            socket.send_fds(self._ours, [kind.encode()], numbers)
            self._answer()

    def reset(self) -> None:
        """Count from now on."""
        self._ours.send(b"Z")
        self._answer()

    def report(self) -> dict[str, Any]:
        """What came since then: lines, open, frames, others, bytes, reads, timed, pongs, least and most (frames of one
        line), mean_ms, p50_ms, p99_ms, max_ms, cpu_s; delays are -1 where none was seen."""
        self._ours.send(b"R")
        answer: dict[str, Any] = json.loads(self._answer())
        return answer

    def _answer(self) -> bytes:
        answer = self._ours.recv(_ANSWER_BYTES)
        if not answer:
            raise StartError("the sink has ended")
        return answer


def compiler() -> str | None:
    """Where the system's C compiler is."""
    return shutil.which("cc") or shutil.which("gcc")


def compiled(folder: Path) -> Path:
    """The program, in ``folder``."""
    found = compiler()
    if found is None:
        raise StartError("The far end of this bench is a small C program: install gcc (or another cc).")
    program = folder / "sink"
    subprocess.run([found, "-O2", "-Wall", str(_SOURCE), "-o", str(program)], check=True, timeout=60)
    return program
