"""Imports every module that registers commands and queries; whoever needs COMMANDS whole imports this."""

from __future__ import annotations

from turia.event import (  # noqa: F401 - imported so that they register; one a line
    configuring,
    consents,
    door_commands,
    editing,
    editing_parts,
    entering,
    erasing,
    founding,
    granting,
    importing,
    importing_people,
    invitations,
    invitations_over,
    inviting,
    listing,
    managing,
    my_data,
    my_permissions,
    own,
    posting,
    programme_reading,
    public_page,
    reading,
    registering,
    role_definitions,
    room_queries,
    seeding,
    session_commands,
    starring,
    timetable,
    undoing,
    waiting,
)
from turia.event.commands import COMMANDS, QUERIES

__all__ = ["COMMANDS", "QUERIES"]
