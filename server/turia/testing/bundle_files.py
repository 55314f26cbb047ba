"""Buildings of :mod:`turia.testing.halls` as bundle folders, for tests that start whole servers."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np

from turia.testing.fields import Arrays
from turia.testing.halls import Building
from turia.venue.bundle import GLB, JSON, WALK, identity, reference, write_arrays
from turia.world.layout import Layout
from turia.world.walkable import WalkField

#: Only browsers look into it.
_GLB = b"glTF"


def write_building(folder: Path, building: Building) -> Path:
    """Write venue.json, venue.glb and walk.npz of a building into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    glb, walk = _GLB, write_arrays(_arrays(building.walk))
    (folder / GLB).write_bytes(glb)
    (folder / WALK).write_bytes(walk)
    layout = msgspec.structs.replace(building.layout, glb=reference(GLB, glb), walk=reference(WALK, walk))
    layout = msgspec.json.decode(msgspec.json.encode(layout), type=Layout)  # whole numbers become floats
    (folder / JSON).write_bytes(msgspec.json.encode(msgspec.structs.replace(layout, id=identity(layout))))
    return folder


def _arrays(field: WalkField) -> Arrays:
    return {
        "version": np.array(1, np.uint32),
        "origin": field.origin,
        "cell": np.array(field.cell, np.float32),
        "shape": np.array(field.shape, np.uint32),
        "count": np.diff(field.first).astype(np.uint8).reshape(field.shape),
        "height": field.height,
        "links": field.links,
        "room": field.room,
        "zone": field.zone,
        "door": field.door,
    }
