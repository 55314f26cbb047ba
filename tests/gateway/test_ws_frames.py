from __future__ import annotations

import pytest

from turia.gateway import ws_frames


@pytest.mark.parametrize(
    ("length", "head"),
    [
        (0, b"\x82\x00"),
        (125, b"\x82\x7d"),
        (126, b"\x82\x7e\x00\x7e"),
        (65_535, b"\x82\x7e\xff\xff"),
        (65_536, b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ],
)
def test_length_is_written_in_the_shortest_form(length: int, head: bytes) -> None:
    assert ws_frames.binary(b"x" * length) == head + b"x" * length


def test_text_ping_and_pong() -> None:
    assert ws_frames.text(b"hi") == b"\x81\x02hi"
    assert ws_frames.PING == b"\x81\x012"
    assert ws_frames.pong(b"x") == b"\x8a\x01x"


def test_close_reason_is_cut_at_a_character() -> None:
    frame = ws_frames.close(4001, "é" * 100)
    assert frame[1] <= 125
    assert frame[2:4] == (4001).to_bytes(2, "big")
    frame[4:].decode()
