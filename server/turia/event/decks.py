"""Slides: decks of pages, which of them is shown, and notes to them. Values. Pure.

Commands are in :mod:`turia.event.deck_commands` and :mod:`turia.event.slide_commands`. Page images and texts are files
of the server; a deck says how many there are.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Final

from turia.event.entries import Value, talk_stream
from turia.event.state import State

MOST_PAGES: Final = 300
MOST_DECKS: Final = 20
#: Largest file of slides, bytes.
MOST_BYTES: Final = 50_000_000


class DeckState(StrEnum):
    """Where a deck stands."""

    UPLOADING = "uploading"
    RENDERING = "rendering"
    READY = "ready"
    FAILED = "failed"


class Deck(Value, frozen=True):
    """Slides for a session. Stream ``session/<session>/talk``, key: its id. ``width``, ``height``: of the first page,
    pixels; ``bytes``: of the file."""

    kind: ClassVar[str] = "deck"
    session: str
    title: str
    owner: str
    state: DeckState = DeckState.UPLOADING
    pages: int = 0
    width: int = 0
    height: int = 0
    #: Pages that are rendered; all of them once it is ready.
    done_pages: int = 0
    #: Why it failed, and what to do.
    message: str = ""
    #: Whether everybody may take the file itself.
    file_shared: bool = False
    bytes: int = 0


class SlideShow(Value, frozen=True):
    """The page that is shown. Stream ``session/<session>/talk``, key: the session. ``page`` from 1; only ``presenter``
    turns it. ``since``: milliseconds of the event's clock, when this page came."""

    kind: ClassVar[str] = "slide_show"
    session: str
    deck: str
    page: int
    presenter: str
    since: int
    #: The screen is dark, the page stays.
    black: bool = False


class DeckNotes(Value, frozen=True):
    """Notes to a page, for oneself alone. Stream ``person/<id>``, key: ``<deck>.<page>``."""

    kind: ClassVar[str] = "deck_notes"
    text: str


class Decks:
    """View: which session a deck is of."""

    def __init__(self) -> None:
        self._session: dict[str, str] = {}

    def changed(self, stream: str, key: str, old: Value | None, new: Value | None) -> None:
        """See :class:`turia.event.state.View`."""
        if isinstance(new, Deck) and stream == talk_stream(new.session):
            self._session[key] = new.session
        elif isinstance(old, Deck) and stream == talk_stream(old.session):
            del self._session[key]

    def session_of(self, deck: str) -> str:
        """The session, "" if there is no such deck."""
        return self._session.get(deck, "")

    def all(self) -> list[str]:
        """Every deck."""
        return list(self._session)


def deck_of(state: State, key: str) -> Deck | None:
    """A deck, of whatever session."""
    session = state.view(Decks).session_of(key)
    return state.get(talk_stream(session), Deck, key) if session else None


def decks_of(state: State, session: str) -> dict[str, Deck]:
    """The decks of a session in the order in which they were handed in; a copy."""
    return state.all(talk_stream(session), Deck)


def shown_in(state: State, session: str) -> SlideShow | None:
    """What a session shows on the screen of its room."""
    return state.get(talk_stream(session), SlideShow, session)
