"""Writes what others need of the event: ``client_web/src/net/event.gen.ts``
and docs/{events,permissions,sessions,talks}.md.

``scripts/gen-protocol`` runs this after the protocol's; ``--check`` writes nothing and fails when a file is stale. A
tool, not part of the server.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from turia.event.generate_docs import events_md
from turia.event.generate_permissions import permissions_md
from turia.event.generate_sessions import sessions_md
from turia.event.generate_talks import talks_md
from turia.event.generate_typescript import event_ts
from turia.protocol import generate

TYPESCRIPT = "client_web/src/net/event.gen.ts"
DOCS = "docs/events.md"
PERMISSIONS = "docs/permissions.md"
SESSIONS = "docs/sessions.md"
TALKS = "docs/talks.md"


def outputs() -> dict[str, str]:
    """Text of every generated file by its path below the repository."""
    return {
        TYPESCRIPT: event_ts(),
        DOCS: events_md(),
        PERMISSIONS: permissions_md(),
        SESSIONS: sessions_md(),
        TALKS: talks_md(),
    }


def stale(root: Path) -> list[str]:
    """Paths of generated files below ``root`` that are missing or not what the event says now."""
    return generate.stale(root, outputs())


def main(argv: Sequence[str] | None = None) -> int:
    """Write or check the files; 0 when they are up to date, 1 when ``--check`` found a stale one."""
    return generate.write_or_check(outputs, __doc__, argv)


if __name__ == "__main__":
    sys.exit(main())
