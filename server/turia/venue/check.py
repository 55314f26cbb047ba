"""``turia venue check DIR|FILE.glb``: what can be walked on and reached, what it costs, and what is wrong and where."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.arguments import Arguments
from turia.errors import BundleError
from turia.venue import budget, sandbox
from turia.venue.bundle import GLB, Bundle, load_bundle
from turia.venue.field import NONE, Surfaces
from turia.venue.glb import read_glb
from turia.venue.gltf import read_document
from turia.venue.reach import NEAR_M, SEAT_M, distances, entrance, flood, lift_links, place
from turia.world.layout import Layout, Point

I32 = NDArray[np.int32]

#: A stand is reached when one can stand this near to it.
STAND_M: Final = 2.5
#: Rise from one cell to the next that wheels take: a ramp of 1 in 8, or a bevelled sill.
WHEEL_RISE_M: Final = 0.032
#: Kinds of rooms that must be reached without steps.
PUBLIC: Final = {"entrance", "foyer", "auditorium", "seminar", "exhibition", "green_room", "help_desk"}
_NAMED: Final = 5


@dataclass(frozen=True)
class Report:
    """``rows``: name and value for the table; ``problems``: sentences, empty when all is well."""

    rows: list[tuple[str, str]]
    problems: list[str]


def main(argv: list[str]) -> int:
    """Entry point of ``turia venue check``; 1 when something is wrong."""
    parser = Arguments(prog="turia venue check", description="Say what can be reached in a venue and what is wrong.")
    parser.add_argument("venue", type=Path, metavar="DIR|FILE.glb", help="a baked bundle, or a model")
    options = parser.parse_args(argv)
    try:
        report = _report(options.venue)
    except BundleError as error:
        print(f"turia venue check: {error.message}", file=sys.stderr)
        return 1
    print_report(report)
    return 1 if report.problems else 0


def _report(venue: Path) -> Report:
    if venue.is_dir() and (venue / GLB).is_file():
        return inspect(load_bundle(venue))
    if not venue.exists():
        raise BundleError(f"{venue} is not there; give a baked bundle, a GLB or a folder with a model.")
    from turia.venue.bake import bake

    with tempfile.TemporaryDirectory(prefix="turia-check-") as folder:
        return inspect(bake(venue, Path(folder) / "bundle"))


def print_report(report: Report) -> None:
    """The table, then the problems."""
    width = max((len(name) for name, _ in report.rows), default=0)
    for name, value in report.rows:
        print(f"{name:<{width}}  {value}")
    for problem in report.problems:
        print(f"PROBLEM  {problem}", file=sys.stderr)


def costs(path: str) -> budget.Costs:
    """Runs in the sandbox: costs of a bundle's GLB."""
    data = Path(path).read_bytes()
    return budget.measure(read_document(read_glb(data)), data)


@dataclass(frozen=True)
class _Visit:
    """A bundle, walked through. ``distance`` int32 (m,): cells from the entrance to each surface, or -1."""

    bundle: Bundle
    surfaces: Surfaces
    distance: I32

    def reached(self, positions: Iterable[Point], radius: float) -> NDArray[np.bool_]:
        """Which points have a place to stand near them that the entrance reaches."""
        points = np.array(list(positions), float).reshape(-1, 3)
        found = self.surfaces.nearest(points, radius)
        result: NDArray[np.bool_] = (found >= 0) & (self.distance[found] >= 0)
        return result


def inspect(bundle: Bundle) -> Report:
    """Everything that can be said about a bundle."""
    surfaces = Surfaces.of(bundle.walk)
    visit = _Visit(bundle, surfaces, distances(surfaces, bundle.layout))
    reports = [check(visit) for check in (_area, _rooms, _seats, _doors, _stands, _places, _lifts, _leaks, _costs)]
    return Report(
        [row for report in reports for row in report.rows], [one for report in reports for one in report.problems]
    )


def _area(visit: _Visit) -> Report:
    cell, distance = visit.surfaces.grid.cell, visit.distance
    area = (distance >= 0).sum() * cell**2
    return Report(
        [
            ("Walkable area", f"{area:,.0f} m2, {visit.surfaces.layers} floors above each other"),
            ("Longest way", f"{distance.max(initial=0) * cell:,.0f} m from the entrance, along the cells"),
        ],
        [],
    )


def _costs(visit: _Visit) -> Report:
    path = str(visit.bundle.files[GLB].resolve())
    measured = budget.Costs(**sandbox.call("turia.venue.check:costs", {"path": path}))
    rows = [
        ("Triangles", f"{measured.triangles:,}"),
        ("Draw calls", f"{measured.draw_calls:,}"),
        ("GLB", f"{measured.plain_bytes:,} bytes, {measured.bytes:,} as sent"),
    ]
    return Report(rows, budget.over(measured, budget.Budget()))


def _names(names: list[str]) -> str:
    rest = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _rooms(visit: _Visit) -> Report:
    rooms, room = visit.bundle.layout.rooms, visit.bundle.walk.room
    wheels = _without_steps(visit.surfaces, visit.bundle.layout)
    walked = np.bincount(room[visit.distance >= 0], minlength=len(rooms))
    rolled = np.bincount(room[wheels >= 0], minlength=len(rooms))
    problems = []
    for index, one in enumerate(rooms):
        if index and not walked[index]:
            problems.append(f"Room {one.id!r} is not reached: nothing walkable in its polygon leads to the entrance.")
        elif not rolled[index] and one.kind in PUBLIC:
            problems.append(f"Room {one.id!r} is reached only over steps; add a ramp or a lift.")
    row = f"{(walked[1:] > 0).sum()} of {len(rooms) - 1}, {(rolled[1:] > 0).sum()} without steps"
    return Report([("Rooms reached", row)], problems)


