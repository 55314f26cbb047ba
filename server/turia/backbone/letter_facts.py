"""What letters are filled with, read from the event's state. Pure."""

from __future__ import annotations

from datetime import date

from turia.backbone.letter_texts import Facts
from turia.event.countries import countries
from turia.event.entries import EVENT, EVENT_STAFF
from turia.event.invitations import Invitation
from turia.event.mail import Mail
from turia.event.people import Registration
from turia.event.programme import Room, Session
from turia.event.role_texts import ROLE_TITLES
from turia.event.roles import Role
from turia.event.scopes import Scope
from turia.event.settings import Info
from turia.event.state import State


def facts_of(state: State, letter: Mail, registration: Registration | None) -> Facts:
    """The facts for one letter."""
    info = state.get(EVENT, Info, "info") or Info("the event")
    details = dict(letter.details)
    invitation = state.get(EVENT_STAFF, Invitation, details.get("invitation", "-"))
    if invitation is not None and invitation.role:
        own = state.get(EVENT_STAFF, Role, invitation.role)
        role = own.title if own else ROLE_TITLES.get(invitation.role, invitation.role).lower()
        details["role"] = role + _where_of_role(state, invitation.scope)
    return Facts(
        event=info.title,
        name=registration.name if registration else details.get("name", ""),
        when=when(info),
        where=where(info),
        details=details,
    )


def _where_of_role(state: State, scope: Scope) -> str:
    """`` in “Opening”``, `` in the room “Hall”``, or "" for the whole event and for what is gone."""
    if scope.session:
        session = state.get(EVENT, Session, scope.session)
        return f" in “{session.title}”" if session else ""
    room = state.get(EVENT, Room, scope.room) if scope.room else None
    return f" in the room “{room.title}”" if room else ""


def when(info: Info) -> str:
    """``on 3 November 2025``, ``from 3 to 5 November 2025``, or ""."""
    if not info.first_day:
        return ""
    first = date.fromisoformat(info.first_day)
    last = date.fromisoformat(info.last_day or info.first_day)
    if first == last:
        return f"on {_day(first)}"
    if (first.year, first.month) == (last.year, last.month):
        return f"from {first.day} to {_day(last)}"
    return f"from {_day(first)} to {_day(last)}"


def where(info: Info) -> str:
    """``in Valencia, Spain``, or ""."""
    country = countries().get(info.country.upper())
    parts = [part for part in (info.city, country.name if country else info.country) if part]
    return f"in {', '.join(parts)}" if parts else ""


def _day(day: date) -> str:
    return f"{day.day} {day.strftime('%B %Y')}"
