from __future__ import annotations

from typing import Any

from turia.gateway import ws_frames
from turia.gateway.feed import Feed
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
    assert feed.waiting_bytes == 0
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
    assert feed.waiting_bytes == 0


def test_a_line_gets_no_more_than_it_takes(inside: Any) -> None:
    slow: dict[Feed, None] = {}
    ana = inside.join()
    feed = Feed(ana, slow)
    frames = [text(f"{index:02}", 20_000) for index in range(20)]
    feed.put_all("event", frames)
    ahead = len(ana.outbox.pending)
    assert ahead == 4
    assert slow == {feed: None}
    assert feed.waiting_bytes == sum(map(len, frames[ahead:]))
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


def test_too_much_is_seen_and_a_closed_feed_holds_nothing(inside: Any) -> None:
    slow: dict[Feed, None] = {}
    feed = Feed(inside.join(), slow)
    frame = text("a", 100_000)
    while feed.waiting_bytes + len(frame) <= limits.BACKLOG_MAX_BYTES:
        feed.put("event", frame)
    assert not feed.too_long()
    feed.put("event", frame)
    assert feed.too_long()
    feed.close()
    assert not slow
