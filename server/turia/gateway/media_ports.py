"""What the media plane asks of others, so that it runs in tests without an event, a building or a disk."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from turia.media.viewer import Mode
from turia.protocol.media import DroppedTrack, TrackInfo


class No(NamedTuple):
    """Why something may not be sent or watched: a code for programs, a sentence for people."""

    code: str
    message: str


class Changed(NamedTuple):
    """What changed in the event: ``everything``, or these rooms and people."""

    everything: bool
    rooms: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()


class Rights(Protocol):
    """Who may send and watch now. All times in seconds."""

    def may_send(self, person: str, source: str, room: str, session: str) -> No | None:
        """None: yes. ``room``: of the programme; for ``voice`` the one he stands in, "" outside of rooms."""
        ...

    def may_watch(self, person: str, room: str, *, inside: bool) -> No | None:
        """None: yes. ``inside``: whether he stands in it."""
        ...

    def carries(self, person: str, room: str) -> bool:
        """Whether the voice of somebody who stands there reaches the whole room."""
        ...

    def may_caption(self, person: str, room: str, session: str, source: str) -> No | None:
        """None: he may show what he is writing, or what a recogniser hears (``source`` human, recogniser)."""
        ...

    def may_point(self, person: str, room: str) -> No | None:
        """None: he has the slides of this room in hand."""
        ...

    def changes_in(self, person: str, room: str) -> float | None:
        """Seconds until the answers for this person and room may change by time alone."""
        ...

    def listen(self, heard: Callable[[Changed], None]) -> Callable[[], None]:
        """Be told, at once, when something changed that the answers depend on; returns how to stop it."""
        ...


class Batch(Protocol):
    """Bytes that are the same for all these viewers."""

    @property
    def payload(self) -> bytes:
        """Whole WebSocket frames."""
        ...

    @property
    def viewers(self) -> list[int]:
        """Numbers of viewers."""
        ...


class Audience(Protocol):
    """Who watches a track, and whose lines do not take what comes."""

    @property
    def viewers(self) -> int: ...  # noqa: D102
    @property
    def behind(self) -> int: ...  # noqa: D102


class Relay(Protocol):
    """See :class:`turia.media.relay.Relay`; ``now`` in monotonic seconds."""

    def open_track(self, track: int, media: str, layers: int, now: float) -> None: ...  # noqa: D102
    def close_track(self, track: int, now: float) -> None: ...  # noqa: D102
    def push(self, track: int, data: bytes, now: float) -> None: ...  # noqa: D102
    def subscribe(  # noqa: D102
        self, viewer: int, wants: Mapping[int, int], now: float, restart: Collection[int] = ()
    ) -> None: ...
    def forget(self, viewer: int) -> None: ...  # noqa: D102
    def flush(self, now: float, blocked: Collection[int]) -> Iterable[Batch]: ...  # noqa: D102
    def key_requests(self, now: float) -> list[int]: ...  # noqa: D102
    def ask_key(self, track: int, now: float) -> None: ...  # noqa: D102
    def audience(self, track: int) -> Audience: ...  # noqa: D102
    def modes(self, viewer: int) -> Mapping[int, Mode]: ...  # noqa: D102
    def drops(self, now: float) -> Mapping[int, Iterable[DroppedTrack]]: ...  # noqa: D102


class Audibility(Protocol):
    """Which voices carry to whom, by where they stand."""

    def heard_by(
        self,
        listeners: NDArray[np.int32],
        most: NDArray[np.uint8],
        speaking: NDArray[np.int32],
        levels: NDArray[np.uint8],
        now: float,
    ) -> list[list[int]]:
        """For each listener (slot) the slots of those he hears, of whom at most ``most``; never himself.

        ``speaking``: slots of people whose microphones are on; ``levels``: their loudest since the last call, 0 to 127.
        Called five times a second. Voices that reach a whole room are not among them.
        """
        ...


class Tap(Protocol):
    """Gets what is sent in a room besides its viewers: the recorder. Must not take long; its errors are logged."""

    def push(self, info: TrackInfo, data: bytes, now: float) -> None:
        """A piece (head and payload) that the relay took."""
        ...

    def ended(self, info: TrackInfo, now: float) -> None:
        """The track is over."""
        ...
