"""One function per command of :data:`turia.protocol.messages.CLIENT_EVENTS`: payload in, answer out, or Refused.

All are synchronous and change nothing when they refuse, so commands of one client are done in the order they came.
Those of the event (:data:`EVENT_HANDLERS`) answer by themselves: commands wait for the disk.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec

from turia.errors import Refused
from turia.gateway.connection import COMPANION, NO_SLOT, Connection
from turia.gateway.house import House, too_often
from turia.protocol import codec, frames
from turia.protocol.close_codes import CloseCode
from turia.protocol.messages import (
    Ask,
    Bye,
    Do,
    Done,
    Find,
    Go,
    Payload,
    People,
    Place,
    Placed,
    Ride,
    SetLook,
    SetTier,
    Sit,
    Stand,
    Subscribe,
    Sync,
    SyncAnswer,
    Unsubscribe,
)

T = TypeVar("T")
Handler = Callable[[House, Connection, Any], Payload]
#: Answers by itself, when it can.
EventHandler = Callable[[House, Connection, int | None, Any], None]
_pose: Final = msgspec.msgpack.Decoder(bytes | msgspec.msgpack.Ext)


def handle(house: House, connection: Connection, packet: codec.ClientPacket) -> None:
    """Do the command in an EVENT packet of a joined connection and queue its answer."""
    house.stats.commands += 1
    try:
        answer = _do(house, connection, packet)
    except Refused as refused:
        house.refuse(connection, packet.id, refused)
        return
    except Exception as error:  # a bug of ours must not cost the person more than this command
        house.log.error("command failed", packet.name, error)
        problem = "Something went wrong in the venue. Try again."
        house.refuse(connection, packet.id, Refused("internal", problem, retry=True))
        return
    if packet.id is not None and answer is not None:
        connection.answer(packet.id, answer)
    if packet.name == "bye":
        house.close(connection, CloseCode.LEFT)


def pose(house: House, connection: Connection, body: bytes) -> None:
    """Take 16 bytes of a pose; raises Refused."""
    if connection.slot == NO_SLOT:
        raise Refused("no_avatar", "A companion has no avatar to move.")
    if not house.inbox.put(connection.slot, body):
        raise too_often("pose")


def _do(house: House, connection: Connection, packet: codec.ClientPacket) -> Payload | None:
    """The answer; None when it comes later."""
    if packet.name == frames.POSE_EVENT:
        pose(house, connection, _pose_bytes(packet.payload))
        return Done()
    if not connection.may(packet.name, house.clock.monotonic()):
        raise too_often(packet.name)
    payload = codec.decode_payload(packet.name, packet.payload)
    if packet.name in EVENT_HANDLERS:
        EVENT_HANDLERS[packet.name](house, connection, packet.id, payload)
        return None
    if connection.slot == NO_SLOT and packet.name not in _FOR_COMPANIONS:
        raise Refused("no_avatar", "A companion has no avatar: do this on the device you walk with.")
    return HANDLERS[packet.name](house, connection, payload)


def _pose_bytes(raw: msgspec.Raw) -> bytes:
    try:
        value = _pose.decode(raw)
    except msgspec.DecodeError:
        raise Refused("invalid", "A pose is 16 bytes.") from None
    body = bytes(value.data if isinstance(value, msgspec.msgpack.Ext) else value)
    if len(body) != frames.POSE_BYTES:
        raise Refused("invalid", f"A pose is {frames.POSE_BYTES} bytes, not {len(body)}.")
    return body


# -- the commands --------------------------------------------------------------------------------


def sync(house: House, _connection: Connection, payload: Sync) -> SyncAnswer:
    """The server's clock."""
    return SyncAnswer(t=payload.t, server_ms=house.clock.monotonic() * 1_000.0, tick=house.tick)


def sit(house: House, connection: Connection, payload: Sit) -> Placed:
    """Take a seat."""
    return _placed(house, connection, house.space.sit(connection.slot, payload.seat))


