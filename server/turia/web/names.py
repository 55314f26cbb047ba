"""What people may call themselves: text from outside becomes one clean line, or a sentence saying why not. Pure.

Every script, right-to-left and emoji are fine. What goes is what lets one name imitate or break another: control and
direction-override characters, invisible letters, and towers of combining marks. Markup is text like any other: it is
kept as written, and whoever shows it shows it as text.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from turia.errors import Refused
from turia.protocol import limits

#: Joiners hold emoji families and Persian words together; all other format characters go (bidi overrides, tags, ...).
_JOINERS: Final = frozenset("\u200c\u200d")
#: Letters and symbols that are drawn as nothing.
_INVISIBLE: Final = frozenset("\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u2800\u3164\uffa0")
#: Combining marks in a row that some script really uses; more are a tower over other people's names.
_MAX_MARKS: Final = 4
#: Longer text is refused before any work is done on it.
_MAX_RAW_CHARS: Final = 2_048


def clean_line(raw: str) -> str:
    """``raw`` (at most a few kB) as one line: NFC, white space collapsed, nothing invisible."""
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", raw):
        category = unicodedata.category(char)
        if category.startswith("Z") or char in "\t\n\r\v\f\x85":
            kept.append(" ")
            marks = 0
        elif category.startswith("M"):
            marks += 1
            if marks <= _MAX_MARKS and char not in _INVISIBLE:
                kept.append(char)
        elif char in _JOINERS or not (category.startswith("C") or char in _INVISIBLE):
            kept.append(char)
            marks = 0
    return unicodedata.normalize("NFC", " ".join("".join(kept).split()))


def person_name(raw: str) -> str:
    """A name, cleaned; raises Refused (``name_empty``, ``name_too_long``) with a sentence."""
    name = _limited(raw, "name", limits.MAX_NAME_CHARS)
    if not _visible(name):
        raise Refused("name_empty", "Please give a name: it is shown above your head.")
    return name


def affiliation(raw: str) -> str:
    """An affiliation, cleaned, maybe empty; raises Refused (``affiliation_too_long``)."""
    text = _limited(raw, "affiliation", limits.MAX_AFFILIATION_CHARS)
    return text if _visible(text) else ""


def _limited(raw: str, what: str, most: int) -> str:
    text = clean_line(raw) if len(raw) <= _MAX_RAW_CHARS else raw
    if len(text) > most:
        message = f"This {what} has {len(text):,} characters. Please shorten it to {most} or fewer."
        raise Refused(f"{what}_too_long", message)
    return text


def _visible(text: str) -> bool:
    """Whether at least one character is a letter, number, sign or symbol of its own."""
    return any(unicodedata.category(char)[0] in "LNPS" for char in text)
