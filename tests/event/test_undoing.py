"""Undo: the inverse of any edit, by its author, as long as nobody touched the same things."""

from __future__ import annotations

from typing import Any

import pytest

from turia.errors import Refused
from turia.event.commands import Actor
from turia.event.entries import EVENT
from turia.event.programme import Programme, Room, Session, Speaker, Track
from turia.event.settings import Info
from turia.event.visibility import may_read
from turia.testing.decisions import NOW, Decisions

HOUR = 3_600_000
KINDS = (Room, Track, Speaker, Session)


@pytest.fixture
def event() -> Decisions:
    made = Decisions()
    made.do(
        "event.seed",
        info=Info("An event", zone="Europe/Madrid"),
        rooms={"hall": Room("Hall"), "annex": Room("Annex")},
        tracks={"red": Track("Red")},
        speakers={"ana": Speaker("Ana")},
        sessions={"talk": Session("A talk", NOW, NOW + HOUR, room="hall", track="red", speakers=("ana",))},
    )
    return made


@pytest.fixture
def editor(event: Decisions) -> Actor:
    return event.person("Cleo", "organiser")


def things(event: Decisions) -> dict[str, Any]:
    return {kind.kind: event.state.all(EVENT, kind) for kind in KINDS}


EDITS: list[tuple[str, dict[str, Any]]] = [
    ("add_session", {"title": "New", "start": NOW, "end": NOW + HOUR}),
    ("edit_session", {"session": "talk", "title": "Other", "start": NOW, "end": NOW + HOUR}),
    ("move_session", {"session": "talk", "start": NOW + HOUR}),
    ("cancel_session", {"session": "talk"}),
    ("remove_session", {"session": "talk"}),
    ("add_room", {"title": "New"}),
    ("edit_room", {"room": "hall", "title": "Other", "capacity": 3}),
    ("remove_room", {"room": "annex"}),
    ("add_track", {"title": "New"}),
    ("edit_track", {"track": "red", "title": "Other"}),
    ("remove_track", {"track": "red"}),
    ("add_speaker", {"name": "Ben"}),
    ("edit_speaker", {"speaker": "ana", "name": "Ana B."}),
    ("remove_speaker", {"speaker": "ana"}),
]


@pytest.mark.parametrize(("name", "fields"), EDITS, ids=[name for name, _ in EDITS])
def test_every_edit_can_be_undone_and_redone(
    event: Decisions, editor: Actor, name: str, fields: dict[str, Any]
) -> None:
    before = things(event)
    undo = event.do(f"programme.{name}", editor, **fields).undo
    after = things(event)
    assert after != before
    redo = event.do("programme.undo", editor, edit=undo).undo
    assert things(event) == before
    event.do("programme.undo", editor, edit=redo)
    assert things(event) == after


def test_edits_of_one_thing_are_undone_one_after_the_other(event: Decisions, editor: Actor) -> None:
    states, undos = [things(event)], []
    for name, fields in [*EDITS[1:4], EDITS[6], EDITS[4]]:
        undos.append(event.do(f"programme.{name}", editor, **fields).undo)
        states.append(things(event))
    for undo in reversed(undos):
        assert things(event) == states.pop()
        event.do("programme.undo", editor, edit=undo)
    assert things(event) == states.pop()


def test_what_is_as_the_edit_left_it_can_be_undone_whoever_was_there(event: Decisions, editor: Actor) -> None:
    dora = event.person("Dora", "organiser")
    undo = event.do("programme.move_session", editor, session="talk", start=NOW + HOUR).undo
    event.do("programme.cancel_session", dora, session="talk")
    event.do("programme.cancel_session", dora, session="talk", cancelled=False)
    event.do("programme.undo", editor, edit=undo)


def test_versions_count_up_whatever_is_undone(event: Decisions, editor: Actor) -> None:
    undo = event.do("programme.cancel_session", editor, session="talk").undo
    assert event.do("programme.undo", editor, edit=undo).version == 3


def test_the_mark_of_a_draft_is_put_back(event: Decisions, editor: Actor) -> None:
    undo = event.do("programme.set_draft", editor, draft=False).undo
    event.do("programme.undo", editor, edit=undo)
    programme = event.state.get(EVENT, Programme, "programme")
    assert programme is not None
    assert programme.draft
    with pytest.raises(Refused, match="cannot be undone any more"):
        event.do("programme.undo", editor, edit=undo)


def test_what_somebody_changed_since_is_not_overwritten(event: Decisions, editor: Actor) -> None:
    dora = event.person("Dora", "organiser")
    undo = event.do("programme.move_session", editor, session="talk", start=NOW + HOUR).undo
    event.do("programme.cancel_session", dora, session="talk")
    with pytest.raises(Refused, match="Dora has changed “A talk” since") as refused:
        event.do("programme.undo", editor, edit=undo)
    assert refused.value.code == "changed_since"


def test_what_somebody_removed_since_does_not_come_back(event: Decisions, editor: Actor) -> None:
    dora = event.person("Dora", "organiser")
    undo = event.do("programme.move_session", editor, session="talk", start=NOW + HOUR).undo
    event.do("programme.remove_session", dora, session="talk")
    with pytest.raises(Refused, match="was removed since"):
        event.do("programme.undo", editor, edit=undo)


def test_a_change_elsewhere_is_no_hindrance(event: Decisions, editor: Actor) -> None:
    dora = event.person("Dora", "organiser")
    undo = event.do("programme.cancel_session", editor, session="talk").undo
    event.do("programme.edit_room", dora, room="annex", title="Annexe")
    event.do("programme.undo", editor, edit=undo)


def test_an_undo_that_would_break_the_programme_is_refused(event: Decisions, editor: Actor) -> None:
    added = event.do("programme.add_room", editor, title="Cellar")
    event.do("programme.move_session", editor, session="talk", room=added.key)
    with pytest.raises(Refused, match="which is not there"):
        event.do("programme.undo", editor, edit=added.undo)


def test_nobody_undoes_anothers_edit(event: Decisions, editor: Actor) -> None:
    dora = event.person("Dora", "organiser")
    undo = event.do("programme.cancel_session", editor, session="talk").undo
    with pytest.raises(Refused, match="cannot be undone"):
        event.do("programme.undo", dora, edit=undo)
    assert event.ask("programme.edits", dora).edits == ()
    made = event.ask("programme.edits", editor).edits
    assert [(each.edit, each.text) for each in made] == [(undo, "Cancelled “A talk”")]


@pytest.mark.parametrize("stream", ["event/undo", "event/import"])
def test_nobody_reads_what_was_replaced_or_waits(event: Decisions, editor: Actor, stream: str) -> None:
    assert not may_read(event.state, editor, stream, NOW)
