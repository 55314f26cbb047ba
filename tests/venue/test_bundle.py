from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from turia.errors import BundleError
from turia.testing.glb_model import Model
from turia.venue import bundle
from turia.venue.bake import bake_glb
from turia.venue.bundle import GLB, JSON, WALK, load_bundle, read_arrays, write_arrays


@pytest.fixture
def baked(tmp_path: Path) -> Path:
    source, out = tmp_path / "model.glb", tmp_path / "bundle"
    source.write_bytes(Model().floor("Walk_floor", (0, 4), (0, 4)).mark("Spawn_entrance", (2, 0, 2)).to_bytes())
    out.mkdir()
    bake_glb(str(source), str(out), {"title": "Town hall", "about": {"rights": "CC0", "assumptions": ["Height"]}})
    return out


def rewrite(folder: Path, **changes: Any) -> None:
    document = msgspec.json.decode((folder / JSON).read_bytes()) | changes
    (folder / JSON).write_bytes(msgspec.json.encode(document))


def test_a_bundle_is_read_whole(baked: Path) -> None:
    read = load_bundle(baked)
    assert read.layout.title == "Town hall"
    assert read.layout.about["assumptions"] == ["Height"]
    assert read.files == {name: baked / name for name in (GLB, JSON, WALK)}
    assert read.walk.shape == (16, 16)
    assert read.layout.bounds == ((0, 0, 0), (4, 0, 4))


@pytest.mark.parametrize("name", [GLB, JSON, WALK])
def test_a_missing_file_is_named_with_the_way_out(baked: Path, name: str) -> None:
    (baked / name).unlink()
    with pytest.raises(BundleError, match=rf"has no {name}. Run turia venue bake"):
        load_bundle(baked)


@pytest.mark.parametrize("name", [GLB, WALK])
def test_a_changed_file_is_noticed(baked: Path, name: str) -> None:
    data = bytearray((baked / name).read_bytes())
    data[-1] ^= 1
    (baked / name).write_bytes(data)
    with pytest.raises(BundleError, match=rf"{name} is not the file that was baked .*turia venue bake"):
        load_bundle(baked)
    (baked / name).write_bytes(data[:-1])
    with pytest.raises(BundleError, match=rf"{name} has [\d,]+ bytes where venue.json says"):
        load_bundle(baked)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"title": "Other"}, "was changed after it was baked"),
        ({"version": 2}, "this server reads version 1"),
        ({"format": "zip"}, "expected 'turia.venue'"),
        ({"spawns": 5}, r"venue.json: .*\$.spawns.*turia venue bake"),
        ({"rooms": None}, r"\$.rooms"),
    ],
)
def test_a_changed_description_is_noticed(baked: Path, changes: dict[str, Any], says: str) -> None:
    rewrite(baked, **changes)
    with pytest.raises(BundleError, match=says):
        load_bundle(baked)


def test_no_json_at_all_is_a_sentence(baked: Path) -> None:
    (baked / JSON).write_bytes(b"\xff{")
    with pytest.raises(BundleError, match=r"venue.json: .*turia venue bake"):
        load_bundle(baked)


def test_arrays_come_back_and_their_bytes_depend_on_them_alone() -> None:
    arrays: dict[str, Any] = {
        "a": np.arange(6, dtype=np.int16),
        "b": np.array(1, np.uint32),
        "c": np.zeros((2, 3), np.uint8),
    }
    data = write_arrays(arrays)
    assert data == write_arrays(arrays)
    again = read_arrays(data)
    assert list(again) == ["a", "b", "c"]
    for name, array in arrays.items():
        np.testing.assert_array_equal(again[name], array)
        assert again[name].dtype == array.dtype


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x05\x06" + bytes(17)])
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(BundleError, match=r"walk.npz cannot be read"):
        read_arrays(data)


def test_an_archive_that_would_unpack_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "_MAX_WALK_BYTES", 1_000_000)
    data = write_arrays({"bomb": np.zeros(1_000_000, np.uint8)})
    assert len(data) < 10_000
    with pytest.raises(BundleError, match="unpacks to more than"):
        read_arrays(data)


def test_pickled_objects_are_never_read(tmp_path: Path) -> None:
    np.savez(tmp_path / "evil.npz", a=np.array([{}], object))
    with pytest.raises(BundleError, match=r"walk.npz cannot be read"):
        read_arrays((tmp_path / "evil.npz").read_bytes())
