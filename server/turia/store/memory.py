"""A store in memory, for tests: as strict as the others, and able to fail when told to."""

from __future__ import annotations

import msgspec

from turia.event.entries import Entry
from turia.event.state import Item, State
from turia.store.ports import Answered, MovedError, Saved


class MemoryStore:
    """Implements :class:`turia.store.ports.Store`.

    ``failing``: raised by everything until set to None. ``losing``: raised by the next commits after they were written,
    as when a connection is cut before the answer comes. ``log``: all entries by stream. Other journals may be opened
    on the same store: they are other nodes, or the next start.
    """

    def __init__(self, epoch: int = 1) -> None:
        self.log: dict[str, list[Entry]] = {}
        self.failing: Exception | None = None
        self.losing: Exception | None = None
        self.commits = 0
        self.forget_at_once = 500
        self._epoch = epoch
        self._state = State()
        self._answers: dict[tuple[str, str], Answered] = {}

    async def open(self) -> tuple[int, list[Saved]]:
        """See :class:`turia.store.ports.Store`."""
        return self._epoch, [
            Saved(
                stream,
                top,
                [(kind, key, item) for kind in self._state.kinds(stream) for key, item in self._things(stream, kind)],
            )
            for stream, top in self._state.tops.items()
        ]

    async def commit(self, entries: list[Entry], answered: list[Answered]) -> None:
        """See :class:`turia.store.ports.Store`."""
        self._check()
        tops = dict(self._state.tops)
        for entry in entries:
            if entry.offset != tops.get(entry.stream, 0) + 1:
                raise MovedError
            tops[entry.stream] = entry.offset
        if any((each.actor, each.mid) in self._answers for each in answered):
            raise MovedError
        self._state.apply(entries)
        for entry in entries:
            self.log.setdefault(entry.stream, []).append(entry)
        self._answers |= {(each.actor, each.mid): each for each in answered}
        self.commits += 1
        if self.losing is not None:
            raise self.losing

    async def answers(self, asked: list[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
        """See :class:`turia.store.ports.Store`."""
        self._check()
        return {key: self._answers[key].answer for key in asked if key in self._answers}

    async def tops(self) -> dict[str, int]:
        """See :class:`turia.store.ports.Store`."""
        self._check()
        return dict(self._state.tops)

    async def height(self) -> int:
        """See :class:`turia.store.ports.Store`."""
        self._check()
        return sum(self._state.tops.values())

    async def entries(self, stream: str, after: int, limit: int) -> list[Entry]:
        """See :class:`turia.store.ports.Store`."""
        self._check()
        return self.log.get(stream, [])[after : after + limit]

    async def blank(self, things: list[tuple[str, str, str]]) -> None:
        """See :class:`turia.store.ports.Store`."""
        self._check()
        for stream, kind, key in things:
            for index, entry in enumerate(self.log.get(stream, [])):
                if not kind or (entry.kind, entry.key) == (kind, key):
                    self.log[stream][index] = msgspec.structs.replace(entry, value=None)

    async def forget_answers(self, before: int) -> bool:
        """See :class:`turia.store.ports.Store`."""
        self._check()
        old = [key for key, each in self._answers.items() if each.at < before]
        for key in old[: self.forget_at_once]:
            del self._answers[key]
        return len(old) > self.forget_at_once

    async def close(self) -> None:
        """See :class:`turia.store.ports.Store`."""

    def _check(self) -> None:
        if self.failing is not None:
            raise self.failing

    def _things(self, stream: str, kind: str) -> list[tuple[str, Item]]:
        return list(self._state._items[stream, kind].items())
