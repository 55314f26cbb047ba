"""The sink's parser, over real sockets: what it counts is what was sent, however the bytes are cut."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator

import msgpack
import pytest

from turia.bench.media_client import PONG
from turia.bench.sinks import Kind, Sink, compiler
from turia.bench.talk import marked
from turia.gateway import ws_frames
from turia.gateway.media_frames import on_the_line
from turia.testing.media_plane_rig import piece

pytestmark = pytest.mark.skipif(compiler() is None, reason="there is no C compiler here")


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    with Sink(min(os.sched_getaffinity(0))) as running:
        yield running


def a_line(sink: Sink, kind: Kind = "W") -> socket.socket:
    ours, theirs = socket.socketpair()
    sink.add(kind, [theirs])
    theirs.close()
    sink.reset()
    return ours


def seen(sink: Sink, name: str, count: int) -> dict[str, float]:
    """The report, once it has counted so many."""
    deadline = time.monotonic() + 10
    while (report := sink.report())[name] < count and time.monotonic() < deadline:
        time.sleep(0.005)
    assert report[name] == count, report
    return report


def ago(milliseconds: float) -> int:
    return (time.monotonic_ns() - round(milliseconds * 1e6)) // 1_000


def test_frames_are_counted_and_timed_however_they_are_cut(sink: Sink) -> None:
    sizes = [0, 50, 80, 199, 200, 3_000, 15_999, 16_000]
    stream = b"".join(
        on_the_line(piece(7, frame=number, payload=bytes(size), time=ago(500))) for number, size in enumerate(sizes)
    )
    assert stream.count(b"\x82\x7e") > 3
    for step in (len(stream), 1_000, 7, 1):
        line = a_line(sink)
        for at in range(0, len(stream), step):
            line.sendall(stream[at : at + step])
        report = seen(sink, "frames", len(sizes))
        assert report["timed"] == len(sizes)
        assert report["bytes"] == len(stream)
        assert report["others"] == 0
        assert 500 <= report["p50_ms"] <= report["p99_ms"] < 10_000
        line.close()


def test_pings_are_answered_and_other_messages_are_not_frames(sink: Sink) -> None:
    line = a_line(sink)
    other = ws_frames.binary(msgpack.packb({"type": 2, "data": ["tracks", {"room": "hall"}], "nsp": "/"}))
    huge = ws_frames.binary(bytes(70_000))
    line.sendall(other + ws_frames.PING + huge + on_the_line(piece(1, time=ago(0))))
    report = seen(sink, "frames", 1)
    assert (report["others"], report["pongs"]) == (3, 1)
    assert line.recv(100) == PONG
    line.close()


def test_a_line_that_ends_is_told(sink: Sink) -> None:
    line = a_line(sink)
    before = sink.report()["open"]
    line.close()
    seen(sink, "open", before - 1)


def test_lines_under_encryption_are_only_counted(sink: Sink) -> None:
    line = a_line(sink, "T")
    line.sendall(on_the_line(piece(1)) + ws_frames.PING)
    report = seen(sink, "bytes", len(on_the_line(piece(1))) + len(ws_frames.PING))
    assert (report["frames"], report["pongs"], report["p99_ms"]) == (0, 0, -1)
    line.close()


def test_packets_are_counted_and_timed_by_what_is_in_them(sink: Sink) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver, socket.socket(type=socket.SOCK_DGRAM) as sender:
        receiver.bind(("127.0.0.1", 0))
        sink.add("U", [receiver])
        sink.reset()
        sender.sendto(bytes(12) + b"\x90\x80\x81\x02" + marked(1_200, ago(250)), receiver.getsockname())
        sender.sendto(bytes(40), receiver.getsockname())
        report = seen(sink, "frames", 2)
    assert report["timed"] == 1
    assert 250 <= report["p50_ms"] < 10_000