def stand(house: House, connection: Connection, _payload: Stand) -> Placed:
    """Leave the seat."""
    return _placed(house, connection, house.space.stand(connection.slot))


def go(house: House, connection: Connection, payload: Go) -> Placed:
    """Be taken to a person or a place."""
    if (payload.person is None) == (payload.place is None):
        raise Refused("invalid", "Say either whom or where to go to: one of 'person' and 'place'.")
    place = house.space.go(connection.slot, person=payload.person, place=payload.place, rng=house.rng)
    return _placed(house, connection, place)


def ride(house: House, connection: Connection, payload: Ride) -> Placed:
    """Take a lift."""
    return _placed(house, connection, house.space.ride(connection.slot, payload.lift, payload.stop))


def look(house: House, connection: Connection, payload: SetLook) -> Done:
    """Change one's appearance."""
    house.space.set_look(connection.slot, payload.look)
    return Done()


def tier(house: House, connection: Connection, payload: SetTier) -> Done:
    """Ask for more or less detail."""
    if payload.tier == COMPANION:
        raise Refused("no_companion", "A companion is a second connection: connect it with the tier 'companion'.")
    connection.tier = connection.asked_tier = payload.tier
    house.space.set_tier(connection.slot, payload.tier)
    return Done()


def find(house: House, connection: Connection, payload: Find) -> People:
    """A page of the directory, as the person's avatar would see it."""
    slot = connection.slot
    if slot == NO_SLOT and connection.person is not None:
        own = house.space.slot_of(connection.person.id)
        if own is None:
            raise Refused("no_avatar", "Enter the venue first: a companion shows what your avatar can see.", retry=True)
        slot = own
    return house.space.directory(slot, payload.query, payload.offset, payload.limit)


def bye(house: House, connection: Connection, _payload: Bye) -> Done:
    """Leave: avatar, place and seat are free at once. A companion just goes."""
    slot = connection.slot
    if slot != NO_SLOT:
        house.forget_slot(slot)
        house.space.leave(slot)
    return Done()


def sub(house: House, connection: Connection, identifier: int | None, payload: Subscribe) -> None:
    """Follow streams."""
    streams = _event(house.streams)
    answer = streams.subscribe(connection, payload.streams)
    if identifier is not None:
        connection.answer(identifier, answer)
    streams.deliver(connection, payload.streams, answer)


def unsub(house: House, connection: Connection, identifier: int | None, payload: Unsubscribe) -> None:
    """Follow streams no longer."""
    _event(house.streams).unsubscribe(connection, payload.streams)
    if identifier is not None:
        connection.answer(identifier, Done())


def do(house: House, connection: Connection, identifier: int | None, payload: Do) -> None:
    """A command of the event."""
    _event(house.doing).do(connection, identifier, payload)


def ask(house: House, connection: Connection, identifier: int | None, payload: Ask) -> None:
    """A query of the event."""
    _event(house.doing).ask(connection, identifier, payload)


def _event(part: T | None) -> T:
    if part is None:
        raise Refused("no_event", "This venue runs without an event.")
    return part


def _placed(house: House, connection: Connection, place: Place) -> Placed:
    """Poses that arrived before were meant from the old place: they are void."""
    house.inbox.forget(connection.slot)
    return Placed(place=place, seq=house.inbox.last_seq(connection.slot))


HANDLERS: Final[dict[str, Handler]] = {
    "sync": sync,
    "sit": sit,
    "stand": stand,
    "go": go,
    "ride": ride,
    "look": look,
    "tier": tier,
    "find": find,
    "bye": bye,
}
EVENT_HANDLERS: Final[dict[str, EventHandler]] = {"sub": sub, "unsub": unsub, "do": do, "ask": ask}
_FOR_COMPANIONS: Final = frozenset({"sync", "find", "bye"})
