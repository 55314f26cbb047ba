"""Frames into files that browsers play, without encoding anything. The only file of recordings that knows PyAV.

VP8, VP9 and AV1 with Opus go into WebM, H.264 with Opus into MP4.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av

_MS: Final = Fraction(1, 1_000)
_SOUND: Final = Fraction(1, 48_000)
_US: Final = Fraction(1, 1_000_000)
_OPUS_RATE: Final = 48_000

#: By what begins the name of a codec: container, name in FFmpeg, format of its raw stream ("" none is needed).
_VIDEO: Final = {
    "vp8": ("webm", "vp8", ""),
    "vp09": ("webm", "vp9", ""),
    "av01": ("webm", "av1", "obu"),
    "avc1": ("mp4", "h264", "h264"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """Something to be written: ``at``, ``lasts`` (0 unknown) in microseconds."""

    at: int
    lasts: int
    key: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class Video:
    """``codec``: without its profile; ``first``: a frame that can be decoded alone."""

    codec: str
    width: int
    height: int
    first: bytes
    frames: Iterator[Piece]


@dataclass(frozen=True, slots=True)
class Chapter:
    """Milliseconds."""

    start: int
    end: int
    title: str


def container_of(codec: str) -> str:
    """``webm`` or ``mp4``; "" for sound alone is WebM, too."""
    return _VIDEO[codec][0] if codec else "webm"


def size_of(codec: str, key: bytes) -> tuple[int, int] | None:
    """Width and height that a frame which begins a picture says of itself; None: it is no such frame. Publishers say
    what they like."""
    _, name, raw = _VIDEO[codec]
    try:
        if raw:
            with av.open(io.BytesIO(key), format=raw) as source:
                stream = source.streams.video[0]
                return (stream.width, stream.height) if stream.width and stream.height else None
        decoder: Any = av.CodecContext.create(name, "r")
        for frame in [*decoder.decode(av.Packet(key)), *decoder.decode(None)]:
            return frame.width, frame.height
    except (av.FFmpegError, IndexError, ValueError):
        return None
    return None


def write(
    path: Path,
    video: Video | None,
    sound: Iterator[Piece] | None,
    channels: int = 1,
    chapters: list[Chapter] | None = None,
) -> None:
    """One file. Both rows are in order of time and begin at any time from 0 on. Raises av.FFmpegError, OSError."""
    container = container_of(video.codec if video else "")
    options = {"movflags": "+faststart"} if container == "mp4" else {}
    with av.open(str(path), "w", format=container, options=options) as output:
        pictures = None if video is None else _video_stream(output, video)
        sounds = None if sound is None else _sound_stream(output, channels)
        if chapters:
            output.set_chapters(
                [
                    {
                        "id": number,
                        "start": each.start,
                        "end": each.end,
                        "time_base": _MS,
                        "metadata": {"title": each.title},
                    }
                    for number, each in enumerate(chapters, 1)
                ]
            )
        rows = []
        if video is not None:
            rows.append((pictures, _spaced(video.frames), _MS if container == "webm" else _US))
        if sound is not None:
            rows.append((sounds, sound, _SOUND))
        for stream, piece, base in _merged(rows):
            output.mux_one(_packet(stream, piece, base))


def _video_stream(output: Any, video: Video) -> Any:
    container, name, raw = _VIDEO[video.codec]
    if not raw:
        return output.add_mux_stream(name, width=video.width, height=video.height, time_base=_MS)
    with av.open(io.BytesIO(video.first), format=raw) as source:  # what a player must know stands in the frame
        stream = output.add_stream_from_template(source.streams.video[0], opaque=True)
    stream.time_base = _MS if container == "webm" else _US
    return stream


def _sound_stream(output: Any, channels: int) -> Any:
    """The encoder only says what stands at the head of an Opus stream; nothing is encoded."""
    stream = output.add_stream("libopus", rate=_OPUS_RATE)
    stream.layout = "stereo" if channels > 1 else "mono"
    return stream


def _packet(stream: Any, piece: Piece, base: Fraction) -> Any:
    packet: Any = av.Packet(piece.data)
    packet.stream = stream
    packet.time_base = base
    packet.pts = packet.dts = int(piece.at * _US / base)
    if piece.lasts:
        packet.duration = int(piece.lasts * _US / base)
    packet.is_keyframe = piece.key
    return packet


def _spaced(frames: Iterator[Piece]) -> Iterator[Piece]:
    """No two at the same millisecond, and none before the one it follows."""
    last = -1_000
    for each in frames:
        at = max(each.at, last + 1_000) // 1_000 * 1_000
        last = at
        yield Piece(at, each.lasts, each.key, each.data)


def _merged(rows: list[tuple[Any, Iterator[Piece], Fraction]]) -> Iterator[tuple[Any, Piece, Fraction]]:
    """All rows in order of time."""
    heads = [(next(row, None), number) for number, (_, row, _) in enumerate(rows)]
    while True:
        waiting = [(head.at, number) for head, number in heads if head is not None]
        if not waiting:
            return
        _, number = min(waiting)
        stream, row, base = rows[number]
        head = heads[number][0]
        assert head is not None
        yield stream, head, base
        heads[number] = (next(row, None), number)
