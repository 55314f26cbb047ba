"""Settings: every change is an entry, is checked, and does not overwrite what somebody else set meanwhile."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.event.rig import Event

from turia.event.commands import Actor
from turia.event.entries import EVENT, EVENT_MAIL, Value
from turia.event.mail import Mail, Template
from turia.event.settings import Block, Document, EventClock, Info, Policies, RegistrationMode

INFO = Info(
    "Assembly",
    zone="Europe/Madrid",
    first_day="2025-11-03",
    last_day="2025-11-03",
    country="ES",
    contact_email="desk@example.org",
    colour="#1F5F8B",
    logo="logo.svg",
)


def seen(event: Event, kind: type[Value], key: str) -> int:
    return event.seen(EVENT, kind, key)


def set_info(event: Event, info: Info) -> None:
    event.do("settings.set_info", event.organiser, info=info, seen=seen(event, Info, "info"))


def test_the_facts_are_cleaned_and_kept() -> None:
    event = Event()
    set_info(event, msgspec.structs.replace(INFO, title=" Assembly\u202e  2025 "))
    kept = event.state.get(EVENT, Info, "info")
    assert kept is not None
    assert (kept.title, kept.colour) == ("Assembly 2025", "#1f5f8b")
    assert event.log[-1].actor == "olga"
    top = event.state.top(EVENT)
    set_info(event, kept)
    assert event.state.top(EVENT) == top


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"title": " \u200b"}, "title_empty"),
        ({"title": "x" * 10_000}, "title_too_long"),
        ({"zone": "Europe/Atlantis"}, "unknown_zone"),
        ({"zone": "../etc/passwd"}, "unknown_zone"),
        ({"zone": ""}, "unknown_zone"),
        ({"first_day": "3 November"}, "bad_day"),
        ({"first_day": "2025-11-31"}, "bad_day"),
        ({"first_day": "2025-11-04"}, "bad_days"),
        ({"country": "Spain"}, "country_unknown"),
        ({"contact_email": "the desk"}, "address_bad"),
        ({"format": "by letter"}, "choice_unknown"),
        ({"colour": "red"}, "bad_colour"),
        ({"colour": "#12345"}, "bad_colour"),
        ({"colour": "#123456; background: url(x)"}, "bad_colour"),
        ({"logo": "../../secret.png"}, "bad_file"),
        ({"logo": ".htaccess"}, "bad_file"),
    ],
)
def test_facts_that_make_no_sense_are_refused(fields: dict[str, Any], code: str) -> None:
    event = Event()
    info = msgspec.structs.replace(INFO, **fields)
    refused = event.refuses("settings.set_info", event.organiser, info=info, seen=seen(event, Info, "info"))
    assert refused.code == code


def test_two_organisers_setting_at_once() -> None:
    event = Event()
    before = seen(event, Info, "info")
    set_info(event, INFO)
    refused = event.refuses("settings.set_info", event.organiser, info=Info("Mine"), seen=before)
    assert refused.code == "stale"
    assert "title: “Assembly”" in refused.message
    assert "more" in refused.message


def test_blocks_come_and_go() -> None:
    event = Event()
    event.do("settings.set_block", event.organiser, block="visa", value=Block(" Visa ", "Apply\r\n\r\n\r\nearly."))
    assert event.state.get(EVENT, Block, "visa") == Block("Visa", "Apply\n\nearly.")
    again = event.refuses("settings.set_block", event.organiser, block="visa", value=Block("Visa", "Mine"))
    assert again.code == "stale"
    old = seen(event, Block, "visa")
    event.do("settings.set_block", event.organiser, block="visa", value=Block("Visa", "Apply now."), seen=old)
    assert event.refuses("settings.delete_block", event.organiser, block="visa", seen=old).code == "stale"
    event.do("settings.delete_block", event.organiser, block="visa", seen=seen(event, Block, "visa"))
    gone = event.refuses("settings.set_block", event.organiser, block="visa", value=Block("Visa", "x"), seen=old)
    assert (gone.code, "deleted" in gone.message) == ("stale", True)
    assert event.refuses("settings.delete_block", event.organiser, block="visa", seen=0).code == "unknown_block"


@pytest.mark.parametrize(
    ("block", "code"),
    [
        (Block("", "x"), "title_empty"),
        (Block("x", "y" * 100_000), "text_too_long"),
        (Block("x", "y", order=10**9), "bad_order"),
        (Block("x", "y", source="z" * 10_000), "source_too_long"),
    ],
)
def test_blocks_that_cannot_be(block: Block, code: str) -> None:
    event = Event()
    assert event.refuses("settings.set_block", event.organiser, block="b", value=block).code == code


def test_the_page_has_an_end() -> None:
    event = Event()
    for number in range(100):
        event.do("settings.set_block", event.organiser, block=f"b{number}", value=Block("x", "y"))
    many = event.refuses("settings.set_block", event.organiser, block="b100", value=Block("x", "y"))
    assert many.code == "too_many_blocks"


@pytest.mark.parametrize(
    "fields",
    [{"capacity": -1}, {"capacity": 10**9}, {"doors_open_min": -5}, {"grace_min": 10**6}, {"reminder_h": 10**6}],
)
def test_rules_that_make_no_sense_are_refused(fields: dict[str, int]) -> None:
    event = Event()
    given = {"policies": Policies(**fields), "seen": seen(event, Policies, "policies")}  # type: ignore[arg-type]
    assert event.refuses("settings.set_policies", event.organiser, **given).code == "out_of_range"


def test_a_document_counts_its_versions_and_not_its_misspelt_saves() -> None:
    event = Event()
    for text, version in (("One.", 2), ("One.\n", 2), ("Two.", 3)):
        event.do(
            "settings.set_document",
            event.organiser,
            document="privacy",
            title="Privacy notice",
            text=text,
            seen=seen(event, Document, "privacy"),
        )
        kept = event.state.get(EVENT, Document, "privacy")
        assert kept is not None
        assert kept.version == version
    empty = {"document": "privacy", "title": "x", "text": " ", "seen": seen(event, Document, "privacy")}
    assert event.refuses("settings.set_document", event.organiser, **empty).code == "text_empty"


def test_the_clock_is_shifted_for_a_rehearsal_and_set_right_again() -> None:
    event = Event()
    event.do("settings.shift_clock", event.organiser, shift_ms=-86_400_000, seen=0)
    assert event.state.get(EVENT, EventClock, "clock") == EventClock(-86_400_000)
    assert event.refuses("settings.shift_clock", event.organiser, shift_ms=0, seen=0).code == "stale"
    event.do("settings.shift_clock", event.organiser, shift_ms=0, seen=seen(event, EventClock, "clock"))
    far = {"shift_ms": 10**15, "seen": seen(event, EventClock, "clock")}
    assert event.refuses("settings.shift_clock", event.organiser, **far).code == "shift_too_far"


def test_a_test_letter() -> None:
    event = Event()
    event.do("settings.test_mail", event.organiser, address="desk@example.org")
    (mail,) = event.state.all(EVENT_MAIL, Mail).values()
    assert (mail.template, mail.address) == (Template.TEST, "desk@example.org")
    assert event.refuses("settings.test_mail", event.organiser, address="desk").code == "address_bad"


def test_a_rule_takes_effect_at_once() -> None:
    event = Event()
    event.policies(registration=RegistrationMode.CLOSED)
    assert event.ask("event.public").registration is RegistrationMode.CLOSED
    assert event.refuses("settings.test_mail", Actor("stranger"), address="x@example.org").code == "not_allowed"
