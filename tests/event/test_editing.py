"""Editing the programme: what is allowed, what is odd, what is refused, and that two editors lose nothing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from turia.errors import Refused
from turia.event import edits
from turia.event.commands import Actor
from turia.event.edits import EVENT_UNDO, KEPT_EDITS, Edit
from turia.event.entries import EVENT, room_stream
from turia.event.programme import Programme, Room, Session, Speaker, Track
from turia.event.rooms import Phase, SessionRun
from turia.event.settings import Info
from turia.testing.decisions import NOW, Decisions

HOUR = 3_600_000


@pytest.fixture
def event() -> Decisions:
    made = Decisions()
    made.do(
        "event.seed",
        info=Info("An event", zone="Europe/Madrid", first_day="2025-11-03", last_day="2025-11-03"),
        rooms={"hall": Room("Hall"), "annex": Room("Annex")},
        tracks={"red": Track("Red")},
        speakers={"ana": Speaker("Ana"), "ben": Speaker("Ben")},
        sessions={
            "talk": Session("A talk", NOW, NOW + HOUR, room="hall", track="red", speakers=("ana", "ben"), guid="g1"),
            "panel": Session("A panel", NOW + 2 * HOUR, NOW + 3 * HOUR, room="hall"),
        },
    )
    return made


@pytest.fixture
def editor(event: Decisions) -> Actor:
    return event.person("Cleo", "organiser")


def session(event: Decisions, key: str) -> Session:
    found = event.state.get(EVENT, Session, key)
    assert found is not None
    return found


def refused(event: Decisions, code: str, name: str, by: Actor, /, **fields: Any) -> str:
    """The sentence of a refusal; nothing has changed."""
    before = len(event.log)
    with pytest.raises(Refused) as error:
        event.do(name, by, **fields)
    assert error.value.code == code
    assert len(event.log) == before
    return error.value.message


def test_a_session_is_added_with_clean_texts(event: Decisions, editor: Actor) -> None:
    answer = event.do(
        "programme.add_session",
        editor,
        title="  A \u202e new\ttalk ",
        abstract="One\r\ntwo<script>",
        start=NOW + 4 * HOUR,
        end=NOW + 5 * HOUR,
        room="annex",
        links=[("Slides ", "https://slides.test/1")],
    )
    made = session(event, answer.key)
    assert (made.title, made.abstract) == ("A new talk", "One\ntwo<script>")
    assert made.links == (("Slides", "https://slides.test/1"),)
    assert answer.warnings == ()
    assert answer.version == 2


def test_an_edit_replaces_what_people_write_and_keeps_what_files_know(event: Decisions, editor: Actor) -> None:
    event.do("programme.edit_session", editor, session="talk", title="Another", start=NOW, end=NOW + HOUR)
    now = session(event, "talk")
    assert (now.title, now.guid, now.room, now.speakers) == ("Another", "g1", "", ())


@pytest.mark.parametrize("name", ["edit_session", "move_session", "cancel_session", "remove_session"])
def test_of_two_editors_the_second_looks_again(event: Decisions, editor: Actor, name: str) -> None:
    dora = event.person("Dora", "organiser")
    seen = event.state.top(EVENT)
    event.do("programme.move_session", dora, session="talk", start=NOW + HOUR, seen=seen)
    fields: dict[str, Any] = {"session": "talk", "seen": seen}
    if name == "edit_session":
        fields |= {"title": "Mine", "start": NOW, "end": NOW + HOUR}
    assert refused(event, "stale", f"programme.{name}", editor, **fields).startswith("Dora changed this")
    event.do("programme.cancel_session", editor, session="panel", seen=seen)
    assert session(event, "panel").cancelled, "another thing may be edited with the same offset"


@pytest.mark.parametrize("part", ["room", "track", "speaker"])
def test_parts_are_as_careful(event: Decisions, editor: Actor, part: str) -> None:
    name = {"speaker": "name"}.get(part, "title")
    key = event.do(f"programme.add_{part}", editor, **{name: "New one"}).key
    seen = event.state.top(EVENT)
    event.do(f"programme.edit_{part}", editor, **{part: key, name: "Newer", "seen": seen})
    refused(event, "stale", f"programme.edit_{part}", editor, **{part: key, name: "Old", "seen": seen})
    refused(event, "stale", f"programme.remove_{part}", editor, **{part: key, "seen": seen})
    refused(event, "no_title", f"programme.edit_{part}", editor, **{part: key, name: " \u200b "})
    event.do(f"programme.remove_{part}", editor, **{part: key})
    refused(event, f"unknown_{part}", f"programme.remove_{part}", editor, **{part: key})


def test_a_move_keeps_the_length(event: Decisions, editor: Actor) -> None:
    event.do("programme.move_session", editor, session="talk", start=NOW + HOUR)
    assert (session(event, "talk").start, session(event, "talk").end) == (NOW + HOUR, NOW + 2 * HOUR)
    event.do("programme.move_session", editor, session="talk", end=NOW + 3 * HOUR, room="annex")
    assert session(event, "talk").end - session(event, "talk").start == 2 * HOUR
    assert session(event, "talk").room == "annex"


def test_overlaps_and_days_outside_are_said_not_refused(event: Decisions, editor: Actor) -> None:
    answer = event.do("programme.move_session", editor, session="talk", start=NOW + 2 * HOUR)
    assert answer.warnings == ("“A talk” and “A panel” overlap in one room (Monday 3 November, 11:00 to 12:00).",)
    answer = event.do("programme.move_session", editor, session="talk", start=NOW + 48 * HOUR)
    assert answer.warnings == ("“A talk” (Wednesday 5 November 2025) lies outside of the days of the event.",)
    answer = event.do("programme.move_session", editor, session="talk", start=NOW + 15 * HOUR, end=NOW + 17 * HOUR)
    assert answer.warnings == (), "a party goes on after midnight"


def test_a_cancelled_session_is_in_nobodys_way(event: Decisions, editor: Actor) -> None:
    event.do("programme.cancel_session", editor, session="panel")
    assert event.do("programme.move_session", editor, session="talk", start=NOW + 2 * HOUR).warnings == ()


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("bad_time", {"end": NOW}),
        ("bad_time", {"start": NOW + 1_000}),
        ("bad_time", {"end": NOW + 40 * 24 * HOUR}),
        ("unknown_room", {"room": "cellar"}),
        ("unknown_session", {"session": "nothing"}),
    ],
)
def test_what_cannot_be_is_refused(event: Decisions, editor: Actor, code: str, fields: dict[str, Any]) -> None:
    refused(event, code, "programme.move_session", editor, **({"session": "talk"} | fields))


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "javascript:alert(1)"},
        {"links": [("x", "data:text/html,x")]},
        {"title": "x" * 501},
        {"speakers": ["a/b"]},
        {"room": "a b"},
        {"surprise": 1},
    ],
)
def test_fields_of_the_wrong_shape_never_reach_a_decision(
    event: Decisions, editor: Actor, fields: dict[str, Any]
) -> None:
    with pytest.raises(msgspec.ValidationError):
        event.do("programme.add_session", editor, **({"title": "T", "start": NOW, "end": NOW + HOUR} | fields))


def test_a_running_session_stays_where_people_are(event: Decisions, editor: Actor) -> None:
    event.put(room_stream("hall"), "talk", SessionRun(Phase.LIVE, NOW))
    assert "live now" in refused(event, "is_running", "programme.move_session", editor, session="talk", room="annex")
    refused(event, "is_running", "programme.remove_session", editor, session="talk")
    event.do("programme.move_session", editor, session="talk", end=NOW + 2 * HOUR)
    event.put(room_stream("hall"), "talk", SessionRun(Phase.ENDED, NOW))
    event.do("programme.remove_session", editor, session="talk")


def test_a_room_in_use_is_not_removed(event: Decisions, editor: Actor) -> None:
    assert "2 sessions are in “Hall”" in refused(event, "in_use", "programme.remove_room", editor, room="hall")
    event.do("programme.remove_room", editor, room="annex")


@pytest.mark.parametrize("reserved", [3, 10])
def test_a_room_keeps_places_for_others(event: Decisions, editor: Actor, reserved: int) -> None:
    sentence = refused(
        event, "reserved", "programme.edit_room", editor, room="hall", title="Hall", capacity=3, reserved=reserved
    )
    assert f"{reserved} of 3 places are kept" in sentence
    event.do("programme.edit_room", editor, room="hall", title="Hall", capacity=3, reserved=2)
    # Without a number there are as many places as seats, which only the venue knows.
    event.do("programme.edit_room", editor, room="hall", title="Hall", capacity=0, reserved=reserved)


def test_a_removed_room_does_not_pass_its_doors_on(event: Decisions, editor: Actor) -> None:
    event.put(room_stream("annex"), "x", SessionRun(Phase.ENDED, NOW))
    event.do("programme.remove_room", editor, room="annex")
    assert event.do("programme.add_room", editor, title="Annex").key != "annex"


def test_speakers_and_tracks_leave_their_sessions(event: Decisions, editor: Actor) -> None:
    event.do("programme.remove_speaker", editor, speaker="ana")
    event.do("programme.remove_track", editor, track="red")
    now = session(event, "talk")
    assert (now.speakers, now.track) == (("ben",), "")


def test_the_programme_is_final_when_it_is_marked_so(event: Decisions, editor: Actor) -> None:
    answer = event.do("programme.set_draft", editor, draft=False)
    programme = event.state.get(EVENT, Programme, "programme")
    assert programme is not None
    assert (programme.draft, programme.version) == (False, answer.version)
    before = len(event.log)
    assert event.do("programme.set_draft", editor, draft=False).undo == "", "it was so already"
    assert len(event.log) == before


def test_an_edit_that_changes_nothing_writes_nothing(event: Decisions, editor: Actor) -> None:
    before = len(event.log)
    answer = event.do("programme.move_session", editor, session="talk", start=NOW)
    assert (answer.undo, len(event.log)) == ("", before)


def test_only_the_last_edits_of_each_are_kept(event: Decisions, editor: Actor) -> None:
    dora = event.person("Dora", "organiser")
    event.do("programme.cancel_session", dora, session="panel")
    for hour in range(1, KEPT_EDITS + 5):
        event.do("programme.move_session", editor, session="talk", start=NOW + hour * HOUR)
    kept = event.state.all(EVENT_UNDO, Edit).values()
    assert [edit.by for edit in kept].count("cleo") == KEPT_EDITS
    assert [edit.by for edit in kept].count("dora") == 1


def test_large_edits_make_older_ones_be_forgotten(
    event: Decisions, editor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edits, "KEPT_CHARS", 500)
    undos = [
        event.do("programme.move_session", editor, session="talk", start=NOW + hour * HOUR).undo for hour in range(1, 9)
    ]
    kept = list(event.state.all(EVENT_UNDO, Edit))
    assert 1 < len(kept) < len(undos)
    assert kept == undos[-len(kept) :], "the newest are kept"


def test_nobody_without_the_permission_edits(event: Decisions) -> None:
    attendee = event.person("Emil")
    refused(event, "not_allowed", "programme.cancel_session", attendee, session="talk")