def _without_steps(surfaces: Surfaces, layout: Layout) -> I32:
    rise = np.abs(surfaces.height[surfaces.links] - surfaces.height[:, None])
    level = np.where(rise <= WHEEL_RISE_M, surfaces.links, -1).astype(np.int32)
    return flood(level, [entrance(surfaces, layout.spawns)], lift_links(surfaces, layout.lifts))


def _seats(visit: _Visit) -> Report:
    seats, rooms = visit.bundle.layout.seats, visit.bundle.layout.rooms
    reached = visit.reached(seats.position, SEAT_M)
    in_room = np.array(seats.room, np.int64)
    rows, problems = [], []
    for index in np.unique(in_room):
        here = in_room == index
        rows.append((f"Seats in {rooms[index].id}", f"{(reached & here).sum():,} of {here.sum():,} reached"))
        lost = [seats.label[seat] for seat in np.flatnonzero(here & ~reached)]
        if lost:
            problems.append(f"Room {rooms[index].id!r}: nobody gets within {SEAT_M} m of the seats {_names(lost)}.")
    return Report(rows, problems)


def _doors(visit: _Visit) -> Report:
    layout, room, sill = visit.bundle.layout, visit.bundle.walk.room, visit.bundle.walk.door
    problems = []
    for index, door in enumerate(layout.doors):
        on = np.flatnonzero((sill == index) & (visit.distance >= 0))
        around = np.unique(visit.surfaces.links[on])
        sides = set(room[on].tolist()) | set(room[around[around >= 0]].tolist())
        missing = [layout.rooms[side].id for side in door.rooms if side not in sides]
        named = f"Door {door.id!r} {place(door.position)}"
        if not len(on):
            problems.append(f"{named} is not reached: nobody can stand on its sill.")
        elif missing:
            problems.append(f"{named} does not lead into {' or '.join(map(repr, missing))}.")
    return Report([("Doors reached", f"{len(layout.doors) - len(problems)} of {len(layout.doors)}")], problems)


def _stands(visit: _Visit) -> Report:
    stands = visit.bundle.layout.stands
    reached = visit.reached((stand.position for stand in stands), STAND_M)
    lost = [stands[index].id for index in np.flatnonzero(~reached)]
    problems = [f"Nobody gets within {STAND_M} m of the stands {_names(lost)}."] if lost else []
    return Report([("Stands reached", f"{reached.sum()} of {len(stands)}")], problems)


def _places(visit: _Visit) -> Report:
    layout = visit.bundle.layout
    marked = [(f"spawn point {spawn.id!r}", spawn.position) for spawn in layout.spawns]
    marked += [(f"landmark {mark.id!r}", mark.position) for mark in layout.landmarks]
    marked += [(f"lectern of {stage.id!r}", stage.lectern) for stage in layout.stages]
    reached = visit.reached((position for _, position in marked), STAND_M)
    lost = [marked[index] for index in np.flatnonzero(~reached)]
    problems = [f"Nobody gets to the {name} {place(position)}." for name, position in lost]
    return Report([("Places reached", f"{reached.sum()} of {len(marked)}")], problems)


def _lifts(visit: _Visit) -> Report:
    stops = [
        (f"Stop {number} of lift {lift.id!r}", stop.position)
        for lift in visit.bundle.layout.lifts
        for number, stop in enumerate(lift.stops)
    ]
    reached = visit.reached((position for _, position in stops), NEAR_M)
    lost = [stops[index] for index in np.flatnonzero(~reached)]
    problems = [f"{name} {place(position)} has no place to stand before it." for name, position in lost]
    return Report([("Lift stops reached", f"{reached.sum()} of {len(stops)}")], problems)


def _leaks(visit: _Visit) -> Report:
    """Ways into an enclosed room that no door can close: people would be counted as inside without passing one."""
    layout, room, sill = visit.bundle.layout, visit.bundle.walk.room, visit.bundle.walk.door
    surfaces, rooms = visit.surfaces, layout.rooms
    enclosed = np.array([one.enclosed for one in rooms])
    open_pairs = {frozenset(portal.rooms) for portal in layout.portals if portal.kind == "opening"}
    here, way = np.nonzero(surfaces.links >= 0)
    there = surfaces.links[here, way]
    apart = (room[here] < room[there]) & (sill[here] == NONE) & (sill[there] == NONE)
    apart &= enclosed[room[here]] | enclosed[room[there]]
    here, there = here[apart], there[apart]
    pairs, first = np.unique(room[here].astype(np.int64) * 256 + room[there], return_index=True)
    problems = []
    for pair, index in zip(pairs.tolist(), first.tolist(), strict=True):
        if frozenset(divmod(pair, 256)) in open_pairs:
            continue
        x, z = (float(value) for value in surfaces.grid.centre(surfaces.cell[here[index]]))
        names = " and ".join(repr(rooms[side].id) for side in divmod(pair, 256))
        problems.append(
            f"Between {names} feet pass {place((x, float(surfaces.height[here[index]]), z))} where no door is;"
            " add a Door_ or a Portal_ of kind opening, or close the gap."
        )
    return Report([], problems)
