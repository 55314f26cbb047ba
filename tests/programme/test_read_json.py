"""schedule.json in its dialects."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from turia.errors import Refused
from turia.event.imported import ImportedFile, ImportedRoom
from turia.event.programme import SessionType
from turia.programme.read_json import read

Imported = Callable[..., ImportedFile]


def test_frab_pretalx_and_voc(imported: Imported) -> None:
    file = imported("voc.json")
    assert (file.title, file.zone, file.generator) == ("Json days", "Europe/Berlin", "pretalx 2024.1.0")
    assert file.rooms[0] == ImportedRoom("Blue", "44444444-4444-4444-8444-444444444444", 120)
    talk, lunch = file.sessions
    assert talk.end - talk.start == 40 * 60_000
    assert (talk.code, talk.abstract) == ("MJA8QY", "One\nTwo")
    assert talk.links == (("Code", "https://days.test/code"), ("", "https://days.test/more"))
    assert dict(talk.extra) == {
        "type": "Talk 30 min",
        "id": "15",
        "logo": "/media/x.png",
        "do_not_record": "true",
        "answers": '[{"question":1,"answer":"yes"}]',
        "feedback_url": "https://days.test/feedback",
        "attachment": "/media/slides.pdf Slides",
    }
    assert (lunch.title, lunch.type) == ("Lunch break", SessionType.BREAK)
    (dora,) = file.speakers
    assert (dora.name, dora.code, dora.biography) == ("Dora", "XY", "Likes JSON.")
    assert dict(dora.extra) == {"id": "3", "avatar": "https://days.test/a.png"}


def test_the_second_version_of_vocs_schema(imported: Imported) -> None:
    file = imported("voc2.json")
    (ceremony,) = file.sessions
    assert (ceremony.room, ceremony.track, ceremony.end - ceremony.start) == ("Hall 1", "Art", 30 * 60_000)
    assert (file.speakers[0].name, file.speakers[0].biography) == ("Emil", "Speaks.")
    assert file.rooms[0].capacity == 3025


def test_talks_as_pretalx_lists_them(imported: Imported) -> None:
    (listed,) = imported("pretalx_api.json").sessions
    assert (listed.title, listed.room, listed.track, listed.code) == ("Listed", "Main hall", "Track one", "ABCDEF")
    assert listed.end - listed.start == 30 * 60_000


def schedule(*events: Any) -> bytes:
    day = {"date": "2025-11-03", "rooms": {"Hall": list(events)}}
    return json.dumps({"schedule": {"conference": {"days": [day]}}}).encode()


GOOD = {"title": "Good", "start": "10:00", "duration": "00:30"}


@pytest.mark.parametrize(
    ("odd", "lost", "says"),
    [
        ({"title": "Odd"}, True, "no start that can be read"),
        ({"title": "Odd", "start": 10}, True, "no start that can be read"),
        ({"title": "Odd", "start": "10:00", "date": "soon"}, True, "its day “soon”"),
        ({"title": "Odd", "start": "10:00"}, False, "30 minutes were assumed"),
        ({"title": None, "start": "10:00", "duration": "00:30"}, False, "has no title"),
        ({"title": "Odd", "start": "10:00", "duration": "1:00", "abstract": "x" * 30_000}, False, "was cut"),
    ],
)
def test_an_odd_event_costs_itself_alone(odd: dict[str, Any], lost: bool, says: str) -> None:
    file = read(schedule(GOOD, odd), "x.json", "Europe/Madrid")
    assert len(file.sessions) == (1 if lost else 2)
    assert any(says in problem.text and problem.lost is lost for problem in file.problems)


@pytest.mark.parametrize(
    "field", ["room", "track", "persons", "links", "attachments", "url", "type", "guid", "language"]
)
@pytest.mark.parametrize("value", [None, 7, True, "x", [], [1, None], {}, {"a": [1]}, [{"name": 3}]])
def test_values_of_any_type_do_no_harm(field: str, value: Any) -> None:
    file = read(schedule(GOOD | {field: value}), "x.json", "Europe/Madrid")
    assert file.sessions[0].title == "Good"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"{", "no valid JSON"),
        (b'{"a": 1,\n "b": 2,\n}', "line 3"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b'{"hello": 1}', "no “schedule”"),
        (b'"text"', "no “schedule”"),
        (b"[]", "no session"),
        (b'{"schedule": {"conference": {"days": [3, null, {"rooms": [1]}]}}}', "no session"),
        (b'{"schedule": {"x": "\xff"}}', "UTF-8"),
    ],
)
def test_broken_and_hostile_files_are_refused_with_a_sentence(data: bytes, says: str) -> None:
    with pytest.raises(Refused, match=says) as refused:
        read(data, "x.json", "Europe/Madrid")
    assert refused.value.code == "bad_file"


def test_too_many_sessions_are_refused() -> None:
    with pytest.raises(Refused, match="more than 5,000 sessions"):
        read(schedule(*[GOOD] * 5_001), "x.json", "Europe/Madrid")
