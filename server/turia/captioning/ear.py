"""One voice in a thread of its own: packets wait in a short queue, what is understood is told as it comes."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import Final

from turia.captioning.ports import RATE, Decoders, Heard, Recognisers

log = logging.getLogger(__name__)

#: Packets that may wait, 20 ms each: when recognising does not keep up, sound is left out, and nothing else waits.
MOST_WAITING: Final = 250
#: Recognisers are fed a tenth of a second at a time.
_FEED_BYTES: Final = RATE // 10 * 2
#: A line is over when nothing came for so long, seconds.
QUIET_S: Final = 1.2

#: ``(heard, at, ends)``: times as they were given with the packets.
Told = Callable[[Heard, int, int], None]


class Ear:
    """``told`` is called from the ear's thread. ``put`` never waits."""

    def __init__(self, decoders: Decoders, recognisers: Recognisers, told: Told, *, quiet_s: float = QUIET_S) -> None:
        self.left_out = 0
        self._decoders = decoders
        self._recognisers = recognisers
        self._told = told
        self._quiet_s = quiet_s
        self._queue: queue.Queue[tuple[bytes, int] | None] = queue.Queue(MOST_WAITING)
        self._shown = ""
        self._begun = self._ends = 0
        self._thread = threading.Thread(target=self._run, name="turia captions", daemon=True)
        self._thread.start()

    def put(self, packet: bytes, at: int) -> None:
        """The next packet; ``at``: when it came, any milliseconds."""
        try:
            self._queue.put_nowait((packet, at))
        except queue.Full:
            self.left_out += 1

    def close(self) -> None:
        """The track is over; its last line is still told. Does not wait for that."""
        try:
            self._queue.put_nowait(None)
        except queue.Full:
            self._queue.get_nowait()
            self._queue.put_nowait(None)

    def join(self, seconds: float) -> None:
        """Wait for the thread's end."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            self._listen()
        except Exception:  # a recogniser's trouble ends this ear and nothing else
            log.exception("a recogniser failed")

    def _listen(self) -> None:
        decoder, recogniser = self._decoders(), self._recognisers()
        sound, quiet = bytearray(), True
        while True:
            try:
                item = self._queue.get(timeout=None if quiet else self._quiet_s)
            except queue.Empty:
                item, quiet = (b"", self._ends), True
            over = item is None or (quiet and not item[0])
            if item is not None and item[0]:
                quiet = False
                self._begun = self._begun or item[1]
                self._ends = item[1]
                sound += decoder.decode(item[0])
            if sound and (over or len(sound) >= _FEED_BYTES):
                self._tell(recogniser.feed(bytes(sound)))
                sound.clear()
            if over:
                self._tell(recogniser.finish())
                self._begun = 0
            if item is None:
                return

    def _tell(self, heard: Heard | None) -> None:
        if heard is None or (not heard.final and heard.text == self._shown):
            return
        self._shown = "" if heard.final else heard.text
        self._told(heard, self._begun, self._ends)
        if heard.final:
            self._begun = 0
