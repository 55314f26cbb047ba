"""The role that is shown beside a name. Pure."""

from __future__ import annotations

from typing import Final

from turia.event import grants, people
from turia.event.state import State

#: Roles that are shown, the weightiest first.
BADGES: Final = ("organiser", "moderator", "chair", "speaker", "steward", "captioner", "interpreter")
#: Whoever spoke stays a speaker; the others are what they are while they are it.
_FOR_GOOD: Final = frozenset({"chair", "speaker"})


def badge_of(state: State, person: str, event_at: int) -> str:
    """The weightiest role that is shown at this time of the event's clock, "" for none; guests have none."""
    if people.standing_role(state, person) != "attendee":
        return ""
    held = {
        grant.role
        for grant in grants.all_of(state, person)
        if grant.role in _FOR_GOOD or not grant.until or event_at < grant.until
    }
    return next((role for role in BADGES if role in held), "")
