"""The media plane's wire: frames and control events; ``docs/media.md`` tells the whole. Pure.

A frame (event ``m``, both ways) is a head of 20 bytes, little-endian, and the payload::

    0   u16  track      the number that ``publish`` answered
    2   u8   flags      :data:`KEY`, :data:`END`, :data:`DISCARDABLE`, temporal layer in bits 4-5
    3   u8   piece      from 0
    4   u8   pieces     of this frame, 1 to MAX_PIECES
    5   u8   level      audio: 127 minus the -dBov of RFC 6464, 0 silent; video: 0
    6   u16  duration   tenths of a millisecond, 0 unknown
    8   u32  group      counts up
    12  u16  frame      in its group, from 0
    14  u48  time       microseconds on the publisher's clock
"""

from __future__ import annotations

import struct
from typing import Annotated, Final, NamedTuple

import msgspec
from msgspec import Meta

from turia.protocol.messages import ClientEvent, Closing, Done, Payload, PersonId, Slot, Sync, SyncAnswer

MEDIA_PATH: Final = "/media.io/"
MEDIA_EVENT: Final = "m"

HEAD_BYTES: Final = 20
MAX_PIECE_BYTES: Final = 16_000
MAX_PIECES: Final = 64
#: Largest message a client may send on the media plane, bytes: a piece, its head and the packet around it.
MAX_MEDIA_MESSAGE_BYTES: Final = 16_384
FLUSH_MS: Final = 20

KEY: Final = 1
END: Final = 2
DISCARDABLE: Final = 4
_LAYER_SHIFT: Final = 4
_LAYER_MASK: Final = 3
_HEAD: Final = struct.Struct("<HBBBBHIHHI")

#: What one track may send; whoever sends more is refused for a while, and his viewers are not bothered with the rest.
MAX_VIDEO_BIT_RATE: Final = 4_000_000
MAX_AUDIO_BIT_RATE: Final = 192_000
MAX_FRAMES_PER_SECOND: Final = {"video": 65, "audio": 110}
MAX_TRACKS_PER_PERSON: Final = 10
#: Longest group, seconds: a keyframe is asked for after the first, the track is refused after the second.
ASK_KEY_AFTER_S: Final = 10.0
REFUSE_WITHOUT_KEY_AFTER_S: Final = 30.0
#: Bytes of a track's current group that are kept for people who arrive in the middle.
GROUP_CACHE_BYTES: Final = 4_194_304
#: How late a viewer may be before he loses upper layers, the rest of the group, and sound; milliseconds.
DROP_LAYERS_MS: Final = 150
DROP_GROUP_MS: Final = 400
DROP_AUDIO_MS: Final = 800
#: Keyframes asked of one track, at most one in this time.
KEY_REQUEST_EVERY_MS: Final = 500
MAX_VOICES: Final = 12
DEFAULT_VOICES: Final = 6
MAX_WANTS: Final = 64
MAX_FOLLOWED_ROOMS: Final = 2
#: Captions that are being written: longest line, and how often viewers get it anew.
MAX_INTERIM_CHARS: Final = 500
INTERIM_EVERY_MS: Final = 200
#: Where a presenter points is told at most once in this time.
POINT_EVERY_MS: Final = 66

SOURCES: Final[dict[str, str]] = {
    "camera": "video",
    "microphone": "audio",
    "screen": "video",
    "screen_audio": "audio",
    "film": "video",
    "film_audio": "audio",
    "interpreter": "video",
    "voice": "audio",
    "echo": "any",
}

TrackId = Annotated[int, Meta(ge=0, le=0xFFFF)]
Source = Annotated[str, Meta(pattern="^(" + "|".join(SOURCES) + ")$")]
Media = Annotated[str, Meta(pattern="^(audio|video)$")]
Codec = Annotated[
    str, Meta(max_length=32, pattern=r"^(vp8|vp09\.[0-9.]+|av01\.[0-9A-Za-z.]+|avc1\.[0-9A-Fa-f]{6}|opus)$")
]
RoomKey = Annotated[str, Meta(max_length=64, pattern=r"^[A-Za-z0-9_.:-]*$")]
Count = Annotated[int, Meta(ge=0, le=2**32 - 1)]
Layer = Annotated[int, Meta(ge=0, le=3)]


