"""What the gateway is told; numbers of the protocol itself are in :mod:`turia.protocol.limits`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """Frozen; every field has its unit."""

    #: Id of the venue bundle, sent in ``welcome``: a client that loaded another one reloads.
    venue: str
    #: People inside at most (the capacity of the space).
    capacity: int
    #: Origins (scheme://host[:port], lower case) whose pages may connect.
    allowed_origins: tuple[str, ...] = ()
    #: Whether pages of the host that the request itself names (its Host header) may connect, too.
    same_origin: bool = False
    #: Networks (CIDR) of proxies whose X-Forwarded-For is believed.
    trusted_proxies: tuple[str, ...] = ()
    #: Open connections, all together.
    max_connections: int = 8_192
    #: Open connections of one IPv4 address or IPv6 /64; this machine itself is not counted.
    max_connections_per_address: int = 500
    #: People let in per second; above that the answer is OVERLOADED with a time to come back.
    joins_per_second: float = 300.0
    #: Seconds that :meth:`Gateway.stop` may take to say goodbye to everybody.
    drain_s: float = 5.0
