"""Handing in slides, sharing and deleting them; the renderer says how far it is. Notes to one's slides."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from turia.errors import Refused
from turia.event import names, sessions, talks
from turia.event.commands import Actor, Answer, Command, Decision, Key, Moment, Query, Text, command, decided, query
from turia.event.decks import (
    MOST_BYTES,
    MOST_DECKS,
    MOST_PAGES,
    Deck,
    DeckNotes,
    DeckState,
    SlideShow,
    deck_of,
    decks_of,
    shown_in,
)
from turia.event.entries import Change, delete, person_stream, put, talk_stream
from turia.event.grants import Appearances
from turia.event.people import standing_role
from turia.event.roles import Permission
from turia.event.scopes import Scope
from turia.event.state import State
from turia.event.talks import OfSession, of_session
from turia.event.visibility import may_follow

_MAX_TITLE_CHARS: Final = 120
_MAX_MESSAGE_CHARS: Final = 500
MOST_NOTE_CHARS: Final = 4_000

Page = Annotated[int, Meta(ge=1, le=MOST_PAGES)]
Pages = Annotated[int, Meta(ge=0, le=MOST_PAGES)]
Pixels = Annotated[int, Meta(ge=0, le=20_000)]


class AddDeck(Command, frozen=True, kw_only=True):
    """``deck``: its id, "" makes one. ``bytes``: of the file."""

    session: Key
    owner: Key
    title: Text
    deck: Annotated[str, Meta(max_length=64, pattern=r"^[A-Za-z0-9_-]*$")] = ""
    bytes: Annotated[int, Meta(ge=0)] = 0


class DeckProgress(Command, frozen=True, kw_only=True):
    """How far the renderer is. ``state`` ready: with all its pages."""

    deck: Key
    state: DeckState
    pages: Pages = 0
    done_pages: Pages = 0
    width: Pixels = 0
    height: Pixels = 0


class DeckFailed(Command, frozen=True):
    """``message``: what is wrong with the file, and what to do."""

    deck: Key
    message: Text


class OfDeck(Command, frozen=True):
    """``deck``: its id."""

    deck: Key


class RenameDeck(Command, frozen=True):
    """A new title."""

    deck: Key
    title: Text


class ShareDeck(Command, frozen=True):
    """``shared``: whether everybody may take the file itself."""

    deck: Key
    shared: bool


class WriteNote(Command, frozen=True):
    """``text`` "": no note any more."""

    deck: Key
    page: Page
    text: Text


class WriteNotes(Command, frozen=True):
    """``notes``: of each page from the first; "" leaves that page without. Pages behind them lose theirs."""

    deck: Key
    notes: Annotated[tuple[Text, ...], Meta(max_length=MOST_PAGES)]


class DeckAdded(Answer, frozen=True):
    """The deck's id."""

    deck: str


class DecksOf(Query, frozen=True):
    """Which slides were handed in for a session?"""

    session: Key


class ListedDeck(msgspec.Struct, frozen=True):
    """A deck. ``name``: of its owner; ``mine``: whether the asker may change it."""

    key: str
    name: str
    mine: bool
    deck: Deck


class ListedDecks(Answer, frozen=True):
    """In the order in which they were handed in. ``may_add``: whether the asker may hand in one."""

    decks: tuple[ListedDeck, ...]
    may_add: bool


def may_add(state: State, person: str, session: str, moment: Moment) -> bool:
    """Whether somebody may hand in slides for a session: its speakers and chairs, at any time before; and whoever may
    speak or direct there now. The web asks this before it takes a file."""
    if standing_role(state, person) == "attendee" and session in {key for _, key in state.view(Appearances).of(person)}:
        return True
    scope = of_session(state, OfSession(session))
    return any(
        talks.holds(state, person, each, scope, moment) for each in (Permission.STAGE_SPEAK, Permission.STAGE_DIRECT)
    )


@query("deck.list", permission=Permission.EVENT_ENTER, answer=ListedDecks)
def list_decks(state: State, given: DecksOf, by: Actor, moment: Moment) -> ListedDecks:
    """The slides of a session, before it opens, too; none for people whom its door keeps out."""
    adds = may_add(state, by.person, given.session, moment)
    if not adds and not may_follow(state, by, given.session, moment.event_at):
        return ListedDecks((), adds)
    found = [
        ListedDeck(key, talks.name_of(state, deck.owner), _may_change(state, deck, by, moment), deck)
        for key, deck in decks_of(state, given.session).items()
    ]
    return ListedDecks(tuple(found), adds)


@command("deck.add", permission=Permission.NOBODY, answer=DeckAdded)
def add_deck(state: State, given: AddDeck, by: Actor, moment: Moment) -> Decision:
    """Slides were handed in by somebody who may; they are about to be rendered."""
    del by
    session = sessions.session_of(state, given.session)
    talks.somebody(state, given.owner)
    if given.bytes > MOST_BYTES:
        raise Refused("too_big", f"The file has more than {MOST_BYTES // 1_000_000} MB. Make its pictures smaller.")
    if given.deck and deck_of(state, given.deck) is not None:
        return decided(answer=DeckAdded(given.deck))
    if len(decks_of(state, given.session)) >= MOST_DECKS:
        raise Refused("too_many_decks", f"“{session.title}” has {MOST_DECKS} decks already. Delete one first.")
    key = given.deck or moment.new_id()
    title = names.line(given.title[:_MAX_TITLE_CHARS], "title", _MAX_TITLE_CHARS) or "Slides"
    deck = Deck(given.session, title, given.owner, DeckState.RENDERING, bytes=given.bytes)
    return decided(put(talk_stream(given.session), key, deck), answer=DeckAdded(key))


