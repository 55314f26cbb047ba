"""Work on untrusted files in a child process with limits of memory, processor time, output size and wall clock.

``call("turia.venue.bake:bake_glb", {...}, limits)`` runs that function in a fresh interpreter: a file that makes a
parser eat memory or loop for ever costs one child, and the caller gets a BundleError that says so. Arguments and
results are JSON; big things travel through files that the arguments name.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import msgspec

from turia.errors import BundleError, TuriaError

_FAILED: Final = 3


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
    order = msgspec.json.encode({"function": function, "arguments": dict(arguments), "limits": asdict(limits)})
    try:
        done = subprocess.run(
            [sys.executable, "-m", "turia.venue.sandbox"],
            input=order,
            capture_output=True,
            timeout=limits.wall_s,
            env=_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BundleError(
            f"The file was not read within {limits.wall_s:.0f} s and was given up; make it simpler."
        ) from error
    if done.returncode == 0:
        return msgspec.json.decode(done.stdout)
    if done.returncode == _FAILED:
        failure = msgspec.json.decode(done.stdout)
        raise BundleError(failure["message"], code=failure["code"])
    raise BundleError(_explain(done.returncode, done.stderr, limits))


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


def _explain(code: int, stderr: bytes, limits: Limits) -> str:
    text = stderr.decode("utf-8", "replace")
    if "MemoryError" in text or "Unable to allocate" in text:
        memory = limits.memory_bytes // 1024**2
        return f"The file asks for more than {memory:,} MB of memory and was given up; make it simpler."
    if code in (-24, -9):
        return f"The file needs more than {limits.cpu_s} s of work and was given up; make it simpler."
    if code == -25 or "File too large" in text:
        return f"The result is larger than {limits.file_bytes // 1024**2:,} MB and was given up; make the file simpler."
    last = text.strip().splitlines()[-1:] or ["no message"]
    return f"The file could not be read ({last[0][:200]}); export it again, and report the file if it opens elsewhere."


def _limit(limits: Limits) -> None:
    import resource

    for what, value in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (value, value))


def _child() -> int:
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
