"""The walkable field: stacked layers of 0.25 m cells. Format and rule of moving: docs/venue-format.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class WalkField:
    """Arrays of ``walk.npz`` plus ``first`` (int32 (nz*nx+1,)): index of the first surface of each cell."""

    origin: NDArray[np.float32]
    cell: float
    shape: tuple[int, int]
    first: NDArray[np.int32]
    height: NDArray[np.int16]
    links: NDArray[np.uint8]
    room: NDArray[np.uint8]
    zone: NDArray[np.uint8]
    door: NDArray[np.uint8]

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> WalkField:
        """From the arrays of walk.npz; raises BundleError with the name of the array that is wrong."""
        raise NotImplementedError
