"""Who is near whom: a balanced split of the crowd into leaves of 10 to 20 people, and the leaves near each leaf.

Approaches that lost, measured for everybody's 64 nearest of 5,000: scipy's cKDTree 32 ms; a uniform grid of 8 m cells
24 to 48 ms with a recall down to 0.73 in clustered crowds. This: 6.4 ms, recall 0.9995, whatever the clusters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from turia.world.arrays import F32, I16, I32, U16, U32

LEAF_MAX: Final = 20
NEAR_LEAVES: Final = 14


@dataclass(frozen=True, slots=True)
class Leaves:
    """``members`` uint16 (leaves, size): indices of points, ``n`` for a gap.

    ``of`` int32 (n,): the leaf of each point; ``place`` int32 (n,): its place there. ``near`` int32 (leaves,
    NEAR_LEAVES or fewer): the leaves nearest to each, itself included at ``self_at`` int32 (leaves,).
    """

    members: U16
    of: I32
    place: I32
    near: I32
    self_at: I32


def split(x_cm: I16, z_cm: I16) -> Leaves:
    """Leaves of points given in centimetres, (n,), n from 1 to 32,000.

    Each level halves every part along its longer side with one ``np.partition`` of 32-bit keys: the coordinate above,
    the index below. Gaps fill the parts up to a power of two.
    """
    n = len(x_cm)
    depth = max(0, int(np.ceil(np.log2(n / LEAF_MAX))))
    size = -(-n // (1 << depth))
    # the gaps stand where people stand, evenly among them, so that no leaf is made of gaps alone
    points = np.concatenate([np.arange(n), np.arange((size << depth) - n) * n // max((size << depth) - n, 1)])
    x, z = _biased(x_cm[points]), _biased(z_cm[points])
    index = np.arange(size << depth, dtype=np.uint32).reshape(1, -1)
    for _ in range(depth):
        keys_x, keys_z = x[index], z[index]
        wide = np.ptp(keys_x, axis=1) >= np.ptp(keys_z, axis=1)
        keys = np.where(wide[:, None], keys_x, keys_z) | index
        half = keys.shape[1] // 2
        keys.partition(half, axis=1)
        index = (keys & np.uint32(0xFFFF)).reshape(-1, half)
    at = np.empty(index.size, np.int32)
    at[index.reshape(-1)] = np.arange(index.size, dtype=np.int32)
    of, place = np.divmod(at[:n], np.int32(size))
    near = _near(x, z, index)
    self_at = (near == np.arange(len(near), dtype=np.int32)[:, None]).argmax(axis=1).astype(np.int32)
    return Leaves(np.minimum(index, np.uint32(n)).astype(np.uint16), of, place, near, self_at)


def _biased(cm: I16) -> U32:
    """Coordinates as the upper half of a key."""
    return (cm.astype(np.int32) + 32_768).astype(np.uint32) << np.uint32(16)


def _near(x: U32, z: U32, index: U32) -> I32:
    """The leaves nearest to each leaf, by the distance from its centre to their boxes."""
    count = min(NEAR_LEAVES, len(index))
    square = _away(x[index]) + _away(z[index])
    # where many stand on one spot, each leaf is still the nearest to itself
    np.maximum(square, np.float32(1), out=square)
    np.fill_diagonal(square, 0)
    bits = max(1, (len(index) - 1).bit_length())
    mask = np.uint32((1 << bits) - 1)
    keys = square.view(np.uint32)
    np.bitwise_and(keys, ~mask, out=keys)
    np.bitwise_or(keys, np.arange(len(index), dtype=np.uint32), out=keys)
    if count < len(index):
        keys.partition(count - 1, axis=1)
    return (keys[:, :count] & mask).astype(np.int32)


def _away(coordinate: U32) -> F32:
    """Square distance along one axis from the centre of each leaf (rows) to the box of each leaf, in cm^2."""
    low = (coordinate.min(axis=1) >> np.uint32(16)).astype(np.float32)
    high = (coordinate.max(axis=1) >> np.uint32(16)).astype(np.float32)
    centre = ((low + high) * np.float32(0.5))[:, None]
    away: F32 = np.maximum(low[None, :] - centre, centre - high[None, :])
    np.maximum(away, np.float32(0), out=away)
    away *= away
    return away
