"""Handing in slides, what the renderer says, and notes."""

from __future__ import annotations

import pytest

from turia.errors import Refused
from turia.event.deck_commands import may_add
from turia.event.decks import MOST_BYTES, MOST_DECKS, Deck, DeckNotes, Decks, DeckState, SlideShow, deck_of, decks_of
from turia.event.entries import EVENT, person_stream, talk_stream
from turia.event.programme import DoorPolicy, Speaker
from turia.testing.stage import MINUTE, TEN, Stage

TALK = talk_stream("talk")


@pytest.fixture
def stage() -> Stage:
    """The day before a talk of spe, which cher chairs."""
    stage = Stage(TEN - 24 * 60 * MINUTE)
    stage.room("hall")
    stage.room("lab")
    for person in ("spe", "cher", "ana"):
        stage.person(person)
    stage.person("mo", "moderator")
    stage.set(EVENT, "sp", Speaker("Spe", person="spe"))
    stage.session("talk", "hall", 0, 60, speakers=("sp",), chairs=("cher",))
    return stage


def refused(stage: Stage, name: str, by: str = "system", **fields: object) -> str:
    top = len(stage.entries)
    with pytest.raises(Refused) as why:
        stage.do(name, by, **fields)
    assert len(stage.entries) == top
    assert why.value.message.endswith(".")
    return why.value.code


def add(stage: Stage, **fields: object) -> str:
    return str(stage.do("deck.add", "system", **{"session": "talk", "owner": "spe", "title": "My talk", **fields}).deck)


def deck(stage: Stage, key: str) -> Deck:
    there = deck_of(stage.state, key)
    assert there is not None
    return there


def ready(stage: Stage, key: str, pages: int = 3) -> None:
    stage.do("deck.progress", deck=key, state="ready", pages=pages, width=1600, height=900)


def notes(stage: Stage, person: str = "spe") -> dict[str, str]:
    return {key: each.text for key, each in stage.state.all(person_stream(person), DeckNotes).items()}


def test_who_may_hand_in_slides_and_when(stage: Stage) -> None:
    may = {
        each for each in ("spe", "cher", "ana", "mo", "nobody") if may_add(stage.state, each, "talk", stage.moment())
    }
    assert may == {"spe", "cher", "mo"}
    assert not may_add(stage.state, "spe", "gone", stage.moment())


def test_slides_on_their_way_to_the_screen(stage: Stage) -> None:
    key = add(stage, bytes=1_000)
    assert deck(stage, key) == Deck("talk", "My talk", "spe", DeckState.RENDERING, bytes=1_000)
    stage.do("deck.progress", deck=key, state="rendering", pages=3, done_pages=1, width=1600, height=900)
    assert (deck(stage, key).done_pages, deck(stage, key).width) == (1, 1600)
    stage.do("deck.progress", deck=key, state="ready", pages=3)
    assert (deck(stage, key).state, deck(stage, key).done_pages, deck(stage, key).height) == ("ready", 3, 900)
    top = len(stage.entries)
    stage.do("deck.progress", deck=key, state="ready", pages=3)
    assert len(stage.entries) == top


def test_slides_that_cannot_be_shown_say_why(stage: Stage) -> None:
    key = add(stage)
    stage.do("deck.fail", deck=key, message="This file is encrypted. Save it without a password.")
    assert deck(stage, key).state is DeckState.FAILED
    assert "password" in deck(stage, key).message


def test_what_is_not_taken(stage: Stage) -> None:
    assert refused(stage, "deck.add", session="gone", owner="spe", title="") == "unknown_session"
    assert refused(stage, "deck.add", session="talk", owner="nobody", title="") == "unknown_person"
    assert refused(stage, "deck.add", session="talk", owner="spe", title="", bytes=MOST_BYTES + 1) == "too_big"
    assert add(stage, deck="mine") == "mine"
    assert add(stage, deck="mine") == "mine"
    for _ in range(MOST_DECKS - 1):
        add(stage)
    assert refused(stage, "deck.add", session="talk", owner="spe", title="") == "too_many_decks"
    for name, fields in (("progress", {"state": "ready"}), ("fail", {"message": ""})):
        assert refused(stage, f"deck.{name}", deck="gone", **fields) == "unknown_deck"


