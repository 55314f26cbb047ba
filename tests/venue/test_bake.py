from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from turia.errors import BundleError
from turia.testing.glb_model import Model
from turia.venue.bake import bake, main
from turia.venue.bundle import GLB, JSON, WALK, load_bundle
from turia.venue.sandbox import Limits

BUILD = """
from pathlib import Path
from turia.testing.glb_model import Model

def build(out: Path) -> Path:
    path = out / "source.glb"
    path.write_bytes(Model().floor("Walk_floor", (0, 6), (0, 4)).mark("Spawn_entrance", (2, 0, 2)).to_bytes())
    print("built")
    return path
"""


def model() -> Model:
    return Model().floor("Walk_floor", (0, 4), (0, 4)).mark("Spawn_entrance", (2, 0, 2))


def test_a_file_becomes_a_bundle(tmp_path: Path) -> None:
    (tmp_path / "a.glb").write_bytes(model().to_bytes())
    bundle = bake(tmp_path / "a.glb", tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [GLB, JSON, WALK]
    assert bundle.layout.spawns[0].id == "entrance"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.glb", "out"]


def test_a_folder_is_built_and_its_venue_toml_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "venue"
    folder.mkdir()
    (folder / "build.py").write_text(BUILD)
    (folder / "venue.toml").write_text('title = "Town hall"\n[spawns.entrance]\ntitle = "Come in"\n')
    bundle = bake(folder, tmp_path / "out")
    assert bundle.layout.title == "Town hall"
    assert bundle.layout.spawns[0].title == "Come in"
    assert bundle.walk.shape == (16, 24)


def test_a_folder_with_one_file_needs_no_build(tmp_path: Path) -> None:
    (tmp_path / "a.glb").write_bytes(model().to_bytes())
    assert bake(tmp_path, tmp_path / "out").layout.title == "Venue"


def test_the_same_model_makes_the_same_bundle(tmp_path: Path) -> None:
    (tmp_path / "a.glb").write_bytes(model().box("Solid_table", (1, 0, 1), (2, 1, 2)).to_bytes())
    first = bake(tmp_path / "a.glb", tmp_path / "one")
    second = bake(tmp_path / "a.glb", tmp_path / "two")
    assert first.layout.id == second.layout.id
    for name in (GLB, JSON, WALK):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_another_model_has_another_id(tmp_path: Path) -> None:
    (tmp_path / "a.glb").write_bytes(model().to_bytes())
    (tmp_path / "b.glb").write_bytes(model().box("Vase", (0, 0, 0), (1, 1, 1)).to_bytes())
    first, second = (bake(tmp_path / f"{name}.glb", tmp_path / name) for name in "ab")
    assert first.layout.id != second.layout.id
    assert first.layout.walk == second.layout.walk


def test_a_bundle_stays_when_baking_it_again_fails(tmp_path: Path) -> None:
    (tmp_path / "a.glb").write_bytes(model().to_bytes())
    before = bake(tmp_path / "a.glb", tmp_path / "out").layout.id
    (tmp_path / "a.glb").write_bytes(b"no model")
    with pytest.raises(BundleError, match="too short"):
        bake(tmp_path / "a.glb", tmp_path / "out")
    assert load_bundle(tmp_path / "out").layout.id == before


def test_a_hostile_file_costs_one_child(tmp_path: Path) -> None:
    """T11: 600 kB of instances of one floor ask for more samples than any venue has."""
    quad = np.array([[[0, 0, 0], [0, 0, 10], [10, 0, 10]], [[0, 0, 0], [10, 0, 10], [10, 0, 0]]], float)
    hostile = Model().instances("Walk_many", quad, [(0, 0, 0)] * 20_000, [0] * 20_000).mark("Spawn_a", (1, 0, 1))
    (tmp_path / "a.glb").write_bytes(hostile.to_bytes())
    with pytest.raises(BundleError, match="too large"):
        bake(tmp_path / "a.glb", tmp_path / "out", Limits(memory_bytes=1024**3, cpu_s=20))


def test_a_file_that_needs_more_memory_than_allowed_is_given_up(tmp_path: Path) -> None:
    (tmp_path / "a.glb").write_bytes(
        Model().floor("Walk_a", (-300, 300), (-300, 300)).mark("Spawn_a", (0, 0, 0)).to_bytes()
    )
    with pytest.raises(BundleError, match="more than 400 MB of memory"):
        bake(tmp_path / "a.glb", tmp_path / "out", Limits(memory_bytes=400 * 1024**2))


def test_a_file_of_absurd_size_is_not_even_opened(tmp_path: Path) -> None:
    with (tmp_path / "a.glb").open("wb") as file:
        file.truncate(300 * 1024**2)
    with pytest.raises(BundleError, match="at most 268,435,456 are read"):
        bake(tmp_path / "a.glb", tmp_path / "out")


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.glb").write_bytes(model().to_bytes())
    (tmp_path / "out").write_text("a file")
    with pytest.raises(BundleError, match=r"out cannot be used \(File exists\); choose another folder"):
        bake(tmp_path / "a.glb", tmp_path / "out")
    with pytest.raises(BundleError, match=r"b.glb is not there"):
        bake(tmp_path / "b.glb", tmp_path / "other")


def test_the_command_bakes_and_says_what_it_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.glb").write_bytes(model().to_bytes())
    assert main([str(tmp_path / "a.glb"), "--out", str(tmp_path / "out"), "--strict"]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"Walkable area +16 m2", printed)
    assert re.search(r"Baked .*out \(venue [0-9a-f]{16}\) in", printed)


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "has 0 GLB files and no build.py"),
        ({"build.py": "raise SystemExit('no chairs')"}, "build.py failed: no chairs"),
        ({"build.py": "def build(out): return out / 'x.glb'"}, "x.glb, which is not there"),
        ({"build.py": BUILD, "venue.toml": "title = "}, "venue.toml is not TOML"),
        ({"build.py": BUILD, "venue.toml": "title = 5"}, "venue.toml: .*title"),
        ({"build.py": BUILD, "venue.toml": "[doors.main]\nposition = [1, 0, 1]"}, "doors.main: .*rooms"),
    ],
)
def test_what_is_wrong_with_a_folder_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: dict[str, str], says: str
) -> None:
    folder = tmp_path / "venue"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    assert main([str(folder), "--out", str(tmp_path / "out")]) == 1
    error = capsys.readouterr().err
    assert error.startswith("turia venue bake: ")
    assert re.search(says, error), error
