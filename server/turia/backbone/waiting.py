"""Keeps the lists of those who wait honest: who has left the venue for a minute does not wait any more."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from turia.backbone.absences import Absences
from turia.backbone.journal import Journal
from turia.clock import Clock
from turia.errors import Refused
from turia.event.entries import EVENT, room_staff_stream
from turia.event.programme import Room
from turia.event.rooms import Waiting
from turia.event.waiting import Forget

log = logging.getLogger(__name__)

EVERY_S: Final = 5.0


class WaitingRooms:
    """``start()`` when the journal is open, ``await close()`` before it is closed. ``is_here``: whether somebody has a
    connection now."""

    def __init__(
        self, journal: Journal, clock: Clock, is_here: Callable[[str], bool], every_s: float = EVERY_S
    ) -> None:
        self._journal = journal
        self._absences = Absences(clock, is_here)
        self._every_s = every_s
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look at the lists from now on."""
        self._task = asyncio.create_task(self._run(), name="turia waiting rooms")

    async def close(self) -> None:
        """Stop looking."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None

    async def look(self) -> int:
        """Take those off the lists who are gone; how many. Raises Refused when the database does not take it."""
        lists = self._lists()
        gone = self._absences.gone({person for people in lists.values() for person in people})
        count = 0
        for room, people in lists.items():
            left = tuple(person for person in people if person in gone)
            if left:
                await self._journal.do("room.forget_waiting", Forget(room, left))
                count += len(left)
        return count

    def _lists(self) -> dict[str, list[str]]:
        state = self._journal.state
        found = {room: list(state.items(room_staff_stream(room), Waiting)) for room in state.items(EVENT, Room)}
        return {room: people for room, people in found.items() if people}

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            try:
                await self.look()
            except Refused as refused:
                log.warning("who left could not be taken off a list of waiting people: %s", refused.message)
            except Exception:  # the next look may do better
                log.exception("looking at the lists of waiting people failed")
