"""Names that look like another name: by letters of other scripts, signs and digits drawn alike. Pure.

After Unicode's "confusables" (UTS 39), from the table of ``confusable_homoglyphs``; that table says who looks like whom
but not which is the original, so letters are put into classes, and a name becomes the row of its classes.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

from confusable_homoglyphs.confusables import confusables_data


def fold(name: str) -> str:
    """Letters and digits alone, without case, marks, signs and compatibility forms: what namesakes have in common."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    return "".join(char for char in plain if unicodedata.category(char)[0] in "LN")


@lru_cache(maxsize=20_000)
def skeletons(name: str) -> tuple[str, str]:
    """What a name looks like: as it is written, and in small letters. Two names look alike if either is the same."""
    return _skeleton(name), _skeleton(name.casefold())


def look_alike(one: str, other: str) -> bool:
    """Whether two names can be taken for each other; equal names can."""
    (as_one, small_one), (as_other, small_other) = skeletons(one), skeletons(other)
    return as_one == as_other or small_one == small_other


def _skeleton(name: str) -> str:
    classes = _classes()
    drawn = "".join(classes.get(char, char) for char in unicodedata.normalize("NFKD", name))
    return "".join(char for char in drawn if _is_letter(char)).replace("0", "o")


def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LN"


@cache
def _classes() -> dict[str, str]:
    """Character -> what stands for its class: one character, or several where one looks like several (m like rn)."""
    leader: dict[str, str] = {}
    several: dict[str, str] = {}

    def find(char: str) -> str:
        while leader.get(char, char) != char:
            char = leader[char]
        return char

    for char, alike in confusables_data.items():
        one = char.strip("\u200e")
        for each in alike:
            other = each["c"].strip("\u200e")
            if len(one) == len(other) == 1:
                # A letter leads: signs are dropped from names, and the letters that look like them must not be.
                first, second = sorted((find(one), find(other)), key=lambda of: (not _is_letter(of), of))
                leader[first], leader[second] = first, first
            elif len(one) == 1 and other.isalpha():
                several[one] = other
    rows = {find(char): "".join(find(each) for each in drawn) for char, drawn in several.items()}
    rows = {of: row for of, row in rows.items() if of not in row}
    return {char: rows.get(find(char), find(char)) for char in [*leader, *several]}
