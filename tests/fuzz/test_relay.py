"""Any bytes at all pushed at the relay: taken or refused with a sentence, in bounded memory, and good frames unharmed.

A second relay gets only what the first one took. In the end both have told their viewers the same.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from turia.errors import Refused
from turia.media.relay import Relay
from turia.protocol.media import GROUP_CACHE_BYTES, HEAD_BYTES, MAX_PIECE_BYTES, MAX_PIECES
from turia.testing.media_rig import Publisher, framed

TRACKS = {1: ("video", 1), 2: ("video", 3), 3: ("audio", 1)}
CODES = {"unknown_track", "ended", "size", "head", "order", "time", "no_key", "too_much"}
#: Largest piece there is; kept of each track: the ring and one open frame.
PIECE_BYTES = HEAD_BYTES + MAX_PIECE_BYTES
KEPT_BYTES = len(TRACKS) * GROUP_CACHE_BYTES


class Pair:
    """A relay that everything is pushed at, and one that gets what it took."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.now = 50.0
        self.relays = [Relay(framed), Relay(framed)]
        self.heard: list[list[bytes]] = [[], []]
        self.publishers = {track: Publisher(track, media, layers) for track, (media, layers) in TRACKS.items()}
        for relay in self.relays:
            for track, (media, layers) in TRACKS.items():
                relay.open_track(track, media, layers, self.now)
            relay.subscribe(1, dict.fromkeys(TRACKS, 3), self.now)
        self.pieces: list[bytes] = []
        self.taken = self.refused = 0

    def push(self, track: int, data: bytes) -> bool:
        """Whether it was taken."""
        try:
            self.relays[0].push(track, data, self.now)
        except Refused as error:
            self.refused += 1
            assert_told(error)
            return False
        self.relays[1].push(track, data, self.now)
        self.taken += 1
        return True

    def good(self) -> None:
        """A frame that a correct client sends, piece by piece, with anything at all between them."""
        publisher = self.publishers[self.rng.choice(list(TRACKS))]
        payload = bytes(self.rng.choice([1, 80, 4_000, 40_000]))
        key = publisher.frame >= 50 or self.rng.random() < 0.05
        for piece in publisher.pieces(payload, key=key):
            self.pieces = [*self.pieces[-20:], piece]
            if self.rng.random() < 0.3:
                self.bad()
            if not self.push(publisher.track, piece):
                self.begin_again(publisher)
                break

    def begin_again(self, publisher: Publisher) -> None:
        """What a correct client does when he is refused: a new group, and if that does not help either, a new track."""
        publisher.pieces(key=True)
        publisher.frame = 1_000
        if self.rng.random() < 0.3:
            track = publisher.track
            self.publishers[track] = Publisher(track, publisher.media, publisher.layers)
            for relay in self.relays:
                relay.close_track(track, self.now)
                relay.open_track(track, publisher.media, publisher.layers, self.now)
                relay.subscribe(1, dict.fromkeys(TRACKS, 3), self.now)

    def bad(self) -> None:
        """Random bytes, or a piece of somebody with some of its bytes changed, cut, or pushed again or elsewhere."""
        kind = self.rng.randrange(5) if self.pieces else 0
        data = bytearray(self.rng.choice(self.pieces) if kind else self.rng.randbytes(self.rng.randrange(80)))
        if kind == 1:
            for _ in range(self.rng.randint(1, 4)):
                data[self.rng.randrange(min(len(data), HEAD_BYTES))] = self.rng.randrange(256)
        elif kind == 2:
            del data[self.rng.randrange(len(data)) :]
        elif kind == 3:
            data += bytes(self.rng.choice([1, PIECE_BYTES]))
        track = int.from_bytes(data[:2], "little") if self.rng.random() < 0.5 else self.rng.choice([*TRACKS, 9])
        self.push(track, bytes(data))

    def flush(self) -> None:
        for relay, heard in zip(self.relays, self.heard, strict=True):
            heard += [payload for payload, _ in relay.flush(self.now, ())]

    def day(self, steps: int) -> None:
        for _ in range(steps):
            self.rng.choice([self.good, self.good, self.bad, self.flush])()
            self.now += self.rng.choice([0.0, 0.01, 0.02, 0.1])
            assert self.relays[0].figures().kept_bytes <= KEPT_BYTES
        self.flush()
        assert self.heard[0] == self.heard[1]
        assert self.relays[0].figures().pushed == self.taken
        assert self.relays[0].figures().refused == self.refused


def assert_told(error: Refused) -> None:
    assert error.code in CODES
    assert 0 < len(error.message) < 200


@pytest.mark.counted
def test_days_with_bad_frames_between_the_good_ones(rounds: Callable[..., int]) -> None:
    taken = refused = 0
    for seed in range(rounds(short=30, long=60_000)):
        pair = Pair(seed)
        pair.day(steps=200)
        taken += pair.taken
        refused += pair.refused
    assert taken > refused / 2 > 0, "the days are neither all good nor all bad"


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=64), st.integers(0, 4))
@example(b"", 1)
@example(b"\xff" * PIECE_BYTES, 1)
@example(b"\x01" + bytes(PIECE_BYTES), 1)
def test_any_bytes(data: bytes, track: int) -> None:
    Pair(0).push(track, data)


def test_a_flood_is_refused_and_kept_bounded() -> None:
    """As fast as a publisher can: whole groups of the largest frames, and frames that are never completed."""
    pair = Pair(1)
    publisher = pair.publishers[1]
    for number in range(300):
        pieces = publisher.pieces(bytes(MAX_PIECES * MAX_PIECE_BYTES), key=number % 3 == 0)
        for piece in pieces[: None if number % 2 else -1]:
            pair.push(1, piece)
        pair.now += 0.01
    figures = pair.relays[0].figures()
    assert figures.kept_bytes <= GROUP_CACHE_BYTES
    assert figures.pushed * PIECE_BYTES < 4_000_000
    assert figures.refused > 10 * figures.pushed
