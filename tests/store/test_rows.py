"""Values as text: nothing that is not understood is lost."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
import pytest

from turia.errors import StartError
from turia.event.entries import EVENT, KINDS
from turia.event.mail import Mail, Template
from turia.event.programme import Session
from turia.event.settings import Block
from turia.store import rows


class Row(NamedTuple):
    stream: str
    offset: int
    at: int
    actor: str
    kind: str
    key: str
    value: str | None


def test_every_kind_is_known_to_whoever_reads_rows() -> None:
    assert {"registration", "session", "mail", "block", "door", "grant", "role", "clock"} <= set(KINDS)


@pytest.mark.parametrize(
    "value", [Block("Übersicht", "a\x00b\u2028"), Session("S", 1, 2, speakers=("x",)), Mail("ana", Template.TEST)]
)
def test_values_come_back_as_they_were(value: Block) -> None:
    assert rows.decode(value.kind, rows.encode(value)) == value


def test_what_a_later_version_added_to_a_value_is_ignored() -> None:
    assert rows.decode("block", '{"title":"T","text":"t","shape":"round"}') == Block("T", "t")


def test_a_kind_of_a_later_version_is_carried_along() -> None:
    text = '{"shape":{"corners":[1,2,3]},"big":12345678901234567890}'
    value = rows.decode_current(EVENT, "hologram", "h1", text)
    assert isinstance(value, rows.Opaque)
    assert msgspec.json.decode(rows.encode(value)) == msgspec.json.decode(text)


@pytest.mark.parametrize("text", ['{"title":5,"text":"t"}', '{"text":"t"}', "[]", "{", ""])
def test_something_current_that_cannot_be_read_stops_the_start_and_says_what(text: str) -> None:
    with pytest.raises(StartError, match=r"block about in stream event.*turia restore"):
        rows.decode_current(EVENT, "block", "about", text)


def test_history_that_cannot_be_read_is_carried_along() -> None:
    entry = rows.entry(Row(EVENT, 3, 1, "ana", "block", "about", '{"title":5}'))
    assert entry.value == rows.Opaque({"title": 5})
    assert rows.entry(Row(EVENT, 4, 1, "ana", "block", "about", None)).value is None
