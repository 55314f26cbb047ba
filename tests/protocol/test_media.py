"""The head of media frames, byte for byte; client_web/src/core/media/frame_head.test.ts reads the same file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turia.protocol.media import HEAD_BYTES, Head, flags, read_head, write_head

GOLDEN = Path(__file__).parents[1] / "golden" / "media_head.json"
HEADS = [
    Head(0, 0, 0, 1, 0, 0, 0, 0, 0),
    Head(513, flags(key=True), 0, 1, 0, 333, 7, 0, 1_234_567_890),
    Head(0xFFFF, flags(discardable=True, layer=1), 63, 64, 127, 0xFFFF, 0xFFFF_FFFF, 0xFFFF, 0xFFFF_FFFF_FFFF),
    Head(9, flags(end=True, layer=3), 2, 5, 88, 200, 65_536, 49, 0x1_0000),
]

heads = st.builds(
    Head,
    st.integers(0, 0xFFFF),
    st.integers(0, 0xFF),
    st.integers(0, 0xFF),
    st.integers(0, 0xFF),
    st.integers(0, 0xFF),
    st.integers(0, 0xFFFF),
    st.integers(0, 2**32 - 1),
    st.integers(0, 0xFFFF),
    st.integers(0, 2**48 - 1),
)


def test_the_heads_that_the_browser_reads_are_up_to_date() -> None:
    """tests/golden/media_head.json: delete it to have it written anew."""
    rows = [{"hex": write_head(head).hex(), "head": head._asdict()} for head in HEADS]
    text = json.dumps(rows, indent=2) + "\n"
    if not GOLDEN.exists():
        GOLDEN.write_text(text, encoding="utf-8")
    assert GOLDEN.read_text(encoding="utf-8") == text


def test_what_the_bytes_say() -> None:
    head = HEADS[2]
    assert (head.key, head.layer) == (False, 1)
    assert (HEADS[1].key, HEADS[3].layer) == (True, 3)
    assert write_head(HEADS[1])[:6] == bytes([1, 2, 1, 0, 1, 0])


@given(heads)
def test_a_head_is_read_as_it_was_written(head: Head) -> None:
    assert read_head(write_head(head) + b"payload") == head


def test_too_short() -> None:
    with pytest.raises(ValueError, match="at least 20 bytes"):
        read_head(bytes(HEAD_BYTES - 1))
