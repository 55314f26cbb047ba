"""Time as a busy machine gives it to a test: for claims of seconds that hold wherever there is time for us."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Final

_BEAT_S: Final = 0.005


class FairClock:
    """Counts beats in a thread of its own, which waits for the processor as long as everything else here does: the
    clock stands while the machine does something else. On a quiet machine it goes like any other (2 % slower), and
    whatever really waits too long is seen on it: waiting costs no processor time. A context manager."""

    def __init__(self) -> None:
        self._beats = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._count, name="fair clock", daemon=True)

    def now(self) -> float:
        """Seconds since it was made, as far as there was time for us."""
        return self._beats * _BEAT_S

    def _count(self) -> None:
        while not self._over.is_set():
            time.sleep(_BEAT_S)
            self._beats += 1

    def __enter__(self) -> FairClock:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()
