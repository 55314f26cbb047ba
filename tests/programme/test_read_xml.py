"""schedule.xml in its dialects."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from turia.errors import Refused
from turia.event import day
from turia.event.imported import ImportedFile
from turia.event.programme import SessionType
from turia.programme.read_xml import read

Imported = Callable[..., ImportedFile]


def when(at: int, zone: str = "Europe/Madrid") -> str:
    return day.local(at, day.zone(zone)).isoformat(timespec="minutes")


def test_frab(imported: Imported) -> None:
    file = imported("frab.xml")
    assert (file.title, file.zone, file.version) == ("Summer camp", "Europe/Berlin", "1.5 Harbour")
    assert [room.title for room in file.rooms] == ["Great tent", "Small tent"]
    opening, party = file.sessions
    assert (opening.title, opening.subtitle, opening.language) == ("Opening & welcome", "All of us", "de")
    assert (opening.guid, opening.code, opening.slug) == (
        "11111111-2222-4333-8444-555555555501",
        "101",
        "camp-101-opening",
    )
    assert opening.description == "First line.\nSecond line."
    assert opening.links == (("Page", "https://camp.test/opening"),)
    assert dict(opening.extra) == {
        "type": "lecture",
        "link": "ftp://camp.test/old Old",
        "attachment": "/system/slides.pdf Slides",
        "recording_license": "cc-by",
        "do_not_record": "true",
        "logo": "/system/logo.png",
    }
    assert [speaker.name for speaker in file.speakers] == ["Ana", "Ben"]
    assert opening.speakers == ("7", "8")
    assert when(party.start, "Europe/Berlin") == "2025-08-20T23:30+02:00"
    assert when(party.end, "Europe/Berlin") == "2025-08-21T02:30+02:00"
    assert file.problems == ()


def test_pentabarf(imported: Imported) -> None:
    """Its times have no date of their own: what is before the change of day belongs to the next date."""
    file = imported("pentabarf.xml")
    welcome, late, bare = file.sessions
    assert file.version == "Version 2"
    assert when(welcome.start) == "2025-02-01T09:30+01:00"
    assert when(late.start) == "2025-02-02T00:30+01:00"
    assert (bare.room, when(bare.start)) == ("Lab", "2025-02-02T10:00+01:00")
    assert welcome.type is SessionType.KEYNOTE
    assert welcome.abstract == "We welcome you, see [our page](https://days.test/)."
    assert welcome.description == "- one\n- two & three"
    assert dict(welcome.extra)["link"] == "http:// http://"
    assert dict(late.extra) == {"type": "devroom"}


def test_pretalx(imported: Imported) -> None:
    """A day and more, over the change of the clocks."""
    file = imported("pretalx.xml")
    (night,) = file.sessions
    assert night.end - night.start == (28 * 60 + 30) * 60_000
    assert (when(night.start), when(night.end)) == ("2025-10-25T23:00+02:00", "2025-10-27T02:30+01:00")
    assert (night.code, dict(night.extra)["id"]) == ("ABC123", "501")
    assert file.tracks[0].colour == "#ff00aa"
    assert night.track == "Making"
    assert file.speakers[0].code == "PQR789"


EVENT = """<schedule><day index='1' date='2025-11-03'><room name='Hall'>
<event id='1'><start>10:00</start><duration>00:30</duration><title>Good</title></event>
<event id='2'>{}<title>Odd</title></event>
</room></day></schedule>"""


@pytest.mark.parametrize(
    ("odd", "lost", "says"),
    [
        ("<start>ten</start><duration>00:30</duration>", True, "its start “ten” is no time"),
        ("<start>10:00</start><duration>x</duration>", False, "30 minutes were assumed"),
        ("<start>10:00</start>", False, "30 minutes were assumed"),
        ("<start>10:00</start><duration>00:00</duration>", False, "It has no length"),
        ("<start>10:00</start><date>2025-02-30</date><duration>00:30</duration>", True, "its day “2025-02-30”"),
        ("<start>10:00</start><duration>999:00</duration>", True, "longer than 31 days"),
        ("<date>9999-12-31T10:00:00+01:00</date><duration>00:30</duration>", True, "between the years 1970 and 2199"),
        ("<date>0001-01-01T00:00:00+23:00</date><duration>00:30</duration>", True, "between the years"),
    ],
)
def test_an_odd_event_costs_itself_alone_and_is_named(odd: str, lost: bool, says: str) -> None:
    file = read(EVENT.format(odd).encode(), "x.xml", "Europe/Madrid")
    assert len(file.sessions) == (1 if lost else 2)
    (problem,) = file.problems
    assert problem.where == "event 2 (“Odd”)"
    assert says in problem.text
    assert problem.lost is lost


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<rss></rss>", "is XML, but no schedule: it begins with <rss>"),
        (b"<schedule><day></schedule>", "line 1, column 17"),
        (b"<schedule/>", "no session that can be imported"),
        (b"<?xml version='1.0' encoding='klingon'?><schedule/>", "cannot be decoded|not well-formed"),
        (b"<?xml version='1.0' encoding='utf-8'?><schedule>\xff</schedule>", "not well-formed XML: line 1"),
        (b"<schedule>" + b"<a>" * 100 + b"</a>" * 100 + b"</schedule>", "nested deeper than 40"),
        (b"<schedule>" + b"<a/>" * 600_001 + b"</schedule>", "more than 600,000 elements"),
        (b'<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]><schedule>&d;</schedule>', "entities of its own"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><schedule>&b;</schedule>', "entities of its own"),
    ],
)
def test_broken_and_hostile_files_are_refused_with_a_sentence(data: bytes, says: str) -> None:
    with pytest.raises(Refused, match=says) as refused:
        read(data, "x.xml", "Europe/Madrid")
    assert refused.value.code == "bad_file"
    assert "passwd" not in refused.value.message


def test_an_unknown_zone_is_said() -> None:
    data = EVENT.format("<start>11:00</start><duration>00:30</duration>").replace(
        "<day", "<conference><time_zone_name>Mars/Base</time_zone_name></conference><day", 1
    )
    file = read(data.encode(), "x.xml", "Europe/Madrid")
    assert "“Mars/Base” is not known; Europe/Madrid is used" in file.problems[0].text


def test_other_encodings_are_read_as_they_say() -> None:
    data = EVENT.format("<start>11:00</start><duration>00:30</duration>").replace("Good", "Grüße")
    for encoding in ("iso-8859-15", "utf-16"):
        whole = f"<?xml version='1.0' encoding='{encoding}'?>{data}".encode(encoding)
        assert read(whole, "x.xml", "Europe/Madrid").sessions[0].title == "Grüße"
