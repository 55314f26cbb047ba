"""The store as the journal sees it. One contract suite (tests/contracts/test_store.py) holds all versions equal."""

from __future__ import annotations

from typing import Protocol

import msgspec

from turia.errors import Refused
from turia.event.entries import Entry
from turia.event.state import Item


class MovedError(Exception):
    """Somebody else (another node) wrote to one of the streams meanwhile: catch up and decide again."""


def unavailable(why: str) -> Refused:
    """The database does not take it now (locked, full, gone): nothing was changed, the same ``mid`` may come again."""
    return Refused("try_again", f"The venue cannot save this now ({why}). Trying again.", retry=True)


class Saved(msgspec.Struct, frozen=True):
    """A stream as it was saved: its last offset, and its things (kind, key, item) in the order of their creation."""

    stream: str
    top: int
    things: list[tuple[str, str, Item]]


class Answered(msgspec.Struct, frozen=True):
    """A command that was done: ``answer`` is its answer in JSON. (actor, mid) is unique."""

    actor: str
    mid: str
    at: int
    answer: bytes


class Store(Protocol):
    """Everything durable. ``await open()`` first, ``await close()`` last.

    Raises Refused with code ``try_again`` within a second when the database does not take or give something now.
    """

    async def open(self) -> tuple[int, list[Saved]]:
        """Create or migrate the tables; the epoch of this data, and all streams. Raises StartError."""
        ...

    async def commit(self, entries: list[Entry], answered: list[Answered]) -> None:
        """All or nothing, in one transaction, on disk when it returns. Entries of one stream are in order.

        Raises MovedError if the first offset of a stream is not its top + 1, or one of the commands was done before
        (nothing was written). After ``try_again`` it may still have happened, or happen yet: :meth:`tops` knows.
        """
        ...

    async def answers(self, asked: list[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
        """What was answered to these commands, (actor, mid), before; those that were never done are left out."""
        ...

    async def tops(self) -> dict[str, int]:
        """Last offsets of all streams, once every commit that is under way anywhere has ended."""
        ...

    async def height(self) -> int:
        """The last offsets of all streams, added up, as they are on disk now. They only grow: it is that of what one
        holds exactly if nothing was written meanwhile, and asking costs next to nothing."""
        ...

    async def entries(self, stream: str, after: int, limit: int) -> list[Entry]:
        """Entries of a stream with offsets over ``after``, in order, at most ``limit``."""
        ...

    async def blank(self, things: list[tuple[str, str, str]]) -> None:
        """Make null the values of all entries of these things, (stream, kind, key), which were deleted before; kind and
        key "" mean everything in the stream. Offsets, times and actors stay. On disk when it returns.
        """
        ...

    async def forget_answers(self, before: int) -> bool:
        """Answers older than ``before`` (ms UTC) are not asked for any more. Takes some away, quickly; whether others
        are left."""
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...
