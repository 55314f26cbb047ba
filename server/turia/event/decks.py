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
    """Slides for a session. Stream ``room/<room>/talk``, key: its id. ``width``, ``height``: of the first page, pixels;
    ``bytes``: of the file."""

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
    """The page that is shown. Stream ``room/<room>/talk``, key: the room. ``page`` from 1; only ``presenter`` turns it.
    ``since``: milliseconds of the event's clock, when this page came."""

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
    """View: which room's stream a deck stands in, by deck and by session."""

    def __init__(self) -> None:
        self._room: dict[str, str] = {}
        self._of: dict[str, dict[str, str]] = {}

    def changed(self, stream: str, key: str, old: Value | None, new: Value | None) -> None:
        """See :class:`turia.event.state.View`."""
        room = stream.removeprefix("room/").removesuffix("/talk")
        if isinstance(old, Deck) and not isinstance(new, Deck) and self._room.get(key) == room:
            del self._room[key]
            mine = self._of[old.session]
            del mine[key]
            if not mine:
                del self._of[old.session]
        if isinstance(new, Deck):
            self._room[key] = room
            self._of.setdefault(new.session, {})[key] = room

    def room_of(self, deck: str) -> str:
        """The room, "" if there is no such deck."""
        return self._room.get(deck, "")

    def of(self, session: str) -> dict[str, str]:
        """Deck -> room, of a session; a copy."""
        return dict(self._of.get(session, {}))


def deck_of(state: State, key: str) -> tuple[str, Deck] | None:
    """A deck and the room that it stands in."""
    room = state.view(Decks).room_of(key)
    deck = state.get(talk_stream(room), Deck, key) if room else None
    return (room, deck) if deck is not None else None
