"""Work on untrusted files in a child process with limits of memory, processor time, output size and wall clock.

``call("turia.venue.bake:bake_glb", {...}, limits)`` runs that function in a fresh interpreter: a file that makes a
parser eat memory or loop for ever costs one child, and the caller gets a BundleError that says so. Arguments and
results are JSON; big things travel through files that the arguments name. :func:`run` does it beside the event loop: a
task that is cancelled takes its child with it.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import msgspec

from turia.errors import BundleError, TuriaError

#: Codes of the errors that say which limit a file went over.
TOO_SLOW: Final = "sandbox_slow"
TOO_MUCH_MEMORY: Final = "sandbox_memory"
TOO_MUCH_WORK: Final = "sandbox_work"
CRASHED: Final = "sandbox_crash"

_FAILED: Final = 3
_COMMAND: Final = (sys.executable, "-m", "turia.venue.sandbox")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use."""

    memory_bytes: int = 3 * 1024**3
    cpu_s: int = 90
    wall_s: float = 240.0
    file_bytes: int = 512 * 1024**2


def call(function: str, arguments: Mapping[str, Any], limits: Limits | None = None) -> Any:
    """Result of ``module:name`` called with keyword arguments in a limited child.

    Raises the BundleError that the function raised, or one that says which limit the file went over.
    """
    limits = limits or Limits()
    try:
        done = subprocess.run(
            _COMMAND,
            input=_order(function, arguments, limits),
            capture_output=True,
            timeout=limits.wall_s,
            env=_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _too_slow(limits) from error
    return _result(done.returncode, done.stdout, done.stderr, limits)


async def run(function: str, arguments: Mapping[str, Any], limits: Limits | None = None) -> Any:
    """The same without blocking the event loop; the child is ended when the caller is cancelled."""
    limits = limits or Limits()
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(*_COMMAND, stdin=pipe, stdout=pipe, stderr=pipe, env=_environment())
    try:
        async with asyncio.timeout(limits.wall_s):
            stdout, stderr = await child.communicate(_order(function, arguments, limits))
    except TimeoutError as error:
        raise _too_slow(limits) from error
    finally:
        if child.returncode is None:
            child.kill()
            await asyncio.shield(child.wait())
    return _result(child.returncode, stdout, stderr, limits)


def _order(function: str, arguments: Mapping[str, Any], limits: Limits) -> bytes:
    return msgspec.json.encode({"function": function, "arguments": dict(arguments), "limits": asdict(limits)})


def _result(code: int | None, stdout: bytes, stderr: bytes, limits: Limits) -> Any:
    if code == 0:
        return msgspec.json.decode(stdout)
    if code == _FAILED:
        failure = msgspec.json.decode(stdout)
        raise BundleError(failure["message"], code=failure["code"])
    raise _explained(code or 0, stderr, limits)


def _too_slow(limits: Limits) -> BundleError:
    sentence = f"The file was not read within {limits.wall_s:.0f} s and was given up; make it simpler."
    return BundleError(sentence, code=TOO_SLOW)


def _environment() -> dict[str, str]:
    """One thread for linear algebra (each reserves memory) and the modules that the caller can import; no secrets."""
    passed = {
        key: value for key, value in os.environ.items() if key in ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")
    }
    return passed | {
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }


def _explained(code: int, stderr: bytes, limits: Limits) -> BundleError:
    text = stderr.decode("utf-8", "replace")
    if "MemoryError" in text or "Unable to allocate" in text:
        memory = limits.memory_bytes // 1024**2
        sentence = f"The file asks for more than {memory:,} MB of memory and was given up; make it simpler."
        return BundleError(sentence, code=TOO_MUCH_MEMORY)
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        sentence = f"The file needs more than {limits.cpu_s} s of work and was given up; make it simpler."
        return BundleError(sentence, code=TOO_MUCH_WORK)
    if code == -signal.SIGXFSZ or "File too large" in text:
        largest = limits.file_bytes // 1024**2
        return BundleError(f"The result is larger than {largest:,} MB and was given up; make the file simpler.")
    if code < 0:
        sentence = f"The file makes its reader fail ({signal.Signals(-code).name}); save it again with another program."
        return BundleError(sentence, code=CRASHED)
    last = text.strip().splitlines()[-1:] or ["no message"]
    return BundleError(
        f"The file could not be read ({last[0][:200]}); export it again, and report the file if it opens elsewhere."
    )


def _limit(limits: Limits) -> None:
    import resource

    for what, value in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (value, value))


def _ignore_signals() -> None:
    """A terminal or a service manager stops all of our processes at once: it is the caller who ends his child, and who
    must not take that for a fault of the file."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _child() -> int:
    _ignore_signals()
    order = msgspec.json.decode(sys.stdin.buffer.read())
    _limit(Limits(**order["limits"]))
    module, _, name = order["function"].partition(":")
    try:
        result = getattr(importlib.import_module(module), name)(**order["arguments"])
    except TuriaError as error:
        sys.stdout.buffer.write(msgspec.json.encode({"message": error.message, "code": error.code}))
        return _FAILED
    sys.stdout.buffer.write(msgspec.json.encode(result))
    return 0


if __name__ == "__main__":
    sys.exit(_child())
