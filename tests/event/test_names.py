"""What people may call themselves."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turia.errors import Refused
from turia.event.names import address, affiliation, clean_line, clean_text, line, person_name, same_address, text
from turia.protocol import limits


@pytest.mark.parametrize(
    "name",
    [
        "Ada Lovelace",
        "محمد بن موسى",  # right to left
        "שרה כהן",
        "李小龍",
        "Nguyễn Thị Minh Khai",
        "👩‍👩‍👧‍👦 family",  # joined by zero-width joiners
        "می‌خواهم",  # Persian with a zero-width non-joiner
        "O'Brien-Smith, Jr.",
        "<script>alert(1)</script>",  # text like any other
        '{{7*7}} & "quotes"',
        "١٢٣",
    ],
)
def test_names_of_people_are_kept_as_written(name: str) -> None:
    assert person_name(name) == unicodedata.normalize("NFC", name)


def test_white_space_collapses_to_single_spaces() -> None:
    assert person_name("  Ada\t\n  Love\u00a0lace\u2003 \u2029x ") == "Ada Love lace x"


def test_composed_and_decomposed_names_are_the_same_name() -> None:
    assert person_name("Ame\u0301lie") == person_name("Am\u00e9lie") == "Am\u00e9lie"


@pytest.mark.parametrize(
    "char", ["\u202e", "\u202a", "\u2066", "\u2069", "\u200e", "\u061c", "\x00", "\x1b", "\ufeff", "\u00ad"]
)
def test_characters_that_turn_or_hide_text_are_taken_out(char: str) -> None:
    assert person_name(f"Ada{char} Lovelace") == "Ada Lovelace"


def test_half_characters_are_taken_out() -> None:
    assert person_name("Ada \ud83d Lovelace") == "Ada Lovelace"


def test_towers_of_marks_are_cut() -> None:
    assert person_name("Z" + "\u0335" * 30 + "algo") == "Z" + "\u0335" * 4 + "algo"


@pytest.mark.parametrize("name", ["", "   ", "\u200d\u200c", "\u3164\u3164", "\u202e", "\u0301", "\u2800"])
def test_a_name_that_shows_nothing_is_refused(name: str) -> None:
    with pytest.raises(Refused) as caught:
        person_name(name)
    assert caught.value.code == "name_empty"
    assert "above your head" in caught.value.message


def test_a_name_of_ten_thousand_characters_is_refused_with_both_numbers() -> None:
    with pytest.raises(Refused) as caught:
        person_name("x" * 10_000)
    assert caught.value.code == "name_too_long"
    assert "10,000 characters" in caught.value.message
    assert str(limits.MAX_NAME_CHARS) in caught.value.message


def test_the_limit_counts_what_is_left_after_cleaning() -> None:
    assert person_name("x" * limits.MAX_NAME_CHARS + " " * 500) == "x" * limits.MAX_NAME_CHARS
    with pytest.raises(Refused):
        person_name("x" * (limits.MAX_NAME_CHARS + 1))


def test_an_affiliation_may_be_empty_but_not_endless() -> None:
    assert affiliation("  ") == ""
    assert affiliation("\u200d") == ""
    assert affiliation("City  of Valencia") == "City of Valencia"
    with pytest.raises(Refused) as caught:
        affiliation("x" * (limits.MAX_AFFILIATION_CHARS + 1))
    assert caught.value.code == "affiliation_too_long"


@given(st.text(alphabet=st.characters(), max_size=200))
def test_cleaning_twice_changes_nothing_and_leaves_one_sound_line(raw: str) -> None:
    once = clean_line(raw)
    assert clean_line(once) == once
    once.encode("utf-8")
    assert all(not unicodedata.category(char).startswith("C") or char in "\u200c\u200d" for char in once)
    assert once == " ".join(once.split())


def test_several_lines_keep_their_paragraphs_and_indents() -> None:
    raw = "  First\u202e line \r\n\r\n\r\n\r\n- one\r  - two\u200b\n\t\n"
    assert clean_text(raw) == "  First line\n\n- one\n  - two"


def test_long_texts_are_refused_with_their_length() -> None:
    for clean in (line, text):
        with pytest.raises(Refused, match="10,000") as refused:
            clean("x" * 10_000, "note", 100)
        assert refused.value.code == "note_too_long"
        assert clean("x" * 100, "note", 100) == "x" * 100
        assert clean(" \u200b \u3164", "note", 100) == ""


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("ana@example.org", "ana@example.org"),
        (" Ana.B+x@EXAMPLE.Org\n", "Ana.B+x@example.org"),
        ("o'brien@mail.example.co.uk", "o'brien@mail.example.co.uk"),
        ("josé@example.org", "josé@example.org"),
        ("ana@münchen.example", "ana@xn--mnchen-3ya.example"),
        ("x@a-b.example", "x@a-b.example"),
    ],
)
def test_addresses_are_taken_as_mail_servers_know_them(raw: str, clean: str) -> None:
    assert address(raw) == clean
    assert same_address(address(raw)) == same_address(address(raw.upper().replace("XN--", "xn--")))


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "ana",
        "@example.org",
        "ana@",
        "ana@localhost",
        "ana@1.2.3.4",
        "ana@-x.example",
        "ana@x..example",
        "a b@example.org",
        "a@b@example.org",
        ".ana@example.org",
        "ana.@example.org",
        "a..b@example.org",
        "<ana@example.org>",
        '"ana"@example.org',
        "ana@example.org, ben@example.org",
        "ana@example.org\r\nBcc: eve@example.org",
        "ana\u202e@example.org",
        "an\u200ba@example.org",
        "x" * 65 + "@example.org",
        "ana@" + "x." * 130 + "org",
        "=cmd()@[127.0.0.1]",
    ],
)
def test_what_is_no_address_is_refused(raw: str) -> None:
    with pytest.raises(Refused) as refused:
        address(raw)
    assert refused.value.code == "address_bad"
    assert "\n" not in refused.value.message


@given(st.text(max_size=300))
def test_an_address_is_clean_or_refused(raw: str) -> None:
    try:
        clean = address(raw)
    except Refused:
        return
    assert address(clean) == clean
    assert clean.count("@") == 1
    assert not any(char.isspace() or unicodedata.category(char).startswith("C") for char in clean)
