"""Keeps what is on air true: who has left the venue for a minute, or may not speak any more, is on air no longer.

His frames stop by themselves, at once: the media plane asks before each. This is for what everybody sees.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Final

from turia.backbone.absences import Absences
from turia.backbone.journal import Journal
from turia.clock import Clock
from turia.errors import Refused
from turia.event import talks
from turia.event.entries import EVENT, room_stream
from turia.event.programme import Room
from turia.event.roles import Permission
from turia.event.scopes import Scope
from turia.event.stage import OnAir
from turia.event.stage_commands import ForgetOnAir

log = logging.getLogger(__name__)

EVERY_S: Final = 5.0


class LeavingAir:
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
        """Look at the stages from now on."""
        self._task = asyncio.create_task(self._run(), name="turia leaving air")

    async def close(self) -> None:
        """Stop looking."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None

    async def look(self) -> int:
        """Take those off air who are gone or may not speak; how many. Raises Refused when the database does not take
        it."""
        stages = self._stages()
        gone = self._absences.gone({person for people in stages.values() for person in people})
        count = 0
        for room, people in stages.items():
            off = tuple(each for each, air in people.items() if each in gone or not self._may_speak(each, room, air))
            if off:
                await self._journal.do("stage.forget", ForgetOnAir(room, off))
                count += len(off)
        return count

    def _stages(self) -> dict[str, Mapping[str, OnAir]]:
        state = self._journal.state
        found = {room: state.all(room_stream(room), OnAir) for room in state.items(EVENT, Room)}
        return {room: people for room, people in found.items() if people}

    def _may_speak(self, person: str, room: str, air: OnAir) -> bool:
        scope = Scope(room, air.session)
        return talks.holds(self._journal.state, person, Permission.STAGE_SPEAK, scope, self._journal.moment())

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            try:
                await self.look()
            except Refused as refused:
                log.warning("who left could not be taken off air: %s", refused.message)
            except Exception:  # the next look may do better
                log.exception("looking at who is on air failed")
