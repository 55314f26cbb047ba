"""Which page is on the screen: one person has the slides in hand, and only he turns them."""

from __future__ import annotations

import msgspec

from turia.errors import Refused
from turia.event import talks
from turia.event.commands import Actor, Command, Decision, Key, Moment, command, decided
from turia.event.deck_commands import Page
from turia.event.decks import DeckState, SlideShow, deck_of, shown_in
from turia.event.entries import delete, put, talk_stream
from turia.event.programme import Session
from turia.event.roles import Permission
from turia.event.scopes import Scope
from turia.event.stage import on_air
from turia.event.state import State
from turia.event.talks import OfSession, of_session


class ShowSlide(Command, frozen=True):
    """``page`` from 1. ``black``: the screen is dark meanwhile."""

    session: Key
    deck: Key
    page: Page
    black: bool = False


@command("slides.show", permission=Permission.STAGE_SPEAK, scope=of_session)
def show(state: State, given: ShowSlide, by: Actor, moment: Moment) -> Decision:
    """Put slides on the screen, or turn to another page."""
    session = talks.running(state, given.session)
    _check_on_stage(state, by, session, given.session, moment)
    deck = deck_of(state, given.deck)
    if deck is None or deck.session != given.session:
        raise Refused("unknown_deck", "These slides are none of this session any more. Choose others.")
    if deck.state is DeckState.FAILED:
        raise Refused("deck_failed", f"These slides cannot be shown. {deck.message}".strip())
    if given.page > deck.done_pages:
        if deck.state is not DeckState.READY:
            raise Refused("deck_not_ready", "This page is still being prepared. Wait a moment.", retry=True)
        raise Refused("no_such_page", f"“{deck.title}” has {deck.pages} pages.")
    now = shown_in(state, given.session)
    if now is not None and now.presenter != by.person:
        name = talks.name_of(state, now.presenter) or "Somebody else"
        raise Refused("not_presenter", f"{name} has the slides in hand. Take them over first.")
    turned = now is None or (now.deck, now.page) != (given.deck, given.page)
    since = moment.event_at if turned or now is None else now.since
    wanted = SlideShow(given.session, given.deck, given.page, by.person, since, given.black)
    return decided(*([] if wanted == now else [put(talk_stream(given.session), given.session, wanted)]))


@command("slides.take_over", permission=Permission.STAGE_SPEAK, scope=of_session)
def take_over(state: State, given: OfSession, by: Actor, moment: Moment) -> Decision:
    """Take the slides in hand that are on the screen; the page stays."""
    session = talks.running(state, given.session)
    _check_on_stage(state, by, session, given.session, moment)
    now = shown_in(state, given.session)
    if now is None:
        raise Refused("no_slides", "No slides are on the screen. Put some up.")
    wanted = msgspec.structs.replace(now, presenter=by.person)
    return decided(*([] if wanted == now else [put(talk_stream(given.session), given.session, wanted)]))


@command("slides.hide", permission=Permission.STAGE_SPEAK, scope=of_session)
def hide(state: State, given: OfSession, by: Actor, moment: Moment) -> Decision:
    """Take the slides off the screen."""
    scope = of_session(state, given)
    now = shown_in(state, given.session)
    if now is None:
        return decided()
    if now.presenter != by.person and not talks.holds(state, by.person, Permission.STAGE_DIRECT, scope, moment):
        raise Refused("not_presenter", "Somebody else has the slides in hand. Take them over first.")
    return decided(delete(talk_stream(given.session), SlideShow, given.session))


def _check_on_stage(state: State, by: Actor, session: Session, key: str, moment: Moment) -> None:
    if on_air(state, session.room, by.person, key) is not None:
        return
    if not talks.holds(state, by.person, Permission.STAGE_DIRECT, Scope(session.room, key), moment):
        raise Refused("not_on_air", "Slides are shown by whoever is on air, and by the chair. Go on air first.")
