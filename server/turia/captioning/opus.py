"""Opus packets into plain sound, by PyAV."""

from __future__ import annotations

from typing import Any

import av

from turia.captioning.ports import RATE


class OpusDecoder:
    """See :class:`turia.captioning.ports.Decoder`."""

    def __init__(self) -> None:
        self._codec: Any = av.CodecContext.create("opus", "r")
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)

    def decode(self, packet: bytes) -> bytes:
        """See Decoder."""
        if not packet:  # to the codec that would be the end of all
            return b""
        try:
            frames = self._codec.decode(av.Packet(packet))
        except av.FFmpegError:
            return b""
        found = [part for frame in frames for part in self._resampler.resample(frame)]
        return b"".join(part.to_ndarray().tobytes() for part in found)
