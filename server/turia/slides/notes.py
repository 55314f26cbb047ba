"""Notes to pages, read from a text or Markdown file. Pure.

Either each page's notes begin with a heading that is its number, in any order::

    # 1
    Welcome, who I am.
    # Page 3: Results
    Slowly here.

or they stand in the order of the pages, separated by lines of three or more dashes::

    Welcome, who I am.
    ---
    ---
    Slowly here.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from turia.errors import Refused
from turia.event.deck_commands import MOST_NOTE_CHARS
from turia.event.names import clean_text
from turia.slides.limits import MOST_NOTES_BYTES

#: ``# 3``, ``## Page 3``, ``# Slide 3: Title``; not ``# 3 reasons`` nor ``# 3.5 million``.
_HEADING: Final = re.compile(r"#{1,6}\s*(?:page|slide)?\s*0{0,8}(\d{1,9})\s*(?:[:.)–—-](?:\s+(.*))?)?", re.IGNORECASE)
_SEPARATOR: Final = re.compile(r"-{3,}")
_SHOWN_PROBLEMS: Final = 5


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with a line (from 1)."""

    line: int
    text: str


class Notes(msgspec.Struct, frozen=True):
    """Notes by page, from 1; pages without notes are left out. With ``problems`` they are not complete."""

    pages: dict[int, str]
    problems: tuple[Problem, ...] = ()


class _Section(msgspec.Struct):
    """``line``: where it begins, from 1. ``page`` None: it stands before the first heading."""

    page: int | None
    line: int
    lines: list[str]


def read(data: bytes, pages: int) -> Notes:
    """Notes of a deck of so many pages. Raises Refused (``bad_notes``) with the lines that are wrong."""
    if len(data) > MOST_NOTES_BYTES:
        raise Refused("bad_notes", f"The file has {len(data):,} bytes; notes have at most {MOST_NOTES_BYTES:,}.")
    notes = parse(_decoded(data), pages)
    if notes.problems:
        shown = [f"Line {each.line}: {each.text}." for each in notes.problems[:_SHOWN_PROBLEMS]]
        more = len(notes.problems) - _SHOWN_PROBLEMS
        shown += [f"And {more} more."] if more > 0 else []
        raise Refused("bad_notes", f"The notes cannot be taken. {' '.join(shown)} Nothing was changed.")
    return notes


def parse(text: str, pages: int) -> Notes:
    """Notes and everything that is wrong with them, for a deck of ``pages`` pages."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    headed = any(_HEADING.fullmatch(line.strip()) for line in lines)
    named = headed or any(_SEPARATOR.fullmatch(line.strip()) for line in lines)
    sections = _by_headings(lines) if headed else _by_separators(lines)
    found: dict[int, str] = {}
    problems: list[Problem] = []
    begun: dict[int, int] = {}
    for each in sections:
        body = clean_text("\n".join(each.lines))
        wrong = _wrong(each, body, pages, begun) or ("" if named else _unnamed(body, pages))
        if wrong:
            problems.append(Problem(each.line, wrong))
        elif body and each.page is not None:
            found[each.page] = body
        if each.page is not None:
            begun.setdefault(each.page, each.line)
    return Notes(found, tuple(problems))


def _by_headings(lines: list[str]) -> list[_Section]:
    """Separators between headings are allowed, and mean nothing."""
    sections = [_Section(None, 1, [])]
    for number, line in enumerate(lines, 1):
        head = _HEADING.fullmatch(line.strip())
        if head is not None:
            sections.append(_Section(int(head[1]), number, [head[2] or ""]))
        elif not _SEPARATOR.fullmatch(line.strip()):
            sections[-1].lines.append(line)
    return sections


def _by_separators(lines: list[str]) -> list[_Section]:
    sections = [_Section(1, 1, [])]
    for number, line in enumerate(lines, 1):
        if _SEPARATOR.fullmatch(line.strip()):
            sections.append(_Section(len(sections) + 1, number, []))
        else:
            sections[-1].lines.append(line)
    if len(sections) > 1 and not any(line.strip() for line in sections[-1].lines):
        sections.pop()  # a separator at the end closes, it does not open another page
    return sections


def _wrong(section: _Section, body: str, pages: int, begun: dict[int, int]) -> str:
    """What is wrong with a section, or nothing. ``begun``: the line where each page's notes began before."""
    page = section.page
    if page is None:
        return "this stands before the first page; put a line '# 1' before it" if body else ""
    if not 1 <= page <= pages:
        return f"there is no page {page}; the slides have {pages}"
    if page in begun:
        return f"page {page} has its notes from line {begun[page]} on already"
    if len(body) > MOST_NOTE_CHARS:
        return f"page {page} has {len(body):,} characters of notes; at most {MOST_NOTE_CHARS:,} are taken"
    return ""


def _unnamed(body: str, pages: int) -> str:
    if not body or pages == 1:
        return ""
    return "no page is named; begin the notes of each page with a line like '# 3', or put a line '---' between them"


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Refused(
            "bad_notes",
            f"The notes cannot be taken. Line {line}: this is no UTF-8 text; save the file as plain UTF-8 text.",
        ) from None
