"""Writes what other languages and people need of the protocol: TypeScript types and docs/protocol.md.

``scripts/gen-protocol`` runs this; ``--check`` writes nothing and fails when a file is stale. A tool, not part of the
server: it alone in this package reads and writes files.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from turia.protocol.generate_docs import protocol_md
from turia.protocol.generate_media import media_ts
from turia.protocol.generate_typescript import protocol_ts

TYPESCRIPT = "client_web/src/net/protocol.gen.ts"
MEDIA_TYPESCRIPT = "client_web/src/net/media.gen.ts"
DOCS = "docs/protocol.md"


def outputs() -> dict[str, str]:
    """Text of every generated file by its path below the repository."""
    return {TYPESCRIPT: protocol_ts(), MEDIA_TYPESCRIPT: media_ts(), DOCS: protocol_md()}


def stale(root: Path, files: dict[str, str] | None = None) -> list[str]:
    """Paths of generated files below ``root`` that are missing or not what they should be now."""
    return [path for path, text in (files or outputs()).items() if _read(root / path) != text]


def main(argv: Sequence[str] | None = None) -> int:
    """Write or check the files; 0 when they are up to date, 1 when ``--check`` found a stale one."""
    return write_or_check(outputs, __doc__, argv)


def write_or_check(files: Callable[[], dict[str, str]], text: str | None, argv: Sequence[str] | None = None) -> int:
    """What ``scripts/gen-protocol`` does with ``files``: text by path below the repository."""
    parser = argparse.ArgumentParser(prog="scripts/gen-protocol", description=text)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is stale")
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="folder of the repository")
    arguments = parser.parse_args(argv)
    made = files()
    old = stale(arguments.root, made)
    if arguments.check:
        for path in old:
            print(f"{path} is stale: run scripts/gen-protocol and commit the result.", file=sys.stderr)
        return 1 if old else 0
    for path in old:
        target = arguments.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(made[path], encoding="utf-8")
        print(f"wrote {path}")
    return 0


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main())
