"""Keeps the lists of those who wait honest: who has left the venue for a minute does not wait any more."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from turia.backbone.journal import Journal
from turia.clock import Clock
from turia.errors import Refused
from turia.event.entries import EVENT, room_staff_stream
from turia.event.programme import Room
from turia.event.rooms import Waiting
from turia.event.waiting import Forget

log = logging.getLogger(__name__)

EVERY_S: Final = 5.0
#: Who loses his line keeps his turn for so long; the clock of a restarted server begins anew for everybody.
KEEP_S: Final = 60.0


class WaitingRooms:
    """``start()`` when the journal is open, ``await close()`` before it is closed. ``is_here``: whether somebody has a
    connection now."""

    def __init__(
        self, journal: Journal, clock: Clock, is_here: Callable[[str], bool], every_s: float = EVERY_S
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._is_here = is_here
        self._every_s = every_s
        #: When each of those who wait was last seen, monotonic seconds.
        self._seen: dict[str, float] = {}
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
        now = self._clock.monotonic()
        lists = self._lists()
        waiting = {person for people in lists.values() for person in people}
        self._seen = {person: now if self._is_here(person) else self._seen.get(person, now) for person in waiting}
        count = 0
        for room, people in lists.items():
            gone = tuple(person for person in people if now - self._seen[person] >= KEEP_S)
            if gone:
                await self._journal.do("room.forget_waiting", Forget(room, gone))
                count += len(gone)
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
