from __future__ import annotations

from typing import Any

import msgpack

from turia.event.entries import EVENT, Entry
from turia.event.reading import Thing
from turia.event.settings import Block
from turia.gateway.stream_frames import entries_frames, state_frames, unsubscribed_frame
from turia.protocol import limits
from turia.testing.event_house import split


def read(frames: list[bytes]) -> list[tuple[str, Any]]:
    found = []
    for _, payload in split(b"".join(frames)):
        packet = msgpack.unpackb(payload)
        assert (packet["type"], packet["nsp"]) == (2, "/")
        found.append((packet["data"][0], packet["data"][1]))
    return found


def block(size: int) -> Block:
    return Block("title", "x" * size)


def test_entries_of_a_stream_are_one_frame_and_a_delete_has_no_value() -> None:
    entries = [Entry(EVENT, 1, 5, "ana", "block", "a", block(1)), Entry(EVENT, 2, 6, "ben", "block", "a", None)]
    assert read(entries_frames(EVENT, 3, entries)) == [
        (
            "entries",
            {
                "stream": EVENT,
                "epoch": 3,
                "entries": [
                    [1, 5, "ana", "block", "a", {"title": "title", "text": "x"}],
                    [2, 6, "ben", "block", "a", None],
                ],
            },
        )
    ]


def test_long_ones_are_cut_into_pages_and_a_longer_one_stands_alone() -> None:
    sizes = [9_000, 9_000, 100, 40_000, 100]
    things = [Thing("block", f"b{index}", index, 0, "ana", block(size)) for index, size in enumerate(sizes)]
    frames = state_frames(EVENT, 1, 9, things)
    pages = [payload for _, payload in read(frames)]
    assert [[row[1] for row in page["things"]] for page in pages] == [["b0"], ["b1", "b2"], ["b3"], ["b4"]]
    assert [(page["first"], page["last"], page["top"]) for page in pages] == [
        (True, False, 9),
        (False, False, 9),
        (False, False, 9),
        (False, True, 9),
    ]
    assert all(len(frame) < limits.PAGE_BYTES + 200 for index, frame in enumerate(frames) if index != 2)


def test_an_end_says_why() -> None:
    assert read([unsubscribed_frame(EVENT, "not_allowed", "No.")]) == [
        ("unsubscribed", {"stream": EVENT, "reason": "not_allowed", "message": "No."})
    ]
