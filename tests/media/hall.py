"""A relay as the gateway drives it, with publishers, strict viewers and a time of its own."""

from __future__ import annotations

from collections.abc import Collection

from turia.media.relay import Relay
from turia.protocol.media import FLUSH_MS, MAX_PIECE_BYTES, Head
from turia.testing.media_rig import Publisher, Viewer, framed

TICK_S = FLUSH_MS / 1_000
CAMERA, VOICE, SCREEN = 1, 2, 3


class Hall:
    """A relay, its publishers and strict viewers, and the time."""

    def __init__(self, **tracks: tuple[int, str, int]) -> None:
        self.now = 100.0
        self.relay = Relay(framed)
        self.publishers: dict[int, Publisher] = {}
        self.viewers: dict[int, Viewer] = {}
        for number, media, layers in tracks.values():
            self.open(number, media, layers)

    def open(self, number: int, media: str = "video", layers: int = 1) -> None:
        self.relay.open_track(number, media, layers, self.now)
        self.publishers[number] = Publisher(number, media, layers)

    def send(
        self, track: int = CAMERA, payload: bytes = b"x", *, key: bool = False, most: int = MAX_PIECE_BYTES
    ) -> None:
        for piece in self.publishers[track].pieces(payload, key=key, most=most):
            self.relay.push(track, piece, self.now)

    def want(self, viewer: int, *tracks: int, top: int = 3, restart: Collection[int] = ()) -> None:
        self.relay.subscribe(viewer, dict.fromkeys(tracks, top), self.now, restart)
        known = [self.publishers[track] for track in tracks]
        self.viewers.setdefault(viewer, Viewer()).subscribe(known, restart)

    def flush(self, *blocked: int, after: float = TICK_S) -> dict[int, list[Head]]:
        self.now += after
        return {
            viewer: self.viewers[viewer].take(payload)
            for payload, viewers in self.relay.flush(self.now, blocked)
            for viewer in viewers
        }

    def talk(self, seconds: float, *blocked: int, payload: bytes = b"x") -> dict[int, list[Head]]:
        """A frame of each track with each flush; everything that came, by viewer."""
        came: dict[int, list[Head]] = {}
        for _ in range(round(seconds / TICK_S)):
            for track in self.publishers:
                self.send(track, payload)
            for viewer, heads in self.flush(*blocked).items():
                came.setdefault(viewer, []).extend(heads)
        return came


def hall(layers: int = 1, *, sound: bool = False) -> Hall:
    made = Hall(camera=(CAMERA, "video", layers))
    if sound:
        made.open(VOICE, "audio")
    return made


def frames(heads: list[Head], track: int = CAMERA) -> list[tuple[int, int]]:
    return [(head.group, head.frame) for head in heads if head.track == track]
