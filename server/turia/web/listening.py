"""Sockets to listen on and the addresses people type; the certificate that goes with them."""

from __future__ import annotations

import errno
import socket
import ssl

from turia.errors import StartError
from turia.settings import Settings
from turia.web import tls
from turia.web.addresses import WILDCARDS, host_names, own_addresses
from turia.web.connections import BACKLOG

_REASONS = {
    errno.EADDRINUSE: "another program listens there. Stop it, or choose another port: --port {next}",
    errno.EACCES: "ports below 1024 need rights that this user lacks. Choose another: --port 8000",
    errno.EADDRNOTAVAIL: "this machine does not have that address. Check host; 0.0.0.0 stands for all it has.",
}


def bind(settings: Settings) -> socket.socket:
    """A listening TCP socket for host and port; raises StartError with what to change.

    It listens at once, because only that tells whether the port is free; who connects early waits.
    """
    try:
        found = socket.getaddrinfo(settings.host or "0.0.0.0", settings.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, ValueError):
        raise StartError(
            f"The host {settings.host!r} is not known. Check host; 0.0.0.0 stands for all addresses."
        ) from None
    family, kind, protocol, _, address = found[0]
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6 and settings.host == "::":
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        sock.bind(address)
        sock.listen(BACKLOG)
        sock.setblocking(False)
    except OSError as error:
        sock.close()
        reason = _REASONS.get(error.errno or 0, f"{error.strerror or error}.").format(next=settings.port + 1)
        raise StartError(f"Turia cannot listen on {settings.host} port {settings.port}: {reason}") from None
    return sock


def urls(settings: Settings) -> list[str]:
    """Addresses of the page, the one for this machine first. ``settings.port`` is the real one."""
    scheme, usual = ("https", 443) if settings.tls else ("http", 80)
    port = "" if settings.port == usual else f":{settings.port}"
    if settings.host in WILDCARDS:
        reached = [address for address in own_addresses() if settings.host == "::" or not address.startswith("[")]
        hosts = ["localhost", *reached]
    else:
        hosts = [f"[{settings.host}]" if ":" in settings.host else settings.host]
    return [f"{scheme}://{host}{port}/" for host in hosts]


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """For the certificate of the settings, a self-signed one, or None without TLS. Raises StartError."""
    if settings.tls_self_signed:
        return tls.server_context(*tls.self_signed(settings.data_dir, host_names(settings.host)))
    if settings.tls_cert is not None and settings.tls_key is not None:
        return tls.server_context(settings.tls_cert, settings.tls_key)
    return None
