"""Pieces of a publisher: which are taken, which refused, and that a refused one changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from turia.errors import Refused
from turia.media.intake import Frame, Intake
from turia.protocol.media import (
    ASK_KEY_AFTER_S,
    DISCARDABLE,
    END,
    KEY,
    MAX_PIECE_BYTES,
    REFUSE_WITHOUT_KEY_AFTER_S,
    Head,
    flags,
    write_head,
)
from turia.testing.media_rig import Publisher

TRACK = 7
FIRST = Head(TRACK, KEY, 0, 1, 0, 0, 3, 0, 1_000)
SECOND = FIRST._replace(flags=0, frame=1, time=1_033)


def intake(media: str = "video", layers: int = 3) -> Intake:
    return Intake(TRACK, media, layers, lambda piece: b"<" + piece + b">", 0.0)


def piece(head: Head, payload: bytes = b"x") -> bytes:
    return write_head(head) + payload


def refusal(of: Intake, data: bytes, now: float = 0.0) -> Refused:
    with pytest.raises(Refused) as caught:
        of.take(data, now)
    return caught.value


def test_a_frame_of_one_piece_is_whole_at_once() -> None:
    taken = intake().take(piece(FIRST), 5.0)
    assert taken == Frame(b"<" + piece(FIRST) + b">", layer=0, key=True, arrived=5.0)


def test_a_frame_of_three_is_whole_with_the_last() -> None:
    one = intake()
    pieces = [piece(FIRST._replace(pieces=3, piece=number), bytes([number])) for number in range(3)]
    assert one.take(pieces[0], 5.0) is None
    assert one.take(pieces[1], 5.0) is None
    whole = one.take(pieces[2], 5.5)
    assert whole is not None
    assert whole.data == b"".join(b"<" + each + b">" for each in pieces)
    assert whole.arrived == 5.5


def test_each_piece_is_encoded_once() -> None:
    encoded = []

    def encode(data: bytes) -> bytes:
        encoded.append(data)
        return data

    one = Intake(TRACK, "video", 1, encode, 0.0)
    made = Publisher(TRACK).pieces(b"abcdef", most=2)
    for each in made:
        one.take(each, 0.0)
    assert encoded == made


@pytest.mark.parametrize("size", [0, MAX_PIECE_BYTES + 1])
def test_a_piece_without_payload_or_with_too_much_is_refused(size: int) -> None:
    assert refusal(intake(), piece(FIRST, bytes(size))).code == "size"


@pytest.mark.parametrize("size", [1, MAX_PIECE_BYTES])
def test_the_smallest_and_the_largest_piece_are_taken(size: int) -> None:
    assert intake().take(piece(FIRST, bytes(size)), 0.0)


@pytest.mark.parametrize("size", [0, 1, 19, 20])
def test_less_than_a_head_is_refused(size: int) -> None:
    assert refusal(intake(), bytes(size)).code == "size"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"track": 8}, "track is 8"),
        ({"pieces": 0}, "piece 0 of 0"),
        ({"pieces": 65}, "piece 0 of 65"),
        ({"piece": 1}, "piece 1 of 1"),
        ({"flags": KEY | 8}, "unknown flags"),
        ({"flags": KEY | 128}, "unknown flags"),
        ({"flags": 0}, "no other, is a key"),
        ({"frame": 1}, "no other, is a key"),
        ({"flags": flags(key=True, layer=1)}, "upper layer"),
        ({"flags": flags(layer=3), "frame": 1}, "temporal layer 3 of 3"),
        ({"level": 1}, "audio level 1"),
    ],
)
def test_a_head_that_is_wrong_in_itself(wrong: dict[str, Any], words: str) -> None:
    error = refusal(intake(), piece(FIRST._replace(**wrong)))
    assert error.code == "head"
    assert words in error.message


def test_heads_of_sound() -> None:
    sound = intake("audio", 1)
    assert refusal(sound, piece(FIRST._replace(level=128))).code == "head"
    assert refusal(sound, piece(FIRST._replace(duration=1_201))).code == "head"
    assert refusal(sound, piece(FIRST._replace(flags=flags(layer=1), frame=1))).code == "head"
    assert sound.take(piece(FIRST._replace(level=127, duration=1_200)), 0.0)


def test_a_discardable_frame_is_taken() -> None:
    one = intake()
    one.take(piece(FIRST), 0.0)
    assert one.take(piece(SECOND._replace(flags=DISCARDABLE | flags(layer=2))), 0.0)


def test_a_track_begins_with_a_key() -> None:
    one = intake()
    assert refusal(one, piece(SECOND)).code == "order"
    assert one.wants_key


@pytest.mark.parametrize(
    "wrong",
    [
        SECOND._replace(frame=2),
        SECOND._replace(group=2),
        SECOND._replace(group=4),
        FIRST,
        FIRST._replace(group=2),
        SECOND._replace(piece=1, pieces=2),
    ],
)
def test_what_does_not_follow_is_refused_and_what_follows_is_still_taken(wrong: Head) -> None:
    one = intake()
    one.take(piece(FIRST), 0.0)
    error = refusal(one, piece(wrong))
    assert error.code == "order"
    assert one.take(piece(SECOND), 0.0)


def test_a_time_before_the_last_is_refused_and_the_same_is_not() -> None:
    one = intake()
    one.take(piece(FIRST), 0.0)
    assert refusal(one, piece(SECOND._replace(time=999))).code == "time"
    assert one.take(piece(SECOND._replace(time=1_000)), 0.0)


def test_another_frame_is_refused_while_one_is_open_and_the_right_piece_is_still_taken() -> None:
    one = intake()
    one.take(piece(FIRST), 0.0)
    opened = SECOND._replace(pieces=2)
    one.take(piece(opened), 0.0)
    assert refusal(one, piece(SECOND._replace(frame=2))).code == "order"
    assert one.wants_key
    for wrong in (opened, opened._replace(piece=1, time=2_000), opened._replace(piece=1, pieces=3)):
        assert refusal(one, piece(wrong)).code == "order"
    assert one.take(piece(opened._replace(piece=1)), 0.0)


def test_a_key_ends_a_frame_that_was_not_completed() -> None:
    one = intake()
    one.take(piece(FIRST._replace(pieces=2)), 0.0)
    assert refusal(one, piece(FIRST)).code == "order"
    key = FIRST._replace(group=4)
    whole = one.take(piece(key), 0.0)
    assert whole is not None
    assert whole.data == b"<" + piece(key) + b">"


def test_groups_may_leave_numbers_out() -> None:
    one = intake()
    one.take(piece(FIRST), 0.0)
    assert one.take(piece(FIRST._replace(group=2**32 - 1)), 0.0)


def test_sound_goes_on_after_a_gap_but_not_backwards() -> None:
    sound = intake("audio", 1)
    sound.take(piece(FIRST), 0.0)
    assert sound.take(piece(SECOND._replace(frame=5)), 0.0)
    assert refusal(sound, piece(SECOND._replace(frame=5))).code == "order"
    sound.take(piece(SECOND._replace(frame=6, pieces=2)), 0.0)
    assert sound.take(piece(SECOND._replace(frame=7)), 0.0), "an open frame holds no sound up"


def test_nothing_follows_the_end() -> None:
    one = intake()
    one.take(piece(FIRST._replace(flags=KEY | END)), 0.0)
    assert one.ended
    assert refusal(one, piece(SECOND)).code == "ended"
    assert refusal(one, piece(FIRST._replace(group=9))).code == "ended"


def steady(of: Intake, seconds: float) -> tuple[float, float]:
    """Seconds after which a steady sender of one endless group is asked for a key, and refused."""
    publisher = Publisher(TRACK)
    asked = float("inf")
    for number in range(round(seconds * 30)):
        now = number / 30
        try:
            of.take(publisher.pieces()[0], now)
        except Refused as error:
            return asked, now if error.code == "no_key" else -1.0
        asked = min(asked, now) if of.wants_key else asked
    return asked, float("inf")


def test_an_endless_group_is_asked_for_a_key_and_then_refused_until_one_comes() -> None:
    one = intake("video", 1)
    asked, refused = steady(one, 60.0)
    assert asked == pytest.approx(ASK_KEY_AFTER_S, abs=0.1)
    assert refused == pytest.approx(REFUSE_WITHOUT_KEY_AFTER_S, abs=0.1)
    key = Publisher(TRACK)
    key.group, key.time = 5, 10**9
    assert one.take(key.pieces(key=True)[0], refused + 1)
    assert one.take(key.pieces()[0], refused + 1)
    assert not one.wants_key


def test_an_endless_group_of_sound_is_no_harm() -> None:
    assert steady(intake("audio", 1), 60.0) == (float("inf"), float("inf"))


def test_a_still_screen_is_asked_for_a_key_when_it_moves_and_is_not_refused() -> None:
    one = intake()
    one.take(piece(FIRST), 0.0)
    assert one.take(piece(SECOND), 300.0)
    assert one.wants_key


def test_too_much_is_refused_with_a_word_that_trying_again_helps() -> None:
    sound = intake("audio", 1)
    sound.take(piece(FIRST), 0.0)
    error = None
    for number in range(1, 10):
        try:
            sound.take(piece(SECOND._replace(frame=number), bytes(MAX_PIECE_BYTES)), 0.0)
        except Refused as refused:
            error = refused
    assert error is not None
    assert (error.code, error.retry) == ("too_much", True)
    assert sound.take(piece(SECOND._replace(frame=20)), 1.0)


def test_a_picture_with_a_refused_frame_in_it_goes_on_with_the_next_key() -> None:
    one, publisher = intake("video", 1), Publisher(TRACK)
    codes = []
    for _ in range(200):
        try:
            one.take(publisher.pieces()[0], 0.0)
        except Refused as error:
            codes.append(error.code)
    assert codes[0] == "too_much"
    assert set(codes[1:]) == {"order"}
    assert refusal(one, publisher.pieces()[0], 5.0).code == "order"
    assert one.wants_key
    assert one.take(publisher.pieces(key=True)[0], 5.0)
