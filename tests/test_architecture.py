"""The invariants of ARCHITECTURE.md that are absences: who imports what, and what the core never does."""

from __future__ import annotations

import ast
import sys
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "server" / "turia"
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if not {"node_modules", "bundled"} & set(path.parts))
#: library -> the files that may import it.
ALONE = {
    "socketio": {"gateway/fast_lane.py"},
    "engineio": {"gateway/fast_lane.py"},
    "jwt": {"web/auth.py"},
    "cryptography": {"web/tls.py"},
    "picows": {"testing/lean_client.py"},
    "alembic": {
        "store/migrate.py",
        "store/migrations/env.py",
        *(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.glob("store/migrations/versions/m*.py")),
    },
    "prometheus_client": {"web/metrics.py"},
    "aiosmtplib": {"backbone/post.py"},
    "icalendar": {"programme/read_calendar.py"},
    "defusedxml": {"programme/read_xml.py"},
    "pycountry": {"event/countries.py"},
    "pypdfium2": {"slides/pdf.py"},
    "av": {"recording/remux.py", "captioning/opus.py"},
    "vosk": {"captioning/vosk_engine.py"},
    "confusable_homoglyphs": {"event/confusables.py"},
}


@cache
def imports(path: Path) -> set[str]:
    """Top names of everything a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def importers(library: str) -> set[str]:
    return {path.relative_to(PACKAGE).as_posix() for path in SOURCES if library in imports(path)}


@pytest.mark.parametrize("library", ALONE)
def test_one_library_is_imported_by_one_file(library: str) -> None:
    found = {path for path in importers(library) if not path.startswith("bench/")}  # peers are measured with theirs
    assert found == ALONE[library]


def test_the_core_knows_numbers_and_messages_alone() -> None:
    allowed = {"turia", "numpy", "msgspec"} | (
        set(sys.stdlib_module_names) - {"time", "random", "logging", "socket", "asyncio"}
    )
    for path in [path for part in ("world", "protocol", "media") for path in (PACKAGE / part).glob("*.py")]:
        assert imports(path) <= allowed, path.name
    for path in (PACKAGE / "event").glob("*.py"):
        assert imports(path) <= allowed | {"pycountry", "confusable_homoglyphs"}, path.name


def test_only_the_store_knows_a_database() -> None:
    for library in ("sqlalchemy", "sqlite3", "asyncpg"):
        assert all(path.startswith(("store/", "bench/")) for path in importers(library)), library


def test_no_file_prints_but_the_commands() -> None:
    """What the server has to say goes to the log; only what a person asked for on a terminal is printed."""
    commands = {"cli.py", "app.py", "settings_page.py"}
    for path in SOURCES:
        relative = path.relative_to(PACKAGE)
        if relative.parts[0] in {"bench", "testing", "venue", "protocol"} or relative.as_posix() in commands:
            continue
        calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        assert not [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"], relative
