"""What recognises speech, and what unpacks it: small interfaces, so that tests need neither a model nor a codec."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, Protocol

#: Samples a second of what a recogniser is fed: one channel, 16 bits, little-endian.
RATE: Final = 16_000


class Heard(NamedTuple):
    """``final``: the line is over; else its text as far as it is understood, "" nothing."""

    text: str
    final: bool


class Recogniser(Protocol):
    """One voice. Not shared between threads."""

    def feed(self, pcm: bytes) -> Heard | None:
        """The next piece of sound; what changed by it."""
        ...

    def finish(self) -> Heard | None:
        """Nothing more comes for now: what was not told yet, as a line that is over."""
        ...


class Decoder(Protocol):
    """One track's Opus packets, in order."""

    def decode(self, packet: bytes) -> bytes:
        """Sound at :data:`RATE`; nothing for a packet that is broken."""
        ...


Recognisers = Callable[[], Recogniser]
Decoders = Callable[[], Decoder]
