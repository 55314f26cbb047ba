"""Makes files to be watched out of the segments of a take.

Runs in the sandbox's child (:mod:`turia.recording.safely`).
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from turia.errors import BundleError
from turia.recording import pictures, remux, sounds
from turia.recording.folder import DRAFT, PROGRESS, Finished, Media, Shown, Span, Spoken, keep_draft
from turia.recording.index import Index, Payloads, Track, read
from turia.recording.pictures import Frame
from turia.recording.sounds import Lane
from turia.recording.timeline import Timeline, kept, offsets, slides, timeline_of, times, trimmed

#: ``(steps that are done, all steps)``.
Tell = Callable[[int, int], None]

#: Beginnings of pictures that are looked at before a row is given up.
_MOST_TRIES: Final = 50
#: How long the last frame is seen.
_TAIL_US: Final = 40_000

NOTHING: Final = (
    "Nothing was recorded: nobody who agreed to it was on air. Arm the recording again, and see that speakers agree."
)


def child(take: str) -> dict[str, Any]:
    """What the sandbox calls: politely, and leaving its progress in a file."""
    os.nice(10)
    place = Path(take)

    def tell(done: int, steps: int) -> None:
        new = place / DRAFT / f".{PROGRESS}"
        new.write_text(f"{done} {steps}", encoding="ascii")
        new.replace(place / DRAFT / PROGRESS)

    return {"duration_ms": finish(place, tell).duration_ms}


def finish(take: Path, tell: Tell) -> Finished:
    """The files of a take, in place of its segments. Raises BundleError with what to do, OSError."""
    draft = take / DRAFT
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    tell(0, 1)
    index = read(take)
    made = _Making(index, draft, tell)
    finished = Finished(
        duration_ms=made.timeline.length // 1_000,
        spans=made.timeline.spans,
        files=tuple(made.files()),
        slides=tuple(made.slides),
        segments=len(index.segments),
        torn=index.torn,
        kept=made.kept,
    )
    if not finished.files and not finished.slides:
        raise BundleError(NOTHING, code="nothing_recorded")
    keep_draft(take, finished)
    return finished


def _recorded(index: Index) -> tuple[Timeline, tuple[Span, ...]]:
    """When something was recorded (slides alone are something, too), and when it was on the record."""
    timeline = timeline_of(index.marks)
    sent = [
        (track.captured[0] + offset, max(track.captured[-1] + offset, track.arrived[-1]))
        for track, offset in zip(index.tracks, offsets(index.tracks), strict=True)
        if len(track)
    ]
    if not sent:
        return timeline, kept(timeline, 0, index.marks)
    first, last = min(sent)[0], max(last for _, last in sent) + _TAIL_US
    return trimmed(timeline, first, last), kept(timeline, first, index.marks)


class _Making:
    """The files of one take."""

    def __init__(self, index: Index, draft: Path, tell: Tell) -> None:
        self.timeline, self.kept = _recorded(index)
        self.slides: list[Shown] = slides(index.marks, self.timeline)
        self._index = index
        self._draft = draft
        self._tell = tell
        self._payloads = Payloads(index)
        self._times: list[NDArray[np.int64]] = times(index, self.timeline)

    def files(self) -> Iterator[Media]:
        """Write and describe them."""
        main, *more_rows = (self._readable(row) for row in self._rows())
        interpreter, *others = more_rows
        lanes = sounds.lanes(self._index.tracks, self._times)
        first, more = (lanes[0], lanes[1:]) if lanes else (None, [])
        rows: list[tuple[str, str, list[Frame], Lane | None]] = []
        if main or first:
            rows.append(("main", "main", main, first))
        rows += [(f"sound-{number}", "sound", [], lane) for number, lane in enumerate(more, 1)]
        if interpreter:
            rows.append(("interpreter", "interpreter", interpreter, None))
        rows += [(f"picture-{number}", "picture", row, None) for number, row in enumerate(others, 1) if row]
        for done, (stem, kind, frames, lane) in enumerate(rows):
            self._tell(done, len(rows))
            yield self._file(stem, kind, frames, lane)
        self._tell(len(rows), len(rows))

    def _rows(self) -> list[list[Frame]]:
        """The main picture, the interpreter, and pictures that have no place in the main file because of their
        codec."""
        tracks = self._index.tracks
        good = pictures.better_quality(tracks)
        main = [each for each in good if tracks[each].info.source in pictures.MAIN]
        frames: Counter[str] = Counter()
        for each in main:
            frames[pictures.codec_of(tracks[each])] += len(tracks[each])
        codecs = [codec for codec, _ in frames.most_common()]
        rows = [self._switched(main, codec) for codec in codecs]
        signing = [each for each in good if tracks[each].info.source == "interpreter"]
        theirs = Counter(pictures.codec_of(tracks[each]) for each in signing).most_common(1)
        interpreter = self._switched(signing, theirs[0][0]) if theirs else []
        return [rows[0] if rows else [], interpreter, *rows[1:]]

    def _readable(self, row: list[Frame]) -> list[Frame]:
        """A row from its first frame on that a player can begin with; whoever sent nonsense spoils no recording."""
        tracks, tries = self._index.tracks, 0
        for at, (_, number, frame) in enumerate(row):
            if not tracks[number].key[frame]:
                continue
            size = remux.size_of(pictures.codec_of(tracks[number]), self._payloads.of(tracks[number], frame))
            if size is not None:
                return row[at:]
            tries += 1
            if tries >= _MOST_TRIES:
                break
        return []

    def _switched(self, chosen: Iterable[int], codec: str) -> list[Frame]:
        tracks = self._index.tracks
        mine = [each for each in chosen if pictures.codec_of(tracks[each]) == codec]
        return pictures.switched(tracks, mine, self._times, self._index.marks, self.timeline)

    def _file(self, stem: str, kind: str, frames: list[Frame], lane: Lane | None) -> Media:
        tracks = self._index.tracks
        video = self._video(frames) if frames else None
        container = remux.container_of(video.codec if video else "")
        path = self._draft / f"{stem}.{container}"
        heard = [tracks[number].info for _, _, number in lane.parts] if lane else []
        channels = max((info.channels for info in heard), default=1)
        sound = self._sound(lane) if lane else None
        remux.write(path, video, sound, channels, self._chapters() if kind == "main" else None)
        codecs = ([tracks[frames[0][1]].info.codec] if frames else []) + (["opus"] if lane else [])
        seen = {tracks[number].info.person: None for _, number, _ in frames} | {info.person: None for info in heard}
        return Media(
            name=path.name,
            kind=kind,
            mime=f'{"video" if frames else "audio"}/{container}; codecs="{", ".join(codecs)}"',
            bytes=path.stat().st_size,
            people=tuple(seen),
            spoken=tuple(
                Spoken(tracks[number].info.person, begins // 1_000, ends // 1_000)
                for begins, ends, number in (lane.parts if lane else ())
            ),
        )

    def _video(self, frames: list[Frame]) -> remux.Video:
        tracks, payloads = self._index.tracks, self._payloads
        _, number, frame = frames[0]
        first = payloads.of(tracks[number], frame)
        width, height = remux.size_of(pictures.codec_of(tracks[number]), first) or (0, 0)
        return remux.Video(
            codec=pictures.codec_of(tracks[number]),
            width=width,
            height=height,
            first=first,
            frames=(
                remux.Piece(at, 0, bool(tracks[which].key[each]), payloads.of(tracks[which], each))
                for at, which, each in frames
            ),
        )

    def _sound(self, lane: Lane) -> Iterator[remux.Piece]:
        for each in sounds.packets(lane, self._index.tracks, self._times, self._payload, self.timeline.length):
            yield remux.Piece(each.at, each.lasts, True, each.data)

    def _payload(self, track: Track, frame: int) -> bytes:
        return self._payloads.of(track, frame)

    def _chapters(self) -> list[remux.Chapter]:
        ends = [each.at for each in self.slides[1:]] + [self.timeline.length // 1_000]
        return [
            remux.Chapter(each.at, end, f"Page {each.page}")
            for each, end in zip(self.slides, ends, strict=False)
            if each.deck and end > each.at
        ]
