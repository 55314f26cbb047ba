"""Structs from bodies and addresses, and a sentence for what is none."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta
from multidict import MultiDict

from turia.errors import Refused
from turia.web.wire import decode, from_fields


class Inner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    a: int


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str = ""
    number: Annotated[int, Meta(ge=1)] = 1
    share: float = 0.5
    flag: bool = False
    maybe: int | None = None
    many: tuple[str, ...] = ()
    numbers: list[int] = []
    one_of: Literal["x", "y"] = "x"
    inner: Inner = Inner(0)
    inners: tuple[Inner, ...] = ()
    table: dict[str, str] = {}


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ([], Asked()),
        ([("text", "1")], Asked(text="1")),
        ([("text", "null")], Asked(text="null")),
        ([("text", "")], Asked(text="")),
        ([("number", "7"), ("share", "0.25"), ("flag", "true")], Asked(number=7, share=0.25, flag=True)),
        ([("maybe", "3")], Asked(maybe=3)),
        ([("many", "a,b"), ("many", "c")], Asked(many=("a,b", "c"))),
        ([("numbers", "1"), ("numbers", "2")], Asked(numbers=[1, 2])),
        ([("one_of", "y")], Asked(one_of="y")),
        ([("inner", '{"a":1}')], Asked(inner=Inner(1))),
        ([("inners", '{"a":1}'), ("inners", '{"a":2}')], Asked(inners=(Inner(1), Inner(2)))),
        ([("table", '{"E-mail":"email"}')], Asked(table={"E-mail": "email"})),
    ],
)
def test_fields_of_an_address(fields: list[tuple[str, str]], wanted: Asked) -> None:
    assert from_fields(MultiDict(fields), Asked) == wanted


@pytest.mark.parametrize(
    "fields",
    [
        [("unknown", "1")],
        [("number", "many")],
        [("number", "0")],
        [("number", "1"), ("number", "2")],
        [("flag", "maybe")],
        [("one_of", "z")],
        [("inner", "{")],
        [("inner", "[" * 10_000)],
        [("table", "[]")],
    ],
)
def test_what_is_wrong_is_refused_with_a_sentence(fields: list[tuple[str, str]]) -> None:
    with pytest.raises(Refused) as caught:
        from_fields(MultiDict(fields), Asked)
    assert caught.value.code == "bad_request"
    assert caught.value.message.startswith("The request cannot be read:")
    assert len(caught.value.message) < 260


@given(st.lists(st.tuples(st.sampled_from(Asked.__struct_fields__), st.text(max_size=30)), max_size=6))
def test_any_fields_are_taken_or_refused(fields: list[tuple[str, str]]) -> None:
    try:
        assert isinstance(from_fields(MultiDict(fields), Asked), Asked)
    except Refused as refused:
        assert refused.code == "bad_request"  # noqa: PT017 - either is fine


@given(st.binary(max_size=60))
def test_any_body_is_taken_or_refused(body: bytes) -> None:
    try:
        assert isinstance(decode(body, Asked), Asked)
    except Refused as refused:
        assert refused.code == "bad_request"  # noqa: PT017 - either is fine
