"""The list of people: what is found, in which order, on which page, and who sees addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.event.rig import Event, chosen

from turia.event.commands import Actor
from turia.event.entries import EVENT, person_stream, put
from turia.event.people import Registration, Status
from turia.event.programme import Session
from turia.event.settings import RegistrationMode


def full_event() -> Event:
    event = Event(registration=RegistrationMode.APPROVAL)
    for name, fields in (
        ("José Núñez", {"affiliation": "Ajuntament", "country": "ES", "attendance": "on_site"}),
        ("ana lovelace", {"affiliation": "University", "country": "FR", "category": "academia"}),
        ("Zoë Ng", {"affiliation": "City lab", "country": "CH", "category": "associate"}),
    ):
        event.now += 1_000
        event.enrol(name, email=f"{name[:3].lower()}@example.org".replace("é", "e").replace("ë", "e"), **fields)
    return event


def names(event: Event, **fields: object) -> list[str]:
    page = event.ask("people.list", event.organiser, **fields)
    return [row.registration.name for row in page.people if row.person != "olga"]


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, ["ana lovelace", "José Núñez", "Zoë Ng"]),
        ({"search": "nunez"}, ["José Núñez"]),
        ({"search": "JOSÉ ajunt"}, ["José Núñez"]),
        ({"search": "zoe@example"}, ["Zoë Ng"]),
        ({"search": "city university"}, []),
        ({"search": "   "}, ["ana lovelace", "José Núñez", "Zoë Ng"]),
        ({"country": "FR"}, ["ana lovelace"]),
        ({"category": "academia", "country": "FR"}, ["ana lovelace"]),
        ({"category": "academia", "country": "ES"}, []),
        ({"attendance": "on_site"}, ["José Núñez"]),
        ({"statuses": (Status.ACKNOWLEDGED,)}, ["ana lovelace", "José Núñez", "Zoë Ng"]),
        ({"statuses": (Status.DECLINED, Status.WAITING)}, []),
        ({"held": True}, []),
        ({"sort": "submitted", "descending": True}, ["Zoë Ng", "ana lovelace", "José Núñez"]),
        ({"sort": "country"}, ["ana lovelace", "José Núñez", "Zoë Ng"]),
        ({"sort": "affiliation"}, ["José Núñez", "Zoë Ng", "ana lovelace"]),
        ({"sort": "category"}, ["ana lovelace", "Zoë Ng", "José Núñez"]),
    ],
)
def test_searching_filtering_and_sorting(fields: dict[str, object], found: list[str]) -> None:
    assert names(full_event(), **fields) == found


def test_totals_are_of_all_and_pages_of_what_was_found() -> None:
    event = full_event()
    page = event.ask("people.list", event.organiser, country="FR")
    assert (page.total, page.page, page.pages) == (1, 1, 1)
    assert page.counts["acknowledged"] == 3
    assert page.counts["confirmed"] == 1
    assert set(page.counts) == {str(status) for status in Status}
    last = event.ask("people.list", event.organiser, size=3, page=99)
    assert (last.total, last.page, last.pages, len(last.people)) == (4, 2, 2, 1)


def test_roles_given_and_by_the_programme_are_found() -> None:
    event = full_event()
    people = {each.name: person for person, each in event.people().items()}
    event.do("people.approve", event.organiser, people=chosen(*people.values()))
    event.grant(people["Zoë Ng"], "steward")
    event.put(put(EVENT, "s1", Session("Opening", 1, 2, chairs=(people["ana lovelace"],))))
    assert names(event, role="steward") == ["Zoë Ng"]
    assert names(event, role="chair") == ["ana lovelace"]
    row = event.ask("people.get", event.organiser, person=people["Zoë Ng"])
    assert (row.roles, row.country_name) == (("steward",), "Switzerland")
    assert row.seen == event.seen_person(people["Zoë Ng"])


def test_addresses_are_for_those_who_write_to_people() -> None:
    event = full_event()
    people = {each.name: person for person, each in event.people().items()}
    event.do("people.approve", event.organiser, people=chosen(*people.values()), note="internal")
    event.grant(people["Zoë Ng"], "moderator")
    event.grant(people["José Núñez"], "steward")
    seen = {
        each: event.ask("people.list", Actor(each), search="ana@example.org").total
        for each in ("olga", people["Zoë Ng"], people["José Núñez"])
    }
    assert seen == {"olga": 1, people["Zoë Ng"]: 0, people["José Núñez"]: 1}
    shown = event.ask("people.get", Actor(people["Zoë Ng"]), person=people["ana lovelace"]).registration
    assert (shown.name, shown.email, shown.note) == ("ana lovelace", "", "")
    assert event.refuses("people.get", event.organiser, person="gone").code == "unknown_person"


@given(st.text(max_size=100))
def test_any_search_is_answered(search: str) -> None:
    event = full_event()
    assert event.ask("people.list", event.organiser, search=search).total <= 4


def test_a_search_among_ten_thousand_finds_what_a_scan_finds() -> None:
    event = Event()
    event.put(
        *(
            put(
                person_stream(f"p{number}"),
                f"p{number}",
                Registration(Status.CONFIRMED, f"Person {number}", f"p{number}@example.org", "individual", "ES"),
            )
            for number in range(10_000)
        )
    )
    page = event.ask("people.list", event.organiser, search="person 99", size=200)
    assert page.total == sum("99" in str(number) for number in range(10_000))
    assert (len(page.people), page.pages) == (200, 2)
