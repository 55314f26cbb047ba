"""Slides and captions of events that began before each session had a stream of its own. Pure.

Those of all sessions of a room stood in ``room/<room>/talk``, which was read by whoever its door let in at the time.
The server moves them when it starts, into the streams of their sessions, and has the old ones blanked, whose log held
what is private.
"""

from __future__ import annotations

from typing import Final

from turia.event.captions import Caption
from turia.event.commands import Actor, Answer, Command, Decision, Moment, command, decided
from turia.event.decks import Deck, SlideShow
from turia.event.entries import EVENT_STAFF, Change, delete, put, talk_stream
from turia.event.erasing import Erasure
from turia.event.roles import Permission
from turia.event.state import State

#: Things of one decision at most; the server asks again until all are moved.
MOST: Final = 500
_WHY: Final = "What was said in rooms stands with its session now."


class MoveTalks(Command, frozen=True):
    """Do what is left to do."""


class TalksMoved(Answer, frozen=True):
    """How many things moved; 0: none is left."""

    things: int


@command("talks.move", permission=Permission.NOBODY, answer=TalksMoved)
def move_talks(state: State, given: MoveTalks, by: Actor, moment: Moment) -> Decision:
    """Bring slides and captions from the streams of rooms, where they stood once, to those of their sessions."""
    del given, by
    old = sorted(each for each in state.tops if each.startswith("room/") and each.endswith("/talk"))
    left = [thing for stream in old for thing in _things(state, stream)]
    changes: list[Change] = []
    for stream, key, value in left[:MOST]:
        wanted = value.session if isinstance(value, SlideShow) else key
        changes += [delete(stream, type(value), key), put(talk_stream(value.session), wanted, value)]
    over = set(old) if left else set(old) - _blanked(state)
    if over and len(left) <= MOST:
        things = tuple((stream, "", "") for stream in sorted(over))
        changes.append(put(EVENT_STAFF, moment.new_id(), Erasure("", own=False, reason=_WHY, things=things)))
    return decided(*changes, answer=TalksMoved(min(len(left), MOST)))


def _things(state: State, stream: str) -> list[tuple[str, str, Deck | Caption | SlideShow]]:
    """(stream, key, value), each kind in the order of creation."""
    kinds: tuple[type[Deck] | type[Caption] | type[SlideShow], ...] = (Deck, Caption, SlideShow)
    return [(stream, key, value) for kind in kinds for key, value in state.all(stream, kind).items()]


def _blanked(state: State) -> set[str]:
    """Streams that are, or are about to be."""
    return {stream for each in state.all(EVENT_STAFF, Erasure).values() for stream, kind, _ in each.things if not kind}
