"""What waits for one client. Two lanes: reliable frames keep their order and are bounded; volatile ones never wait.

Within a tick everything for one client is joined and written once. Nothing is handed to a transport that still holds
bytes of an earlier tick: so the bound is ours, and the newest snapshot never stands behind old ones.
"""

from __future__ import annotations

import socket
from typing import Final, Protocol

from turia.protocol import limits

_TCP_NOTSENT_LOWAT: Final = getattr(socket, "TCP_NOTSENT_LOWAT", 25)


class Transport(Protocol):
    """The part of asyncio.Transport that is used."""

    def write(self, data: bytes) -> None: ...  # noqa: D102
    def abort(self) -> None: ...  # noqa: D102
    def is_closing(self) -> bool: ...  # noqa: D102
    def get_write_buffer_size(self) -> int: ...  # noqa: D102
    def get_extra_info(self, name: str, default: object = None) -> object: ...  # noqa: D102


class Outbox:
    """``dirty`` is the list of all outboxes that hold reliable frames since the last flush, shared by a gateway."""

    __slots__ = ("_blocked_since", "_dirty", "pending", "pending_bytes", "transport", "write")

    def __init__(self, transport: Transport, dirty: list[Outbox]) -> None:
        self.transport = transport
        #: Volatile bytes go straight here when ``pending`` is empty.
        self.write = transport.write
        self.pending: list[bytes] = []
        self.pending_bytes = 0
        self._dirty = dirty
        self._blocked_since: float | None = None

    def put(self, frame: bytes) -> None:
        """Queue a WebSocket frame on the reliable lane; it leaves with the next flush."""
        if not self.pending:
            self._dirty.append(self)
        self.pending.append(frame)
        self.pending_bytes += len(frame)

    def line_free(self) -> bool:
        """Whether the operating system has taken all that was written before."""
        return self.transport.get_write_buffer_size() == 0

    def flush(self, now: float) -> bool:
        """Write the reliable lane if the line is free; True when nothing is left. ``now``: monotonic seconds."""
        if not self.line_free():
            if self._blocked_since is None:
                self._blocked_since = now
            return not self.pending
        self._blocked_since = None
        if self.pending:
            self.write(self._take())
        return True

    def flush_with(self, volatile: bytes) -> None:
        """Write the reliable lane and ``volatile`` as one; only for a client whose line was free in this tick."""
        self.write(self._take() + volatile)

    def flush_all(self) -> None:
        """Write the reliable lane whatever the line holds: the last words of a connection, or its first."""
        if self.pending and not self.transport.is_closing():
            self.write(self._take())

    def _take(self) -> bytes:
        data = b"".join(self.pending) if len(self.pending) != 1 else self.pending[0]
        self.pending.clear()
        self.pending_bytes = 0
        return data

    def slow(self, now: float) -> bool:
        """Whether this client is a slow consumer: its lane is over a limit, or has waited for its line for too long."""
        if len(self.pending) > limits.OUTBOX_MAX_MESSAGES or self.pending_bytes > limits.OUTBOX_MAX_BYTES:
            return True
        return self._blocked_since is not None and now - self._blocked_since > limits.OUTBOX_MAX_AGE_S

    def drop(self) -> None:
        """Forget what waits: the transport is gone."""
        self.pending.clear()
        self.pending_bytes = 0


def bound_kernel_buffers(transport: Transport) -> None:
    """Small kernel buffers, because what they hide is late; errors are ignored (sockets of tests, other systems)."""
    sock = transport.get_extra_info("socket")
    if sock is None or not hasattr(sock, "setsockopt"):
        return
    for level, option, value in (
        (socket.SOL_SOCKET, socket.SO_SNDBUF, limits.SEND_BUFFER_BYTES),
        (socket.IPPROTO_TCP, _TCP_NOTSENT_LOWAT, limits.NOT_SENT_LOWAT_BYTES),
        (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
    ):
        try:
            sock.setsockopt(level, option, value)
        except OSError:
            continue