class Head(NamedTuple):
    """The head of a frame's piece; ``time`` in microseconds, ``duration`` in tenths of a millisecond."""

    track: int
    flags: int
    piece: int
    pieces: int
    level: int
    duration: int
    group: int
    frame: int
    time: int

    @property
    def key(self) -> bool:
        """Whether the group begins here."""
        return bool(self.flags & KEY)

    @property
    def layer(self) -> int:
        """Temporal layer, 0 the base."""
        return self.flags >> _LAYER_SHIFT & _LAYER_MASK


def read_head(data: bytes | memoryview) -> Head:
    """The head of ``data``; ValueError when it is too short."""
    if len(data) < HEAD_BYTES:
        raise ValueError(f"a media frame has at least {HEAD_BYTES} bytes, not {len(data)}")
    track, bits, piece, pieces, level, duration, group, frame, low, high = _HEAD.unpack_from(data)
    return Head(track, bits, piece, pieces, level, duration, group, frame, high << 16 | low)


def write_head(head: Head) -> bytes:
    """The 20 bytes."""
    *rest, time = head
    return _HEAD.pack(*rest, time & 0xFFFF, time >> 16)


def flags(*, key: bool = False, end: bool = False, discardable: bool = False, layer: int = 0) -> int:
    """The byte of flags."""
    return key * KEY | end * END | discardable * DISCARDABLE | (layer & _LAYER_MASK) << _LAYER_SHIFT


class Publish(Payload, frozen=True):
    """Begin a track. ``room``, ``session``: of the programme; both "" for ``voice`` and ``echo``."""

    source: Source
    media: Media
    codec: Codec
    room: RoomKey = ""
    session: RoomKey = ""
    width: Annotated[int, Meta(ge=0, le=3840)] = 0
    height: Annotated[int, Meta(ge=0, le=2160)] = 0
    frame_rate: Annotated[float, Meta(ge=0, le=60)] = 0.0
    channels: Annotated[int, Meta(ge=0, le=2)] = 0
    #: Temporal layers, 1 to 3.
    layers: Annotated[int, Meta(ge=1, le=3)] = 1
    quality: Annotated[int, Meta(ge=0, le=1)] = 0
    bit_rate: Annotated[int, Meta(ge=0, le=MAX_VIDEO_BIT_RATE)] = 0


class Published(Payload, frozen=True):
    """The number of a new track."""

    track: TrackId


class Unpublish(Payload, frozen=True):
    """End a track of one's own."""

    track: TrackId


class Follow(Payload, frozen=True):
    """Which rooms' tracks one wants to know of; replaces what was said before."""

    rooms: Annotated[tuple[RoomKey, ...], Meta(max_length=MAX_FOLLOWED_ROOMS)]


class TrackInfo(Payload, frozen=True):
    """What a viewer needs to know of a track. ``room``: "" for voices; ``whole_room``: he has the microphone."""

    track: TrackId
    person: PersonId
    name: str
    source: str
    media: str
    codec: str
    room: str = ""
    session: str = ""
    width: int = 0
    height: int = 0
    frame_rate: float = 0.0
    channels: int = 0
    layers: int = 1
    quality: int = 0
    bit_rate: int = 0
    slot: Slot = 0xFFFF
    whole_room: bool = False


class RefusedTrack(Payload, frozen=True):
    """A track that is not given (wants) or not taken (publishers), and why."""

    track: TrackId
    code: str
    message: str


class Tracks(Payload, frozen=True):
    """All tracks of one room, whenever they change."""

    room: str
    tracks: tuple[TrackInfo, ...]


class Following(Payload, frozen=True):
    """Answer to ``follow``: the tracks of every room that may be followed; the others with why not."""

    rooms: tuple[Tracks, ...]
    refused: dict[str, str] = msgspec.field(default_factory=dict)


class Wanted(Payload, frozen=True, array_like=True):
    """A track, and the highest temporal layer one wants of it (3: all)."""

    track: TrackId
    top_layer: Layer = 3


class Want(Payload, frozen=True):
    """Everything one wants to receive from now on; replaces what was said before. Asking again for a track that did not
    come heals a lost subscription: it starts anew at the cached group."""

    tracks: Annotated[tuple[Wanted, ...], Meta(max_length=MAX_WANTS)]
    #: Of ``tracks``, those to start anew.
    restart: Annotated[tuple[TrackId, ...], Meta(max_length=MAX_WANTS)] = ()


