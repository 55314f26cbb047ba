from __future__ import annotations

import json
from pathlib import Path

import msgpack
import pytest

from turia.errors import ProtocolViolation
from turia.gateway.media_frames import MEDIA, find_frame, on_the_line
from turia.protocol import codec, limits
from turia.protocol.close_codes import CloseCode
from turia.protocol.media import HEAD_BYTES, MAX_MEDIA_MESSAGE_BYTES, MAX_PIECE_BYTES
from turia.testing.event_house import split
from turia.testing.media_plane_rig import event

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "media.json").read_text())
SIZES = ("short", "long")
LAYOUTS = ("python", "browser", "node_arraybuffer")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_of_a_stock_client_is_recognised(size: str, layout: str) -> None:
    frame = bytes.fromhex(GOLDEN[size]["frame"])
    message = bytes.fromhex(GOLDEN[size][layout])
    assert find_frame(message) == frame
    assert codec.decode_packet(message, MEDIA).name == "m", "the ordinary way takes it as well"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_changed_byte_around_the_frame_is_not_recognised(size: str, layout: str) -> None:
    frame = bytes.fromhex(GOLDEN[size]["frame"])
    message = bytes.fromhex(GOLDEN[size][layout])
    start = message.index(frame)
    for position in (*range(start), *range(start + len(frame), len(message))):
        changed = bytearray(message)
        changed[position] ^= 1
        assert find_frame(bytes(changed)) is None, position


@pytest.mark.parametrize("layout", LAYOUTS)
def test_cut_and_lengthened_messages_are_not_recognised(layout: str) -> None:
    message = bytes.fromhex(GOLDEN["long"][layout])
    assert find_frame(message + b"\x00") is None
    for end in range(len(message)):
        assert find_frame(message[:end]) is None, end


def test_the_largest_piece_fits_and_one_byte_more_does_not() -> None:
    largest = bytes(HEAD_BYTES + MAX_PIECE_BYTES)
    message = event("m", largest)
    assert len(message) + 25 < MAX_MEDIA_MESSAGE_BYTES, "also with the options of socket.io-client"
    assert find_frame(message) == largest
    assert codec.decode_packet(message, MEDIA).name == "m"
    with pytest.raises(ProtocolViolation, match="bin of 16021"):
        codec.decode_packet(event("m", largest + b"x"), MEDIA)


def test_what_is_binary_on_the_other_plane_stays_as_small_as_it_was() -> None:
    with pytest.raises(ProtocolViolation, match="bin of"):
        codec.decode_packet(event("p", bytes(limits.MAX_BIN_LEN + 1)))


@pytest.mark.parametrize("name", ["p", "do", "sit", "connect", "tracks", "M"])
def test_events_of_the_other_plane_do_not_exist_here(name: str) -> None:
    with pytest.raises(ProtocolViolation) as caught:
        codec.decode_packet(event(name, {}), MEDIA)
    assert caught.value.close_code in (CloseCode.UNKNOWN_EVENT, CloseCode.MALFORMED)


@pytest.mark.parametrize("size", SIZES)
def test_viewers_get_it_as_one_message_that_any_decoder_reads(size: str) -> None:
    frame = bytes.fromhex(GOLDEN[size]["frame"])
    ((opcode, packet),) = split(on_the_line(frame))
    assert opcode == 2
    assert packet.hex() == GOLDEN[size]["line"]
    assert msgpack.unpackb(packet) == {"type": 2, "data": ["m", frame], "nsp": "/"}
