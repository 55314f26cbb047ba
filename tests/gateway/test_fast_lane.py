from __future__ import annotations

import asyncio
import sys
from typing import Any

import engineio
import pytest
import socketio
from engineio import async_socket

from turia.errors import StartError
from turia.gateway import fast_lane
from turia.testing.gateway_rig import Rig
from turia.testing.wire import PING

POSE = bytes.fromhex("83a47479706502a46461746192a170c4100102030201002efb9600c409401101c8a36e7370a12f")


def test_the_installed_libraries_have_the_hooks() -> None:
    fast_lane.check_hooks()


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (engineio.AsyncServer, "_handle_connect"),
        (async_socket.AsyncSocket, "_websocket_handler"),
        (socketio.AsyncServer, "_engineio_server_class"),
        (socketio.AsyncServer, "_handle_eio_message"),
    ],
)
def test_a_moved_hook_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> None:
    async def other(self: Any, something: Any, else_: Any) -> None: ...

    monkeypatch.setattr(owner, name, other)
    with pytest.raises(StartError, match=rf"{owner.__name__}\.{name}.*requirements\.txt.*fast_lane\.py"):
        fast_lane.check_hooks()


def test_a_hook_that_is_gone_is_named_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(async_socket.AsyncSocket, "_websocket_handler")
    with pytest.raises(StartError, match=r"AsyncSocket\._websocket_handler"):
        fast_lane.check_hooks()


async def test_compression_is_never_agreed_on() -> None:
    async with Rig() as rig:
        client = await rig.open(headers={"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"})
        assert client.status == 101
        assert "sec-websocket-extensions" not in client.headers


async def test_there_is_no_polling_and_no_upgrade() -> None:
    async with Rig() as rig:
        polling = await rig.open(
            path="/socket.io/?EIO=4&transport=polling", headers={"Upgrade": "", "Connection": "close"}
        )
        assert polling.status == 400
        assert b'"upgrades":[]' in (await rig.open()).texts[0].encode()


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/socket.io/?EIO=3&transport=websocket", {}, 400),
        ("/socket.io/?EIO=4&transport=websocket&sid=guess", {}, 400),
        ("/socket.io/?EIO=4&transport=websocket&j=x", {}, 400),
        ("/socket.io/?EIO=4&transport=websocket", {"Connection": "keep-alive"}, 400),
        ("/socket.io/?EIO=4&transport=websocket", {"Sec-WebSocket-Key": "short"}, 400),
        ("/socket.io/?EIO=4&transport=websocket", {"Sec-WebSocket-Version": "99"}, 400),
    ],
)
async def test_a_wrong_handshake_is_a_bad_request_and_leaves_nothing(
    path: str, headers: dict[str, str], status: int
) -> None:
    async with Rig() as rig:
        assert (await rig.open(path=path, headers=headers)).status == status
        assert not rig.gateway._server.eio.sockets
        assert not rig.gateway._server.environ


async def test_a_pose_starts_no_task_and_decodes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Rig() as rig:
        client = await rig.join("ana")
        await rig.settle()

        def decode(_frame: bytes) -> None:
            raise AssertionError("a pose was decoded")

        monkeypatch.setattr("turia.gateway.gateway.codec.decode_packet", decode)
        arrived = asyncio.Event()
        monkeypatch.setattr(rig.gateway, "control", lambda *_: arrived.set())
        created: list[Any] = []
        loop = asyncio.get_running_loop()
        original = loop.create_task

        def spy(coroutine: Any, **options: Any) -> Any:
            created.append(coroutine)
            return original(coroutine, **options)

        monkeypatch.setattr(loop, "create_task", spy)
        for _ in range(10):
            client.send_frame(POSE)
        client.send_frame(b"x", PING)  # the first thing after the poses that the host hears of
        async with asyncio.timeout(60):
            await arrived.wait()
        assert rig.gateway.inbox.take(0.05)[3] == 10
        assert not created


async def test_the_engine_keeps_no_tasks_and_no_queue_for_a_connection() -> None:
    async with Rig() as rig:
        await rig.join("ana")
        coroutines = [repr(task.get_coro()) for task in asyncio.all_tasks()]
        assert not [each for each in coroutines if "engineio" in each or "AsyncS" in each]
        (socket,) = rig.gateway._server.eio.sockets.values()
        assert socket.queue.empty()


async def test_last_words_survive_unread_bytes() -> None:
    """Closing a socket with unread bytes resets it; the reason would be lost with it."""
    async with Rig() as rig:
        for _ in range(10):
            client = await rig.join("ana")
            client.send_packet({"type": 2, "data": ["unknown", {}], "nsp": "/"})
            client.send_bytes(b"\x82\xfe\x40\x00abcd" + b"x" * 200_000)
            end = await client.ending()
            assert end.reason is not None
            assert end.reason["reason"] == "UNKNOWN_EVENT"
            assert end.close_code == 4202


async def test_a_mass_disconnect_takes_linear_time() -> None:
    """python-socketio's own index looks through every room of everybody for each one who leaves."""

    async def steps(count: int) -> int:
        attendance = fast_lane.Attendance()
        attendance.server = type("S", (), {"eio": engineio.AsyncServer(async_mode="aiohttp")})()
        sids = [await attendance.pre_connect(f"e{index}", "/") for index in range(count)]
        for sid in sids:
            await attendance.connect(str(sid), "/")
        calls = 0

        def trace(_frame: Any, event: str, _argument: Any) -> None:
            nonlocal calls
            calls += event in ("call", "c_call")

        sys.setprofile(trace)
        for sid in sids:
            attendance.pre_disconnect(str(sid), "/")
            await attendance.disconnect(str(sid), "/")
        sys.setprofile(None)
        assert len(attendance) == 0
        return calls

    assert await steps(2_000) < 11 * await steps(200)


async def test_emitting_through_the_library_is_not_possible() -> None:
    async with Rig() as rig:
        with pytest.raises(TypeError, match="broadcast"):
            await rig.gateway._server.emit("notice", {})
