"""One person has the slides in hand."""

from __future__ import annotations

import pytest

from turia.errors import Refused
from turia.event.decks import Deck, DeckState, SlideShow
from turia.event.entries import talk_stream
from turia.event.scopes import Scope
from turia.testing.stage import MINUTE, TEN, Stage

TALK = talk_stream("talk")


@pytest.fixture
def stage() -> Stage:
    """A talk is live; spe and pia are on air, rob is not."""
    stage = Stage()
    stage.room("hall")
    stage.session("talk", "hall", 0, 60)
    stage.session("next", "hall", 60, 120)
    stage.person("cher", "chair", Scope("hall"))
    for person in ("spe", "pia", "rob"):
        stage.person(person, "speaker", Scope("hall", "talk"))
    stage.set(TALK, "deck", Deck("talk", "Mine", "spe", DeckState.READY, 5, 1600, 900, 5))
    stage.do("session.go_live", "cher", session="talk")
    for person in ("spe", "pia"):
        stage.do("stage.go_on_air", person, session="talk", sources=[])
    return stage


def refused(stage: Stage, name: str, by: str, **fields: object) -> str:
    top = len(stage.entries)
    with pytest.raises(Refused) as why:
        stage.do(f"slides.{name}", by, **{"session": "talk", **fields})
    assert len(stage.entries) == top
    assert why.value.message.endswith(".")
    return why.value.code


def show(stage: Stage, by: str, page: int, **fields: object) -> None:
    stage.do("slides.show", by, session="talk", deck="deck", page=page, **fields)


def shown(stage: Stage) -> SlideShow | None:
    return stage.state.get(TALK, SlideShow, "talk")


def test_only_who_has_them_in_hand_turns_pages(stage: Stage) -> None:
    show(stage, "spe", 1)
    stage.minutes(1)
    show(stage, "spe", 2)
    assert shown(stage) == SlideShow("talk", "deck", 2, "spe", TEN + MINUTE)
    stage.minutes(1)
    show(stage, "spe", 2, black=True)
    assert shown(stage) == SlideShow("talk", "deck", 2, "spe", TEN + MINUTE, black=True)
    for person in ("pia", "cher"):
        assert refused(stage, "show", person, deck="deck", page=3) == "not_presenter"
    assert refused(stage, "hide", "pia") == "not_presenter"
    stage.do("slides.take_over", "pia", session="talk")
    show(stage, "pia", 3)
    assert refused(stage, "show", "spe", deck="deck", page=3) == "not_presenter"
    stage.do("slides.hide", "cher", session="talk")
    stage.do("slides.hide", "cher", session="talk")
    assert shown(stage) is None


def test_slides_are_for_people_on_air_and_the_chair(stage: Stage) -> None:
    assert refused(stage, "show", "rob", deck="deck", page=1) == "not_on_air"
    show(stage, "cher", 1)
    assert refused(stage, "take_over", "rob") == "not_on_air"
    stage.do("slides.take_over", "spe", session="talk")
    stage.do("stage.leave_air", "spe", session="talk")
    assert refused(stage, "show", "spe", deck="deck", page=2) == "not_on_air"


def test_a_title_page_before_it_begins(stage: Stage) -> None:
    stage.do("session.end", "cher", session="talk")
    assert refused(stage, "show", "cher", deck="deck", page=1) == "not_running"
    stage.do("session.reopen", "cher", session="talk")
    show(stage, "cher", 1)
    assert shown(stage) is not None


def test_what_cannot_be_shown(stage: Stage) -> None:
    assert refused(stage, "take_over", "spe") == "no_slides"
    assert refused(stage, "show", "spe", deck="gone", page=1) == "unknown_deck"
    assert refused(stage, "show", "spe", deck="deck", page=6) == "no_such_page"
    stage.set(talk_stream("next"), "other", Deck("next", "Theirs", "spe", DeckState.READY, 5, 1, 1, 5))
    assert refused(stage, "show", "spe", deck="other", page=1) == "unknown_deck"
    stage.set(TALK, "half", Deck("talk", "Half", "spe", DeckState.RENDERING, 5, 1, 1, 2))
    assert refused(stage, "show", "spe", deck="half", page=3) == "deck_not_ready"
    stage.do("slides.show", "spe", session="talk", deck="half", page=2)
    stage.set(TALK, "bad", Deck("talk", "Bad", "spe", DeckState.FAILED, message="It is encrypted."))
    assert refused(stage, "show", "spe", deck="bad", page=1) == "deck_failed"


def test_whoever_is_taken_off_air_takes_his_slides_along(stage: Stage) -> None:
    show(stage, "spe", 2)
    stage.do("stage.take_off", "cher", session="talk", person="pia")
    assert shown(stage) is not None
    stage.do("stage.take_off", "cher", session="talk", person="spe")
    assert shown(stage) is None