def test_only_the_owner_and_the_chair_change_slides(stage: Stage) -> None:
    key = add(stage)
    for name, fields in (("rename", {"title": "Other"}), ("share", {"shared": True}), ("delete", {})):
        assert refused(stage, f"deck.{name}", "ana", deck=key, **fields) == "not_yours"
    stage.do("deck.rename", "spe", deck=key, title="  Better   title ")
    stage.do("deck.share", "mo", deck=key, shared=True)
    assert (deck(stage, key).title, deck(stage, key).file_shared) == ("Better title", True)
    assert refused(stage, "deck.rename", "spe", deck=key, title=" ") == "title_empty"
    listed = stage.ask("deck.list", "spe", session="talk")
    assert [(each.key, each.name, each.mine) for each in listed.decks] == [(key, "Spe", True)]
    listed = stage.ask("deck.list", "ana", session="talk")
    assert (listed.decks[0].mine, listed.may_add) == (False, False)


def test_deleted_slides_leave_the_screen_and_take_the_notes_along(stage: Stage) -> None:
    key, other = add(stage), add(stage)
    for each in (key, other):
        ready(stage, each)
        stage.do("note.write", "spe", deck=each, page=2, text="Slowly.")
    stage.set(TALK, "talk", SlideShow("talk", key, 1, "spe", TEN))
    stage.do("deck.delete", "spe", deck=key)
    stage.do("deck.delete", "spe", deck=key)
    assert deck_of(stage.state, key) is None
    assert stage.state.get(TALK, SlideShow, "talk") is None
    assert notes(stage) == {f"{other}.2": "Slowly."}


def test_notes_are_ones_own(stage: Stage) -> None:
    key = add(stage)
    stage.do("note.write", "spe", deck=key, page=1, text="Smile.")
    stage.do("note.write_all", "cher", deck=key, notes=["One", "", "Three"])
    stage.do("note.write_all", "spe", deck=key, notes=["", "Two"])
    assert notes(stage) == {f"{key}.2": "Two"}
    assert notes(stage, "cher") == {f"{key}.1": "One", f"{key}.3": "Three"}
    stage.do("note.write_all", "cher", deck=key, notes=["One"])
    assert notes(stage, "cher") == {f"{key}.1": "One"}
    stage.do("note.write", "spe", deck=key, page=2, text="")
    stage.do("note.write", "spe", deck=key, page=2, text="")
    assert notes(stage) == {}
    assert refused(stage, "note.write", "ana", deck=key, page=1, text="Hm") == "not_yours"
    assert refused(stage, "note.write", "spe", deck="gone", page=1, text="Hm") == "unknown_deck"


def test_slides_are_the_sessions_whatever_room_it_moves_to(stage: Stage) -> None:
    key = add(stage)
    stage.session("talk", "lab", 0, 60)
    stage.do("deck.progress", deck=key, state="ready", pages=2)
    stage.do("session.open", "mo", session="talk")
    stage.session("talk", "hall", 0, 60)
    stage.follow()
    assert decks_of(stage.state, "talk").keys() == {key}
    assert deck(stage, key).pages == 2
    assert decks_of(stage.state, "other") == {}


def test_the_view_is_what_a_scan_says(stage: Stage) -> None:
    key, gone = add(stage), add(stage)
    stage.do("deck.delete", "spe", deck=gone)
    stage.set("room/hall/talk", "old", Deck("talk", "Where slides stood once", "spe"))
    for _ in range(2):
        assert stage.state.view(Decks).all() == [key]
        assert [stage.state.view(Decks).session_of(each) for each in (key, gone, "old")] == ["talk", "", ""]
        stage.state._views.pop(Decks)


def test_whom_the_door_keeps_out_is_shown_no_list_of_slides(stage: Stage) -> None:
    add(stage)
    assert len(stage.ask("deck.list", "ana", session="talk").decks) == 1
    stage.session("talk", "hall", 0, 60, speakers=("sp",), door=DoorPolicy.INVITATION)
    assert stage.ask("deck.list", "ana", session="talk").decks == ()
    assert len(stage.ask("deck.list", "spe", session="talk").decks) == 1
