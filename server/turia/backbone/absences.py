"""Who has been away for too long: places in rooms that are kept for people who lose their line, and then taken."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Final

from turia.backbone.journal import Journal
from turia.clock import Clock
from turia.errors import Refused

log = logging.getLogger(__name__)

#: Who loses his line keeps his place for so long; the clock of a restarted server begins anew for everybody.
KEEP_S: Final = 60.0
EVERY_S: Final = 5.0


class Absences:
    """``is_here``: whether somebody has a connection now."""

    def __init__(self, clock: Clock, is_here: Callable[[str], bool]) -> None:
        self._clock = clock
        self._is_here = is_here
        #: When each of those who have a place was last seen, monotonic seconds.
        self._seen: dict[str, float] = {}

    def gone(self, people: Iterable[str]) -> set[str]:
        """Those of ``people``, who are all that have a place, whom nobody has seen for :data:`KEEP_S`."""
        now = self._clock.monotonic()
        self._seen = {person: now if self._is_here(person) else self._seen.get(person, now) for person in people}
        return {person for person, seen in self._seen.items() if now - seen >= KEEP_S}


class KeptPlaces(ABC):
    """Looks every ``every_s`` seconds at those who have a place of one kind, and takes it from those who are gone.

    ``start()`` when the journal is open, ``await close()`` before it is closed. ``is_here``: whether somebody has a
    connection now.
    """

    #: Of the task, and what is said in the log: where people are taken off.
    name: ClassVar[str]
    place: ClassVar[str]

    def __init__(
        self, journal: Journal, clock: Clock, is_here: Callable[[str], bool], every_s: float = EVERY_S
    ) -> None:
        self._journal = journal
        self._absences = Absences(clock, is_here)
        self._every_s = every_s
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look from now on."""
        self._task = asyncio.create_task(self._run(), name=f"turia {self.name}")

    async def close(self) -> None:
        """Stop looking."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None

    async def look(self) -> int:
        """Take their places from those who are gone; how many. Raises Refused when the database does not take it."""
        rooms = {room: people for room, people in self.places().items() if people}
        gone = self._absences.gone({person for people in rooms.values() for person in people})
        count = 0
        for room, people in rooms.items():
            off = tuple(each for each, held in people.items() if each in gone or self.lost(room, each, held))
            if off:
                await self.take(room, off)
                count += len(off)
        return count

    @abstractmethod
    def places(self) -> Mapping[str, Mapping[str, Any]]:
        """Who has a place now: by room, by person."""

    @abstractmethod
    async def take(self, room: str, people: tuple[str, ...]) -> None:
        """Take the places of these people."""

    def lost(self, room: str, person: str, held: Any) -> bool:  # noqa: ARG002 - for those who know more reasons
        """Whether somebody who is here has lost it all the same."""
        return False

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            try:
                await self.look()
            except Refused as refused:
                log.warning("who left could not be taken off %s: %s", self.place, refused.message)
            except Exception:  # the next look may do better
                log.exception("looking at %s failed", self.name)
