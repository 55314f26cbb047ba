"""Keeps what is on air true: who has left the venue for a minute, or may not speak any more, is on air no longer.

His frames stop by themselves, at once: the media plane asks before each. This is for what everybody sees.
"""

from __future__ import annotations

from collections.abc import Mapping

from turia.backbone.absences import KeptPlaces
from turia.event import talks
from turia.event.entries import EVENT, room_stream
from turia.event.programme import Room
from turia.event.roles import Permission
from turia.event.scopes import Scope
from turia.event.stage import OnAir
from turia.event.stage_commands import ForgetOnAir


class LeavingAir(KeptPlaces):
    """Places on the stages."""

    name = "leaving air"
    place = "the air"

    def places(self) -> Mapping[str, Mapping[str, OnAir]]:
        """See :class:`KeptPlaces`."""
        state = self._journal.state
        return {room: state.all(room_stream(room), OnAir) for room in state.items(EVENT, Room)}

    def lost(self, room: str, person: str, held: OnAir) -> bool:
        """Whether somebody may not speak any more."""
        scope = Scope(room, held.session)
        return not talks.holds(self._journal.state, person, Permission.STAGE_SPEAK, scope, self._journal.moment())

    async def take(self, room: str, people: tuple[str, ...]) -> None:
        """See :class:`KeptPlaces`."""
        await self._journal.do("stage.forget", ForgetOnAir(room, people))
