"""Frames of streams: pages of a fresh state, and entries. Encoded once, whoever gets them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, TypeVar, cast

import msgspec

from turia.event.entries import Entry
from turia.event.reading import Thing
from turia.gateway import ws_frames
from turia.protocol import codec, limits
from turia.protocol.messages import Entries, StatePage, StreamEntry, StreamThing, Unsubscribed

T = TypeVar("T")

_encoder: Final = msgspec.msgpack.Encoder()


def state_frames(stream: str, epoch: int, top: int, things: Iterable[Thing]) -> list[bytes]:
    """WebSocket frames of a fresh state, one a page; one empty page for an empty stream."""
    pages = list(_paged(things)) or [[]]
    last = len(pages) - 1
    return [
        _event(
            "state",
            StatePage(stream, epoch, top, index == 0, index == last, cast("list[StreamThing]", page)),
        )
        for index, page in enumerate(pages)
    ]


def entries_frames(stream: str, epoch: int, entries: Sequence[Entry]) -> list[bytes]:
    """WebSocket frames of entries of one stream, in order; usually one."""
    rows = (StreamEntry(each.offset, each.at, each.actor, each.kind, each.key, each.value) for each in entries)
    return [_event("entries", Entries(stream, epoch, cast("list[StreamEntry]", page))) for page in _paged(rows)]


def unsubscribed_frame(stream: str, reason: str, message: str) -> bytes:
    """The WebSocket frame that ends a stream."""
    return _event("unsubscribed", Unsubscribed(stream, reason, message))


def _event(name: str, payload: Any) -> bytes:
    return ws_frames.binary(codec.encode_event(name, payload))


def _paged(rows: Iterable[Any]) -> Iterator[list[msgspec.Raw]]:
    """Rows encoded, in lists of about PAGE_BYTES; a row that is longer stands alone."""
    page: list[msgspec.Raw] = []
    size = 0
    for row in rows:
        encoded = _encoder.encode(row)
        if page and size + len(encoded) > limits.PAGE_BYTES:
            yield page
            page, size = [], 0
        page.append(msgspec.Raw(encoded))
        size += len(encoded)
    if page:
        yield page
