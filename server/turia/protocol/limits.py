"""Sizes, rates and times of the protocol. Every number has its unit in its name or comment.

``scripts/gen-protocol`` copies these to the TypeScript client: change them here only.
"""

from __future__ import annotations

from typing import Final

#: Version of everything in this package; a client with another one is told to reload.
PROTOCOL_VERSION: Final = 1

# -- ticks ---------------------------------------------------------------------------------------
TICK_HZ: Final = 20
TICK_MS: Final = 50
#: Poses a second that a client sends at most, and only while something changes; at least one a second as sign of life.
POSE_HZ: Final = 15
#: Poses a second that the server takes (a burst of twice this passes).
POSE_RATE_LIMIT: Final = 20
COMMAND_RATE_LIMIT: Final = 10
COMMAND_BURST: Final = 20
#: Refused or too frequent messages within 10 s after which the connection is closed.
STRIKES_PER_10_S: Final = 10

# -- frames --------------------------------------------------------------------------------------
#: Largest frame a client may send on the control plane, bytes.
MAX_FRAME_BYTES: Final = 16_384
MAX_ARRAY_LEN: Final = 1_024
MAX_MAP_LEN: Final = 64
MAX_STR_LEN: Final = 4_096
MAX_BIN_LEN: Final = 4_096
MAX_DEPTH: Final = 8
#: Values of any kind in one frame of a client.
MAX_VALUES: Final = 2_048

# -- outbox --------------------------------------------------------------------------------------
OUTBOX_MAX_MESSAGES: Final = 512
OUTBOX_MAX_BYTES: Final = 1_048_576
OUTBOX_MAX_AGE_S: Final = 3.0
#: Volatile data is withheld while more than this many ticks plus the round trip are unacknowledged.
OUTSTANDING_TICKS: Final = 4
SEND_BUFFER_BYTES: Final = 131_072
NOT_SENT_LOWAT_BYTES: Final = 16_384

# -- contact -------------------------------------------------------------------------------------
PING_INTERVAL_S: Final = 5.0
PING_TIMEOUT_S: Final = 8.0
JOIN_DEADLINE_S: Final = 10.0
#: Without contact for this long an avatar is hidden; place and seat are kept for KEEP_PLACE_S.
HIDE_AFTER_S: Final = 15.0
KEEP_PLACE_S: Final = 60.0
TICKET_EVERY_S: Final = 5.0
SOCKET_TOKEN_S: Final = 300.0
MAX_COMPANIONS: Final = 2

# -- streams -------------------------------------------------------------------------------------
#: Streams that one connection follows at most.
MAX_SUBSCRIPTIONS: Final = 32
MAX_STREAM_CHARS: Final = 160
#: Missing entries that are sent one by one; who lacks more gets a fresh state.
RECOVER_ENTRIES: Final = 500
#: A page of a fresh state, or a frame of entries, is closed once it has this many bytes.
PAGE_BYTES: Final = 16_384
#: Answers that wait behind a slow line before the connection is closed as a slow consumer; streams: gateway/feed.py.
BACKLOG_MAX_BYTES: Final = 4_194_304
#: Commands of one connection that were not answered yet; more are told to try again.
MAX_COMMANDS_WAITING: Final = 32
MAX_NAME_OF_COMMAND: Final = 64

# -- people --------------------------------------------------------------------------------------
MAX_NAME_CHARS: Final = 48
MAX_AFFILIATION_CHARS: Final = 80
MAX_QUERY_CHARS: Final = 80
PAGE_MAX: Final = 50

# -- world ---------------------------------------------------------------------------------------
#: Positions travel as signed 16-bit centimetres: the venue lies within +/- 327 m of its origin.
CM_PER_M: Final = 100
#: Crowd layer: signed 16-bit decimetres.
DM_PER_M: Final = 10
#: Yaw travels as 256 steps a turn; 0 looks along -Z (glTF forward of a camera), positive turns left (counter-clockwise
#: seen from above).
YAW_STEPS: Final = 256
WALK_SPEED_M_S: Final = 2.4
RUN_SPEED_M_S: Final = 5.0
#: What the server lets pass: running plus tolerance for uneven clocks.
MAX_SPEED_M_S: Final = 5.6
#: Distance an avatar may have saved up (a late burst of poses), metres.
MAX_SPEED_CREDIT_M: Final = 3.0
#: Highest step between neighbouring cells that feet take, metres.
MAX_STEP_M: Final = 0.32
PERSON_RADIUS_M: Final = 0.25
SIT_REACH_M: Final = 2.5
CELL_M: Final = 0.25
NO_SEAT: Final = 0xFFFF
NO_SLOT: Final = 0xFFFF
MAX_SLOTS: Final = 65_000

# -- tiers: avatar update bytes a tick, and ticks between snapshots -----------------------------
FULL_BYTES: Final = 800
FULL_EVERY: Final = 1
FULL_NEIGHBOURS: Final = 96
LIGHT_BYTES: Final = 400
LIGHT_EVERY: Final = 2
LIGHT_NEIGHBOURS: Final = 48
FLAT_BYTES: Final = 200
FLAT_EVERY: Final = 10
FLAT_NEIGHBOURS: Final = 48
MAX_HEROES: Final = 16
CROWD_EVERY_TICKS: Final = 20
PORTAL_REACH_M: Final = 20.0
