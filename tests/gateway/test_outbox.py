from __future__ import annotations

import socket

import pytest

from turia.gateway.outbox import Outbox, bound_kernel_buffers
from turia.protocol import limits
from turia.testing.memory_transport import MemoryTransport


def block(outbox: Outbox, transport: MemoryTransport) -> None:
    transport.block()
    outbox.held.add(outbox)


@pytest.fixture
def transport() -> MemoryTransport:
    return MemoryTransport()


@pytest.fixture
def dirty() -> list[Outbox]:
    return []


@pytest.fixture
def outbox(transport: MemoryTransport, dirty: list[Outbox]) -> Outbox:
    return Outbox(transport, dirty, set())


def test_frames_leave_in_order_and_as_one_write(outbox: Outbox, transport: MemoryTransport) -> None:
    for frame in (b"a", b"b", b"c"):
        outbox.put(frame)
    assert transport.written == []
    assert outbox.flush(0.0)
    assert transport.written == [b"abc"]
    assert outbox.pending_bytes == 0


def test_a_snapshot_is_joined_behind_the_reliable_lane(outbox: Outbox, transport: MemoryTransport) -> None:
    outbox.put(b"who")
    outbox.flush_with(b"snapshot")
    assert transport.written == [b"whosnapshot"]


def test_is_announced_as_dirty_once(outbox: Outbox, dirty: list[Outbox]) -> None:
    outbox.put(b"a")
    outbox.put(b"b")
    assert dirty == [outbox]


def test_nothing_is_handed_to_a_line_that_still_holds_bytes(outbox: Outbox, transport: MemoryTransport) -> None:
    block(outbox, transport)
    outbox.put(b"a")
    assert not outbox.flush(0.0)
    assert transport.written == []
    transport.free()
    assert outbox.flush(1.0)
    assert transport.written == [b"a"]


def test_too_many_messages_is_slow(outbox: Outbox, transport: MemoryTransport) -> None:
    block(outbox, transport)
    for _ in range(limits.OUTBOX_MAX_MESSAGES):
        outbox.put(b"x")
    assert not outbox.slow(0.0)
    outbox.put(b"x")
    assert outbox.slow(0.0)


def test_too_many_bytes_is_slow(outbox: Outbox, transport: MemoryTransport) -> None:
    block(outbox, transport)
    outbox.put(b"x" * limits.OUTBOX_MAX_BYTES)
    assert not outbox.slow(0.0)
    outbox.put(b"x")
    assert outbox.slow(0.0)


def test_a_line_blocked_for_three_seconds_is_slow(outbox: Outbox, transport: MemoryTransport) -> None:
    block(outbox, transport)
    outbox.put(b"x")
    outbox.flush(10.0)
    assert not outbox.slow(13.0)
    assert outbox.slow(13.01)


def test_a_line_that_drained_in_between_is_not_slow(outbox: Outbox, transport: MemoryTransport) -> None:
    for now in range(10, 20, 2):
        block(outbox, transport)
        outbox.put(b"x")
        outbox.flush(float(now))
        assert not outbox.slow(now + 1.9)
        transport.free()
        outbox.flush(now + 1.95)


def test_last_words_are_written_whatever_the_line_holds(outbox: Outbox, transport: MemoryTransport) -> None:
    block(outbox, transport)
    outbox.put(b"closing")
    outbox.flush_all()
    assert transport.written == [b"closing"]


def test_plain_tcp_is_written_without_the_event_loop_and_the_rest_through_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as sock:
        other, _ = server.accept()
        with other:
            transport = _SocketTransport(sock)
            outbox = Outbox(transport, [], set())
            assert outbox.line_free()
            outbox.write(b"abc")
            assert (other.recv(10), transport.written) == (b"abc", [])
            outbox.write(b"x" * 50_000_000)
            assert len(transport.written) == 1
            assert 0 < len(transport.written[0]) < 50_000_000
            transport.block()
            outbox.write(b"later")
            assert transport.written[1] == b"later"
            outbox.drop()
            outbox.held.clear()
            outbox.write(b"gone")
            assert transport.written[2] == b"gone"


class _SocketTransport(MemoryTransport):
    def __init__(self, sock: socket.socket) -> None:
        super().__init__()
        self._sock = sock

    def get_extra_info(self, name: str, default: object = None) -> object:
        return self._sock if name == "socket" else default


def test_kernel_buffers_are_bounded() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as sock:
        bound_kernel_buffers(_SocketTransport(sock))
        # Linux doubles what is asked for
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) == 2 * limits.SEND_BUFFER_BYTES
        lowat = sock.getsockopt(socket.IPPROTO_TCP, getattr(socket, "TCP_NOTSENT_LOWAT", 25))
        assert lowat == limits.NOT_SENT_LOWAT_BYTES


def test_kernel_buffers_of_no_socket_are_left_alone(transport: MemoryTransport) -> None:
    bound_kernel_buffers(transport)


def test_a_transport_that_has_just_been_closed_harms_nobody() -> None:
    class Closed(MemoryTransport):
        def write(self, data: bytes) -> None:
            raise RuntimeError("the handler is closed")

    outbox = Outbox(Closed(), [], set())
    outbox.put(b"a")
    outbox.flush_all()
    outbox.write(b"b")
    assert not outbox.pending
