"""Who may see the pages of slides and take their file. Pure.

Before a session they are its own people's: the owner, whoever may hand in slides for it, and its staff. From the moment
that it is live, or that they are shown, whoever may watch its room may see them; after its end whoever the session's
own door lets in, as with everything that was said (:func:`turia.event.visibility.may_follow`).
"""

from __future__ import annotations

from typing import Final

from turia.errors import Refused
from turia.event import sessions, talks
from turia.event.airing import NoAir, may_watch
from turia.event.commands import Actor, Moment
from turia.event.deck_commands import may_add
from turia.event.decks import Deck, deck_of, shown_in
from turia.event.roles import Permission
from turia.event.rooms import Phase
from turia.event.scopes import Scope
from turia.event.sessions import RUNNING
from turia.event.state import State
from turia.event.talks import of_session
from turia.event.visibility import may_follow

_BEGUN: Final = frozenset({Phase.LIVE, Phase.PAUSED, Phase.ENDED})
_STAFF: Final = (
    Permission.PROGRAMME_EDIT,
    Permission.SESSION_RUN,
    Permission.ROOM_STAFF,
    Permission.CAPTIONS_WRITE,
    Permission.INTERPRET_SIGN,
)
_EARLY: Final = NoAir("not_shown_yet", "These slides are shown when the session is live. Come back then.")
_OVER: Final = NoAir("not_let_in", "This session was not for everybody. Ask its speakers for their slides.")
_GONE: Final = "These slides were deleted, or never existed."


def deck_for(state: State, key: str, by: Actor, moment: Moment, *, inside: bool = False) -> Deck:
    """A deck for somebody who may see its pages. Raises Refused (``unknown_deck``, or what keeps him out).

    ``inside``: he stands in the session's room, so that its door does not matter.
    """
    deck = deck_of(state, key)
    if deck is None:
        raise Refused("unknown_deck", _GONE)
    no = may_see(state, key, deck, by, moment, inside=inside)
    if no is not None:
        if not by.person:
            raise Refused("not_signed_in", "Sign in first: this needs to know who you are.")
        raise Refused("not_allowed", no.message)
    return deck


def file_for(state: State, key: str, by: Actor, moment: Moment, *, inside: bool = False) -> Deck:
    """A deck for somebody who may take its file: everybody who sees it once it is shared, its own people before."""
    deck = deck_for(state, key, by, moment, inside=inside)
    if not deck.file_shared and not _own(state, of_session(state, deck), deck, by, moment):
        raise Refused("not_allowed", "The speaker does not share this file. You can look at its pages.")
    return deck


def may_see(state: State, key: str, deck: Deck, by: Actor, moment: Moment, *, inside: bool = False) -> NoAir | None:
    """Whether somebody may see the pages of a deck; None: yes."""
    scope = of_session(state, deck)
    if _own(state, scope, deck, by, moment):
        return None
    phase, shown = sessions.phase_of(state, deck.session), shown_in(state, deck.session)
    if phase not in _BEGUN and (shown is None or shown.deck != key):
        return _EARLY
    if phase in RUNNING:
        return may_watch(state, by, scope.room, moment.event_at, inside=inside)
    return None if may_follow(state, by, deck.session, moment.event_at) else _OVER


def _own(state: State, scope: Scope, deck: Deck, by: Actor, moment: Moment) -> bool:
    """Whether somebody is of the session, and let into the venue."""
    if by.system:
        return True
    if not talks.holds(state, by.person, Permission.EVENT_ENTER, scope, moment):
        return False
    if deck.owner == by.person or may_add(state, by.person, deck.session, moment):
        return True
    return any(talks.holds(state, by.person, each, scope, moment) for each in _STAFF)
