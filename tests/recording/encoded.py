"""Frames as publishers send them, made by the encoders in PyAV; and takes that are written without a server."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np

from turia.protocol.media import MAX_PIECE_BYTES, Head, TrackInfo, flags, write_head
from turia.recording.folder import RecordingsFolder
from turia.recording.records import Begun, Mark, Paused, pack_ended, pack_mark, pack_piece, pack_track
from turia.recording.writer import Segments

_MS = Fraction(1, 1_000)
_ENCODERS = {"vp8": "libvpx", "vp09.00.10.08": "libvpx-vp9", "avc1.42001F": "libx264", "av01.0.01M.08": "libsvtav1"}
_OPTIONS = {
    "libvpx": {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"},
    "libx264": {"preset": "ultrafast", "tune": "zerolatency"},
    "libsvtav1": {"preset": "12"},
}


class Encoded(NamedTuple):
    ms: int
    key: bool
    data: bytes


def pictures(count: int, codec: str = "vp8", *, size: tuple[int, int] = (160, 90), grey: int = 0) -> list[Encoded]:
    """25 pictures a second, each of another grey; a key every second."""
    name = _ENCODERS[codec]
    encoder: Any = av.CodecContext.create(name, "w")
    encoder.width, encoder.height = size
    encoder.pix_fmt, encoder.time_base, encoder.framerate = "yuv420p", _MS, Fraction(25)
    encoder.gop_size, encoder.options = 25, _OPTIONS[name]
    found = []
    for number in range(count):
        level = (grey + number) % 250
        frame: Any = av.VideoFrame.from_ndarray(np.full((size[1] * 3 // 2, size[0]), level, np.uint8), format="yuv420p")
        frame.pts, frame.time_base = number * 40, _MS
        found += encoder.encode(frame)
    found += encoder.encode(None)
    return [Encoded(int(each.pts or 0), bool(each.is_keyframe), bytes(each)) for each in found]


def tone(count: int, hertz: float = 440.0, *, channels: int = 1) -> list[Encoded]:
    """Packets of 20 ms."""
    encoder: Any = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "mono" if channels == 1 else "stereo", "s16"
    encoder.options = {"frame_duration": "20"}
    at = np.arange(count * 960) / 48_000
    wave = np.repeat((np.sin(2 * np.pi * hertz * at) * 12_000).astype(np.int16), channels)[None, :]
    found = []
    for start in range(count):
        frame: Any = av.AudioFrame.from_ndarray(
            wave[:, start * 960 * channels : (start + 1) * 960 * channels].copy(),
            format="s16",
            layout="mono" if channels == 1 else "stereo",
        )
        frame.sample_rate, frame.pts, frame.time_base = 48_000, start * 960, Fraction(1, 48_000)
        found += encoder.encode(frame)
    return [Encoded(number * 20, True, bytes(each)) for number, each in enumerate(found)]


def info(track: int, person: str = "ana", source: str = "camera", codec: str = "vp8", **more: Any) -> TrackInfo:
    media = "audio" if codec == "opus" else "video"
    size = {} if media == "audio" else {"width": 160, "height": 90}
    return TrackInfo(track, person, person.title(), source, media, codec, "hall", "s", **{**size, **more})


def framed(track: int, frames: Iterable[Encoded], *, clock_us: int = 0, level: int = 0) -> list[tuple[int, bytes]]:
    """(milliseconds, piece) of frames; ``clock_us``: what the publisher's clock says at 0."""
    group, number, made = -1, 0, []
    for each in frames:
        opens = each.key and (level == 0 or number >= 49 or group < 0)
        group, number = (group + 1, 0) if opens else (group, number + 1)
        parts = [each.data[at : at + MAX_PIECE_BYTES] for at in range(0, len(each.data), MAX_PIECE_BYTES)]
        for piece, part in enumerate(parts):
            bits = flags(key=opens)
            head = Head(track, bits, piece, len(parts), level, 0, group, number, clock_us + each.ms * 1_000)
            made.append((each.ms, write_head(head) + part))
    return made


