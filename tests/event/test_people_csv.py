"""Lists of people as CSV: encodings, separators, formulas, mappings, previews, and what an import does."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.event.rig import Event

from turia.errors import Refused
from turia.event import people_csv
from turia.event.mail import Template
from turia.event.people import Status
from turia.event.people_csv import harmless, original, read, write
from turia.event.people_import import guess_mapping

TABLE = "Name,E-mail,Category,Country,Organisation\nJosé Núñez,jose@example.org,individual,Spain,City\n"


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8-sig", b""),
        ("cp1252", b""),
        ("utf-16", b""),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-32", b""),
    ],
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_what_spreadsheets_write_is_read(encoding: str, mark: bytes, separator: str, ending: str) -> None:
    text = TABLE.replace(",", separator).replace("\n", ending)
    sheet = read(mark + text.encode(encoding))
    assert sheet.headers == ("Name", "E-mail", "Category", "Country", "Organisation")
    assert [line.cells for line in sheet.lines] == [("José Núñez", "jose@example.org", "individual", "Spain", "City")]
    assert sheet.separator == separator


def test_lines_are_numbered_as_editors_number_them() -> None:
    sheet = read(b'name,email\n\n"Ana\nMaria",a@example.org\n  ,\nBen,b@example.org\n')
    assert [(line.number, line.cells[0]) for line in sheet.lines] == [(3, "Ana\nMaria"), (6, "Ben")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "csv_empty"),
        (b"\n\n , ,\n", "csv_empty"),
        (b"PK\x03\x04\x00\x01\x00\x00\x00\x00", "csv_binary"),
        (b'name,email\n"Ana,a@example.org\n', "csv_broken"),
        (b'name,email\n"Ana" x,a@example.org\n', "csv_broken"),
        (b"x" * (people_csv.MOST_BYTES + 1), "csv_too_large"),
        (b"name,email\n" + b"a,b\n" * (people_csv.MOST_ROWS + 1), "csv_too_long"),
        (b"h," * 101 + b"h\n", "csv_too_wide"),
        (b"name,email\n" + b"x" * 20_001 + b",b\n", "csv_cell"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read(data)
    assert refused.value.code == code


def test_a_broken_line_is_named() -> None:
    with pytest.raises(Refused, match="Line 3"):
        read(b'name,email\nAna,a@example.org\n"Ben" x,b@example.org\n')


@given(st.binary(max_size=400))
def test_t11_any_bytes_are_a_table_or_refused(data: bytes) -> None:
    try:
        sheet = read(data)
    except Refused:
        return
    assert all(line.cells and "\0" not in "".join(line.cells) for line in sheet.lines)


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+34 600",
        "-2",
        "@SUM(A1)",
        "\t=x",
        "\r=x",
        "  =x",
        "＝cmd",
        '=HYPERLINK("http://x")',
        "'=x",
        "''=x",
        "|calc",
        "%0A",
    ],
)
def test_t11_no_cell_is_run_and_none_is_changed_by_going_out_and_in(cell: str) -> None:
    safe = harmless(cell)
    assert safe.startswith("'")
    assert original(safe) == cell


@given(st.text(max_size=50))
def test_every_cell_comes_back(cell: str) -> None:
    safe = harmless(cell)
    assert original(safe) == cell
    assert not safe.lstrip().startswith(("=", "+", "-", "@"))


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20), min_size=2, max_size=2)))
def test_a_written_table_is_what_any_reader_reads(rows: list[list[str]]) -> None:
    text = write(["a", "b"], rows)
    again = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert [[original(cell) for cell in row] for row in again] == [["a", "b"], *rows]


def test_headers_are_guessed() -> None:
    headers = ("Full Name", "E-Mail Address", "PAÍS", "Organización", "attendance", "Shoe size", "E-mail")
    assert guess_mapping(headers) == {
        "Full Name": "name",
        "E-Mail Address": "email",
        "PAÍS": "country",
        "Organización": "affiliation",
        "attendance": "attendance",
    }


def preview(event: Event, text: str, **fields: Any) -> Any:
    return event.do("people.preview_import", event.organiser, data=text.encode(), **fields)


def imported(event: Event, text: str, **fields: Any) -> Any:
    return event.do("people.import", event.organiser, data=text.encode(), **fields)


def test_a_preview_says_what_would_change_and_changes_nothing() -> None:
    event = Event()
    event.enrol("Ana", affiliation="City")
    event.enrol("Ben")
    text = (
        "name,email,category,country,affiliation,contribute\n"
        "Ana,ANA@example.org,individual,Spain,University,yes\n"
        "Ben,ben@example.org,Individual from a member country of ITU,ESP,,x\n"
        "Cid,cid@example.org,academia,,Lab,\n"
        "Dora,dora at example,academia,,Lab,\n"
        "Eve,eve@example.org,individual,Atlantis,,yes\n"
        "Finn,finn@example.org,guest,,,\n"
        "Cid again,cid@example.org,academia,,Lab,\n"
        "Gil,gil@example.org,individual,AQ,,yes\n"
        "Hal,hal@example.org,individual,ES,,no\n"
        "Ina,ina@example.org,academia,,,,surplus\n"
        ",jan@example.org,academia,,,\n"
    )
    before = len(event.log)
    told = preview(event, text)
    assert len(event.log) == before
    assert told.counts == {"add": 1, "change": 1, "same": 1, "problem": 8}
    ana = told.lines[0]
    assert [(each.field, each.before, each.after) for each in ana.differences] == [
        ("affiliation", "City", "University")
    ]
    problems = {each.line: each.message for each in told.lines if each.does == "problem"}
    assert list(problems) == [5, 6, 7, 8, 9, 10, 11, 12]
    assert all(message.startswith(f"Line {line}: ") for line, message in problems.items())
    assert "line 4 already" in problems[8]
    assert told.mapping["affiliation"] == "affiliation"


def test_an_import_does_what_the_preview_said() -> None:
    event = Event()
    ana = event.enrol("Ana", affiliation="City", look=(3,))
    text = "email;first name;last name;category;country\nana@example.org;Ana;Bee;individual;FR\n=x@example.org;;;;\n"
    text += "cid@example.org;Cid;;State of Palestine (Resolution 99, Rev. Dubai, 2018);\n"
    done = imported(event, text)
    assert (done.added, done.changed, done.same, done.waiting, len(done.problems)) == (1, 1, 0, 0, 1)
    assert (event[ana].name, event[ana].country, event[ana].affiliation, event[ana].look, event[ana].status) == (
        "Ana Bee",
        "FR",
        "City",
        (3,),
        Status.CONFIRMED,
    )
    cid = next(person for person, each in event.people().items() if each.name == "Cid")
    assert (event[cid].country, event[cid].status, event[cid].source) == ("PS", Status.APPROVED, "import")
    assert event.letters(cid) == [Template.APPROVED]
    again = imported(event, text)
    assert (again.added, again.changed, again.same) == (0, 0, 2)


def test_places_and_letters_of_an_import() -> None:
    event = Event(capacity=2)
    text = "name,email\n" + "".join(f"P{n},p{n}@example.org\n" for n in range(3))
    done = imported(event, text, category="academia", write=False)
    assert (done.added, done.waiting) == (3, 2)
    assert event.letters() == []
    other = Event(capacity=1)
    imported(other, text, category="academia", approve=False)
    assert set(other.statuses().values()) == {"submitted"}
    assert set(other.letters()) == {Template.CONFIRM}


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({"Who": "name"}, "mapping_no_email"),
        ({"Mailbox": "email"}, "mapping_no_name"),
        ({"Who": "name", "Mailbox": "name"}, "mapping_bad"),
        ({"Who": "shoe", "Mailbox": "email"}, "mapping_bad"),
        ({"Gone": "name", "Mailbox": "email"}, "mapping_bad"),
        ({}, "mapping_no_email"),
    ],
)
def test_a_mapping_that_cannot_work_is_refused(mapping: dict[str, str], code: str) -> None:
    refused = Event().refuses(
        "people.preview_import", Event.organiser, data=b"Who,Mailbox\nAna,ana@example.org\n", mapping=mapping
    )
    assert refused.code == code


def test_a_mapping_of_ones_own() -> None:
    event = Event()
    text = "Who,Mailbox,Ignore\nAna,ana@example.org,name\n"
    told = preview(event, text, mapping={"Who": "name", "Mailbox": "email", "Ignore": ""}, category="academia")
    assert told.counts["add"] == 1


def test_too_many_at_once_are_refused() -> None:
    text = "name,email,category\n" + "".join(f"P{n},p{n}@example.org,academia\n" for n in range(2_001))
    assert Event().refuses("people.import", Event.organiser, data=text.encode()).code == "import_too_many"


def test_what_is_exported_can_be_imported_and_is_the_same() -> None:
    event = Event()
    event.enrol("Ana", affiliation='=HYPERLINK("http://x","City")', audience="industry")
    event.enrol("José", organisation_scope="regional", attendance="on_site")
    event.grant(event.enrol("Ben", category="associate", country=""), "steward")
    sheet = event.ask("people.export", event.organiser)
    assert sheet.people == 4
    assert "\"'=HYPERLINK" in sheet.csv
    told = preview(event, sheet.csv)
    counts = dict(told.counts)
    assert counts == {"add": 0, "change": 0, "same": 4, "problem": 0}, [each.message for each in told.lines]
    assert event.ask("people.export", event.organiser, statuses=(Status.WAITING,)).people == 0
