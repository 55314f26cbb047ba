import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from world_assets.valencia.build import build, build_scene
from world_assets.valencia.scene import Scene

_TYPE = {5126: "<f4", 5125: "<u4", 5123: "<u2", 5121: "u1"}
_WIDTH = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}


@dataclass(frozen=True)
class Glb:
    """A GLB read by hand, independent of the writer."""

    data: bytes
    document: dict[str, Any]
    blob: bytes

    def array(self, accessor: int) -> NDArray[Any]:
        entry = self.document["accessors"][accessor]
        view = self.document["bufferViews"][entry["bufferView"]]
        count = entry["count"] * _WIDTH[entry["type"]]
        values = np.frombuffer(self.blob, _TYPE[entry["componentType"]], count, view["byteOffset"])
        return values if entry["type"] == "SCALAR" else values.reshape(entry["count"], -1)

    def nodes(self, prefix: str) -> list[dict[str, Any]]:
        return [node for node in self.document["nodes"] if node["name"].startswith(prefix)]

    def node(self, name: str) -> dict[str, Any]:
        found: list[dict[str, Any]] = [node for node in self.document["nodes"] if node["name"] == name]
        assert len(found) == 1
        return found[0]


def read(data: bytes) -> Glb:
    magic, version, length = struct.unpack_from("<III", data)
    assert (magic, version, length) == (0x46546C67, 2, len(data))
    size, kind = struct.unpack_from("<II", data, 12)
    assert kind == 0x4E4F534A
    rest = 20 + size
    binary, kind = struct.unpack_from("<II", data, rest)
    assert kind == 0x004E4942
    assert rest + 8 + binary == len(data)
    return Glb(data, json.loads(data[20:rest]), data[rest + 8 :])


@pytest.fixture(scope="session")
def scene() -> Scene:
    return build_scene()


@pytest.fixture(scope="session")
def glb(tmp_path_factory: pytest.TempPathFactory) -> Glb:
    return read(Path(build(tmp_path_factory.mktemp("venue"))).read_bytes())
