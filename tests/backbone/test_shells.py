"""What acts by itself stops when told to, also at the very moment it is woken."""

from __future__ import annotations

import ast
from pathlib import Path

from turia.backbone.timetable import Timetable
from turia.event.entries import EVENT, put
from turia.event.programme import Room
from turia.testing.backbone import journal

BACKBONE = Path(__file__).parents[2] / "server" / "turia" / "backbone"


async def test_a_shell_that_is_woken_and_told_to_stop_stops() -> None:
    async with journal(put(EVENT, "hall", Room("Hall"))) as book:
        timetable = Timetable(book)
        timetable.start()
        await timetable.follow()
        timetable._wake.set()
        await timetable.close()


def test_no_shell_waits_in_a_way_that_forgets_being_told_to_stop() -> None:
    """In Python 3.11 wait_for swallows a cancellation that comes together with what it waits for."""
    for path in BACKBONE.glob("*.py"):
        names = [node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)]
        assert "wait_for" not in names, path.name
