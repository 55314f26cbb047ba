"""Publishers and viewers of :class:`turia.media.relay.Relay` without a line between: for tests and benches.

:func:`framed` is an ``encode`` that can be taken apart again by :func:`unframed`; a :class:`Publisher` numbers his
frames as a correct client does, and a :class:`Viewer` checks, strictly, what the relay promises to him.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import Final

from turia.protocol.media import END, MAX_PIECE_BYTES, Head, flags, read_head, write_head

_LENGTH: Final = struct.Struct("<I")


def framed(piece: bytes) -> bytes:
    """``piece`` with its length before it."""
    return _LENGTH.pack(len(piece)) + piece


def unframed(payload: bytes) -> Iterator[tuple[Head, bytes]]:
    """(head, payload) of each piece in bytes made of :func:`framed` ones."""
    at = 0
    while at < len(payload):
        (size,) = _LENGTH.unpack_from(payload, at)
        piece = payload[at + 4 : at + 4 + size]
        assert len(piece) == size, "a piece is cut"
        yield read_head(piece), piece[20:]
        at += 4 + size


class Publisher:
    """Frames of one track, in order. ``time``: capture clock, microseconds; ``layers``: of temporal layers."""

    def __init__(self, track: int, media: str = "video", layers: int = 1, *, rate: float = 30.0) -> None:
        self.track = track
        self.media = media
        self.layers = layers
        self.rate = 50.0 if media == "audio" else rate
        self.group = -1
        self.frame = 0
        self.time = 1_000_000
        #: group -> temporal layer of each of its frames.
        self.groups: dict[int, list[int]] = {}

    def pieces(
        self,
        payload: bytes = b"x",
        *,
        key: bool = False,
        layer: int | None = None,
        bits: int = 0,
        most: int = MAX_PIECE_BYTES,
    ) -> list[bytes]:
        """The next frame; the first one begins a group, and so does ``key``. ``layer``: None for the usual pattern;
        ``bits``: more flags; ``most``: payload bytes a piece."""
        if key or self.group < 0:
            self.group, self.frame = self.group + 1, 0
        if layer is None:
            layer = self.usual_layer()
        parts = [payload[at : at + most] for at in range(0, len(payload), most)]
        flagged = flags(key=self.frame == 0, layer=layer) | bits
        heads = [
            Head(self.track, flagged, number, len(parts), 0, 0, self.group, self.frame, self.time)
            for number in range(len(parts))
        ]
        self.groups.setdefault(self.group, []).append(layer)
        self.frame += 1
        self.time += round(1_000_000 / self.rate)
        return [write_head(head) + part for head, part in zip(heads, parts, strict=True)]

    def last(self, payload: bytes = b"x") -> list[bytes]:
        """The next frame, after which nothing follows."""
        return self.pieces(payload, bits=END)

    def usual_layer(self) -> int:
        """L1T1: 0; L1T2: 0 1; L1T3: 0 2 1 2."""
        return ((0,), (0, 1), (0, 2, 1, 2))[self.layers - 1][self.frame % (1, 2, 4)[self.layers - 1]]


class Heard:
    """What one viewer got of one track since he subscribed: (group, frame) of each whole frame. AssertionError when the
    relay breaks a promise: order, once only, whole, first a key, nothing that depends on what did not come."""

    def __init__(self, publisher: Publisher) -> None:
        self.frames: list[tuple[int, int]] = []
        self._got: set[tuple[int, int]] = set()
        self._publisher = publisher
        self._open: Head | None = None

    def take(self, head: Head) -> None:
        """One piece."""
        if head.piece:
            assert self._open is not None, "a frame begins in the middle"
            assert head == self._open._replace(piece=self._open.piece + 1), "pieces are out of order"
        else:
            assert self._open is None, "a frame was not completed"
        self._open = head
        if head.piece + 1 == head.pieces:
            self._open = None
            self._take_whole(head)

    def whole(self) -> bool:
        """Whether no frame is half here."""
        return self._open is None

    def _take_whole(self, head: Head) -> None:
        at = (head.group, head.frame)
        assert not self.frames or at > self.frames[-1], "a frame came twice or too late"
        if self._publisher.media == "video":
            missing = [number for number in self._needed(head) if (head.group, number) not in self._got]
            assert not missing, f"frame {at} without {missing}"
        self.frames.append(at)
        self._got.add(at)

    def _needed(self, head: Head) -> list[int]:
        """Frames of its group that a frame may depend on: all of layer 0, and those of layers up to its own since the
        newest of layer 0."""
        layers = self._publisher.groups[head.group][: head.frame]
        base = [number for number, layer in enumerate(layers) if layer == 0]
        newest = base[-1] if base and head.layer else head.frame
        return base + [number for number in range(newest + 1, head.frame) if layers[number] <= head.layer]


class Viewer:
    """Takes batches apart. ``heard``: track -> what came, anew with each subscription."""

    def __init__(self) -> None:
        self.heard: dict[int, Heard] = {}

    def subscribe(self, publishers: Iterable[Publisher], restart: Iterable[int] = ()) -> None:
        """Wants these from now on; what goes on is kept."""
        again = set(restart)
        kept = {track: heard for track, heard in self.heard.items() if track not in again}
        self.heard = {each.track: kept.get(each.track) or Heard(each) for each in publishers}

    def take(self, payload: bytes) -> list[Head]:
        """Everything in one batch; heads of its pieces."""
        heads = [head for head, _ in unframed(payload)]
        for head in heads:
            assert head.track in self.heard, f"track {head.track} was not asked for"
            self.heard[head.track].take(head)
        assert all(heard.whole() for heard in self.heard.values()), "half a frame at the end of a batch"
        return heads
