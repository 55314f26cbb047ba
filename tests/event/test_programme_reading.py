"""The whole programme, and search."""

from __future__ import annotations

import pytest

from turia.event.commands import NOBODY
from turia.event.entries import EVENT
from turia.event.programme import Room, Session, SessionType, Speaker, Track
from turia.event.settings import Info
from turia.testing.decisions import NOW, Decisions

HOUR = 3_600_000


@pytest.fixture
def event() -> Decisions:
    made = Decisions()
    made.do(
        "event.seed",
        info=Info("An event", zone="Europe/Madrid"),
        rooms={"b": Room("Annex", order=2), "a": Room("Großer Saal", order=1)},
        tracks={"red": Track("Red")},
        speakers={"ana": Speaker("Ana Übung", "Institute")},
        sessions={
            "late": Session("Café at night", NOW + 15 * HOUR, NOW + 16 * HOUR, room="b", abstract="A talk."),
            "talk": Session("A talk", NOW, NOW + HOUR, SessionType.KEYNOTE, "a", "red", speakers=("ana",)),
        },
    )
    return made


def test_everybody_may_read_the_whole_programme_in_order(event: Decisions) -> None:
    whole = event.ask("programme.whole", NOBODY)
    assert list(whole.sessions) == ["talk", "late"]
    assert list(whole.rooms) == ["a", "b"]
    assert (whole.draft, whole.version, whole.zone, whole.updated) == (True, 1, "Europe/Madrid", NOW)
    assert whole.offset == event.state.top(EVENT)


def test_an_empty_venue_has_an_empty_programme() -> None:
    whole = Decisions().ask("programme.whole", NOBODY)
    assert (whole.sessions, whole.version, whole.updated) == ({}, 0, 0)


@pytest.mark.parametrize(
    ("fields", "keys"),
    [
        ({"text": "cafe"}, ("late",)),
        ({"text": "CAFÉ night"}, ("late",)),
        ({"text": "talk"}, ("talk", "late")),
        ({"text": "ubung institute"}, ("talk",)),
        ({"text": "grosser saal"}, ("talk",)),
        ({"text": "keynote red"}, ("talk",)),
        ({"text": "nothing"}, ()),
        ({"text": ""}, ("talk", "late")),
        ({"day": "2025-11-04"}, ("late",)),
        ({"day": "yesterday"}, ()),
        ({"type": "keynote"}, ("talk",)),
        ({"room": "b", "text": "talk"}, ("late",)),
        ({"track": "red"}, ("talk",)),
        ({"speaker": "ana"}, ("talk",)),
    ],
)
def test_search(event: Decisions, fields: dict[str, str], keys: tuple[str, ...]) -> None:
    assert event.ask("programme.search", NOBODY, **fields).sessions == keys


def test_search_follows_edits(event: Decisions) -> None:
    editor = event.person("Cleo", "organiser")
    assert event.ask("programme.search", NOBODY, text="tea").sessions == ()
    event.do("programme.edit_session", editor, session="late", title="Tea", start=NOW, end=NOW + HOUR)
    assert event.ask("programme.search", NOBODY, text="tea").sessions == ("late",)
