"""What all benches share: the command line, tables, medians, cores and a server process to measure."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import resource
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from turia.arguments import Arguments


def parser(name: str, what: str) -> argparse.ArgumentParser:
    """``--json FILE`` and ``--quick``; a bench adds its own options."""
    parse = Arguments(prog=f"scripts/bench {name}", description=what)
    parse.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE")
    parse.add_argument("--quick", action="store_true", help="small counts, to see that it runs; figures mean little")
    return parse


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Columns aligned to the right."""
    cells = [list(map(str, head)), *(list(map(_text, row)) for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)


def _text(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def finish(name: str, figures: dict[str, Any], file: Path | None) -> None:
    """Print the figures and write them with what machine they stand for."""
    for key, value in figures.items():
        if not isinstance(value, list | dict):
            print(f"{key:>28}  {_text(value)}")
    if file is not None:
        machine = {"cores": os.cpu_count(), "python": platform.python_version(), "machine": platform.machine()}
        file.write_text(json.dumps({"bench": name, "machine": machine, **figures}, indent=2) + "\n")
        print(f"written to {file}")


def cores() -> tuple[int, int]:
    """(core for the server, core for the load): different ones where the machine has two."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[-1]


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far, its waited-for children not counted."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def waited_seconds(pid: int) -> float:
    """Seconds that a process's threads were ready to run and another one had the core, so far: what a busy machine
    takes from a measurement."""
    spent = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):  # a thread that has just ended
            spent += int((task / "schedstat").read_text().split()[1])
    return spent / 1e9


def many_files() -> None:
    """As many descriptors as the system allows, here and in processes started from now on: thousands of lines."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
