"""Commands that put somebody elsewhere: seats, lifts, being taken to people and places."""

from __future__ import annotations

from typing import Final

import numpy as np

from turia.errors import Refused
from turia.protocol import state
from turia.protocol.frames import UPDATE
from turia.protocol.limits import CM_PER_M, NO_SEAT, SIT_REACH_M
from turia.protocol.messages import Place
from turia.world.avatars import Avatars
from turia.world.layout import Layout, Point
from turia.world.motion import HEIGHT_CM
from turia.world.places import Named, Places, Spot
from turia.world.quotas import Quotas
from turia.world.rights import Rights
from turia.world.seats import SeatBook
from turia.world.walkable import NONE, WalkField

#: How near one must be to a stop of a lift, metres.
LIFT_REACH_M: Final = 3.0
#: How far before a person one is put, metres.
BEFORE_PERSON_M: Final = 1.2
#: Highest difference in height to a seat or a lift stop within reach, metres.
SAME_FLOOR_M: Final = 1.5
#: How far before a seat one stands up, and how far from there a walkable place may be, metres.
BEFORE_SEAT_M: Final = 0.5
STAND_REACH_M: Final = 2.5
#: How far before a door those are put who are led out, and how far they are spread about that, metres.
BEFORE_DOOR_M: Final = 2.5
_ABOUT_DOOR_M: Final = 1.5
ROOM_FULL: Final = "The room is full. You can follow it in flat view."


