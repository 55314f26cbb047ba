"""The peers of the bench ``relay``: Janus and aiortc, started, pinned to a core and told what to do.

Janus comes from Debian, aiortc from ``requirements.txt`` beside this file, in an environment of its own that
``scripts/bench`` makes. What is missing raises MissingError, which says how to get it.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import aiohttp

from turia.bench.far_end import FarEnd
from turia.errors import StartError
from turia.testing.server_process import free_port

_ROOM: Final = 1_234
#: Those that are not needed, as Debian's package names them.
_PLUGINS: Final = (
    *("audiobridge", "duktape", "echotest", "lua", "nosip", "recordplay"),
    *("sip", "streaming", "textroom", "videocall", "voicemail"),
)
_TRANSPORTS: Final = ("http", "mqtt", "nanomsg", "pfunix", "rabbitmq")
_PATIENCE_S: Final = 20.0
#: AES_CM_128_HMAC_SHA1_80, the suite of browsers; key and salt, bytes.
_SRTP_SUITE, _SRTP_KEY_BYTES = 80, 30
_PEER_PYTHON: Final = Path(sys.prefix) / ".bench" / "bin" / "python"


class MissingError(StartError):
    """A peer is not installed."""


class Peer(FarEnd):
    """An aiortc process; ``ask`` takes the name of a method of ``webrtc_peer.Process``."""

    module = "turia.bench.webrtc_peer"

    def _command(self) -> list[str]:
        if not _PEER_PYTHON.exists():
            raise MissingError("aiortc is not installed: scripts/bench relay does it")
        return [str(_PEER_PYTHON), str(Path(__file__).with_name("webrtc_peer.py")), str(self._core)]


class UdpSockets:
    """So many sockets on ports of their own, for a viewer each; they may hold a burst."""

    def __init__(self, count: int) -> None:
        self.all = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(count)]

    def __enter__(self) -> UdpSockets:
        for each in self.all:
            each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            each.bind(("127.0.0.1", 0))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in self.all:
            each.close()


class Janus:
    """``async with Janus(core) as janus``: a video room; ``take`` brings its publisher, ``forward`` adds a viewer."""

    def __init__(self, core: int) -> None:
        self._core = core
        self._folder = tempfile.TemporaryDirectory(prefix="turia-janus-")
        self._process: subprocess.Popen[bytes] | None = None
        self._session: aiohttp.ClientSession | None = None
        self._line: aiohttp.ClientWebSocketResponse | None = None
        self._ids: dict[str, int] = {}
        self._publisher = 0
        self._turn = 0

    @property
    def pid(self) -> int:
        """Its only process."""
        assert self._process is not None
        return self._process.pid

    async def __aenter__(self) -> Self:
        program = shutil.which("janus")
        if program is None:
            raise MissingError("Janus is not installed: apt-get install janus")
        folder, port = Path(self._folder.name), free_port()
        _write_settings(folder, port)
        self._process = _started(program, folder, self._core)
        try:
            await self._open(f"ws://127.0.0.1:{port}/")
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._line is not None:
            await self._line.close()
        if self._session is not None:
            await self._session.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()

    async def take(self, peer: Peer) -> None:
        """``peer`` publishes in the room from now on."""
        offer = (await peer.ask("publish"))["offer"]
        joined = await self._tell({"request": "join", "ptype": "publisher", "room": _ROOM}, event="joined")
        self._publisher = joined["id"]
        jsep = {"type": "offer", "sdp": offer}
        answer = await self._tell({"request": "publish"}, event="event", jsep=jsep)
        await peer.ask("answer", answers=[answer["jsep"]])

    async def forward(self, port: int, *, srtp: bool = False) -> None:
        """One more viewer: sound and picture to a port of this machine."""
        more = _srtp(port) if srtp else {}
        streams = [{"mid": mid, "port": port, "host": "127.0.0.1", **more} for mid in ("0", "1")]
        body = {"request": "rtp_forward", "room": _ROOM, "publisher_id": self._publisher, "host": "127.0.0.1"}
        await self._tell(body | more | {"streams": streams}, event="rtp_forward")

    # -- its API ---------------------------------------------------------------------------------
    async def _open(self, url: str) -> None:
        self._session = aiohttp.ClientSession()
        for _ in range(int(_PATIENCE_S / 0.1)):
            with contextlib.suppress(aiohttp.ClientError, OSError):
                self._line = await self._session.ws_connect(url, protocols=("janus-protocol",), max_msg_size=1 << 22)
                break
            await asyncio.sleep(0.1)
        if self._line is None:
            log = (Path(self._folder.name) / "janus.log").read_text(errors="replace")
            raise StartError("Janus did not get ready:\n" + log[-2_000:])
        self._ids["session_id"] = (await self._request({"janus": "create"}))["data"]["id"]
        attached = await self._request({"janus": "attach", "plugin": "janus.plugin.videoroom"})
        self._ids["handle_id"] = attached["data"]["id"]
        room = {"room": _ROOM, "videocodec": "vp8", "audiocodec": "opus", "bitrate": 2_000_000, "publishers": 2}
        await self._tell({"request": "create", **room, "audiolevel_ext": False}, event="created")

    async def _tell(self, body: dict[str, Any], *, event: str, jsep: dict[str, Any] | None = None) -> dict[str, Any]:
        """A message to the video room; the data of the answer, with its ``jsep``."""
        request = {"janus": "message", "body": body} | ({"jsep": jsep} if jsep else {})
        answer = await self._request(request)
        data: dict[str, Any] = answer.get("plugindata", {}).get("data", {})
        if data.get("videoroom") != event or "error" in data:
            raise StartError(f"Janus refused {body['request']!r}: {answer}")
        return data | ({"jsep": answer["jsep"]} if "jsep" in answer else {})

    async def _request(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._line is not None
        self._turn += 1
        transaction = f"t{self._turn}"
        await self._line.send_json({**request, **self._ids, "transaction": transaction})
        while True:
            answer: dict[str, Any] = await self._line.receive_json(timeout=_PATIENCE_S)
            if answer.get("transaction") == transaction and answer["janus"] != "ack":
                if answer["janus"] == "error":
                    raise StartError(f"Janus refused {request['janus']!r}: {answer['error']}")
                return answer


def _srtp(port: int) -> dict[str, Any]:
    """A key for each viewer: with one for all, Janus would encrypt once for all."""
    key = hashlib.sha256(str(port).encode()).digest()[:_SRTP_KEY_BYTES]
    return {"srtp_suite": _SRTP_SUITE, "srtp_crypto": base64.b64encode(key).decode()}


def _started(program: str, folder: Path, core: int) -> subprocess.Popen[bytes]:
    command = [program, "--configs-folder", str(folder), "--disable-colors"]
    with (folder / "janus.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    os.sched_setaffinity(process.pid, {core})
    return process


def _write_settings(folder: Path, port: int) -> None:
    """As little as it runs with: the video room, told over a WebSocket."""
    plugins = ",".join(f"libjanus_{name}.so" for name in _PLUGINS)
    transports = ",".join(f"libjanus_{name}.so" for name in _TRANSPORTS)
    (folder / "janus.jcfg").write_text(
        f'general: {{ configs_folder = "{folder}"; debug_level = 3; }}\n'
        "media: { }\nnat: { }\n"
        f'plugins: {{ disable = "{plugins}"; }}\ntransports: {{ disable = "{transports}"; }}\n'
        "loggers: { }\nevents: { }\n"
    )
    (folder / "janus.transport.websockets.jcfg").write_text(
        f'general: {{ json = "compact"; ws = true; ws_port = {port}; ws_ip = "127.0.0.1"; wss = false; }}\n'
        "admin: { admin_ws = false; admin_wss = false; }\ncors: { }\ncertificates: { }\n"
    )
    (folder / "janus.plugin.videoroom.jcfg").write_text("general: { }\n")
