"""Who may see the pages of slides and take their file. Pure.

Before a session they are its own people's: the owner, whoever may hand in slides for it, and its staff. From the moment
that it is live, or that they are shown, whoever may watch its room may see them; after its end, too.
"""

from __future__ import annotations

from typing import Final

from turia.errors import Refused
from turia.event import sessions, talks
from turia.event.airing import NoAir, may_watch
from turia.event.commands import Actor, Moment
from turia.event.deck_commands import may_add
from turia.event.decks import Deck, SlideShow, deck_of
from turia.event.entries import talk_stream
from turia.event.roles import Permission
from turia.event.rooms import Phase
from turia.event.scopes import Scope
from turia.event.state import State

_BEGUN: Final = frozenset({Phase.LIVE, Phase.PAUSED, Phase.ENDED})
_STAFF: Final = (
    Permission.PROGRAMME_EDIT,
    Permission.SESSION_RUN,
    Permission.ROOM_STAFF,
    Permission.CAPTIONS_WRITE,
    Permission.INTERPRET_SIGN,
)
_EARLY: Final = NoAir("not_shown_yet", "These slides are shown when the session is live. Come back then.")
_GONE: Final = "These slides were deleted, or never existed."


def deck_for(state: State, key: str, by: Actor, moment: Moment, *, inside: bool = False) -> Deck:
    """A deck for somebody who may see its pages. Raises Refused (``unknown_deck``, or what keeps him out).

    ``inside``: he stands in the session's room, so that its door does not matter.
    """
    there = deck_of(state, key)
    if there is None:
        raise Refused("unknown_deck", _GONE)
    no = may_see(state, there[0], key, by, moment, inside=inside)
    if no is not None:
        if not by.person:
            raise Refused("not_signed_in", "Sign in first: this needs to know who you are.")
        raise Refused("not_allowed", no.message)
    return there[1]


def file_for(state: State, key: str, by: Actor, moment: Moment, *, inside: bool = False) -> Deck:
    """A deck for somebody who may take its file: everybody who sees it once it is shared, its own people before."""
    deck = deck_for(state, key, by, moment, inside=inside)
    if not deck.file_shared and not _own(state, _scope(state, key, deck), deck, by, moment):
        raise Refused("not_allowed", "The speaker does not share this file. You can look at its pages.")
    return deck


def may_see(state: State, room: str, key: str, by: Actor, moment: Moment, *, inside: bool = False) -> NoAir | None:
    """Whether somebody may see the pages of a deck that stands in the stream of ``room``; None: yes."""
    deck = state.get(talk_stream(room), Deck, key)
    if deck is None:
        return NoAir("unknown_deck", _GONE)
    if _own(state, Scope(room, deck.session), deck, by, moment):
        return None
    shown = state.get(talk_stream(room), SlideShow, room)
    if sessions.phase_of(state, deck.session) not in _BEGUN and (shown is None or shown.deck != key):
        return _EARLY
    return may_watch(state, by, room, moment.event_at, inside=inside)


def _own(state: State, scope: Scope, deck: Deck, by: Actor, moment: Moment) -> bool:
    """Whether somebody is of the session, and let into the venue."""
    if by.system:
        return True
    if not talks.holds(state, by.person, Permission.EVENT_ENTER, scope, moment):
        return False
    if deck.owner == by.person or may_add(state, by.person, deck.session, moment):
        return True
    return any(talks.holds(state, by.person, each, scope, moment) for each in _STAFF)


def _scope(state: State, key: str, deck: Deck) -> Scope:
    there = deck_of(state, key)
    return Scope(there[0] if there else "", deck.session)
