"""A process of aiortc's for the bench ``relay``: the publisher of Janus, a server with a MediaRelay, or its viewers.

It runs in an environment of its own, so it imports nothing of ours but :mod:`talk`, beside it. Told by lines on its
standard input (JSON), it answers each with a line.
"""

from __future__ import annotations

import asyncio
import fractions
import json
import os
import sys
import time
from collections.abc import Iterator
from typing import Any

import av
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription  # type: ignore[import-not-found]
from aiortc.contrib.media import MediaBlackhole, MediaRelay  # type: ignore[import-not-found]
from talk import Frame, audio, marked, video  # type: ignore[import-not-found]

_CLOCK = {"video": 90_000, "audio": 48_000}


class Source(MediaStreamTrack):  # type: ignore[misc]
    """Encoded frames when they are due: nobody decodes or encodes them."""

    def __init__(self, kind: str, begin: float) -> None:
        super().__init__()
        self.kind = kind
        self._frames: Iterator[Frame] = video() if kind == "video" else audio()
        self._begin = begin

    async def recv(self) -> av.Packet[Any]:
        """The next one."""
        frame = next(self._frames)
        await asyncio.sleep(max(0.0, self._begin + frame.at - time.monotonic()))
        packet: av.Packet[Any] = av.Packet(marked(frame.size, time.monotonic_ns() // 1_000))
        packet.pts = round(frame.at * _CLOCK[self.kind])
        packet.time_base = fractions.Fraction(1, _CLOCK[self.kind])
        return packet


class Process:
    """What one such process does."""

    def __init__(self) -> None:
        self._peers: list[RTCPeerConnection] = []
        self._relay = MediaRelay()
        self._sources: list[Source] = []
        self._hole = MediaBlackhole()

    async def publish(self) -> dict[str, Any]:
        """Offer sound and picture."""
        peer = self._new_peer()
        for source in self._begin():
            peer.addTrack(source)
        return {"offer": await _offer(peer)}

    async def view(self, count: int) -> dict[str, Any]:
        """Offers of so many viewers."""
        offers = []
        for _ in range(count):
            peer = self._new_peer()
            peer.on("track", self._hole.addTrack)
            for kind in ("audio", "video"):
                peer.addTransceiver(kind, direction="recvonly")
            offers.append(await _offer(peer))
        return {"offers": offers}

    async def answer(self, answers: list[dict[str, str]]) -> dict[str, Any]:
        """What was said to the offers, in their order; waits until all are connected."""
        for peer, answer in zip(self._peers, answers, strict=True):
            await peer.setRemoteDescription(RTCSessionDescription(answer["sdp"], answer["type"]))
        await self._hole.start()
        await asyncio.wait_for(self._connected(), 60)
        return {}

    async def serve(self, offer: str) -> dict[str, Any]:
        """One more viewer of the same sound and picture."""
        sources = self._sources or self._begin()
        peer = self._new_peer()
        await peer.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        for source in sources:
            peer.addTrack(self._relay.subscribe(source))
        await peer.setLocalDescription(await peer.createAnswer())
        return {"answer": {"sdp": peer.localDescription.sdp, "type": "answer"}}

    async def figures(self) -> dict[str, Any]:
        """Packets sent, packets and bytes received, seconds of CPU, and which process."""
        sent = received = size = 0
        for peer in self._peers:
            for each in (await peer.getStats()).values():
                if each.type == "outbound-rtp":
                    sent += each.packetsSent
                elif each.type == "inbound-rtp":
                    received += each.packetsReceived
                elif each.type == "transport":
                    size += each.bytesReceived
        return {"packets": sent, "received": received, "bytes": size, "cpu_s": time.process_time(), "pid": os.getpid()}

    def _begin(self) -> list[Source]:
        begin = time.monotonic() + 0.1
        self._sources = [Source("audio", begin), Source("video", begin)]
        return self._sources

    def _new_peer(self) -> RTCPeerConnection:
        peer = RTCPeerConnection()
        self._peers.append(peer)
        return peer

    async def _connected(self) -> None:
        while any(peer.connectionState != "connected" for peer in self._peers):  # noqa: ASYNC110 - simple
            await asyncio.sleep(0.05)


async def _offer(peer: RTCPeerConnection) -> str:
    await peer.setLocalDescription(await peer.createOffer())
    return str(peer.localDescription.sdp)


async def _serve() -> None:
    process = Process()
    loop = asyncio.get_running_loop()
    while text := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(text)
        answer = await getattr(process, order.pop("do"))(**order)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    os.sched_setaffinity(0, {int(sys.argv[1])})
    asyncio.run(_serve())
