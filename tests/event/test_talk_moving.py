"""An event that began when slides and captions stood in their rooms' streams goes on with those of sessions."""

from __future__ import annotations

import pytest

from turia.event.caption_commands import lines_of
from turia.event.captions import Caption
from turia.event.decks import Deck, Decks, DeckState, SlideShow, deck_of, decks_of, shown_in
from turia.event.entries import EVENT_STAFF, delete, room_stream
from turia.event.erasing import Erasure, pending
from turia.event.rooms import Phase, SessionRun
from turia.event.talk_moving import MOST
from turia.testing.stage import TEN, Stage

OLD = "room/hall/talk"


@pytest.fixture
def stage() -> Stage:
    """As an older version left it: a session is over in the hall, another one is live."""
    stage = Stage()
    stage.room("hall")
    stage.session("first", "hall", -60, -1)
    stage.session("second", "hall", 0, 60)
    stage.person("spe")
    stage.set(room_stream("hall"), "first", SessionRun(Phase.ENDED, TEN - 1, TEN - 2))
    stage.set(room_stream("hall"), "second", SessionRun(Phase.LIVE, TEN, TEN))
    for session in ("second", "first"):
        stage.set(OLD, f"deck-{session}", Deck(session, "Mine", "spe", DeckState.READY, 3, 1, 1, 3))
        for at in (2, 1):
            stage.set(OLD, f"{session}-{at}", Caption(session, f"{session} {at}", TEN + at, TEN + at, "Spe", "spe"))
    stage.set(OLD, "hall", SlideShow("second", "deck-second", 2, "spe", TEN))
    return stage


def move(stage: Stage) -> int:
    return int(stage.do("talks.move").things)


def test_everything_goes_to_its_session_once(stage: Stage) -> None:
    assert move(stage) == 7
    top = len(stage.entries)
    assert move(stage) == 0
    assert len(stage.entries) == top
    assert not stage.state.kinds(OLD)
    for session in ("first", "second"):
        assert [line.text for line in lines_of(stage.state, session)] == [f"{session} 1", f"{session} 2"]
        assert decks_of(stage.state, session).keys() == {f"deck-{session}"}
        deck = deck_of(stage.state, f"deck-{session}")
        assert deck is not None
        assert deck.session == session
    assert shown_in(stage.state, "first") is None
    assert shown_in(stage.state, "second") == SlideShow("second", "deck-second", 2, "spe", TEN)


def test_it_goes_on_as_it_was(stage: Stage) -> None:
    assert not stage.state.view(Decks).all()
    move(stage)
    stage.person("carl", "captioner")
    stage.do("caption.write", "carl", session="second", text="And on")
    stage.do("caption.correct", "carl", session="second", caption="second-2", text="second two")
    assert "second two" in stage.ask("captions.transcript", "carl", session="second", format="text").text
    stage.do("deck.rename", "spe", deck="deck-first", title="Renamed")
    assert [each.deck.title for each in stage.ask("deck.list", "spe", session="first").decks] == ["Renamed"]
    stage.do("session.end", session="second")
    assert shown_in(stage.state, "second") is None


def test_many_things_move_in_steps(stage: Stage) -> None:
    for number in range(MOST):
        stage.set(OLD, f"c{number}", Caption("first", str(number), TEN, TEN))
    assert move(stage) == MOST
    assert not stage.state.all(EVENT_STAFF, Erasure), "blanked when all is out"
    assert move(stage) == 7
    assert move(stage) == 0
    assert len(lines_of(stage.state, "first")) == MOST + 2


def test_the_log_of_the_old_streams_is_blanked(stage: Stage) -> None:
    stage.set("room/lab/talk", "c", Caption("first", "Taken out long ago", TEN, TEN))
    stage.put(delete("room/lab/talk", Caption, "c"))
    move(stage)
    (erasure,) = pending(stage.state).values()
    assert (erasure.person, erasure.things) == ("", ((OLD, "", ""), ("room/lab/talk", "", "")))
    move(stage)
    assert len(stage.state.all(EVENT_STAFF, Erasure)) == 1


def test_an_older_server_that_writes_meanwhile_is_followed(stage: Stage) -> None:
    move(stage)
    stage.set(OLD, "late", Caption("second", "Late", TEN, TEN))
    assert move(stage) == 1
    assert "late" in stage.state.all("session/second/talk", Caption)
    assert len(pending(stage.state)) == 2, "its log is blanked once more"


def test_nothing_happens_to_an_event_that_never_had_them() -> None:
    stage = Stage()
    stage.room("hall")
    top = len(stage.entries)
    assert move(stage) == 0
    assert len(stage.entries) == top
