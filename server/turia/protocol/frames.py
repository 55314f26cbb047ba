"""Binary layouts: poses in, snapshots and crowd frames out. All little-endian.

**Pose** (:data:`POSE`, 16 bytes, event ``p``, client to server)::

    0  u16  seq         counts up by one a pose, wraps
    2  u32  tick        last snapshot tick received (0 before the first)
    6  i16  x           centimetres
    8  i16  y           centimetres, feet
    10 i16  z           centimetres
    12 u8   yaw         body, 256 steps a turn, 0 looks along -Z, positive turns left
    13 u8   state       :mod:`turia.protocol.state`, only CLIENT_MASK counts
    14 u8   layer       index of the walkable surface in the stack of the cell below the feet
    15 u8   view        yaw of the camera, same steps

**Snapshot** (event ``s``, server to client)::

    0  u32  tick
    4  u16  seq         last pose of this client taken into the world
    6  u16  updates     n
    8  u16  left        m: slots that left the interest set
    10 u16  back        k: slots that are in the set again and unchanged since last written
    12      n x 10      update: u16 slot, i16 x, i16 z, i16 y, u8 yaw, u8 state   (cm; :data:`UPDATE`)
    ..      m x u16     slots
    ..      k x u16     slots

A client keeps the last update of a slot that left, because ``back`` refers to it. Introductions (event ``who``) of a
slot always stand in a frame before the snapshot that first mentions the slot.

**Crowd** (event ``k``, server to client, once a second)::

    0  u32  tick
    4  u16  n
    6       n x 6       u16 slot, i16 x, i16 z in decimetres   (:data:`CROWD`)

Everybody in the receiver's part of the space, himself included; clients skip the slots they draw already.
"""

from __future__ import annotations

from typing import Final

import numpy as np

POSE: Final = np.dtype(
    [
        ("seq", "<u2"),
        ("tick", "<u4"),
        ("x", "<i2"),
        ("y", "<i2"),
        ("z", "<i2"),
        ("yaw", "u1"),
        ("state", "u1"),
        ("layer", "u1"),
        ("view", "u1"),
    ]
)
SNAPSHOT_HEAD: Final = np.dtype([("tick", "<u4"), ("seq", "<u2"), ("updates", "<u2"), ("left", "<u2"), ("back", "<u2")])
UPDATE: Final = np.dtype([("slot", "<u2"), ("x", "<i2"), ("z", "<i2"), ("y", "<i2"), ("yaw", "u1"), ("state", "u1")])
CROWD_HEAD: Final = np.dtype([("tick", "<u4"), ("n", "<u2")])
CROWD: Final = np.dtype([("slot", "<u2"), ("x", "<i2"), ("z", "<i2")])

POSE_BYTES: Final = POSE.itemsize
UPDATE_BYTES: Final = UPDATE.itemsize
CROWD_BYTES: Final = CROWD.itemsize

#: Names of the events that carry these frames.
POSE_EVENT: Final = "p"
SNAPSHOT_EVENT: Final = "s"
CROWD_EVENT: Final = "k"

assert (POSE_BYTES, SNAPSHOT_HEAD.itemsize, UPDATE_BYTES, CROWD_HEAD.itemsize, CROWD_BYTES) == (16, 12, 10, 6, 6)
