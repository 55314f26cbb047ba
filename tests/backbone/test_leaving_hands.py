"""Whoever leaves the venue asks for nothing a minute later."""

from __future__ import annotations

from turia.backbone.absences import KEEP_S
from turia.backbone.leaving_hands import LeavingHands
from turia.event.entries import EVENT, put, room_stream
from turia.event.hands import Hand
from turia.event.programme import Room
from turia.testing.backbone import NOW, journal
from turia.testing.manual_clock import ManualClock

STREAM = room_stream("hall")


async def test_a_hand_is_kept_for_a_minute_and_then_taken_down() -> None:
    clock, here = ManualClock(), {"ana", "ben"}
    event = [put(EVENT, "hall", Room("Hall")), *(put(STREAM, each, Hand("talk", NOW)) for each in ("ana", "ben"))]
    async with journal(*event, clock=clock) as book:
        hands = LeavingHands(book, clock, here.__contains__)
        assert await hands.look() == 0
        here.discard("ben")
        clock.advance(KEEP_S - 1)
        assert await hands.look() == 0
        clock.advance(1)
        assert await hands.look() == 1
        assert list(book.state.all(STREAM, Hand)) == ["ana"]