class Take:
    """A take that is written record by record; milliseconds from its beginning."""

    START_US = 1_900_000_000_000_000

    def __init__(self, folder: Path, session: str = "s") -> None:
        self.recordings = RecordingsFolder(folder)
        self.path = self.recordings.begin(session)
        self.segments = Segments(self.path, least_free=0)
        self._records: list[tuple[int, int, bytes, bool]] = []

    def at(self, ms: float, record: bytes, *, key: bool = False) -> None:
        self._records.append((int(ms * 1_000), len(self._records), record, key))

    def mark(self, ms: float, mark: Mark) -> None:
        self.at(ms, pack_mark(mark, self.us(ms)))

    def track(
        self,
        about: TrackInfo,
        frames: Iterable[Encoded],
        *,
        begins: float = 0,
        late: float = 20,
        clock_us: int = 5_000_000,
        level: int = 0,
        run: int = 0,
    ) -> None:
        """A track from its first frame (at ``begins``) to its last; each arrives ``late`` milliseconds later.
        ``run``: of which server it is."""
        key, last = run << 16 | about.track, begins
        self.at(begins + late, pack_track(key, about, self.us(begins + late)))
        for ms, piece in framed(about.track, frames, clock_us=clock_us + int(begins * 1_000), level=level):
            last = begins + ms + late
            self.at(last, pack_piece(key, piece, self.us(last)), key=bool(piece[2] & 1) and about.media == "video")
        self.at(last, pack_ended(key, self.us(last)))

    def whole(self, seconds: float) -> None:
        """Recorded from 0 on without a pause."""
        self.mark(0, Begun())
        self.mark(seconds * 1_000, Paused())

    def close(self) -> Path:
        for us, _, record, key in sorted(self._records):
            self.segments.write(record, self.START_US + us, key=key)
        self.segments.close()
        return self.path

    def us(self, ms: float) -> int:
        return self.START_US + int(ms * 1_000)


def packets(path: Path) -> dict[str, list[tuple[int, bool, int]]]:
    """(milliseconds, key, bytes) of every packet by kind of stream, all of it read to the end."""
    found: dict[str, list[tuple[int, bool, int]]] = {}
    with av.open(str(path)) as container:
        for each in container.demux():
            if each.pts is not None and each.time_base is not None:
                ms = int(each.pts * each.time_base * 1_000)
                found.setdefault(each.stream.type, []).append((ms, each.is_keyframe, each.size))
    return found


def greys(path: Path) -> list[tuple[int, int, tuple[int, int]]]:
    """(milliseconds, mean grey, size) of every picture."""
    with av.open(str(path)) as container:
        return [
            (int((each.time or 0) * 1_000), int(each.to_ndarray(format="gray").mean()), (each.width, each.height))
            for each in container.decode(video=0)
        ]


def loudness(path: Path, step_ms: int = 100) -> list[int]:
    """Mean of the absolute samples (of 32,768) for each ``step_ms``."""
    with av.open(str(path)) as container:
        parts = [each.to_ndarray() for each in container.decode(audio=0)]
    wave = np.concatenate([part[0] for part in parts])
    step = 48 * step_ms
    return [int(np.abs(wave[at : at + step]).mean() * 32_768) for at in range(0, len(wave) - step, step)]


def read_whole(path: Path) -> None:
    """Every packet is there, in order, every picture can be decoded, and ffprobe, where it is, finds no error."""
    for kind, found in packets(path).items():
        at = [ms for ms, _, _ in found]
        assert at == sorted(at), f"{kind} of {path.name} runs back"
    if "video" in packets(path):
        greys(path)
    probe = shutil.which("ffprobe")
    if probe:
        said = subprocess.run([probe, "-v", "error", str(path)], capture_output=True, text=True, check=False)
        assert (said.returncode, said.stderr) == (0, "")
