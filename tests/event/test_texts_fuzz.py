"""Every field that people write into, with what people and attackers write: clean text or a sentence, nothing else."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.event.rig import Event, chosen, edit_form, form

from turia.errors import Refused
from turia.event.commands import NOBODY, Actor
from turia.event.entries import EVENT
from turia.event.settings import Block, Document, Info, RegistrationMode

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[x](javascript:alert(1))",
    "{{7*7}} ${7*7} #{7*7} %s %n",
    "'; DROP TABLE entries; --",
    "../../../etc/passwd\x00.png",
    "\u202eevil\u202c \u2066x\u2069 \u200f",
    "a\u0300" * 40,
    "Z̷̢̧̛̖̗̘̙̜̝̞̟̠̣̤̥̦̩̪̫̬̭̮̯̰̱̲̳̹̺̻̼͇͈͉͍͎̀́̂̃̄̅̆̇̈̉̊̋̌̍̎̏̐̑̒̓̔̽̾̿̀́͂̓̈́͆͊͋͌̕̚ͅ͏͓͔͕͖͙͚͐͑͒͗͛",
    "👩‍👩‍👧‍👦🏳️‍🌈🇵🇸" * 3,
    "\ud83d half",
    "\u3164\u2800\u200b\u00ad",
    "Οlga",
    "0lga",
    "\r\nBcc: everybody@example.org\r\n\r\nspam",
    '=HYPERLINK("http://x")',
    "x" * 10_000,
    "\u0627" * 10_000,
    "\n" * 10_000,
    "",
]


def _register(event: Event, **fields: Any) -> None:
    event.do("people.register", NOBODY, **{**form("Fay"), **fields})


def _edit_mine(event: Event, **fields: Any) -> None:
    ana = event.enrol("Ana")
    event.do("people.edit_mine", Actor(ana), **{**edit_form("Ana", seen=event.seen_person(ana)), **fields})


def _edit(event: Event, **fields: Any) -> None:
    ana = event.enrol("Ana")
    whole = {**edit_form("Ana", person=ana, seen=event.seen_person(ana)), **fields}
    event.do("people.edit", event.organiser, **whole)


def _decide(event: Event, **fields: Any) -> None:
    event.do("people.approve", event.organiser, people=chosen(event.register("Ana")), **fields)


def _settings(kind: type[Any], name: str, key: str) -> Callable[..., None]:
    def run(event: Event, **fields: Any) -> None:
        given = {key: msgspec.structs.replace(kind("Day"), **fields), "seen": event.seen(EVENT, kind, key)}
        event.do(name, event.organiser, **given)

    return run


def _block(event: Event, **fields: Any) -> None:
    value = msgspec.structs.replace(Block("Visa", "Apply."), **fields)
    event.do("settings.set_block", event.organiser, block="visa", value=value)


def _document(event: Event, **fields: Any) -> None:
    seen = event.seen(EVENT, Document, "privacy")
    whole = {"document": "privacy", "title": "Privacy", "text": "Little.", "seen": seen, **fields}
    event.do("settings.set_document", event.organiser, **whole)


def _plain(name: str, by: Actor, /, **defaults: Any) -> Callable[..., None]:
    def run(event: Event, **fields: Any) -> None:
        event.do(name, by, **{**defaults, **fields})

    return run


SYSTEM = Actor("system")
#: Every place where somebody writes: the command, and its fields.
PLACES: list[tuple[str, Callable[..., None], tuple[str, ...]]] = [
    ("people.register", _register, ("name", "email", "affiliation", "category", "country", "audience", "attendance")),
    ("people.edit_mine", _edit_mine, ("name", "email", "affiliation", "organisation_scope", "country")),
    ("people.edit", _edit, ("name", "email", "affiliation", "note")),
    ("people.add", _plain("people.add", Event.organiser, **edit_form("Fay")), ("name", "email", "affiliation", "note")),
    ("people.approve", _decide, ("note",)),
    ("people.send_link", _plain("people.send_link", NOBODY), ("email",)),
    (
        "people.enter_as_guest",
        _plain("people.enter_as_guest", SYSTEM, person="gil", name="Gil"),
        ("name", "affiliation"),
    ),
    (
        "people.found_organiser",
        _plain("people.found_organiser", SYSTEM, name="Fay", email="fay@example.org", again=True),
        ("name", "email", "affiliation"),
    ),
    (
        "people.invite",
        _plain("people.invite", Event.organiser, address="fay@example.org"),
        ("address", "name", "note", "role"),
    ),
    ("people.erase", _plain("people.erase", Event.organiser, person="gone"), ("reason",)),
    (
        "roles.define",
        _plain("roles.define", Event.organiser, title="Host", permissions=("room.admit",)),
        ("title", "note"),
    ),
    (
        "settings.set_info",
        _settings(Info, "settings.set_info", "info"),
        (
            "title",
            "subtitle",
            "zone",
            "first_day",
            "city",
            "country",
            "venue_name",
            "venue_address",
            "host",
            "contact_name",
            "contact_email",
            "contact_phone",
            "format",
            "colour",
            "logo",
        ),
    ),
    ("settings.set_block", _block, ("title", "text", "source")),
    ("settings.set_document", _document, ("title", "text")),
    ("settings.test_mail", _plain("settings.test_mail", Event.organiser), ("address",)),
]
FIELDS = [(name, field, run) for name, run, fields in PLACES for field in fields]


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from strings(each)


def refusal(event: Event, run: Callable[..., None], field: str, text: str) -> str:
    """The sentence with which it is refused, "" if it is taken."""
    try:
        run(event, **{field: text})
    except Refused as refused:
        return refused.message
    return ""


def check(name: str, run: Callable[..., None], field: str, text: str) -> None:
    event = Event(registration=RegistrationMode.OPEN)
    before = len(event.log)
    sentence = refusal(event, run, field, text)
    assert sentence == "" or sentence.endswith((".", "?")), (name, sentence)
    assert len(sentence) < 700, "a sentence, not the text itself"
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in sentence), (name, sentence)
    for entry in event.log[before:]:
        for said in strings(msgspec.to_builtins(entry.value)):
            assert said == unicodedata.normalize("NFC", said)
            assert len(said) <= 20_000
            for char in said:
                assert char in "\n\u200c\u200d" or not unicodedata.category(char).startswith("C"), (name, said)


@pytest.mark.parametrize(("name", "field", "run"), FIELDS, ids=[f"{name}-{field}" for name, field, _ in FIELDS])
def test_t18_what_attackers_write(name: str, field: str, run: Callable[..., None]) -> None:
    for text in HOSTILE:
        check(name, run, field, text)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(FIELDS), st.text(max_size=200))
def test_t18_what_anybody_writes(place: tuple[str, str, Callable[..., None]], text: str) -> None:
    name, field, run = place
    check(name, run, field, text)
