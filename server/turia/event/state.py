"""The state of all streams, folded from their entries; and views, which are indices over it. Pure.

A state is owned by the journal, which applies entries to it in the order of their offsets; everybody else only reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, Protocol, TypeVar, cast

import msgspec

from turia.event.entries import KINDS, Entry, Value

V = TypeVar("V", bound=Value)
W = TypeVar("W", bound="View")

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Item(msgspec.Struct, frozen=True):
    """The last entry of one thing, and its value. ``created``: offset of the entry that created it."""

    offset: int
    at: int
    actor: str
    value: Value
    created: int = 0


class View(Protocol):
    """An index that follows the entries, for questions that would need a scan. Built without arguments."""

    def changed(self, stream: str, key: str, old: Value | None, new: Value | None) -> None:
        """One thing of any kind and stream was created (no ``old``), replaced or deleted (no ``new``)."""
        ...


class State:
    """Everything that is so now. ``tops``: the last offset of each stream that has entries; offsets count from 1."""

    def __init__(self) -> None:
        self.tops: dict[str, int] = {}
        self._items: dict[tuple[str, str], dict[str, Item]] = {}
        self._views: dict[type[Any], Any] = {}

    # -- reading -----------------------------------------------------------------------------------
    def get(self, stream: str, kind: type[V], key: str) -> V | None:
        """The value of one thing, or None."""
        item = self._items.get((stream, kind.kind), _NOTHING).get(key)
        return None if item is None else cast("V", item.value)

    def item(self, stream: str, kind: type[Value], key: str) -> Item | None:
        """The same with when and by whom."""
        return self._items.get((stream, kind.kind), _NOTHING).get(key)

    def all(self, stream: str, kind: type[V]) -> dict[str, V]:
        """All things of a kind in a stream by key, in the order of their creation; a copy."""
        return {key: cast("V", item.value) for key, item in self._items.get((stream, kind.kind), _NOTHING).items()}

    def items(self, stream: str, kind: type[Value]) -> Mapping[str, Item]:
        """The same with when and by whom; not a copy: do not keep it."""
        return MappingProxyType(self._items.get((stream, kind.kind), {}))

    def kinds(self, stream: str) -> list[str]:
        """Kinds of which the stream has things. Takes the same time however many streams there are."""
        return [kind for kind in KINDS if self._items.get((stream, kind))]

    def top(self, stream: str) -> int:
        """Offset of the last entry of a stream, 0 if it has none."""
        return self.tops.get(stream, 0)

    def view(self, cls: type[W]) -> W:
        """The view of this class, which is built from the whole state when it is first asked for."""
        found = self._views.get(cls)
        if found is None:
            found = cls()
            for (stream, _), things in self._items.items():
                for key, item in things.items():
                    found.changed(stream, key, None, item.value)
            self._views[cls] = found
        return cast("W", found)

    # -- changing: the journal's -------------------------------------------------------------------
    def apply(self, entries: Iterable[Entry]) -> None:
        """Take entries in. Raises ValueError when an offset is not the next one of its stream: nothing may be lost."""
        for entry in entries:
            expected = self.top(entry.stream) + 1
            if entry.offset != expected:
                raise ValueError(f"stream {entry.stream}: entry {entry.offset} came where {expected} was expected")
            self.tops[entry.stream] = entry.offset
            self._put(entry.stream, entry.kind, entry.key, self._item(entry))

    def load(self, stream: str, top: int, things: Iterable[tuple[str, str, Item]]) -> None:
        """Take a whole stream in, as it was saved: things as (kind, key, item) in the order of their creation."""
        self.tops[stream] = top
        for kind, key, item in things:
            self._put(stream, kind, key, item)

    def undo(self, before: list[tuple[Entry, Item | None]]) -> None:
        """Take back entries that could not be committed: each with what :meth:`peek` said before it."""
        for entry, item in reversed(before):
            self._move_back(entry.stream, entry.offset - 1)
            self._put(entry.stream, entry.kind, entry.key, item)
            if entry.value is None and item is not None:
                self._sort(entry.stream, entry.kind)

    def peek(self, entry: Entry) -> Item | None:
        """What stands where ``entry`` is about to."""
        return self._items.get((entry.stream, entry.kind), _NOTHING).get(entry.key)

    def _item(self, entry: Entry) -> Item | None:
        if entry.value is None:
            return None
        old = self.peek(entry)
        return Item(entry.offset, entry.at, entry.actor, entry.value, old.created if old else entry.offset)

    def _move_back(self, stream: str, top: int) -> None:
        if top:
            self.tops[stream] = top
        else:
            del self.tops[stream]

    def _sort(self, stream: str, kind: str) -> None:
        """Bring a thing whose deletion was taken back to its old place."""
        things = self._items[stream, kind]
        order = sorted(things.items(), key=lambda each: each[1].created)
        things.clear()
        things.update(order)

    def _put(self, stream: str, kind: str, key: str, item: Item | None) -> None:
        things = self._items.setdefault((stream, kind), {})
        old = things.pop(key, None) if item is None else things.get(key)
        if item is not None:
            things[key] = item
        for view in self._views.values():
            view.changed(stream, key, old.value if old else None, item.value if item else None)
