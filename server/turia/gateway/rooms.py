"""The bridge between the event and the world: doors, capacities and rights go in, head-counts come out.

``house.rooms`` of a gateway with a journal. Once a tick :meth:`Rooms.tick`, before anybody moves; whoever comes in
brings his rights along (:meth:`Rooms.granted`), so that no place of his is judged without them.
"""

from __future__ import annotations

from typing import Final

from turia.backbone.journal import Journal
from turia.event.programme import DoorPolicy
from turia.gateway.connection import Connection
from turia.gateway.door_signs import DoorSigns
from turia.gateway.house import House
from turia.gateway.leading_out import LeadingOut
from turia.gateway.occupancy import RoomSigns
from turia.gateway.room_rights import RoomRights
from turia.protocol.limits import TICK_HZ
from turia.protocol.messages import Notice
from turia.world.rights import Granted
from turia.world.travel import ROOM_FULL

#: Who walks against a full room is told so often at most, seconds.
FULL_EVERY_S: Final = 5.0


class Rooms:
    """``rights``: what the world was told."""

    def __init__(self, house: House, journal: Journal) -> None:
        self._house = house
        self.rights = RoomRights(house, journal)
        self._doors = DoorSigns(house)
        self._signs = RoomSigns(house, journal, self.rights)
        self._leading = LeadingOut(house, self.rights)
        self._told_full: dict[int, float] = {}

    def tick(self) -> None:
        """Let the world follow the event, and tell people what changed."""
        self.rights.tick()
        self._leading.lead()
        second = self._house.tick % TICK_HZ == 0
        if second:
            self._leading.look()
        if second or self.rights.changed:
            self.rights.changed = False
            self._doors.tell()
        if second:
            self._signs.tell()
            self.rights.prune()

    def granted(self, person: str) -> Granted:
        """What somebody may who comes in now."""
        return self.rights.granted(person)

    def keeping(self) -> frozenset[int]:
        """Rooms (of the building) that are locked: whoever was inside when the server stopped still is."""
        doors = self.rights.doors
        return frozenset(
            index for index, door in enumerate(doors) if door is not None and door.policy is DoorPolicy.LOCKED
        )

    def key_at(self, slot: int) -> str:
        """The programme's room that somebody stands in; "" outside of them."""
        index, keys = self._house.space.room_of(slot), self.rights.keys
        return keys[index] if index < len(keys) else ""

    def closed_to(self, slot: int) -> list[int]:
        """Doors that are closed to somebody."""
        return self._doors.closed_to(slot)

    def greet(self, connection: Connection, slot: int | None) -> None:
        """Tell a newcomer what is closed to him (to the avatar ``slot``), and how full the rooms are."""
        if slot is not None:
            self._doors.greet(connection, slot)
        self._signs.greet(connection)

    def doors_changed(self) -> None:
        """Somebody set doors of the building: people are told with the next tick."""
        self.rights.changed = True

    def full(self, connection: Connection) -> None:
        """He walked against a full room."""
        now = self._house.clock.monotonic()
        if now - self._told_full.get(connection.slot, -FULL_EVERY_S) >= FULL_EVERY_S:
            self._told_full[connection.slot] = now
            connection.send("notice", Notice(code="room_full", message=ROOM_FULL))

    def stop(self) -> None:
        """Hear no more of the event."""
        self.rights.stop()
