"""Imports every module that registers commands and queries; whoever needs COMMANDS whole imports this."""

from __future__ import annotations

from turia.event import (  # noqa: F401 - imported so that they register; one a line
    caption_commands,
    configuring,
    consents,
    deck_commands,
    door_commands,
    editing,
    editing_parts,
    entering,
    erasing,
    founding,
    granting,
    hand_commands,
    importing,
    importing_people,
    invitations,
    invitations_over,
    inviting,
    listing,
    managing,
    microphone_commands,
    my_data,
    my_permissions,
    own,
    posting,
    programme_reading,
    public_page,
    reading,
    recording_commands,
    registering,
    role_definitions,
    room_queries,
    seeding,
    session_commands,
    slide_commands,
    stage_commands,
    starring,
    talk_moving,
    timetable,
    undoing,
    waiting,
)
from turia.event.commands import COMMANDS, QUERIES

__all__ = ["COMMANDS", "QUERIES"]
