"""The bytes that the TypeScript tests read as well."""

from __future__ import annotations

import json
from pathlib import Path

import msgpack
import msgspec
import numpy as np

from turia.protocol import codec, frames
from turia.protocol.messages import Who

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "frames.json").read_text())


def packed(dtype: np.dtype[np.void], rows: list[dict[str, int]]) -> bytes:
    assert dtype.names is not None
    return np.array([tuple(row[name] for name in dtype.names) for row in rows], dtype=dtype).tobytes()


def test_pose() -> None:
    pose = GOLDEN["pose"]
    assert packed(frames.POSE, [pose["fields"]]).hex() == pose["hex"]


def test_snapshot_with_all_three_sections() -> None:
    golden = GOLDEN["snapshot"]
    counts = {name: len(golden[name]) for name in ("updates", "left", "back")}
    head = packed(frames.SNAPSHOT_HEAD, [{"tick": golden["tick"], "seq": golden["seq"], **counts}])
    slots = np.array(golden["left"] + golden["back"], dtype="<u2").tobytes()
    body = head + packed(frames.UPDATE, golden["updates"]) + slots
    assert body.hex() == golden["hex"]
    assert codec.encode_binary(codec.SNAPSHOT_PREFIX, body).hex() == golden["packet"]
    assert msgpack.unpackb(bytes.fromhex(golden["packet"]))["data"] == ["s", body]


def test_crowd() -> None:
    golden = GOLDEN["crowd"]
    head = packed(frames.CROWD_HEAD, [{"tick": golden["tick"], "n": len(golden["people"])}])
    body = head + packed(frames.CROWD, golden["people"])
    assert body.hex() == golden["hex"]
    assert codec.encode_binary(codec.CROWD_PREFIX, body).hex() == golden["packet"]


def test_introductions() -> None:
    golden = GOLDEN["who"]
    who = msgspec.convert(golden["payload"], Who)
    assert codec.encode_event("who", who).hex() == golden["packet"]
