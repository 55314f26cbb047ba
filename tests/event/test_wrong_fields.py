from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

import msgspec
import pytest
from msgspec import Meta

from turia.event.wrong_fields import sentence


class Colour(StrEnum):
    RED = "red"


class Inside(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, Meta(max_length=5)]


class Body(msgspec.Struct, forbid_unknown_fields=True):
    title: Annotated[str, Meta(min_length=1, max_length=5)] = "x"
    key: Annotated[str, Meta(pattern="^[a-z]+$")] = "x"
    count: Annotated[int, Meta(ge=1, le=9)] = 1
    colour: Colour = Colour.RED
    some: Annotated[list[Inside], Meta(max_length=2)] = []
    either: int | None = None
    sure: bool = False


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"title": "too long"}, "The field “title” is too long: at most 5 characters."),
        ({"title": ""}, "The field “title” is too short: at least 1 characters."),
        ({"title": 5}, "The field “title” must be text, not a whole number."),
        ({"key": "A B"}, "The field “key” has characters that it cannot have, or is incomplete."),
        ({"count": 0}, "The field “count” is too small: at least 1."),
        ({"count": 10}, "The field “count” is too large: at most 9."),
        ({"colour": "blue"}, "The field “colour” cannot be “blue”."),
        ({"some": [{}]}, "The field “some[0].name” is missing."),
        ({"some": [{"name": "ana", "age": 5}]}, "There is no field “some[0].age”."),
        ({"some": [{"name": "a"}] * 3}, "The field “some” has too many items: at most 2."),
        ({"some": {}}, "The field “some” must be a list, not an object with fields."),
        ({"either": "x"}, "The field “either” must be a whole number or nothing, not text."),
        ({"sure": "yes"}, "The field “sure” must be true or false, not text."),
        ({"tittle": "x"}, "There is no field “tittle”."),
        ([], "The message must be an object with fields, not a list."),
    ],
)
def test_what_is_wrong_is_said_for_people_and_names_the_field(body: Any, expected: str) -> None:
    decoders: list[Callable[[], Body]] = [
        lambda: msgspec.convert(body, Body),
        lambda: msgspec.json.decode(msgspec.json.encode(body), type=Body),
        lambda: msgspec.msgpack.decode(msgspec.msgpack.encode(body), type=Body),
    ]
    for decode in decoders:
        with pytest.raises(msgspec.ValidationError) as error:
            decode()
        assert sentence(error.value) == expected


def test_what_is_not_known_is_said_in_the_words_of_the_library() -> None:
    with pytest.raises(msgspec.DecodeError) as error:
        msgspec.json.decode(b"{", type=Body)
    assert sentence(error.value) == "The message is not right: Input data was truncated."
