"""Reading a stream by asking: for pages that hold no connection, which ask again from time to time."""

from __future__ import annotations

from itertools import dropwhile, islice
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from turia.errors import Refused
from turia.event.commands import Actor, Answer, Moment, Query, query
from turia.event.entries import KINDS, Value
from turia.event.quoting import quoted
from turia.event.roles import Permission
from turia.event.state import Item, State
from turia.event.visibility import may_read

#: Names of streams as clients send them.
StreamName = Annotated[str, Meta(min_length=1, max_length=160, pattern=r"^[A-Za-z0-9_.:/-]+$")]

#: Things on a page of older ones at most.
_PAGE: Final = 100
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


class ReadOlder(Query, frozen=True):
    """``before``: key of a thing of this ``kind``, "" for the newest; what was created before it is read."""

    stream: StreamName
    kind: Annotated[str, Meta(max_length=64)]
    before: Annotated[str, Meta(max_length=64)] = ""
    limit: Annotated[int, Meta(ge=1, le=_PAGE)] = _PAGE


class OlderThings(Answer, frozen=True):
    """In the order of their creation. ``more``: whether there are still older ones."""

    things: tuple[Thing, ...]
    more: bool


@query("stream.older", permission=Permission.ANYBODY, answer=OlderThings)
def read_older(state: State, given: ReadOlder, by: Actor, moment: Moment) -> OlderThings:
    """A page of the things that a fresh state is too short for; who may read the stream may read them."""
    if not may_read(state, by, given.stream, moment.event_at):
        raise Refused("not_allowed", _HIDDEN)
    cls = KINDS.get(given.kind)
    if cls is None:
        raise Refused("unknown_kind", f"There is no kind {quoted(given.kind)}.")
    items = state.items(given.stream, cls)
    if given.before and given.before not in items:
        raise Refused("unknown_thing", "This is not there any more. Begin with the newest again.")
    backwards: Any = items  # see _newest
    keys = reversed(backwards)
    if given.before:
        keys = islice(dropwhile(lambda key: key != given.before, keys), 1, None)
    found = list(islice(keys, given.limit + 1))
    page = found[: given.limit][::-1]
    things = tuple(_thing(given.kind, key, items[key]) for key in page)
    return OlderThings(things, more=len(found) > given.limit)


def things_of(state: State, stream: str) -> list[Thing]:
    """The fresh state of a stream: of each kind, in the order of their creation, all or the newest ``recent``.

    Takes as long as what it returns, however much the stream holds.
    """
    found: list[Thing] = []
    for kind in state.kinds(stream):
        cls = KINDS[kind]
        newest = _newest(state, stream, cls)
        found += [_thing(kind, key, item) for key, item in newest]
    return found


def _thing(kind: str, key: str, item: Item) -> Thing:
    return Thing(kind, key, item.offset, item.at, item.actor, item.value)


def _newest(state: State, stream: str, cls: type[Value]) -> list[tuple[str, Item]]:
    items = state.items(stream, cls)
    if cls.recent is None:
        return list(items.items())
    backwards: Any = items  # a Mapping's type does not say that a dictionary can be read from its end
    keys = list(islice(reversed(backwards), cls.recent))
    return [(key, items[key]) for key in reversed(keys)]