class Travel:
    """Each method checks, then moves; a refusal changes nothing."""

    def __init__(
        self,
        layout: Layout,
        field: WalkField,
        avatars: Avatars,
        seats: SeatBook,
        places: Places,
        rights: Rights,
        quotas: Quotas,
    ) -> None:
        self._layout, self._field, self._avatars = layout, field, avatars
        self._seats, self._places, self._rights, self._quotas = seats, places, rights, quotas

    def put(self, slot: int, spot: Spot) -> None:
        """Let somebody stand at a spot; a seat is given up."""
        self.vacate(slot)
        a, field = self._avatars, self._field
        self._write(slot, (spot.x, spot.y, spot.z), spot.yaw, state.STANDING)
        a.surface[slot], a.layer[slot] = spot.surface, field.layer[spot.surface]
        a.room[slot], a.zone[slot] = field.room[spot.surface], field.zone[spot.surface]

    def vacate(self, slot: int) -> None:
        """Give up the seat, if any, without moving."""
        seat = int(self._avatars.seat[slot])
        if seat >= 0:
            self._seats.release(seat)
            self._avatars.seat[slot] = -1

    def resume(self, slot: int, place: Place, *, kept: frozenset[int]) -> bool:
        """Back to the place of a ticket: the seat if free, the spot if walkable; False if neither, or if he might not
        walk there. ``kept``: rooms in which a place was kept for him, so that their doors did not close on him.
        """
        if place.seat != NO_SEAT and self._seats.is_free(place.seat):
            spot = self._before_seat(slot, place.seat)
            if self._may_be(slot, self._seats.room[place.seat], self._seat_zone(place.seat), kept):
                self._take_seat(slot, place.seat, spot)
                return True
            return False
        x, y, z = (round(v * CM_PER_M) for v in (place.x, place.y, place.z))
        if max(abs(x), abs(y), abs(z)) > np.iinfo(np.int16).max:
            return False
        at_x, at_z = np.array([x / CM_PER_M]), np.array([z / CM_PER_M])
        surface = int(self._field.locate(at_x, at_z, np.array([place.layer]))[0])
        if surface < 0 or abs(int(self._field.height[surface]) - y) > HEIGHT_CM:
            return False
        if not self._may_be(slot, int(self._field.room[surface]), int(self._field.zone[surface]), kept):
            return False
        self.put(slot, Spot(surface, x, y, z, place.yaw))
        return True

    def _may_be(self, slot: int, room: int, zone: int, kept: frozenset[int] = frozenset()) -> bool:
        allowed = self._rights.may_enter(slot, room) or room in kept
        return allowed and bool(self._rights.may_stand(slot)[zone]) and self._quotas.has_place(slot, room)

    def sit(self, slot: int, seat: int) -> None:
        """See Space.sit."""
        self._seats.check(seat, slot)
        if not self._within(slot, self._seat_point(seat), SIT_REACH_M):
            raise Refused("too_far", "That seat is too far away. Walk up to it first.")
        self._check_room(slot, self._seats.room[seat])
        spot = self._before_seat(slot, seat)
        if spot is None or not self._rights.may_stand(slot)[self._seat_zone(seat)]:
            raise Refused("closed", "You may not sit there: the place is kept for others.")
        self.vacate(slot)
        self._take_seat(slot, seat, spot)

    def stand(self, slot: int) -> None:
        """See Space.stand."""
        seat = int(self._avatars.seat[slot])
        if seat < 0:
            return
        spot = self._before_seat(slot, seat)
        if spot is None:
            point, yaw, room = self._seat_point(seat), self._seats.yaw[seat], self._seats.room[seat]
            spot = self._places.near(point, yaw, slot, room=room, reach=50.0, climb=50.0)
        if spot is None:
            raise Refused("no_place", "There is no place to stand here. Ask to be taken to the entrance.")
        self.put(slot, spot)

    def go_to_person(self, slot: int, target: int) -> None:
        """See Space.go."""
        a = self._avatars
        room = int(a.room[target])
        self._check_room(slot, room)
        yaw = int(a.row["yaw"][target])
        turn = 2 * np.pi * yaw / 256
        x, y, z = (float(v[target]) for v in (a.x, a.y, a.z))
        before = (x - BEFORE_PERSON_M * float(np.sin(turn)), y, z - BEFORE_PERSON_M * float(np.cos(turn)))
        self._put_or_refuse(slot, self._places.near(before, yaw + 128, slot, room=room))

    def go_to_place(self, slot: int, place: str, rng: np.random.Generator) -> None:
        """See Space.go."""
        a = self._avatars
        if place == "safe":
            self.put(slot, self._places.safe(slot, int(a.room[slot]), float(a.x[slot]), float(a.z[slot]), rng))
            return
        named = self._places.named.get(place)
        if named is None:
            raise Refused("no_place", "There is no place of that name.")
        if named.room is not None:
            self._check_room(slot, named.room)
        others = a.visible()
        others = others[others != slot]
        people = np.stack([a.x[others], a.y[others], a.z[others]])
        self._put_or_refuse(slot, self._places.around(named, slot, rng, people))

    def ride(self, slot: int, lift: str, stop: int) -> None:
        """See Space.ride."""
        stops = next((each.stops for each in self._layout.lifts if each.id == lift), [])
        if not 0 <= stop < len(stops):
            raise Refused("no_lift", "There is no such lift or stop.")
        if not any(self._within(slot, each.position, LIFT_REACH_M) for each in stops):
            raise Refused("too_far", "The lift is too far away. Walk up to it first.")
        self._put_or_refuse(slot, self._places.near(stops[stop].position, stops[stop].yaw, slot))

    def lead_out(self, slot: int, rng: np.random.Generator) -> None:
        """See Space.lead_out."""
        a, here = self._avatars, int(self._avatars.room[slot])
        x, z = float(a.x[slot]), float(a.z[slot])
        doors = [door for door in self._layout.doors if here in door.rooms]
        doors.sort(key=lambda door: (door.position[0] - x) ** 2 + (door.position[2] - z) ** 2)
        for door in doors:
            outside = door.rooms[0] if door.rooms[1] == here else door.rooms[1]
            # a door looks from its first room into its second; he looks away from it
            yaw = door.yaw if outside == door.rooms[1] else door.yaw + 128
            turn = 2 * np.pi * yaw / 256
            px, py, pz = door.position
            before = (px - BEFORE_DOOR_M * float(np.sin(turn)), py, pz - BEFORE_DOOR_M * float(np.cos(turn)))
            spot = self._places.around(Named(before, int(yaw) % 256, _ABOUT_DOOR_M, outside), slot, rng)
            if spot is not None and outside != here and self._may_be(slot, outside, NONE):
                self.put(slot, spot)
                return
        self.put(slot, self._places.entrance(slot, rng))

    def _put_or_refuse(self, slot: int, spot: Spot | None) -> None:
        if spot is None:
            raise Refused("no_place", "There is no free place to stand there.")
        self._check_room(slot, int(self._field.room[spot.surface]))
        self.put(slot, spot)

    def _check_room(self, slot: int, room: int) -> None:
        here = int(self._avatars.room[slot])
        if room == here:
            return
        if room not in self._places.walkable_rooms(slot, here):
            raise Refused("closed", "The way there is closed at the moment.", retry=True)
        if not self._quotas.has_place(slot, room):
            raise Refused("room_full", ROOM_FULL, retry=True)

    def _within(self, slot: int, point: Point, reach: float) -> bool:
        a = self._avatars
        across = float(np.hypot(float(a.x[slot]) - point[0], float(a.z[slot]) - point[2]))
        return across <= reach and abs(float(a.y[slot]) - point[1]) <= SAME_FLOOR_M

    def _seat_point(self, seat: int) -> Point:
        x, y, z = self._seats.position[seat].tolist()
        return x, y, z

    def _before_seat(self, slot: int, seat: int) -> Spot | None:
        """Where one stands up from a seat: before it, in its room."""
        x, y, z = self._seat_point(seat)
        turn = 2 * np.pi * self._seats.yaw[seat] / 256
        before = (x - BEFORE_SEAT_M * float(np.sin(turn)), y, z - BEFORE_SEAT_M * float(np.cos(turn)))
        yaw, room = self._seats.yaw[seat], self._seats.room[seat]
        return self._places.near(before, yaw, slot, room=room, reach=STAND_REACH_M)

    def _seat_zone(self, seat: int) -> int:
        """Zone of the floor nearest to a seat, NONE if there is none."""
        surface = self._field.nearest(*self._seat_point(seat), reach=STAND_REACH_M)
        return NONE if surface < 0 else int(self._field.zone[surface])

    def _take_seat(self, slot: int, seat: int, spot: Spot | None) -> None:
        a, field = self._avatars, self._field
        self._seats.take(seat, slot)
        a.seat[slot] = seat
        x, y, z = (round(v * CM_PER_M) for v in self._seat_point(seat))
        self._write(slot, (x, y, z), self._seats.yaw[seat], state.SEATED)
        a.room[slot] = self._seats.room[seat]
        if spot is not None:
            a.surface[slot], a.layer[slot] = spot.surface, field.layer[spot.surface]
            a.zone[slot] = field.zone[spot.surface]

    def _write(self, slot: int, cm: tuple[int, int, int], yaw: int, motion: int) -> None:
        a = self._avatars
        kept = int(a.row["state"][slot]) & ~(state.MOTION_MASK | state.EMOTE_MASK)
        row = np.zeros(1, UPDATE)
        row["x"], row["y"], row["z"] = cm
        row["yaw"], row["state"] = yaw % 256, kept | motion
        a.write(np.array([slot]), row)
        a.view[slot] = yaw % 256
