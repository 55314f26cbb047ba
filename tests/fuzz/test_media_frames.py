"""The quick way for media frames never says anything else than the strict one."""

from __future__ import annotations

import msgpack
from hypothesis import given, settings
from hypothesis import strategies as st

from turia.errors import ProtocolViolation
from turia.gateway.media_frames import MEDIA, find_frame
from turia.gateway.media_handlers import _bytes_of
from turia.protocol import codec

HEADS = st.sampled_from([b"\x83", b"\x84", b"\x82", b"\x85"])
MIDDLES = st.sampled_from([b"\xa4type\x02\xa4data\x92\xa1m", b"\xa4type\x02\xa4data\x92\xa1p", b"\xa4type\x03"])
TAILS = st.sampled_from([b"\xa3nsp\xa1/", b"\xa7options\x81\xa8compress\xc3\xa3nsp\xa1/", b"\xa3nsp\xa1x", b""])


@st.composite
def arguments(draw: st.DrawFn) -> bytes:
    """Bytes in each form that msgpack has, with a length that is right or not."""
    body = draw(st.binary(max_size=300) | st.integers(15_900, 16_200).map(bytes))
    length = len(body) + draw(st.sampled_from([0, 0, 0, 1, -1]))
    form = draw(st.sampled_from([0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xD9]))
    width = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xC7: 1, 0xC8: 2, 0xD9: 1}[form]
    size = (max(0, length) & (256**width - 1)).to_bytes(width, "big")
    extension = draw(st.sampled_from([b"\x00", b"\x00", b"\x05"])) if form in (0xC7, 0xC8) else b""
    return bytes(bytes([form]) + size + extension + body)


@settings(max_examples=400, deadline=None)
@given(st.builds(lambda *parts: b"".join(parts), HEADS, MIDDLES, arguments(), TAILS) | st.binary(max_size=60))
def test_what_is_recognised_is_what_the_codec_reads(message: bytes) -> None:
    frame = find_frame(message)
    if frame is None:
        return
    packet = codec.decode_packet(message, MEDIA)
    assert packet.name == "m"
    assert packet.id is None
    assert _bytes_of(packet.payload) == frame


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_packet_or_a_violation(message: bytes) -> None:
    try:
        packet = codec.decode_packet(message, MEDIA)
    except ProtocolViolation:
        return
    assert packet.type in (codec.CONNECT, codec.DISCONNECT, codec.EVENT)


@settings(max_examples=200, deadline=None)
@given(st.binary(min_size=20, max_size=400))
def test_frames_of_python_clients_are_all_recognised(body: bytes) -> None:
    assert find_frame(msgpack.packb({"type": 2, "data": ["m", body], "nsp": "/"})) == body
