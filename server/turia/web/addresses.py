"""Who is calling: the real address behind listed proxies, and the pages that may use this server."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable, Mapping
from typing import Final

from aiohttp import web

from turia.settings import Settings

#: Hosts that mean every address of the machine.
WILDCARDS: Final = frozenset({"0.0.0.0", "::", ""})
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
FORWARDED: Final = "X-Forwarded-For"


class Proxies:
    """The listed proxies: only what they say about others is believed."""

    def __init__(self, listed: Iterable[str]) -> None:
        self._networks = [ipaddress.ip_network(each, strict=False) for each in listed]

    def holds(self, address: str) -> bool:
        """Whether ``address`` is a listed proxy."""
        try:
            ip = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
            ip = ip.ipv4_mapped
        return any(ip in network for network in self._networks)

    def client_address(self, peer: str, headers: Mapping[str, str]) -> str:
        """The address of whoever asked: ``peer``, or behind listed proxies the nearest address that is none of them."""
        address = peer
        hops = [part.strip() for part in headers.get(FORWARDED, "").split(",") if part.strip()]
        while hops and self.holds(address):
            address = _bare(hops.pop())
        return address


def _bare(hop: str) -> str:
    """Without port and brackets; what is no address stays as it is (and is then nobody's proxy)."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def peer_of(request: web.BaseRequest) -> str:
    """Address of the other end of the TCP connection, "" if it is gone."""
    name = request.transport.get_extra_info("peername") if request.transport is not None else None
    return str(name[0]) if name else ""


def is_local(address: str) -> bool:
    """Whether the address is this machine itself."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return ip.is_loopback or (
        isinstance(ip, ipaddress.IPv6Address) and bool(ip.ipv4_mapped and ip.ipv4_mapped.is_loopback)
    )


def group_of(address: str) -> str:
    """What counts as one address for limits: an IPv4 address, or the /64 that one IPv6 customer has."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped) if ip.ipv4_mapped else str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


def allowed_origins(settings: Settings) -> tuple[str, ...]:
    """The explicit list: as set, or else this machine's own names and addresses at the port it listens on."""
    if settings.allowed_origins:
        return tuple(origin.lower() for origin in settings.allowed_origins)
    scheme = "https" if settings.tls else "http"
    port = "" if settings.port == _DEFAULT_PORTS[scheme] else f":{settings.port}"
    return tuple(f"{scheme}://{name}{port}" for name in host_names(settings.host))


def host_names(host: str) -> list[str]:
    """Names and addresses under which this machine is reached when listening on ``host``; IPv6 in brackets."""
    names = ["localhost", "127.0.0.1", "[::1]"]
    if host in WILDCARDS:
        machine = socket.gethostname().lower()
        names += [machine, f"{machine}.local", *own_addresses()]
    else:
        names.append(f"[{host}]" if ":" in host else host.lower())
    return list(dict.fromkeys(names))


def own_addresses() -> list[str]:
    """Addresses by which others on the network reach this machine; connecting a UDP socket sends nothing."""
    found = []
    for family, probe in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as udp:
                udp.connect((probe, 9))
                address = udp.getsockname()[0].partition("%")[0]
        except OSError:
            continue
        found.append(f"[{address}]" if family == socket.AF_INET6 else address)
    return found
