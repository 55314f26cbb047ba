"""Reads the segments of a take: which frames there are of each track, and where they lie. Payloads stay on disk."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from turia.protocol.media import HEAD_BYTES, Head, TrackInfo, read_head
from turia.recording.folder import segments_of
from turia.recording.records import KEY_BYTES, MAGIC, Begun, Kind, Mark, Paused, key_of, mark_of, records, track_of

_PAYLOAD_AT: Final = KEY_BYTES + HEAD_BYTES


@dataclass(slots=True)
class Track:
    """Frames of a track, in order; one column for each thing. Times in microseconds: ``arrived`` of the event's clock,
    ``captured`` of the publisher's."""

    info: TrackInfo
    arrived: array[int] = field(default_factory=lambda: array("q"))
    captured: array[int] = field(default_factory=lambda: array("q"))
    key: bytearray = field(default_factory=bytearray)
    level: bytearray = field(default_factory=bytearray)
    group: array[int] = field(default_factory=lambda: array("L"))
    number: array[int] = field(default_factory=lambda: array("L"))
    #: Of its pieces in ``places``: the first, and behind the last.
    first: array[int] = field(default_factory=lambda: array("L"))
    behind: array[int] = field(default_factory=lambda: array("L"))

    def __len__(self) -> int:
        return len(self.arrived)


@dataclass(slots=True)
class Index:
    """All of a take. ``marks``: (time, mark) in order. ``last``: the time of the last record, microseconds;
    ``torn``: segments whose end was lost."""

    segments: list[Path]
    tracks: list[Track] = field(default_factory=list)
    marks: list[tuple[int, Mark]] = field(default_factory=list)
    last: int = 0
    torn: int = 0
    #: Where pieces lie: number of the segment, offset and length of the payload.
    segment: array[int] = field(default_factory=lambda: array("L"))
    offset: array[int] = field(default_factory=lambda: array("L"))
    length: array[int] = field(default_factory=lambda: array("L"))


def read(take: Path) -> Index:
    """What the segments hold; whatever was torn or makes no sense is left out. Raises OSError."""
    reader = _Reader(Index(segments_of(take)))
    for number, path in enumerate(reader.index.segments):
        reader.segment(number, path.read_bytes())
    reader.stop()
    return reader.index


class Payloads:
    """Payloads of frames; the segments that were read last stay in memory."""

    _KEPT: Final = 8

    def __init__(self, index: Index) -> None:
        self._index = index
        self._kept: dict[int, bytes] = {}

    def of(self, track: Track, frame: int) -> bytes:
        """The payload of a frame."""
        return b"".join(self._pieces(track.first[frame], track.behind[frame]))

    def _pieces(self, first: int, behind: int) -> Iterator[bytes]:
        index = self._index
        for at in range(first, behind):
            start = index.offset[at]
            yield self._segment(index.segment[at])[start : start + index.length[at]]

    def _segment(self, number: int) -> bytes:
        data = self._kept.pop(number, None)
        if data is None:
            data = self._index.segments[number].read_bytes()
            if len(self._kept) >= self._KEPT:
                self._kept.pop(next(iter(self._kept)))
        self._kept[number] = data
        return data


class _Reader:
    def __init__(self, index: Index) -> None:
        self.index = index
        self._tracks: dict[int, Track] = {}
        #: Pieces of the frame that is not whole yet, by track.
        self._open: dict[int, list[tuple[int, int, int]]] = {}
        self._running = False

    def stop(self) -> None:
        """A server that was killed did not say that it stops: nobody knows more than when its last record came."""
        if self._running:
            self.index.marks.append((self.index.last, Paused()))
        self._running = False

    def _mark(self, time: int, mark: Mark) -> None:
        if isinstance(mark, Begun):
            self.stop()
        self._running = (self._running or isinstance(mark, Begun)) and not isinstance(mark, Paused)
        self.index.marks.append((time, mark))

    def segment(self, number: int, data: bytes) -> None:
        end = len(MAGIC)
        for record in records(data):
            end = record.end
            if record.kind is Kind.MARK:
                self._mark(record.time, mark_of(data, record))
            self.index.last = max(self.index.last, record.time)
            if record.kind is Kind.MARK:
                continue
            key = key_of(data, record)
            if record.kind is Kind.TRACK and key not in self._tracks:
                self._tracks[key] = Track(track_of(data, record))
                self.index.tracks.append(self._tracks[key])
            elif record.kind is Kind.PIECE and key in self._tracks:
                head = read_head(memoryview(data)[record.start + KEY_BYTES : record.end])
                place = number, record.start + _PAYLOAD_AT, record.end - record.start - _PAYLOAD_AT
                self._piece(key, head, place, record.time)
        self.index.torn += end < len(data)

    def _piece(self, key: int, head: Head, place: tuple[int, int, int], time: int) -> None:
        pieces = self._open.setdefault(key, [])
        if head.piece == 0:
            pieces.clear()
        if head.piece != len(pieces):  # its beginning is lost
            pieces.clear()
            return
        pieces.append(place)
        if len(pieces) < head.pieces:
            return
        self._frame(self._tracks[key], head, pieces, time)
        pieces.clear()

    def _frame(self, track: Track, head: Head, pieces: list[tuple[int, int, int]], time: int) -> None:
        index = self.index
        track.first.append(len(index.segment))
        for segment, offset, length in pieces:
            index.segment.append(segment)
            index.offset.append(offset)
            index.length.append(length)
        track.behind.append(len(index.segment))
        track.arrived.append(time)
        track.captured.append(head.time)
        track.key.append(head.key)
        track.level.append(head.level)
        track.group.append(head.group)
        track.number.append(head.frame)
