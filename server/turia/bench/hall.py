"""A bare hall of any size as a venue bundle: the stage of the benches."""

from __future__ import annotations

import hashlib
import io
import json
import math
import struct
from pathlib import Path

import msgspec
import numpy as np

from turia.protocol import limits
from turia.testing.fields import flat
from turia.venue.bundle import identity
from turia.world.layout import FileRef, Layout, Room, Spawn, Storey


def make_hall(folder: Path, square_metres: float) -> Path:
    """Write venue.json, venue.glb and walk.npz of one square hall of so many square metres into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    side = math.sqrt(square_metres)
    glb, walk = _file(folder, "venue.glb", _empty_glb()), _file(folder, "walk.npz", _walk(side))
    layout = _layout(side, glb, walk)
    layout = msgspec.json.decode(msgspec.json.encode(layout), type=Layout)  # whole numbers become floats
    layout = msgspec.structs.replace(layout, id=identity(layout))
    (folder / "venue.json").write_bytes(msgspec.json.encode(layout))
    return folder


def _layout(side: float, glb: FileRef, walk: FileRef) -> Layout:
    half = side / 2
    corners = [(-half, -half), (-half, half), (half, half), (half, -half)]
    step = max(2.0, side / 12)
    grid = np.arange(-half + step / 2, half, step)
    spawns = [
        Spawn(id=f"spawn_{i}", position=(float(x), 0.0, float(z)), yaw=0, radius=step / 2, room=1)
        for i, (x, z) in enumerate((x, z) for x in grid for z in grid)
    ]
    return Layout(
        id="-",
        title="Bench hall",
        glb=glb,
        walk=walk,
        bounds=((-half, 0.0, -half), (half, 4.0, half)),
        storeys=[Storey(id="ground", title="Ground", base=-1.0, top=4.0)],
        rooms=[
            Room(
                id="outside", title="Outside", storey=0, kind="outside", polygon=[], floor=-1, ceiling=4, enclosed=False
            ),
            Room(id="hall", title="Hall", storey=0, kind="auditorium", polygon=corners, floor=0, ceiling=4),
        ],
        spawns=spawns,
    )


def _walk(side: float) -> bytes:
    n = max(4, int(side / limits.CELL_M))
    low = -n * limits.CELL_M / 2
    out = io.BytesIO()
    np.savez_compressed(out, allow_pickle=False, **flat(np.ones((n, n), dtype=np.uint8), origin=(low, low)))
    return out.getvalue()


def _empty_glb() -> bytes:
    document = json.dumps({"asset": {"version": "2.0"}, "scenes": [{}], "scene": 0}).encode()
    document += b" " * (-len(document) % 4)
    chunk = struct.pack("<II", len(document), 0x4E4F534A) + document
    return struct.pack("<III", 0x46546C67, 2, 12 + len(chunk)) + chunk


def _file(folder: Path, name: str, content: bytes) -> FileRef:
    (folder / name).write_bytes(content)
    return FileRef(file=name, bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