@command("deck.progress", permission=Permission.NOBODY)
def deck_progress(state: State, given: DeckProgress, by: Actor, moment: Moment) -> Decision:
    """So many pages are rendered; refused once the deck was deleted."""
    del by, moment
    deck = _deck(state, given.deck)
    done = given.pages if given.state is DeckState.READY else min(given.done_pages, given.pages)
    wanted = msgspec.structs.replace(
        deck,
        state=given.state,
        pages=given.pages,
        done_pages=done,
        width=given.width or deck.width,
        height=given.height or deck.height,
        message="",
    )
    return decided(*([] if wanted == deck else [put(talk_stream(deck.session), given.deck, wanted)]))


@command("deck.fail", permission=Permission.NOBODY)
def deck_fail(state: State, given: DeckFailed, by: Actor, moment: Moment) -> Decision:
    """The file cannot be shown."""
    del by, moment
    deck = _deck(state, given.deck)
    message = given.message[:_MAX_MESSAGE_CHARS]
    wanted = msgspec.structs.replace(deck, state=DeckState.FAILED, message=message)
    return decided(*([] if wanted == deck else [put(talk_stream(deck.session), given.deck, wanted)]))


@command("deck.rename", permission=Permission.EVENT_ENTER)
def rename_deck(state: State, given: RenameDeck, by: Actor, moment: Moment) -> Decision:
    """Give one's slides another title."""
    deck = _own_deck(state, given.deck, by, moment)
    title = names.line(given.title, "title", _MAX_TITLE_CHARS)
    if not title:
        raise Refused("title_empty", "Give the slides a title.")
    wanted = msgspec.structs.replace(deck, title=title)
    return decided(*([] if wanted == deck else [put(talk_stream(deck.session), given.deck, wanted)]))


@command("deck.share", permission=Permission.EVENT_ENTER)
def share_deck(state: State, given: ShareDeck, by: Actor, moment: Moment) -> Decision:
    """Let everybody take the file of one's slides, or not."""
    deck = _own_deck(state, given.deck, by, moment)
    wanted = msgspec.structs.replace(deck, file_shared=given.shared)
    return decided(*([] if wanted == deck else [put(talk_stream(deck.session), given.deck, wanted)]))


@command("deck.delete", permission=Permission.EVENT_ENTER)
def delete_deck(state: State, given: OfDeck, by: Actor, moment: Moment) -> Decision:
    """Delete one's slides, and one's notes to them; they leave the screen."""
    if deck_of(state, given.deck) is None:
        return decided()
    deck = _own_deck(state, given.deck, by, moment)
    stream = talk_stream(deck.session)
    changes: list[Change] = [delete(stream, Deck, given.deck)]
    shown = shown_in(state, deck.session)
    if shown is not None and shown.deck == given.deck:
        changes.append(delete(stream, SlideShow, deck.session))
    return decided(*changes, *_notes_behind(state, deck.owner, given.deck, 0))


@command("note.write", permission=Permission.EVENT_ENTER)
def write_note(state: State, given: WriteNote, by: Actor, moment: Moment) -> Decision:
    """Write a note to a page, for oneself alone."""
    _speakers_deck(state, given.deck, by, moment)
    return decided(*_note(state, by, given.deck, given.page, given.text))


@command("note.write_all", permission=Permission.EVENT_ENTER)
def write_notes(state: State, given: WriteNotes, by: Actor, moment: Moment) -> Decision:
    """Write the notes to all pages of a deck, for oneself alone."""
    _speakers_deck(state, given.deck, by, moment)
    changes: list[Change] = []
    for page, text in enumerate(given.notes, 1):
        changes += _note(state, by, given.deck, page, text)
    return decided(*changes, *_notes_behind(state, by.person, given.deck, len(given.notes)))


def _deck(state: State, key: str) -> Deck:
    deck = deck_of(state, key)
    if deck is None:
        raise Refused("unknown_deck", "These slides were deleted.")
    return deck


def _may_change(state: State, deck: Deck, by: Actor, moment: Moment) -> bool:
    if deck.owner == by.person or by.system:
        return True
    scope: Scope = of_session(state, OfSession(deck.session))
    return talks.holds(state, by.person, Permission.STAGE_DIRECT, scope, moment)


def _own_deck(state: State, key: str, by: Actor, moment: Moment) -> Deck:
    deck = _deck(state, key)
    if not _may_change(state, deck, by, moment):
        raise Refused("not_yours", "These slides are somebody else’s. Ask him, or the chair of the session.")
    return deck


def _speakers_deck(state: State, key: str, by: Actor, moment: Moment) -> None:
    """Notes are for those who may present it: whoever could write them to any deck could fill the disk with them."""
    deck = _deck(state, key)
    if deck.owner != by.person and not may_add(state, by.person, deck.session, moment):
        raise Refused("not_yours", "Notes are for the speakers and chairs of the session.")


def _note(state: State, by: Actor, deck: str, page: int, text: str) -> list[Change]:
    stream, key = person_stream(by.person), f"{deck}.{page}"
    wanted = names.text(text, "note", MOST_NOTE_CHARS)
    known = state.get(stream, DeckNotes, key)
    if not wanted:
        return [] if known is None else [delete(stream, DeckNotes, key)]
    return [] if known == DeckNotes(wanted) else [put(stream, key, DeckNotes(wanted))]


def _notes_behind(state: State, person: str, deck: str, page: int) -> list[Change]:
    stream = person_stream(person)
    found = (each.rpartition(".") for each in state.items(stream, DeckNotes))
    return [delete(stream, DeckNotes, f"{of}.{at}") for of, _, at in found if of == deck and int(at) > page]
