"""A transport that keeps what is written and whose line a test blocks and frees."""

from __future__ import annotations


class MemoryTransport:
    """The part of asyncio.Transport that an outbox uses. ``blocked``: the other end takes nothing."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.blocked = False
        self.aborted = False
        self.closed = False
        self._held = 0

    def write(self, data: bytes) -> None:
        """Keep ``data``; hold it back as well while blocked."""
        self.written.append(bytes(data))
        if self.blocked:
            self._held += len(data)

    def free(self) -> None:
        """The other end takes everything again."""
        self.blocked = False
        self._held = 0

    def block(self, held: int = 1) -> None:
        """The other end takes nothing from now on; ``held`` bytes wait already."""
        self.blocked = True
        self._held = held

    def get_write_buffer_size(self) -> int:
        """Bytes held back."""
        return self._held

    def is_closing(self) -> bool:
        """Whether it was closed or aborted."""
        return self.closed or self.aborted

    def abort(self) -> None:
        """Close without flushing."""
        self.aborted = True

    def get_extra_info(self, name: str, default: object = None) -> object:  # noqa: ARG002
        """There is no socket."""
        return default
