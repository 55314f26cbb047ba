"""The directory: a page of the people inside, by name, found by words of name or affiliation."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_NUMBER: Final = re.compile(r"\d+")


def fold(text: str) -> str:
    """``text`` as it is searched: without case, accents and the forms of compatibility ("Zoë" is found by "zoe")."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def sort_key(name: str) -> str:
    """Order of names as people write lists: accents aside, 2 before 10."""
    return _NUMBER.sub(lambda number: number.group().zfill(8), fold(name))


@dataclass(frozen=True, slots=True)
class Entry:
    """What the directory knows of one person: ``words`` is the folded text that a query is looked up in."""

    order: tuple[str, int]
    words: str


class Directory:
    """People by slot, kept in order of name."""

    def __init__(self) -> None:
        self._entries: dict[int, Entry] = {}
        self._sorted: list[int] | None = None

    def put(self, slot: int, name: str, affiliation: str) -> None:
        """List somebody, or list him anew."""
        entry = Entry((sort_key(name), slot), f"{fold(name)} {fold(affiliation)}")
        if self._entries.get(slot) != entry:
            self._entries[slot] = entry
            self._sorted = None

    def remove(self, slot: int) -> None:
        """He is no longer inside."""
        if self._entries.pop(slot, None) is not None:
            self._sorted = None

    def find(self, query: str) -> list[int]:
        """Slots in order of name whose name or affiliation holds every word of ``query`` (no word: everybody)."""
        if self._sorted is None:
            self._sorted = sorted(self._entries, key=lambda slot: self._entries[slot].order)
        words = fold(query).split()
        if not words:
            return self._sorted
        return [slot for slot in self._sorted if all(word in self._entries[slot].words for word in words)]
