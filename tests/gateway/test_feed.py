from __future__ import annotations

from typing import Any

import pytest

from turia.gateway import ws_frames
from turia.gateway.feed import Feed, Place
from turia.protocol import limits


def text(name: str, size: int = 0) -> bytes:
    return ws_frames.text(name.encode().ljust(size, b"."))


def waiting(connection: Any) -> list[str]:
    return [
        frame.lstrip(b"\x81\x7e\x7f")[1:].strip(b".").decode(errors="ignore")[-2:]
        for frame in connection.outbox.pending
    ]


def test_frames_go_straight_through_while_little_waits(inside: Any) -> None:
    slow: dict[Feed, None] = {}
    ana = inside.join()
    feed = Feed(ana, slow)
    feed.put("event", text("a1"))
    feed.put_all("room", [text("b1"), text("b2")])
    assert waiting(ana) == ["a1", "b1", "b2"]
    assert not slow


def test_nothing_passes_a_place_that_is_not_filled(inside: Any) -> None:
    slow: dict[Feed, None] = {}
    ana = inside.join()
    feed = Feed(ana, slow)
    place = feed.keep_place("event")
    feed.put("room", text("b1"))
    feed.put("", text("c1"))
    feed.pump()
    assert waiting(ana) == []
    feed.fill(place, [text("a1"), text("a2")])
    assert waiting(ana) == ["a1", "a2", "b1", "c1"]
    assert feed.waiting_bytes == {}
    assert not slow
    empty = feed.keep_place("event")
    feed.put("room", text("b2"))
    feed.fill(empty, ())
    assert waiting(ana)[-1] == "b2"


def test_what_is_not_to_be_sent_any_more_does_not_wait_any_longer(inside: Any) -> None:
    ana = inside.join()
    feed = Feed(ana, {})
    place = feed.keep_place("event")
    feed.put("room", text("b1"))
    feed.put("event", text("a1"))
    feed.forget("event")
    feed.pump()
    assert waiting(ana) == ["b1"]
    feed.fill(place, [text("a2")])
    assert waiting(ana) == ["b1"]
    assert feed.waiting_bytes == {}


def test_a_line_gets_no_more_than_it_takes(inside: Any) -> None:
    slow: dict[Feed, None] = {}
    ana = inside.join()
    feed = Feed(ana, slow)
    frames = [text(f"{index:02}", 20_000) for index in range(20)]
    feed.put_all("event", frames)
    ahead = len(ana.outbox.pending)
    assert ahead == 2
    assert slow == {feed: None}
    assert feed.waiting_bytes == {"event": sum(map(len, frames[ahead:]))}
    inside.block(ana)
    ana.outbox.flush(inside.clock.monotonic())
    feed.pump()
    assert len(ana.outbox.pending) == ahead
    inside.transports[ana].free()
    for _ in range(10):
        ana.outbox.flush_all()
        feed.pump()
    ana.outbox.flush_all()
    assert b"".join(inside.writes(ana)) == b"".join(frames)
    assert not slow


def test_a_state_takes_the_place_of_what_waits_of_its_stream_when_its_turn_comes(inside: Any) -> None:
    ana = inside.join()
    feed = Feed(ana, {})
    place = feed.keep_place("event")
    for name in ("a1", "r1", "a2", "c1"):
        feed.put({"a": "event", "r": "room", "c": ""}[name[0]], text(name))
    made: list[Place] = []
    feed.replace("event", made.append)
    feed.put("event", text("a3"))
    feed.put("room", text("r2"))
    feed.fill(place, [text("s1")])
    assert waiting(ana) == ["s1"], "a state on its way comes first, whole"
    feed.put("event", text("a4"))
    feed.pump()
    (later,) = made
    feed.fill(later, [text("s2"), text("s3")])
    assert waiting(ana) == ["s1", "s2", "s3", "r1", "c1", "r2", "a4"], "nothing passes what it may speak of"
    assert feed.waiting_bytes == {}


def test_what_is_unsubscribed_needs_no_state_later(inside: Any) -> None:
    ana = inside.join()
    feed = Feed(ana, {})
    feed.keep_place("room")
    feed.put("event", text("a1"))
    feed.replace("event", lambda _: pytest.fail("nobody follows it any more"))
    feed.forget("event")
    feed.put("event", text("a2"))
    feed.forget("room")
    feed.pump()
    assert waiting(ana) == ["a2"]


def test_a_line_that_is_busy_gets_a_frame_at_a_time_and_one_that_is_free_more_and_more(inside: Any) -> None:
    ana = inside.join()
    feed = Feed(ana, {})
    feed.put_all("event", [text("a1", 16_000)] * 40)
    counts = []
    for busy in (False, False, False, True, True, False):
        ana.outbox.flush_all()
        transport = inside.transports[ana]
        if busy:
            inside.block(ana)
            feed.pump()
        transport.free()
        feed.pump()
        counts.append(len(ana.outbox.pending))
    assert counts == [5, 5, 5, 2, 2, 3]


def test_too_much_is_seen_and_a_closed_feed_holds_nothing(inside: Any) -> None:
    slow: dict[Feed, None] = {}
    feed = Feed(inside.join(), slow)
    frame = text("a", 100_000)
    while feed.waiting_bytes.get("", 0) + len(frame) <= limits.BACKLOG_MAX_BYTES:
        feed.put("", frame)
        feed.put("event", frame)
    assert not feed.too_long()
    feed.put("", frame)
    assert feed.too_long()
    feed.close()
    assert feed.waiting_bytes == {}
    assert not slow
