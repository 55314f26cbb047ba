"""What goes wrong at a publisher's end, or at a viewer's, from beginning to end: who is told, who loses what.

One frame that is wrong: tests/media/test_intake.py. Whose track it is, and connections: tests/gateway/test_media_*.py.
Any bytes at all: tests/fuzz/test_relay.py.
"""

from __future__ import annotations

import itertools

import pytest
from tests.media.hall import CAMERA, TICK_S, VOICE, Hall, frames, hall

from turia.errors import Refused
from turia.media.relay import Audience
from turia.protocol.media import (
    ASK_KEY_AFTER_S,
    DROP_GROUP_MS,
    GROUP_CACHE_BYTES,
    KEY_REQUEST_EVERY_MS,
    MAX_PIECE_BYTES,
    REFUSE_WITHOUT_KEY_AFTER_S,
)
from turia.testing.media_rig import Publisher

EVERY_S = KEY_REQUEST_EVERY_MS / 1_000


def refusal(made: Hall, *, key: bool = False) -> str:
    """Code with which the camera's next frame is refused; "" when it is taken."""
    try:
        made.send(key=key)
    except Refused as error:
        return error.code
    return ""


# ---- publishers who stop without saying so


def test_whoever_stops_in_the_middle_of_a_frame_leaves_nobody_with_half_of_it() -> None:
    made = hall(sound=True)
    made.want(1, CAMERA, VOICE)
    made.talk(0.4)
    first, *_ = made.publishers[CAMERA].pieces(b"half a frame", most=2)
    made.relay.push(CAMERA, first, made.now)
    assert made.flush() == {}
    assert [made.flush(after=1.0) for _ in range(60)] == [{}] * 60
    assert made.relay.audience(CAMERA) == Audience(1, 0), "his viewers' lines are blamed for nothing"


def test_who_comes_after_a_publisher_has_stopped_sees_his_last_whole_picture_and_asks_him_once() -> None:
    made = hall(sound=True)
    made.talk(0.4)
    made.now += 60.0
    made.want(2, CAMERA, VOICE)
    came = made.flush()[2]
    assert frames(came) == [(0, number) for number in range(20)]
    assert frames(came, VOICE) == [], "sound of a minute ago is not for him"
    asked = 0
    for _ in range(50):
        made.relay.ask_key(CAMERA, made.now)
        asked += len(made.relay.key_requests(made.now))
        made.now += TICK_S
    assert asked == 2, "twice a second at most, however often his viewers ask"
    made.relay.key_requests(made.now + EVERY_S)
    assert made.relay.key_requests(made.now + 60.0) == [], "and not at all when nobody does"


def test_whoever_goes_on_after_a_frame_that_he_left_unfinished_is_told_to_begin_a_group() -> None:
    made = hall()
    made.want(1, CAMERA)
    made.talk(0.2)
    first, *_ = made.publishers[CAMERA].pieces(b"half a frame", most=2)
    made.relay.push(CAMERA, first, made.now)
    assert refusal(made) == "order"
    assert made.relay.key_requests(made.now) == [CAMERA]
    assert refusal(made, key=True) == ""
    assert frames(made.flush()[1]) == [(1, 0)]


# ---- encoders and their keyframes


def test_an_encoder_that_begins_without_a_keyframe_is_asked_twice_a_second_and_shown_to_nobody() -> None:
    made = hall()
    made.want(1, CAMERA)
    made.publishers[CAMERA].pieces()
    asked = []
    for _ in range(150):
        assert refusal(made) == "order"
        assert made.flush() == {}
        if made.relay.key_requests(made.now):
            asked.append(made.now)
    assert len(asked) == pytest.approx(3.0 / EVERY_S, abs=1)
    assert all(later - sooner >= EVERY_S for sooner, later in itertools.pairwise(asked))
    assert made.relay.figures().kept_bytes == 0
    assert refusal(made, key=True) == ""
    assert len(made.flush()[1]) == 1


def test_an_encoder_that_never_sends_another_keyframe_is_asked_then_refused_and_helped_by_one() -> None:
    made = hall()
    made.want(1, CAMERA)
    began = made.now
    asked, codes = [], []
    while made.now - began < REFUSE_WITHOUT_KEY_AFTER_S + 1:
        codes.append(refusal(made))
        came = made.flush()
        assert bool(came) == (not codes[-1])
        if made.relay.key_requests(made.now):
            asked.append(made.now - began)
    assert asked[0] == pytest.approx(ASK_KEY_AFTER_S, abs=0.1)
    assert all(later - sooner < EVERY_S + 2 * TICK_S for sooner, later in itertools.pairwise(asked))
    refused_at = codes.index("no_key")
    assert refused_at * TICK_S == pytest.approx(REFUSE_WITHOUT_KEY_AFTER_S, abs=0.1)
    assert set(codes[:refused_at]) == {""}
    assert set(codes[refused_at + 1 :]) <= {"order", "no_key"}
    assert refusal(made, key=True) == ""
    assert frames(made.flush()[1]) == [(1, 0)]
    made.talk(1.0)
    assert refusal(made) == ""


