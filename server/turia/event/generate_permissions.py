"""Writes docs/permissions.md from the roles, the permissions and all commands and queries. Pure."""

from __future__ import annotations

from turia.event.all_commands import COMMANDS, QUERIES
from turia.event.commands import Asked, whole_event
from turia.event.role_texts import PERMISSION_TEXTS, ROLE_TEXTS, ROLE_TITLES
from turia.event.roles import BUILT_IN, Permission

_HEAD = """# Permissions

<!-- Generated from server/turia/event by scripts/gen-protocol: change roles.py, role_texts.py or the command there. -->

Every command and query needs exactly one permission, and it is asked in one place (`turia.event.commands.check`).
Roles are sets of permissions. A **grant** gives a person a role in a **scope** (the event, a room, a session) for a
time of the event's clock; what holds for the event holds in all its rooms, what holds in a room in all its sessions.
Whoever works in a session works in its room too, from the time its doors open until its end and grace, or as long as it
runs.

* Everything fails closed: an unknown role, room or session gives nothing, and neither does a grant of somebody whose
  registration does not let him in (declined, withdrawn, not approved yet).
* Speakers and chairs are not granted: their role follows the programme, for the time of their session and the lead.
* Nobody gives or takes away what he does not hold himself, there and for all of that time. The last organiser of the
  event stays.
* What somebody may do is looked up when he does it, and again for each stream when his rights change; no token says it.
* No category of registration has other rooms or rights than another.
"""


def permissions_md() -> str:
    """The whole page."""
    return "\n".join([_HEAD, _roles(), _matrix(), _asked("Commands", COMMANDS), _asked("Queries", QUERIES)])


def _roles() -> str:
    rows = [f"| `{role}` | {ROLE_TITLES[role]} | {ROLE_TEXTS[role]} |" for role in BUILT_IN]
    return "\n".join(
        [
            "## Roles",
            "",
            "Organisers make further ones on the page of roles, out of the permissions below.",
            "",
            "| role | called | how one comes to it |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _matrix() -> str:
    roles = list(BUILT_IN)
    rows = [
        f"| `{permission}` | {PERMISSION_TEXTS[permission]} | "
        + " | ".join("x" if permission in BUILT_IN[role] else "" for role in roles)
        + " |"
        for permission in Permission
    ]
    head = f"| permission | allows | {' | '.join(roles)} |"
    return "\n".join(["## Permissions", "", head, "|---|---|" + ":-:|" * len(roles), *rows, ""])


def _asked(title: str, table: dict[str, Asked]) -> str:
    rows = [
        f"| `{name}` | `{asked.permission}` | {_where(asked)} | {_first(asked.text)} |"
        for name, asked in sorted(table.items())
    ]
    return "\n".join([f"## {title}", "", "| name | permission | where | what |", "|---|---|---|---|", *rows, ""])


def _where(asked: Asked) -> str:
    return "event" if asked.scope is whole_event else "room or session"


def _first(text: str) -> str:
    """The first sentence, on one line."""
    line = " ".join(text.split("\n\n")[0].split()).replace("|", "\\|")
    return line.partition(". ")[0].rstrip(".") + "."
