"""A store in memory, for tests: as strict as the others, and able to fail when told to."""

from __future__ import annotations

from turia.errors import Refused
from turia.event.entries import Entry
from turia.event.state import State
from turia.store.ports import Answered, MovedError, Saved


class MemoryStore:
    """Implements :class:`turia.store.ports.Store`. ``failing``: raised by the next commits until set to None."""

    def __init__(self, epoch: int = 1) -> None:
        self.log: dict[str, list[Entry]] = {}
        self.failing: Refused | None = None
        self.commits = 0
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
        if self.failing is not None:
            raise self.failing
        tops = dict(self._state.tops)
        for entry in entries:
            if entry.offset != tops.get(entry.stream, 0) + 1:
                raise MovedError
            tops[entry.stream] = entry.offset
        self._state.apply(entries)
        for entry in entries:
            self.log.setdefault(entry.stream, []).append(entry)
        self._answers |= {(each.actor, each.mid): each for each in answered}
        self.commits += 1

    async def answer(self, actor: str, mid: str) -> bytes | None:
        """See :class:`turia.store.ports.Store`."""
        found = self._answers.get((actor, mid))
        return found.answer if found else None

    async def entries(self, stream: str, after: int, limit: int) -> list[Entry]:
        """See :class:`turia.store.ports.Store`."""
        return self.log.get(stream, [])[after : after + limit]

    async def forget_answers(self, before: int) -> None:
        """See :class:`turia.store.ports.Store`."""
        self._answers = {key: each for key, each in self._answers.items() if each.at >= before}

    async def close(self) -> None:
        """See :class:`turia.store.ports.Store`."""

    def _things(self, stream: str, kind: str) -> list[tuple[str, object]]:
        return list(self._state._items[stream, kind].items())