class Granted(Payload, frozen=True):
    """Answer to ``want``."""

    tracks: tuple[TrackId, ...]
    refused: tuple[RefusedTrack, ...] = ()


class Hear(Payload, frozen=True):
    """How many voices of people nearby one wants to hear at once; 0 none."""

    voices: Annotated[int, Meta(ge=0, le=MAX_VOICES)] = DEFAULT_VOICES


class Voices(Payload, frozen=True):
    """The voices one hears now."""

    voices: tuple[TrackInfo, ...]


class AskKey(Payload, frozen=True):
    """To the server: this track's picture is broken here. To a publisher: begin a new group."""

    track: TrackId


class TrackReport(Payload, frozen=True):
    """How a track arrives. Counts since the last report; ``late_ms``: behind the capture clock's best."""

    track: TrackId
    frames: Count = 0
    lost_groups: Count = 0
    late_ms: Count = 0
    decoded: Count = 0
    dropped: Count = 0


class Report(Payload, frozen=True):
    """At most once a second: how media arrives. ``hidden``: the page is in the background."""

    round_trip_ms: Count = 0
    tracks: Annotated[tuple[TrackReport, ...], Meta(max_length=MAX_WANTS)] = ()
    hidden: bool = False


class Rate(Payload, frozen=True):
    """To a publisher: what the lines of his viewers (``viewers`` of them, ``behind`` of them behind) take now, bits a
    second; 0: no limit known."""

    track: TrackId
    bit_rate: int
    viewers: int
    behind: int


class DroppedTrack(Payload, frozen=True):
    """What was left out for a viewer since the last time. ``reason``: layers, group, audio or waiting_key."""

    track: TrackId
    frames: Count
    reason: str


class Dropped(Payload, frozen=True):
    """Sent at most once a second."""

    tracks: tuple[DroppedTrack, ...]


class Interim(Payload, frozen=True):
    """Captions while they are written, both ways: the whole line as it is now, "" none. Nothing of it is kept. To the
    server from whoever writes the captions of this session; to everybody who follows the room, at most five times a
    second. ``person``: who speaks, "" nobody known; ``speaker``: his name."""

    room: RoomKey
    session: RoomKey
    text: Annotated[str, Meta(max_length=MAX_INTERIM_CHARS)]
    speaker: Annotated[str, Meta(max_length=100)] = ""
    person: Annotated[str, Meta(max_length=64)] = ""
    source: Annotated[str, Meta(pattern="^(human|recogniser)$")] = "human"


class Point(Payload, frozen=True):
    """Where the presenter points on the page that is shown, both ways: shares of 65,535 of its width and height from
    the top left. Nothing of it is kept. To the server from whoever has the slides of the room in hand; to everybody who
    follows the room, at most fifteen times a second. ``away``: he does not point any more."""

    room: RoomKey
    x: Annotated[int, Meta(ge=0, le=0xFFFF)] = 0
    y: Annotated[int, Meta(ge=0, le=0xFFFF)] = 0
    away: bool = False


MEDIA_CLIENT_EVENTS: Final[dict[str, ClientEvent]] = {
    "publish": ClientEvent(Publish, Published, per_second=4, burst=16),
    "unpublish": ClientEvent(Unpublish, Done, per_second=4, burst=16),
    "follow": ClientEvent(Follow, Following, per_second=2, burst=10),
    "want": ClientEvent(Want, Granted, per_second=4, burst=20),
    "hear": ClientEvent(Hear, Done, per_second=2, burst=10),
    "keyframe": ClientEvent(AskKey, Done, per_second=4, burst=20),
    "interim": ClientEvent(Interim, Done, per_second=6, burst=12),
    "point": ClientEvent(Point, Done, per_second=20, burst=30),
    "report": ClientEvent(Report, Done, per_second=2, burst=6),
    "sync": ClientEvent(Sync, SyncAnswer, per_second=2, burst=10),
}

MEDIA_SERVER_EVENTS: Final[dict[str, type[Payload]]] = {
    "tracks": Tracks,
    "voices": Voices,
    "keyframe": AskKey,
    "refused": RefusedTrack,
    "rate": Rate,
    "dropped": Dropped,
    "interim": Interim,
    "point": Point,
    "closing": Closing,
}
