"""Imports every module that registers commands and queries; whoever needs COMMANDS whole imports this."""

from __future__ import annotations

from turia.event import (  # noqa: F401 - imported so that they register; one a line
    consents,
    door_commands,
    editing,
    editing_parts,
    entering,
    inviting,
    programme_reading,
    reading,
    registering,
    room_queries,
    seeding,
    session_commands,
    standing,
    starring,
    timetable,
    undoing,
    waiting,
)
from turia.event.commands import COMMANDS, QUERIES

__all__ = ["COMMANDS", "QUERIES"]
