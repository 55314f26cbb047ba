"""Reading a stream by asking: for pages that hold no connection, which ask again from time to time."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from turia.errors import Refused
from turia.event.commands import Actor, Answer, Moment, Query, query
from turia.event.entries import KINDS, Value
from turia.event.roles import Permission
from turia.event.state import Item, State
from turia.event.visibility import may_read

#: Names of streams as clients send them.
StreamName = Annotated[str, Meta(min_length=1, max_length=160, pattern=r"^[A-Za-z0-9_.:/-]+$")]

_HIDDEN: Final = "You may not read this, or it does not exist."


class Thing(msgspec.Struct, frozen=True, array_like=True):
    """One thing of a fresh state: the last entry of it. ``at``: milliseconds UTC."""

    kind: str
    key: str
    offset: int
    at: int
    actor: str
    value: Any


class ReadStream(Query, frozen=True):
    """``since``: the ``top`` that was answered last; nothing is sent while that has not changed."""

    stream: StreamName
    since: int = -1


class StreamNow(Answer, frozen=True):
    """A stream as it is now. ``changed``: whether ``things`` are sent; ``top``: offset of the last entry."""

    stream: str
    top: int
    changed: bool
    things: tuple[Thing, ...] = ()


@query("stream.read", permission=Permission.ANYBODY, answer=StreamNow)
def read_stream(state: State, given: ReadStream, by: Actor, moment: Moment) -> StreamNow:
    """Everything that is in a stream now; who may read it is decided for each stream."""
    if not may_read(state, by, given.stream, moment.event_at):
        raise Refused("not_allowed", _HIDDEN)
    top = state.top(given.stream)
    if top == given.since:
        return StreamNow(given.stream, top, changed=False)
    return StreamNow(given.stream, top, changed=True, things=tuple(things_of(state, given.stream)))


def things_of(state: State, stream: str) -> list[Thing]:
    """The fresh state of a stream: of each kind, in the order of their creation, all or the newest ``recent``.

    Takes as long as what it returns, however much the stream holds.
    """
    found: list[Thing] = []
    for kind in state.kinds(stream):
        cls = KINDS[kind]
        newest = _newest(state, stream, cls)
        found += [Thing(kind, key, item.offset, item.at, item.actor, item.value) for key, item in newest]
    return found


def _newest(state: State, stream: str, cls: type[Value]) -> list[tuple[str, Item]]:
    items = state.items(stream, cls)
    if cls.recent is None:
        return list(items.items())
    backwards: Any = items  # a Mapping's type does not say that a dictionary can be read from its end
    keys = list(islice(reversed(backwards), cls.recent))
    return [(key, items[key]) for key in reversed(keys)]
