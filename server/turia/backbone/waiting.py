"""Keeps the lists of those who wait honest: who has left the venue for a minute does not wait any more."""

from __future__ import annotations

from collections.abc import Mapping

from turia.backbone.absences import KeptPlaces
from turia.event.entries import EVENT, room_staff_stream
from turia.event.programme import Room
from turia.event.rooms import Waiting
from turia.event.waiting import Forget


class WaitingRooms(KeptPlaces):
    """Places on the lists."""

    name = "waiting rooms"
    place = "a list of waiting people"

    def places(self) -> Mapping[str, Mapping[str, Waiting]]:
        """See :class:`KeptPlaces`."""
        state = self._journal.state
        return {room: state.all(room_staff_stream(room), Waiting) for room in state.items(EVENT, Room)}

    async def take(self, room: str, people: tuple[str, ...]) -> None:
        """See :class:`KeptPlaces`."""
        await self._journal.do("room.forget_waiting", Forget(room, people))
