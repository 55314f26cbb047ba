"""Importing: what is shown is done; stars keep their sessions; whoever looked at something older looks again."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from turia.errors import Refused
from turia.event.commands import Actor
from turia.event.entries import EVENT, person_stream, room_stream
from turia.event.imported import (
    EVENT_IMPORT,
    ImportedFile,
    ImportedRoom,
    ImportedSession,
    ImportedSpeaker,
    ImportedTrack,
    Upload,
)
from turia.event.people import Notice
from turia.event.programme import Programme, Room, Session, SessionType, Speaker, Track
from turia.event.rooms import Phase, SessionRun
from turia.event.settings import Info
from turia.testing.decisions import NOW, Decisions

HOUR = 3_600_000
KNOWS = ("title", "start", "end", "room", "track", "type", "abstract", "speakers", "guid", "code")


@pytest.fixture
def event() -> Decisions:
    made = Decisions()
    made.do(
        "event.seed",
        info=Info("An event", zone="Europe/Madrid"),
        rooms={"hall": Room("Great hall", place="plenary", capacity=7), "annex": Room("Annex")},
        tracks={"red": Track("Red")},
        speakers={"ana": Speaker("Ana", "House", code="A1"), "ben": Speaker("Ben")},
        sessions={
            "talk": Session(
                "A talk", NOW, NOW + HOUR, SessionType.KEYNOTE, "hall", "red", guid="g1", speakers=("ana",)
            ),
            "code": Session("By code", NOW + HOUR, NOW + 2 * HOUR, room="hall", code="C2"),
            "name": Session("By name", NOW + 2 * HOUR, NOW + 3 * HOUR, room="annex"),
            "gone": Session("Not in the file", NOW + 3 * HOUR, NOW + 4 * HOUR),
        },
    )
    return made


@pytest.fixture
def editor(event: Decisions) -> Actor:
    return event.person("Cleo", "organiser")


def file(*sessions: ImportedSession, **more: Any) -> ImportedFile:
    fields: dict[str, Any] = {
        "name": "new.xml",
        "format": "schedule.xml",
        "knows": KNOWS,
        "rooms": (ImportedRoom("great hall"), ImportedRoom("New room", capacity=30)),
        "tracks": (ImportedTrack("Red", colour="#ff0000"), ImportedTrack("Blue")),
        "speakers": (ImportedSpeaker("1", "Ana A.", "A1"), ImportedSpeaker("name:Dora", "Dora")),
        "sessions": sessions or SESSIONS,
    }
    return ImportedFile(**(fields | more))


SESSIONS = (
    ImportedSession("A talk", NOW, NOW + HOUR, SessionType.KEYNOTE, "great hall", "Red", guid="G1", speakers=("1",)),
    ImportedSession("By its code", NOW + 90 * 60_000, NOW + 2 * HOUR, room="great hall", code="C2"),
    ImportedSession("By name", NOW + 2 * HOUR, NOW + 3 * HOUR, room="New room", track="Blue"),
    ImportedSession("New", NOW + 4 * HOUR, NOW + 5 * HOUR, room="New room", guid="new-1", speakers=("name:Dora",)),
)


def stage(event: Decisions, of: ImportedFile, upload: str = "up") -> None:
    event.do("programme.stage_import", upload=upload, by="cleo", file=msgspec.to_builtins(of))


def apply(event: Decisions, editor: Actor, missing: str = "remove") -> Any:
    preview = event.ask("programme.preview_import", editor, upload="up", missing=missing)
    return event.do("programme.apply_import", editor, upload="up", version=preview.version, missing=missing)


def sessions(event: Decisions) -> dict[str, Session]:
    return event.state.all(EVENT, Session)


def test_the_preview_says_what_is_new_changed_and_missing(event: Decisions, editor: Actor) -> None:
    stage(event, file())
    preview = event.ask("programme.preview_import", editor, upload="up")
    assert [each.title for each in preview.added] == ["New"]
    assert [each.title for each in preview.missing] == ["Not in the file"]
    assert preview.unchanged == 1
    changed = {each.key: {field.field: (field.old, field.new) for field in each.fields} for each in preview.changed}
    assert changed == {
        "code": {
            "title": ("By code", "By its code"),
            "start": ("Monday 3 November, 10:00", "Monday 3 November, 10:30"),
        },
        "name": {"room": ("Annex", "New room"), "track": ("", "Blue")},
    }
    assert (preview.new_rooms, preview.new_tracks, preview.new_speakers) == (("New room",), ("Blue",), ("Dora",))
    assert sessions(event)["code"].title == "By code", "nothing is changed by looking"


def test_what_is_shown_is_done(event: Decisions, editor: Actor) -> None:
    stage(event, file())
    answer = apply(event, editor)
    now = sessions(event)
    assert set(now) == {"talk", "code", "name", "new-1"}
    assert now["code"].title == "By its code"
    assert now["new-1"].room == "new_room"
    rooms = event.state.all(EVENT, Room)
    assert (rooms["hall"].place, rooms["hall"].capacity) == ("plenary", 7), "rooms of ours stay as they are set"
    assert rooms["new_room"].capacity == 30
    assert event.state.all(EVENT, Track)["red"].colour == "#ff0000"
    ana = event.state.all(EVENT, Speaker)["ana"]
    assert (ana.name, ana.affiliation) == ("Ana A.", "House")
    programme = event.state.get(EVENT, Programme, "programme")
    assert programme is not None
    assert (programme.version, programme.source) == (answer.version, "new.xml")
    assert event.state.all(EVENT_IMPORT, Upload) == {}


def test_one_undo_takes_all_of_it_back(event: Decisions, editor: Actor) -> None:
    before = {kind.kind: event.state.all(EVENT, kind) for kind in (Room, Track, Speaker, Session)}
    stage(event, file())
    event.do("programme.undo", editor, edit=apply(event, editor).undo)
    assert {kind.kind: event.state.all(EVENT, kind) for kind in (Room, Track, Speaker, Session)} == before


@pytest.mark.parametrize(("missing", "there", "cancelled"), [("keep", True, False), ("cancel", True, True)])
def test_missing_sessions_may_stay(event: Decisions, editor: Actor, missing: str, there: bool, cancelled: bool) -> None:
    stage(event, file())
    apply(event, editor, missing)
    assert ("gone" in sessions(event)) is there
    assert sessions(event)["gone"].cancelled is cancelled


def test_stars_keep_their_sessions_and_tell(event: Decisions, editor: Actor) -> None:
    emil = event.person("Emil")
    for key in ("code", "gone"):
        event.do("programme.star", emil, session=key)
    stage(event, file())
    apply(event, editor)
    assert event.ask("my.stars", emil).sessions == ("code",)
    (notice,) = event.state.all(person_stream("emil"), Notice).values()
    assert notice.text.startswith("2 sessions that you starred have changed.")
    gone = ImportedSession("Not in the file", NOW + 3 * HOUR, NOW + 4 * HOUR)
    stage(event, file(*SESSIONS, gone))
    apply(event, editor)
    assert set(sessions(event)) > {"code", "new-1"}


def test_a_session_that_comes_back_finds_its_stars(event: Decisions, editor: Actor) -> None:
    emil = event.person("Emil")
    stage(event, file())
    apply(event, editor)
    event.do("programme.star", emil, session="new-1")
    stage(event, file(*SESSIONS[:3]))
    apply(event, editor)
    assert event.ask("my.stars", emil).sessions == ()
    stage(event, file())
    apply(event, editor)
    assert event.ask("my.stars", emil).sessions == ("new-1",)


def test_whoever_looked_at_an_older_programme_looks_again(event: Decisions, editor: Actor) -> None:
    stage(event, file())
    version = event.ask("programme.preview_import", editor, upload="up").version
    event.do("programme.cancel_session", editor, session="talk")
    with pytest.raises(Refused, match="Look at them again") as refused:
        event.do("programme.apply_import", editor, upload="up", version=version)
    assert refused.value.code == "stale"
    assert sessions(event)["code"].title == "By code"


def test_an_upload_is_its_owners_alone_and_bounded(event: Decisions, editor: Actor) -> None:
    dora = event.person("Dora", "organiser")
    for number in range(5):
        stage(event, file(), f"up{number}")
    assert list(event.state.all(EVENT_IMPORT, Upload)) == ["up2", "up3", "up4"]
    with pytest.raises(Refused, match="not here any more"):
        event.ask("programme.preview_import", dora, upload="up4")
    event.do("programme.drop_import", editor, upload="up4")
    with pytest.raises(Refused, match="not here any more"):
        event.do("programme.apply_import", editor, upload="up4", version=1)


def test_nobody_stages_for_somebody_else(event: Decisions, editor: Actor) -> None:
    with pytest.raises(Refused) as refused:
        event.do("programme.stage_import", editor, upload="up", by="cleo", file=msgspec.to_builtins(file()))
    assert refused.value.code == "not_allowed"


def test_a_session_that_runs_stays_where_people_are(event: Decisions, editor: Actor) -> None:
    event.put(room_stream("annex"), "name", SessionRun(Phase.LIVE, NOW))
    event.do("programme.move_session", editor, session="gone", room="hall")
    event.put(room_stream("hall"), "gone", SessionRun(Phase.PAUSED, NOW))
    stage(event, file())
    preview = event.ask("programme.preview_import", editor, upload="up")
    assert preview.warnings == (
        "“By name” is live now and stays in its room.",
        "“Not in the file” is paused now and stays, though it is not in the file.",
    )
    assert apply(event, editor).warnings == preview.warnings
    now = sessions(event)
    assert (now["name"].room, now["name"].track, now["gone"].room) == ("annex", "blue", "hall")
    assert now["code"].title == "By its code"


def test_what_the_file_knows_nothing_of_stays(event: Decisions, editor: Actor) -> None:
    event.do(
        "programme.edit_session",
        editor,
        session="talk",
        title="A talk",
        start=NOW,
        end=NOW + HOUR,
        type="panel",
        room="hall",
        track="red",
        speakers=["ana"],
        subtitle="Ours",
        door="locked",
        by_timetable=False,
    )
    stage(event, file(ImportedSession("A talk", NOW, NOW + HOUR, guid="g1"), knows=("title", "start", "end", "guid")))
    apply(event, editor)
    talk = sessions(event)["talk"]
    assert (talk.subtitle, talk.door, talk.by_timetable, talk.room) == ("Ours", "locked", False, "hall")


def test_a_type_that_somebody_chose_outlives_a_word_that_means_nothing_to_us(event: Decisions, editor: Actor) -> None:
    spoken = ImportedSession("Spoken", NOW, NOW + HOUR, guid="s", extra=(("type", "Vortrag"),))
    stage(event, file(spoken))
    apply(event, editor)
    event.do("programme.edit_session", editor, session="s", title="Spoken", start=NOW, end=NOW + HOUR, type="panel")
    stage(event, file(spoken))
    apply(event, editor)
    assert sessions(event)["s"].type is SessionType.PANEL


def test_a_moved_session_without_identity_is_known_by_its_title(event: Decisions, editor: Actor) -> None:
    stage(event, file(ImportedSession("by NAME", NOW + 9 * HOUR, NOW + 10 * HOUR)))
    preview = event.ask("programme.preview_import", editor, upload="up")
    assert [each.key for each in preview.changed] == ["name"]


def test_twins_are_matched_by_their_time(event: Decisions, editor: Actor) -> None:
    """Breaks have one title and no identity."""
    breaks = [ImportedSession("Break", NOW + hour * HOUR, NOW + hour * HOUR + 60_000) for hour in (1, 2, 3)]
    stage(event, file(*breaks))
    apply(event, editor)
    keys = set(sessions(event))
    assert len(keys) == 3
    stage(event, file(*breaks[1:], ImportedSession("Break", NOW + 5 * HOUR, NOW + 6 * HOUR)))
    preview = event.ask("programme.preview_import", editor, upload="up")
    assert preview.unchanged == 2
    apply(event, editor)
    assert len(set(sessions(event)) & keys) == 3, "the one that is left over on both sides is the one that was moved"


def test_two_people_of_one_name_stay_two_and_one_undo_takes_them_back(event: Decisions, editor: Actor) -> None:
    """One of them is known here by name alone, and the file has two with codes."""
    before = event.state.all(EVENT, Speaker)
    twins = (ImportedSpeaker("1", "Ben", "B1"), ImportedSpeaker("2", "Ben", "B2"), ImportedSpeaker("3", "Other", "A1"))
    talk = ImportedSession("New", NOW + 4 * HOUR, NOW + 5 * HOUR, guid="new-1", speakers=("1", "2", "3"))
    stage(event, file(*SESSIONS[:3], talk, speakers=twins))
    undo = apply(event, editor).undo
    speakers = event.state.all(EVENT, Speaker)
    assert sorted((each.name, each.code) for each in speakers.values()) == [
        ("Ben", "B1"),
        ("Ben", "B2"),
        ("Other", "A1"),
    ]
    assert len(sessions(event)["new-1"].speakers) == 3
    event.do("programme.undo", editor, edit=undo)
    assert event.state.all(EVENT, Speaker) == before


def test_one_thing_that_a_file_changes_twice_is_one_change(event: Decisions, editor: Actor) -> None:
    tracks = (ImportedTrack("Red", colour="#111111"), ImportedTrack("RED", colour="#222222"))
    stage(event, file(tracks=tracks))
    undo = apply(event, editor).undo
    event.do("programme.undo", editor, edit=undo)
    assert event.state.all(EVENT, Track) == {"red": Track("Red")}


def test_many_sessions_on_other_days_are_one_warning(event: Decisions, editor: Actor) -> None:
    info = Info("An event", zone="Europe/Madrid", first_day="2025-11-03", last_day="2025-11-03")
    event.put(EVENT, "info", info)
    day_ms = 24 * HOUR
    sessions = [ImportedSession(f"T{n}", NOW + n * day_ms, NOW + n * day_ms + HOUR, room="New room") for n in range(9)]
    same = ImportedSession("Same", NOW + day_ms, NOW + day_ms + HOUR, room="New room")
    stage(event, file(*sessions, same))
    preview = event.ask("programme.preview_import", editor, upload="up")
    assert preview.warnings == (
        "9 sessions (Tuesday 4 November 2025 to Tuesday 11 November 2025) lie outside of the days of the event. "
        "If these are its days, change them in the settings.",
        "“T1” and “Same” overlap in one room (Tuesday 4 November, 09:00 to 10:00).",
    )
