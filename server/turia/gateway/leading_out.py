"""Leads people out of rooms that closed on them, after a warning."""

from __future__ import annotations

from typing import Final

from turia.gateway.house import House
from turia.gateway.room_rights import RoomRights
from turia.protocol.limits import TICK_MS
from turia.protocol.messages import Fix, Notice

WARNING_S: Final = 10.0
#: People led out in one tick at most; each is found a place of his own.
AT_ONCE: Final = 10


class LeadingOut:
    """Who was warned, for which room (of the building), and when (monotonic seconds)."""

    def __init__(self, house: House, rights: RoomRights) -> None:
        self._house = house
        self._rights = rights
        self._warned: dict[str, tuple[int, float]] = {}
        self._next: list[int] = []

    def look(self) -> None:
        """Warn whoever is in a room where he may not stay; once a second."""
        space, now = self._house.space, self._house.clock.monotonic()
        doors = self._rights.doors
        rooms = {index for index, door in enumerate(doors) if door is not None and door.lead_out and door.barred}
        slots = space.intruders(rooms) if rooms else []
        warned: dict[str, tuple[int, float]] = {}
        self._next = []
        for slot in slots:
            person, room = space.person_of(slot).id, space.room_of(slot)
            at = self._warned.get(person, (-1, now))
            if at[0] != room:
                at = (room, now)
                self._tell(slot, "leave_room", f"{self._title(room)} closes. You will be led out in 10 seconds.")
            warned[person] = at
            if now - at[1] > WARNING_S - TICK_MS / 2_000:
                self._next.append(slot)
        self._warned = warned

    def lead(self) -> None:
        """Lead the next ones out."""
        if not self._next:
            return
        now, self._next = self._next[:AT_ONCE], self._next[AT_ONCE:]
        space = self._house.space
        rooms = {index for index, door in enumerate(self._rights.doors) if door is not None and door.lead_out}
        for slot in set(now) & set(space.intruders(rooms)):
            room = space.room_of(slot)
            place = space.lead_out(slot, self._house.rng)
            self._warned.pop(space.person_of(slot).id, None)
            connection = self._house.by_slot.get(slot)
            if connection is not None:
                seq = self._house.inbox.last_seq(slot)
                self._house.inbox.forget(slot)
                connection.send("fix", Fix(seq=seq, place=place, reason="led_out"))
            self._tell(slot, "led_out", f"{self._title(room)} is closed now.")

    def _title(self, room: int) -> str:
        return f"“{self._house.space.layout.rooms[room].title}”"

    def _tell(self, slot: int, code: str, sentence: str) -> None:
        connection = self._house.by_slot.get(slot)
        if connection is not None:
            connection.send("notice", Notice(code=code, message=sentence))
