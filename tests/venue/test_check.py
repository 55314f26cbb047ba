from __future__ import annotations

from pathlib import Path

import pytest

from turia.testing.glb_model import Model, box_triangles
from turia.venue.bake import bake_glb
from turia.venue.bundle import load_bundle
from turia.venue.check import Report, inspect, main

CHAIR = box_triangles((-0.2, 0, -0.2), (0.2, 0.4, 0.2))
ROOM = [[0, 0], [10, 0], [10, 10], [0, 10]]


def hall(*, doorway: float = 1.2) -> Model:
    """A hall of 10 x 10 m in a yard, walls all round, a doorway to the east."""
    model = Model().floor("Walk_floor", (-2, 16), (-2, 12)).mark("Spawn_entrance", (14, 0, 5), yaw=64)
    model.box("Solid_north", (-0.1, 0, -0.1), (10.1, 3, 0.1)).box("Solid_south", (-0.1, 0, 9.9), (10.1, 3, 10.1))
    model.box("Solid_west", (-0.1, 0, -0.1), (0.1, 3, 10.1)).box(
        "Solid_east", (9.9, 0, -0.1), (10.1, 3, 5 - doorway / 2)
    )
    if doorway:
        model.box("Solid_east_2", (9.9, 0, 5 + doorway / 2), (10.1, 3, 10.1))
    else:
        model.box("Solid_east_2", (9.9, 0, 5), (10.1, 3, 10.1))
    model.mark("Room_hall", (5, 0, 5), polygon=ROOM, kind="auditorium")
    return model.mark("Door_main", (10, 0, 5), yaw=64, rooms=["outside", "hall"], width=doorway or 1)


def report(model: Model, folder: Path) -> Report:
    (folder / "model.glb").write_bytes(model.to_bytes())
    (folder / "bundle").mkdir()
    bake_glb(str(folder / "model.glb"), str(folder / "bundle"), {})
    return inspect(load_bundle(folder / "bundle"))


def test_a_good_hall_has_no_problems(tmp_path: Path) -> None:
    model = hall().instances("Seats_hall", CHAIR, [(3, 0, 3), (4, 0, 3)], [0, 0], extras={"labels": ["A1", "A2"]})
    found = report(model.mark("Stand_city", (8, 0, 8)).mark("Landmark_desk", (13, 0, 5)), tmp_path)
    assert found.problems == []
    rows = dict(found.rows)
    assert rows["Rooms reached"] == "1 of 1, 1 without steps"
    assert rows["Seats in hall"] == "2 of 2 reached"
    assert rows["Doors reached"] == "1 of 1"
    assert rows["Stands reached"] == "1 of 1"
    assert rows["Places reached"] == "2 of 2"


def test_seats_that_nobody_gets_to_are_named_with_their_room(tmp_path: Path) -> None:
    model = hall().instances("Seats_hall", CHAIR, [(3, 0, 3), (4, 0.9, 3)], [0, 0], extras={"labels": ["A1", "A2"]})
    assert report(model, tmp_path).problems == ["Room 'hall': nobody gets within 1.0 m of the seats A2."]


def test_a_hall_without_a_doorway_is_not_reached(tmp_path: Path) -> None:
    model = hall(doorway=0).mark("Stand_city", (5, 0, 5)).mark("Landmark_desk", (5, 0, 4))
    problems = report(model, tmp_path).problems
    assert "Room 'hall' is not reached: nothing walkable in its polygon leads to the entrance." in problems
    assert "Door 'main' at (10.0, 0.0, 5.0) is not reached: nobody can stand on its sill." in problems
    assert "Nobody gets within 2.5 m of the stands city." in problems
    assert "Nobody gets to the landmark 'desk' at (5.0, 0.0, 4.0)." in problems


def test_a_door_marked_in_the_wrong_place_leads_nowhere(tmp_path: Path) -> None:
    model = hall()
    model.json["nodes"][-1]["translation"] = [13, 0, 5]
    assert "Door 'main' at (13.0, 0.0, 5.0) does not lead into 'hall'." in report(model, tmp_path).problems


def test_a_gap_beside_the_door_is_found(tmp_path: Path) -> None:
    model = hall(doorway=4)
    model.json["nodes"][-1]["extras"]["width"] = 1.0
    (problem,) = report(model, tmp_path).problems
    assert problem.startswith("Between 'outside' and 'hall' feet pass at (")
    opened = hall(doorway=4).mark("Portal_gap", (10, 0, 5), rooms=["hall", "outside"], kind="opening")
    opened.json["nodes"][-2]["extras"]["width"] = 1.0
    again = tmp_path / "again"
    again.mkdir()
    assert report(opened, again).problems == []


def test_a_public_room_behind_steps_is_named(tmp_path: Path) -> None:
    model = Model().floor("Walk_yard", (0, 4), (0, 4)).floor("Walk_hall", (4, 8), (0, 4), 0.3)
    model.mark("Spawn_entrance", (1, 0, 1))
    polygon = [[4, 0], [8, 0], [8, 4], [4, 4]]
    model.mark("Room_hall", (6, 0.3, 2), polygon=polygon, kind="foyer", enclosed=False)
    assert report(model, tmp_path).problems == ["Room 'hall' is reached only over steps; add a ramp or a lift."]


def test_a_door_in_the_air_and_a_lift_without_a_landing_are_named(tmp_path: Path) -> None:
    model = hall().mark("Door_high", (5, 5, 0), rooms=["outside", "hall"])
    model.mark("Lift_a_0", (13, 0, 5)).mark("Lift_a_1", (13, 8, 5))
    assert report(model, tmp_path).problems == [
        "Door 'high' at (5.0, 5.0, 0.0) is not reached: nobody can stand on its sill.",
        "Stop 1 of lift 'a' at (13.0, 8.0, 5.0) has no place to stand before it.",
    ]


def test_the_command_says_what_is_wrong_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "good.glb").write_bytes(hall().to_bytes())
    assert main([str(tmp_path / "good.glb")]) == 0
    assert "Doors reached" in capsys.readouterr().out
    (tmp_path / "bad.glb").write_bytes(hall(doorway=0).to_bytes())
    assert main([str(tmp_path / "bad.glb")]) == 1
    assert "PROBLEM  Room 'hall' is not reached" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "says"), [("nothing", "is not there"), ("empty", "has 0 GLB files")])
def test_a_venue_that_is_not_there_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, says: str
) -> None:
    (tmp_path / "empty").mkdir()
    assert main([str(tmp_path / name)]) == 1
    assert says in capsys.readouterr().err
