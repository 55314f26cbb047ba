"""Media frames on their way in and out: recognised by the bytes around them, never built as objects.

Stock clients put the same constant bytes round a binary argument (tests/golden/media.json): a map of three from
python-socketio, a map of four with ``options`` from socket.io-client, where Node's encoder takes an ArrayBuffer for an
extension of type 0. Anything else named ``m`` goes the ordinary, strict way through the codec.
"""

from __future__ import annotations

from typing import Final

from turia.gateway import ws_frames
from turia.protocol import codec
from turia.protocol.media import HEAD_BYTES, MAX_MEDIA_MESSAGE_BYTES, MAX_PIECE_BYTES, MEDIA_CLIENT_EVENTS, MEDIA_EVENT

#: What clients may send on the media plane.
MEDIA: Final = codec.Allowed(
    MEDIA_CLIENT_EVENTS, MEDIA_EVENT, max_bytes=MAX_MEDIA_MESSAGE_BYTES, max_bin=HEAD_BYTES + MAX_PIECE_BYTES
)

_EVENT: Final = b"\xa4type\x02\xa4data\x92\xa1m"
_NSP: Final = b"\xa3nsp\xa1/"
_OPTIONS: Final = b"\xa7options\x81\xa8compress\xc3"
#: By first byte (maps of three and four): what stands after the argument.
_TAILS: Final = {0x83: _NSP, 0x84: _OPTIONS + _NSP}
_KIND: Final = 1 + len(_EVENT)
#: By type byte of the argument: bytes of its length, and of the extension's type after it.
_ARGUMENTS: Final = {0xC4: (1, 0), 0xC5: (2, 0), 0xC7: (1, 1), 0xC8: (2, 1)}
_PREFIX: Final = codec.binary_prefix(MEDIA_EVENT)


def find_frame(message: bytes) -> bytes | None:
    """Head and payload of a media frame in one of the known layouts, else None."""
    if not message.startswith(_EVENT, 1):
        return None
    tail = _TAILS.get(message[0])
    argument = _ARGUMENTS.get(message[_KIND]) if len(message) > _KIND else None
    if tail is None or argument is None:
        return None
    width, extension = argument
    at = _KIND + 1 + width
    start = at + extension
    end = start + int.from_bytes(message[_KIND + 1 : at], "big")
    if message[end:] != tail or end - start > MEDIA.max_bin or (extension and message[at] != 0):
        return None
    return message[start:end]


def on_the_line(frame: bytes) -> bytes:
    """The whole WebSocket frame for viewers of a piece (head and payload)."""
    return ws_frames.binary(codec.encode_binary(_PREFIX, frame))
