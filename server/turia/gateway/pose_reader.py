"""Stands before a WebSocket reader: takes poses as they come off the line and hands everything else on. Pure.

A reader makes an object of every message and wakes the task that waits for it, which costs several times what a pose is
worth. A pose that arrives whole, between two messages, with nothing before it still to be read, needs none of that.
"""

from __future__ import annotations

from collections.abc import Callable, Sized
from typing import Final, Protocol

from turia.gateway.poses import LAYOUTS

_HEAD: Final = 6
_MASKED: Final = 0x80
_FINAL_BINARY: Final = 0x82
_CONTROL: Final = 8
#: Bytes of extended length by what the short length says.
_EXTENDED: Final = {126: 2, 127: 8}
_GOING_ON: Final = (False, b"")

#: By length of a masked frame (they are short: the length is in the head's second byte): that byte, and
#: the layout of what it holds (:data:`turia.gateway.poses.LAYOUTS`).
_FRAMES: Final[dict[int, tuple[int, bytes, bytes, int, int]]] = {
    _HEAD + size: (_MASKED | size, *layout) for size, layout in LAYOUTS.items()
}


class Reader(Protocol):
    """The part of aiohttp's WebSocket reader that its HTTP protocol uses."""

    def feed_data(self, data: bytes) -> tuple[bool, bytes]: ...  # noqa: D102
    def feed_eof(self) -> None: ...  # noqa: D102


class Owner(Protocol):
    """Whose line it is."""

    slot: int


class PoseReader:
    """Looks like the reader behind it. ``waiting``: the messages that it has read and nobody has taken yet."""

    __slots__ = ("_fragmented", "_head", "_in_message", "_owner", "_put", "_reader", "_rest", "_too_often", "_waiting")

    def __init__(self, reader: Reader, waiting: Sized) -> None:
        self._reader = reader
        self._waiting = waiting
        self._owner: Owner | None = None
        self._put: Callable[[int, bytes], bool] = _refuse
        self._too_often: Callable[[], None] = _nothing
        # where the line stands: bytes of a head that has not come whole, payload bytes still to come
        self._head = b""
        self._rest = 0
        self._fragmented = False
        self._in_message = False

    def begin(self, owner: Owner, put: Callable[[int, bytes], bool], too_often: Callable[[], None]) -> None:
        """From now on poses of ``owner``, once he has a slot, go to ``put``; False from there means ``too_often``."""
        self._owner, self._put, self._too_often = owner, put, too_often

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Take what came off the line: see aiohttp's reader."""
        if len(data) in _FRAMES and self._take(data):
            return _GOING_ON
        # somebody whom the server has not read for a while has sent several
        while len(data) > _HEAD and self._take(data[: _HEAD + (data[1] & ~_MASKED)]):
            data = data[_HEAD + (data[1] & ~_MASKED) :]
        if not data:
            return _GOING_ON
        self.follow(data)
        broken, rest = self._reader.feed_data(data)
        if broken:
            self._owner = None
        return broken, rest

    def feed_eof(self) -> None:
        """The other end sends no more."""
        self._reader.feed_eof()

    def _take(self, data: bytes) -> bool:
        """Whether this is one whole pose, and its turn; then it is taken."""
        layout, owner = _FRAMES.get(len(data)), self._owner
        if layout is None or owner is None or owner.slot < 0 or self._in_message or self._waiting:
            return False
        length, before, after, start, end = layout
        if data[0] != _FINAL_BINARY or data[1] != length:
            return False
        size = len(data) - _HEAD
        mask = int.from_bytes((data[2:_HEAD] * (size // 4 + 1))[:size], "little")
        message = (int.from_bytes(data[_HEAD:], "little") ^ mask).to_bytes(size, "little")
        if not (message.startswith(before) and message.endswith(after)):
            return False
        if not self._put(owner.slot, message[start:end]):
            self._too_often()
        return True

    def follow(self, data: bytes) -> None:
        """Keep account of where messages end in ``data``, which goes to the reader."""
        data = self._head + data
        at, size = 0, len(data)
        while at < size:
            if self._rest:
                step = min(self._rest, size - at)
                self._rest -= step
                at += step
                continue
            head = _head_bytes(data, at)
            if head is None or size - at < head:
                break
            self._begin_frame(data, at)
            at += head
        self._head = data[at:]
        self._in_message = bool(self._rest or self._head or self._fragmented)

    def _begin_frame(self, data: bytes, at: int) -> None:
        length = data[at + 1] & ~_MASKED
        extended = _EXTENDED.get(length, 0)
        self._rest = int.from_bytes(data[at + 2 : at + 2 + extended], "big") if extended else length
        if data[at] & 0x0F < _CONTROL:
            self._fragmented = not data[at] & 0x80


def _head_bytes(data: bytes, at: int) -> int | None:
    """Length of the frame head that begins at ``at``; None if even that has not come."""
    if len(data) - at < 2:
        return None
    second = data[at + 1]
    return 2 + _EXTENDED.get(second & ~_MASKED, 0) + (4 if second & _MASKED else 0)


def _refuse(_slot: int, _pose: bytes) -> bool:
    return False


def _nothing() -> None:
    pass
