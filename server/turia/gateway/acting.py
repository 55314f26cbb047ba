"""Who acts: a person as the event knows him, and the room that he stands in."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from turia.event.commands import Actor
from turia.gateway.house import House


def acting(house: House, actor_of: Callable[[str], Actor], person: str) -> Actor:
    """Somebody as the one who acts now; ``actor_of`` as of the gateway's Authenticator."""
    by, room = actor_of(person), room_of(house, person)
    return msgspec.structs.replace(by, inside=room) if room else by


def room_of(house: House, person: str) -> str:
    """The programme's room that somebody stands in; "" outside of rooms."""
    slot = house.space.slot_of(person)
    return "" if slot is None or house.rooms is None else house.rooms.key_at(slot)
