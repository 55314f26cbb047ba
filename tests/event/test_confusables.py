"""Names that look alike, and names that do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turia.event.confusables import fold, look_alike


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana Lovelace", "Αna Lovelace"),  # Greek capital alpha
        ("Ana Lovelace", "Ana Lovelасе"),  # Cyrillic a, es, ie
        ("Ivan", "lvan"),
        ("Ivan", "|van"),
        ("Ivan", "1van"),
        ("Oleg", "0leg"),
        ("Arnold", "Amold"),
        ("Marc", "𝐌arc"),
        ("Marc", "Ｍarc"),
        ("IVAN", "Ivan"),
        ("José", "Jose"),
        ("ana", "аnа"),
        ("Ana", "★ Ana ✅"),
    ],
)
def test_these_can_be_taken_for_each_other(one: str, other: str) -> None:
    assert look_alike(one, other)
    assert look_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana", "Ann"),
        ("Lia", "Ila"),
        ("Ben", "Bea"),
        ("李小龍", "李小鳳"),
        ("محمد", "محمود"),
        ("Иван", "Ivan"),
        ("Ana Maria", "Ana"),
    ],
)
def test_these_are_different_people(one: str, other: str) -> None:
    assert not look_alike(one, other)


def test_namesakes_differ_by_case_accents_and_signs_alone() -> None:
    assert fold("ZOË  O'Brien ✅") == fold("zoe obrien")
    assert fold("Ana") != fold("Αna"), "a Greek letter makes it another name, which only looks the same"


@given(st.text(max_size=60))
def test_every_name_looks_like_itself(name: str) -> None:
    assert look_alike(name, name)
    assert fold(fold(name)) == fold(name)
