"""What every connection needs once a second: heartbeat, deadlines, tickets, its tier. A twentieth of them each tick."""

from __future__ import annotations

from typing import Final

from turia.errors import Refused
from turia.gateway.connection import NO_SLOT, TIERS, Connection, State
from turia.gateway.entrance import Entrance
from turia.gateway.house import House
from turia.gateway.line import REVIEW_TICKS
from turia.protocol import limits
from turia.protocol.close_codes import CloseCode
from turia.protocol.messages import TierNotice

#: Seconds between two looks at whether somebody may still be here, whatever was or was not heard of a change.
_RIGHTS_BEATS: Final = 4
_TICKET_TICKS: Final = int(limits.TICKET_EVERY_S * limits.TICK_HZ)
_LOWERED: Final = "Less detail for now, so that everything stays smooth."
_RAISED: Final = "Your connection has recovered: you see more detail again."


def housekeeping(house: House, entrance: Entrance) -> None:
    """Look at the connections whose turn it is in this tick."""
    now = house.clock.monotonic()
    turn = house.tick % limits.TICK_HZ
    for connection in [each for each in house.connections if each.number % limits.TICK_HZ == turn]:
        _look_at(house, entrance, connection, now)
    if turn == 0:
        house.prune_farewells()


def _look_at(house: House, entrance: Entrance, connection: Connection, now: float) -> None:
    if connection.join_missed(now):
        house.close(connection, CloseCode.JOIN_TIMEOUT)
    if connection.state is not State.JOINED:
        return
    if connection.ping_missed(now):
        house.remember(connection, CloseCode.PING_TIMEOUT)
        house.close(connection, CloseCode.PING_TIMEOUT)
        return
    if connection.slot != NO_SLOT and house.lines.blocked(connection.slot, now):
        house.abort(connection, CloseCode.SLOW_CONSUMER)
        return
    if connection.ping_due(now):
        connection.ping(now)
    beat = house.tick // limits.TICK_HZ + connection.number // limits.TICK_HZ
    if house.streams is not None and beat % _RIGHTS_BEATS == 0 and not house.streams.review(connection):
        return
    if connection.slot != NO_SLOT:
        _look_at_person(house, entrance, connection)


def _look_at_person(house: House, entrance: Entrance, connection: Connection) -> None:
    if connection.round_trip is not None:
        house.lines.round_trip(connection.slot, connection.round_trip)
    # numbers of a turn differ by 20: their tickets and reviews spread over five seconds
    beat = house.tick // limits.TICK_HZ + connection.number // limits.TICK_HZ
    if beat % (_TICKET_TICKS // limits.TICK_HZ) == 0:
        entrance.ticket(connection)
    if beat % (REVIEW_TICKS // limits.TICK_HZ) == 0:
        _review(house, connection)


def _review(house: House, connection: Connection) -> None:
    """Lower the tier of a line that does not keep up; raise it, never above what was asked for, when it does again."""
    verdict = house.lines.review(connection.slot)
    level = TIERS.index(connection.tier)
    wanted = min(max(level + verdict, 0), TIERS.index(connection.asked_tier))
    if verdict == 0 or wanted == level:
        return
    tier = TIERS[wanted]
    try:
        house.space.set_tier(connection.slot, tier)
    except Refused:
        return
    connection.tier = tier
    lowered = wanted < level
    house.stats.tiers_lowered += lowered
    house.stats.tiers_raised += not lowered
    connection.send("tier", TierNotice(tier=tier, reason=_LOWERED if lowered else _RAISED))
