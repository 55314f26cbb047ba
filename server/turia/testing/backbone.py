"""The event's backbone in memory: states and journals for tests, in a line each."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from turia.backbone.journal import Journal
from turia.clock import Clock
from turia.event.commands import Moment
from turia.event.entries import SYSTEM, Change, Entry
from turia.event.state import State
from turia.store.memory import MemoryStore
from turia.store.ports import Store
from turia.testing.manual_clock import ManualClock

#: Wall time of a fresh ManualClock, milliseconds UTC.
NOW: int = int(ManualClock().wall() * 1_000)


def counted_ids(prefix: str = "id") -> Callable[[], str]:
    """Ids that a test can foretell: ``id-1``, ``id-2``, ..."""
    numbers = itertools.count(1)
    return lambda: f"{prefix}-{next(numbers)}"


def moment(at: int = NOW, *, event_at: int | None = None, ids: Callable[[], str] | None = None) -> Moment:
    """A moment (milliseconds UTC) for deciding without a journal; the event's clock is the real one unless given."""
    return Moment(at, at if event_at is None else event_at, ids or counted_ids())


def entries_of(*changes: Change, at: int = NOW, actor: str = SYSTEM, state: State | None = None) -> list[Entry]:
    """The changes as entries, on top of ``state`` (which stays as it is)."""
    tops = dict(state.tops) if state is not None else {}
    entries = []
    for change in changes:
        offset = tops[change.stream] = tops.get(change.stream, 0) + 1
        entries.append(Entry(change.stream, offset, at, actor, change.kind, change.key, change.value))
    return entries


def state_of(*changes: Change) -> State:
    """A state in which these changes happened: ``state_of(put(EVENT, "info", Info(title="Day")))``."""
    state = State()
    state.apply(entries_of(*changes))
    return state


@asynccontextmanager
async def journal(
    *changes: Change, clock: Clock | None = None, store: MemoryStore | None = None
) -> AsyncIterator[Journal]:
    """``async with journal(put(...), ...) as book``: an open journal on a MemoryStore in which these changes happened.

    Ids are ``id-1``, ``id-2``, ...; the clock is a ManualClock. Give ``clock`` or ``store`` to have a hand on them.
    """
    if store is None:
        store = MemoryStore()
    await store.commit(entries_of(*changes), [])
    book = Journal(store, clock or ManualClock(), counted_ids())
    await book.open()
    try:
        yield book
    finally:
        await book.close()


async def whole_log(store: Store, stream: str, page: int = 1_000) -> list[Entry]:
    """All entries of a stream."""
    found: list[Entry] = []
    while more := await store.entries(stream, len(found), page):
        found += more
    return found


def picture(state: State) -> dict[str, object]:
    """Everything a state holds, in order, for comparing two of them."""
    streams = {stream for stream, _ in state._items}
    things = {
        f"{stream} {kind}": list(state._items[stream, kind].items())
        for stream in sorted(streams)
        for kind in sorted(state.kinds(stream))
    }
    return {"tops": dict(sorted(state.tops.items())), **things}
