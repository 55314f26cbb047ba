"""Who has been away for too long: lists that keep a place for people who lose their line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from turia.clock import Clock

#: Who loses his line keeps his place for so long; the clock of a restarted server begins anew for everybody.
KEEP_S: Final = 60.0


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
