"""Text that is still being written or recognised: it is shown at once and kept nowhere. Who may send it. Pure."""

from __future__ import annotations

from turia.event import sessions, talks
from turia.event.airing import NoAir
from turia.event.captions import Captioner, CaptionSource
from turia.event.commands import Actor
from turia.event.entries import EVENT, room_stream
from turia.event.permissions import permits
from turia.event.programme import Session
from turia.event.roles import Permission
from turia.event.scopes import Scope
from turia.event.sessions import RUNNING
from turia.event.state import State


def may_send_interim(
    state: State, by: Actor, room: str, session: str, source: CaptionSource, event_at: int
) -> NoAir | None:
    """Whether somebody may show what he is writing (ms UTC of the event's clock); None: yes. As with whole lines, of
    people one writes at a time, and a recogniser writes beside him."""
    there = state.get(EVENT, Session, session)
    if there is None:
        return NoAir("unknown_session", "This session is not in the programme any more.")
    if there.room != room:
        return NoAir("wrong_room", f"“{there.title}” is not in this room. Open it from the programme again.")
    if not permits(state, by.person, Permission.CAPTIONS_WRITE, Scope(room, session), event_at, guest=by.guest):
        return NoAir("not_allowed", f"You are no captioner of “{there.title}”. Ask the organisers for that role.")
    if sessions.phase_of(state, session) not in RUNNING:
        return NoAir("not_running", f"“{there.title}” is not on: captions are written while it is.")
    now = state.get(room_stream(room), Captioner, session)
    if source == "human" and now is not None and now.active != by.person:
        name = talks.name_of(state, now.active) or "Somebody else"
        return NoAir("not_your_turn", f"{name} writes the captions. Take them over first.")
    return None
