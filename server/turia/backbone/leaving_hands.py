"""Keeps raised hands true: who has left the venue for a minute asks for nothing any more."""

from __future__ import annotations

from collections.abc import Mapping

from turia.backbone.absences import KeptPlaces
from turia.event.entries import EVENT, room_stream
from turia.event.hand_commands import ForgetHands
from turia.event.hands import Hand
from turia.event.programme import Room


class LeavingHands(KeptPlaces):
    """Places in the rows of those who ask for the microphone."""

    name = "leaving hands"
    place = "the list of raised hands"

    def places(self) -> Mapping[str, Mapping[str, Hand]]:
        """See :class:`KeptPlaces`."""
        state = self._journal.state
        return {room: state.all(room_stream(room), Hand) for room in state.items(EVENT, Room)}

    async def take(self, room: str, people: tuple[str, ...]) -> None:
        """See :class:`KeptPlaces`."""
        await self._journal.do("hand.forget", ForgetHands(room, people))
