"""The directory: a page of the people inside, found by words of name or affiliation, the best matches first."""

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
    name: str
    words: str

    def rank(self, query: str, words: list[str]) -> int:
        """0 the very name, 1 it begins so, 2 each word begins a word of the name, 3 is within it, 4 the affiliation."""
        if self.name == query:
            return 0
        if self.name.startswith(query):
            return 1
        if all(f" {word}" in f" {self.name}" for word in words):
            return 2
        return 3 if all(word in self.name for word in words) else 4


class Directory:
    """People by slot, kept in order of name."""

    def __init__(self) -> None:
        self._entries: dict[int, Entry] = {}
        self._sorted: list[int] | None = None

    def put(self, slot: int, name: str, affiliation: str) -> None:
        """List somebody, or list him anew."""
        folded = " ".join(fold(name).split())
        entry = Entry((sort_key(name), slot), folded, f"{folded} {fold(affiliation)}")
        if self._entries.get(slot) != entry:
            self._entries[slot] = entry
            self._sorted = None

    def remove(self, slot: int) -> None:
        """He is no longer inside."""
        if self._entries.pop(slot, None) is not None:
            self._sorted = None

    def find(self, query: str) -> list[int]:
        """Slots whose name or affiliation holds every word of ``query``: the best matches first, then in order of name.

        No word: everybody.
        """
        if self._sorted is None:
            self._sorted = sorted(self._entries, key=lambda slot: self._entries[slot].order)
        words = fold(query).split()
        if not words:
            return self._sorted
        found = [slot for slot in self._sorted if all(word in self._entries[slot].words for word in words)]
        asked = " ".join(words)
        return sorted(found, key=lambda slot: self._entries[slot].rank(asked, words))
