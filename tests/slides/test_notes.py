"""Notes come from files that people type: two simple forms, every mistake named by its line."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turia.errors import Refused
from turia.event.deck_commands import MOST_NOTE_CHARS
from turia.event.names import clean_text
from turia.slides import notes
from turia.slides.limits import MOST_NOTES_BYTES
from turia.slides.notes import Notes, Problem, parse, read


def test_headings_name_pages_in_any_order() -> None:
    text = "# 2\nSecond.\n\n# Page 1: Welcome\nWho I am.\n---\n## slide 03.\n- slowly\n  - very\n"
    assert parse(text, 3) == Notes({2: "Second.", 1: "Welcome\nWho I am.", 3: "- slowly\n  - very"})


@pytest.mark.parametrize(
    "line", ["# 3 reasons to stay", "# 3.5 million", "# Results", "#hash", "3", "# three", "# 3rd"]
)
def test_other_headings_are_notes(line: str) -> None:
    assert parse(f"# 1\n{line}\n", 5) == Notes({1: line})


def test_separators_keep_the_order_of_pages_and_may_leave_some_empty() -> None:
    assert parse("One.\r\n---\r\n\r\n-----\r\nThree.\r\n---\r\n", 3) == Notes({1: "One.", 3: "Three."})


def test_one_page_needs_neither() -> None:
    assert parse("All of it.", 1) == Notes({1: "All of it."})
    assert parse("", 7) == Notes({})


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("Hello.\n# 1\nOne.", 1, "before the first page"),
        ("# 1\nOne.\n# 4\nFour.", 3, "there is no page 4; the slides have 3"),
        ("# 0\nNull.", 1, "there is no page 0"),
        ("# 1\na\n# 2\nb\n# 1\nc", 5, "from line 1 on already"),
        ("a\n---\nb\n---\nc\n---\nd", 6, "there is no page 4; the slides have 3"),
        ("Everything in one piece.", 1, "no page is named"),
        ("# 1\na\n# 2\n" + "x" * (MOST_NOTE_CHARS + 1), 3, "at most 4,000"),
    ],
)
def test_mistakes_are_named_by_their_line(text: str, line: int, what: str) -> None:
    found = parse(text, 3)
    assert [each.line for each in found.problems] == [line]
    assert what in found.problems[0].text
    with pytest.raises(Refused, match=f"Line {line}: .*Nothing was changed") as refused:
        read(text.encode(), 3)
    assert refused.value.code == "bad_notes"


def test_many_mistakes_are_counted() -> None:
    text = "".join(f"# {page}\nx\n" for page in range(10, 30))
    assert len(parse(text, 3).problems) == 20
    with pytest.raises(Refused, match=r"Line 9: there is no page 14; the slides have 3\. And 15 more\."):
        read(text.encode(), 3)


def test_other_encodings_are_named_by_their_line() -> None:
    assert read(b"\xef\xbb\xbf# 1\nCaf\xc3\xa9", 1) == Notes({1: "Café"})
    with pytest.raises(Refused, match="Line 2: this is no UTF-8 text"):
        read(b"# 1\nCaf\xe9", 1)
    with pytest.raises(Refused, match="notes have at most"):
        read(b"x" * (MOST_NOTES_BYTES + 1), 1)


def test_what_nobody_sees_is_taken_out() -> None:
    assert parse("# 1\nOne\x00\u202e two\ttabbed\x07", 1) == Notes({1: "One two tabbed"})


lines = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=40).filter(
    lambda line: not notes._SEPARATOR.fullmatch(line.strip()) and not notes._HEADING.fullmatch(line.strip())
)
bodies = st.lists(lines, max_size=6).map("\n".join)


@given(st.dictionaries(st.integers(1, 40), bodies, max_size=12), st.randoms(use_true_random=False))
def test_what_is_written_under_headings_comes_back(pages: dict[int, str], random: object) -> None:
    order = list(pages)
    random.shuffle(order)  # type: ignore[attr-defined]
    found = parse("".join(f"# {page}\n{pages[page]}\n" for page in order), 40)
    assert found.problems == ()
    assert found.pages == {page: clean_text(text) for page, text in pages.items() if clean_text(text)}


@given(st.lists(bodies, min_size=2, max_size=12))
def test_what_is_written_between_separators_comes_back(pages: list[str]) -> None:
    found = parse("\n---\n".join(pages), len(pages))
    assert found.problems == ()
    assert found.pages == {number: clean_text(text) for number, text in enumerate(pages, 1) if clean_text(text)}


@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from(["# 1", "# 2", "#9", "---", "", "x", "# 0", "\x0c", "\u2028"])).map("\n".join)
)
def test_anything_is_read_or_its_lines_are_named(text: str) -> None:
    found = parse(text, 3)
    count = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(1 <= each.line <= count and isinstance(each, Problem) for each in found.problems)
    assert set(found.pages) <= {1, 2, 3}
    assert all(found.pages.values())


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(Refused):
        assert set(read(data, 3).pages) <= {1, 2, 3}
