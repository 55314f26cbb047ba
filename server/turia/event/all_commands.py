"""Imports every module that registers commands and queries; whoever needs COMMANDS whole imports this."""

from __future__ import annotations

from turia.event import (  # noqa: F401 - imported so that they register; one a line
    consents,
    entering,
    reading,
    registering,
    seeding,
)
from turia.event.commands import COMMANDS, QUERIES

__all__ = ["COMMANDS", "QUERIES"]
