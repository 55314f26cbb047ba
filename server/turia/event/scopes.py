"""Where something holds: the event, a room, or a session. Pure."""

from __future__ import annotations

from typing import Final

import msgspec


class Scope(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where: the whole event (both empty), a room, or a session in a room."""

    room: str = ""
    session: str = ""

    def holds(self, other: Scope) -> bool:
        """Whether ``other`` lies in this scope."""
        if self.session:
            return self.session == other.session
        return not self.room or self.room == other.room


EVENT_SCOPE: Final = Scope()
