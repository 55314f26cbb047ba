"""The public page: everything with its time, what changed since a visit, nothing that is nobody's business."""

from __future__ import annotations

import msgspec
from tests.event.rig import Event

from turia.event.commands import NOBODY, ask
from turia.event.entries import EVENT, delete, put
from turia.event.programme import Programme, Room, Session, SessionType, Speaker, Track
from turia.event.public_page import ShowEvent
from turia.event.settings import Block, Info, RegistrationMode
from turia.event.state import State
from turia.testing.backbone import NOW, moment


def page_event() -> Event:
    event = Event()
    event.put(
        put(EVENT, "visa", Block("Visa", "Apply early.", order=2)),
        put(EVENT, "about", Block("About", "One day.", order=1, source="Circular")),
        put(EVENT, "hall", Room("Hall")),
        put(EVENT, "t", Track("Dialogue")),
        put(EVENT, "sp", Speaker("Zoe", "City", person="secret-id")),
        put(EVENT, "s2", Session("Closing", NOW + 9, NOW + 10, room="gone", track="gone", speakers=("gone",))),
        put(
            EVENT,
            "s1",
            Session("Opening", NOW + 5, NOW + 6, SessionType.OPENING, room="hall", track="t", speakers=("sp",)),
        ),
        put(EVENT, "programme", Programme(version=3)),
    )
    return event


def test_the_whole_page_in_order() -> None:
    page = page_event().ask("event.public")
    assert [block.key for block in page.blocks] == ["about", "visa"]
    assert page.blocks[0].source == "Circular"
    assert [(each.title, each.room, each.track, each.speakers) for each in page.sessions] == [
        ("Opening", "Hall", "Dialogue", ("Zoe",)),
        ("Closing", "", "", ()),
    ]
    assert [document.key for document in page.documents] == ["privacy", "conduct"]
    assert (page.draft, page.programme_version, page.info.title) == (True, 3, "Day")
    assert {page.info_updated, page.programme_updated, page.updated} == {NOW}
    assert (page.changed, page.info_changed, page.programme_changed) == ((), False, False)


def test_what_changed_since_the_last_visit() -> None:
    event = page_event()
    last = event.ask("event.public").updated
    assert event.ask("event.public", since=last).changed == ()
    event.now += 1_000
    event.put(put(EVENT, "visa", Block("Visa", "Apply now.", order=2)))
    event.now += 1_000
    event.put(put(EVENT, "s1", Session("Opening", NOW + 7, NOW + 8)), delete(EVENT, Session, "s2"))
    event.put(put(EVENT, "programme", Programme(version=4)))
    page = event.ask("event.public", since=last)
    assert page.changed == ("Programme", "Opening", "Visa")
    assert [block.changed for block in page.blocks] == [False, True]
    assert [block.updated for block in page.blocks] == [NOW, NOW + 1_000]
    assert (page.programme_changed, page.programme_updated) == (True, NOW + 2_000)
    assert page.updated == NOW + 2_000
    assert event.ask("event.public", since=page.updated).changed == ()


def test_no_ids_of_people_are_on_it() -> None:
    event = page_event()
    event.enrol("Ana")
    said = msgspec.json.encode(event.ask("event.public"))
    assert b"secret-id" not in said
    assert b"ana@example.org" not in said


def test_an_event_that_nobody_set_up_has_a_page_too() -> None:
    page = ask(State(), "event.public", ShowEvent(), NOBODY, moment())
    assert page.info == Info("An event")  # type: ignore[attr-defined]
    assert page.updated == 0  # type: ignore[attr-defined]


def test_the_form_offers_what_the_rules_allow() -> None:
    event = Event(capacity=1)
    form = event.ask("registration.form")
    assert len(form.categories) == 6
    assert len(form.countries) == 249
    assert [country.name for country in form.countries if country.code == "PS"] == ["State of Palestine"]
    assert sum(country.member for country in form.countries) == 194
    assert (form.mode, form.full, form.privacy) == (RegistrationMode.OPEN, True, 1)
    assert form.membership_dated
    for category in form.categories:
        country = "PS" if category.value.startswith("state") else "ES"
        event.enrol("Ana", email=f"{category.value}@example.org", category=category.value, country=country)
