"""How full rooms are, their doors and what is on, told to everybody: the event ``rooms``."""

from __future__ import annotations

from turia.backbone.journal import Journal
from turia.event.capacity import Heads, Occupancy
from turia.event.room_queries import RoomState, in_order, state_of
from turia.gateway import ws_frames
from turia.gateway.connection import Connection
from turia.gateway.house import House
from turia.gateway.room_rights import RoomRights
from turia.protocol import codec
from turia.protocol.messages import RoomNow, Rooms


class RoomSigns:
    """The last value of each room of the programme, in its order."""

    def __init__(self, house: House, journal: Journal, rights: RoomRights) -> None:
        self._house = house
        self._journal = journal
        self._rights = rights
        self._shown: dict[str, RoomNow] = {}

    def greet(self, connection: Connection) -> None:
        """Everything, for somebody who just came."""
        connection.send("rooms", Rooms(whole=True, rooms=list(self._shown.values())))

    def tell(self) -> None:
        """Count, and tell everybody what changed."""
        now = self._count()
        gone = self._shown.keys() - now.keys()
        changed = [room for key, room in now.items() if self._shown.get(key) != room]
        self._shown = now
        if not gone and not changed:
            return
        rooms = Rooms(whole=bool(gone), rooms=list(now.values()) if gone else changed)
        frame = ws_frames.binary(codec.encode_event("rooms", rooms))
        for connection in self._house.everybody():
            connection.send_frame(frame)

    def _count(self) -> dict[str, RoomNow]:
        space, state = self._house.space, self._journal.state
        heads, full = space.heads(), space.full_rooms()
        occupancy = state.view(Occupancy)
        event_at = self._journal.moment().event_at
        found: dict[str, RoomNow] = {}
        for key, _ in in_order(state):
            index = self._rights.room_of(key)
            if index is not None:
                occupancy.note(key, Heads(int(heads[index]), self._rights.capacity[index], bool(full[index])))
            else:
                occupancy.note(key, Heads())
            found[key] = _row(state_of(state, key, event_at))
        return found


def _row(room: RoomState) -> RoomNow:
    return RoomNow(
        room=room.room,
        inside=room.count,
        capacity=room.capacity,
        full=room.full,
        door=str(room.door),
        session=room.session,
        phase=str(room.phase or ""),
        next=room.next,
    )
