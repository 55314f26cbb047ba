"""Writes segments in a thread of its own, so that no disk ever delays the relay.

What comes is written at once, and is on disk when its segment is full: whoever pulls the plug loses the last one, and
a killed process nothing but what was in the queue. A disk that is slow, full or broken ends it with a sentence.
"""

from __future__ import annotations

import errno
import os
import queue
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from turia.recording.folder import SEGMENTS, segments_of, sync
from turia.recording.records import MAGIC, Kind, about

#: No segment is longer; it ends earlier where a picture begins anew.
SEGMENT_US: Final = 4_000_000
_EARLY_US: Final = 3_000_000
#: Bytes that wait for the disk: half a minute of a talk.
QUEUE_BYTES: Final = 32 * 1024**2
#: So much is left free for the event itself.
LEAST_FREE: Final = 256 * 1024**2

FULL: Final = (
    "The server’s disk is full, so the recording stopped. What was recorded until then is kept. "
    "Tell the organiser to free space, then record again."
)
SLOW: Final = (
    "The server’s disk is too slow, so the recording stopped. What was recorded until then is kept. "
    "Tell the organiser, then record again."
)
BROKEN: Final = (
    "The server could not write the recording ({}). What was recorded until then is kept. "
    "Tell the organiser, then record again."
)


class Segments:
    """The files. Everything blocks; errors are OSError. ``least_free``: bytes of the disk that are left alone."""

    def __init__(self, take: Path, least_free: int = LEAST_FREE) -> None:
        self.take = take
        self._folder = take / SEGMENTS
        self._least_free = least_free
        last = segments_of(take)
        self._number = int(last[-1].stem) if last else 0
        self._file: int | None = None
        self._begun = 0
        #: Tracks that are open: each segment begins with them.
        self._open: dict[int, bytes] = {}

    @property
    def count(self) -> int:
        """Segments there are."""
        return self._number

    def write(self, record: bytes, time: int, *, key: bool = False) -> None:
        """Append a record; ``key``: a picture begins with it."""
        age = time - self._begun
        if self._file is None or age >= SEGMENT_US or (key and age >= _EARLY_US) or age < 0:
            self._next(time)
        self._put(record)
        self._note(record)

    def close(self) -> None:
        """The last segment is on disk. Safe to call twice."""
        handle, self._file = self._file, None
        if handle is not None:
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def _next(self, time: int) -> None:
        self.close()
        if shutil.disk_usage(self._folder).free < self._least_free:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._number += 1
        path = self._folder / f"{self._number:06}.part"
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        self._begun = time
        sync(self._folder)
        self._put(MAGIC + b"".join(self._open.values()))

    def _put(self, data: bytes) -> None:
        assert self._file is not None
        view = memoryview(data)
        while view:
            view = view[os.write(self._file, view) :]

    def _note(self, record: bytes) -> None:
        """Which tracks are open."""
        kind, key = about(record)
        if kind == Kind.TRACK:
            self._open[key] = record
        elif kind == Kind.ENDED:
            self._open.pop(key, None)


class Writer:
    """``put`` never blocks. ``failed`` is called once, in the writer's thread, with a sentence."""

    def __init__(self, segments: Segments, failed: Callable[[str], None], queue_bytes: int = QUEUE_BYTES) -> None:
        self._segments = segments
        self._failed = failed
        self._most = queue_bytes
        self._queue: queue.SimpleQueue[tuple[bytes, int, bool] | None] = queue.SimpleQueue()
        #: Put by the one thread, and taken by the other: what lies between them waits.
        self._in = 0
        self._out = 0
        self.broken = False
        self._thread = threading.Thread(target=self._run, name="turia recording", daemon=True)
        self._thread.start()

    def put(self, record: bytes, time: int, *, key: bool = False) -> None:
        """Write it as soon as the disk takes it. Nothing is taken any more once it failed."""
        if self.broken:
            return
        if self._in - self._out > self._most:
            self._fail(SLOW)
            return
        self._in += len(record)
        self._queue.put((record, time, key))

    def close(self) -> int:
        """Wait until all is on disk; the number of segments."""
        self._queue.put(None)
        self._thread.join()
        return self._segments.count

    def _run(self) -> None:
        while (taken := self._queue.get()) is not None:
            record, time, key = taken
            self._out += len(record)
            if not self.broken:
                self._guarded(lambda: self._segments.write(record, time, key=key))  # noqa: B023 - called at once
        self._guarded(self._segments.close)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except OSError as error:
            self._fail(sentence(error))

    def _fail(self, message: str) -> None:
        if not self.broken:
            self.broken = True
            self._failed(message)


def sentence(error: OSError) -> str:
    """What to do about an error of the disk."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return FULL
    return BROKEN.format(error.strerror or "it is damaged")
