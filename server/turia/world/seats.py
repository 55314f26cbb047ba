"""Seats are allocated by the server: one person each."""

from __future__ import annotations

import numpy as np

from turia.errors import Refused
from turia.world.arrays import F32, I32
from turia.world.layout import Layout


class SeatBook:
    """``position`` float32 (seats, 3) metres; ``holder`` int32 (seats,): slot of who sits there, -1 free."""

    def __init__(self, layout: Layout) -> None:
        seats = layout.seats
        self.position: F32 = np.array(seats.position, np.float32).reshape(-1, 3)
        self.yaw = [yaw % 256 for yaw in seats.yaw]
        self.room = list(seats.room)
        self.holder: I32 = np.full(len(self.position), -1, np.int32)

    def check(self, seat: int, slot: int) -> None:
        """Raises Refused("no_seat" or "seat_taken") unless ``slot`` may take it."""
        if not 0 <= seat < len(self.holder):
            raise Refused("no_seat", "There is no such seat.")
        if int(self.holder[seat]) not in (-1, slot):
            raise Refused("seat_taken", "Somebody sits there already. Choose another seat.")

    def is_free(self, seat: int) -> bool:
        """Whether the seat exists and nobody holds it."""
        return 0 <= seat < len(self.holder) and int(self.holder[seat]) == -1

    def take(self, seat: int, slot: int) -> None:
        """Note who holds the seat (checked before)."""
        self.holder[seat] = slot

    def release(self, seat: int) -> None:
        """The seat is free."""
        self.holder[seat] = -1
