"""Two people edit one thing: the second is told, and told what stands there now. Pure.

Whoever edits sends ``seen``, the offset of the entry that he saw (0: there was none).
"""

from __future__ import annotations

import msgspec

from turia.errors import Refused
from turia.event.entries import Value
from turia.event.quoting import quoted
from turia.event.state import State

_SHOWN_CHARS = 80
_SHOWN_FIELDS = 4


def check_seen(state: State, stream: str, key: str, wanted: Value, seen: int) -> None:
    """Raises Refused (``stale``) if the thing is not the one that was seen; the sentence names what it says now."""
    item = state.item(stream, type(wanted), key)
    if (item.offset if item else 0) == seen:
        return
    if item is None:
        raise Refused("stale", "Somebody has deleted this meanwhile. Nothing was changed.")
    raise Refused("stale", f"Somebody has changed this meanwhile. {_now(item.value, wanted)} Nothing was changed.")


def check_offset(state: State, stream: str, kind: type[Value], key: str, seen: int) -> None:
    """The same for a deletion or a decision."""
    item = state.item(stream, kind, key)
    if (item.offset if item else 0) != seen:
        raise Refused("stale", "Somebody has changed this meanwhile. Look at it again. Nothing was changed.")


def _now(there: Value, wanted: Value) -> str:
    differs = [
        f"{name.replace('_', ' ')}: {_shown(getattr(there, name))}"
        for name in there.__struct_fields__
        if getattr(there, name) != getattr(wanted, name)
    ]
    if not differs:
        return "It says the same as yours."
    more = len(differs) - _SHOWN_FIELDS
    return f"Now it says {'; '.join(differs[:_SHOWN_FIELDS])}{f'; and {more} more' if more > 0 else ''}."


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    shown = text if len(text) <= _SHOWN_CHARS else text[: _SHOWN_CHARS - 1] + "…"
    return quoted(shown)
