"""Export and re-import is the identity: of the programme that was exported, and of an empty one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turia.event import day
from turia.event.entries import EVENT
from turia.event.names import clean_line, clean_text
from turia.event.plan import Plan, plan_of
from turia.event.programme import Room, Session, SessionType, Speaker, Track
from turia.event.settings import Info
from turia.programme import texts, write_calendar, write_json, write_table, write_xml
from turia.programme.reader import read
from turia.testing.decisions import Decisions

ZONE = "Europe/Madrid"
WRITERS: dict[str, Callable[[Plan], bytes]] = {
    "p.xml": write_xml.write,
    "p.json": write_json.write,
    "p.ics": lambda plan: write_calendar.write(plan, whole=True, base_url="https://venue.test/programme"),
    "p.csv": write_table.write,
}
#: What a format does not carry.
LOST = {"p.csv": {"links", "slug", "extra"}}
MINUTE = 60_000
#: Nights in which the clock changes, the day's border, and an ordinary day: minutes after these, UTC.
BORDERS = [
    day.at_wall(day.local(0, day.zone("UTC")).replace(tzinfo=None, year=y, month=m, day=d, hour=h), day.zone(ZONE))
    for y, m, d, h in [(2025, 10, 26, 0), (2025, 3, 30, 0), (2025, 11, 3, 22), (2025, 11, 4, 3), (2025, 12, 31, 23)]
]

lines = st.text(max_size=30).map(clean_line)
titles = lines.filter(bool)
bodies = st.text(max_size=80).map(clean_text)
addresses = st.sampled_from(["", "https://a.test/", "https://a.test/?q=1&r=%20#x", "http://ü.test/ä,;"])
guids = st.uuids(version=4).map(str)
kept = st.sampled_from(
    [
        ("type", "Talk (45 min)"),
        ("type", "Keynote & more"),
        ("attachment", "/slides.pdf Slides, all"),
        ("link", "ftp://a.test old"),
        ("recording_license", "cc-by"),
        ("do_not_record", "true"),
        ("logo", "/logo.png"),
        ("feedback_url", "https://a.test/feedback"),
        ("answers", '[{"question":1}]'),
        ("id", "77"),
    ]
)
sessions = st.builds(
    Session,
    title=titles,
    start=st.tuples(st.sampled_from(BORDERS), st.integers(0, 360)).map(lambda at: at[0] + at[1] * MINUTE),
    end=st.just(0),
    type=st.sampled_from(SessionType),
    room=st.sampled_from(["", "hall", "annex", "twin"]),
    track=st.sampled_from(["", "red", "blue"]),
    subtitle=lines,
    abstract=bodies,
    description=bodies,
    speakers=st.lists(st.sampled_from(["ana", "ben", "ana2"]), unique=True, max_size=3).map(tuple),
    language=st.sampled_from(["", "en", "es"]),
    url=addresses,
    links=st.lists(st.tuples(lines, addresses.filter(bool)), max_size=2).map(tuple),
    cancelled=st.booleans(),
    guid=st.one_of(st.just(""), guids),
    code=st.one_of(st.just(""), st.from_regex(r"[A-Z]{6}", fullmatch=True), st.integers(1, 99_999).map(str)),
    slug=st.sampled_from(["", "a-slug", "other_slug"]),
    extra=st.lists(kept, unique_by=lambda pair: pair[0], max_size=3).map(tuple),
)
lengths = st.one_of(st.integers(1, 300), st.sampled_from([1_440, 1_500, 44_640]))
ROOMS = {"hall": Room("Hall", order=1), "annex": Room("Annex", order=2), "twin": Room("Hall", order=3)}
TRACKS = {"red": Track("Red", "#ff0000"), "blue": Track("Blue")}
SPEAKERS = {
    "ana": Speaker("Ana", "House", "Likes lines.\n\nTwo.", code="A1"),
    "ben": Speaker("Ben, the second", url="https://ben.test"),
    "ana2": Speaker("Ana", order=3),
}


@st.composite
def programmes(draw: st.DrawFn) -> dict[str, Session]:
    found: dict[str, Session] = {}
    for number, each in enumerate(draw(st.lists(sessions, min_size=1, max_size=5))):
        fields: dict[str, Any] = {"end": each.start + draw(lengths) * MINUTE}
        others = list(found.values())
        for field in ("guid", "code", "slug"):
            if any(getattr(each, field) == getattr(other, field) for other in others):
                fields[field] = ""
        worded = fields.get("code", each.code).isalpha()
        fields["extra"] = tuple(
            (name, f"{text}{number}" if name == "id" else text) for name, text in each.extra if name != "id" or worded
        )
        found[f"s{number}"] = msgspec.structs.replace(each, **fields)
    return found


def event(of: dict[str, Session] | None = None) -> Decisions:
    made = Decisions()
    parts = {"rooms": ROOMS, "tracks": TRACKS, "speakers": SPEAKERS, "sessions": of} if of else {}
    made.do("event.seed", info=Info("An event", zone=ZONE, first_day="2025-11-03"), **parts)
    return made


def take(into: Decisions, name: str, data: bytes) -> Any:
    """Import a file; the preview."""
    organiser = into.person("Cleo", "organiser")
    file = read(data, name, "Asia/Tokyo")
    assert file.problems == ()
    into.do("programme.stage_import", upload="u", by="cleo", file=msgspec.to_builtins(file))
    preview = into.ask("programme.preview_import", organiser, upload="u")
    into.do("programme.apply_import", organiser, upload="u", version=preview.version)
    return preview


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=40, deadline=None)
@given(of=programmes())
def test_an_export_changes_nothing_where_it_came_from(name: str, of: dict[str, Session]) -> None:
    there = event(of)
    before, log = there.state.all(EVENT, Session), len(there.log)
    preview = take(there, name, WRITERS[name](plan_of(there.state)))
    assert (preview.added, preview.changed, preview.missing) == ((), (), ())
    assert (preview.new_rooms, preview.new_tracks, preview.new_speakers) == ((), (), ())
    assert there.state.all(EVENT, Session) == before
    assert {entry.kind for entry in there.log[log:]} <= {"programme_upload", "registration", "grant"}


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=40, deadline=None)
@given(of=programmes())
def test_an_export_is_the_same_programme_elsewhere(name: str, of: dict[str, Session]) -> None:
    there, elsewhere = event(of), event()
    take(elsewhere, name, WRITERS[name](plan_of(there.state)))
    assert sorted(map(str, said(elsewhere, name))) == sorted(map(str, said(there, name)))


def said(of: Decisions, name: str) -> list[dict[str, Any]]:
    """Sessions as people read them: parts by their names instead of their keys."""
    plan = plan_of(of.state)
    rooms = plan.room_names() | {"": ""}
    found = []
    for session in plan.sessions.values():
        fields = {field: getattr(session, field) for field in Session.__struct_fields__}
        fields["room"] = rooms[session.room]
        fields["track"] = plan.tracks[session.track].title if session.track else ""
        fields["speakers"] = sorted({plan.speakers[each].name for each in session.speakers})
        fields["extra"] = sorted(pair for pair in session.extra if said_in_files(pair, session))
        fields["language"] = session.language or "en"
        if name == "p.csv":
            fields["type"] = ""  # the word of a file it came from is not written apart from what we make of it
        for field in ("guid", "code", *LOST.get(name, ())):
            del fields[field]
        found.append(fields)
    return found


def said_in_files(pair: tuple[str, str], session: Session) -> bool:
    """A file has one word for the type."""
    return pair[0] != "type" or texts.session_type(pair[1]) is session.type