def test_who_comes_late_to_a_group_that_never_ends_waits_for_the_key_that_is_asked_for() -> None:
    made = hall()
    seconds = 1.1 * GROUP_CACHE_BYTES / (9_700 / TICK_S)
    assert seconds < ASK_KEY_AFTER_S, "nobody asks for a key because of the length of the group"
    made.talk(seconds, payload=bytes(9_700))
    assert made.relay.figures().kept_bytes <= GROUP_CACHE_BYTES
    made.want(1, CAMERA)
    assert made.talk(0.1, payload=bytes(9_700)) == {}
    assert made.relay.key_requests(made.now) == [CAMERA]
    made.send(key=True)
    assert frames(made.flush()[1]) == [(1, 0)]


def test_whoever_calls_every_frame_a_keyframe_costs_no_more_memory_than_others() -> None:
    made = hall()
    made.want(1, CAMERA)
    made.want(2, CAMERA)
    kept = 0
    for number in range(200):
        made.send(payload=bytes(1_000), key=True)
        came = made.flush(2)
        assert frames(came[1]) == [(number, 0)]
        kept = max(kept, made.relay.figures().kept_bytes)
    assert kept < 1_100 * (DROP_GROUP_MS / 20 + 3)
    assert frames(made.flush()[2]) == [(199, 0)], "who was late gets the newest only"


def test_a_keyframe_that_is_claimed_in_the_middle_of_a_group_changes_nothing() -> None:
    made = hall(layers=3)
    made.want(1, CAMERA)
    made.talk(0.2)
    liar = Publisher(CAMERA, layers=3)
    for frame, group, layer in ((10, 0, 0), (10, 1, 0), (0, 0, 0), (0, 1, 2)):
        liar.group, liar.frame, liar.time = group, frame, 2_000_000
        head = liar.pieces(layer=layer)[0]
        claimed = head[:2] + bytes([head[2] | 1]) + head[3:]
        with pytest.raises(Refused) as error:
            made.relay.push(CAMERA, claimed, made.now)
        assert error.value.code in {"head", "order"}
    made.want(2, CAMERA)
    made.send()
    came = made.flush()
    assert frames(came[1]) == [(0, 10)]
    assert frames(came[2]) == [(0, number) for number in range(11)]


# ---- clocks, floods, two on one track


def test_whose_clock_jumps_ahead_and_back_is_refused_until_he_publishes_anew() -> None:
    made = hall()
    made.want(1, CAMERA)
    made.talk(0.1)
    publisher = made.publishers[CAMERA]
    usual, publisher.time = publisher.time, 2**47
    made.send()
    assert len(made.flush()[1]) == 1
    publisher.time = usual
    assert refusal(made) == "time"
    assert refusal(made, key=True) == "time", "not even a new group runs backwards"
    made.relay.close_track(CAMERA, made.now)
    made.viewers[1].heard.clear()
    made.open(CAMERA)
    made.want(1, CAMERA)
    made.send()
    assert frames(made.flush()[1]) == [(0, 0)]


def test_a_flood_on_one_track_takes_nothing_from_another() -> None:
    made = hall(sound=True)
    made.want(1, CAMERA, VOICE)
    heard, codes = 0, set()
    for _ in range(150):
        for _ in range(20):
            try:
                made.send(CAMERA, bytes(MAX_PIECE_BYTES), key=True)
            except Refused as error:
                codes.add(error.code)
        made.send(VOICE)
        heard += len(frames(made.flush().get(1, []), VOICE))
    assert heard == 150
    assert codes == {"too_much"}
    assert made.relay.figures().kept_bytes <= GROUP_CACHE_BYTES


def test_of_two_publishers_of_one_track_the_second_is_turned_away_and_the_first_goes_on() -> None:
    """Whose frames are pushed on a track, is asked before: tests/gateway/test_media_publishing.py."""
    made = hall()
    made.want(1, CAMERA)
    made.talk(0.1)
    with pytest.raises(ValueError, match="track 1 is open"):
        made.relay.open_track(CAMERA, "video", 1, made.now)
    second = Publisher(CAMERA)
    for pushed in range(3):
        with pytest.raises(Refused):
            made.relay.push(CAMERA, second.pieces(key=pushed == 0)[0], made.now)
    made.send()
    assert frames(made.flush()[1]) == [(0, 5)]


# ---- viewers


def test_a_viewer_who_never_reads_loses_what_is_too_late_and_holds_up_nobody() -> None:
    made = hall(sound=True)
    for viewer in (1, 2):
        made.want(viewer, CAMERA, VOICE)
    made.talk(0.2)
    for _ in range(5):
        made.send(key=True)
        came = made.talk(1.0, 2)
        assert len(came[1]) in {100, 101}
        assert 2 not in came
    figures = made.relay.figures()
    assert (figures.behind, made.relay.audience(CAMERA)) == (1, Audience(2, 1))
    assert figures.kept_bytes < 30 * 120
    told = made.relay.drops(made.now)
    assert list(told) == [2]
    assert {each.reason for each in told[2]} == {"group", "audio", "waiting_key"}
