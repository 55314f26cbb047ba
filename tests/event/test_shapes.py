from __future__ import annotations

import msgspec
import pytest
from msgspec import inspect as types

from turia.event.permissions import Grant, Scope
from turia.event.settings import Document, Policies
from turia.event.shapes import Names, default_of, note_of, structs_in


class Inner(msgspec.Struct, frozen=True):
    a: int = 0


class Outer(msgspec.Struct, frozen=True):
    one: Inner
    some: tuple[Inner, ...] = ()
    either: Inner | None = None
    by_name: dict[str, Inner] = {}
    pair: tuple[str, Inner] = ("", Inner())
    text: str = ""


def test_structs_are_found_in_whatever_holds_them_and_named_once() -> None:
    names = Names([Outer, Inner])
    assert list(names.all().values()) == ["Outer", "Inner"]
    info = types.type_info(Outer)
    assert isinstance(info, types.StructType)
    assert [structs_in(field.type) for field in info.fields] == [[Inner]] * 5 + [[]]


def test_two_structs_of_one_name_are_told_apart_by_their_modules() -> None:
    other = msgspec.defstruct("Document", [("a", int)], module="turia.event.listing")
    third = msgspec.defstruct("Document", [("a", int)], module="turia.web.listing")
    assert list(Names([Document, other]).all().values()) == ["Document", "ListingDocument"]
    with pytest.raises(ValueError, match="two structs are called ListingDocument"):
        Names([Document, other, third])


def test_defaults_are_builtin_values() -> None:
    info = types.type_info(Grant)
    assert isinstance(info, types.StructType)
    found = {field.name: default_of(field) for field in info.fields}
    assert found["person"] == (False, None)
    assert found["scope"] == (True, {})
    assert found["since"] == (True, 0)
    assert structs_in(next(field for field in info.fields if field.name == "scope").type) == [Scope]


def test_notes_come_from_above_the_field() -> None:
    assert note_of(Policies, "grace_min") == "A session of the timetable ends so long after its end."
    assert note_of(Policies, "registration") == ""
