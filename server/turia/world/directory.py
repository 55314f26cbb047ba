"""The directory: a page of the people inside, by name, found by words of name or affiliation."""

from __future__ import annotations

from dataclasses import dataclass


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
        folded = name.casefold()
        entry = Entry((folded, slot), f"{folded} {affiliation.casefold()}")
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
        words = query.casefold().split()
        if not words:
            return self._sorted
        return [slot for slot in self._sorted if all(word in self._entries[slot].words for word in words)]
