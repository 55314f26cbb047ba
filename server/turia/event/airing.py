"""Who may send sound and pictures now, who may watch a room, and how far a voice reaches. Pure.

Asked when a track is published or followed and again whenever something changes: the answer depends on the state and on
the event's clock alone, and :func:`next_change` says when it may change by time alone. Sources are those of
:data:`turia.protocol.media.SOURCES`:

| source | who |
|---|---|
| camera, screen, film | on air in the session, which is live; permission ``stage.speak`` there |
| microphone, screen_audio, film_audio | the same, and not muted |
| interpreter | permission ``interpret.sign`` in the session, which runs (is open, live or paused) |
| voice | whoever is let into the venue and not muted; where a session is live: on air or with the microphone |
| echo | whoever is let into the venue |

A mute beats everything. Doors hold nobody back from sending: people on air belong to the session, and whoever speaks is
inside already.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from turia.event import grants, sessions
from turia.event.commands import Actor
from turia.event.doors import passage
from turia.event.entries import EVENT, room_stream
from turia.event.microphones import AudienceMute, MicGrant, Mute, grant_of, mute_of, mutes_of
from turia.event.permissions import EVENT_SCOPE, permits
from turia.event.programme import Session
from turia.event.quoting import quoted
from turia.event.roles import Permission
from turia.event.rooms import Phase
from turia.event.scopes import Scope
from turia.event.sessions import RUNNING
from turia.event.stage import on_air
from turia.event.state import State
from turia.event.visibility import may_read

#: Sources of people on air, and which sources a mute silences.
STAGE: Final = frozenset({"camera", "microphone", "screen", "screen_audio", "film", "film_audio"})
AUDIBLE: Final = frozenset({"microphone", "screen_audio", "film_audio", "voice"})

_NOT_LIVE: Final = {
    Phase.PLANNED: "has not begun. You can send as soon as it is live; until then, test your devices with the echo.",
    Phase.OPEN: "has not begun. You can send as soon as it is live; until then, test your devices with the echo.",
    Phase.PAUSED: "is paused. You can send again when the chair goes on.",
    Phase.ENDED: "has ended. Ask the chair to open it again if there is more to say.",
    Phase.CANCELLED: "is cancelled.",
}
_DOORS: Final = {
    "not_let_in": "You are not let into the venue: sign in, or ask the organisers.",
    "members": "This room is for its members: ask at its door to be let in.",
    "invitation": "This session is for invited people: ask at its door to be let in.",
    "waiting_room": "People are let into this room one by one: ask at its door.",
    "locked": "This room is locked: wait until it is opened again.",
    "closed": "This room is closed: wait until it is opened.",
}


class NoAir(msgspec.Struct, frozen=True):
    """Why not. ``code``: not_let_in, unknown_source, unknown_session, wrong_room, not_live, not_running, not_allowed,
    not_on_air, muted, audience_muted, one_focus, not_inside, members, invitation, waiting_room, locked, closed;
    ``message``: a sentence that says what to do."""

    code: str
    message: str


def may_send(state: State, by: Actor, source: str, room: str, session: str, event_at: int) -> NoAir | None:
    """Whether somebody may send from this source now (ms UTC of the event's clock); None: yes.

    ``room``: of the programme; for ``voice`` the one he stands in, "" outside of rooms. ``session``: what he is on air
    or interprets in; not looked at for ``voice`` and ``echo``.
    """
    if not permits(state, by.person, Permission.EVENT_ENTER, EVENT_SCOPE, event_at, guest=by.guest):
        return NoAir("not_let_in", _DOORS["not_let_in"])
    if source == "echo":
        return None
    if source == "voice":
        return _muted(state, by, room, event_at) or _out_of_turn(state, by, room, event_at)
    if source == "interpreter":
        return _no_interpreter(state, by, room, session, event_at)
    if source in STAGE:
        silenced = _muted(state, by, room, event_at) if source in AUDIBLE else None
        return _off_stage(state, by, room, session, event_at) or silenced
    return NoAir("unknown_source", f"There is no source called {quoted(source[:40])}.")


def next_change(state: State, by: Actor, room: str, event_at: int) -> int | None:
    """When (ms UTC of the event's clock) what :func:`may_send`, :func:`may_watch` and :func:`voice_reach` say of
    somebody in a room may change though nothing happens; None: never. It may come out the same then: ask, and ask this
    again."""
    instants = {at for grant in grants.all_of(state, by.person) for at in (grant.since, grant.until)}
    for grant in grants.all_of(state, by.person):  # whoever works in a session works in its room for a time
        there = state.get(EVENT, Session, grant.scope.session) if grant.scope.session else None
        if there is not None:
            instants |= set(grants.window(state, grant.scope.session, there))
    microphone = state.get(room_stream(room), MicGrant, by.person) if room else None
    instants |= {mute.until for mute in mutes_of(state, room, by.person)}
    instants.add(microphone.until if microphone else 0)
    return min((at for at in instants if at > event_at), default=None)


def may_watch(state: State, by: Actor, room: str, event_at: int, *, inside: bool = False) -> NoAir | None:
    """Whether somebody may receive what is sent in a room; None: yes. ``inside``: he is in it, so that its door
    does not matter (a locked room keeps its people). A full room may be watched from elsewhere."""
    if not room or not may_read(state, by, room_stream(room), event_at):
        return NoAir("not_let_in", _DOORS["not_let_in"])
    if inside:
        return None
    way = passage(state, room, by.person, event_at)
    return None if way.enters else NoAir(way.why, _DOORS[way.why])


def voice_reach(state: State, person: str, room: str, event_at: int) -> Literal["near", "room"]:
    """How far the voice of somebody carries who may send it: to those near him, or to the whole room, which hears
    people on air and with the microphone while a session is live."""
    live = _live(state, room)
    return "room" if live is not None and _has_floor(state, room, person, live[0], event_at) else "near"


def _live(state: State, room: str) -> tuple[str, Session] | None:
    """The session that is live in a room: the one focus of all ears there."""
    now = sessions.current(state, room) if room else None
    return now if now is not None and sessions.phase_of(state, now[0]) is Phase.LIVE else None


def _has_floor(state: State, room: str, person: str, session: str, event_at: int) -> bool:
    if on_air(state, room, person, session) is not None:
        return True
    return grant_of(state, room, person, session, event_at) is not None


def _muted(state: State, by: Actor, room: str, event_at: int) -> NoAir | None:
    mute = mute_of(state, room, by.person, event_at)
    return None if mute is None else NoAir("muted", _why_muted(mute))


def _why_muted(mute: Mute) -> str:
    why = f": {mute.reason.rstrip('.')}." if mute.reason else "."
    if mute.until:
        return f"You were muted for a while{why} Your raised hand is seen all the same."
    return f"You were muted{why} Ask the chair or a steward to take it back; your raised hand is seen all the same."


def _out_of_turn(state: State, by: Actor, room: str, event_at: int) -> NoAir | None:
    now = sessions.current(state, room) if room else None
    if now is not None and _has_floor(state, room, by.person, now[0], event_at):
        return None
    if room and _live(state, room) is not None and now is not None:
        return NoAir(
            "one_focus",
            f"“{now[1].title}” is on: only whoever is on stage or has the microphone is heard in here. "
            "Raise your hand to ask for the microphone, or talk outside.",
        )
    if room and state.get(room_stream(room), AudienceMute, room) is not None:
        return NoAir("audience_muted", "The audience is muted. Raise your hand, or wait until it is unmuted.")
    return None


def _off_stage(state: State, by: Actor, room: str, session: str, event_at: int) -> NoAir | None:
    there = state.get(EVENT, Session, session)
    wrong = _not_there(there, room)
    if there is None or wrong is not None:
        return wrong
    phase = sessions.phase_of(state, session)
    if phase is not Phase.LIVE:
        return NoAir("not_live", f"“{there.title}” {_NOT_LIVE[phase]}")
    if not permits(state, by.person, Permission.STAGE_SPEAK, Scope(room, session), event_at, guest=by.guest):
        return NoAir("not_allowed", f"You are no speaker of “{there.title}”. Ask the chair for the microphone.")
    if on_air(state, room, by.person, session) is None:
        return NoAir("not_on_air", "You are not on air. Go on air first.")
    return None


def _no_interpreter(state: State, by: Actor, room: str, session: str, event_at: int) -> NoAir | None:
    there = state.get(EVENT, Session, session)
    wrong = _not_there(there, room)
    if there is None or wrong is not None:
        return wrong
    if not permits(state, by.person, Permission.INTERPRET_SIGN, Scope(room, session), event_at, guest=by.guest):
        return NoAir("not_allowed", f"You are no interpreter of “{there.title}”. Ask the organisers for that role.")
    if sessions.phase_of(state, session) not in RUNNING:
        return NoAir("not_running", f"“{there.title}” is not on. You can send as soon as it is open.")
    return None


def _not_there(session: Session | None, room: str) -> NoAir | None:
    if session is None:
        return NoAir("unknown_session", "This session is not in the programme any more.")
    if not room or session.room != room:
        return NoAir("wrong_room", f"“{session.title}” is not in this room. Open it from the programme again.")
    return None
