"""Stars, and the notices that they bring."""

from __future__ import annotations

import pytest

from turia.errors import Refused
from turia.event import starring
from turia.event.commands import NOBODY, Actor
from turia.event.entries import EVENT, person_stream
from turia.event.people import Notice
from turia.event.programme import Room, Session
from turia.event.settings import Info
from turia.testing.decisions import NOW, Decisions

HOUR = 3_600_000


@pytest.fixture
def event() -> Decisions:
    made = Decisions()
    sessions = {
        f"s{number}": Session(f"Talk {number}", NOW + number * HOUR, NOW + (number + 1) * HOUR, room="hall")
        for number in range(6)
    }
    made.do("event.seed", info=Info("E", zone="Europe/Madrid"), rooms={"hall": Room("Hall")}, sessions=sessions)
    return made


def notices(event: Decisions, person: str) -> dict[str, Notice]:
    return event.state.all(person_stream(person), Notice)


def test_stars_are_listed_by_their_beginning(event: Decisions) -> None:
    ana = event.person("Ana")
    for key in ("s3", "s1", "s3"):
        event.do("programme.star", ana, session=key)
    assert event.ask("my.stars", ana).sessions == ("s1", "s3")
    event.do("programme.unstar", ana, session="s1")
    event.do("programme.unstar", ana, session="s1")
    assert event.ask("my.stars", ana).sessions == ("s3",)


def test_guests_may_star_but_nobody_unknown(event: Decisions) -> None:
    event.do("programme.star", Actor("guest1", guest=True), session="s1")
    with pytest.raises(Refused) as refused:
        event.do("programme.star", NOBODY, session="s1")
    assert refused.value.code == "not_signed_in"


def test_what_is_not_there_cannot_be_starred(event: Decisions) -> None:
    with pytest.raises(Refused, match="not in the programme any more"):
        event.do("programme.star", event.person("Ana"), session="nothing")


def test_stars_are_bounded(event: Decisions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starring, "MOST_STARS", 2)
    ana = event.person("Ana")
    event.do("programme.star", ana, session="s1")
    event.do("programme.star", ana, session="s2")
    with pytest.raises(Refused, match="You have starred 2 sessions"):
        event.do("programme.star", ana, session="s3")


@pytest.mark.parametrize(
    ("name", "fields", "code", "says"),
    [
        ("cancel_session", {}, "session_cancelled", "“Talk 1” was cancelled."),
        (
            "move_session",
            {"start": NOW + 9 * HOUR},
            "session_moved",
            "“Talk 1” was moved: Monday 3 November, 18:00 to 19:00, Hall.",
        ),
        ("remove_session", {}, "session_removed", "“Talk 1” was taken out of the programme."),
        (
            "edit_session",
            {"title": "Renamed", "start": NOW + HOUR, "end": NOW + 2 * HOUR, "room": "hall"},
            "session_renamed",
            "“Talk 1” is now called “Renamed”.",
        ),
        (
            "edit_session",
            {"title": "Talk 1", "start": NOW + HOUR, "end": NOW + 2 * HOUR, "room": "hall", "abstract": "More."},
            "session_changed",
            "“Talk 1” was changed; look at it again.",
        ),
    ],
)
def test_who_starred_is_told(event: Decisions, name: str, fields: dict[str, object], code: str, says: str) -> None:
    editor, ana, _ben = event.person("Cleo", "organiser"), event.person("Ana"), event.person("Ben")
    event.do("programme.star", ana, session="s1")
    event.do(f"programme.{name}", editor, session="s1", **fields)
    (notice,) = notices(event, "ana").values()
    assert (notice.code, notice.text, notice.session) == (code, says, "s1")
    assert notices(event, "ben") == {}


def test_a_cancelled_session_that_takes_place_after_all_says_when(event: Decisions) -> None:
    editor, ana = event.person("Cleo", "organiser"), event.person("Ana")
    event.do("programme.cancel_session", editor, session="s1")
    event.do("programme.star", ana, session="s1")
    event.do("programme.cancel_session", editor, session="s1", cancelled=False)
    (notice,) = notices(event, "ana").values()
    assert notice.text == "“Talk 1” takes place after all: Monday 3 November, 10:00 to 11:00."


def test_a_later_change_replaces_the_notice_that_was_not_read(event: Decisions) -> None:
    editor, ana = event.person("Cleo", "organiser"), event.person("Ana")
    event.do("programme.star", ana, session="s1")
    for hour in range(2, 30):
        event.do("programme.move_session", editor, session="s1", start=NOW + hour * HOUR)
    assert len(notices(event, "ana")) == 1


def test_one_change_of_many_sessions_is_one_notice(event: Decisions) -> None:
    editor, ana = event.person("Cleo", "organiser"), event.person("Ana")
    for number in range(6):
        event.do("programme.star", ana, session=f"s{number}")
    speaker = event.do("programme.add_speaker", editor, name="Ben").key
    for key, session in event.state.all(EVENT, Session).items():
        fields = {"title": session.title, "start": session.start, "end": session.end, "room": "hall"}
        event.do("programme.edit_session", editor, session=key, speakers=[speaker], **fields)
    log = len(event.log)
    event.do("programme.remove_speaker", editor, speaker=speaker)
    made = [entry for entry in event.log[log:] if entry.kind == "notice"]
    assert len(made) == 1
    assert isinstance(made[0].value, Notice)
    assert made[0].value.text.startswith("6 sessions that you starred have changed. “Talk 0”")
    assert made[0].value.text.endswith("And 3 more.")


def test_settings_of_doors_tell_nobody(event: Decisions) -> None:
    editor, ana = event.person("Cleo", "organiser"), event.person("Ana")
    event.do("programme.star", ana, session="s1")
    fields = {"title": "Talk 1", "start": NOW + HOUR, "end": NOW + 2 * HOUR, "room": "hall"}
    event.do("programme.edit_session", editor, session="s1", door="locked", **fields)
    assert notices(event, "ana") == {}


def test_stars_outlive_a_session_that_comes_back(event: Decisions) -> None:
    editor, ana = event.person("Cleo", "organiser"), event.person("Ana")
    event.do("programme.star", ana, session="s1")
    undo = event.do("programme.remove_session", editor, session="s1").undo
    assert event.ask("my.stars", ana).sessions == ()
    event.do("programme.undo", editor, edit=undo)
    assert event.ask("my.stars", ana).sessions == ("s1",)


def test_a_renewed_address_has_another_serial(event: Decisions) -> None:
    ana = event.person("Ana")
    assert starring.feed_serial(event.state, "ana") == 1
    assert event.do("programme.renew_feed", ana).serial == 2
    assert starring.feed_serial(event.state, "ana") == 2
