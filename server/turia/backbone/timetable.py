"""Runs the timetable: does what is due once a second, and when the programme, the rules or the clock change."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from turia.backbone.journal import Journal
from turia.errors import Refused
from turia.event.entries import Entry
from turia.event.programme import Room, Session
from turia.event.rooms import SessionRun
from turia.event.settings import EventClock, Policies
from turia.event.timetable import Followed, FollowTimetable, due

log = logging.getLogger(__name__)

EVERY_S: Final = 1.0
#: A command moves hundreds of sessions: more rounds at once than this are a mistake of ours.
_ROUNDS: Final = 100
_KINDS: Final = frozenset(kind.kind for kind in (Session, Room, Policies, EventClock, SessionRun))


class Timetable:
    """``start()`` when the journal is open, ``await close()`` before it is closed."""

    def __init__(self, journal: Journal, every_s: float = EVERY_S) -> None:
        self._journal = journal
        self._every_s = every_s
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Catch up with what was missed, then go on."""
        self._deaf = self._journal.listen(self._heard)
        self._wake.set()
        self._task = asyncio.create_task(self._run(), name="turia timetable")

    async def close(self) -> None:
        """What is due from now on is done after the next start."""
        if self._task is None:
            return
        self._deaf()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None

    async def follow(self) -> int:
        """Do what is due now; how many sessions moved. Raises Refused when the database does not take it."""
        moves = 0
        for _ in range(_ROUNDS):
            if not due(self._journal.state, self._journal.moment().event_at):
                break
            done = await self._journal.do("session.follow_timetable", FollowTimetable())
            if not isinstance(done, Followed) or not done.moves:
                break
            moves += done.moves
        return moves

    def _heard(self, entries: list[Entry]) -> None:
        if any(entry.kind in _KINDS for entry in entries):
            self._wake.set()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            # not wait_for: in Python 3.11 it forgets a cancellation that comes together with what it waits for
            alarm = loop.call_later(self._every_s, self._wake.set)
            await self._wake.wait()
            alarm.cancel()
            self._wake.clear()
            try:
                await self.follow()
            except Refused as refused:
                log.warning("the timetable waits: %s", refused.message)
            except Exception:  # whatever is wrong with one session, the clock goes on
                log.exception("the timetable failed")
