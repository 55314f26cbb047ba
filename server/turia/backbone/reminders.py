"""Reminder letters: once each, so long before the event as its policies say."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from turia.backbone.journal import Journal
from turia.errors import Refused
from turia.event.entries import EVENT
from turia.event.posting import Remind, unreminded
from turia.event.programme import Session
from turia.event.settings import Info, Policies
from turia.event.state import State

_HOUR_MS: Final = 3_600_000
#: When a day without sessions is taken to begin.
_MORNING: Final = time(9)


class Reminders:
    """``await step()`` at each round of the mailer. Real time counts: a rehearsal reminds nobody."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def step(self) -> None:
        """Write the reminders that are due; also to people who registered after the others got theirs."""
        while self.due() and unreminded(self._journal.state, 1):
            try:
                await self._journal.do("mail.remind", Remind())
            except Refused:
                return  # the database does not take it now; the next round comes soon

    def due(self) -> bool:
        """Whether it is time: from ``reminder_h`` before the beginning until the beginning."""
        state = self._journal.state
        policies = state.get(EVENT, Policies, "policies") or Policies()
        begins = beginning(state)
        now = self._journal.moment().at
        return bool(policies.reminder_h and begins) and begins - policies.reminder_h * _HOUR_MS <= now < begins


def beginning(state: State) -> int:
    """When the event begins, milliseconds UTC: its first session, else the morning of its first day; 0: unknown."""
    starts = [each.start for each in state.all(EVENT, Session).values() if not each.cancelled]
    if starts:
        return min(starts)
    info = state.get(EVENT, Info, "info")
    if info is None or not info.first_day:
        return 0
    morning = datetime.combine(date.fromisoformat(info.first_day), _MORNING, ZoneInfo(info.zone))
    return int(morning.timestamp() * 1_000)
